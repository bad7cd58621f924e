// When a link's customer is reminded, and when not: never outside the hours, never after the link's
// end, never once money has come, and each reminder once.

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { causesOf } from "../../src/domain/causes";
import { isWithinHours } from "../../src/domain/hours";
import { inr } from "../../src/domain/money";
import type { AnyWord } from "../../src/domain/observation";
import { absorb, evolve, learnReminders, newRecord } from "../../src/domain/record";
import {
  awaitsCustomer,
  mergeReminders,
  MOST_REMINDERS,
  nextReminder,
  type Reminder,
  reminderMoments,
  type Reminders,
  type Reminding,
  type ReminderResult,
  type ReminderRule,
  reminderStep,
  viewReminders,
} from "../../src/domain/reminders";
import { DAY, HOUR, MINUTE, SECOND } from "../../src/domain/schedule";
import {
  ASKED,
  type Flags,
  isoAt,
  known,
  link,
  LINK,
  MORNING,
  named,
  observe,
  order,
  paidOrder,
  payment,
  refund,
} from "./words";

const ZONE = "Asia/Kolkata";
const END = 3 * DAY;

const open = (status: "CREATED" | "CLICKED" | "PAYMENT_INITIATED" | "PARTIAL_PROCESSED") =>
  link(0, { status, amount: ASKED, expire_by: isoAt(END / SECOND), created_at: isoAt(0) });

const waiting = [open("CREATED"), order(0, { status: "CREATED", amount: ASKED })];

function reminding(
  moments: readonly (number | null)[],
  words: readonly AnyWord[] = waiting,
  change: Partial<Reminding> = {},
): Reminding {
  const facts = known(words);
  return { facts, terms: { reminders: moments }, failures: 0, failed_at: null, ...change };
}

const NOTHING = { due: [], missed: [], unanswered: [] };

describe("the moments of a link's reminders", () => {
  // Made at 15:30 in India, ends three days later.
  const made = { created_at: MORNING, expire_by: MORNING + END };
  it.each<[string, ReminderRule, string | null]>([
    ["an hour after", { after_creation_minutes: 60 }, "2026-03-01T11:00:00.000Z"],
    ["at night", { after_creation_minutes: 6 * 60 }, "2026-03-02T03:30:00.000Z"],
    ["a day before the end", { before_expiry_minutes: 24 * 60 }, "2026-03-03T10:00:00.000Z"],
    ["in the last minute", { before_expiry_minutes: 1 }, "2026-03-04T09:59:00.000Z"],
    ["after the end", { after_creation_minutes: 3 * 24 * 60 }, null],
    ["before the beginning", { before_expiry_minutes: 4 * 24 * 60 }, null],
  ])("%s", (_, rule, expected) => {
    const [moment = null] = reminderMoments([rule], made, ZONE);
    expect(moment === null ? null : new Date(moment).toISOString()).toBe(expected);
  });

  it("there is none before an end that nobody knows", () => {
    const rules = [{ before_expiry_minutes: 60 }, { after_creation_minutes: 60 }];
    expect(reminderMoments(rules, { created_at: MORNING, expire_by: null }, ZONE)).toEqual([
      null,
      MORNING + HOUR,
    ]);
  });

  it("keep nine in the morning over a change of the clock", () => {
    const created_at = Date.parse("2031-03-29T21:00:00Z");
    const rules = [{ after_creation_minutes: 60 }, { after_creation_minutes: 25 * 60 }];
    const moments = reminderMoments(rules, { created_at, expire_by: null }, "Europe/Berlin");
    expect(moments.map((moment) => new Date(moment ?? 0).toISOString())).toEqual([
      "2031-03-30T07:00:00.000Z",
      "2031-03-31T07:00:00.000Z",
    ]);
  });
});

