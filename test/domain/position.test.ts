// Where the money stands: each rule of design 3.4 by itself, then what holds for any facts at all.

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { inr } from "../../src/domain/money";
import type { AnyWord, OrderFields } from "../../src/domain/observation";
import { derivePosition, type Position } from "../../src/domain/position";
import { ORDER_STATUSES, PAYMENT_STATUSES, REFUND_STATUSES } from "../../src/domain/status";
import {
  ASKED,
  type Flags,
  known,
  link,
  order,
  ORDER,
  paidOrder,
  payment,
  PAYMENT,
  refund,
  SECOND_ORDER,
  SECOND_PAYMENT,
  SECOND_REFUND,
  usd,
  REFUND,
} from "./words";

const RUNS = 500;

function positionOf(words: readonly AnyWord[], flags?: Flags): Position {
  return derivePosition(known(words, flags));
}

describe("captured", () => {
  it("is nothing that anybody knows until an order snapshot is known", () => {
    const position = positionOf([link(1, { status: "PROCESSED", amount: ASKED })], {
      orders_named: [ORDER],
    });
    expect(position.captured).toBeNull();
    expect(position.refundable).toEqual(inr(0));
  });

  it("is the amount of a PROCESSED payment", () => {
    expect(positionOf(paidOrder()).captured).toEqual(ASKED);
  });

  it.each(PAYMENT_STATUSES.filter((status) => status !== "PROCESSED"))(
    "is nothing of a payment that is %s",
    (status) => {
      const words = [
        order(1, { status: "PENDING", amount: ASKED }),
        payment(1, { status, amount: ASKED }),
      ];
      expect(positionOf(words).captured).toEqual(inr(0));
    },
  );

  it("is what the captures say, not what was authorized", () => {
    const captures = [{ amount: inr(4_000) }, { amount: inr(1_000) }];
    const words = [
      order(1, { status: "PARTIALLY_CAPTURED" }),
      payment(1, { status: "PROCESSED", amount: ASKED, captures }),
    ];
    expect(positionOf(words).captured).toEqual(inr(5_000));
  });

  it("is the base amount when the customer paid in another currency", () => {
    const paid = { status: "PROCESSED", amount: usd(120), base_amount: ASKED } as const;
    expect(
      positionOf([order(1, { status: "PROCESSED", amount: ASKED }), payment(1, paid)]).captured,
    ).toEqual(ASKED);
  });

  it("never adds an amount in another currency", () => {
    const position = positionOf([
      ...paidOrder(),
      payment(60, { status: "PROCESSED", amount: usd(5_000) }, SECOND_PAYMENT),
    ]);
    expect(position.captured).toEqual(ASKED);
  });

  it("adds the points to the card", () => {
    const position = positionOf([
      order(1, { status: "PROCESSED", amount: ASKED }),
      payment(1, { status: "PROCESSED", amount: inr(9_000), payment_method: "CARD" }),
      payment(
        1,
        { status: "PROCESSED", amount: inr(1_000), payment_method: "POINTS" },
        `${ORDER}-pt-2`,
      ),
    ]);
    expect(position.captured).toEqual(ASKED);
  });

  it("adds the payments of every gateway order of the link", () => {
    const position = positionOf([
      order(1, { status: "PROCESSED", amount: inr(4_000) }),
      payment(1, { status: "PROCESSED", amount: inr(4_000) }),
      order(2, { status: "PROCESSED", amount: inr(6_000) }, SECOND_ORDER),
      payment(
        2,
        { status: "PROCESSED", amount: inr(6_000), order_id: SECOND_ORDER },
        SECOND_PAYMENT,
      ),
    ]);
    expect(position.captured).toEqual(ASKED);
  });

  it("is not changed by the payments of a refund", () => {
    const position = positionOf([
      ...paidOrder(),
      refund(70, {
        status: "PROCESSED",
        amount: inr(1),
        payments: [{ id: "x", status: "PROCESSED" }],
      }),
    ]);
    expect(position.captured).toEqual(ASKED);
  });
});

