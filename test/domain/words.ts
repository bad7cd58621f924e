// Short ways to say what the gateway said, for the tests of the domain. Times are seconds after one
// morning; `null` is a word without a time. Nothing here decides anything.

import { type Facts, NO_FACTS } from "../../src/domain/facts";
import { join } from "../../src/domain/join";
import { type Amount, inr, paisa } from "../../src/domain/money";
import type {
  AnyWord,
  LinkFields,
  Observation,
  OrderFields,
  PaymentFields,
  RefundFields,
} from "../../src/domain/observation";
import { type Instant, parseInstant, type Version, versionOf } from "../../src/domain/time";

export const LINK = "pl-v1-260301100000-aa-Kw3RtZ";
export const ORDER = "v1-260301100000-aa-Qm7BxC";
export const SECOND_ORDER = "v1-260301101500-aa-Ht2LpD";
export const PAYMENT = `${ORDER}-cc-1`;
export const SECOND_PAYMENT = `${SECOND_ORDER}-up-1`;
export const REFUND = "v1-260301120000-aa-Rn5VyS";
export const SECOND_REFUND = "v1-260301123000-aa-Jd8MwE";

export const ASKED = inr(10_000);
export const MORNING = Date.parse("2026-03-01T10:00:00Z");

export function usd(value: number): Amount {
  return { value: paisa(value), currency: "USD" };
}

export function isoAt(second: number): string {
  return new Date(MORNING + second * 1_000).toISOString();
}

export function instantAt(second: number): Instant {
  const instant = parseInstant(isoAt(second));
  if (instant === null) throw new Error(`no instant at ${second}`);
  return instant;
}

/** The version of a thing of that second in a snapshot of that second. */
export function versionAt(own: number, snapshot: number = own): Version {
  return versionOf(instantAt(own), instantAt(snapshot));
}

/** A second of its own, or `[own, snapshot]`; null is undated. */
export type When = number | readonly [number, number] | null;

function versionOfWhen(when: When): Version | null {
  if (when === null) return null;
  return typeof when === "number" ? versionAt(when) : versionAt(when[0], when[1]);
}

export function link(when: When, fields: Partial<LinkFields>, id = LINK): AnyWord {
  return { kind: "link", id, version: versionOfWhen(when), fields };
}

export function order(when: When, fields: Partial<OrderFields>, id = ORDER): AnyWord {
  return { kind: "order", id, version: versionOfWhen(when), fields };
}

export function payment(when: When, fields: Partial<PaymentFields>, id = PAYMENT): AnyWord {
  const fallback = { order_id: ORDER };
  return { kind: "payment", id, version: versionOfWhen(when), fields: { ...fallback, ...fields } };
}

export function refund(when: When, fields: Partial<RefundFields>, id = REFUND): AnyWord {
  const fallback = { parent_order_id: ORDER };
  return { kind: "refund", id, version: versionOfWhen(when), fields: { ...fallback, ...fields } };
}

export interface Flags {
  readonly pre_auth?: boolean;
  readonly part_payment?: boolean;
  readonly orders_named?: readonly string[];
}

export function observe(words: readonly AnyWord[], flags: Flags = {}): Observation {
  return { orders_named: [], ...flags, words };
}

/** The facts after these words were said, in one observation. */
export function known(words: readonly AnyWord[], flags: Flags = {}): Facts {
  return join(NO_FACTS, observe(words, flags));
}

/** A paid order of 100 rupees with its payment, as one snapshot. */
export function paidOrder(when: When = 60): readonly AnyWord[] {
  return [
    order(when, { status: "PROCESSED", amount: ASKED }),
    payment(when, { status: "PROCESSED", amount: ASKED }),
  ];
}

/** The rows of a table under their first column, as `it.each` wants them. */
export function named<R extends readonly [string, ...unknown[]]>(
  rows: readonly R[],
): readonly (readonly [name: string, row: R])[] {
  return rows.map((row) => [row[0], row] as const);
}
