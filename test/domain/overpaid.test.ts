// Part payments and what can go wrong with them: parts of one moment, more money than was asked for,
// and a link that ends with a part of it (design 3.4).

import { describe, expect, it } from "vitest";
import { causesOf } from "../../src/domain/causes";
import { inr } from "../../src/domain/money";
import type { Observation } from "../../src/domain/observation";
import { viewOrder } from "../../src/domain/order-view";
import { evolve, newRecord, type OrderRecord, positionOf } from "../../src/domain/record";
import {
  isoAt,
  link,
  MORNING,
  observe,
  order,
  ORDER,
  payment,
  PAYMENT,
  refund,
  SECOND_ORDER,
  SECOND_PAYMENT,
} from "./words";

const SETTINGS = { auth_window: { "*": 7 }, fulfill_on: "paid", ours: true } as const;
const whole = link(1, { status: "CLICKED", amount: inr(100_000), amount_due: inr(100_000) });

function told(...observations: readonly Observation[]): OrderRecord {
  return observations.reduce<OrderRecord>(
    (record, observation) => evolve(record, observation, "webhook", MORNING).record,
    newRecord(MORNING, "webhook"),
  );
}

const shown = (record: OrderRecord) => viewOrder(ORDER, record, SETTINGS);

const part = (value: number, second: number, id = PAYMENT, order_id = ORDER) =>
  payment(
    second,
    { order_id, status: "PROCESSED", amount: inr(value), created_at: isoAt(second) },
    id,
  );

describe("instalments", () => {
  it("stand in the order of their time, whatever came first", () => {
    const record = told(
      observe([part(30_000, 90, "b-late"), order(90, { status: "PENDING" })]),
      observe([whole, part(20_000, 30, "c-early")], { part_payment: true }),
      observe([part(10_000, 60, "a-middle")]),
    );
    expect(shown(record).payments.map(({ id }) => id)).toEqual(["c-early", "a-middle", "b-late"]);
    expect(shown(record)).toMatchObject({
      stage: "part_paid",
      captured: inr(60_000),
      amount_due: inr(40_000),
    });
  });

  it.each([
    ["of one order", ORDER],
    ["of two orders", SECOND_ORDER],
  ])("of one moment, %s, are both counted", (_, other) => {
    const orders = [...new Set([ORDER, other])].map((id) =>
      order(60, { status: "PROCESSED", amount: inr(50_000) }, id),
    );
    const words = [whole, ...orders, part(50_000, 60), part(50_000, 60, SECOND_PAYMENT, other)];
    const record = told(observe(words, { part_payment: true }));
    expect(shown(record)).toMatchObject({
      stage: "paid",
      captured: inr(100_000),
      overpaid: null,
      attention: [],
    });
    expect(shown(record).payments).toHaveLength(2);
  });
});

describe("an order of parts that FAILED", () => {
  const failed = (...before: readonly Observation[]) =>
    told(
      ...before,
      observe(
        [
          whole,
          order(60, { status: "FAILED", amount: inr(100_000) }),
          part(40_000, 30),
          order(90, { status: "PROCESSED", amount: inr(60_000) }, SECOND_ORDER),
          part(60_000, 90, SECOND_PAYMENT, SECOND_ORDER),
        ],
        { part_payment: true },
      ),
    );

  it("for want of its next part keeps what it took", () => {
    expect(shown(failed())).toMatchObject({ stage: "paid", captured: inr(100_000) });
  });

  it("after it was called paid has lost it, until its payment says otherwise", () => {
    const paid = observe([order(40, { status: "PROCESSED" })]);
    expect(shown(failed(paid))).toMatchObject({ stage: "part_paid" });
  });
});

