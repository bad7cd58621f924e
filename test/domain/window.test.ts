// The authorization window: which alert is due, when money is captured by itself and how much of it,
// and who let go of a hold. Tables first, then a clock that rings at any time.

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { alertKey } from "../../src/domain/alerts";
import { causesOf } from "../../src/domain/causes";
import { type Command, commandKey, type CommandState } from "../../src/domain/command";
import { NOTHING_ASKED } from "../../src/domain/command-policy";
import { NO_FACTS } from "../../src/domain/facts";
import { join } from "../../src/domain/join";
import { voidedBy } from "../../src/domain/lapse";
import { inr } from "../../src/domain/money";
import type { AnyWord } from "../../src/domain/observation";
import { viewOrder } from "../../src/domain/order-view";
import { checkLapses } from "../../src/domain/record-checks";
import {
  evolve,
  newRecord,
  type OrderRecord,
  type Terms,
  withAlerts,
} from "../../src/domain/record";
import { DAY, HOUR, MINUTE } from "../../src/domain/schedule";
import { captureBy, holdsOf } from "../../src/domain/window";
import { planWindow, type WindowSettings } from "../../src/domain/window-plan";
import {
  ASKED,
  isoAt,
  known,
  link,
  MORNING,
  named,
  observe,
  order,
  ORDER,
  payment,
  PAYMENT,
  SECOND_ORDER,
  SECOND_PAYMENT,
} from "./words";

const WINDOW = { "*": 5 };
const OFF: WindowSettings = { auth_window: WINDOW, auto_capture: false };
const ON: WindowSettings = { auth_window: WINDOW, auto_capture: true };
const HELD_AT = MORNING + 60_000;
const END = HELD_AT + 5 * DAY;
const ENDED = 60 + (5 * DAY) / 1_000;

function holding(when = 60, id = ORDER, paymentId = PAYMENT): readonly AnyWord[] {
  return [
    order(when, { status: "AUTHORIZED", amount: ASKED }, id),
    payment(when, { status: "AUTHORIZED", amount: ASKED, order_id: id }, paymentId),
  ];
}

function released(when: number): readonly AnyWord[] {
  return [
    order(when, { status: "CANCELLED", amount: ASKED }),
    payment(when, { status: "CANCELLED", amount: ASKED }),
  ];
}

function recordOf(words: readonly AnyWord[], terms: Partial<Terms> = {}): OrderRecord {
  const { record } = evolve(newRecord(HELD_AT, "webhook"), observe(words), "webhook", HELD_AT);
  const token = { token: "t", receipt_token: "r", reference: "shop-1" };
  return { ...record, terms: { ...token, ...terms } };
}

function command(change: Partial<Command> & Pick<Command, "kind" | "state">): Command {
  return {
    reference: `auto-1-${ORDER}`,
    asked: NOTHING_ASKED,
    order_id: ORDER,
    amount: ASKED,
    captured_before: 0,
    refunds_before: [],
    whole: true,
    split_info: null,
    key: "key-1",
    known_by_reference: false,
    requested_by: "chukta",
    requested_at: END - 2 * HOUR,
    sends: 1,
    sent_at: END - 2 * HOUR,
    unknown_since: null,
    absences: 0,
    read_at: null,
    failures: 0,
    refund_id: null,
    last_refusal: null,
    refusal: null,
    trouble: null,
    decision: null,
    ended_at: null,
    ...change,
  };
}

function withAll(record: OrderRecord, commands: readonly Command[]): OrderRecord {
  const keyed = commands.map((one) => [commandKey(one.kind, one.reference), one] as const);
  return { ...record, commands: Object.fromEntries(keyed) };
}

function refusals(count: number, last: number): readonly Command[] {
  return Array.from({ length: count }, (_, index) =>
    command({
      kind: "capture",
      state: "refused",
      reference: `auto-${index + 1}-${ORDER}`,
      ended_at: last - (count - 1 - index) * 40 * MINUTE,
    }),
  );
}

function alerted(record: OrderRecord, ...kinds: readonly ("48h" | "6h")[]): OrderRecord {
  const keys = kinds.map((kind) => alertKey(ORDER, kind));
  return withAlerts(record, keys, HELD_AT).record;
}

