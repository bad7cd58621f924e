// A CSV file read back as RFC 4180 says: records of cells, without what was added to make them safe.

export function parseCsv(text: string): readonly (readonly string[])[] {
  const records: string[][] = [];
  let cells: string[] = [];
  let at = 0;
  while (at < text.length) {
    const [cell, end] = text[at] === '"' ? quoted(text, at) : plain(text, at);
    cells.push(cell);
    at = end;
    if (text.startsWith("\r\n", at)) {
      records.push(cells);
      cells = [];
      at += 2;
      // A record may begin with an empty cell.
    } else if (text[at] === ",") {
      at += 1;
      if (text.startsWith("\r\n", at)) {
        records.push([...cells, ""]);
        cells = [];
        at += 2;
      }
    } else throw new Error(`neither a comma nor an end of line at ${at}`);
  }
  return records;
}

function quoted(text: string, start: number): readonly [string, number] {
  let end = start + 1;
  while (text[end] !== '"' || text[end + 1] === '"') {
    if (end >= text.length) throw new Error("a quote that nobody closes");
    end += text[end] === '"' ? 2 : 1;
  }
  return [text.slice(start + 1, end).replaceAll('""', '"'), end + 1];
}

function plain(text: string, start: number): readonly [string, number] {
  const length = text.slice(start).search(/,|\r\n/);
  if (length === -1) throw new Error("a record without an end of line");
  const cell = text.slice(start, start + length);
  if (/["\r\n]/.test(cell)) throw new Error("a quote or a line break outside quotes");
  return [cell, start + length];
}

/** The table as objects, by the names of its columns. */
export function tableOf(text: string): readonly Record<string, string>[] {
  const [names = [], ...rows] = parseCsv(text);
  return rows.map((cells) => {
    if (cells.length !== names.length) throw new Error("a record of another length");
    return Object.fromEntries(names.map((name, index) => [name, cells[index] ?? ""]));
  });
}
