// One notification on its way: the plan of its tries, what the receiver may ask for, and how it ends.
import { describe, expect, it, test } from "vitest";
import {
  afterAttempt,
  type Attempt,
  ATTEMPTS_KEPT,
  type Delivery,
  deliverAgain,
  isOver,
  isUnderWay,
  markSaved,
  newDelivery,
  type Outcome,
  parseRetryAfter,
  pause,
  PLAN,
  sendAgain,
} from "../../src/domain/delivery";
import { HOUR, MINUTE, SECOND } from "../../src/domain/schedule";

const NOW = Date.UTC(2031, 0, 15, 6, 0, 0);

const answer = (status: number | null, change: Partial<Outcome> = {}): Outcome => ({
  at: NOW,
  duration: 20,
  status,
  error: status === null ? "no_connection" : null,
  answer: status === null ? null : "",
  retry_at: null,
  ...change,
});

const context = { earlier: [] as readonly Attempt[], spread: 0, now: NOW };

/** Everything that the receiver answers, each try when it is due; the waits between them. */
function live(outcomes: readonly Outcome[], spread = 0) {
  let delivery = newDelivery(1, NOW);
  let now = NOW;
  let earlier: readonly Attempt[] = [];
  const waits: number[] = [];
  for (const outcome of outcomes) {
    waits.push((delivery.next_at ?? Number.NaN) - now);
    now = delivery.next_at ?? now;
    const at = now;
    delivery = afterAttempt(delivery, { ...outcome, at }, { earlier, spread, now });
    earlier = delivery.attempts;
    delivery = markSaved(delivery, delivery.rev);
  }
  return { delivery, waits, earlier };
}

describe("the plan", () => {
  it("is the one that the scheme recommends, and then it is dead", () => {
    const { delivery, waits, earlier } = live(PLAN.map(() => answer(500)));
    expect(waits).toEqual([
      0,
      5 * SECOND,
      5 * MINUTE,
      30 * MINUTE,
      2 * HOUR,
      5 * HOUR,
      10 * HOUR,
      10 * HOUR,
    ]);
    expect(delivery).toMatchObject({ state: "dead", next_at: null, tries: 8 });
    expect(earlier.map(({ n, status }) => [n, status])).toEqual(
      PLAN.map((_, index) => [index + 1, 500]),
    );
  });

  it("spreads out by a tenth at most, and never comes early", () => {
    const { waits } = live(
      PLAN.map(() => answer(null)),
      0.999,
    );
    for (const [index, wait] of waits.entries()) {
      expect(wait).toBeGreaterThanOrEqual(PLAN[index] ?? 0);
      expect(wait).toBeLessThanOrEqual((PLAN[index] ?? 0) * 1.1);
    }
  });

  test.each([200, 201, 204, 299])("ends with %d", (status) => {
    const { delivery } = live([answer(503), answer(status)]);
    expect(delivery).toMatchObject({ state: "delivered", next_at: null, tries: 2 });
    expect(delivery.delivered_at).toBe(delivery.since);
    expect(isOver(delivery)).toBe(true);
  });

  test.each([null, 199, 300, 301, 307, 400, 401, 404, 409, 429, 500, 503])(
    "goes on after %s",
    (status) => {
      const { delivery } = live([answer(status)]);
      expect(delivery).toMatchObject({ state: "retrying", next_at: NOW + 5 * SECOND });
      expect(isUnderWay(delivery)).toBe(true);
    },
  );

  it("stops where the receiver asks for no more", () => {
    const { delivery } = live([answer(500), answer(410)]);
    expect(delivery).toMatchObject({ state: "paused", next_at: null, tries: 2 });
    expect(isOver(delivery)).toBe(false);
  });

  it("is in trouble since its first failure", () => {
    const { delivery } = live([answer(500), answer(500), answer(500)]);
    expect(delivery.since).toBe(NOW);
  });
});

describe("what the receiver asks for", () => {
  const next = (retry_at: number | null, tries = 0): number | null =>
    afterAttempt({ ...newDelivery(1, NOW), tries }, answer(503, { retry_at }), context).next_at;

  it("is honoured when it is later than the plan, up to a day", () => {
    expect(next(NOW + 20 * SECOND)).toBe(NOW + 20 * SECOND);
    expect(next(NOW + 2 * SECOND)).toBe(NOW + 5 * SECOND);
    expect(next(NOW - HOUR)).toBe(NOW + 5 * SECOND);
    expect(next(NOW + 300 * HOUR)).toBe(NOW + 24 * HOUR);
    expect(next(NOW + HOUR, 1)).toBe(NOW + HOUR);
  });

  it("makes no try beyond the last", () => {
    const last = { ...newDelivery(1, NOW), tries: PLAN.length - 1 };
    const ended = afterAttempt(last, answer(503, { retry_at: NOW + HOUR }), context);
    expect(ended).toMatchObject({ state: "dead", next_at: null });
  });

  test.each([
    ["120", NOW + 120 * SECOND],
    [" 0 ", NOW],
    ["Wed, 15 Jan 2031 07:00:00 GMT", NOW + HOUR],
    ["Wednesday, 15-Jan-31 07:00:00 GMT", NOW + HOUR],
    ["soon", null],
    ["-5", null],
    ["1.5", null],
    ["2031-01-15T07:00:00Z", null],
    ["", null],
    [null, null],
  ])("is read from %j", (text, at) => {
    expect(parseRetryAfter(text, NOW)).toBe(at);
  });
});

describe("one that is sent again", () => {
  const dead = live(PLAN.map(() => answer(500)));

  it("has the whole plan before it, and counts its tries on", () => {
    const again = sendAgain(dead.delivery, NOW);
    expect(again).toMatchObject({ state: "waiting", next_at: NOW, tries: 0 });
    const tried = afterAttempt(again, answer(500), { ...context, earlier: dead.earlier });
    expect(tried).toMatchObject({ state: "retrying", next_at: NOW + 5 * SECOND, tries: 1 });
    expect(tried.attempts.at(-1)?.n).toBe(9);
  });

  it("keeps its last ten tries", () => {
    const twice = [...PLAN, ...PLAN].reduce<readonly Attempt[]>(
      (earlier) => afterAttempt(newDelivery(1, NOW), answer(500), { ...context, earlier }).attempts,
      [],
    );
    expect(twice.length).toBe(ATTEMPTS_KEPT);
    expect(twice.at(-1)?.n).toBe(16);
  });

  it("is news to the ledger, even when its actor had forgotten it", () => {
    const known: Delivery = deliverAgain(7, NOW);
    expect(known).toMatchObject({ n: 7, state: "waiting", next_at: NOW });
    expect(known.rev).toBeGreaterThan(known.saved);
    expect(known.rev).toBeGreaterThanOrEqual(NOW);
  });
});

describe("the ledger's copy", () => {
  it("is told of each change, and of none twice", () => {
    const changed = pause(newDelivery(1, NOW), NOW);
    expect(changed.rev).not.toBe(changed.saved);
    const saved = markSaved(changed, changed.rev);
    expect(saved.rev).toBe(saved.saved);
    expect(markSaved(changed, 1)).toEqual(changed);
  });

  it("grows even where the clock stands still", () => {
    const first = pause(newDelivery(1, NOW), NOW);
    const second = sendAgain(first, NOW);
    expect(second.rev).toBe(first.rev + 1);
  });
});
