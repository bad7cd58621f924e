// Law 3: same messages, same facts. First the algebra on arbitrary observations, then whole
// histories of a gateway, cut into messages that arrive in every way that messages can.

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { entries, type Facts, linkStatus, newestWord, NO_FACTS } from "../../src/domain/facts";
import { join, merge, sameFacts } from "../../src/domain/join";
import { type Amount, inr } from "../../src/domain/money";
import type { AnyWord, Observation } from "../../src/domain/observation";
import { viewOrder } from "../../src/domain/order-view";
import { derivePosition } from "../../src/domain/position";
import { absorb, evolve, newRecord } from "../../src/domain/record";
import { deriveStage } from "../../src/domain/stage";
import {
  ENTITY_KINDS,
  type EntityKind,
  LINK_STATUSES,
  ORDER_STATUSES,
  PAYMENT_STATUSES,
  REFUND_STATUSES,
} from "../../src/domain/status";
import { deriveVerdict, mayFulfill } from "../../src/domain/verdict";
import { capturedOf, heldOf, history, refundedOf, type Scene, tellStory } from "./gateway-model";
import { type Arrival, arrivalsOf, inquiryOf, journeys, messagesOf } from "./messages";
import {
  link,
  LINK,
  observe,
  order,
  ORDER,
  payment,
  PAYMENT,
  refund,
  REFUND,
  SECOND_ORDER,
  usd,
  versionAt,
} from "./words";

const ALGEBRA_RUNS = 250;
const HISTORY_RUNS = 150;

/** Facts as storage keeps them; the order of keys and the sign of zero are lost there too. */
function stored(facts: Facts): unknown {
  return JSON.parse(JSON.stringify(facts));
}

function joinAll(observations: readonly Observation[]): Facts {
  return observations.reduce(join, NO_FACTS);
}

// Few ids, few times and few values, so that words meet and tie.
const versions = fc.constantFrom(
  null,
  versionAt(1),
  versionAt(2),
  versionAt(1, 2),
  versionAt(2, 3),
);
const rupees = fc.constantFrom(inr(100), inr(0), inr(250));
const amounts = fc.oneof(rupees, fc.constant(usd(100)));
const texts = fc.constantFrom("", "a", "b", "z");
const unknownStatuses = fc.constantFrom("UNDER_REVIEW", "REVERSED", "");
const STATUSES = {
  link: LINK_STATUSES,
  order: ORDER_STATUSES,
  payment: PAYMENT_STATUSES,
  refund: REFUND_STATUSES,
};

const wordsIn = (amount: fc.Arbitrary<Amount>): fc.Arbitrary<AnyWord> =>
  fc.constantFrom(...ENTITY_KINDS).chain((kind) => wordIn(kind, amount));

function wordIn(kind: EntityKind, amount: fc.Arbitrary<Amount>): fc.Arbitrary<AnyWord> {
  const fields = fc.record(
    {
      status: fc.constantFrom<string>(...STATUSES[kind]),
      unknown_status: unknownStatuses,
      amount,
      base_amount: amount,
      amount_due: amount,
      order_id: fc.constantFrom("one", "two"),
      reference: texts,
      rrn: texts,
      replaces: fc.constantFrom("one", "two", "three"),
      customer: fc.dictionary(fc.constantFrom("email_id", "name"), texts),
      captures: fc.array(fc.record({ amount }), { maxLength: 2 }),
    },
    { requiredKeys: [] },
  );
  return fc
    .record({ id: fc.constantFrom("one", "two"), version: versions, fields })
    .map((word) => ({ kind, ...word }) as AnyWord);
}

const observationsIn = (amount: fc.Arbitrary<Amount>): fc.Arbitrary<Observation> =>
  fc.record(
    {
      words: fc.array(wordsIn(amount), { maxLength: 4 }),
      orders_named: fc.array(fc.constantFrom("one", "two", "three"), { maxLength: 2 }),
      pre_auth: fc.boolean(),
      part_payment: fc.boolean(),
    },
    { requiredKeys: ["words", "orders_named"] },
  );
const observations = observationsIn(amounts);

