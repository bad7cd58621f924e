import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { BankCalendar, indianMidnight } from "../../src/sandbox/bank-calendar";
import { Chance } from "../../src/sandbox/chance";
import { usual } from "../../src/sandbox/month-customer";
import { planMonth } from "../../src/sandbox/month-plan";
import { type Trouble, type TroubleType, wrongs } from "../../src/sandbox/month-state";
import { ask, emptyBooks, eventNames } from "./gateway";
import { audit, type Books, type Finding, paisa, type WireReport } from "./month-auditor";

const noon = Date.UTC(2031, 10, 22, 12);

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: noon });
  await emptyBooks();
});
afterEach(() => {
  vi.useRealTimers();
});

interface Summary {
  readonly played: number;
  readonly from: string;
  readonly to: string;
  readonly figures: Readonly<Record<string, number>>;
  readonly trouble: readonly Trouble[];
}

async function play(size: { seed: number; days: number; orders: number }): Promise<Summary> {
  const begun = await ask("POST", "/sandbox/month", size);
  expect(begun.status).toBe(200);
  for (let day = 1; day <= size.days; day += 1) {
    const { status, text } = await ask("POST", "/sandbox/month/day", { day });
    if (status !== 200) throw new Error(text);
    const played = JSON.parse(text) as { orders: string[]; links: string[] };
    expect([played.orders.length, played.links.length]).toEqual([size.orders, size.orders]);
  }
  return JSON.parse((await ask("GET", "/sandbox/month")).text) as Summary;
}

async function readReports(): Promise<readonly WireReport[]> {
  const { text } = await ask("GET", "/sandbox/settlements");
  return (JSON.parse(text) as { settlements: WireReport[] }).settlements;
}

async function readBooks(last_day: string): Promise<Books> {
  const { orders } = JSON.parse((await ask("GET", "/sandbox/books")).text) as Pick<Books, "orders">;
  const { messages } = (await ask("GET", "/sandbox/webhooks")).body;
  const webhooks = messages.map((message) => message.body);
  return { orders, reports: await readReports(), webhooks, last_day };
}

function sorted(found: readonly (Trouble | Finding)[]): Finding[] {
  return found
    .map(({ type, payment_id, utr, amount }) => ({ type, payment_id, utr, amount }))
    .toSorted((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1));
}

describe("the bank's days", () => {
  const november = new BankCalendar(indianMidnight(Date.UTC(2026, 10, 1) * 1000), 30);

  test("leave out Sundays, and the second and fourth Saturday", () => {
    const days = Array.from({ length: 30 }, (_, index) => index + 1);
    const closed = days.filter((day) => !november.isBankDay(day));
    expect(closed).toEqual([1, 8, 14, 15, 22, 28, 29]);
  });

  test("are counted forward, beyond the month too", () => {
    expect(november.bankDayAfter(13)).toBe(16);
    expect(november.bankDayAfter(6, 2)).toBe(9);
    expect(november.bankDayAfter(30)).toBe(31);
    expect(november.bankDaysLeft(26)).toBe(2);
  });
});

describe("chance", () => {
  test("is the same for the same seed, and another for a seed beside it", () => {
    const draw = (...seed: readonly number[]): string => new Chance(...seed).text(20, "0123456789");
    expect(draw(7, 1, 2)).toBe(draw(7, 1, 2));
    expect(new Set([draw(7, 1, 2), draw(7, 2, 1), draw(7, 1, 3), draw(8, 1, 2)]).size).toBe(4);
  });

  test("gives each course of an order its share of a thousand", () => {
    expect([...usual.values()].reduce((sum, weight) => sum + weight, 0)).toBe(1000);
    const drawn = new Map<string, number>();
    for (let order = 1; order <= 20_000; order += 1) {
      const course = new Chance(7, 1 + (order % 30), order).weigh(usual);
      drawn.set(course, (drawn.get(course) ?? 0) + 1);
    }
    for (const [course, weight] of usual) {
      // Four times the spread that pure chance has.
      const off = Math.abs((drawn.get(course) ?? 0) - weight * 20);
      expect(off, course).toBeLessThan(4 * Math.sqrt(weight * 20));
    }
  });
});