describe("the end of the window", () => {
  it("counts from the smallest version of AUTHORIZED, whatever came first", () => {
    const [first, again] = [observe(holding(60)), observe(holding(9_000))];
    for (const facts of [join(join(NO_FACTS, first), again), join(join(NO_FACTS, again), first)]) {
      expect(captureBy(facts, WINDOW)).toBe(END);
    }
  });

  it("follows the card's network, and is the earliest of several holds", () => {
    const facts = known([
      ...holding(60),
      ...holding(90, SECOND_ORDER, SECOND_PAYMENT),
      payment(60, { network: "Visa" }),
    ]);
    const window = { VISA: 7, "*": 5 };
    expect(holdsOf(facts, window)).toEqual([
      { order_id: ORDER, capture_by: HELD_AT + 7 * DAY },
      { order_id: SECOND_ORDER, capture_by: MORNING + 90_000 + 5 * DAY },
    ]);
    expect(captureBy(facts, window)).toBe(MORNING + 90_000 + 5 * DAY);
  });

  it("is over with the order, although its payment still says AUTHORIZED", () => {
    const facts = known([...holding(60), order(120, { status: "CANCELLED" })]);
    expect(captureBy(facts, WINDOW)).toBeNull();
  });

  it("is unknown without a time", () => {
    const facts = known([
      order(null, { status: "AUTHORIZED" }),
      payment(null, { status: "AUTHORIZED" }),
    ]);
    expect(captureBy(facts, WINDOW)).toBeNull();
  });

  it.each([
    ["its payment's creation", { created_at: isoAt(10) }, { created_at: isoAt(5) }, 10],
    ["its order's creation", {}, { created_at: isoAt(5) }, 5],
    ["what is unreadable: when it was first heard of", { created_at: "soon" }, {}, 60],
  ])("is planned without a time by %s", (_, ofPayment, ofOrder, second) => {
    const untimed = recordOf([
      order(null, { status: "AUTHORIZED", amount: ASKED, ...ofOrder }),
      payment(null, { status: "AUTHORIZED", amount: ASKED, ...ofPayment }),
    ]);
    const end = MORNING + second * 1_000 + 5 * DAY;
    const plan = planWindow(untimed, ON, end);
    expect(plan.alerts).toMatchObject([{ kind: "6h", capture_by: end }]);
    expect(plan.captures).toMatchObject([{ order_id: ORDER, at: end - 2 * HOUR }]);
  });
});

describe("alerts", () => {
  const held = recordOf(holding());
  type Row = readonly [string, OrderRecord, number, readonly string[], number | null];
  const rows: readonly Row[] = [
    ["long before", held, END - 53 * HOUR, [], END - 48 * HOUR],
    ["days before", held, END - 60 * HOUR, [], END - 54 * HOUR],
    ["at 48 hours", held, END - 48 * HOUR, ["48h"], END - 48 * HOUR],
    ["after the first", alerted(held, "48h"), END - 29 * HOUR, [], END - 6 * HOUR],
    ["at 6 hours", alerted(held, "48h"), END - 6 * HOUR, ["6h"], END - 6 * HOUR],
    ["late, only the urgent one", held, END - HOUR, ["6h"], END - 6 * HOUR],
    ["after the end", held, END + DAY, ["6h"], END - 6 * HOUR],
    ["after both", alerted(held, "48h", "6h"), END - HOUR, [], END - 30 * MINUTE],
    ["after the urgent one alone", alerted(held, "6h"), END - HOUR, [], END - 30 * MINUTE],
    ["the urgent one alone, early", alerted(held, "6h"), END - 47 * HOUR, [], END - 30 * HOUR],
    ["long after both", alerted(held, "48h", "6h"), END + 2 * DAY, [], END + 2 * DAY + 18 * HOUR],
    ["without a hold", recordOf(released(90)), END - HOUR, [], null],
    ["of nothing", newRecord(HELD_AT, "webhook"), END - HOUR, [], null],
  ];

  it.each(named(rows))("%s", (_, [, record, now, due, next]) => {
    const plan = planWindow(record, OFF, now);
    expect(plan.alerts.map(({ kind }) => kind)).toEqual(due);
    expect(plan.captures).toEqual([]);
    expect(plan.next_at).toBe(next);
  });

  it("are given for each order that holds money", () => {
    const both = recordOf([...holding(60), ...holding(90, SECOND_ORDER, SECOND_PAYMENT)]);
    const plan = planWindow(alerted(both, "48h"), OFF, END - 47 * HOUR);
    expect(plan.alerts).toMatchObject([{ order_id: SECOND_ORDER, kind: "48h" }]);
    expect(plan.next_at).toBe(END - 48 * HOUR + 30_000);
  });

  it("are causes for ever, and attention while money is held", () => {
    const record = alerted(held, "48h");
    const attention = (one: OrderRecord) =>
      viewOrder(ORDER, one, { auth_window: WINDOW, fulfill_on: "paid", ours: true }).attention;
    const causes = (one: OrderRecord) =>
      causesOf(one.facts, undefined, one).filter(({ type }) => type === "order.capture_due");
    expect(causes(record)).toEqual([{ type: "order.capture_due", entities: [ORDER, "48h"] }]);
    expect(attention(record)).toEqual(["capture_due"]);
    const urgent = alerted(record, "6h");
    expect(attention(urgent)).toEqual(["capture_urgent"]);
    const over = evolve(urgent, observe(released(900)), "inquiry", END).record;
    expect(causes(over)).toHaveLength(2);
    expect(attention(over)).toEqual([]);
  });
});