describe("refunded", () => {
  it("is the sum of the PROCESSED refunds", () => {
    const position = positionOf([
      ...paidOrder(),
      refund(70, { status: "PROCESSED", amount: inr(2_500) }),
      refund(80, { status: "PROCESSED", amount: inr(500) }, SECOND_REFUND),
    ]);
    expect(position.refunded).toEqual(inr(3_000));
    expect(position.refundable).toEqual(inr(7_000));
  });

  it.each(["CREATED", "PENDING"] as const)(
    "does not count a refund that is %s, but nobody may refund it again",
    (status) => {
      const position = positionOf([...paidOrder(), refund(70, { status, amount: inr(2_500) })]);
      expect(position.refunded).toEqual(inr(0));
      expect(position.refunds_pending).toEqual(inr(2_500));
      expect(position.refundable).toEqual(inr(7_500));
    },
  );

  it("forgets a refund that FAILED", () => {
    const position = positionOf([
      ...paidOrder(),
      refund(70, { status: "FAILED", amount: inr(2_500) }),
    ]);
    expect([position.refunded, position.refundable]).toEqual([inr(0), ASKED]);
  });

  it("never adds a refund in another currency", () => {
    const position = positionOf([
      ...paidOrder(),
      refund(70, { status: "PROCESSED", amount: usd(100) }),
    ]);
    expect(position.refunded).toEqual(inr(0));
  });

  it("is everything when the order's word is FULLY_REFUNDED and no refund explains it", () => {
    const position = positionOf([
      order(70, { status: "FULLY_REFUNDED", amount: ASKED }),
      payment([60, 70], { status: "PROCESSED", amount: ASKED }),
    ]);
    expect([position.refunded, position.refundable]).toEqual([ASKED, inr(0)]);
  });

  it("is everything when FULLY_REFUNDED says more than the refunds that are known", () => {
    const position = positionOf([
      order(70, { status: "FULLY_REFUNDED", amount: ASKED }),
      payment([60, 70], { status: "PROCESSED", amount: ASKED }),
      refund([65, 70], { status: "PROCESSED", amount: inr(2_500) }),
    ]);
    expect(position.refunded).toEqual(ASKED);
  });

  it("is unknown when the order's word is PARTIALLY_REFUNDED and no refund explains it", () => {
    const position = positionOf([
      order(70, { status: "PARTIALLY_REFUNDED", amount: ASKED }),
      payment([60, 70], { status: "PROCESSED", amount: ASKED }),
    ]);
    expect(position.refunded).toBeNull();
  });

  it("is what the refunds say when PARTIALLY_REFUNDED says no more than they do", () => {
    const position = positionOf([
      order(70, { status: "PARTIALLY_REFUNDED", amount: ASKED }),
      payment([60, 70], { status: "PROCESSED", amount: ASKED }),
      refund([70, 70], { status: "PROCESSED", amount: inr(2_500) }),
    ]);
    expect(position.refunded).toEqual(inr(2_500));
  });

  it("does not follow the order's word when every refund that was done is newer than it", () => {
    const position = positionOf([
      order(70, { status: "FULLY_REFUNDED", amount: ASKED }),
      payment([60, 70], { status: "PROCESSED", amount: ASKED }),
      refund(90, { status: "PROCESSED", amount: inr(2_500) }),
    ]);
    expect(position.refunded).toEqual(inr(2_500));
  });

  it("follows the order's word although a refund failed after it: that one took nothing back", () => {
    const position = positionOf([
      order(70, { status: "FULLY_REFUNDED", amount: ASKED }),
      payment([60, 70], { status: "PROCESSED", amount: ASKED }),
      refund(90, { status: "FAILED", amount: ASKED }),
    ]);
    expect(position.refunded).toEqual(ASKED);
  });

  it("takes from one gateway order what that order gave back, not what its neighbour took", () => {
    const position = positionOf([
      order(60, { status: "PROCESSED", amount: inr(4_000) }),
      payment(60, { status: "PROCESSED", amount: inr(4_000) }),
      order(90, { status: "FULLY_REFUNDED", amount: inr(6_000) }, SECOND_ORDER),
      payment(
        [70, 90],
        { status: "PROCESSED", amount: inr(6_000), order_id: SECOND_ORDER },
        SECOND_PAYMENT,
      ),
      refund([90, 90], { status: "PROCESSED", amount: inr(6_000), parent_order_id: SECOND_ORDER }),
    ]);
    expect(position.refunded).toEqual(inr(6_000));
    expect(position.refundable).toEqual(inr(4_000));
  });

  it("above captured leaves nothing to refund, never less", () => {
    const position = positionOf([
      ...paidOrder(),
      refund(70, { status: "PROCESSED", amount: inr(8_000) }),
      refund(71, { status: "PROCESSED", amount: inr(8_000) }, SECOND_REFUND),
    ]);
    expect([position.refunded, position.refundable]).toEqual([inr(16_000), inr(0)]);
  });
});