describe("joining arbitrary observations", () => {
  it("gives the same facts in either order", () => {
    fc.assert(
      fc.property(observations, observations, (a, b) => {
        expect(stored(joinAll([a, b]))).toEqual(stored(joinAll([b, a])));
      }),
      { numRuns: ALGEBRA_RUNS },
    );
  });

  it("gives the same facts however they are grouped", () => {
    fc.assert(
      fc.property(observations, observations, observations, (a, b, c) => {
        const alone = merge(joinAll([a]), joinAll([b, c]));
        expect(stored(alone)).toEqual(stored(merge(joinAll([a, b]), joinAll([c]))));
        expect(stored(alone)).toEqual(stored(joinAll([a, b, c])));
      }),
      { numRuns: ALGEBRA_RUNS },
    );
  });

  it("changes nothing when something is said again", () => {
    fc.assert(
      fc.property(fc.array(observations, { minLength: 1, maxLength: 4 }), (said) => {
        const facts = joinAll(said);
        for (const again of said) expect(stored(join(facts, again))).toEqual(stored(facts));
        expect(stored(merge(facts, facts))).toEqual(stored(facts));
        expect(sameFacts(merge(facts, facts), facts)).toBe(true);
      }),
      { numRuns: ALGEBRA_RUNS },
    );
  });

  it("derives the same position, stage and verdict whatever the order of arrival", () => {
    fc.assert(
      fc.property(fc.array(observationsIn(rupees), { maxLength: 5 }), fc.nat(), (said, seed) => {
        const other = said
          .map((observation, index) => ({ observation, at: (index * 31 + seed) % 7 }))
          .toSorted((a, b) => a.at - b.at)
          .map(({ observation }) => observation);
        expect(conclusions(joinAll(other))).toEqual(conclusions(joinAll(said)));
        expect(conclusions(joinAll(said.toReversed()))).toEqual(conclusions(joinAll(said)));
      }),
      { numRuns: ALGEBRA_RUNS },
    );
  });

  it("shows the same order, with the same customer and the same lists, whatever came first", () => {
    fc.assert(
      fc.property(fc.array(observationsIn(rupees), { maxLength: 4 }), (said) => {
        expect(shown(joinAll(said.toReversed()))).toEqual(shown(joinAll(said)));
      }),
      { numRuns: ALGEBRA_RUNS },
    );
  });

  it("chooses the currency of two orders in the same way whichever came first", () => {
    const rupeeOrder = observe([order(1, { status: "PROCESSED", amount: inr(100) })]);
    const dollarOrder = observe([
      order(1, { status: "PROCESSED", amount: usd(100) }, SECOND_ORDER),
    ]);
    const one = conclusions(joinAll([rupeeOrder, dollarOrder]));
    expect(conclusions(joinAll([dollarOrder, rupeeOrder]))).toEqual(one);
  });

  it("loses no entity and no order that was named", () => {
    fc.assert(
      fc.property(fc.array(observations, { maxLength: 4 }), (said) => {
        const facts = joinAll(said);
        for (const { words: told, orders_named } of said) {
          for (const id of orders_named) expect(Object.keys(facts.order)).toContain(id);
          for (const { kind, id } of told) expect(Object.keys(facts[kind])).toContain(id);
        }
      }),
      { numRuns: ALGEBRA_RUNS },
    );
  });
});

