// What a person should do about an order next, and what can be done with it at all, as tables.

import { describe, expect, it } from "vitest";
import { type StepName, STEPS, type StepView } from "../../src/domain/checklist";
import type { StepState } from "../../src/domain/checklist-found";
import { COMMAND_TABLE } from "../../src/domain/command-policy";
import type { CommandView } from "../../src/domain/command-view";
import { inr } from "../../src/domain/money";
import {
  type DiscrepancyView,
  type OrderView,
  type PaymentView,
  viewOrder,
} from "../../src/domain/order-view";
import { SCOPES_OF } from "../../src/domain/people";
import { newRecord } from "../../src/domain/record";
import { NO_BOOKS } from "../../src/domain/settlement-books";
import { STAGES } from "../../src/domain/stage";
import { toIso } from "../../src/domain/time";
import { movesOf } from "../../src/console/order-moves";
import { nextAction } from "../../src/console/order-next";
import { named } from "../domain/words";

const NOW = Date.UTC(2031, 0, 15);
const HOUR = 3_600_000;

const bare = viewOrder("v1-310115000000-aa-Qm7BxC", newRecord(NOW, "webhook"), {
  auth_window: { "*": 5 },
  fulfill_on: "paid",
  ours: true,
});

function checklist(states: Partial<Record<StepName, StepState>>): readonly StepView[] {
  return STEPS.map((step) => {
    const state = states[step] ?? "not_applicable";
    return { step, state, at: null, by: null, detail: "As it is." };
  });
}

function orderWith(change: Partial<OrderView>): OrderView {
  return { ...bare, checked_at: toIso(NOW), ...change };
}

function discrepancy(change: Partial<DiscrepancyView>): DiscrepancyView {
  return {
    type: "gateway_disagrees",
    subject: "",
    ours: null,
    theirs: null,
    amount: null,
    first_seen_at: toIso(NOW),
    last_seen_at: toIso(NOW),
    closed_at: null,
    resolution: null,
    ...change,
  };
}

const link = {
  payment_link_id: "pl-v1-310115000000-aa-Kw3RtZ",
  merchant_payment_link_reference: "shop-1",
  status: "CREATED",
  payment_link: "https://pay.example/1",
  amount: inr(10_000),
  amount_due: inr(10_000),
  expire_by: toIso(NOW + HOUR),
  created_at: null,
  updated_at: null,
} as const;

const undecided: CommandView = {
  kind: "refund",
  reference: "back-1",
  order_id: bare.id,
  outcome: "needs_decision",
  amount: inr(4_000),
  payment_id: null,
  reason: null,
  refund_id: null,
  requested_by: "Asha",
  requested_at: toIso(NOW),
  ended_at: null,
  sends: 1,
  next_reading_at: null,
  trouble: null,
  refusal: null,
  decision: null,
};

const going: PaymentView = {
  id: `${bare.id}-up-1`,
  order_id: bare.id,
  status: "PENDING",
  payment_method: "UPI",
  payment_amount: inr(6_000),
  base_amount: null,
  captured: inr(0),
  network: null,
  last4: null,
  rrn: null,
  is_aggregator: null,
  error: null,
  books: NO_BOOKS,
  created_at: null,
  updated_at: null,
};

const held = { stage: "authorized", authorized: inr(10_000), pre_auth: true } as const;
const paid = {
  stage: "paid",
  refunded: inr(0),
  captured: inr(10_000),
  refundable: inr(10_000),
} as const;
const mail = { customer: { email_id: "a•••@example.com" } } as const;

type Row = readonly [
  when: string,
  expected: string | null,
  order: OrderView,
  commands?: readonly CommandView[],
];

