// When a transfer is read again, how often, and what is forgotten of it: an account that does not change
// costs next to nothing, and what went wrong is tried again soon.

import { afterEach, beforeEach, expect, test } from "vitest";
import { type Paisa, paisa } from "../../src/domain/money";
import { closeHouse, pass } from "./house";
import {
  DAY,
  HOUR,
  NOON,
  openOneOrder,
  ORDER,
  paid,
  readAll,
  reader,
  refresh,
  ring,
  rowsOf,
  SIXTY_DAYS,
} from "./settlement-desk";
import { line, transfer, unavailable, type World } from "./settlement-world";

let world: World;

beforeEach(async () => {
  world = await openOneOrder(10);
});
afterEach(closeHouse);

async function hours(many: number): Promise<void> {
  for (let hour = 0; hour < many; hour += 1) {
    pass(HOUR);
    await reader().tick();
    await readAll();
  }
}

test("a transfer with an unknown line that stays as it is is read six times in sixty days", async () => {
  world.account = [transfer("UTR1", NOON - HOUR, [line(paid(1), 100), line("v1-9-aa-9-up-1", 50)])];
  await refresh();
  for (let days = 0; days < 58; days += 1) {
    pass(DAY);
    await reader().tick();
    await readAll();
  }
  expect(world.pages.filter((page) => page === "UTR1 1")).toHaveLength(6);
  expect(world.asked.filter((home) => home === "v1-9-aa-9")).toHaveLength(6);
  await refresh({ from: "2031-01-01", to: "2031-01-31" });
  expect(world.pages.filter((page) => page === "UTR1 1")).toHaveLength(7);
});

test("an hour of an account with thirty such transfers is one page of its list", async () => {
  world.account = Array.from({ length: 30 }, (_, n) =>
    transfer(`UTR${n}`, NOON - n * DAY - HOUR, [
      line(paid(1), 100 + n),
      line(`v1-9-aa-${n}-up-1`, 50),
    ]),
  );
  await refresh();
  await hours(62);
  world.pages.length = 0;
  world.asked.length = 0;
  await hours(15);
  expect(world.pages.filter((page) => page.startsWith("UTR"))).toEqual([]);
  expect(world.pages.length).toBeLessThanOrEqual(15 * 2 + 3);
  expect(world.asked).toEqual([]);
});

test("a line that changed begins the pauses anew", async () => {
  const unknown = line("v1-9-aa-9-up-1", 50);
  world.account = [transfer("UTR1", NOON - HOUR, [unknown])];
  await refresh();
  await hours(31);
  const reads = () => world.pages.filter((page) => page === "UTR1 1").length;
  expect(reads()).toBe(3);
  world.account = [transfer("UTR1", NOON - HOUR, [unknown, line(paid(1), 100)])];
  await hours(1);
  expect(reads()).toBe(4);
  await hours(6);
  expect(reads()).toBe(5);
});

test("rows of one transfer on several days are whole in any range", async () => {
  const { rows, ...rest } = transfer("UTR1", NOON - HOUR, [
    line(paid(1), 1_000),
    line(paid(2), 500),
  ]);
  const [row] = rows;
  if (!row) throw new Error("no row");
  const part = (fingerprint: string, gross: number, at: number) => ({
    ...row,
    fingerprint,
    net: netOf(gross),
    gross: paisa(gross),
    deductions: paisa(gross / 50),
    transactions: 1,
    settled_at: at,
    processed_at: at,
  });
  world.account = [
    { ...rest, rows: [part("a", 1_000, NOON - 10 * DAY), part("b", 500, NOON - HOUR)] },
  ];
  const types = () => world.finished.get("UTR1")?.findings.map(({ type }) => type);
  await refresh();
  expect(types()).toEqual([]);
  const read = world.pages.length;
  await refresh({ from: "2031-01-13", to: "2031-01-15" });
  expect(world.pages.slice(read)).toEqual(["list 1", "list 2"]);
  for (let days = 0; days < 55; days += 1) {
    pass(DAY);
    await reader().tick();
    await readAll();
  }
  expect(types()).toEqual([]);
  expect(world.finished.get("UTR1")?.reading.rows).toHaveLength(2);
});

function netOf(gross: number): Paisa {
  return paisa(gross - gross / 50);
}

test("a daily reading that put a transfer aside is due again after four hours", async () => {
  world.account = [transfer("UTR1", NOON - 10 * DAY, [line(paid(1), 100)])];
  world.detail = () => unavailable();
  await reader().tick();
  expect(await readAll()).toMatchObject({ cause: "daily", settlements: { failed: 1 } });
  world.detail = (honest) => honest;
  await hours(3);
  expect(world.settledOf(ORDER)).toBe(0);
  await hours(1);
  expect(world.settledOf(ORDER)).toBe(98);
});

test("a daily reading that left lines waiting is due again after four hours", async () => {
  world.account = [transfer("UTR1", NOON - 10 * DAY, [line(paid(1), 100)])];
  world.broken.add(ORDER);
  await reader().tick();
  await readAll();
  world.broken.clear();
  await hours(5);
  expect(world.settledOf(ORDER)).toBe(98);
});

test("a gateway that shows no transfer at all pauses the refresh, and few are put aside", async () => {
  world.account = Array.from({ length: 9 }, (_, n) =>
    transfer(`UTR${n}`, NOON - n * HOUR, [line(paid(1), n + 1)]),
  );
  world.detail = () => unavailable();
  await reader().refresh({ ...SIXTY_DAYS, cause: "api" });
  while (Date.now() - NOON < HOUR) {
    await ring();
    const { running } = await reader().progress();
    pass(Math.max(1, (running?.next_try_at ?? 0) - Date.now()));
  }
  expect((await reader().progress()).running).toMatchObject({
    state: "paused",
    settlements: { read: 0, failed: 3 },
    problem: { code: "gateway_unavailable" },
  });
  world.detail = (honest) => honest;
  expect(await readAll()).toMatchObject({ state: "done", settlements: { read: 6, failed: 3 } });
});

test("what was finished long ago is forgotten, and what was not is kept", async () => {
  for (let times = 0; times < 5; times += 1) {
    world.account = [transfer(`UTR${times}`, Date.now() - HOUR, [line(paid(1), 1_000)])];
    await reader().tick();
    await readAll();
    pass(100 * DAY);
  }
  const kept = (await rowsOf("given")) as readonly { utr: string }[];
  expect(kept.map(({ utr }) => utr)).toEqual(["UTR3", "UTR4"]);
  expect(await rowsOf("readings")).toHaveLength(2);
});
