// Reading the reports: what is read, how often the gateway is asked for it, and what reaches the orders and
// the ledger.

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { closeHouse, pass } from "./house";
import {
  armed,
  DAY,
  hold,
  HOUR,
  loseAlarm,
  NOON,
  openDesk,
  reader,
  readAll,
  refresh,
  ring,
  rowsOf,
  SIXTY_DAYS,
} from "./settlement-desk";
import { line, transfer, type World } from "./settlement-world";

const ORDERS = ["v1-1-aa-1", "v1-2-aa-2", "v1-3-aa-3"] as const;
const [FIRST, SECOND, THIRD] = ORDERS;
const paid = (order: string, part = "a"): string => `${order}-up-${part}`;

let world: World;

beforeEach(async () => {
  world = await openDesk();
  world.addOrder(FIRST, [paid(FIRST)]);
  world.addOrder(SECOND, [paid(SECOND), paid(SECOND, "b")]);
  world.addOrder(THIRD, [paid(THIRD)]);
  world.account = [
    transfer("UTR1", NOON - DAY, [line(paid(FIRST), 10_000), line(paid(SECOND), 20_000)]),
    transfer("UTR2", NOON - 3 * HOUR, [
      line(paid(SECOND, "b"), 500),
      line(paid(THIRD), 70_000),
      line(paid(THIRD), -5_000),
    ]),
  ];
});
afterEach(closeHouse);

describe("a refresh", () => {
  test("gives each line to its order and each transfer to the ledger, newest first", async () => {
    const done = await refresh();
    expect(done).toMatchObject({
      state: "done",
      settlements: { listed: 2, to_read: 2, read: 2, failed: 0 },
      lines: { read: 5, attributed: 5, unknown: 0, other_business: 0, waiting: 0 },
      problem: null,
    });
    expect(world.pages).toEqual([
      "list 1",
      "list 2",
      "UTR2 1",
      "UTR2 2",
      "UTR2 3",
      "UTR1 1",
      "UTR1 2",
    ]);
    expect(world.atOnce).toBe(1);
    expect(ORDERS.map((home) => world.settledOf(home))).toEqual([9_800, 20_090, 63_700]);
    expect(world.linesOf("UTR2")).toHaveLength(3);
    const finished = world.finished.get("UTR2");
    expect(finished?.check).toMatchObject({ status: "completed", unfinished: false });
    expect(finished?.reading.detail?.sums).toMatchObject({ lines: 3, unpaid: 0 });
    expect(await armed()).toBeNull();
  });

  test("of an account that has not changed is one reading of the list and of no transfer", async () => {
    await refresh();
    world.pages.length = 0;
    world.asked.length = 0;
    const done = await refresh();
    expect(done).toMatchObject({ state: "done", settlements: { listed: 2, to_read: 0, read: 0 } });
    expect(world.pages).toEqual(["list 1", "list 2"]);
    expect(world.asked).toEqual([]);
  });

  test("over more than sixty days is asked for in windows of sixty, newest first", async () => {
    const asked: string[] = [];
    world.list = (honest, { from, to }) => {
      if (asked.at(-1) !== `${from} ${to}`) asked.push(`${from} ${to}`);
      return honest;
    };
    expect(await refresh({ from: "2030-09-01", to: "2031-01-15" })).toMatchObject({
      state: "done",
    });
    expect(asked).toEqual([
      "2030-11-17 2031-01-15",
      "2030-09-18 2030-11-16",
      "2030-09-01 2030-09-17",
    ]);
  });

  test("takes a bounded number of questions an alarm, and goes on at the next", async () => {
    world = await again({ calls: 3 });
    await reader().refresh({ ...SIXTY_DAYS, cause: "api" });
    await ring();
    expect(world.pages).toHaveLength(2);
    expect((await reader().progress()).running).toMatchObject({ state: "running", pages: 2 });
    expect(await readAll()).toMatchObject({ state: "done", settlements: { read: 2 } });
  });

  test("says what it does while it runs", async () => {
    world = await again({ calls: 1 });
    await reader().refresh({ ...SIXTY_DAYS, cause: "api" });
    const seen = new Set<string>();
    for (let times = 0; times < 60; times += 1) {
      await ring();
      const { running } = await reader().progress();
      if (running) seen.add(`${running.phase ?? "end"} ${running.utr ?? ""}`.trim());
    }
    expect(seen).toEqual(
      new Set(["list", "detail", "detail UTR2", "attribute UTR2", "detail UTR1", "attribute UTR1"]),
    );
  });

  test("walks a transfer of thousands of lines in pieces", async () => {
    const many = Array.from({ length: 2_000 }, (_, n) => line(`v1-${n}-aa-1-up-a`, n + 100));
    for (let n = 0; n < 1_900; n += 1)
      world.addOrder(`v1-${n}-aa-1`, [`v1-${n}-aa-1-up-a`], n % 2 === 0);
    world.rowsAPage = 10;
    world.account = [transfer("UTR1", NOON - DAY, many)];
    const done = await refresh();
    expect(done).toMatchObject({
      lines: { read: 2_000, attributed: 1_900, unknown: 100, waiting: 0 },
    });
    const finished = world.finished.get("UTR1");
    expect(finished?.reading.detail?.sums.net).toBe(finished?.reading.detail?.totals.net);
    expect(finished?.findings).toHaveLength(100);
    expect(world.linesOf("UTR1")).toEqual(many.map(({ fingerprint }) => fingerprint));
    expect(await rowsOf("lines")).toEqual([]);
  });

  async function again(limits: Parameters<typeof openDesk>[0]): Promise<World> {
    const { account, orders, homes } = world;
    const next = await openDesk(limits);
    next.account = account;
    for (const [home, order] of orders) next.orders.set(home, order);
    for (const [id, home] of homes) next.homes.set(id, home);
    return next;
  }
});

