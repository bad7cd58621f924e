// Law 10: one effect per cause; law 8: paid is never silently unpaid. Causes are read from the facts,
// so they must not depend on the order in which the facts became known.

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Cause, causesOf, type NotificationType } from "../../src/domain/causes";
import type { Commands } from "../../src/domain/command";
import { NO_FACTS } from "../../src/domain/facts";
import { join } from "../../src/domain/join";
import { inr } from "../../src/domain/money";
import type { AnyWord } from "../../src/domain/observation";
import { derivePosition } from "../../src/domain/position";
import { evolve, newRecord, type OrderRecord } from "../../src/domain/record";
import { deriveStage } from "../../src/domain/stage";
import { mayFulfill } from "../../src/domain/verdict";
import { history, tellStory } from "./gateway-model";
import { command, commandsOf } from "./command-words";
import { arrivalsOf, inquiryOf, journeys, messagesOf } from "./messages";
import {
  ASKED,
  type Flags,
  known,
  link,
  named,
  observe,
  order,
  ORDER,
  paidOrder,
  payment,
  PAYMENT,
  REFUND,
  refund,
  SECOND_ORDER,
  SECOND_PAYMENT,
  SECOND_REFUND,
} from "./words";

const RUNS = 100;

function nameOf({ type, entities }: Cause): string {
  return [type, ...entities].join(" ");
}

function causes(words: readonly AnyWord[], flags?: Flags): readonly string[] {
  return causesOf(known(words, flags)).map(nameOf);
}

const held = [
  order(60, { status: "AUTHORIZED", amount: ASKED }),
  payment(60, { status: "AUTHORIZED", amount: ASKED }),
];
const capture = (reference: string, value: number) => ({
  merchant_capture_reference: reference,
  amount: inr(value),
});
const captured = [
  ...held,
  order(90, { status: "PROCESSED", amount: ASKED }),
  payment(90, { status: "PROCESSED", amount: ASKED, captures: [capture("cap-1", 10_000)] }),
];
const atRefund = (second: number, status: "PENDING" | "PROCESSED" | "FAILED", id = REFUND) =>
  refund(second, { status, amount: inr(2_500) }, id);

type Row = readonly [
  when: string,
  words: readonly AnyWord[],
  expected: readonly string[],
  flags?: Flags,
];

const ROWS: readonly Row[] = [
  ["nothing is known", [], []],
  ["a link is only opened", [link(1, { status: "CLICKED", amount: ASKED })], []],
  ["a payment is under way", [order(1, { status: "PENDING" })], ["order.payment_initiated"]],
  ["it is paid", paidOrder(), ["order.paid"]],
  ["money is held", held, [`order.authorized ${PAYMENT}`]],
  [
    "held money was captured",
    captured,
    [`order.authorized ${PAYMENT}`, "order.paid", `order.captured ${PAYMENT}`],
  ],
  [
    "held money was released",
    [...held, order(90, { status: "CANCELLED" }), payment(90, { status: "CANCELLED" })],
    [`order.authorized ${PAYMENT}`, "order.voided"],
  ],
  ["the order failed", [order(1, { status: "FAILED" })], ["order.failed"]],
  ["the link has expired", [link(1, { status: "EXPIRED" })], ["order.expired"]],
  [
    "a refund is under way",
    [...paidOrder(), atRefund(70, "PENDING")],
    ["order.paid", `order.refund_requested ${REFUND}`],
  ],
  [
    "a refund that was never seen under way is done",
    [...paidOrder(), atRefund(70, "PROCESSED")],
    ["order.paid", `order.refunded ${REFUND}`],
  ],
  [
    "a refund failed after it was under way",
    [...paidOrder(), atRefund(70, "PENDING"), atRefund(80, "FAILED")],
    ["order.paid", `order.refund_requested ${REFUND}`, `order.refund_failed ${REFUND}`],
  ],
  [
    "two refunds are done",
    [...paidOrder(), atRefund(70, "PROCESSED"), atRefund(80, "PROCESSED", SECOND_REFUND)],
    ["order.paid", `order.refunded ${REFUND}`, `order.refunded ${SECOND_REFUND}`],
  ],
  [
    "a part is paid",
    [
      link(1, { status: "PARTIAL_PROCESSED", amount: ASKED }),
      order(60, { status: "PROCESSED", amount: inr(4_000) }),
      payment(60, { status: "PROCESSED", amount: inr(4_000) }),
    ],
    [`order.part_paid ${PAYMENT}`],
  ],
];