describe("a link waits for its customer", () => {
  const now = MORNING + HOUR;
  it.each(
    named<readonly [string, readonly AnyWord[], boolean, Flags?]>([
      ["when nobody has opened it", waiting, true],
      ["when it was opened", [...waiting, open("CLICKED")], true],
      ["when somebody began to pay", [...waiting, open("PAYMENT_INITIATED")], true],
      [
        "when a part is paid",
        [
          open("PARTIAL_PROCESSED"),
          order(60, { status: "PROCESSED", amount: ASKED }),
          payment(60, { status: "PROCESSED", amount: inr(4_000) }),
        ],
        true,
        { part_payment: true },
      ],
      [
        "when a try has failed",
        [open("CLICKED"), order(60, { status: "FAILED" }), payment(60, { status: "FAILED" })],
        true,
      ],
      [
        "not while a payment is on its way",
        [...waiting, payment(60, { status: "PENDING" })],
        false,
      ],
      [
        "not while a payment has a status that nobody knows",
        [...waiting, payment(60, { unknown_status: "AWAITING_BANK" })],
        false,
      ],
      ["not when it is paid", [...waiting, ...paidOrder()], false],
      ["not when its own word says so", [link(60, { status: "PROCESSED", amount: ASKED })], false],
      [
        "not when an undated word says so",
        [...waiting, link(null, { status: "PROCESSED" })],
        false,
      ],
      ["not when money is held", [...waiting, order(60, { status: "AUTHORIZED" })], false],
      [
        "not when a payment is held",
        [...waiting, payment(60, { status: "AUTHORIZED", amount: ASKED })],
        false,
      ],
      [
        "not when it was refunded",
        [...waiting, ...paidOrder(), refund(90, { status: "PROCESSED", amount: ASKED })],
        false,
      ],
      ["not when it is cancelled", [...waiting, link(60, { status: "CANCELLED" })], false],
      ["not when it has expired", [...waiting, link(60, { status: "EXPIRED" })], false],
      ["not without a link", [order(0, { status: "CREATED", amount: ASKED })], false],
    ]),
  )("%s", (_, [, words, expected, flags]) => {
    const facts = known(words, flags);
    expect(awaitsCustomer(facts)).toBe(expected);
    const record = { ...reminding([now]), facts };
    expect(reminderStep(record, ZONE, now).due).toEqual(expected ? [1] : []);
    expect(nextReminder(record)).toBe(expected ? now : null);
  });
});