describe("what changed is read again", () => {
  test("a line that is gone is gone at its order, one that changed counts once, a new one comes", async () => {
    await refresh();
    const [first] = world.account;
    if (!first) throw new Error("no account");
    world.account = [
      first,
      transfer("UTR2", NOON - 3 * HOUR, [line(paid(THIRD), 80_000), line(paid(FIRST), 700)]),
    ];
    world.pages.length = 0;
    expect(await refresh()).toMatchObject({ settlements: { to_read: 1, read: 1 } });
    expect(world.pages.filter((page) => page.startsWith("UTR1"))).toEqual([]);
    expect(ORDERS.map((home) => world.settledOf(home))).toEqual([10_486, 19_600, 78_400]);
    expect(world.linesOf("UTR2")).toHaveLength(2);
  });

  test("a transaction that belongs to another order now is taken back from the former one", async () => {
    await refresh();
    world.homes.set(paid(THIRD), FIRST);
    const [first, second] = world.account;
    if (!first || !second) throw new Error("no account");
    world.account = [
      first,
      transfer("UTR2", NOON - 3 * HOUR, second.lines, { row: { system: "X" } }),
    ];
    await refresh();
    expect(world.settledOf(THIRD)).toBe(0);
    expect(world.settledOf(FIRST)).toBe(9_800 + 63_700);
  });

  test("what could not be taken back keeps the transfer unfinished until it is", async () => {
    await refresh();
    world.account = [transfer("UTR2", NOON - 3 * HOUR, [line(paid(THIRD), 80_000)])];
    world.broken.add(SECOND);
    expect(await refresh()).toMatchObject({
      state: "done",
      problem: { code: "order_unavailable" },
    });
    expect(world.settledOf(SECOND)).toBe(19_600 + 490);
    world.broken.clear();
    await refresh();
    expect(world.settledOf(SECOND)).toBe(19_600);
    world.pages.length = 0;
    await refresh();
    expect(world.pages.filter((page) => !page.startsWith("list"))).toEqual([]);
  });

  test("what is not paid out is read again by itself every six hours, at once for a person", async () => {
    const open = line(paid(FIRST), 10_000, { payout_status: "Pending" });
    world.account = [transfer("UTR1", NOON - DAY, [open])];
    await reader().tick();
    await readAll();
    const reads = () => world.pages.filter((page) => page === "UTR1 1").length;
    expect(reads()).toBe(1);
    const hourly = async (): Promise<void> => {
      pass(HOUR);
      await reader().tick();
      await readAll();
    };
    for (let hours = 1; hours <= 5; hours += 1) await hourly();
    expect(reads()).toBe(1);
    await hourly();
    expect(reads()).toBe(2);
    await refresh();
    expect(reads()).toBe(3);
  });
});