describe("more than was asked for", () => {
  const paidTwice = observe([
    whole,
    order(60, { status: "PROCESSED", amount: inr(100_000) }),
    part(100_000, 60),
    part(25_000, 70, SECOND_PAYMENT),
  ]);
  const back = (value: number, status: "PENDING" | "PROCESSED", second: number) =>
    observe([refund(second, { status, amount: inr(value) })]);

  it("is overpaid, with the excess as the refund to be made", () => {
    const record = told(paidTwice);
    expect(shown(record)).toMatchObject({
      stage: "paid",
      overpaid: inr(25_000),
      attention: ["overpaid"],
    });
    expect(record.discrepancies).toMatchObject({
      overpaid: { ours: 100_000, theirs: 125_000, amount: 25_000, closed_at: null },
    });
  });

  it("is told of, once for each payment that makes it more", () => {
    const attention = (record: OrderRecord) =>
      causesOf(record.facts, positionOf(record), record)
        .filter(({ type }) => type === "order.attention")
        .map(({ entities }) => entities);
    expect(attention(told(paidTwice))).toEqual([["overpaid", "2"]]);
    expect(attention(told(paidTwice, back(25_000, "PENDING", 80)))).toEqual([["overpaid", "2"]]);
    expect(attention(told(paidTwice, back(25_000, "PROCESSED", 80)))).toEqual([]);
    const third = observe([part(5_000, 90, "payment-3")]);
    expect(attention(told(paidTwice, back(25_000, "PROCESSED", 80), third))).toEqual([
      ["overpaid", "3"],
    ]);
  });

  it("is not proposed again while it is on its way back", () => {
    const record = told(paidTwice, back(25_000, "PENDING", 80));
    expect(shown(record)).toMatchObject({ overpaid: null, attention: ["overpaid"] });
    expect(record.discrepancies).toMatchObject({ overpaid: { closed_at: null } });
  });

  it("is over once it went back, and what is left of it once a part did", () => {
    const partly = told(paidTwice, back(10_000, "PROCESSED", 80));
    expect(shown(partly).overpaid).toEqual(inr(15_000));
    const record = told(paidTwice, back(25_000, "PROCESSED", 80));
    expect(shown(record)).toMatchObject({ overpaid: null, attention: [] });
    expect(record.discrepancies).toMatchObject({ overpaid: { closed_at: MORNING } });
  });

  it("is not said of orders whose whole nobody knows", () => {
    const orders = [ORDER, SECOND_ORDER].map((id) =>
      order(60, { status: "PROCESSED", amount: inr(50_000) }, id),
    );
    const words = [...orders, part(50_000, 60), part(50_000, 61, SECOND_PAYMENT, SECOND_ORDER)];
    expect(shown(told(observe(words)))).toMatchObject({ overpaid: null, attention: [] });
  });
});

describe("a link that ends", () => {
  const after = (status: "EXPIRED" | "CANCELLED", captured: number) =>
    told(
      observe([whole, order(30, { status: "PROCESSED" }), part(captured, 30)], {
        part_payment: true,
      }),
      observe([link(60, { status })]),
    );

  it.each([
    ["EXPIRED", "expired"],
    ["CANCELLED", "cancelled"],
  ] as const)("%s with a part of the money is in attention, and refundable", (status, stage) => {
    expect(shown(after(status, 40_000))).toMatchObject({
      stage,
      captured: inr(40_000),
      refundable: inr(40_000),
      attention: ["expired_part_paid"],
    });
  });

  it("needs nobody once the part went back", () => {
    const record = after("EXPIRED", 40_000);
    const back = observe([refund(90, { status: "PROCESSED", amount: inr(40_000) })]);
    const returned = evolve(record, back, "webhook", MORNING).record;
    expect(shown(returned)).toMatchObject({ stage: "refunded", attention: [] });
  });

  it("needs nobody when nothing was paid", () => {
    const record = told(observe([whole, order(30, { status: "CREATED" })]));
    const ended = evolve(record, observe([link(60, { status: "EXPIRED" })]), "webhook", MORNING);
    expect(shown(ended.record)).toMatchObject({ stage: "expired", attention: [] });
  });
});