describe("what is to be done", () => {
  const moment = MORNING + HOUR;

  it("nothing before the moment, the reminder from it on", () => {
    expect(reminderStep(reminding([moment]), ZONE, moment - 1)).toEqual(NOTHING);
    expect(reminderStep(reminding([moment]), ZONE, moment)).toEqual({ ...NOTHING, due: [1] });
  });

  it("those that are due together are due as one", () => {
    const record = reminding([moment, null, moment, moment + DAY]);
    expect(reminderStep(record, ZONE, moment)).toEqual({ ...NOTHING, due: [1, 3] });
  });

  it("one whose day is over is not sent any more", () => {
    const record = reminding([moment, moment + DAY]);
    const evening = Date.parse("2026-03-01T20:00:00+05:30");
    expect(reminderStep(record, ZONE, evening - 1).due).toEqual([1]);
    expect(reminderStep(record, ZONE, evening)).toEqual({ ...NOTHING, missed: [1] });
    expect(reminderStep(record, ZONE, moment + DAY)).toEqual({
      due: [2],
      missed: [1],
      unanswered: [],
    });
  });

  it("none is sent at or after the end of the link", () => {
    const record = reminding([MORNING + END - MINUTE]);
    expect(reminderStep(record, ZONE, MORNING + END - 1).due).toEqual([1]);
    expect(reminderStep(record, ZONE, MORNING + END)).toEqual({ ...NOTHING, missed: [1] });
  });

  it.each<ReminderResult>([
    "begun",
    "unknown",
    "skipped",
    "merged",
    "not_needed",
    "refused",
    "sent",
  ])("one that is %s is never sent again", (result) => {
    const kept = { reminders: { 1: { at: moment, result } } };
    expect(reminderStep(reminding([moment], waiting, kept), ZONE, moment + SECOND)).toEqual(
      NOTHING,
    );
  });

  it("one that the gateway put off is tried again after a while", () => {
    const kept = { reminders: { 1: { at: moment, result: "put_off" as const } } };
    const record = reminding([moment], waiting, kept);
    expect(reminderStep(record, ZONE, moment + MINUTE)).toEqual(NOTHING);
    expect(nextReminder(record)).toBe(moment + 5 * MINUTE);
    expect(reminderStep(record, ZONE, moment + 5 * MINUTE).due).toEqual([1]);
  });

  it("one that was begun and never ended is looked after a minute later, whatever the link is", () => {
    const kept = { reminders: { 1: { at: moment, result: "begun" as const } } };
    const record = reminding([moment], [...waiting, ...paidOrder()], kept);
    expect(nextReminder(record)).toBe(moment + MINUTE);
    expect(reminderStep(record, ZONE, moment + MINUTE)).toEqual({ ...NOTHING, unanswered: [1] });
  });

  it("a gateway that does not answer is not asked more often than the poll would", () => {
    const failing = { failures: 3, failed_at: moment };
    expect(nextReminder(reminding([moment], waiting, failing))).toBe(moment + 4 * MINUTE);
    expect(nextReminder(reminding([moment + DAY], waiting, failing))).toBe(moment + DAY);
  });

  it("never more than five, never outside the hours, never after the end, never when paid", () => {
    const moments = fc.array(fc.option(fc.integer({ min: 0, max: END }), { nil: null }), {
      maxLength: 7,
    });
    const results = fc.constantFrom<ReminderResult>("begun", "put_off", "sent", "refused");
    const kept = fc.dictionary(
      fc.constantFrom("1", "2", "3"),
      fc.record({ at: fc.integer({ min: 0, max: END }), result: results }),
    );
    const paid = [[], paidOrder(), [link(60, { status: "PROCESSED" as const })]];
    fc.assert(
      fc.property(
        moments,
        kept,
        fc.integer({ min: 0, max: 2 * END }),
        fc.constantFrom(ZONE, "Europe/Berlin", "America/New_York"),
        fc.constantFrom(...paid),
        (after, reminders, later, zone, money) => {
          const now = MORNING + later;
          const planned = after.map((one) => one && MORNING + one);
          const record = reminding(planned, [...waiting, ...money], { reminders });
          const { due } = reminderStep(record, zone, now);
          expect(due.length).toBeLessThanOrEqual(MOST_REMINDERS);
          if (due.length === 0) return;
          expect(isWithinHours(now, zone)).toBe(true);
          expect(now).toBeLessThan(MORNING + END);
          expect(money).toEqual([]);
          for (const number of due) {
            expect(planned[number - 1]).toBeLessThanOrEqual(now);
            expect(reminders[number]?.result ?? "put_off").toBe("put_off");
          }
          expect(nextReminder(record)).toBeLessThanOrEqual(now);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe("what became of reminders", () => {
  const result = fc.constantFrom<ReminderResult>(
    "begun",
    "put_off",
    "unknown",
    "skipped",
    "merged",
    "not_needed",
    "refused",
    "sent",
  );
  const reminder: fc.Arbitrary<Reminder> = fc.record({
    at: fc.integer({ min: 0, max: 3 }),
    result,
    link: fc.constantFrom(LINK, "pl-a-second"),
  });
  const several: fc.Arbitrary<Reminders> = fc.dictionary(fc.constantFrom("1", "2"), reminder);

  it("joins in any order to the same, and a repeat changes nothing", () => {
    fc.assert(
      fc.property(several, several, several, (a, b, c) => {
        const joined = mergeReminders(mergeReminders(a, b), c);
        expect(mergeReminders(a, mergeReminders(b, c))).toEqual(joined);
        expect(mergeReminders(mergeReminders(c, b), a)).toEqual(joined);
        expect(mergeReminders(joined, b)).toBe(joined);
      }),
    );
  });

  it("what was sent stays sent, whatever an older record says", () => {
    const sent = { 1: { at: 5, result: "sent" as const } };
    expect(mergeReminders(sent, { 1: { at: 9, result: "unknown" } })).toBe(sent);
    expect(mergeReminders({ 1: { at: 9, result: "begun" } }, sent)).toEqual(sent);
  });

  it("goes over to the home with the terms, and makes a new version there", () => {
    const alias = {
      ...newRecord(0, "api"),
      terms: { token: "t", receipt_token: "r", reference: "x", reminders: [MORNING] },
      reminders: { 1: { at: 1, result: "sent" as const } },
    };
    const home = newRecord(0, "webhook");
    const { record } = absorb(home, alias, 1);
    expect(viewReminders(record)).toEqual([
      {
        number: 1,
        due_at: "2026-03-01T10:00:00.000Z",
        sent_at: "1970-01-01T00:00:00.001Z",
        result: "sent",
      },
    ]);
    expect(record.version).toBe(home.version + 1);
    expect(absorb(record, alias, 2).record.version).toBe(record.version);
    expect(learnReminders(record, alias.reminders, 3)).toBe(record);
  });

  it("is told when the gateway refuses, once for each reminder, and only then", () => {
    const { facts } = evolve(newRecord(0, "api"), observe(waiting), "inquiry", 0).record;
    const reminders: Reminders = {
      1: { at: 1, result: "sent" },
      2: { at: 1, result: "refused" },
      3: { at: 1, result: "not_needed" },
    };
    const told = causesOf(facts, undefined, { reminders });
    expect(told).toEqual([{ type: "link.reminder_due", entities: [LINK, "2"] }]);
  });

  it("is told of the link that was to be sent, and only while that one waits", () => {
    const reminders: Reminders = { 1: { at: 1, result: "refused", link: LINK } };
    const dueAfter = (...words: readonly AnyWord[]) =>
      causesOf(known([...waiting, ...words]), undefined, { reminders }).filter(
        ({ type }) => type === "link.reminder_due",
      );
    expect(dueAfter()).toEqual([{ type: "link.reminder_due", entities: [LINK, "1"] }]);
    expect(dueAfter(...paidOrder())).toEqual([]);
    const second = "pl-a-second";
    const replaced = [
      link(50, { status: "EXPIRED" }),
      link(50, { status: "CREATED", amount: ASKED, replaces: LINK }, second),
    ];
    expect(dueAfter(...replaced)).toEqual([]);
  });
});
