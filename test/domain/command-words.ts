// Short ways to ask for money commands, for the tests of the domain. Nothing here decides anything.

import { type Asked, type Command, commandKey, type Commands } from "../../src/domain/command";
import { decide, NOTHING_ASKED, type Wish } from "../../src/domain/command-policy";
import type { Facts } from "../../src/domain/facts";
import type { JsonObject } from "../../src/domain/json";
import { inr } from "../../src/domain/money";
import type { AnyWord } from "../../src/domain/observation";
import { MINUTE } from "../../src/domain/schedule";
import { ASKED, MORNING, ORDER, order, payment, SECOND_ORDER, SECOND_PAYMENT } from "./words";

/** When the calls of these tests end, by our clock. */
export const NOW = MORNING + 60 * MINUTE;

export function asked(fields: Partial<Asked> = {}): Asked {
  return { ...NOTHING_ASKED, ...fields };
}

/** A refund of so much, or of all that is left. */
export function refundWish(value: number | null = null, fields: Partial<Asked> = {}): Wish {
  const amount = value === null ? null : inr(value);
  return { kind: "refund", reference: null, asked: asked({ amount, ...fields }), named: null };
}

export function captureWish(value: number | null = null, named: string | null = null): Wish {
  const amount = value === null ? null : inr(value);
  return { kind: "capture", reference: null, asked: asked({ amount }), named };
}

export function voidWish(named: string | null = null): Wish {
  return { kind: "void", reference: null, asked: asked(), named };
}

/** A refund of 40 rupees whose call is on its way, unless the fields say otherwise. */
export function command(fields: Partial<Command> = {}): Command {
  return {
    kind: "refund",
    reference: "return-17",
    asked: asked({ amount: fields.amount ?? inr(4_000) }),
    order_id: ORDER,
    amount: inr(4_000),
    whole: false,
    captured_before: 0,
    refunds_before: [],
    split_info: null,
    key: `key-of-${fields.kind ?? "refund"}-${fields.reference ?? "return-17"}`,
    known_by_reference: true,
    requested_by: "shop",
    requested_at: NOW,
    state: "sent",
    sends: 1,
    sent_at: NOW,
    unknown_since: null,
    absences: 0,
    read_at: NOW + MINUTE,
    failures: 0,
    refund_id: null,
    last_refusal: null,
    refusal: null,
    trouble: null,
    decision: null,
    ended_at: null,
    ...fields,
  };
}

export function commandsOf(...all: readonly Command[]): Commands {
  return Object.fromEntries(all.map((one) => [commandKey(one.kind, one.reference), one]));
}

/** Held money of one gateway order. */
export function heldOrder(
  amount = ASKED,
  order_id = ORDER,
  payment_id = `${order_id}-cc-1`,
): readonly AnyWord[] {
  return [
    order(60, { status: "AUTHORIZED", amount }, order_id),
    payment(60, { status: "AUTHORIZED", amount, order_id }, payment_id),
  ];
}

/** Two gateway orders of one link, paid with 40 and 60 rupees. */
export const TWO_PAID: readonly AnyWord[] = [
  order(60, { status: "PROCESSED", amount: inr(4_000) }),
  payment(60, { status: "PROCESSED", amount: inr(4_000) }),
  order(70, { status: "PROCESSED", amount: inr(6_000) }, SECOND_ORDER),
  payment(70, { status: "PROCESSED", amount: inr(6_000), order_id: SECOND_ORDER }, SECOND_PAYMENT),
];

/** A split of a payment as an order shows it, or of a refund: one part for each amount. */
export function splitOf(values: readonly number[], more: JsonObject = {}): JsonObject {
  return {
    split_type: "AMOUNT",
    split_details: values.map((value, index) => ({
      split_merchant_id: `seller-${index + 1}`,
      merchant_settlement_reference: `settle-${index + 1}`,
      amount: { value, currency: "INR" },
      ...more,
    })),
  };
}

/** The intent without its split, or the failure. */
export function intent(facts: Facts, wish: Wish, commands: Commands = {}): unknown {
  const decided = decide(facts, commands, wish);
  if (!decided.ok) return decided.failure;
  const { order_id, amount, whole } = decided.value;
  return { order_id, amount, whole };
}

export function intentOf(order_id: string, value: number, whole = false): unknown {
  return { order_id, amount: inr(value), whole };
}

/** The failure of a refund that is more than so much. */
export function exceeds(value: number): unknown {
  return { code: "refund_exceeds_captured", refundable: inr(value) };
}