describe("automatic capture", () => {
  const given = alerted(recordOf(holding()), "48h", "6h");
  const start = END - 2 * HOUR;
  const late = END - HOUR;
  const terms = (change: Partial<Terms>) => ({
    ...alerted(recordOf(holding(), change), "48h", "6h"),
  });
  const open = (kind: "capture" | "void", state: CommandState) =>
    withAll(given, [command({ kind, state })]);
  const failing = { ...given, failures: 2, failed_at: late };
  type Row = readonly [string, OrderRecord, WindowSettings, number | null];
  const rows: readonly Row[] = [
    ["two hours before the end", given, ON, start],
    ["not when it is off", given, OFF, null],
    ["by the link's own word", terms({ auto_capture: "before_deadline" }), OFF, start],
    ["not when the link says off", terms({ auto_capture: "off" }), ON, null],
    ["not because of an amount", terms({ auto_capture_amount: inr(5_000) }), OFF, null],
    ["not while a capture is on its way", open("capture", "sent"), ON, null],
    ["not while a capture is unknown", open("capture", "unknown"), ON, null],
    ["not while a capture waits for a person", open("capture", "undecided"), ON, null],
    ["not while a void is on its way", open("void", "sent"), ON, null],
    ["not after a capture that is done, and not shown yet", open("capture", "accepted"), ON, null],
    ["not after a void that is done, and not shown yet", open("void", "accepted"), ON, null],
    ["after a void that was refused", open("void", "refused"), ON, start],
    ["2 minutes after the first refusal", withAll(given, refusals(1, late)), ON, late + 2 * MINUTE],
    ["4 after the second", withAll(given, refusals(2, late)), ON, late + 4 * MINUTE],
    ["8 after the third", withAll(given, refusals(3, late)), ON, late + 8 * MINUTE],
    ["30 at most", withAll(given, refusals(9, late)), ON, late + 30 * MINUTE],
    ["after the end too", withAll(given, refusals(9, END + DAY)), ON, END + DAY + 30 * MINUTE],
    ["not for ever", withAll(given, refusals(100, END + DAY)), ON, null],
    ["later when the gateway can not be asked", failing, ON, late + 4 * MINUTE],
    ["not without a hold", recordOf(released(90)), ON, null],
    ["not of what was taken", recordOf([order(60, { status: "PROCESSED" })]), ON, null],
  ];

  it.each(named(rows))("is due %s", (_, [, record, settings, at]) => {
    const plan = planWindow(record, settings, END + 30 * DAY);
    expect(plan.captures.map((capture) => capture.at)).toEqual(at === null ? [] : [at]);
    expect(planWindow(record, settings, START_OF_TIME).captures).toEqual([]);
    if (at === null) expect(plan.next_at ?? Infinity).toBeGreaterThan(END + 30 * DAY);
    else expect(plan.next_at).toBe(at);
  });

  it.each([
    ["all", {}, null],
    ["the link's own amount", { auto_capture_amount: inr(4_000) }, 4_000],
    ["all, when that is less than the link's own amount", { auto_capture_amount: ASKED }, null],
  ])("takes %s", (_, change, value) => {
    const [capture] = planWindow(terms(change), ON, END).captures;
    expect(capture?.asked.amount?.value ?? null).toBe(value);
  });

  describe("beside another order of the same link", () => {
    const words = [
      link(60, { status: "PROCESSED", amount: ASKED }),
      ...holding(60),
      order(80, { status: "PARTIALLY_CAPTURED", amount: ASKED }, SECOND_ORDER),
      payment(
        80,
        {
          status: "PROCESSED",
          amount: ASKED,
          order_id: SECOND_ORDER,
          captures: [{ amount: inr(3_000) }],
        },
        SECOND_PAYMENT,
      ),
    ];
    it.each([
      ["what is left of the link's amount", {}, [7_000]],
      ["what is left of its own amount", { auto_capture_amount: inr(5_000) }, [2_000]],
      ["nothing when nothing is left", { auto_capture_amount: inr(3_050) }, []],
    ])("takes %s", (_, change, values) => {
      const { captures } = planWindow(recordOf(words, change), ON, END);
      expect(captures.map(({ asked }) => asked.amount?.value)).toEqual(values);
    });

    it("waits for no refusal of the other, and never means the other", () => {
      const both = recordOf([
        ...holding(60),
        ...holding(70, SECOND_ORDER, SECOND_PAYMENT),
        order(90, { status: "PENDING" }),
      ]);
      const { captures } = planWindow(withAll(both, refusals(3, END)), ON, END);
      expect(captures).toMatchObject([
        { order_id: SECOND_ORDER, at: MORNING + 70_000 + 5 * DAY - 2 * HOUR },
      ]);
    });

    it("takes all of it when the other was paid back in full", () => {
      const refunded = order(90, { status: "FULLY_REFUNDED", amount: ASKED }, SECOND_ORDER);
      const { captures } = planWindow(recordOf([...words, refunded]), ON, END);
      expect(captures).toMatchObject([{ order_id: ORDER, asked: NOTHING_ASKED }]);
    });

    it.each(["unknown", "accepted"] as const)("counts a capture as taken that is %s", (state) => {
      const other = command({ kind: "capture", state, order_id: SECOND_ORDER });
      const both = recordOf([
        link(60, { status: "PROCESSED", amount: ASKED }),
        ...holding(60),
        ...holding(70, SECOND_ORDER, SECOND_PAYMENT),
      ]);
      expect(planWindow(withAll(both, [other]), ON, END).captures).toEqual([]);
    });
  });
});

