// The core of an order's actor: what one observation changes, who is the witness of it, and what is
// kept when the gateway's own answers disagree.

import { describe, expect, it } from "vitest";
import { inr } from "../../src/domain/money";
import type { AnyWord, Source } from "../../src/domain/observation";
import { viewOrder, viewVerdict } from "../../src/domain/order-view";
import { compareWithInquiry, note } from "../../src/domain/record-checks";
import { absorb, evolve, newRecord, type OrderRecord, originOf } from "../../src/domain/record";
import { deriveStage } from "../../src/domain/stage";
import {
  ASKED,
  type Flags,
  link,
  LINK,
  observe,
  order,
  ORDER,
  paidOrder,
  payment,
  refund,
} from "./words";

const EMPTY = newRecord(1_000, "webhook");

function said(
  record: OrderRecord,
  source: Source,
  words: readonly AnyWord[],
  now = 2_000,
  flags?: Flags,
): OrderRecord {
  return evolve(record, observe(words, flags), source, now).record;
}

function verifiedBy(record: OrderRecord): "webhook" | "inquiry" | null {
  return viewOrder(ORDER, record, { auth_window: { "*": 5 }, fulfill_on: "paid", ours: true })
    .verified_by;
}

describe("one observation", () => {
  it("makes a new version when it changes the facts, and none when it repeats them", () => {
    const first = evolve(EMPTY, observe(paidOrder()), "webhook", 2_000);
    expect([first.changed, first.record.version, first.record.changed_at]).toEqual([
      true,
      1,
      2_000,
    ]);
    const again = evolve(first.record, observe(paidOrder()), "webhook", 3_000);
    expect([again.changed, again.record.version, again.record.changed_at]).toEqual([
      false,
      1,
      2_000,
    ]);
    expect(again.changes).toEqual([]);
    expect(again.record.heard_at).toBe(3_000);
  });

  it("tells what changed, the stage last", () => {
    const { changes } = evolve(EMPTY, observe(paidOrder()), "webhook", 2_000);
    expect(changes).toEqual([
      { what: "order", id: ORDER, from: null, to: "PROCESSED" },
      { what: "payment", id: `${ORDER}-cc-1`, from: null, to: "PROCESSED" },
      { what: "stage", from: "unknown", to: "paid" },
    ]);
  });

  it("tells an unknown status as it came, and leaves the stage where it was (law 9)", () => {
    const paid = said(EMPTY, "webhook", paidOrder(60));
    const { changes, record } = evolve(
      paid,
      observe([order(90, { unknown_status: "UNDER_REVIEW" })]),
      "webhook",
      3_000,
    );
    expect(changes).toEqual([{ what: "order", id: ORDER, from: "PROCESSED", to: "UNDER_REVIEW" }]);
    expect(deriveStage(record.facts)).toBe("paid");
    expect(
      viewOrder(ORDER, record, { auth_window: {}, fulfill_on: "paid", ours: true }),
    ).toMatchObject({
      status: "UNDER_REVIEW",
      stage: "paid",
    });
  });

  it("that is older than all we know changes no status, and no version of anything shown", () => {
    const paid = said(EMPTY, "webhook", paidOrder(60));
    const { record } = evolve(paid, observe([order(10, { status: "PENDING" })]), "webhook", 3_000);
    expect(record.facts.order[ORDER]?.dated.status?.value).toBe("PROCESSED");
    expect(record.discrepancies).toEqual({});
  });

  it("never lowers the version, over any number of words", () => {
    const story: readonly (readonly [Source, AnyWord])[] = [
      ["request", link(null, { amount: ASKED })],
      ["webhook", link(null, { status: "PROCESSED", amount: ASKED })],
      ["inquiry", order(60, { status: "PROCESSED", amount: ASKED })],
      ["webhook", order(30, { status: "PENDING" })],
      ["webhook", order(90, { status: "CANCELLED" })],
      ["command", refund(95, { status: "PENDING", amount: inr(1) })],
    ];
    let record = EMPTY;
    for (const [index, [source, word]] of story.entries()) {
      const { record: next, changed } = evolve(record, observe([word]), source, 2_000 + index);
      expect(next.version - record.version).toBe(changed ? 1 : next.version - record.version);
      expect(next.version).toBeGreaterThanOrEqual(record.version);
      record = next;
    }
    expect(record.version).toBeGreaterThanOrEqual(5);
  });
});