describe("the plan", () => {
  const calendar = new BankCalendar(indianMidnight(noon * 1000), 30);

  test("puts trouble on one order in a hundred, evenly, and loses one in fifty", () => {
    const plan = planMonth({ seed: 7, days: 30, orders: 200 }, calendar);
    const counts = new Map<string, number>();
    for (let day = 1; day <= 30; day += 1) {
      for (let order = 1; order <= 200; order += 1) {
        const kind = plan.of(day, order);
        if (kind) counts.set(kind, (counts.get(kind) ?? 0) + 1);
      }
    }
    const each = wrongs.map((kind) => counts.get(kind) ?? 0);
    expect(each.toSorted((one, other) => one - other)).toEqual([8, 8, 8, 9, 9, 9, 9]);
    expect(counts.get("missed")).toBe(120);
    expect([...plan.transfers.values()].toSorted()).toEqual([
      ...Array<string>(3).fill("fee_unexplained"),
      ...Array<string>(3).fill("loan_recovery"),
      ...Array<string>(3).fill("total_differs"),
    ]);
  });

  test("leaves each trouble the days that it takes to be seen", () => {
    const plan = planMonth({ seed: 8, days: 30, orders: 200 }, calendar);
    const last = (kind: string): number =>
      Math.max(
        ...Array.from({ length: 6000 }, (_, index) => [Math.floor(index / 200) + 1, index % 200])
          .filter(([day = 0, order = 0]) => plan.of(day, order + 1) === kind)
          .map(([day = 0]) => day),
      );
    expect(calendar.bankDaysLeft(last("settlement_missing"))).toBeGreaterThanOrEqual(4);
    expect(calendar.bankDaysLeft(last("refund_not_deducted"))).toBeGreaterThanOrEqual(6);
    expect(calendar.bankDaysLeft(last("settled_twice"))).toBeGreaterThanOrEqual(2);
    expect(calendar.bankDaysLeft(last("missed"))).toBeGreaterThanOrEqual(1);
  });
});

describe("a month", () => {
  test.each([
    [1, 200],
    [2, 40],
    [3, 40],
  ])(
    "has the trouble that was put in and no other: seed %s, %s orders a day",
    async (seed, orders) => {
      const { trouble, to } = await play({ seed, days: 30, orders });
      expect(sorted(audit(await readBooks(to)))).toEqual(sorted(trouble));
      const types = new Set<TroubleType>(trouble.map(({ type }) => type));
      for (const type of wrongs) expect(types).toContain(type);
    },
  );

  test("adds up to the paisa", async () => {
    const { figures, trouble } = await play({ seed: 4, days: 20, orders: 50 });
    const of = (name: string): number => figures[name] ?? Number.NaN;
    const sum = (...types: readonly TroubleType[]): number =>
      trouble
        .filter(({ type }) => types.includes(type))
        .reduce((total, { amount }) => total + amount, 0);
    const right = of("collected") - of("outside") - of("not_yet_settled");
    const too_much = sum("settled_twice", "settled_but_not_paid", "unknown_payment");
    const too_little = sum("amount_differs", "fee_unexplained");
    const back = of("refunded") - of("not_yet_deducted") + of("chargebacks") + of("loans");
    const costs = of("fees") + of("taxes");
    expect(right + too_much - too_little - back - costs).toBe(of("settled"));
    const nets = (await readReports()).map(({ totals }) => paisa(totals["total_settled_amount"]));
    expect(nets.reduce((total, net) => total + net, 0)).toBe(of("settled"));
    expect(sum("chargeback")).toBe(of("chargebacks"));
    expect(sum("loan_recovery")).toBe(of("loans"));
    expect(of("orders")).toBe(1000);
  });

  test("is the same month with the same seed, and another with another", async () => {
    const size = { days: 8, orders: 30 };
    const first = await play({ ...size, seed: 5 });
    const reports = await readReports();
    await emptyBooks();
    expect(await play({ ...size, seed: 5 })).toEqual(first);
    expect(await readReports()).toEqual(reports);
    await emptyBooks();
    const other = await play({ ...size, seed: 6 });
    expect(other.figures).not.toEqual(first.figures);
  });

  test("lies in the past, one transfer each bank day", async () => {
    const { from, to } = await play({ seed: 9, days: 15, orders: 20 });
    expect([from, to]).toEqual(["2031-11-07", "2031-11-21"]);
    const { orders, reports } = await readBooks(to);
    const days = orders.map((order) => order.updated_at.slice(0, 10)).toSorted();
    expect(days[0]).toBe("2031-11-07");
    expect(days.at(-1)).toBe("2031-11-21");
    const settled = reports.map(({ rows }) => String(rows[0]?.["settled_date"]).slice(8, 10));
    expect(settled.toReversed()).toEqual([
      "10",
      "11",
      "12",
      "13",
      "14",
      "15",
      "17",
      "18",
      "19",
      "20",
      "21",
    ]);
  });

  test("tells of each order what the gateway would tell", async () => {
    await play({ seed: 10, days: 3, orders: 100 });
    const names = new Set(await eventNames());
    expect([...names].toSorted()).toEqual([
      "ORDER_AUTHORIZED",
      "ORDER_FAILED",
      "ORDER_PROCESSED",
      "PAYMENT_FAILED",
      "REFUND_PROCESSED",
      "payment_link.processed",
    ]);
  });

  test("is played day after day, once in its books", async () => {
    const day = async (number: number): Promise<number> =>
      (await ask("POST", "/sandbox/month/day", { day: number })).status;
    expect(await day(1)).toBe(404);
    const size = { seed: 1, days: 2, orders: 2 };
    expect((await ask("POST", "/sandbox/month", size)).status).toBe(200);
    expect((await ask("POST", "/sandbox/month", size)).status).toBe(422);
    expect(await day(2)).toBe(422);
    expect(await day(1)).toBe(200);
    expect(await day(1)).toBe(422);
    expect(await day(2)).toBe(200);
    expect(await day(3)).toBe(422);
  });
});