describe("authorized", () => {
  it("is what is held", () => {
    const position = positionOf([
      order(60, { status: "AUTHORIZED", amount: ASKED }),
      payment(60, { status: "AUTHORIZED", amount: ASKED }),
    ]);
    expect([position.authorized, position.captured, position.amount_due]).toEqual([
      ASKED,
      inr(0),
      inr(0),
    ]);
  });

  it.each([
    [
      "captured",
      order(90, { status: "PROCESSED" }),
      payment(90, { status: "PROCESSED", amount: ASKED }),
    ],
    [
      "released",
      order(90, { status: "CANCELLED" }),
      payment(90, { status: "CANCELLED", amount: ASKED }),
    ],
    [
      "released with the order, its payment not told again",
      order(90, { status: "CANCELLED" }),
      payment(60, {}),
    ],
  ])("is nothing any more when it was %s", (_, ordered, paid) => {
    const held = [
      order(60, { status: "AUTHORIZED", amount: ASKED }),
      payment(60, { status: "AUTHORIZED", amount: ASKED }),
    ];
    expect(positionOf([...held, ordered, paid]).authorized).toEqual(inr(0));
  });
});

describe("full", () => {
  const dated = (second: number) => link(second, { status: "PROCESSED", amount: ASKED });

  it("(a) by a link that is PROCESSED and not pre-authorized", () => {
    expect(positionOf([dated(60)], { pre_auth: false }).full).toBe(true);
  });
  it("(a) not by a pre-authorized link", () => {
    expect(positionOf([dated(60)], { pre_auth: true }).full).toBe(false);
  });
  it("(a) not when the order's word is CANCELLED, older or newer", () => {
    for (const second of [50, 60, 70]) {
      expect(positionOf([dated(60), order(second, { status: "CANCELLED" })]).full).toBe(false);
    }
  });
  it("(a) not when the order FAILED after the link's word, but when it FAILED before", () => {
    expect(positionOf([dated(60), order(70, { status: "FAILED" })]).full).toBe(false);
    expect(positionOf([dated(60), order(60, { status: "FAILED" })]).full).toBe(true);
    expect(positionOf([dated(60), order(50, { status: "FAILED" })]).full).toBe(true);
  });

  const paid: readonly OrderFields["status"][] = [
    "PROCESSED",
    "PARTIALLY_CAPTURED",
    "PARTIALLY_REFUNDED",
    "FULLY_REFUNDED",
  ];
  it.each(ORDER_STATUSES)(
    "(b) by an order that is %s when, and only when, it took money",
    (status) => {
      const position = positionOf([
        link(1, { status: "CLICKED", amount: ASKED }),
        order(60, { status, amount: ASKED }),
      ]);
      expect(position.full).toBe(paid.includes(status));
    },
  );
  it("(b) not by an order of less than the link asks", () => {
    const words = [
      link(1, { status: "CLICKED", amount: ASKED }),
      order(60, { status: "PROCESSED", amount: inr(9_999) }),
    ];
    expect(positionOf(words).full).toBe(false);
  });
  it("(b) by two orders that reach the link's amount together", () => {
    const words = [
      link(1, { status: "CLICKED", amount: ASKED }),
      order(60, { status: "PROCESSED", amount: inr(4_000) }),
      order(90, { status: "PARTIALLY_REFUNDED", amount: inr(6_000) }, SECOND_ORDER),
    ];
    expect(positionOf(words).full).toBe(true);
    expect(positionOf([...words, order(95, { status: "CANCELLED" }, SECOND_ORDER)]).full).toBe(
      false,
    );
  });
  it("(b) by one such order where no link is known", () => {
    expect(positionOf([order(60, { status: "PROCESSED", amount: ASKED })]).full).toBe(true);
  });
  it("(b) never by an amount in another currency", () => {
    const words = [
      link(1, { status: "CLICKED", amount: ASKED }),
      order(60, { status: "PROCESSED", amount: usd(10_000) }),
    ];
    expect(positionOf(words).full).toBe(false);
  });
  it("(b) with an instant discount, where the payment is smaller than the order", () => {
    const position = positionOf([
      link(1, { status: "CLICKED", amount: ASKED }),
      order(60, { status: "PROCESSED", amount: ASKED }),
      payment(60, { status: "PROCESSED", amount: inr(8_500), payment_method: "CREDIT_EMI" }),
    ]);
    expect([position.full, position.amount_due, position.captured]).toEqual([
      true,
      inr(0),
      inr(8_500),
    ]);
  });

  const part = (amount: number): readonly AnyWord[] => [
    link(1, { status: "PARTIAL_PROCESSED", amount: ASKED }),
    order(60, { status: "PROCESSED", amount: ASKED }),
    payment(60, { status: "PROCESSED", amount: inr(amount) }),
  ];
  it("(c) where parts are paid, captured money counts, not the order's amount", () => {
    expect(positionOf(part(4_000)).full).toBe(false);
    expect(positionOf(part(10_000)).full).toBe(true);
  });
  it("(c) parts in two orders count together", () => {
    const second = [
      order(90, { status: "PROCESSED", amount: inr(6_000) }, SECOND_ORDER),
      payment(
        90,
        { status: "PROCESSED", amount: inr(6_000), order_id: SECOND_ORDER },
        SECOND_PAYMENT,
      ),
    ];
    expect(positionOf([...part(4_000), ...second]).full).toBe(true);
  });
  it("(c) does not count the money of an order that was cancelled", () => {
    const second = [
      order(90, { status: "CANCELLED", amount: inr(6_000) }, SECOND_ORDER),
      payment(
        90,
        { status: "PROCESSED", amount: inr(6_000), order_id: SECOND_ORDER },
        SECOND_PAYMENT,
      ),
    ];
    expect(positionOf([...part(4_000), ...second]).full).toBe(false);
  });
});

