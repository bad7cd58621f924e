// Where the captured money of each payment is: with the customer again, with the gateway, at the bank.
// The parts always make the whole: what nothing explains is a part of its own, and never hidden.

import { type Entity, entries, type Facts, read } from "./facts";
import { HOME_CURRENCY, larger, type Paisa, smaller, subtract, sum, ZERO } from "./money";
import { capturedOfPayment } from "./order-money";
import {
  chargedBack,
  linesByPayment,
  refundParts,
  type RefundPart,
  type RoledLine,
  takenBack,
} from "./settlement-roles";

/** Whole paisa. `captured` is the sum of all the others. */
export interface PaymentBooks {
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
  elsewhere: ZERO,
  unexplained: ZERO,
};

export type PaymentBooksById = { readonly [paymentId: string]: PaymentBooks };

export function booksOf(facts: Facts, lines: readonly RoledLine[]): PaymentBooksById {
  const parts = refundParts(facts);
  const own = linesByPayment(parts, lines);
  return Object.fromEntries(
    entries(facts, "payment").map(([id, payment]) => {
      const ofPayment = ({ payment_id }: { readonly payment_id: string | null }) =>
        payment_id === id;
      return [id, booksOfPayment(payment, own.filter(ofPayment), parts.filter(ofPayment))];
    }),
  );
}

/** The bank settles with the merchant directly: no report of the gateway shows it. */
export function settlesElsewhere(payment: Entity<"payment">): boolean {
  return read(payment, "is_aggregator") === false;
}

function booksOfPayment(
  payment: Entity<"payment">,
  lines: readonly RoledLine[],
  refunds: readonly RefundPart[],
): PaymentBooks {
  const captured = capturedOfPayment(payment, HOME_CURRENCY);
  const linesOf = (role: RoledLine["role"]): readonly RoledLine[] =>
    lines.filter((line) => line.role === role);
  const netOf = (completed: boolean): Paisa =>
    sum(lines.flatMap(({ line }) => (line.completed === completed ? [line.net ?? ZERO] : [])));
  const done = sum(refunds.flatMap((part) => (part.done ? [part.value] : [])));
  const asked = sum(refunds.map(({ value }) => value));
  const deducted = takenBack(linesOf("refund"));
  const refunded = larger(done, smaller(deducted, asked));
  const recovered = chargedBack(lines, captured);
  const fees = sum(lines.map(({ line }) => line.deductions ?? ZERO));
  const settled = netOf(true);
  const listed = linesOf("payment").length > 0;
  const byBank = settlesElsewhere(payment) && !listed;
  const toDeduct = larger(ZERO, subtract(refunded, deducted));
  // What is in no report yet: the bank's own, or still to come from the gateway.
  const unlisted = subtract(listed ? ZERO : captured, toDeduct);
  const pending = sum([byBank ? ZERO : unlisted, netOf(false)]);
  const elsewhere = byBank ? unlisted : ZERO;
  const explained = sum([refunded, fees, recovered, settled, pending, elsewhere]);
  return {
    captured,
    refunded,
    fees,
    recovered,
    settled,
    pending,
    elsewhere,
    unexplained: subtract(captured, explained),
  };
}
