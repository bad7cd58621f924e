// Transfers that a whole list no longer names: what the gateway has withdrawn its orders forget, and what
// it shows under its UTR all the same stays.

import { afterEach, beforeEach, expect, test } from "vitest";
import { success } from "../../src/domain/result";
import { closeHouse, pass } from "./house";
import { DAY, HOUR, NOON, openDesk, reader, readAll, refresh } from "./settlement-desk";
import { absent, line, transfer, unavailable, type World } from "./settlement-world";

const [FIRST, SECOND] = ["v1-1-aa-1", "v1-2-aa-2"];
const asked = (page: string): number => world.pages.filter((one) => one === page).length;

let world: World;
const one = transfer("UTR1", NOON - 5 * DAY, [
  line(`${FIRST}-up-1`, 1_000),
  line(`${SECOND}-up-1`, 500),
]);
const sentAgain = { ...transfer("UTR2", NOON - 2 * DAY, one.lines) };

beforeEach(async () => {
  world = await openDesk();
  for (const home of [FIRST, SECOND]) world.addOrder(home, [`${home}-up-1`]);
  world.account = [one];
  await refresh();
  pass(HOUR);
});
afterEach(closeHouse);

test("a transfer that came back and was sent again counts once", async () => {
  world.account = [sentAgain];
  expect(await refresh()).toMatchObject({ state: "done", settlements: { listed: 1, read: 1 } });
  expect(world.settledOf(FIRST)).toBe(980);
  expect(world.settledOf(SECOND)).toBe(490);
  expect(world.finished.get("UTR1")).toMatchObject({
    withdrawn: true,
    reading: { rows: [] },
    check: { status: "listed", net: null, unfinished: true },
    findings: [{ type: "settlement_withdrawn", severity: "risk", amount: 1_470 }],
  });
  expect(world.linesOf("UTR1")).toEqual([]);
  world.pages.length = 0;
  await refresh();
  expect(asked("UTR1 1")).toBe(0);
});

test("one that is listed again is read again, and its discrepancy is gone", async () => {
  world.account = [];
  await refresh();
  expect(world.settledOf(FIRST)).toBe(0);
  world.account = [one];
  expect(await refresh()).toMatchObject({ settlements: { read: 1 } });
  expect(world.settledOf(FIRST)).toBe(980);
  expect(world.finished.get("UTR1")?.findings).toEqual([]);
});

test("one that the gateway shows under its UTR stays, and is not asked for each hour", async () => {
  world.list = (honest) => (honest.ok ? success({ ...honest.value, rows: [], count: 0 }) : honest);
  world.pages.length = 0;
  for (let hours = 0; hours < 30; hours += 1) {
    await reader().tick();
    await readAll();
    pass(HOUR);
  }
  expect(world.settledOf(FIRST)).toBe(980);
  expect(world.finished.get("UTR1")?.check.status).toBe("completed");
  expect(asked("UTR1 1")).toBe(2);
});

test.each([
  ["no answer", unavailable()],
  ["a proxy's 404", absent(null)],
])("%s proves nothing, and nothing else waits for it", async (_, answer) => {
  const other = transfer("UTR3", NOON - DAY, [line(`${SECOND}-up-1`, 7)]);
  world.account = [other];
  world.detail = (honest, utr) => (utr === "UTR1" ? answer : honest);
  expect(await refresh()).toMatchObject({ settlements: { read: 1, failed: 0 } });
  expect(world.settledOf(FIRST)).toBe(980);
  world.detail = (honest) => honest;
  pass(HOUR);
  await refresh();
  expect(world.settledOf(FIRST)).toBe(0);
});

test("a list that is not whole, or that does not reach it, withdraws nothing", async () => {
  world.account = [];
  world.unreadable = [{ fingerprint: "f", reason: "no utr_number", raw: "{}" }];
  await refresh();
  world.unreadable = [];
  // Its own day is the range's first: the gateway's may be another.
  await refresh({ from: "2031-01-10", to: "2031-01-15" });
  await refresh({ from: "2031-01-01", to: "2031-01-10" });
  expect(world.settledOf(FIRST)).toBe(980);
  await refresh({ from: "2031-01-09", to: "2031-01-11" });
  expect(world.settledOf(FIRST)).toBe(0);
});

test("an order that could not be told hears of it with the next refresh", async () => {
  world.account = [];
  world.broken.add(SECOND);
  await refresh();
  expect([FIRST, SECOND].map((home) => world.settledOf(home))).toEqual([0, 490]);
  expect(world.finished.get("UTR1")?.check.status).toBe("completed");
  world.broken.clear();
  pass(HOUR);
  await refresh();
  expect(world.settledOf(SECOND)).toBe(0);
  expect(world.finished.get("UTR1")?.check.status).toBe("listed");
});
