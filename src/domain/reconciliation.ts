// Where the money that was collected in a range of days is: one sum on the left, its parts on the right.
// Both sides are equal to the paisa, always: what no part holds is a part of its own, the unexplained
// rest, and never hidden in another. Pure: sums in, rows out.

import { type Paisa, subtract, sum, ZERO } from "./money";

export const RECONCILE_BY = ["payment_date", "settlement_date"] as const;

/** `payment_date`: the payments of these days. `settlement_date`: the transfers that were paid out on them. */
export type ReconcileBy = (typeof RECONCILE_BY)[number];

/** The parts in the order in which they are shown; the unexplained rest is the last. */
export const PARTS = [
  "refunded",
  "fees",
  "taxes",
  "recoveries",
  "split",
  "beside",
  "settled",
  "not_yet_settled",
  "settled_elsewhere",
] as const;

export type Part = (typeof PARTS)[number];

/** Null: this way of looking does not tell it, and it is in no other part unless `NOTES` says so. */
export type Parts = { readonly [P in Part]: Paisa | null };

export interface ReconciliationRow {
  readonly name: Part | "unexplained";
  readonly amount: Paisa | null;
}

export interface Reconciled {
  readonly collected: Paisa;
  readonly rows: readonly ReconciliationRow[];
  /** Collected less all rows: 0. */
  readonly balance: Paisa;
}

export function reconcile(collected: Paisa, parts: Parts): Reconciled {
  const told = PARTS.map((name) => ({ name, amount: parts[name] }));
  const held = sum(told.map(({ amount }) => amount ?? ZERO));
  const rest = subtract(collected, held);
  return {
    collected,
    rows: [...told, { name: "unexplained", amount: rest }],
    balance: subtract(collected, sum([held, rest])),
  };
}

/** What a reader must know of the rows that say null. */
export const NOTES: { readonly [B in ReconcileBy]: readonly string[] } = {
  payment_date: [
    "The report does not tell taxes by payment: fees holds them.",
    "What is split among other merchants, and what stands beside a transfer's sum, is told of whole transfers only.",
    "Money is counted where it is now, also when it was refunded or settled after these days.",
    "With ORDERS_WITHOUT_LINK=off what orders without a link took is other_business: in no row, and not collected.",
  ],
  settlement_date: [
    "What the bank settles by itself is in no report: settled_elsewhere is told by payment date only.",
    "A transfer is settled when all its lines are paid out and its date is reached; until then it is not_yet_settled.",
    "A transfer without a settled date is on no day yet and is not counted.",
    "A transfer holds the account's other business too: other_business is told by payment date only.",
  ],
};
