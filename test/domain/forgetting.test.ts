// What is left of a person: nothing in the words, and everything that decides about money.

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Facts, NO_FACTS } from "../../src/domain/facts";
import {
  forgetPerson,
  stripFacts,
  stripHandling,
  stripNotification,
  stripObservation,
  stripRequestBody,
} from "../../src/domain/forgetting";
import { NOTHING_HANDLED } from "../../src/domain/handling";
import { join, merge } from "../../src/domain/join";
import type { AnyWord, Observation } from "../../src/domain/observation";
import { viewOrder } from "../../src/domain/order-view";
import { derivePosition } from "../../src/domain/position";
import { absorb, evolve, newRecord, withHandling } from "../../src/domain/record";
import { deriveStage } from "../../src/domain/stage";
import { isAllClear, unfinishedOf } from "../../src/domain/unfinished";
import { inr } from "../../src/domain/money";
import { link, observe, order, payment, refund, versionAt } from "./words";

const NOW = Date.UTC(2031, 0, 1);
const SETTINGS = { auth_window: { "*": 5 }, fulfill_on: "paid", ours: true } as const;

/** Texts that stand for a person wherever a merchant or the gateway may write them. */
const PERSON = ["asha@example.com", "Planted Street 5", "gift for Asha", "4242"] as const;
const person = fc.constantFrom(...PERSON);
const mark = fc.constantFrom("shop-1", "shop-2");
const amounts = fc.constantFrom(inr(100), inr(250));
const versions = fc.constantFrom(null, versionAt(1), versionAt(2), versionAt(1, 2));
const customers = fc.record({ email_id: person, address: fc.record({ address1: person }) });
/** One entity has one mark, or none: it is written once, when the link is made. */
const metadata = (chukta_reference: string) =>
  fc.dictionary(fc.constantFrom("note", "to"), person).map((pairs) => ({
    ...pairs,
    chukta_reference,
  }));

const links = fc.record(
  {
    status: fc.constantFrom("CREATED", "PROCESSED", "EXPIRED"),
    amount: amounts,
    reference: mark,
    customer: customers,
    description: person,
    merchant_metadata: metadata("shop-1"),
  },
  { requiredKeys: [] },
);
const orders = fc.record(
  {
    status: fc.constantFrom("CREATED", "AUTHORIZED", "PROCESSED", "CANCELLED"),
    amount: amounts,
    reference: mark,
    customer: customers,
    merchant_metadata: metadata("shop-1"),
  },
  { requiredKeys: [] },
);
const payments = fc.record(
  {
    status: fc.constantFrom("PENDING", "AUTHORIZED", "PROCESSED", "FAILED"),
    amount: amounts,
    order_id: fc.constantFrom("one", "two"),
    last4: fc.constant("4242"),
    rrn: fc.constantFrom("430712345678", "430712345679"),
    error: fc.record({ code: fc.constantFrom("U30", "Z9"), message: person }, { requiredKeys: [] }),
  },
  { requiredKeys: [] },
);
const refunds = fc.record(
  {
    status: fc.constantFrom("PENDING", "PROCESSED", "FAILED"),
    amount: amounts,
    parent_order_id: fc.constantFrom("one", "two"),
  },
  { requiredKeys: [] },
);

const wordOf = (kind: string, fields: fc.Arbitrary<unknown>): fc.Arbitrary<AnyWord> =>
  fc
    .record({ id: fc.constantFrom("one", "two"), version: versions, fields })
    .map((word) => ({ kind, ...word }) as AnyWord);

const words = fc.oneof(
  wordOf("link", links),
  wordOf("order", orders),
  wordOf("payment", payments),
  wordOf("refund", refunds),
);

const observations: fc.Arbitrary<Observation> = fc.record(
  {
    words: fc.array(words, { maxLength: 5 }),
    orders_named: fc.array(fc.constantFrom("one", "two"), { maxLength: 2 }),
    pre_auth: fc.boolean(),
  },
  { requiredKeys: ["words", "orders_named"] },
);
const histories = fc.array(observations, { maxLength: 5 });

