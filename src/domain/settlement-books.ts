// Where the captured money of each payment is: with the customer again, with the gateway, at the bank.
// The parts always make the whole: what nothing explains is a part of its own, and never hidden.

import { type Entity, read } from "./facts";
import { larger, type Paisa, smaller, subtract, sum, ZERO } from "./money";
import type { PaymentAccount } from "./payment-account";
import { takenBack } from "./settlement-roles";

/** Whole paisa. `captured` is the sum of all the others but `initiated`, which is in `pending`. */
export interface PaymentBooks {
  /** Of a discounted EMI what it was settled as (payment-account.ts). */
  readonly captured: Paisa;
  /** Sent back to the customer; one that is on its way counts once it was deducted. */
  readonly refunded: Paisa;
  /** Kept by the gateway, its taxes among them. */
  readonly fees: Paisa;
  /** Taken back by the gateway for somebody else: chargebacks. */
  readonly recovered: Paisa;
  /** At the bank, less what was deducted there. */
  readonly settled: Paisa;
  /** In no report yet, or not paid out yet; negative where a refund is still to be deducted. */
  readonly pending: Paisa;
  /** Of `pending`: in a transfer that is not completed yet. Not a part by itself. */
  readonly initiated: Paisa;
  /** Settled by the bank itself and not by the gateway (`is_aggregator` is false). */
  readonly elsewhere: Paisa;
  readonly unexplained: Paisa;
}

export const NO_BOOKS: PaymentBooks = {
  captured: ZERO,
  refunded: ZERO,
  fees: ZERO,
  recovered: ZERO,
  settled: ZERO,
  pending: ZERO,
  initiated: ZERO,
  elsewhere: ZERO,
  unexplained: ZERO,
};

export type PaymentBooksById = { readonly [paymentId: string]: PaymentBooks };

export function booksOf(accounts: readonly PaymentAccount[]): PaymentBooksById {
  return Object.fromEntries(accounts.map((account) => [account.id, booksOfPayment(account)]));
}

/** The bank settles with the merchant directly: no report of the gateway shows it. */
export function settlesElsewhere(payment: Entity<"payment">): boolean {
  return read(payment, "is_aggregator") === false;
}

function booksOfPayment(account: PaymentAccount): PaymentBooks {
  const { payment, collected: captured, lines, refunds, fit, lost: recovered } = account;
  const netOf = (completed: boolean): Paisa =>
    sum(lines.flatMap(({ line }) => (line.completed === completed ? [line.net ?? ZERO] : [])));
  const done = sum(refunds.flatMap((part) => (part.done ? [part.value] : [])));
  const asked = sum(refunds.map(({ value }) => value));
  // By lines, or kept back before the payment was settled.
  const deducted = sum([takenBack(lines.filter(({ role }) => role === "refund")), account.netted]);
  const refunded = larger(done, smaller(deducted, asked));
  const fees = sum(lines.map(({ line }) => line.deductions ?? ZERO));
  const settled = netOf(true);
  const initiated = netOf(false);
  const byBank = settlesElsewhere(payment) && fit === "unlisted";
  const toDeduct = larger(ZERO, subtract(refunded, deducted));
  // What is in no report yet: the bank's own, or still to come from the gateway.
  const unlisted = subtract(unlistedOf(account), toDeduct);
  const pending = sum([byBank ? ZERO : unlisted, initiated]);
  const elsewhere = byBank ? unlisted : ZERO;
  const explained = sum([refunded, fees, recovered, settled, pending, elsewhere]);
  return {
    captured,
    refunded,
    fees,
    recovered,
    settled,
    pending,
    initiated,
    elsewhere,
    unexplained: subtract(captured, explained),
  };
}

function unlistedOf({ fit, captured, listed }: PaymentAccount): Paisa {
  switch (fit) {
    case "unlisted":
      return captured;
    case "part":
      return subtract(captured, listed);
    case "whole":
    case "differs":
      return ZERO;
  }
}