const START_OF_TIME = 0;

describe("who let go of a hold", () => {
  const gone = (at: number) => [...holding(), ...released(at)];
  const voided = (state: CommandState) => [command({ kind: "void", state })];
  type Row = readonly [string, readonly AnyWord[], readonly Command[], string | null];
  const rows: readonly Row[] = [
    ["nobody while it is held", holding(), [], null],
    ["the gateway, at the end", gone(ENDED), [], "gateway"],
    ["the gateway, after the end", gone(ENDED + 3_600), [], "gateway"],
    ["somebody elsewhere, before", gone(ENDED - 3_600), [], "elsewhere"],
    ["the merchant, by our void", gone(ENDED - 3_600), voided("accepted"), "merchant"],
    ["the merchant, after the end too", gone(ENDED + 3_600), voided("accepted"), "merchant"],
    ["nobody can say while our void is open", gone(ENDED), voided("unknown"), null],
    ["somebody elsewhere, our void was refused", gone(900), voided("refused"), "elsewhere"],
    ["nobody can say without the hold's time", released(900), [], null],
    ["nobody can say without the end's time", [...holding(), order(null, {})], [], null],
  ];

  it.each(named(rows))("%s", (_, [, words, commands, who]) => {
    const record = withAll(recordOf(words), commands);
    expect(voidedBy(record.facts, record.commands, ORDER, WINDOW)).toBe(who);
    const shown = viewOrder(ORDER, record, { auth_window: WINDOW, fulfill_on: "paid", ours: true });
    expect(shown.voided_by).toBe(who);
    const lost = checkLapses(record, WINDOW, END).discrepancies;
    expect(Object.values(lost).map(({ type, amount }) => [type, amount])).toEqual(
      who === "gateway" ? [["authorization_lapsed", ASKED.value]] : [],
    );
  });

  describe("of a second hold, days after a first one that failed", () => {
    const later = 60 + (3 * DAY) / 1_000;
    const both = (at: number) => [
      payment(60, { status: "AUTHORIZED", amount: ASKED }),
      payment(90, { status: "FAILED", amount: ASKED }),
      payment(later, { status: "AUTHORIZED", amount: inr(7_000) }, SECOND_PAYMENT),
      payment(at, { status: "CANCELLED", amount: inr(7_000) }, SECOND_PAYMENT),
      order(at, { status: "CANCELLED", amount: ASKED }),
    ];
    it.each([
      ["is somebody elsewhere before its own end", ENDED + 3_600, "elsewhere", []],
      ["is the gateway at its own end", later + (5 * DAY) / 1_000, "gateway", [7_000]],
    ])("%s", (_, at, who, amounts) => {
      const record = recordOf(both(at));
      expect(voidedBy(record.facts, {}, ORDER, WINDOW)).toBe(who);
      const lost = Object.values(checkLapses(record, WINDOW, END).discrepancies);
      expect(lost.map(({ amount }) => amount)).toEqual(amounts);
    });
  });

  it("is the same whatever came first and however often", () => {
    const said = [holding(60), holding(500), released(ENDED - 900), released(ENDED + 900)];
    fc.assert(
      fc.property(
        fc.shuffledSubarray([...said, ...said], { minLength: 8 }),
        fc.constantFrom("gateway", "elsewhere"),
        (words, who) => {
          const heard = who === "elsewhere" ? words : words.filter((one) => one !== said[2]);
          const facts = heard.map((one) => observe(one)).reduce(join, NO_FACTS);
          expect(voidedBy(facts, {}, ORDER, WINDOW)).toBe(who);
        },
      ),
    );
  });

  it("is a loss that closes when a void of ours turns out to have done it", () => {
    const lapsed = checkLapses(recordOf(gone(ENDED)), WINDOW, END);
    expect(lapsed.discrepancies).toMatchObject({
      [`authorization_lapsed:${ORDER}`]: { closed_at: null, amount: 10_000 },
    });
    expect(checkLapses(lapsed, WINDOW, END + 1)).toBe(lapsed);
    const known = withAll(lapsed, voided("accepted"));
    expect(checkLapses(known, WINDOW, END + 2).discrepancies).toMatchObject({
      [`authorization_lapsed:${ORDER}`]: { closed_at: END + 2 },
    });
  });

  it("is no loss beside an order that took all the money", () => {
    const paid = [
      order(80, { status: "PROCESSED", amount: ASKED }, SECOND_ORDER),
      payment(80, { status: "PROCESSED", amount: ASKED, order_id: SECOND_ORDER }, SECOND_PAYMENT),
    ];
    const record = recordOf([link(60, { amount: ASKED }), ...gone(ENDED), ...paid]);
    expect(checkLapses(record, WINDOW, END).discrepancies).toEqual({});
  });
});