const ROWS: readonly Row[] = [
  ["nothing is open", null, orderWith({ ...paid, checklist: checklist({ verify: "done" }) })],
  [
    "money is held and its time is nearly over, whatever else is open",
    "capture",
    orderWith({
      ...held,
      attention: ["capture_urgent"],
      checklist: checklist({ capture: "todo", fulfill: "todo", record: "todo" }),
      discrepancies: [discrepancy({})],
    }),
    [undecided],
  ],
  [
    "money is held and the delivery waits for it",
    "capture",
    orderWith({ ...held, checklist: checklist({ capture: "todo", fulfill: "blocked" }) }),
  ],
  [
    "money is held and may be delivered first",
    "fulfill",
    orderWith({ ...held, checklist: checklist({ capture: "todo", fulfill: "todo" }) }),
  ],
  [
    "money is held and a capture is on its way",
    null,
    orderWith({ ...held, checklist: checklist({ capture: "doing", fulfill: "blocked" }) }),
  ],
  [
    "money is held and a release is on its way",
    null,
    orderWith({ ...held, checklist: checklist({ capture: "todo", fulfill: "blocked" }) }),
    [{ ...undecided, kind: "void", outcome: "in_flight" }],
  ],
  [
    "money is held and nobody can read what became of its release",
    "decide",
    orderWith({
      ...held,
      attention: ["capture_urgent"],
      checklist: checklist({ capture: "todo", fulfill: "blocked" }),
    }),
    [{ ...undecided, kind: "void" }],
  ],
  ["money is held for somebody else's business", "capture", orderWith({ ...held, checklist: [] })],
  [
    "nobody can read what became of a refund",
    "decide",
    orderWith({ ...paid, overpaid: inr(1), checklist: checklist({ refund: "blocked" }) }),
    [undecided],
  ],
  [
    "too much was paid, which is a discrepancy too",
    "refund",
    orderWith({
      ...paid,
      overpaid: inr(5_000),
      discrepancies: [discrepancy({ type: "overpaid" })],
      checklist: checklist({ fulfill: "todo" }),
    }),
  ],
  [
    "too much was paid and the refund is on its way",
    null,
    orderWith({
      ...paid,
      discrepancies: [discrepancy({ type: "overpaid" })],
      checklist: checklist({ refund: "doing" }),
    }),
  ],
  [
    "too much was paid and nobody knows how much of it went back",
    "resolve",
    orderWith({
      ...paid,
      refunded: null,
      discrepancies: [discrepancy({ type: "overpaid" })],
      checklist: checklist({ fulfill: "todo" }),
    }),
  ],
  [
    "two records differ",
    "resolve",
    orderWith({
      ...paid,
      discrepancies: [discrepancy({})],
      checklist: checklist({ fulfill: "todo" }),
    }),
  ],
  [
    "two records differed and somebody closed it",
    "fulfill",
    orderWith({
      ...paid,
      discrepancies: [discrepancy({ closed_at: toIso(NOW) })],
      checklist: checklist({ fulfill: "todo" }),
    }),
  ],
  [
    "a difference is only worth knowing",
    null,
    orderWith({ ...paid, discrepancies: [discrepancy({ type: "fee_unexplained" })] }),
  ],
  [
    "nobody knows whether it was delivered",
    "fulfill",
    orderWith({
      ...paid,
      fulfillment: { ...bare.fulfillment, state: "claim_over" },
      checklist: checklist({ fulfill: "blocked" }),
    }),
  ],
  [
    "somebody delivers it, and the customer has no receipt",
    "send_receipt",
    orderWith({
      ...paid,
      ...mail,
      checklist: checklist({ fulfill: "doing", confirm: "todo", record: "todo" }),
    }),
  ],
  [
    "the customer has no receipt and no address",
    "confirm",
    orderWith({ ...paid, checklist: checklist({ confirm: "todo", record: "todo" }) }),
  ],
  [
    "it is not recorded",
    "record",
    orderWith({ ...paid, checklist: checklist({ record: "todo", fulfill: "done" }) }),
  ],
  [
    "the link ended with a part of the money",
    "replace",
    orderWith({ stage: "expired", attention: ["expired_part_paid"] }),
  ],
  [
    "the link ended with a part of the money and another payment is on its way",
    null,
    orderWith({ stage: "expired", attention: ["expired_part_paid"], payments: [going] }),
  ],
  [
    "a part is paid and the rest is on its way",
    null,
    orderWith({ stage: "part_paid", link, payments: [going] }),
  ],
  [
    "a part is paid and the rest bears a word that nobody knows, for a while",
    "refresh",
    orderWith({
      stage: "part_paid",
      link,
      payments: [{ ...going, status: "IN_REVIEW" }],
      checked_at: toIso(NOW - HOUR),
    }),
  ],
  [
    "a part is paid and the rest is held",
    null,
    orderWith({ stage: "part_paid", link, authorized: inr(6_000) }),
  ],
  [
    "less was paid too much than the gateway refunds",
    null,
    orderWith({ ...paid, overpaid: inr(99) }),
  ],
  [
    "a payment is on its way and nothing was heard",
    "refresh",
    orderWith({ stage: "payment_initiated", checked_at: toIso(NOW - HOUR) }),
  ],
  [
    "a payment is on its way and was asked for just now",
    null,
    orderWith({ stage: "payment_initiated" }),
  ],
  ["nothing is known and nothing was ever heard", "refresh", orderWith({ checked_at: null })],
  ["it is not paid", "share_link", orderWith({ stage: "awaiting_payment", link })],
  [
    "it is not paid and the link is over",
    null,
    orderWith({ stage: "awaiting_payment", link: { ...link, expire_by: toIso(NOW - 1) } }),
  ],
  [
    "it is not paid and the link was cancelled",
    null,
    orderWith({ stage: "awaiting_payment", link: { ...link, status: "CANCELLED" } }),
  ],
];

