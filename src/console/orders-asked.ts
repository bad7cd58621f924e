// What the list of orders is asked for: the parameters of its address ↔ those of the API. Days are whole days
// of the merchant's zone, amounts are rupees; what can not be read is a fault beside its field.

import { momentsOf } from "../domain/day-moments";
import { toIso } from "../domain/time";
import { paisaTyped } from "../domain/typed-amount";
import type { Query } from "./api";

/** Everything but the search and the cursor, in the order of the form. */
export const FILTERS = [
  "stage",
  "needs",
  "attention",
  "from",
  "to",
  "amount",
  "amount_to",
  "sort",
] as const;

export type Filter = (typeof FILTERS)[number];

/** As the address has it; "" is everything. */
export type Asked = { readonly [filter in Filter]: string };

export type Faults = { readonly [filter in Filter]?: string };

export function askedOf(parameter: (name: string) => string | undefined): Asked {
  const text = (name: Filter): string => parameter(name)?.trim() ?? "";
  return {
    stage: text("stage"),
    needs: text("needs"),
    attention: text("attention"),
    from: text("from"),
    to: text("to"),
    amount: text("amount"),
    amount_to: text("amount_to"),
    sort: text("sort"),
  };
}

/** Sorting leaves nothing out. */
export function isFiltered(asked: Asked): boolean {
  return FILTERS.some((filter) => filter !== "sort" && asked[filter] !== "");
}

/** What the API is asked, or what of it could not be read. */
export function queryOf(
  asked: Asked,
  zone: string,
): { readonly query: Query; readonly faults: Faults } {
  const { stage, needs, attention, sort, from, to } = asked;
  const amounts = amountsOf(asked);
  const faults: Faults = {
    ...(from === "" || isDay(from) ? {} : { from: "This is no day such as 2026-11-03." }),
    ...(to === "" || isDay(to) ? {} : { to: "This is no day such as 2026-11-03." }),
    ...(isDay(from) && isDay(to) && to < from ? { to: "This is before the first day." } : {}),
    ...amounts.faults,
  };
  if (Object.keys(faults).length > 0) return { query: {}, faults };
  const start = from === "" ? null : momentsOf({ from, to: from }, zone).from;
  const end = to === "" ? null : momentsOf({ from: to, to }, zone).before;
  const query = {
    stage,
    needs,
    attention,
    sort,
    created_from: start === null ? null : toIso(start),
    created_to: end === null ? null : toIso(end),
    ...amounts.query,
  };
  return { query, faults };
}

/** One amount is exactly that; with a second one, all from the first up to it. */
function amountsOf({ amount, amount_to }: Asked): {
  readonly query: Query;
  readonly faults: Faults;
} {
  const least = amount === "" ? null : paisaTyped(amount);
  const most = amount_to === "" ? least : paisaTyped(amount_to);
  const wrong = "This is no amount in rupees such as 1500 or 1,500.00.";
  if (amount !== "" && least === null) return { query: {}, faults: { amount: wrong } };
  if (amount_to !== "" && most === null) return { query: {}, faults: { amount_to: wrong } };
  if (least !== null && most !== null && most < least) {
    return { query: {}, faults: { amount_to: "This is less than the first amount." } };
  }
  return { query: { amount_from: least, amount_to: most }, faults: {} };
}

/** A day that there is, in years that clocks of zones are known for. */
function isDay(text: string): boolean {
  if (!/^2\d{3}-\d{2}-\d{2}$/.test(text)) return false;
  const at = Date.parse(`${text}T00:00:00Z`);
  return Number.isFinite(at) && new Date(at).toISOString().startsWith(text);
}
