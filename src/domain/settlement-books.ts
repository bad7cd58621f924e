// Where the captured money of each payment is: with the customer again, with the gateway, at the bank.
// The parts always make the whole: what nothing explains is a part of its own, and never hidden.

import { type Entity, entries, type Facts, read } from "./facts";
import { HOME_CURRENCY, larger, type Paisa, paisa, subtract, sum, ZERO } from "./money";
import { capturedOfPayment } from "./order-money";
import { grossOf, refundParts, type RefundPart, type RoledLine } from "./settlement-roles";

/** Whole paisa. `captured` is the sum of all the others. */
export interface PaymentBooks {
  readonly captured: Paisa;
  /** Sent back to the customer, whether the bank was told or not. */
  readonly refunded: Paisa;
  /** Kept by the gateway, its taxes among them. */
  readonly fees: Paisa;
  /** Taken back by the gateway for somebody else: chargebacks. */
  readonly recovered: Paisa;
  /** Paid to the bank, or said to be, less what was deducted there. */
  readonly settled: Paisa;
  /** Not in any report yet; negative where a refund is still to be deducted. */
  readonly pending: Paisa;
  /** Settled by the bank itself and not by the gateway (`is_aggregator` is false). */
  readonly elsewhere: Paisa;
  readonly unexplained: Paisa;
}

export type PaymentBooksById = { readonly [paymentId: string]: PaymentBooks };

export function booksOf(facts: Facts, lines: readonly RoledLine[]): PaymentBooksById {
  const parts = refundParts(facts);
  return Object.fromEntries(
    entries(facts, "payment").map(([id, payment]) => [
      id,
      booksOfPayment(
        payment,
        lines.filter(({ payment_id }) => payment_id === id),
        parts.filter(({ payment_id, done }) => done && payment_id === id),
      ),
    ]),
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
  const refunded = sum(refunds.map(({ value }) => value));
  const of = (role: RoledLine["role"]): readonly RoledLine[] =>
    lines.filter((line) => line.role === role);
  const money = of("payment");
  const deducted = sum(of("refund").map(({ line }) => paisa(Math.abs(grossOf(line)))));
  const recovered = sum(of("chargeback").map(({ line }) => paisa(Math.abs(grossOf(line)))));
  const fees = sum(lines.map(({ line }) => line.deductions ?? ZERO));
  const settled = sum(lines.map(({ line }) => line.net ?? ZERO));
  const byBank = settlesElsewhere(payment) && lines.length === 0;
  const toCome = money.length === 0 && !byBank ? captured : ZERO;
  const toDeduct = byBank ? ZERO : larger(ZERO, subtract(refunded, deducted));
  const pending = subtract(toCome, toDeduct);
  const elsewhere = byBank ? subtract(captured, refunded) : ZERO;
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