describe("the causes in the facts", () => {
  it.each(named(ROWS))("when %s", (_, [, words, expected, flags]) => {
    expect(causes(words, flags)).toEqual(expected);
    expect(causes([...words, ...words], flags)).toEqual(expected);
    expect(causes(words.toReversed(), flags).toSorted()).toEqual(expected.toSorted());
  });

  it("tell of the payment before they tell of its refund, also when all of it was given back", () => {
    const types = causesOf(
      known([refund(70, { status: "PROCESSED", amount: ASKED }), ...paidOrder()]),
    ).map(({ type }) => type);
    expect(types.indexOf("order.paid")).toBeLessThan(types.indexOf("order.refunded"));
    expect(types).toContain("order.paid");
  });

  it("have the same names when all of it is told again by an inquiry", () => {
    const facts = known([...captured, atRefund(95, "PROCESSED")]);
    const again = observe([
      order(95, { status: "PARTIALLY_REFUNDED", amount: ASKED }),
      payment([90, 95], {
        status: "PROCESSED",
        amount: ASKED,
        captures: [capture("cap-1", 10_000)],
      }),
      refund([95, 95], { status: "PROCESSED", amount: inr(2_500) }),
    ]);
    expect(causesOf(join(facts, again)).map(nameOf)).toEqual(causesOf(facts).map(nameOf));
  });

  it("name one capture once, whether its list came with the first word of it or later", () => {
    const first = known([...held, payment(90, { status: "PROCESSED", amount: ASKED })], {
      pre_auth: true,
    });
    const later = join(first, observe(captured));
    const told = new Set([...causesOf(first), ...causesOf(later)].map(nameOf));
    expect([...told].filter((name) => name.startsWith("order.captured"))).toHaveLength(1);
  });
});

describe("a link event without a time, alone", () => {
  const statuses = [
    "PROCESSED",
    "PAYMENT_INITIATED",
    "PARTIAL_PROCESSED",
    "EXPIRED",
    "CANCELLED",
  ] as const;
  it.each(statuses)(
    "causes nothing when it says %s: it waits for the first answered inquiry",
    (status) => {
      expect(causes([link(null, { status, amount: ASKED })], { orders_named: [ORDER] })).toEqual(
        [],
      );
    },
  );

  it("causes what it says once the link is known to be no pre-authorization", () => {
    expect(
      causes([link(null, { status: "PROCESSED", amount: ASKED })], { pre_auth: false }),
    ).toEqual(["order.paid"]);
  });
});