describe("whose a line is", () => {
  test("a payment that nobody knows is looked for at the order in its id", async () => {
    world.addOrder("v1-9-aa-9", [paid("v1-9-aa-9")], false);
    world.account = [transfer("UTR1", NOON - DAY, [line(paid("v1-9-aa-9"), 10_000)])];
    expect(await refresh()).toMatchObject({ lines: { attributed: 1 } });
    expect(world.settledOf("v1-9-aa-9")).toBe(9_800);
  });

  test("lines of no order at all are unknown, once for each transaction", async () => {
    const [till, nobody] = ["TILL000000000001", paid("v1-8-aa-8")];
    world.account = [
      transfer("UTR1", NOON - DAY, [
        line(till, 10_000),
        line(nobody, 3_000),
        line(nobody, -1_000),
        line("", 50),
        line("", 60),
      ]),
    ];
    const done = await refresh();
    expect(done).toMatchObject({ lines: { read: 5, unknown: 5, attributed: 0 } });
    const findings = world.finished.get("UTR1")?.findings ?? [];
    const unknown = findings.filter(({ type }) => type === "unknown_payment");
    expect(unknown).toHaveLength(4);
    expect(new Set(unknown.map(({ amount }) => amount))).toEqual(new Set([10_000, 2_000, 50, 60]));
    expect(world.asked).toEqual(["v1-8-aa-8"]);
  });

  test("an alias names the home, and the lines are kept there alone", async () => {
    world.addAlias("v1-7-aa-7", FIRST);
    world.homes.set(paid(FIRST), "v1-7-aa-7");
    expect(await refresh()).toMatchObject({ lines: { attributed: 5 } });
    expect(world.settledOf(FIRST)).toBe(9_800);
    const given = (await rowsOf("given")) as readonly { home: string }[];
    expect(given.map(({ home }) => home)).not.toContain("v1-7-aa-7");
  });

  test("of the account's other business is counted apart", async () => {
    world.otherBusiness.add(THIRD);
    expect(await refresh()).toMatchObject({ lines: { attributed: 3, other_business: 2 } });
    expect(world.finished.get("UTR2")?.findings.map(({ type }) => type)).not.toContain(
      "unknown_payment",
    );
  });

  test("a bug in one order stops no other, and the line waits for the next refresh", async () => {
    world.broken.add(THIRD);
    const done = await refresh();
    expect(done).toMatchObject({ state: "done", lines: { attributed: 3, waiting: 2 } });
    expect(world.finished.get("UTR2")?.check.unfinished).toBe(true);
    world.broken.clear();
    expect(await refresh()).toMatchObject({
      settlements: { to_read: 1 },
      lines: { attributed: 3 },
    });
    expect(world.settledOf(THIRD)).toBe(63_700);
  });

  test("an order may have kept what it was given although its answer was lost", async () => {
    let lost = true;
    world.point = async (name) => {
      if (lost && name === `after settle ${SECOND}`) throw new Error("Network connection lost");
    };
    await refresh();
    lost = false;
    world.account = [];
    expect(world.settledOf(SECOND)).toBe(20_090);
    // The transfers come again without its lines: it is told.
    world.account = [
      transfer("UTR1", NOON - DAY, [line(paid(FIRST), 10_000)]),
      transfer("UTR2", NOON - 3 * HOUR, [line(paid(THIRD), 70_000)]),
    ];
    await refresh();
    expect(world.settledOf(SECOND)).toBe(0);
  });
});

