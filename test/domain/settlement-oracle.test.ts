// A gateway that does everything right finds nothing wrong here: it settles on the next bank day, less
// fees, and deducts refunds on the bank day after them, in whichever form. Lived through day by day, and
// checked after everything that is said, with reports read up to that moment.

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isBankDay } from "../../src/domain/bank-days";
import { inr, paisa } from "../../src/domain/money";
import type { AnyWord } from "../../src/domain/observation";
import { checkSettlement } from "../../src/domain/record-checks";
import { evolve, newRecord, type OrderRecord } from "../../src/domain/record";
import type { SettledLine, SettledLines } from "../../src/domain/settled-line";
import { DAY, HOUR } from "../../src/domain/schedule";
import { matchSettlement } from "../../src/domain/settlement";
import { gapsOf, lateGaps } from "../../src/domain/settlement-gaps";
import { booksTogether, onDay, openKeys, settle } from "./settlement-words";
import { isoAt, MORNING, observe, order, ORDER, payment, refund, SECOND_ORDER } from "./words";

const DAYS = { days: 1, holidays: ["2026-03-04", "2026-03-10"], time_zone: "Asia/Kolkata" };

/** In India it is 15:30 in the morning of these tests. */
const dateOf = (day: number): string => isoAt(onDay(day)).slice(0, 10);

type Form = "refund" | "refund's payment" | "payment";

interface Sale {
  readonly day: number;
  readonly value: number;
  readonly taken: number;
  readonly method: "CARD" | "UPI" | "CREDIT_EMI";
  readonly byBank: boolean;
  readonly form: Form;
  /** Days after the sale and share of what is left, in hundredths. */
  readonly refunds: readonly { readonly after: number; readonly share: number }[];
}

const sale: fc.Arbitrary<Sale> = fc.record({
  day: fc.nat(6),
  value: fc.constantFrom(100, 9_999, 10_000, 10_000, 250_000),
  taken: fc.constantFrom(100, 100, 60),
  method: fc.constantFrom("CARD", "UPI", "CREDIT_EMI"),
  byBank: fc.constantFrom(false, false, false, true),
  form: fc.constantFrom("refund", "refund's payment", "payment"),
  refunds: fc.array(fc.record({ after: fc.nat(8), share: fc.constantFrom(25, 50, 100) }), {
    maxLength: 3,
  }),
});

interface Movement {
  readonly day: number;
  readonly words: readonly AnyWord[];
  /** The line that shows it, and under which id; none: the bank settles it. */
  readonly id: string;
  readonly gross: number;
  readonly fee: number;
  readonly listed: boolean;
}

/** What the gateway does for one sale: take the money, and return some of it. */
function movementsOf(one: Sale, index: number): readonly Movement[] {
  const order_id = index % 2 === 0 ? ORDER : SECOND_ORDER;
  const id = `${order_id}-cc-${index + 1}`;
  const taken = Math.round((one.value * one.taken) / 100);
  const at = onDay(one.day) + index;
  const capture = { amount: inr(taken), created_at: isoAt(at) };
  const pays = payment(
    at,
    {
      order_id,
      status: "PROCESSED",
      amount: inr(one.value),
      payment_method: one.method,
      is_aggregator: !one.byBank,
      created_at: isoAt(at),
      ...(taken === one.value ? {} : { captures: [capture] }),
    },
    id,
  );
  const fee = Math.round(taken / 50);
  const listed = !one.byBank;
  const sold = { day: one.day, words: [pays], id, gross: taken, fee, listed };
  let left = taken;
  const returns = one.refunds
    .toSorted((a, b) => a.after - b.after)
    .flatMap(({ after, share }, turn): readonly Movement[] => {
      const value = Math.round((left * share) / 100);
      left -= value;
      if (value === 0) return [];
      const day = one.day + after;
      const refund_id = `v1-refund-${index}-${turn}`;
      const part = { id: `${refund_id}-cc-1`, parent_payment_id: id, amount: inr(value) };
      const said = (second: number, status: "PENDING" | "PROCESSED") => {
        const fields = { parent_order_id: order_id, status, amount: inr(value), payments: [part] };
        return refund(onDay(day) + second, fields, refund_id);
      };
      const names = { refund: refund_id, "refund's payment": part.id, payment: id };
      const words = [said(100 + turn, "PENDING"), said(200 + turn, "PROCESSED")];
      return [{ day, words, id: names[one.form], gross: -value, fee: 0, listed }];
    });
  return [sold, ...returns];
}

