/**
 * What is remembered of a month of business between its days: the sums, the trouble that was
 * put in, and what is still to come. Paisa throughout; days are numbered from 1.
 */
import type { Micros } from "./clock";
import type { Line } from "./settlement";

/** What can be wrong with the settlement of one order in a hundred. */
export const wrongs = [
  "settlement_missing",
  "amount_differs",
  "settled_twice",
  "settled_but_not_paid",
  "refund_not_deducted",
  "settled_after_refund",
  "unknown_payment",
] as const;
export type Wrong = (typeof wrongs)[number];

/** What can be wrong, or remarkable, with a whole transfer. */
export const transferWrongs = ["fee_unexplained", "total_differs", "loan_recovery"] as const;
export type TransferWrong = (typeof transferWrongs)[number];

/** `missed`: no webhook of the order was ever sent. */
export type TroubleType = Wrong | TransferWrong | "missed" | "chargeback";

/** One entry for each trouble that was put in. */
export interface Trouble {
  readonly type: TroubleType;
  readonly order_id: string | null;
  /** The transaction that it is about; of a refund, the refund's own payment. */
  readonly payment_id: string | null;
  readonly utr: string | null;
  /** What is missing, differs, was settled too often, not deducted, charged back or recovered. */
  readonly amount: number;
}

/** A line that waits for its transfer. */
export interface Due {
  readonly line: Line;
  /** The bank day from which on it is settled. */
  readonly on: number;
  readonly order_id: string | null;
  /** Of an order of one captured payment that nothing else happens to. */
  readonly plain: boolean;
  /** What of the captured money this line brings to its end. */
  readonly settles: number;
  /** What is wrong once the line is settled. */
  readonly trouble: { readonly type: TroubleType; readonly amount: number } | null;
}

/** A refund that is still to be made. */
export interface Later {
  readonly on: number;
  readonly order_id: string;
  /** Null: all of it. */
  readonly amount: number | null;
  readonly deducted: boolean;
  /** Whether that it is not deducted is a trouble by itself. */
  readonly trouble: boolean;
}

export interface MonthFigures {
  orders: number;
  /** Captured, whoever settles it. */
  collected: number;
  /** The part of it that the gateway does not settle. */
  outside: number;
  refunded: number;
  fees: number;
  taxes: number;
  chargebacks: number;
  loans: number;
  /** Paid to the bank. */
  settled: number;
  /** Captured and in no transfer yet, or never. */
  not_yet_settled: number;
  /** Refunded and deducted by no transfer yet, or never. */
  not_yet_deducted: number;
}

export interface Month {
  readonly seed: number;
  readonly days: number;
  /** Orders a day. */
  readonly orders: number;
  /** The midnight in India with which day 1 began. */
  readonly first: Micros;
  played: number;
  readonly figures: MonthFigures;
  readonly trouble: Trouble[];
  due: Due[];
  later: Later[];
}

export function emptyMonth(wish: Pick<Month, "seed" | "days" | "orders">, first: Micros): Month {
  const figures = {
    orders: 0,
    collected: 0,
    outside: 0,
    refunded: 0,
    fees: 0,
    taxes: 0,
    chargebacks: 0,
    loans: 0,
    settled: 0,
    not_yet_settled: 0,
    not_yet_deducted: 0,
  };
  return { ...wish, first, played: 0, figures, trouble: [], due: [], later: [] };
}
