// When to ask again: the table of design 3.6, simulated. A virtual clock jumps to each moment that is
// due, the gateway answers that nothing has changed, and the moments are what the table says.

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Facts } from "../../src/domain/facts";
import { inr } from "../../src/domain/money";
import type { AnyWord } from "../../src/domain/observation";
import { derivePosition } from "../../src/domain/position";
import {
  type AskingHistory,
  DAY,
  HOUR,
  MINUTE,
  nextInquiry,
  SECOND,
  type ScheduleSettings,
} from "../../src/domain/schedule";
import { deriveStage } from "../../src/domain/stage";
import { ASKED, type Flags, known, link, named, order, paidOrder, payment, refund } from "./words";

const NOW = Date.parse("2026-03-01T12:00:00Z");
const RUNS = 200;
/** A link's end is read once more a little after it. */
const A_LITTLE = 10 * MINUTE;

const settings: ScheduleSettings = {
  stuck_after: 120 * SECOND,
  capture_by: null,
  settlement_look: null,
  disputed: false,
  jitter: 0,
};

function next(
  facts: Facts,
  asking: Partial<AskingHistory>,
  more: Partial<ScheduleSettings> = {},
): number | null {
  const position = derivePosition(facts);
  const history = { changed_at: NOW, asked_at: null, failures: 0, failed_at: null, ...asking };
  return nextInquiry(facts, position, deriveStage(facts, position), history, {
    ...settings,
    ...more,
  });
}

/** Offsets from the last change at which the gateway is asked, as long as nothing changes. */
function asked(
  facts: Facts,
  until: number,
  more: Partial<ScheduleSettings> = {},
): readonly number[] {
  const offsets: number[] = [];
  let asked_at: number | null = null;
  while (offsets.length < 2_000) {
    const due = next(facts, { asked_at }, more);
    if (due === null || due - NOW > until) break;
    offsets.push(due - NOW);
    asked_at = due;
  }
  return offsets;
}

const endsIn = (ms: number) => ({ expire_by: new Date(NOW + ms).toISOString(), amount: ASKED });
const created = (ms: number) => link(1, { status: "CREATED", ...endsIn(ms) });
const clicked = (ms: number) => link(1, { status: "CLICKED", ...endsIn(ms) });
const started = (ms: number) => link(1, { status: "PAYMENT_INITIATED", ...endsIn(ms) });
const partPaid = (ms: number) => link(1, { status: "PARTIAL_PROCESSED", ...endsIn(ms) });
const held = [
  order(60, { status: "AUTHORIZED", amount: ASKED }),
  payment(60, { status: "AUTHORIZED", amount: ASKED }),
];

const minutes = (...values: readonly number[]) => values.map((value) => value * MINUTE);
const hours = (...values: readonly number[]) => values.map((value) => value * HOUR);
const days = (...values: readonly number[]) => values.map((value) => value * DAY);

/** STUCK_AFTER_SECONDS, then doubling to 60 minutes. */
const DOUBLING = minutes(2, 6, 14, 30, 62, 122, 182);
const UNPAID_END = [...minutes(5), ...hours(1, 6, 24), ...days(3)];

type Row = readonly [
  when: string,
  words: readonly AnyWord[],
  until: number,
  expected: readonly number[],
  flags?: Flags,
];

const ROWS: readonly Row[] = [
  ["clicked", [clicked(10 * DAY)], 3.5 * HOUR, DOUBLING],
  ["initiated", [started(10 * DAY)], 3.5 * HOUR, DOUBLING],
  ["attempted", [clicked(10 * DAY), order(60, { status: "ATTEMPTED" })], 3.5 * HOUR, DOUBLING],
  ["part paid, link still open", [partPaid(10 * DAY)], 3.5 * HOUR, DOUBLING],
  [
    "a link event without payments",
    [link(null, { status: "PROCESSED", ...endsIn(10 * DAY) })],
    3.5 * HOUR,
    DOUBLING,
  ],
  [
    "a link event without payments of a link known to be no pre-authorization",
    [link(60, { status: "PROCESSED", ...endsIn(10 * DAY) })],
    3.5 * HOUR,
    DOUBLING,
    { pre_auth: false },
  ],
  [
    "nothing but a refund told alone",
    [refund(60, { status: "PROCESSED", amount: inr(1) })],
    3.5 * HOUR,
    DOUBLING,
  ],
  ["nothing but the name of an order", [], 3.5 * HOUR, DOUBLING],
  ["created, never opened", [created(10 * DAY)], 1.1 * DAY, hours(6, 12, 18, 24)],
  ["expired", [link(1, { status: "EXPIRED", ...endsIn(0) })], 400 * DAY, UNPAID_END],
  ["link cancelled", [link(1, { status: "CANCELLED", ...endsIn(9 * DAY) })], 400 * DAY, UNPAID_END],
  ["order cancelled", [order(1, { status: "CANCELLED" })], 400 * DAY, UNPAID_END],
  ["failed", [clicked(9 * DAY), order(60, { status: "FAILED" })], 400 * DAY, UNPAID_END],
  ["authorized", held, 7.5 * DAY, days(1, 2, 3, 4, 5, 6, 7)],
  ["paid", paidOrder(), 400 * DAY, days(1, 7, 30)],
  [
    "refunded",
    [...paidOrder(), refund(70, { status: "PROCESSED", amount: ASKED })],
    400 * DAY,
    days(1, 7, 30),
  ],
];