describe("joining never throws", () => {
  it("whatever the values of the fields are", () => {
    const anything: fc.Arbitrary<AnyWord> = fc
      .record({
        kind: fc.constantFrom(...ENTITY_KINDS),
        id: fc.constantFrom("one", "two"),
        version: versions,
        fields: fc.dictionary(
          fc.constantFrom("status", "unknown_status", "amount", "captures", "customer", "rrn"),
          fc.oneof(fc.jsonValue({ maxDepth: 3 }), fc.constant(undefined)),
        ),
      })
      .map((word) => word as unknown as AnyWord);
    const status = { toString: 0 };
    const unreadable = { kind: "link", id: "one", version: null, fields: { status } };
    fc.assert(
      fc.property(fc.array(anything, { maxLength: 4 }), (said) => {
        const one = joinAll(said.map((word) => observe([word])));
        const other = joinAll(said.toReversed().map((word) => observe([word])));
        expect(stored(one)).toEqual(stored(other));
      }),
      {
        numRuns: ALGEBRA_RUNS,
        // No text can be made of this one.
        examples: [[[unreadable as unknown as AnyWord]]],
      },
    );
  });

  // All of these pass the checks of ids.ts for ids from outside.
  const hostile = ["constructor", "toString", "valueOf", "hasOwnProperty", "isPrototypeOf"];
  it.each(hostile)("and keeps the order that is called %s", (id) => {
    const facts = joinAll([
      observe([order(1, { status: "PROCESSED" }, id)], { orders_named: [id] }),
    ]);
    expect(Object.keys(facts.order)).toEqual([id]);
    expect(derivePosition(facts).word).toEqual({ order_id: id, status: "PROCESSED" });
  });

  it.each(hostile)("and keeps the payment and the refund that are called %s", (id) => {
    const facts = joinAll([
      observe([payment(1, { status: "PENDING" }, id), refund(1, { status: "PENDING" }, id)]),
      observe([payment(2, { status: "PROCESSED" }, id)]),
    ]);
    expect(Object.keys(facts.payment)).toEqual([id]);
    expect(Object.keys(facts.refund)).toEqual([id]);
  });

  it.each(hostile)("and keeps an unknown status that is called %s", (status) => {
    const dated = observe([order(1, { unknown_status: status })]);
    const undated = observe([order(null, { unknown_status: status })]);
    const facts = joinAll([dated, undated]);
    expect(stored(facts)).toEqual(stored(joinAll([undated, dated])));
    expect(Object.keys(facts.order[ORDER]?.history ?? {})).toEqual([status]);
  });
});