describe("the next action, when", () => {
  it.each(named(ROWS))("%s", (_, [, expected, order, commands = []]) => {
    const scopes = new Set(SCOPES_OF.operator);
    expect(nextAction({ order, commands, scopes, now: NOW })?.kind ?? null).toBe(expected);
  });

  it.each(named(ROWS))("%s, a viewer changes nothing", (_, [, , order, commands = []]) => {
    const scopes = new Set(SCOPES_OF.viewer);
    const kind = nextAction({ order, commands, scopes, now: NOW })?.kind ?? null;
    expect([null, "refresh", "share_link"]).toContain(kind);
  });
});

function whyNot(order: OrderView, path: string): string | null | undefined {
  return movesOf(order, [], NOW).find((move) => move.path === path)?.why_not;
}

it("says how much of the time to take the money is left", () => {
  const timeOf = (change: Partial<OrderView>) => {
    const order = orderWith({ ...held, checklist: [], ...change });
    return nextAction({ order, commands: [], scopes: new Set(SCOPES_OF.operator), now: NOW });
  };
  const soon = { attention: ["capture_urgent"], capture_by: toIso(NOW + HOUR) };
  expect(timeOf({ capture_by: toIso(NOW + HOUR) })).toMatchObject({ time: "enough" });
  expect(timeOf(soon)).toMatchObject({ time: "nearly_over" });
  expect(timeOf({ ...soon, capture_by: toIso(NOW - 1) })).toMatchObject({ time: "over" });
});

describe("what can be done", () => {
  it.each(STAGES)("in the stage %s follows the table of commands", (stage) => {
    const order = orderWith({ stage, pre_auth: true, refundable: inr(10_000) });
    const table = COMMAND_TABLE[stage];
    expect(whyNot(order, "refund") === null).toBe(table.refund === "allowed");
    expect(whyNot({ ...order, captured: inr(10_000) }, "refund") === null).toBe(
      typeof table.refund !== "string" || table.refund === "allowed",
    );
    expect(whyNot(order, "capture") === null).toBe(table.capture === "allowed");
    expect(whyNot(order, "void") === null).toBe(table.void === "allowed");
  });

  it("has a reason in words for everything that can not be done", () => {
    const reasons = STAGES.flatMap((stage) =>
      movesOf(orderWith({ stage, pre_auth: true, link }), [], NOW).map(({ why_not }) => why_not),
    ).filter((why_not) => why_not !== null);
    expect(reasons.filter((reason) => !/^[A-Z][^_]*\.$/.test(reason))).toEqual([]);
  });

  it.each([
    ["nothing is left", { ...paid, refundable: inr(0) }, "refund", "Nothing is left to refund."],
    ["some is left", paid, "refund", null],
    ["nothing was ever to be held", paid, "capture", undefined],
    ["nobody has begun to pay", { stage: "awaiting_payment", link }, "link/cancel", null],
    ["nobody has begun to pay and it is sent again", { link }, "link/notify", null],
    [
      "a part is paid and the rest is on its way",
      { stage: "part_paid", link, payments: [going] },
      "link/notify",
      "A payment has begun: who is asked again may pay twice.",
    ],
    [
      "somebody has begun to pay",
      { stage: "payment_initiated", link: { ...link, status: "PAYMENT_INITIATED" } },
      "link/cancel",
      "Somebody has begun to pay: the gateway cancels such a link no more.",
    ],
    [
      "the link is over",
      { stage: "expired", amount_due: inr(10_000), link: { ...link, status: "EXPIRED" } },
      "link/replace",
      null,
    ],
    [
      "the link is over and a payment is on its way",
      {
        stage: "expired",
        amount_due: inr(10_000),
        link: { ...link, status: "EXPIRED" },
        payments: [going],
      },
      "link/replace",
      "A payment is on its way.",
    ],
    [
      "nothing is due",
      { ...paid, amount_due: inr(0), link: { ...link, status: "PROCESSED" } },
      "link/replace",
      "Nothing is due any more.",
    ],
  ] as const)("when %s", (_, change, path, expected) => {
    expect(whyNot(orderWith(change), path)).toBe(expected);
  });

  it("waits for a capture that is on its way", () => {
    const capture: CommandView = { ...undecided, kind: "capture", outcome: "unknown" };
    const moves = movesOf(orderWith(held), [capture], NOW);
    expect(moves.find(({ path }) => path === "void")?.why_not).toBe("A capture is on its way.");
  });
});
