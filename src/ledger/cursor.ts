// Cursors of the ledger's lists: where a page ended, as one opaque word. It carries the order of
// the list and a short hash of its filters, so that it fits the list that made it and no other.
// It is not a secret and proves nothing: what it names is only a place to go on from.

import { canonicalJson, type Json } from "../domain/json";
import { failure, type Result, success } from "../domain/result";

/** The values of the last row shown, by the columns that order the list. */
export type Place = readonly (string | number)[];

export interface CursorFailure {
  readonly code: "cursor_invalid";
}

export interface Page<T> {
  readonly data: readonly T[];
  /** Null on the last page. */
  readonly next_cursor: string | null;
}

/** What a list is: its name and order, and the filters that it was asked with. */
export interface ListKind {
  readonly list: string;
  readonly filters: { readonly [name: string]: Json | undefined };
}

function formatCursor(kind: ListKind, place: Place): string {
  const text = JSON.stringify([kind.list, filterHash(kind), ...place]);
  const bytes = String.fromCharCode(...new TextEncoder().encode(text));
  return btoa(bytes).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** Null for the first page; a failure for what this list did not give out. */
export function parseCursor(
  kind: ListKind,
  cursor: string | null | undefined,
  shape: readonly ("string" | "number")[],
): Result<Place | null, CursorFailure> {
  if (cursor === null || cursor === undefined) return success(null);
  const [list, hash, ...place] = readCursor(cursor);
  const fits =
    list === kind.list &&
    hash === filterHash(kind) &&
    place.length === shape.length &&
    // 1e400 is JSON and no number that D1 takes.
    place.every((value, index) => isPlaceValue(value) && typeof value === shape[index]);
  return fits ? success(place.filter(isPlaceValue)) : failure({ code: "cursor_invalid" });
}

/**
 * A column where it bounds the list on the side from which a cursor comes. The cursor's own bound is the
 * nearer one, and SQLite would seek by whichever stands first: by this one it would read again all the
 * pages before. The sign keeps it from seeking by this one.
 */
export function unsought(column: string): string {
  return `+${column}`;
}

/** Cuts the one row that was read to know whether there are more. */
export function pageOf<Row, T>(
  rows: readonly Row[],
  limit: number,
  kind: ListKind,
  placeOf: (row: Row) => Place,
  show: (row: Row) => T,
): Page<T> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const more = rows.length > limit && last !== undefined;
  return { data: shown.map(show), next_cursor: more ? formatCursor(kind, placeOf(last)) : null };
}

/** A page of a list of which only some rows are shown, and which was read no further than `walk` rows. */
export interface Walk<Row> {
  readonly rows: readonly Row[];
  readonly limit: number;
  readonly walk: number;
  readonly kind: ListKind;
  shown(row: Row): boolean;
  placeOf(row: Row): Place;
}

/** It goes on behind the last row that was shown, or, where none is left to show, that was read. */
export function walkedPage<Row, T>(walked: Walk<Row>, show: (row: Row) => T): Page<T> {
  const { rows, limit, walk, kind } = walked;
  const all = rows.filter((row) => walked.shown(row));
  const page = all.slice(0, limit);
  const last = all.length > limit ? page.at(-1) : rows.length === walk ? rows.at(-1) : undefined;
  const next_cursor = last === undefined ? null : formatCursor(kind, walked.placeOf(last));
  return { data: page.map(show), next_cursor };
}

function readCursor(cursor: string): readonly unknown[] {
  if (!/^[A-Za-z0-9_-]{1,1024}$/.test(cursor)) return [];
  try {
    const bytes = atob(cursor.replaceAll("-", "+").replaceAll("_", "/"));
    const text = new TextDecoder().decode(Uint8Array.from(bytes, (byte) => byte.charCodeAt(0)));
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : [];
  } catch {
    // Not ours: not base64url, or not JSON inside.
    return [];
  }
}

function isPlaceValue(value: unknown): value is string | number {
  return typeof value === "string" || Number.isFinite(value);
}

/** FNV-1a of the filters that were given, in canonical form. */
function filterHash(kind: ListKind): string {
  const given = Object.entries(kind.filters).filter(([, value]) => value !== undefined);
  const text = canonicalJson(
    Object.fromEntries(given.map(([name, value]) => [name, value ?? null])),
  );
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) {
    hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  }
  return hash.toString(36);
}