describe("the cron", () => {
  test("reads sixty days once a day and three days each other hour", async () => {
    const causes: string[] = [];
    for (let hours = 0; hours < 26; hours += 1) {
      await reader().tick();
      const done = await readAll();
      causes.push(done.cause);
      pass(HOUR);
    }
    expect(
      causes.map((cause, hour) => (cause === "daily" ? hour : -1)).filter((hour) => hour >= 0),
    ).toEqual([0, 20]);
    const { last } = await reader().progress();
    expect(last).toHaveLength(20);
    expect(last.find(({ cause }) => cause === "daily")).toMatchObject({
      from: "2030-11-18",
      to: "2031-01-16",
    });
    expect(last.find(({ cause }) => cause === "hourly")).toMatchObject({
      from: "2031-01-14",
      to: "2031-01-16",
    });
  });

  test("asks once, however often it comes while that runs", async () => {
    await reader().tick();
    await reader().tick();
    expect((await reader().progress()).waiting).toHaveLength(1);
    const held = hold(world, "before UTR1 1");
    const ringing = ring();
    await held.reached();
    await reader().tick();
    await reader().tick();
    held.release();
    await ringing;
    await readAll();
    const { last } = await reader().progress();
    expect(last.map(({ cause }) => cause)).toEqual(["daily"]);
    expect(world.pages.filter((page) => page === "list 1")).toHaveLength(1);
  });

  test("arms an alarm that was lost", async () => {
    await reader().refresh({ ...SIXTY_DAYS, cause: "api" });
    await loseAlarm();
    expect(await ring()).toBe(false);
    await reader().tick();
    expect(await readAll()).toMatchObject({ state: "done" });
    expect(world.finished.size).toBe(2);
  });

  test("comes during a person's refresh, and both do no harm", async () => {
    await reader().refresh({ ...SIXTY_DAYS, cause: "api" });
    const held = hold(world, "before UTR1 1");
    const ringing = ring();
    await held.reached();
    await reader().tick();
    const again = ring();
    held.release();
    await Promise.all([ringing, again]);
    await readAll();
    const { last } = await reader().progress();
    expect(last.map(({ cause, state }) => `${cause} ${state}`).toSorted()).toEqual([
      "api done",
      "daily done",
    ]);
    expect(world.pages.filter((page) => page === "UTR1 1")).toHaveLength(1);
    expect(ORDERS.map((home) => world.settledOf(home))).toEqual([9_800, 20_090, 63_700]);
  });
});

describe("the queue", () => {
  test("a refresh that waits stands for one that it covers", async () => {
    const waiting = await reader().refresh({ ...SIXTY_DAYS, cause: "api" });
    const covered = await reader().refresh({ from: "2031-01-01", to: "2031-01-15", cause: "api" });
    expect(covered.id).toBe(waiting.id);
    const other = await reader().refresh({ from: "2030-09-01", to: "2030-09-02", cause: "api" });
    expect(other.id).not.toBe(waiting.id);
    expect((await reader().progress()).waiting.map(({ id }) => id)).toEqual([waiting.id, other.id]);
  });

  test("holds a bounded number: the last one is widened", async () => {
    for (let day = 0; day < 30; day += 1) {
      const from = `2030-${day < 15 ? "07" : "08"}-${String((day % 15) + 10)}`;
      await reader().refresh({ from, to: from, cause: "api" });
    }
    const { waiting } = await reader().progress();
    expect(waiting).toHaveLength(20);
    expect(waiting.at(-1)).toMatchObject({ from: "2030-08-14", to: "2030-08-24" });
  });
});

describe("how far the reports were read", () => {
  test("is the start of a refresh that left no gap and reached today", async () => {
    expect((await reader().knowledge()).read_through).toBeNull();
    await refresh({ from: "2031-01-13", to: "2031-01-15" });
    // Nobody knows what was before.
    expect((await reader().knowledge()).read_through).toBeNull();
    await refresh();
    expect((await reader().knowledge()).read_through).toBe(NOON);
    pass(2 * HOUR);
    await refresh({ from: "2030-11-17", to: "2031-01-14" });
    expect((await reader().knowledge()).read_through).toBe(NOON);
    await refresh({ from: "2031-01-13", to: "2031-01-15" });
    expect((await reader().knowledge()).read_through).toBe(NOON + 2 * HOUR);
  });

  test("does not move over a gap", async () => {
    await refresh();
    pass(5 * DAY);
    await refresh({ from: "2031-01-18", to: "2031-01-20" });
    expect((await reader().knowledge()).read_through).toBe(NOON);
    await refresh({ from: "2031-01-15", to: "2031-01-20" });
    expect((await reader().knowledge()).read_through).toBe(NOON + 5 * DAY);
  });
});