describe("amount_due", () => {
  const asked = { amount: ASKED };
  const rows: readonly (readonly [string, readonly AnyWord[], Flags, number | null])[] = [
    ["unknown while no amount is", [link(1, { status: "CLICKED" })], {}, null],
    ["all of it at first", [link(1, { status: "CREATED", ...asked })], {}, 10_000],
    ["0 when paid", [link(1, { status: "PROCESSED", ...asked, amount_due: ASKED })], {}, 0],
    ["0 when authorized", [link(1, asked), order(2, { status: "AUTHORIZED", ...asked })], {}, 0],
    [
      "the link's word when it is smaller",
      [link(1, { status: "PARTIAL_PROCESSED", ...asked, amount_due: inr(6_000) })],
      {},
      6_000,
    ],
    [
      "our own count when that is smaller",
      [
        link(1, { status: "PARTIAL_PROCESSED", ...asked, amount_due: ASKED }),
        order(2, { status: "PROCESSED", amount: inr(4_000) }),
        payment(2, { status: "PROCESSED", amount: inr(4_000) }),
      ],
      {},
      6_000,
    ],
    [
      "the order's own amount where no link is known",
      [order(1, { status: "CREATED", ...asked })],
      {},
      10_000,
    ],
  ];
  it.each(rows)("is %s", (_, words, flags, expected) => {
    expect(positionOf(words, flags).amount_due?.value ?? null).toBe(expected);
  });
});

