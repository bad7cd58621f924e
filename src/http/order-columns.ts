// An order as a row of a CSV file, for whoever keeps the books. The customer is masked without the scope
// `customer`.

import { isOpenStep } from "../domain/checklist";
import type { OrderView } from "../domain/order-view";
import { type Milliseconds, millisecondsOf } from "../domain/time";
import { type Column, money, text, words } from "./csv";
import type { Principal } from "./doors";
import { customerColumns, timeColumns } from "./part-json";

export function orderColumns(principal: Principal, zone: string): readonly Column<OrderView>[] {
  const time = (name: string, of: (order: OrderView) => string | null) =>
    timeColumns<OrderView>(name, zone, (order): Milliseconds | null => millisecondsOf(of(order)));
  return [
    { name: "id", cell: (order) => text(order.id) },
    { name: "order_id", cell: (order) => text(order.order_id) },
    { name: "merchant_reference", cell: (order) => text(order.merchant_reference) },
    { name: "payment_link_id", cell: (order) => text(order.link?.payment_link_id ?? null) },
    { name: "stage", cell: (order) => text(order.stage) },
    { name: "status", cell: (order) => text(order.status) },
    { name: "link_status", cell: (order) => text(order.link?.status ?? null) },
    { name: "verified_by", cell: (order) => text(order.verified_by) },
    { name: "origin", cell: (order) => text(order.origin) },
    { name: "currency", cell: (order) => text(order.authorized.currency) },
    { name: "amount", cell: (order) => money(order.amount) },
    { name: "amount_due", cell: (order) => money(order.amount_due) },
    { name: "authorized", cell: (order) => money(order.authorized) },
    { name: "captured", cell: (order) => money(order.captured) },
    { name: "refunded", cell: (order) => money(order.refunded) },
    { name: "refundable", cell: (order) => money(order.refundable) },
    { name: "overpaid", cell: (order) => money(order.overpaid) },
    { name: "fees", cell: (order) => money(order.settlement?.deductions ?? null) },
    { name: "recovered", cell: (order) => money(order.settlement?.recovered ?? null) },
    { name: "settled", cell: (order) => money(order.settlement?.settled ?? null) },
    { name: "not_yet_settled", cell: (order) => money(order.settlement?.pending ?? null) },
    { name: "unexplained", cell: (order) => money(order.settlement?.unexplained ?? null) },
    { name: "settlement_stage", cell: (order) => text(order.settlement?.stage ?? null) },
    { name: "utrs", cell: (order) => words(order.settlement?.utrs ?? []) },
    { name: "payment_ids", cell: (order) => words(order.payments.map(({ id }) => id)) },
    {
      name: "payment_methods",
      cell: (order) => words(known(order.payments.map((payment) => payment.payment_method))),
    },
    { name: "rrns", cell: (order) => words(known(order.payments.map(({ rrn }) => rrn))) },
    { name: "description", cell: (order) => text(order.description) },
    ...customerColumns<OrderView>(principal),
    { name: "attention", cell: (order) => words(order.attention) },
    { name: "needs", cell: (order) => words(openStepsOf(order)) },
    ...time("capture_by", ({ capture_by }) => capture_by),
    ...time("created", ({ created_at }) => created_at),
    ...time("updated", ({ updated_at }) => updated_at),
  ];
}

function openStepsOf({ checklist }: OrderView): readonly string[] {
  return checklist.filter(isOpenStep).map(({ step }) => step);
}

/** Each once. */
function known(values: readonly (string | null)[]): readonly string[] {
  return [...new Set(values.filter((value) => value !== null))];
}