describe("verified_by", () => {
  it("is null while nothing but our own request is known", () => {
    const record = said(EMPTY, "request", [link(null, { amount: ASKED })]);
    expect([verifiedBy(record), deriveStage(record.facts)]).toEqual([null, "unknown"]);
    expect(record.heard_at).toBeNull();
  });

  it.each([
    ["webhook", "webhook"],
    ["inquiry", "inquiry"],
    ["command", "inquiry"],
  ] as const)("after a paid order was told by %s is %s", (source, expected) => {
    expect(verifiedBy(said(EMPTY, source, paidOrder()))).toBe(expected);
  });

  it("is webhook once any webhook said so, before or after an inquiry, and makes a new version", () => {
    const asked = said(EMPTY, "inquiry", paidOrder());
    const told = said(asked, "webhook", paidOrder());
    expect([verifiedBy(told), told.version]).toEqual(["webhook", asked.version + 1]);
    expect(verifiedBy(said(said(EMPTY, "webhook", paidOrder()), "inquiry", paidOrder()))).toBe(
      "webhook",
    );
  });

  it("is inquiry when the webhooks only told of earlier things and an inquiry told of the payment", () => {
    const opened = said(EMPTY, "webhook", [link(null, { status: "CLICKED" })]);
    expect(verifiedBy(said(opened, "inquiry", paidOrder()))).toBe("inquiry");
  });

  it.each([
    ["paid", link(null, { status: "PROCESSED", amount: ASKED })],
    ["part_paid", link(null, { status: "PARTIAL_PROCESSED", amount: ASKED })],
    ["authorized", order(60, { status: "AUTHORIZED", amount: ASKED })],
    ["payment_initiated", link(null, { status: "PAYMENT_INITIATED" })],
    ["expired", link(null, { status: "EXPIRED" })],
    ["failed", order(60, { status: "FAILED" })],
  ] as const)("is webhook when %s was said by a webhook and nobody asked", (stage, word) => {
    const record = said(EMPTY, "webhook", [word]);
    expect([deriveStage(record.facts), verifiedBy(record)]).toEqual([stage, "webhook"]);
    expect(viewVerdict(record, "paid").source).toBe("webhook");
  });

  it("is never null where money is said to be there", () => {
    for (const source of ["webhook", "inquiry", "command"] as const) {
      const record = said(EMPTY, source, paidOrder());
      expect(deriveStage(record.facts)).toBe("paid");
      expect(verifiedBy(record)).not.toBeNull();
    }
  });
});

