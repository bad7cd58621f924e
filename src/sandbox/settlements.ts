/**
 * The gateway pays the merchant: what was taken and what went back since the last time become
 * one transfer under a new UTR. Nothing does this by itself; it is told to. What is taken by an
 * acquirer of the merchant's own (`is_aggregator: false`) never comes here.
 */
import type { Micros } from "./clock";
import type { Desk } from "./desk";
import { GatewayError } from "./gateway-error";
import { newDigits } from "./ids";
import { capturedOfPayment, type Order, type Payment } from "./order";
import { deductionLine, type Line, paymentLine, type Settlement } from "./settlement";

const day: Micros = 86_400_000_000;

export interface CloseRequest {
  /** What moved later waits; without it, nothing does. */
  readonly through?: Micros | undefined;
  /** Ids of payments, refunds' payments too, that wait. */
  readonly hold: readonly string[];
  /** Whether the bank is paid. */
  readonly settled: boolean;
  /** The bank is paid so many days after now. */
  readonly late_days: number;
}

/** When the money of a payment moved. */
function movedAt(payment: Payment): Micros {
  return payment.captures.at(-1)?.created_at ?? payment.updated_at;
}

function isAggregated(payment: Payment | undefined): boolean {
  return payment?.acquirer?.["is_aggregator"] !== false;
}

/** Everything of these orders that moved, as lines, whether a transfer has it already or not. */
export function linesOf(orders: readonly Order[]): Line[] {
  const payments = orders.flatMap((order) => order.payments);
  const sources = new Map(payments.map((payment) => [payment.id, payment]));
  return orders.flatMap((order) =>
    order.payments.flatMap((payment) => {
      const source = sources.get(payment.parent_payment_id ?? payment.id);
      if (payment.status !== "PROCESSED" || !isAggregated(source)) return [];
      const moved = { transaction_id: payment.id, method: payment.method, at: movedAt(payment) };
      if (order.type === "REFUND") return [deductionLine("refund", moved, payment.amount.value)];
      return [paymentLine({ ...moved, gross: capturedOfPayment(payment) })];
    }),
  );
}

/** By transaction, the UTR of the transfer that has it: payments and refunds, not chargebacks. */
export function settledUnder(desk: Desk): ReadonlyMap<string, string> {
  const transfers = desk.settlements.list(-1);
  return new Map(
    transfers.flatMap(({ utr, lines }) =>
      lines.flatMap((line) =>
        line.kind === "chargeback" ? [] : [[line.transaction_id, utr] as const],
      ),
    ),
  );
}

/** Twelve digits that no transfer has. */
export function newUtr(desk: Desk): string {
  const utr = newDigits(desk, 12);
  return desk.settlements.has(utr) ? newUtr(desk) : utr;
}

/** Makes a transfer of all that is left over. */
export function closeBooks(desk: Desk, request: CloseRequest): Settlement {
  const { hold, settled, late_days } = request;
  const processed_at = desk.tick();
  const through = request.through ?? processed_at;
  const done = settledUnder(desk);
  const waits = ({ transaction_id, at }: Line): boolean =>
    at > through || done.has(transaction_id) || hold.includes(transaction_id);
  const utr = newUtr(desk);
  const lines = [
    ...linesOf(desk.store.listOrders(-1).toReversed()).filter((line) => !waits(line)),
    ...desk.settlements
      .takeChargebacks(utr, through)
      .map(({ payment_id, method, amount, at }) =>
        deductionLine("chargeback", { transaction_id: payment_id, method, at }, amount),
      ),
  ];
  if (lines.length === 0) throw new GatewayError("OPERATION_NOT_ALLOWED", "Nothing to settle");
  const settled_at = settled ? processed_at + late_days * day : null;
  const settlement = { utr, processed_at, settled_at, lines, loan: 0 };
  desk.settlements.save(settlement);
  return settlement;
}

function getSettlement(desk: Desk, utr: string): Settlement {
  const settlement = desk.settlements.find(utr);
  if (!settlement) throw new GatewayError("SETTLEMENT_NOT_FOUND", `No settlement ${utr}`);
  return settlement;
}

/** The bank is paid what was only on its way. */
export function payOut(desk: Desk, utr: string): Settlement {
  const settlement = getSettlement(desk, utr);
  if (settlement.settled_at !== null) {
    throw new GatewayError("OPERATION_NOT_ALLOWED", `${utr} is settled`);
  }
  const settled = { ...settlement, settled_at: desk.tick() };
  desk.settlements.save(settled);
  return settled;
}

/** Keeps so many paisa of the transfer for a loan; no line says so. */
export function recoverLoan(desk: Desk, utr: string, amount: number): Settlement {
  const settlement = getSettlement(desk, utr);
  const less = { ...settlement, loan: settlement.loan + amount };
  desk.settlements.save(less);
  return less;
}

/** A customer's bank takes a payment back, or `amount` paisa of it; the next transfer pays. */
export function chargeBack(desk: Desk, payment_id: string, amount: number | undefined): number {
  const order_id = payment_id.split("-").slice(0, -2).join("-");
  const order = desk.store.findOrder(order_id);
  const payment = order?.payments.find(({ id }) => id === payment_id);
  if (!payment || order?.type !== "CHARGE") {
    throw new GatewayError("ORDER_NOT_FOUND", `No payment ${payment_id}`);
  }
  const captured = payment.status === "PROCESSED" ? capturedOfPayment(payment) : 0;
  const left = captured - desk.settlements.chargedBack(payment_id);
  const taken = amount ?? left;
  if (taken <= 0 || taken > left) {
    throw new GatewayError("AMOUNT_LIMIT_EXCEEDED", "More than what is left of the payment");
  }
  desk.settlements.addChargeback({
    payment_id,
    method: payment.method,
    amount: taken,
    at: desk.tick(),
  });
  return taken;
}