describe("what was delivered while its money was held", () => {
  const at = HELD_AT + HOUR;
  const delivered = (record: OrderRecord, when = at): OrderRecord => {
    const fulfilled = { at: when, by: "asha", note: null, claim_id: null };
    return { ...record, handling: { ...record.handling, fulfilled } };
  };

  it("is to be captured at once, and is told once", () => {
    const record = delivered(recordOf(holding()));
    const plan = planWindow(record, OFF, at + 1);
    expect(plan).toMatchObject({
      alerts: [{ order_id: ORDER, kind: "fulfilled", at }],
      captures: [],
    });
    expect(plan.next_at).toBe(at);
    const told = withAlerts(record, [alertKey(ORDER, "fulfilled")], at).record;
    expect(planWindow(told, OFF, at + 1)).toMatchObject({ alerts: [], fulfilled: true });
    expect(planWindow(told, OFF, at + 1).next_at ?? 0).toBeGreaterThan(at + 1);
    expect(causesOf(told.facts, undefined, told)).toContainEqual({
      type: "order.capture_due",
      entities: [ORDER, "fulfilled"],
    });
  });

  it("is told beside the alert of the window that is due", () => {
    const record = delivered(recordOf(holding()), END - HOUR);
    const kinds = planWindow(record, OFF, END - HOUR).alerts.map(({ kind }) => kind);
    expect(kinds).toEqual(["fulfilled", "6h"]);
  });

  it("is captured now where captures are automatic, by setting or link", () => {
    const byLink = recordOf(holding(), { auto_capture: "before_deadline" });
    for (const [record, settings] of [
      [delivered(recordOf(holding())), ON],
      [delivered(byLink), OFF],
    ] as const) {
      expect(planWindow(record, settings, at).captures).toMatchObject([{ order_id: ORDER, at }]);
    }
    const off = delivered(recordOf(holding(), { auto_capture: "off" }));
    expect(planWindow(off, ON, at).captures).toEqual([]);
  });

  it("asks for nothing of an order whose money was taken before", () => {
    const taken = [
      order(90, { status: "PROCESSED", amount: ASKED }),
      payment(90, { status: "PROCESSED", amount: ASKED }),
    ];
    const record = delivered(recordOf([...holding(), ...taken]));
    expect(planWindow(record, ON, at)).toMatchObject({ alerts: [], captures: [], next_at: null });
  });
});