function stored(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

function joinAll(given: readonly Observation[]): Facts {
  return given.reduce(join, NO_FACTS);
}

function personIn(value: unknown): readonly string[] {
  const text = JSON.stringify(value);
  return PERSON.filter((one) => text.includes(one));
}

describe("stripped words", () => {
  it("hold nothing of a person", () => {
    fc.assert(
      fc.property(histories, (given) => {
        expect(personIn(given.map(stripObservation))).toEqual([]);
        expect(personIn(stripFacts(joinAll(given)))).toEqual([]);
      }),
    );
  });

  it("are the facts that stripping the joined facts gives", () => {
    fc.assert(
      fc.property(histories, (given) => {
        const stripped = joinAll(given.map(stripObservation));
        expect(stored(stripFacts(joinAll(given)))).toEqual(stored(stripped));
      }),
    );
  });

  it("are joined in any order, in any groups and any number of times (law 3)", () => {
    fc.assert(
      fc.property(histories, histories, fc.nat(), (some, others, from) => {
        const [a, b] = [joinAll(some), joinAll(others)].map(stripFacts);
        if (a === undefined || b === undefined) throw new Error("two were given");
        expect(stored(merge(a, b))).toEqual(stored(merge(b, a)));
        expect(stored(merge(merge(a, b), b))).toEqual(stored(merge(a, b)));
        const all = [...some, ...others].map(stripObservation);
        const turned = [...all.slice(from % 7), ...all.slice(0, from % 7)];
        expect(stored(joinAll(turned))).toEqual(stored(merge(a, b)));
      }),
    );
  });

  it("say the same of the money", () => {
    fc.assert(
      fc.property(histories, (given) => {
        const facts = joinAll(given);
        const bare = stripFacts(facts);
        expect(derivePosition(bare)).toEqual(derivePosition(facts));
        expect(deriveStage(bare)).toBe(deriveStage(facts));
      }),
    );
  });
});

describe("a record that has forgotten", () => {
  it("learns the money of what comes later, and nothing of the person", () => {
    fc.assert(
      fc.property(histories, histories, (before, after) => {
        const learn = (record: ReturnType<typeof newRecord>, given: readonly Observation[]) =>
          given.reduce((one, next) => evolve(one, next, "webhook", NOW).record, record);
        const whole = learn(learn(newRecord(NOW, "webhook"), before), after);
        const bare = learn(forgetPerson(learn(newRecord(NOW, "webhook"), before), NOW), after);
        const shown = viewOrder("one", bare, SETTINGS);
        expect(personIn([bare, shown])).toEqual([]);
        const full = viewOrder("one", whole, SETTINGS);
        const { amount, captured, refunded, stage, checklist } = full;
        expect(shown).toMatchObject({ amount, captured, refunded, stage, checklist });
      }),
    );
  });

  it("makes whoever is joined with it forget too, on either side", () => {
    fc.assert(
      fc.property(histories, histories, (ours, theirs) => {
        const learn = (given: readonly Observation[]) =>
          given.reduce(
            (one, next) => evolve(one, next, "webhook", NOW).record,
            newRecord(NOW, "webhook"),
          );
        const bare = forgetPerson(learn(theirs), NOW);
        const there = absorb(learn(ours), bare, NOW + 1).record;
        const back = absorb(bare, learn(ours), NOW + 1).record;
        expect(personIn([there, back])).toEqual([]);
        expect([there.forgotten_at, back.forgotten_at]).toEqual([NOW, NOW]);
        expect(stored(there.facts)).toEqual(stored(back.facts));
      }),
    );
  });

  it("is a new version, and was not updated", () => {
    const record = newRecord(NOW, "webhook");
    const bare = forgetPerson(record, NOW + 5);
    expect(bare).toEqual({ ...record, version: 1, forgotten_at: NOW + 5 });
    expect(forgetPerson(bare, NOW + 9).forgotten_at).toBe(NOW + 5);
  });

  it("is not changed by hearing of the person again", () => {
    const said = observe([order(1, { status: "PROCESSED", customer: { email_id: PERSON[0] } })]);
    const known = evolve(newRecord(NOW, "webhook"), said, "webhook", NOW).record;
    const again = evolve(forgetPerson(known, NOW), said, "webhook", NOW + 1);
    expect(again.changed).toBe(false);
    expect(again.record.version).toBe(known.version + 1);
  });
});

describe("of what was handled", () => {
  const said = { at: NOW, by: "packer-3", note: "left with Asha's neighbour" };
  const handling = {
    ...NOTHING_HANDLED,
    fulfilled: { ...said, claim_id: "c-1" },
    confirmed: said,
    recorded: { ...said, n: 4 },
    receipt: { ...said, by: "e-mail" },
  };

  it("who did it stays, and what was written beside it goes", () => {
    expect(stripHandling(handling)).toEqual({
      ...handling,
      fulfilled: { ...said, claim_id: "c-1", note: null },
      confirmed: { ...said, note: null },
      recorded: { ...said, n: 4, note: null },
      receipt: { ...said, by: "e-mail", note: null },
    });
    expect(stripHandling(NOTHING_HANDLED)).toBe(NOTHING_HANDLED);
  });

  it("a later note is not kept either", () => {
    const bare = forgetPerson(newRecord(NOW, "webhook"), NOW);
    expect(withHandling(bare, handling, NOW).handling).toEqual(stripHandling(handling));
  });
});

describe("a notification that was told", () => {
  it("keeps ids, stages and amounts", () => {
    const data = {
      previous_stage: "awaiting_payment",
      changed: [{ what: "stage", to: "paid" }],
      text: "A friendly reminder for “gift for Asha”",
      order: { id: "one", stage: "paid", captured: inr(5), customer: { email_id: "a•••@x.org" } },
    };
    const bare = stripNotification(data, "2031-01-01T00:00:00.000Z");
    expect(bare).toEqual({
      previous_stage: "awaiting_payment",
      changed: [{ what: "stage", to: "paid" }],
      order: { id: "one", stage: "paid", captured: inr(5) },
      forgotten_at: "2031-01-01T00:00:00.000Z",
    });
    expect(stripNotification(bare, "2032-01-01T00:00:00.000Z")).toEqual(bare);
  });
});

it("a request for a link keeps its amount and its terms", () => {
  const body = {
    amount: inr(5),
    merchant_payment_link_reference: "shop-1",
    pre_auth: "true",
    customer: { email_id: PERSON[0] },
    product_details: [{ product_name: "gift for Asha" }],
    unheard_of: PERSON[1],
  };
  expect(stripRequestBody(body)).toEqual({
    amount: inr(5),
    merchant_payment_link_reference: "shop-1",
    pre_auth: "true",
  });
});

describe("an order is not finished while", () => {
  const of = (given: readonly AnyWord[], flags = {}) => {
    const asked = evolve(newRecord(NOW, "api"), observe(given, flags), "inquiry", NOW).record;
    return { ...asked, asked_at: NOW };
  };
  const paid = [
    order(1, { status: "PROCESSED", amount: inr(100) }),
    payment(1, { status: "PROCESSED", amount: inr(100), order_id: "v1-260301100000-aa-Qm7BxC" }),
  ];

  it.each([
    ["link_open", of([link(1, { status: "CREATED", amount: inr(100) })])],
    ["payment_in_flight", of([order(1, { status: "PENDING" }), payment(1, { status: "PENDING" })])],
    ["money_held", of([order(1, { status: "AUTHORIZED" })], { pre_auth: true })],
    ["refund_pending", of([...paid, refund(2, { status: "PENDING", amount: inr(10) })])],
  ])("%s", (what, record) => {
    expect(unfinishedOf(record)).toContain(what);
  });

  it("somebody delivers it, or a notification is on its way", () => {
    const claim = {
      id: "c-1",
      by: "packer-3",
      attempt: 1,
      granted_at: NOW,
      until: NOW + 1,
      state: "live",
      key: null,
      said_done: null,
    } as const;
    const news = { n: 1, type: "order.paid", at: NOW, state: "retrying", since: NOW } as const;
    const record = of(paid);
    expect(unfinishedOf(record)).toEqual([]);
    const handling = { ...NOTHING_HANDLED, claims: [claim], news };
    expect(unfinishedOf({ ...record, handling })).toEqual(["claim_live", "notification_pending"]);
    const fulfilled = { at: NOW, by: "packer-3", note: null, claim_id: "c-1" };
    expect(unfinishedOf({ ...record, handling: { ...handling, fulfilled, news: null } })).toEqual(
      [],
    );
  });

  it("and a person should still look while a difference is open, or money is to be captured", () => {
    const record = of(paid);
    expect(isAllClear(record, "paid", true)).toBe(true);
    const row = {
      type: "settlement_missing",
      subject: "",
      ours: 1,
      theirs: null,
      amount: 1,
      first_seen_at: NOW,
      last_seen_at: NOW,
      closed_at: null,
    } as const;
    const open = { ...record, discrepancies: { settlement_missing: row } };
    expect(isAllClear(open, "paid", true)).toBe(false);
    const closed = { ...record, discrepancies: { settlement_missing: { ...row, closed_at: 1 } } };
    expect(isAllClear(closed, "paid", true)).toBe(true);
    const held = of([order(1, { status: "AUTHORIZED" })], { pre_auth: true });
    expect(isAllClear(held, "paid", true)).toBe(false);
  });
});
