// Transfers that could not be read: they hold up nobody else, nothing is called missing that may be in
// them, and they are read as soon as they can be.

import { afterEach, beforeEach, expect, test } from "vitest";
import { type Gap, lateGaps, type ReportKnowledge } from "../../src/domain/settlement-gaps";
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
} from "./settlement-desk";
import { line, transfer, unavailable, type World } from "./settlement-world";

let world: World;

beforeEach(async () => {
  world = await openOneOrder(2);
});
afterEach(closeHouse);

async function day(): Promise<void> {
  pass(DAY);
  await reader().tick();
  await readAll();
}

/** Whether money that was captured then is called missing far later, at these reports. */
function isCalledMissing(captured: number, knowledge: ReportKnowledge): boolean {
  const gap: Gap = {
    type: "settlement_missing",
    subject: paid(1),
    ours: 100,
    theirs: 0,
    amount: 100,
    since: captured,
    refunded_at: null,
  };
  const days = { days: 1, holidays: [], time_zone: "Asia/Kolkata" };
  return lateGaps([gap], knowledge, captured, days, Date.now()).length > 0;
}

test("one that never works does not stop the others, and heals when it does", async () => {
  await refresh();
  world.account = [transfer("BAD", NOON + HOUR, [line(paid(1), 100)])];
  world.detail = (honest, utr) => (utr === "BAD" ? unavailable() : honest);
  for (let days = 0; days < 70; days += 1) await day();
  expect((await reader().knowledge()).unread).toEqual([NOON + HOUR]);
  expect((await reader().knowledge()).read_through).toBeGreaterThan(NOON + 69 * DAY);
  expect(world.unread.has("BAD")).toBe(true);
  world.detail = (honest) => honest;
  await refresh({ from: "2031-01-01", to: "2031-01-31" });
  expect((await reader().knowledge()).unread).toEqual([]);
  expect(world.unread.has("BAD")).toBe(false);
  expect(world.settledOf(ORDER)).toBe(98);
});

test("what may be in it is not missing, and what can not be in it is", async () => {
  world.account = [transfer("BAD", NOON - 10 * DAY, [line(paid(1), 100)])];
  world.detail = () => unavailable();
  await refresh();
  const known = await reader().knowledge();
  expect(known.read_through).not.toBeNull();
  expect(isCalledMissing(NOON - 12 * DAY, known)).toBe(false);
  expect(isCalledMissing(NOON - 8 * DAY, known)).toBe(true);
});

test("of one without a date nobody knows what may be in it", async () => {
  world.account = [transfer("BAD", null, [line(paid(1), 100)])];
  world.detail = () => unavailable();
  world.listsUndated = true;
  await refresh();
  const known = await reader().knowledge();
  expect(known.unread).toEqual([null]);
  expect(isCalledMissing(NOON - 8 * DAY, known)).toBe(false);
});

test("lines that wait for their order keep their transfer unread until it answers", async () => {
  world.account = [transfer("UTR1", NOON - HOUR, [line(paid(1), 100)])];
  world.broken.add(ORDER);
  expect(await refresh()).toMatchObject({ lines: { waiting: 1 } });
  expect(await reader().knowledge()).toMatchObject({ read_through: NOON, unread: [NOON - HOUR] });
  world.broken.clear();
  await refresh();
  expect((await reader().knowledge()).unread).toEqual([]);
});

test("one that was read before and is listed otherwise keeps what was read, and says so", async () => {
  world.account = [transfer("UTR1", NOON - HOUR, [line(paid(1), 100)])];
  await refresh();
  world.account = [transfer("UTR1", NOON - HOUR, [line(paid(1), 100), line(paid(2), 50)])];
  world.detail = () => unavailable();
  expect(await refresh()).toMatchObject({ settlements: { failed: 1 } });
  expect(world.finished.get("UTR1")?.check.status).toBe("completed");
  expect(world.unread.get("UTR1")).toMatchObject({ theirs: "gateway_unavailable", amount: 147 });
  expect((await reader().knowledge()).unread).toEqual([NOON - HOUR]);
});

test("with more than a hundred of them nothing counts as read through", async () => {
  await refresh();
  world.rowsAPage = 10;
  world.account = Array.from({ length: 101 }, (_, n) =>
    transfer(`UTR${n}`, NOON - n * HOUR, [line(paid(1), n + 1)]),
  );
  world.broken.add(ORDER);
  pass(HOUR);
  await refresh();
  const known = await reader().knowledge();
  expect(known.read_through).toBe(NOON);
  expect(known.unread).toHaveLength(100);
  world.broken.clear();
  await refresh();
  expect(await reader().knowledge()).toMatchObject({ read_through: Date.now(), unread: [] });
});