describe("an inquiry's answer that loses the join", () => {
  const older = observe([order(30, { status: "PENDING", amount: ASKED })]);
  const paid = said(EMPTY, "webhook", paidOrder(60));

  it("is a gateway_disagrees with both sides, and a new version", () => {
    const joined = evolve(paid, older, "inquiry", 3_000).record;
    const record = compareWithInquiry(joined, older, 3_000);
    expect(record.version).toBeGreaterThan(paid.version);
    expect(Object.values(record.discrepancies)).toMatchObject([
      {
        type: "gateway_disagrees",
        subject: ORDER,
        ours: { status: "PROCESSED" },
        theirs: { status: "PENDING" },
        first_seen_at: 3_000,
        closed_at: null,
      },
    ]);
  });

  it("is one row however often it is found, and closes when the gateway agrees again", () => {
    const once = compareWithInquiry(paid, older, 3_000);
    const twice = compareWithInquiry(once, older, 4_000);
    expect(Object.values(twice.discrepancies)).toMatchObject([
      { first_seen_at: 3_000, closed_at: null },
    ]);
    const agreed = compareWithInquiry(twice, observe(paidOrder(60)), 5_000);
    expect(Object.values(agreed.discrepancies)).toMatchObject([
      { type: "gateway_disagrees", closed_at: 5_000 },
    ]);
    expect(agreed.version).toBeGreaterThan(twice.version);
  });

  it.each([
    ["link", link(60, { status: "CLICKED" }), link(30, { status: "CREATED" })],
    ["payment", payment(60, { status: "PROCESSED" }), payment(30, { status: "PENDING" })],
    ["refund", refund(60, { status: "PROCESSED" }), refund(30, { status: "PENDING" })],
    [
      "link that said PROCESSED without a time",
      link(null, { status: "PROCESSED" }),
      link(30, { status: "EXPIRED" }),
    ],
  ])("is found for a %s too", (_, known, answer) => {
    const joined = said(said(EMPTY, "webhook", [known]), "inquiry", [answer]);
    const { discrepancies } = compareWithInquiry(joined, observe([answer]), 3_000);
    expect(Object.values(discrepancies).map(({ type }) => type)).toEqual(["gateway_disagrees"]);
  });

  it("is found for an amount too", () => {
    const answer = observe([order(30, { status: "PROCESSED", amount: inr(1) })]);
    const joined = evolve(paid, answer, "inquiry", 3_000).record;
    expect(Object.values(compareWithInquiry(joined, answer, 3_000).discrepancies)).toHaveLength(1);
  });

  it("is nothing when the answer won or says the same", () => {
    for (const answer of [observe(paidOrder(60)), observe(paidOrder(90))]) {
      const joined = evolve(paid, answer, "inquiry", 3_000).record;
      expect(compareWithInquiry(joined, answer, 3_000)).toEqual(joined);
    }
  });
});

describe("refunded above captured by the gateway's own word", () => {
  it("is a discrepancy of the difference, and closes when it is explained", () => {
    const over = said(EMPTY, "webhook", [
      ...paidOrder(),
      refund(70, { status: "PROCESSED", amount: inr(12_000) }),
    ]);
    expect(Object.values(over.discrepancies)).toMatchObject([
      { type: "over_refunded", amount: 2_000, closed_at: null },
    ]);
    const explained = said(
      over,
      "inquiry",
      [payment(80, { status: "PROCESSED", amount: inr(12_000) })],
      3_000,
    );
    expect(Object.values(explained.discrepancies)).toMatchObject([
      { type: "over_refunded", closed_at: 3_000 },
    ]);
  });
});

describe("an alias that hands over", () => {
  const noted = {
    type: "expectation_mismatch",
    subject: "",
    ours: 1,
    theirs: 2,
    amount: 1,
  } as const;

  it("gives the home its facts, its witness, its origin and its discrepancies", () => {
    const home = said(
      newRecord(5_000, "webhook"),
      "inquiry",
      [link(1, { status: "CREATED", amount: ASKED })],
      5_000,
    );
    const alias = note(
      said(newRecord(1_000, "tracked"), "webhook", paidOrder(), 2_000),
      noted,
      2_500,
    );
    const { record, changed } = absorb(home, alias, 6_000);
    expect(changed).toBe(true);
    expect(deriveStage(record.facts)).toBe("paid");
    expect([verifiedBy(record), record.origin, record.created_at, record.heard_at]).toEqual([
      "webhook",
      "tracked",
      1_000,
      5_000,
    ]);
    expect(Object.keys(record.facts.link)).toEqual([LINK]);
    expect(Object.values(record.discrepancies)).toMatchObject([
      { type: "expectation_mismatch", closed_at: null },
    ]);
    expect(record.version).toBeGreaterThan(home.version);
  });

  it("twice changes nothing more", () => {
    const alias = said(EMPTY, "webhook", paidOrder());
    const once = absorb(EMPTY, alias, 6_000).record;
    const twice = absorb(once, alias, 7_000);
    expect([twice.changed, twice.record]).toEqual([false, once]);
  });

  it.each([
    ["api", "webhook", "api"],
    ["tracked", "api", "api"],
    ["webhook", "tracked", "tracked"],
    ["webhook", "webhook", "webhook"],
  ] as const)("of %s into %s makes %s", (a, b, expected) => {
    expect([originOf(a, b), originOf(b, a)]).toEqual([expected, expected]);
  });
});
