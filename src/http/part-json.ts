// Payments and refunds over all orders, as the API shows them and as rows of a CSV file: each with what
// an accountant needs of its order. The customer is masked without the scope `customer`.

import type { JsonObject } from "../domain/json";
import { maskCustomer } from "../domain/personal-data";
import type { PaymentBooks } from "../domain/settlement-books";
import { type Milliseconds, millisecondsOf, toIso } from "../domain/time";
import { wallText } from "../domain/wall-clock";
import type { ListedPayment, ListedRefund, OfOrder } from "../ledger/parts";
import { type Cell, type Column, money, rupees, text, words } from "./csv";
import type { Principal } from "./doors";

export function paymentJson({ payment, ...of }: ListedPayment, principal: Principal) {
  return { ...payment, ...ofOrderJson(of, principal) };
}

export function refundJson({ refund, ...of }: ListedRefund, principal: Principal) {
  return { ...refund, ...ofOrderJson(of, principal) };
}

function ofOrderJson(of: OfOrder, principal: Principal) {
  return {
    home: of.home,
    merchant_reference: of.merchant_reference,
    payment_link_id: of.payment_link_id,
    stage: of.stage,
    customer: customerOf(of.customer, principal),
    utrs: of.utrs,
  };
}

/** The columns of where a payment's money is, and the parts of its books. */
const BOOKS = [
  ["captured", "captured"],
  ["refunded", "refunded"],
  ["fees", "fees"],
  ["recovered", "recovered"],
  ["settled", "settled"],
  ["not_yet_settled", "pending"],
  ["settled_elsewhere", "elsewhere"],
  ["unexplained", "unexplained"],
] as const satisfies readonly (readonly [string, keyof PaymentBooks])[];

/** `captured` is the sum of the seven columns behind it, to the paisa. */
export function paymentColumns(
  principal: Principal,
  zone: string,
): readonly Column<ListedPayment>[] {
  return [
    { name: "payment_id", cell: ({ payment }) => text(payment.id) },
    { name: "order_id", cell: ({ payment, home }) => text(payment.order_id ?? home) },
    ...ofOrderColumns<ListedPayment>(),
    { name: "status", cell: ({ payment }) => text(payment.status) },
    { name: "payment_method", cell: ({ payment }) => text(payment.payment_method) },
    { name: "network", cell: ({ payment }) => text(payment.network) },
    { name: "last4", cell: ({ payment }) => text(payment.last4) },
    { name: "rrn", cell: ({ payment }) => text(payment.rrn) },
    { name: "currency", cell: ({ payment }) => text(payment.payment_amount?.currency ?? null) },
    { name: "amount", cell: ({ payment }) => money(payment.payment_amount) },
    ...BOOKS.map(([name, part]): Column<ListedPayment> => ({
      name,
      cell: ({ payment }) => rupees(payment.books?.[part] ?? null),
    })),
    { name: "utrs", cell: ({ utrs }) => words(utrs) },
    { name: "error", cell: ({ payment }) => text(payment.error?.code ?? null) },
    ...customerColumns<ListedPayment>(principal),
    ...timeColumns<ListedPayment>("created", zone, ({ payment }) =>
      millisecondsOf(payment.created_at),
    ),
  ];
}

export function refundColumns(principal: Principal, zone: string): readonly Column<ListedRefund>[] {
  return [
    { name: "refund_id", cell: ({ refund }) => text(refund.refund_id) },
    { name: "order_id", cell: ({ refund, home }) => text(refund.order_id ?? home) },
    ...ofOrderColumns<ListedRefund>(),
    { name: "refund_reference", cell: ({ refund }) => text(refund.merchant_refund_reference) },
    { name: "payment_id", cell: ({ refund }) => text(refund.payment_id) },
    { name: "status", cell: ({ refund }) => text(refund.status) },
    { name: "outcome", cell: ({ refund }) => text(refund.outcome) },
    { name: "rrn", cell: ({ refund }) => text(refund.rrn) },
    { name: "currency", cell: ({ refund }) => text(refund.amount?.currency ?? null) },
    { name: "amount", cell: ({ refund }) => money(refund.amount) },
    { name: "utrs", cell: ({ utrs }) => words(utrs) },
    { name: "reason", cell: ({ refund }) => text(refund.reason) },
    { name: "requested_by", cell: ({ refund }) => text(refund.requested_by) },
    ...customerColumns<ListedRefund>(principal),
    ...timeColumns<ListedRefund>("requested", zone, ({ refund }) =>
      millisecondsOf(refund.requested_at),
    ),
    ...timeColumns<ListedRefund>("created", zone, ({ refund }) =>
      millisecondsOf(refund.created_at),
    ),
  ];
}

function ofOrderColumns<Row extends OfOrder>(): readonly Column<Row>[] {
  return [
    { name: "merchant_reference", cell: (row) => text(row.merchant_reference) },
    { name: "payment_link_id", cell: (row) => text(row.payment_link_id) },
    { name: "stage", cell: (row) => text(row.stage) },
  ];
}

export function customerColumns<Row extends { readonly customer: JsonObject | null }>(
  principal: Principal,
): readonly Column<Row>[] {
  const field = (name: string): Column<Row> => ({
    name: `customer_${name}`,
    cell: (row) => stringCell(customerOf(row.customer, principal)?.[name]),
  });
  return [field("email_id"), field("mobile_number")];
}

/** The same moment twice: by UTC, and by the clock on the merchant's wall. */
export function timeColumns<Row>(
  name: string,
  zone: string,
  at: (row: Row) => Milliseconds | null,
): readonly Column<Row>[] {
  const column = (suffix: string, show: (at: Milliseconds) => string): Column<Row> => ({
    name: `${name}_${suffix}`,
    cell: (row) => {
      const moment = at(row);
      return text(moment === null ? null : show(moment));
    },
  });
  return [column("at", toIso), column("local", (moment) => wallText(moment, zone))];
}

function customerOf(customer: JsonObject | null, principal: Principal): JsonObject | null {
  return customer === null || principal.scopes.has("customer") ? customer : maskCustomer(customer);
}

function stringCell(value: unknown): Cell {
  return text(typeof value === "string" ? value : null);
}
