// CSV: what is written is read back as the same table, and no cell is a formula.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Column, header, rowsOf, rupees, text, whole, yesNo } from "../../src/http/csv";
import { parseCsv } from "./table";

interface Row {
  readonly text: string | null;
  readonly paisa: number | null;
  readonly count: number;
}

const columns: readonly Column<Row>[] = [
  { name: "text", cell: (row) => text(row.text) },
  { name: "paisa", cell: (row) => rupees(row.paisa) },
  { name: "count", cell: (row) => whole(row.count) },
];

const nasty = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc
    .array(
      fc.constantFrom("=", "+", "-", "@", "\t", "\r", "\n", " ", '"', ",", ";", "'", "1", "A"),
      {
        maxLength: 8,
      },
    )
    .map((letters) => letters.join("")),
);

const rows = fc.array(
  fc.record({
    text: fc.option(nasty),
    paisa: fc.option(fc.maxSafeInteger()),
    count: fc.nat(),
  }),
);

/** By its digits: the float of it would be another number for large ones. */
const paisaOf = (cell: string): number | null =>
  cell === "" ? null : Number(cell.replace(".", ""));

const STARTS = /^(?:[\t\r\n]|\s*[=+\-@])/;

describe("a table", () => {
  test("read back is the same table", () => {
    fc.assert(
      fc.property(rows, (table) => {
        const [names, ...records] = parseCsv(header(columns) + rowsOf(columns, table));
        expect(names).toEqual(["text", "paisa", "count"]);
        expect(
          records.map(([cell = "", paisa = "", count]) => ({
            text: STARTS.test(cell.replace(/^'+/, "")) ? cell.slice(1) : cell,
            paisa: paisaOf(paisa),
            count: Number(count),
          })),
        ).toEqual(table.map((row) => ({ ...row, text: row.text ?? "" })));
      }),
    );
  });

  test("has no text that a spreadsheet takes for a formula", () => {
    fc.assert(
      fc.property(nasty, (value) => {
        const [[cell = ""] = []] = parseCsv(`${text(value)}\r\n`);
        expect(STARTS.test(cell)).toBe(false);
      }),
    );
  });

  test("makes formulas harmless, also behind white space, and leaves the rest alone", () => {
    const cells = [
      "'=1",
      "=1+1",
      "+1",
      "-1",
      "@x",
      "\tx",
      "\rx",
      " =1",
      "\u00a0=1",
      "\uff1d1",
      "a=1",
      "'x",
    ];
    expect(cells.map((cell) => parseCsv(`${text(cell)}\r\n`)[0]?.[0])).toEqual([
      "''=1",
      "'=1+1",
      "'+1",
      "'-1",
      "'@x",
      "'\tx",
      "'\rx",
      "' =1",
      "'\u00a0=1",
      "'\uff1d1",
      "a=1",
      "'x",
    ]);
  });

  test("has rupees as numbers, to the paisa", () => {
    const values = [0, 1, -1, 99, -100, 123_456, -5, null, Number.MAX_SAFE_INTEGER];
    expect(values.map(rupees)).toEqual([
      "0.00",
      "0.01",
      "-0.01",
      "0.99",
      "-1.00",
      "1234.56",
      "-0.05",
      "",
      "90071992547409.91",
    ]);
    expect([true, false, null].map(yesNo)).toEqual(["yes", "no", ""]);
  });

  test("quotes what needs it and doubles quotes inside", () => {
    expect([text('a"b'), text("a,b"), text("a\r\nb"), text("ab"), text("")]).toEqual([
      '"a""b"',
      '"a,b"',
      '"a\r\nb"',
      "ab",
      "",
    ]);
  });
});
