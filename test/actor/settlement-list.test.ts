// Lists that are not whole: pages that come empty, are refused, or never come. What they named is read all
// the same, and nothing counts as read through that nobody has seen.

import { afterEach, beforeEach, expect, test } from "vitest";
import { success } from "../../src/domain/result";
import { closeHouse, pass } from "./house";
import {
  DAY,
  HOUR,
  NOON,
  openOneOrder,
  paid,
  readAll,
  reader,
  refresh,
  ring,
} from "./settlement-desk";
import { absent, line, refused, transfer, unavailable, type World } from "./settlement-world";

const HALF_A_YEAR = { from: "2030-07-01", to: "2031-01-15" };

let world: World;

beforeEach(async () => {
  world = await openOneOrder(1);
  world.account = [1, 2, 3].map((n) => transfer(`UTR${n}`, NOON - n * HOUR, [line(paid(n), 100)]));
});
afterEach(closeHouse);

const through = async () => (await reader().knowledge()).read_through;
const asked = (page: string): number => world.pages.filter((one) => one === page).length;

test("a page that comes empty is seen by the list's own count, and the list is read once more", async () => {
  let empty = 1;
  world.list = (honest, _, page) => {
    if (!honest.ok || page !== 2 || empty === 0) return honest;
    empty -= 1;
    return success({ ...honest.value, rows: [] });
  };
  expect(await refresh()).toMatchObject({ settlements: { listed: 3, read: 3 }, problem: null });
  expect(asked("list 2")).toBe(2);
  expect(await through()).toBe(NOON);
});

test("a list that stays short of its own count is not whole, and its transfers are read", async () => {
  world.list = (honest, _, page) =>
    honest.ok && page === 2 ? success({ ...honest.value, rows: [] }) : honest;
  expect(await refresh()).toMatchObject({
    state: "done",
    settlements: { listed: 2, read: 2 },
    problem: { code: "report_incomplete" },
  });
  expect(asked("list 2")).toBe(2);
  expect(asked("list 1")).toBe(2);
  expect(await through()).toBeNull();
});

test("a list of hundreds is read a second time to its end", async () => {
  world.account = Array.from({ length: 120 }, (_, n) =>
    transfer(`UTR${n}`, NOON - n * HOUR, [line(paid(1), n)]),
  );
  let [short, pages] = [true, 0];
  world.list = (honest, _, page) => {
    if (!honest.ok) return honest;
    pages += 1;
    short &&= page < 120;
    return page === 7 && short ? success({ ...honest.value, rows: [] }) : honest;
  };
  expect(await refresh()).toMatchObject({ settlements: { listed: 120 }, problem: null });
  expect(pages).toBe(2 * 121);
  expect(await through()).not.toBeNull();
});

test("rows that can not be read count as rows, and the list is not whole", async () => {
  world.unreadable = [{ fingerprint: "f", reason: "no readable utr_number", raw: "{}" }];
  expect(await refresh()).toMatchObject({ settlements: { read: 3 }, unreadable: 1, problem: null });
  expect(asked("list 1")).toBe(1);
  expect(await through()).toBeNull();
});

test("a window that the gateway refuses does not cost those before it", async () => {
  world.list = (honest, { from }) => (from < "2030-11-01" ? refused("Six months only.") : honest);
  expect(await refresh(HALF_A_YEAR)).toMatchObject({
    state: "done",
    settlements: { read: 3 },
    problem: { code: "gateway_refused", message: "Six months only." },
  });
  expect(await through()).toBeNull();
});

test("a window of which the gateway says that there is nothing is empty", async () => {
  world.list = (honest, { from }) => (from < "2030-11-01" ? absent() : honest);
  expect(await refresh(HALF_A_YEAR)).toMatchObject({ settlements: { read: 3 }, problem: null });
  expect(await through()).toBe(NOON);
});

test("a 404 without the gateway's own code proves nothing", async () => {
  world.list = () => absent(null);
  expect(await refresh()).toMatchObject({
    settlements: { read: 0 },
    problem: { code: "gateway_not_found" },
  });
  expect(await through()).toBeNull();
});

test("a page of an old list that never comes does not hold up what was listed", async () => {
  world.account = [
    transfer("UTR1", NOON - HOUR, [line(paid(1), 100)]),
    transfer("OLD", NOON - 40 * DAY, [line(paid(2), 100)]),
  ];
  world.list = (honest, _, page) => (page === 2 ? unavailable() : honest);
  await reader().tick();
  expect(await readAll()).toMatchObject({
    state: "done",
    settlements: { read: 1 },
    problem: { code: "gateway_unavailable" },
  });
  expect(asked("list 2")).toBe(5);
  expect(Date.now() - NOON).toBe(15 * 60_000);
  expect(await through()).toBeNull();
});

test("a gateway that shows no list at all fails the refresh after a quarter of an hour", async () => {
  world.list = () => unavailable();
  expect(await refresh()).toMatchObject({
    state: "failed",
    pages: 0,
    problem: { code: "gateway_unavailable" },
  });
  expect(Date.now() - NOON).toBe(15 * 60_000);
});

test("what a person asks for never widens what the cron does", async () => {
  await reader().tick();
  for (let day = 0; day < 25; day += 1) {
    const from = `2030-07-${String(day + 1).padStart(2, "0")}`;
    await reader().refresh({ from, to: from, cause: "api" });
  }
  const { waiting } = await reader().progress();
  expect(waiting.filter(({ cause }) => cause === "api")).toHaveLength(20);
  expect(waiting.filter(({ cause }) => cause === "daily")).toMatchObject([{ from: "2030-11-17" }]);
});

test("what a moment's report shows too late is read by the next reading that counts", async () => {
  // Half past midnight of the 16th in India.
  pass(12.5 * HOUR);
  await refresh({ from: "2030-11-18", to: "2031-01-16" });
  const before = await through();
  pass(20 * HOUR);
  await refresh({ from: "2031-01-16", to: "2031-01-16" });
  expect(await through()).toBe(before);
  await refresh({ from: "2031-01-15", to: "2031-01-16" });
  expect(await through()).toBe(Date.now());
});

test("after an outage of months the cron reads all of it, and after more than a year anew", async () => {
  await refresh();
  pass(150 * DAY);
  await reader().tick();
  expect(await readAll()).toMatchObject({ cause: "daily", from: "2031-01-15", to: "2031-06-14" });
  expect(await through()).toBe(Date.now());
  pass(400 * DAY);
  await reader().tick();
  expect(await readAll()).toMatchObject({ cause: "daily", from: "2032-05-20", to: "2032-07-18" });
  expect(await through()).toBe(Date.now());
  expect(await ring()).toBe(false);
});
