// Tables for spreadsheets: RFC 4180, and no cell that a spreadsheet would take for a formula. Amounts are
// rupees with two decimals, made of whole paisa without any arithmetic on fractions.

import type { Amount } from "../domain/money";
import { plainAmount } from "../domain/money-format";

declare const cellBrand: unique symbol;

/** One cell as it is written, quotes and all. */
export type Cell = string & { readonly [cellBrand]: true };

/**
 * What a spreadsheet runs when a cell begins with it, white space before it or not; behind apostrophes
 * too, so that one apostrophe less is always what it was.
 */
const FORMULA = /^'*(?:[\t\r\n]|\s*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20])/;

/** Text from outside. What looks like a formula gets an apostrophe in front, and is shown without. */
export function text(value: string | null): Cell {
  if (value === null) return brand("");
  const safe = FORMULA.test(value) ? `'${value}` : value;
  return brand(/[",;\r\n\t]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe);
}

/** In its currency's own decimals; which currency that is stands in another column. */
export function money(amount: Amount | null): Cell {
  return brand(amount === null ? "" : plainAmount(amount));
}

/** Rupees of whole paisa: "-1234.05". It is a number, whatever it begins with. */
export function rupees(paisa: number | null): Cell {
  if (paisa === null) return brand("");
  const digits = Math.abs(paisa).toString().padStart(3, "0");
  const sign = paisa < 0 ? "-" : "";
  return brand(`${sign}${digits.slice(0, -2)}.${digits.slice(-2)}`);
}

export function whole(value: number): Cell {
  return brand(String(value));
}

/** Several as one cell. None of ours has a space in it. */
export function words(values: readonly string[]): Cell {
  return text(values.join(" "));
}

export function yesNo(value: boolean | null): Cell {
  return brand(value === null ? "" : value ? "yes" : "no");
}

/** One record with its end of line. */
export function record(cells: readonly Cell[]): string {
  return `${cells.join(",")}\r\n`;
}

/** A table: what each column is called, and what stands in it. */
export interface Column<Row> {
  readonly name: string;
  readonly cell: (row: Row) => Cell;
}

export function header<Row>(columns: readonly Column<Row>[]): string {
  return record(columns.map(({ name }) => text(name)));
}

export function rowsOf<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  return rows.map((row) => record(columns.map(({ cell }) => cell(row)))).join("");
}

function brand(cell: string): Cell {
  return cell as Cell;
}