describe("a clock that rings at any time", () => {
  const steps = fc.array(
    fc.record({
      /** Minutes until the next ring. */
      wait: fc.oneof(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 4_000 })),
      outcome: fc.constantFrom("refused", "unknown", "gone", "silence"),
    }),
    { maxLength: 40 },
  );

  it("never gives an alert twice, never waits for nothing, and never captures what is gone", () => {
    fc.assert(
      fc.property(steps, fc.boolean(), (all, auto_capture) => {
        const settings = { auth_window: WINDOW, auto_capture };
        let now = HELD_AT;
        let record = recordOf([...holding(60), ...holding(90, SECOND_ORDER, SECOND_PAYMENT)]);
        const told: string[] = [];
        let tries = 0;
        for (const { wait, outcome } of all) {
          now += wait * MINUTE;
          const plan = planWindow(record, settings, now);
          const due = plan.alerts.length + plan.captures.length > 0;
          if (due) expect(plan.next_at).toBeLessThanOrEqual(now);
          else expect(plan.next_at ?? Infinity).toBeGreaterThan(now);
          const held = holdsOf(record.facts, WINDOW).map(({ order_id }) => order_id);
          expect(held).toEqual(expect.arrayContaining(plan.captures.map((one) => one.order_id)));
          const keys = plan.alerts.map(({ order_id, kind }) => alertKey(order_id, kind));
          told.push(...keys);
          record = withAlerts(record, keys, now).record;
          for (const { order_id } of plan.captures) {
            const busy = Object.values(record.commands).some(
              (one) => one.order_id === order_id && one.state === "unknown",
            );
            expect(busy).toBe(false);
            tries += 1;
            const tried = command({
              kind: "capture",
              order_id,
              reference: `auto-${tries}`,
              state: outcome === "unknown" ? "unknown" : "refused",
              ended_at: outcome === "unknown" ? null : now,
            });
            record = withAll(record, [...Object.values(record.commands), tried]);
          }
          if (outcome === "gone") {
            const at = (now - MORNING) / 1_000;
            record = evolve(record, observe(released(at)), "inquiry", now).record;
          }
          if (outcome === "silence") record = { ...record, failures: 1, failed_at: now };
        }
        expect(new Set(told).size).toBe(told.length);
        expect(planWindow(record, settings, now).alerts).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});