describe("paid is never silently unpaid (law 8)", () => {
  const reversals: readonly (readonly [string, readonly AnyWord[], readonly AnyWord[], Flags?])[] =
    [
      ["the order is cancelled", paidOrder(), [order(90, { status: "CANCELLED" })]],
      ["the order fails", paidOrder(), [order(90, { status: "FAILED" })]],
      [
        "the order fails after the link was PROCESSED",
        [link(50, { status: "PROCESSED", amount: ASKED })],
        [order(90, { status: "FAILED" })],
        { pre_auth: false },
      ],
      ["a captured order is cancelled", captured, [order(95, { status: "CANCELLED" })]],
      [
        "the second of two parts is taken away",
        [
          link(1, { status: "PARTIAL_PROCESSED", amount: ASKED }),
          order(60, { status: "PROCESSED", amount: inr(4_000) }),
          payment(60, { status: "PROCESSED", amount: inr(4_000) }),
          order(70, { status: "PROCESSED", amount: inr(6_000) }, SECOND_ORDER),
          payment(
            70,
            { status: "PROCESSED", amount: inr(6_000), order_id: SECOND_ORDER },
            SECOND_PAYMENT,
          ),
        ],
        [
          order(90, { status: "CANCELLED" }, SECOND_ORDER),
          payment(90, { status: "CANCELLED" }, SECOND_PAYMENT),
        ],
      ],
    ];

  function step(
    record: OrderRecord,
    words: readonly AnyWord[],
    now: number,
    flags?: Flags,
  ): OrderRecord {
    return evolve(record, observe(words, flags), "webhook", now).record;
  }
  const typesOf = (record: OrderRecord): readonly NotificationType[] =>
    causesOf(record.facts).map(({ type }) => type);

  it.each(named(reversals))(
    "when %s, a cause and a discrepancy say so",
    (_, [, before, after, flags]) => {
      const paid = step(newRecord(0, "webhook"), before, 1, flags);
      expect(deriveStage(paid.facts)).toBe("paid");
      expect(paid.discrepancies).toEqual({});
      const unpaid = step(paid, after, 2);
      expect(deriveStage(unpaid.facts)).not.toBe("paid");
      expect(typesOf(unpaid)).toContain("order.paid_reversed");
      expect(Object.values(unpaid.discrepancies)).toMatchObject([
        { type: "paid_became_unpaid", closed_at: null },
      ]);
    },
  );

  it.each(named(reversals))(
    "when %s, the order of arrival does not matter",
    (_, [, before, after, flags]) => {
      const late = step(step(newRecord(0, "webhook"), after, 1), before, 2, flags);
      expect(typesOf(late)).toContain("order.paid_reversed");
      expect(Object.values(late.discrepancies)).toMatchObject([
        { type: "paid_became_unpaid", closed_at: null },
      ]);
    },
  );

  it("when only the payment of a part is taken back and the link waits again", () => {
    const flags = { part_payment: true };
    const part = [
      link(60, { status: "PARTIAL_PROCESSED", amount: ASKED }),
      order(60, { status: "PENDING", amount: ASKED }),
      payment(60, { status: "PROCESSED", amount: inr(4_000) }),
    ];
    const paid = step(newRecord(0, "webhook"), part, 1, flags);
    expect(deriveStage(paid.facts)).toBe("part_paid");
    const back = [
      link(90, { status: "CREATED" }),
      order(90, { status: "ATTEMPTED" }),
      payment(90, { status: "FAILED" }),
    ];
    const unpaid = step(paid, back, 2);
    expect(deriveStage(unpaid.facts)).toBe("awaiting_payment");
    expect(causesOf(unpaid.facts).map(nameOf)).toContain(`order.paid_reversed ${PAYMENT}`);
    expect(Object.values(unpaid.discrepancies)).toMatchObject([
      { type: "paid_became_unpaid", subject: PAYMENT, closed_at: null },
    ]);
  });

  it("and the discrepancy closes when it is paid again", () => {
    const unpaid = step(
      step(newRecord(0, "webhook"), paidOrder(60), 1),
      [order(90, { status: "CANCELLED" })],
      2,
    );
    const again = step(unpaid, [order(120, { status: "PROCESSED", amount: ASKED })], 3);
    expect(deriveStage(again.facts)).toBe("paid");
    expect(Object.values(again.discrepancies)).toMatchObject([
      { type: "paid_became_unpaid", closed_at: 3 },
    ]);
    expect(typesOf(again)).not.toContain("order.paid_reversed");
  });

  it("but a refund is no reversal, and neither is a void", () => {
    const refunded = step(
      newRecord(0, "webhook"),
      [...paidOrder(), refund(70, { status: "PROCESSED", amount: ASKED })],
      1,
    );
    const voided = step(
      newRecord(0, "webhook"),
      [...held, order(90, { status: "CANCELLED" }), payment(90, { status: "CANCELLED" })],
      1,
    );
    for (const record of [refunded, voided]) {
      expect(typesOf(record)).not.toContain("order.paid_reversed");
      expect(record.discrepancies).toEqual({});
    }
  });
});