/** One transfer with everything since the one before, as it is while it is pending or paid out. */
function transferOf(
  day: number,
  all: readonly Movement[],
  completed: boolean,
): readonly SettledLines[] {
  const at = MORNING + day * DAY - 4 * HOUR;
  const lineOf = ({ gross, fee }: Movement, index: number): SettledLine => ({
    fingerprint: `${day}-${index}`,
    gross: paisa(gross),
    amount: paisa(gross),
    deductions: paisa(fee),
    net: paisa(gross - fee),
    payout_status: completed ? "Success" : "Pending",
    processed_at: at - HOUR,
    settled_at: completed ? at : null,
    completed,
  });
  const utr = `6${day.toString().padStart(11, "0")}`;
  const read = day * 2 + (completed ? 1 : 0);
  const ids = [...new Set(all.map(({ id }) => id))];
  return ids.map((transaction_id) => {
    const lines = all.filter(({ id }) => id === transaction_id).map(lineOf);
    return { utr, transaction_id, read, lines };
  });
}

interface Seen {
  readonly record: OrderRecord;
  readonly now: number;
}

/** Everything that is said of these sales in forty days, and the record after each word. */
function* lived(sales: readonly Sale[]): Generator<Seen> {
  const movements = sales.flatMap(movementsOf);
  const totals = [ORDER, SECOND_ORDER].map((id, half) => {
    const own = sales.filter((_, index) => index % 2 === half);
    return order(0, { amount: inr(own.reduce((all, { value }) => all + value, 0)) }, id);
  });
  let record = evolve(newRecord(MORNING, "webhook"), observe(totals), "webhook", MORNING).record;
  let settledThrough = -1;
  for (let day = 0; day <= 40; day += 1) {
    const now = MORNING + day * DAY;
    if (isBankDay(dateOf(day), DAYS.holidays)) {
      const since = settledThrough;
      const due = movements.filter((one) => one.listed && one.day > since && one.day < day);
      for (const completed of [false, true]) {
        record = settle(record, transferOf(day, due, completed), now - 4 * HOUR);
        yield { record, now: now - 4 * HOUR };
      }
      settledThrough = day - 1;
    }
    for (const word of movements.filter((one) => one.day === day).flatMap(({ words }) => words)) {
      const { record: told } = evolve(record, observe([word]), "webhook", now);
      record = checkSettlement(told, true, now);
      yield { record, now };
    }
    yield { record, now: now + 12 * HOUR };
  }
}

describe("a gateway that does everything right", () => {
  it("leaves nothing to find at any moment, and all money explained in the end", () => {
    fc.assert(
      fc.property(fc.array(sale, { minLength: 1, maxLength: 4 }), (sales) => {
        let last: Seen | null = null;
        for (const seen of lived(sales)) {
          const { record, now } = seen;
          const gaps = gapsOf(record.facts, record.settled);
          const knowledge = { read_through: now, unlisted_refunds: [], unread: [] };
          expect(lateGaps(gaps, knowledge, record.created_at, DAYS, now)).toEqual([]);
          expect(openKeys(record)).toEqual([]);
          last = seen;
        }
        if (last === null) throw new Error("nothing was said");
        const { facts, settled } = last.record;
        const books = booksTogether(facts, settled);
        expect({ ...books, pending: books.pending + 0 }).toMatchObject({
          pending: 0,
          unexplained: 0,
          recovered: 0,
        });
        const byGateway = sales.some(({ byBank }) => !byBank);
        expect(matchSettlement(facts, settled).stage).toBe(byGateway ? "completed" : "elsewhere");
      }),
      { numRuns: 60 },
    );
  });

  it("is missed when it forgets one line, by no more than that", () => {
    fc.assert(
      fc.property(fc.array(sale, { minLength: 1, maxLength: 3 }), fc.nat(20), (sales, pick) => {
        const whole = [...lived(sales)].at(-1)?.record;
        if (whole === undefined) throw new Error("nothing was said");
        const kept = Object.values(whole.settled).filter(({ lines }) => lines.length > 0);
        const lost = kept[pick % Math.max(1, kept.length)];
        fc.pre(lost !== undefined);
        const now = MORNING + 41 * DAY;
        const after = settle(whole, [{ ...lost, lines: [], read: 999 }], now);
        const knowledge = { read_through: now, unlisted_refunds: [], unread: [] };
        const gaps = gapsOf(after.facts, after.settled);
        const late = lateGaps(gaps, knowledge, after.created_at, DAYS, now);
        const missed = late.reduce((all, { amount }) => all + (amount ?? 0), 0);
        const gone = lost.lines.reduce((all, { gross }) => all + (gross ?? 0), 0);
        expect(missed).toBe(Math.abs(gone));
        expect(openKeys(after)).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});
