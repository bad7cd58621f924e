// Rows on their way into D1: they travel as JSON, one parameter for many rows, so that neither the number
// of parameters nor the length of a statement is a limit.

const ROWS = 200;
/** Of JSON text: far below D1's 2 MB for a parameter, whatever its letters are. */
const CHARACTERS = 250_000;

export interface Piece {
  /** A JSON array of rows. */
  readonly json: string;
  /** The place of its first row among all, and how many it has. */
  readonly first: number;
  readonly count: number;
}

export function piecesOf(rows: readonly object[]): readonly Piece[] {
  const pieces: Piece[] = [];
  let texts: string[] = [];
  let size = 0;
  let first = 0;
  const close = (): void => {
    if (texts.length === 0) return;
    pieces.push({ json: `[${texts.join(",")}]`, first, count: texts.length });
    first += texts.length;
    texts = [];
    size = 0;
  };
  for (const row of rows) {
    const text = JSON.stringify(row);
    if (texts.length === ROWS || size + text.length > CHARACTERS) close();
    texts.push(text);
    size += text.length;
  }
  close();
  return pieces;
}