describe("who wins", () => {
  it("the greater version wins field by field, and an absent or empty field says nothing", () => {
    const facts = joinAll([
      observe([payment(1, { status: "PENDING", rrn: "old", approval_code: "kept" })]),
      observe([payment(2, { status: "PROCESSED", rrn: "new", approval_code: "" })]),
    ]);
    const { status, rrn, approval_code } = facts.payment[PAYMENT]?.dated ?? {};
    expect([status?.value, rrn?.value, approval_code?.value]).toEqual(["PROCESSED", "new", "kept"]);
  });

  it("an entity's own time counts before its snapshot's", () => {
    const facts = joinAll([
      observe([payment([10, 20], { status: "PROCESSED" })]),
      observe([payment([5, 90], { status: "PENDING" })]),
    ]);
    expect(facts.payment[PAYMENT]?.dated.status?.value).toBe("PROCESSED");
  });

  const ties = {
    link: [
      "CREATED",
      "CLICKED",
      "PAYMENT_INITIATED",
      "PARTIAL_PROCESSED",
      "CANCELLED",
      "EXPIRED",
      "PROCESSED",
    ],
    order: [
      "CREATED",
      "PENDING",
      "ATTEMPTED",
      "AUTHORIZED",
      "FAILED",
      "PARTIALLY_CAPTURED",
      "PROCESSED",
      "CANCELLED",
      "PARTIALLY_REFUNDED",
      "FULLY_REFUNDED",
    ],
    payment: ["PENDING", "AUTHORIZED", "FAILED", "PROCESSED", "CANCELLED"],
    refund: ["CREATED", "PENDING", "FAILED", "PROCESSED"],
  } as const;
  for (const kind of ENTITY_KINDS) {
    const ranked = ties[kind];
    const pairs = ranked.slice(1).map((later, index) => [ranked[index] ?? "", later] as const);
    it.each(pairs)(`of a ${kind} at one moment %s gives way to %s`, (earlier, later) => {
      const word = (status: string) =>
        observe([{ kind, id: "one", version: versionAt(1), fields: { status } } as AnyWord]);
      const facts = joinAll([word(later), word(earlier)]);
      const entity = entries(facts, kind)[0]?.[1] as { dated: { status?: { value: string } } };
      expect(entity.dated.status?.value).toBe(later);
    });
  }

  it("what has no time is read only where there is no dated word", () => {
    const both = joinAll([
      observe([link(null, { status: "EXPIRED", reference: "undated" })]),
      observe([link(1, { status: "CLICKED" })]),
    ]);
    const entity = both.link[LINK];
    if (!entity) throw new Error("the link is known");
    expect([linkStatus(entity), newestWord(entity)]).toEqual(["CLICKED", "CLICKED"]);
    expect(entity.undated.reference?.value).toBe("undated");
  });

  it("among words without a time the highest rank wins", () => {
    const facts = joinAll([
      observe([link(null, { status: "PARTIAL_PROCESSED" })]),
      observe([link(null, { status: "PAYMENT_INITIATED" })]),
    ]);
    const entity = facts.link[LINK];
    expect(entity && linkStatus(entity)).toBe("PARTIAL_PROCESSED");
  });

  it("a link's PROCESSED is believed without a time, whatever is dated", () => {
    const facts = joinAll([
      observe([link(null, { status: "PROCESSED" })]),
      observe([link(90, { status: "EXPIRED" })]),
    ]);
    const entity = facts.link[LINK];
    expect(entity && linkStatus(entity)).toBe("PROCESSED");
  });

  it("captures are the whole list of the winning snapshot, never merged", () => {
    const first = { merchant_capture_reference: "a", amount: inr(40) };
    const second = { merchant_capture_reference: "b", amount: inr(60) };
    const facts = joinAll([
      observe([payment(2, { captures: [second] })]),
      observe([payment(1, { captures: [first, first] })]),
    ]);
    expect(facts.payment[PAYMENT]?.dated.captures?.value).toEqual([second]);
  });

  it.each([
    ["an observation said so", observe([], { pre_auth: true }), { pre_auth: true }],
    [
      "a payment was AUTHORIZED",
      observe([payment(1, { status: "AUTHORIZED" })]),
      { pre_auth: true },
    ],
    ["parts were said to be allowed", observe([], { part_payment: true }), { part_payment: true }],
    [
      "the link took a part",
      observe([link(1, { status: "PARTIAL_PROCESSED" })]),
      { part_payment: true },
    ],
  ])("it is true for ever once %s", (_, said, expected) => {
    const denied = observe([], { pre_auth: false, part_payment: false });
    expect(joinAll([denied, said, denied])).toMatchObject(expected);
    expect(joinAll([said, denied])).toMatchObject(expected);
  });

  it("a refund's own payments are not payments of the order", () => {
    const facts = joinAll([observe([refund(1, { status: "PROCESSED", payments: [{ id: "x" }] })])]);
    expect(facts.payment).toEqual({});
    expect(Object.keys(facts.refund)).toEqual([REFUND]);
  });
});

/** All that anybody is shown or told because of the facts. */
function conclusions(facts: Facts): unknown {
  const position = derivePosition(facts);
  return {
    position,
    stage: deriveStage(facts, position),
    verdict: deriveVerdict(facts, position),
    fulfill: [mayFulfill(facts, position, "paid"), mayFulfill(facts, position, "authorized")],
  };
}

/** The order as the API and the console show it. */
function shown(facts: Facts): unknown {
  return viewOrder(
    "home",
    { ...newRecord(0, "webhook"), facts },
    { auth_window: { "*": 5 }, fulfill_on: "paid", ours: true },
  );
}