describe("over a whole history of the gateway", () => {
  const unpaid = history.filter((scenes) => scenes.every((scene) => !scene.was_full));

  /** Causes that stay once they are there; the others follow the stage. */
  const LASTING: readonly NotificationType[] = [
    "order.authorized",
    "order.refund_requested",
    "order.refunded",
    "order.refund_failed",
  ];

  it("every lasting cause ever seen is one of the final facts, whatever the order of arrival", () => {
    fc.assert(
      fc.property(history, journeys, (scenes, travelled) => {
        const messages = messagesOf(scenes, true);
        let facts = NO_FACTS;
        const seen = new Set<string>();
        for (const { observation } of arrivalsOf(messages, travelled, { losing: false })) {
          facts = join(facts, observation);
          for (const cause of causesOf(facts))
            if (LASTING.includes(cause.type)) seen.add(nameOf(cause));
        }
        const last = causesOf(facts)
          .filter(({ type }) => LASTING.includes(type))
          .map(nameOf);
        expect(last.toSorted(), tellStory(scenes)).toEqual([...seen].toSorted());
      }),
      { numRuns: RUNS },
    );
  });

  it("no cause stands there twice, and a payment always stands before its refund", () => {
    fc.assert(
      fc.property(history, (scenes) => {
        const facts = messagesOf(scenes, true).reduce(
          (all, { observation }) => join(all, observation),
          NO_FACTS,
        );
        const all = causesOf(facts);
        expect(new Set(all.map(nameOf)).size).toBe(all.length);
        const types = all.map(({ type }) => type);
        const paid = types.indexOf("order.paid");
        for (const later of [
          "order.refund_requested",
          "order.refunded",
          "order.refund_failed",
        ] as const) {
          if (types.includes(later)) expect(paid).toBeLessThan(types.indexOf(later));
        }
      }),
      { numRuns: RUNS },
    );
  });

  it("nobody is ever told that an order is paid which never was, once its link is known", () => {
    fc.assert(
      fc.property(unpaid, journeys, fc.boolean(), (scenes, travelled, losing) => {
        let facts = join(NO_FACTS, inquiryOf(scenes[0]).observation);
        for (const { observation } of arrivalsOf(messagesOf(scenes, true), travelled, { losing })) {
          facts = join(facts, observation);
          expect(
            causesOf(facts).map(({ type }) => type),
            tellStory(scenes),
          ).not.toContain("order.paid");
        }
      }),
      { numRuns: RUNS },
    );
  });

  it("nobody is told that an order is paid by the first of its parts, told before its link", () => {
    const part = observe(
      [
        order(60, { status: "PROCESSED", amount: inr(4_000) }),
        payment(60, { status: "PROCESSED", amount: inr(4_000) }),
      ],
      { part_payment: true },
    );
    const facts = join(NO_FACTS, part);
    const position = derivePosition(facts);
    expect(causesOf(facts).map(({ type }) => type)).not.toContain("order.paid");
    expect(mayFulfill(facts, position, "paid")).toBe(false);
  });

  it("nobody is told of a reversal in a history that has none", () => {
    fc.assert(
      fc.property(history, journeys, (scenes, travelled) => {
        const last = scenes.at(-1);
        const messages = [...messagesOf(scenes, true), ...(last ? [inquiryOf(last)] : [])];
        let record = newRecord(0, "webhook");
        for (const { observation, source } of arrivalsOf(messages, travelled, { losing: false })) {
          record = evolve(record, observation, source, 1).record;
        }
        expect(
          causesOf(record.facts).map(({ type }) => type),
          tellStory(scenes),
        ).not.toContain("order.paid_reversed");
        expect(
          Object.values(record.discrepancies).filter(({ closed_at }) => closed_at === null),
        ).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  });

  it("every refund and every capture of the gateway's books is a cause, once it is known", () => {
    fc.assert(
      fc.property(history, (scenes) => {
        const last = scenes.at(-1);
        if (!last) return;
        const names = causesOf(join(NO_FACTS, inquiryOf(last).observation)).map(nameOf);
        const refunded = last.refunds
          .filter(({ status }) => status === "PROCESSED")
          .map(({ id }) => `order.refunded ${id}`);
        const taken = last.payments.flatMap(({ id, captures }) =>
          captures.map((_, index) => `order.captured ${id}${index === 0 ? "" : ` ${index + 1}`}`),
        );
        expect(names, tellStory(scenes)).toEqual(expect.arrayContaining([...refunded, ...taken]));
      }),
      { numRuns: RUNS },
    );
  });
});

describe("a refund that the gateway says and does not show", () => {
  const facts = known([...paidOrder(60), order(90, { status: "PARTIALLY_REFUNDED" })]);
  const refundedBy = (commands: Commands): readonly string[] =>
    causesOf(facts, derivePosition(facts), { commands })
      .map(nameOf)
      .filter((name) => name.startsWith("order.refunded"));

  it("is somebody else's, and told", () => {
    expect(refundedBy({})).toEqual(["order.refunded elsewhere"]);
  });

  it("may be one of ours whose end nobody knows: then it is told once it is shown, and not before", () => {
    expect(refundedBy(commandsOf(command({ kind: "refund", state: "unknown" })))).toEqual([]);
    expect(refundedBy(commandsOf(command({ kind: "refund", state: "refused" })))).toHaveLength(1);
  });
});