describe("the order's word", () => {
  const rows: readonly (readonly [string, readonly AnyWord[], string, string])[] = [
    [
      "the newest order's",
      [order(10, { status: "FAILED" }), order(20, { status: "PENDING" }, SECOND_ORDER)],
      SECOND_ORDER,
      "PENDING",
    ],
    [
      "a paid order's before a newer one's",
      [order(10, { status: "PROCESSED" }), order(20, { status: "FAILED" }, SECOND_ORDER)],
      ORDER,
      "PROCESSED",
    ],
    [
      "the newest paid order's",
      [order(10, { status: "PROCESSED" }), order(20, { status: "FULLY_REFUNDED" }, SECOND_ORDER)],
      SECOND_ORDER,
      "FULLY_REFUNDED",
    ],
    [
      "the newest known word of an order",
      [order(10, { status: "PENDING" }), order(20, { unknown_status: "ON_HOLD" })],
      ORDER,
      "PENDING",
    ],
  ];
  it.each(rows)("is %s", (_, words, order_id, status) => {
    expect(positionOf(words).word).toEqual({ order_id, status });
    expect(positionOf(words.toReversed()).word).toEqual({ order_id, status });
  });
});

describe("for any facts", () => {
  const amount = fc.integer({ min: 0, max: 20_000 }).map(inr);
  const second = fc.integer({ min: 1, max: 9 });
  const word: fc.Arbitrary<AnyWord> = fc.oneof(
    fc
      .record({ at: second, due: amount, all: amount })
      .map(({ at, due, all }) =>
        link(at, { status: "PARTIAL_PROCESSED", amount: all, amount_due: due }),
      ),
    fc
      .record({
        at: second,
        status: fc.constantFrom(...ORDER_STATUSES),
        amount,
        id: fc.constantFrom(ORDER, SECOND_ORDER),
      })
      .map(({ at, id, ...fields }) => order(at, fields, id)),
    fc
      .record({
        at: second,
        status: fc.constantFrom(...PAYMENT_STATUSES),
        amount,
        captures: fc.array(fc.record({ amount }), { maxLength: 2 }),
        id: fc.constantFrom(PAYMENT, SECOND_PAYMENT),
      })
      .map(({ at, id, ...fields }) => payment(at, fields, id)),
    fc
      .record({
        at: second,
        status: fc.constantFrom(...REFUND_STATUSES),
        amount,
        id: fc.constantFrom(REFUND, SECOND_REFUND),
      })
      .map(({ at, id, ...fields }) => refund(at, fields, id)),
  );
  const positions = fc.array(word, { maxLength: 8 }).map((words) => positionOf(words));

  it("refundable is never below 0 and never above captured", () => {
    fc.assert(
      fc.property(positions, ({ refundable, captured }) => {
        expect(refundable.value).toBeGreaterThanOrEqual(0);
        expect(refundable.value).toBeLessThanOrEqual(captured?.value ?? 0);
      }),
      { numRuns: RUNS },
    );
  });

  it("refundable and all refunds together are never more than captured, unless the gateway gave too much", () => {
    fc.assert(
      fc.property(positions, ({ refundable, captured, refunded, refunds_pending }) => {
        const spoken = (refunded?.value ?? 0) + refunds_pending.value;
        const taken = captured?.value ?? 0;
        if (spoken <= taken) expect(spoken + refundable.value).toBeLessThanOrEqual(taken);
        else expect(refundable.value).toBe(0);
      }),
      { numRuns: RUNS },
    );
  });

  it("amount_due is between 0 and the amount, and 0 when full", () => {
    fc.assert(
      fc.property(positions, (position) => {
        const due = position.amount_due?.value ?? 0;
        expect(due).toBeGreaterThanOrEqual(0);
        expect(due).toBeLessThanOrEqual(position.amount?.value ?? 0);
        if (position.full) expect(due).toBe(0);
      }),
      { numRuns: RUNS },
    );
  });
});