/** Every field's value, without the version at which it was said, and the word of each entity. */
function values(facts: Facts): unknown {
  return ENTITY_KINDS.map((kind) =>
    entries(facts, kind)
      .map(([id, entity]) => {
        const { unknown_status: _, ...fields } = { ...entity.undated, ...entity.dated } as {
          readonly [field: string]: { readonly value: unknown };
        };
        const read = Object.entries(fields).map(([field, { value }]) => [field, value] as const);
        return [id, newestWord(entity), Object.fromEntries(read)] as const;
      })
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
}

function lastOf(scenes: readonly Scene[]): Scene {
  const last = scenes.at(-1);
  if (!last) throw new Error("a history has a scene");
  return last;
}

/** Two actors take what is sent to them; then one hands over all it knows to the other. */
function deliver(arrivals: readonly Arrival[]): Facts {
  let home = newRecord(0, "webhook");
  let alias = newRecord(0, "webhook");
  for (const [now, { actor, observation, source }] of arrivals.entries()) {
    if (actor === "home") home = evolve(home, observation, source, now).record;
    else alias = evolve(alias, observation, source, now).record;
  }
  const oneWay = absorb(home, alias, arrivals.length).record.facts;
  const otherWay = absorb(alias, home, arrivals.length).record.facts;
  expect(stored(oneWay)).toEqual(stored(otherWay));
  return oneWay;
}

describe("one history of the gateway", () => {
  it("ends in the same facts in any order, with any repeats, at one actor or two", () => {
    fc.assert(
      fc.property(history, journeys, (scenes, travelled) => {
        const messages = messagesOf(scenes, true);
        const inOrder = joinAll(messages.map(({ observation }) => observation));
        const facts = deliver(arrivalsOf(messages, travelled, { losing: false }));
        expect(stored(facts)).toEqual(stored(inOrder));
        expect(conclusions(facts)).toEqual(conclusions(inOrder));
      }),
      { numRuns: HISTORY_RUNS },
    );
  });

  it("ends in the same values with messages lost and one last inquiry", () => {
    fc.assert(
      fc.property(history, journeys, (scenes, travelled) => {
        const messages = messagesOf(scenes, false);
        const last = inquiryOf(lastOf(scenes));
        const whole = joinAll([...messages, last].map(({ observation }) => observation));
        const arrivals = arrivalsOf(messages, travelled, { losing: true });
        const facts = join(deliver(arrivals), last.observation);
        expect(conclusions(facts)).toEqual(conclusions(whole));
        expect(values(facts)).toEqual(values(whole));
      }),
      { numRuns: HISTORY_RUNS },
    );
  });

  it("ends in the same values when every message is lost but the last inquiry", () => {
    fc.assert(
      fc.property(history, (scenes) => {
        const last = inquiryOf(lastOf(scenes));
        const whole = joinAll([...messagesOf(scenes, false), last].map((m) => m.observation));
        const facts = joinAll([last.observation]);
        expect(conclusions(facts)).toEqual(conclusions(whole));
        expect(values(facts)).toEqual(values(whole));
      }),
      { numRuns: HISTORY_RUNS },
    );
  });

  it("shows the amounts that stand in the gateway's own books", () => {
    fc.assert(
      fc.property(history, journeys, (scenes, travelled) => {
        const messages = [...messagesOf(scenes, true), inquiryOf(lastOf(scenes))];
        const position = derivePosition(
          deliver(arrivalsOf(messages, travelled, { losing: false })),
        );
        const end = lastOf(scenes);
        expect(
          {
            captured: position.captured?.value,
            refunded: position.refunded?.value,
            pending: position.refunds_pending.value,
            authorized: position.authorized.value,
            refundable: position.refundable.value,
          },
          tellStory(scenes),
        ).toEqual({
          captured: capturedOf(end),
          refunded: refundedOf(end, ["PROCESSED"]),
          pending: refundedOf(end, ["CREATED", "PENDING"]),
          authorized: heldOf(end),
          refundable: capturedOf(end) - refundedOf(end, ["CREATED", "PENDING", "PROCESSED"]),
        });
      }),
      { numRuns: HISTORY_RUNS },
    );
  });

  it("is paid when, and only when, the gateway took all of it and gave nothing back", () => {
    fc.assert(
      fc.property(history, journeys, (scenes, travelled) => {
        const messages = [...messagesOf(scenes, true), inquiryOf(lastOf(scenes))];
        const facts = deliver(arrivalsOf(messages, travelled, { losing: false }));
        const end = lastOf(scenes);
        const kept = capturedOf(end) - refundedOf(end, ["PROCESSED"]);
        const wasRefunded = refundedOf(end, ["PROCESSED"]) > 0;
        const expected =
          wasRefunded && kept === 0 ? "refunded" : wasRefunded ? "partially_refunded" : "paid";
        const stage = deriveStage(facts);
        if (end.was_full) expect(stage, tellStory(scenes)).toBe(expected);
        else expect(stage, tellStory(scenes)).not.toBe("paid");
      }),
      { numRuns: HISTORY_RUNS },
    );
  });
});
