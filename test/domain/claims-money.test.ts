// When a claim lapses: only when neither taken nor held money covers the order any more (law 13). What is
// on its way back lapses nothing, and grants nothing either.

import { describe, expect, it, test } from "vitest";
import { attentionOf } from "../../src/domain/attention";
import { deriveChecklist } from "../../src/domain/checklist";
import type { Command } from "../../src/domain/command";
import { viewFulfillment } from "../../src/domain/fulfillment-view";
import { decideClaim, NOTHING_HANDLED } from "../../src/domain/handling";
import type { AnyWord } from "../../src/domain/observation";
import { evolve, newRecord, type OrderRecord, positionOf } from "../../src/domain/record";
import { checkClaims, checkGivenAway } from "../../src/domain/record-checks";
import { deriveStage } from "../../src/domain/stage";
import { mayFulfill } from "../../src/domain/verdict";
import { command, commandsOf } from "./command-words";
import {
  ASKED,
  type Flags,
  link,
  MORNING,
  observe,
  order,
  ORDER,
  paidOrder,
  payment,
  PAYMENT,
  refund,
  SECOND_ORDER,
} from "./words";

const NOW = MORNING + 120_000;
const PRE_AUTH = { pre_auth: true };

const holding: readonly AnyWord[] = [
  order(60, { status: "AUTHORIZED", amount: ASKED }, ORDER),
  payment(60, { status: "AUTHORIZED", amount: ASKED, order_id: ORDER }, PAYMENT),
];
const letGo: readonly AnyWord[] = [
  order(90, { status: "CANCELLED", amount: ASKED }, ORDER),
  payment(90, { status: "CANCELLED", amount: ASKED, order_id: ORDER }, PAYMENT),
];
const second = (status: "FAILED" | "CREATED" | "ATTEMPTED" | "CANCELLED"): AnyWord =>
  order(90, { status, amount: ASKED }, SECOND_ORDER);

function claimed(words: readonly AnyWord[], flags: Flags = {}): OrderRecord {
  const { record } = evolve(newRecord(NOW, "webhook"), observe(words, flags), "webhook", NOW);
  const wish = { by: "van", lease: 3_600_000, key: null };
  const { handling } = decideClaim(NOTHING_HANDLED, wish, true, "claim-1", NOW);
  return { ...record, asked_at: NOW, handling };
}

function asking(record: OrderRecord, asked: Command): OrderRecord {
  return { ...record, commands: commandsOf(asked) };
}

function stateAfter(record: OrderRecord): string | undefined {
  return checkClaims(record, NOW + 1).handling.claims[0]?.state;
}

const linkPaid = link(50, { status: "PROCESSED", amount: ASKED });

describe("a live claim stays", () => {
  const rows: readonly (readonly [string, OrderRecord])[] = [
    ["while the money is held, whatever FULFILL_ON says", claimed(holding, PRE_AUTH)],
    ...(["FAILED", "CREATED", "ATTEMPTED", "CANCELLED"] as const).flatMap((status) => [
      [`beside a newer order that is ${status}`, claimed([...holding, second(status)])] as const,
      [
        `beside a newer order of the link that is ${status}`,
        claimed([linkPaid, ...holding, second(status)], PRE_AUTH),
      ] as const,
    ]),
    ["while a void is on its way", asking(claimed(holding, PRE_AUTH), command({ kind: "void" }))],
    [
      "while a refund of all is asked for",
      asking(claimed(paidOrder()), command({ kind: "refund", amount: ASKED })),
    ],
    [
      "while a refund of all is pending",
      claimed([...paidOrder(), refund(70, { status: "PENDING", amount: ASKED })]),
    ],
  ];

  test.each(rows)("%s", (_, record) => {
    expect(checkClaims(record, NOW + 1)).toBe(record);
  });

  test("and no other is granted while the money is on its way back", () => {
    for (const [, record] of rows.slice(-3)) {
      expect(mayFulfill(record.facts, positionOf(record), "authorized")).toBe(false);
    }
  });

  test("and the checklist says who delivers", () => {
    for (const [, record] of rows) {
      expect(deriveChecklist(record, "paid").find(({ step }) => step === "fulfill")).toMatchObject({
        state: "doing",
        by: "van",
      });
    }
  });
});

describe("a live claim lapses", () => {
  test.each([
    [
      "once all of it was refunded",
      paidOrder(),
      refund(70, { status: "PROCESSED", amount: ASKED }),
    ],
    ["once the gateway says so", paidOrder(), order(70, { status: "FULLY_REFUNDED" })],
  ])("%s", (_, words, back) => {
    expect(stateAfter(claimed([...words, back]))).toBe("lapsed");
  });

  test("once the hold was let go", () => {
    expect(stateAfter(claimed([...holding, ...letGo], PRE_AUTH))).toBe("lapsed");
  });
});

it("a claim that lapsed is in attention once the money is there again", () => {
  const gone = checkClaims(claimed([...holding, ...letGo], PRE_AUTH), NOW + 1);
  const seen = (record: OrderRecord) => {
    const position = positionOf(record);
    const deliverable = mayFulfill(record.facts, position, "authorized");
    return {
      attention: attentionOf(record.facts, position, deriveStage(record.facts, position), record),
      fulfillment: viewFulfillment(record.handling, deliverable).state,
      step: deriveChecklist(record, "paid").find(({ step }) => step === "fulfill")?.detail,
    };
  };
  expect(seen(gone)).toMatchObject({ attention: [], fulfillment: "open" });
  const words = [
    order(100, { status: "AUTHORIZED", amount: ASKED }, SECOND_ORDER),
    payment(100, { status: "AUTHORIZED", amount: ASKED, order_id: SECOND_ORDER }, "payment-2"),
  ];
  const again = evolve(gone, observe(words, PRE_AUTH), "webhook", NOW + 2).record;
  expect(seen(again)).toEqual({
    attention: ["claim_over"],
    fulfillment: "claim_over",
    step: "The claim of van lapsed (attempt 1): find out whether it was delivered.",
  });
});

describe("what was delivered while its money was held", () => {
  const fulfilled = { at: NOW, by: "van", note: null, claim_id: null };
  const delivered = (words: readonly AnyWord[], flags: Flags = PRE_AUTH): OrderRecord => {
    const record = claimed(words, flags);
    return { ...record, handling: { ...record.handling, claims: [], fulfilled } };
  };
  const givenAway = (record: OrderRecord) =>
    Object.values(checkGivenAway(record, NOW + 1).discrepancies).map(
      ({ type, subject, amount }) => ({
        type,
        subject,
        amount,
      }),
    );

  it("was given away when the hold is let go", () => {
    const record = delivered([...holding, ...letGo]);
    expect(deriveStage(record.facts, positionOf(record))).toBe("voided");
    expect(givenAway(record)).toEqual([
      { type: "delivered_unpaid", subject: "", amount: ASKED.value },
    ]);
  });

  it("is told once, and stays closed when a person closed it", () => {
    const told = checkGivenAway(delivered([...holding, ...letGo]), NOW + 1);
    expect(checkGivenAway(told, NOW + 2)).toBe(told);
    const closed = Object.fromEntries(
      Object.entries(told.discrepancies).map(([key, row]) => [key, { ...row, closed_at: NOW + 3 }]),
    );
    const judged = { ...told, discrepancies: closed };
    expect(checkGivenAway(judged, NOW + 4)).toBe(judged);
  });

  it.each([
    ["is held", holding, PRE_AUTH],
    ["was paid", paidOrder(), {}],
  ])("was not while its money %s", (_, words, flags) => {
    expect(givenAway(delivered(words, flags))).toEqual([]);
  });
});
