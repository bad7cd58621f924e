// The rows of a reconciliation and what they rest on, in the words of somebody who is no accountant. Closed:
// a new row of the domain does not compile until it is explained here.

import type { ReconcileBy, ReconciliationRow } from "../domain/reconciliation";

export interface RowWords {
  readonly label: string;
  readonly means: string;
  /** Where the money is when this way of looking does not tell it apart. */
  readonly untold: string;
  /** The pages that show what is behind it. */
  readonly behind: readonly { readonly label: string; readonly href: string }[];
}

export const RECONCILIATION_ROWS: { readonly [name in ReconciliationRow["name"]]: RowWords } = {
  refunded: {
    label: "Given back to customers",
    means: "refunds",
    untold: "not told apart",
    behind: [],
  },
  fees: {
    label: "Kept by Pine Labs as fees",
    means: "MDR and other charges",
    untold: "not told apart",
    behind: [],
  },
  taxes: {
    label: "Tax on the fees",
    means: "GST",
    untold: "counted within the fees",
    behind: [],
  },
  recoveries: {
    label: "Taken back",
    means: "chargebacks and loans",
    untold: "not told apart",
    behind: [
      { label: "Chargebacks", href: "/console/discrepancies?type=chargeback&state=all" },
      { label: "Loans paid back", href: "/console/discrepancies?type=loan_recovery&state=all" },
    ],
  },
  split: {
    label: "Shares of other merchants",
    means: "split payments",
    untold: "told for whole transfers only",
    behind: [],
  },
  beside: {
    label: "Convenience fees and cashback",
    means: "stand beside the sum in the report",
    untold: "told for whole transfers only",
    behind: [],
  },
  settled: {
    label: "At your bank",
    means: "paid out by the gateway's word",
    untold: "not told apart",
    behind: [
      { label: "Transfers that are at the bank", href: "/console/settlements?status=completed" },
    ],
  },
  not_yet_settled: {
    label: "On its way to your bank",
    means: "collected, and not paid out yet",
    untold: "not told apart",
    behind: [{ label: "What is overdue", href: "/console/discrepancies?type=settlement_missing" }],
  },
  settled_elsewhere: {
    label: "Settled by the bank itself",
    means: "never comes through Pine Labs",
    untold: "stands in no report of transfers",
    behind: [],
  },
  unexplained: {
    label: "Not explained",
    means: "no record says where it is",
    untold: "not told apart",
    behind: [],
  },
};

export const WAYS: {
  readonly [by in ReconcileBy]: { readonly label: string; readonly means: string };
} = {
  payment_date: {
    label: "By the day of the payment",
    means:
      "What your customers paid on these days, and where that money is now, also when it was refunded or settled later.",
  },
  settlement_date: {
    label: "By the day of the transfer",
    means:
      "The transfers that were paid to your bank on these days, and what they are made of. A transfer without a day yet is not counted.",
  },
};

/** What the figures rest on; a count that this release does not know is not shown. */
export const COUNTS: { readonly [name: string]: string } = {
  payments: "Payments",
  payments_not_counted: "Payments of an earlier release that are not counted",
  payments_other_business: "Payments of other business, not counted",
  settlements: "Transfers",
  settlements_not_completed: "Transfers that are not at the bank yet",
  settlements_not_read: "Transfers that are announced and not read",
  settlements_that_do_not_hold: "Transfers that do not add up",
  lines: "Lines of these transfers",
  lines_attributed: "Lines of known orders",
  lines_unknown: "Lines of unknown payments",
  lines_waiting: "Lines whose order is being asked for",
  lines_other_business: "Lines of other business",
};