describe("the gateway is asked", () => {
  it.each(named(ROWS))("when %s, as the table says", (_, [, words, until, expected, flags]) => {
    expect(asked(known(words, flags), until)).toEqual(expected);
  });

  it("every hour for the first day of a started payment, then every six hours", () => {
    const offsets = asked(known([started(10 * DAY)]), 9 * DAY);
    const gaps = offsets.slice(1).map((offset, index) => offset - (offsets[index] ?? 0));
    const firstDay = gaps.filter((_, index) => (offsets[index + 1] ?? 0) < DAY);
    expect(Math.max(...firstDay)).toBe(HOUR);
    expect(new Set(gaps.slice(firstDay.length + 1))).toEqual(new Set([6 * HOUR]));
  });

  it.each([
    ["created", created],
    ["clicked", clicked],
    ["initiated", started],
    ["part paid", partPaid],
  ] as const)("until expire_by when %s, at its end, and then as after an unpaid end", (_, make) => {
    const end = 50 * HOUR;
    const afterEnd = asked(known([make(end)]), 400 * DAY).filter((offset) => offset >= end);
    const planned = [0, ...UNPAID_END].map((offset) => end + offset);
    expect(afterEnd).toHaveLength(planned.length);
    for (const [index, at] of afterEnd.entries()) {
      expect(at).toBeGreaterThanOrEqual(planned[index] ?? 0);
      expect(at).toBeLessThanOrEqual((planned[index] ?? 0) + A_LITTLE);
    }
  });

  it("with STUCK_AFTER_SECONDS as it is set", () => {
    expect(asked(known([started(DAY)]), 8 * MINUTE, { stuck_after: MINUTE })).toEqual(
      minutes(1, 3, 7),
    );
  });

  it("at 5 min, 30 min, 2 h and 6 h while a refund is pending, then daily to 30 days, then no more for it", () => {
    const facts = known([...paidOrder(), refund(70, { status: "PENDING", amount: inr(100) })]);
    const offsets = asked(facts, 400 * DAY);
    for (const offset of [...minutes(5, 30), ...hours(2, 6)]) expect(offsets).toContain(offset);
    for (let day = 1; day < 30; day += 1) {
      expect(offsets.some((offset) => offset > day * DAY && offset <= (day + 1) * DAY)).toBe(true);
    }
    expect(offsets.at(-1)).toBe(30 * DAY);
  });

  it("as long as a payment is PENDING after an unpaid end", () => {
    const facts = known([
      link(90, { status: "EXPIRED", ...endsIn(0) }),
      payment(60, { status: "PENDING" }),
    ]);
    const offsets = asked(facts, 45 * DAY);
    expect(offsets).toEqual(expect.arrayContaining(minutes(2, 5, 6, 14)));
    expect(offsets.at(-1)).toBeGreaterThan(44 * DAY);
  });

  it("about a payment that is still PENDING when the link's time is over", () => {
    const facts = known([
      started(-HOUR),
      order(60, { status: "PENDING" }),
      payment(60, { status: "PENDING" }),
    ]);
    expect(asked(facts, 7 * DAY)).not.toEqual([]);
  });

  it("at each alert of the authorization window, not only daily", () => {
    const capture_by = NOW + 4.5 * DAY;
    const offsets = asked(known(held), 5 * DAY, { capture_by });
    expect(offsets).toEqual(expect.arrayContaining(days(1, 2, 3, 4)));
    expect(offsets).toContain(4.5 * DAY - 6 * HOUR);
    expect(offsets.some((offset) => offset >= 4.5 * DAY && offset <= 4.5 * DAY + A_LITTLE)).toBe(
      true,
    );
  });
});

describe("the plan", () => {
  const facts = known([started(10 * DAY)]);

  it("starts again at each change", () => {
    const asked_at = NOW + 5 * HOUR;
    const changed_at = asked_at + 10 * MINUTE;
    expect(next(facts, { changed_at, asked_at })).toBe(changed_at + 2 * MINUTE);
  });

  it("starts again at a change that the inquiry itself brought", () => {
    expect(next(facts, { changed_at: NOW + HOUR, asked_at: NOW + HOUR })).toBe(
      NOW + HOUR + 2 * MINUTE,
    );
  });

  it("starts again at a change although the gateway could not be reached before it", () => {
    const failed_at = NOW - MINUTE;
    const due = next(facts, { changed_at: NOW, failures: 9, failed_at });
    expect(due).toBeLessThanOrEqual(NOW + 2 * MINUTE);
  });

  it("backs off with each failure, an hour at most", () => {
    const delays = [1, 2, 3, 4, 5, 6, 7, 8, 50].map(
      (failures) => (next(facts, { failures, failed_at: NOW }) ?? 0) - NOW,
    );
    expect(delays).toEqual(delays.toSorted((a, b) => a - b));
    expect(delays[0]).toBeLessThanOrEqual(2 * MINUTE);
    expect(delays.at(-1)).toBe(HOUR);
  });

  it("never skips an inquiry because it failed: what was due stays due", () => {
    const paid = known(paidOrder());
    const failed_at = NOW + 30 * DAY + 5 * MINUTE;
    expect(next(paid, { asked_at: NOW + 7 * DAY, failures: 3, failed_at })).toBeGreaterThan(
      failed_at,
    );
    expect(next(paid, { asked_at: NOW + 7 * DAY })).toBe(NOW + 30 * DAY);
  });

  it("does not ask for each moment that was slept through, only once", () => {
    const asked_at = NOW + 20 * DAY;
    expect(next(known(paidOrder()), { asked_at })).toBe(NOW + 30 * DAY);
    expect(next(known([link(1, { status: "EXPIRED" })]), { asked_at })).toBeNull();
  });

  const situations = [
    [created(3 * DAY)],
    [clicked(3 * DAY)],
    [started(3 * DAY)],
    [partPaid(3 * DAY)],
    [],
    held,
    paidOrder(),
    [link(1, { status: "EXPIRED" }), payment(1, { status: "PENDING" })],
    [...paidOrder(), refund(70, { status: "PENDING", amount: inr(100) })],
  ];

  it("is always later than the last time that anybody asked", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...situations),
        fc.nat(60 * DAY),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (words, since, jitter) => {
          const asked_at = NOW + since;
          const capture_by = NOW + 5 * DAY;
          const due = next(known(words), { asked_at }, { jitter, capture_by });
          if (due !== null) expect(due).toBeGreaterThan(asked_at);
        },
      ),
      { numRuns: RUNS },
    );
  });

  it("is spread by its jitter, never earlier and never by more than a fifth of the wait", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...situations),
        fc.nat(20 * DAY),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (words, since, jitter) => {
          const asked_at = NOW + since;
          const exact = next(known(words), { asked_at });
          const spread = next(known(words), { asked_at }, { jitter });
          if (exact === null || spread === null) expect(spread).toBe(exact);
          else {
            expect(spread).toBeGreaterThanOrEqual(exact);
            expect(spread - exact).toBeLessThanOrEqual((exact - asked_at) / 5 + 1);
          }
        },
      ),
      { numRuns: RUNS },
    );
  });
});

it("while the gateway and the facts differ it is asked as if somebody were paying, for thirty days", () => {
  const facts = known([...paidOrder(60)]);
  const disputed = asked(facts, 40 * DAY, { disputed: true });
  expect(disputed.slice(0, 5)).toEqual(DOUBLING.slice(0, 5));
  expect(disputed.at(-1)).toBe(30 * DAY);
  expect(asked(facts, 40 * DAY)).toEqual(days(1, 7, 30));
});
