// Reports that change while they are read, and orders that answer oddly or late: one line is one line, and
// nobody is held up by a neighbour.

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { failure, success } from "../../src/domain/result";
import { faults } from "../worker";
import { closeHouse, pass } from "./house";
import {
  armed,
  DAY,
  HOUR,
  NOON,
  openDesk,
  openOneOrder,
  ORDER,
  paid,
  readAll,
  reader,
  refresh,
  ring,
  SIXTY_DAYS,
} from "./settlement-desk";
import { line, transfer, type World } from "./settlement-world";

const asked = (page: string): number => world.pages.filter((one) => one === page).length;

let world: World;

beforeEach(async () => {
  world = await openOneOrder(1);
});
afterEach(closeHouse);

describe("a transfer that changes while it is read", () => {
  const lines = [1_000, 500, 300].map((gross, n) => line(paid(n + 1), gross));
  const pending = line(paid(1), 1_000, { payout_status: "Pending" });
  const [first, second, third] = lines;
  if (!first || !second || !third) throw new Error("no lines");
  const before = transfer("UTR1", NOON - HOUR, [pending, second, third]);
  const after = transfer("UTR1", NOON - HOUR, [second, third, first]);
  const WHOLE = 1_800 - 36;

  test("is begun again where its pages are hours apart", async () => {
    world.account = [before];
    let silent = true;
    world.detail = (honest, _, page) => {
      if (page !== 2 || !silent) return honest;
      silent = false;
      world.account = [after];
      return failure({ code: "gateway_rate_limited", request_id: "r", retry_after: 2 * HOUR });
    };
    expect(await refresh()).toMatchObject({ lines: { read: 3, attributed: 3 } });
    expect(asked("UTR1 1")).toBe(2);
    expect(world.settledOf(ORDER)).toBe(WHOLE);
    expect(world.finished.get("UTR1")).toMatchObject({ read: 1, findings: [] });
    expect(world.finished.get("UTR1")?.check.unfinished).toBe(false);
  });

  test("is begun again where a page has other totals", async () => {
    const smaller = transfer("UTR1", NOON - HOUR, [first, second]);
    world.account = [smaller];
    world.detail = (honest, _, page) => {
      if (page === 1) world.account = [transfer("UTR1", NOON - HOUR, [third, first, second])];
      return honest;
    };
    expect(await refresh()).toMatchObject({ lines: { read: 3, attributed: 3 } });
    expect(asked("UTR1 1")).toBe(2);
    expect(world.settledOf(ORDER)).toBe(WHOLE);
  });

  test("is begun again where its lines are not as many as it says", async () => {
    world.account = [transfer("UTR1", NOON - HOUR, lines)];
    let moved = false;
    world.detail = (honest, _, page) => {
      if (page === 1 && !moved) {
        world.account = [transfer("UTR1", NOON - HOUR, [second, first, third])];
      }
      moved = true;
      return honest;
    };
    // The second page has the first one's line again: of another line there is nothing.
    expect(await refresh()).toMatchObject({ lines: { read: 3, attributed: 3 } });
    expect(world.settledOf(ORDER)).toBe(WHOLE);
    expect(world.linesOf("UTR1")).toHaveLength(3);
  });

  test("is begun again where a line is there twice, as it was and as it is", async () => {
    world.account = [before];
    let moved = false;
    world.detail = (honest, _, page) => {
      if (page === 1 && !moved) world.account = [after];
      moved = true;
      return honest;
    };
    expect(await refresh()).toMatchObject({ lines: { read: 3, attributed: 3 } });
    expect(world.settledOf(ORDER)).toBe(WHOLE);
    expect(world.linesOf("UTR1")).toHaveLength(3);
  });

  test("is taken as it is after three times, and read again later", async () => {
    world.account = [before];
    let said = 0;
    world.detail = (honest) => {
      if (!honest.ok) return honest;
      said += 1;
      const { totals } = honest.value;
      return success({ ...honest.value, totals: { ...totals, bank_name: `Bank ${said}` } });
    };
    expect(await refresh()).toMatchObject({ state: "done", lines: { read: 3 } });
    expect(asked("UTR1 1")).toBe(3);
    expect(world.finished.get("UTR1")?.check.unfinished).toBe(true);
  });

  test("is taken as it is where it is only its count that is wrong", async () => {
    world.account = [transfer("UTR1", NOON - HOUR, lines, { totals: { transactions: 7 } })];
    expect(await refresh()).toMatchObject({ lines: { read: 3 }, settlements: { read: 1 } });
    expect(asked("UTR1 1")).toBe(2);
    expect(world.settledOf(ORDER)).toBe(WHOLE);
  });
});

describe("one order among others", () => {
  const [B, C] = ["v1-2-aa-2", "v1-3-aa-3"];

  beforeEach(() => {
    for (const home of [B, C]) world.addOrder(home, [`${home}-up-1`]);
    world.account = [
      transfer("UTR1", NOON - HOUR, [line(paid(1), 1_000), line(`${B}-up-1`, 700)]),
      transfer("UTR2", NOON - DAY, [line(`${C}-up-1`, 500)]),
    ];
  });

  /** The first order answers like this; the others as ever. */
  function answers(odd: unknown): void {
    const { peer, ...others } = world.ports();
    if (!peer) throw new Error("no orders in this world");
    // What another release answers no type of ours knows.
    const settle = async () => odd as never;
    faults.desk = {
      ports: { ...others, peer: (home) => (home === ORDER ? { settle } : peer(home)) },
      limits: {},
    };
  }

  test.each([
    ["a failure of another release", { ok: false, failure: { code: "of_another_release" } }],
    ["no list of lines", { ok: true, value: null }],
    ["nothing", undefined],
  ])("that answers with %s keeps its own lines waiting", async (_, value) => {
    answers({ kind: "found", value });
    expect(await refresh()).toMatchObject({
      state: "done",
      settlements: { read: 2, failed: 0 },
      lines: { attributed: 2, waiting: 1 },
      problem: { code: "order_unavailable" },
    });
    expect([B, C].map((home) => world.settledOf(home))).toEqual([686, 490]);
    faults.desk = { ports: world.ports(), limits: {} };
    await refresh();
    expect(world.settledOf(ORDER)).toBe(980);
  });
});

test("the pause between two alarms begins when the first one ends", async () => {
  world = await openDesk({ calls: 4, pause: 1_000 });
  world.account = [1, 2, 3].map((n) => transfer(`UTR${n}`, NOON - n * HOUR, [line(paid(n), 100)]));
  world.addOrder(ORDER, [paid(1), paid(2), paid(3)]);
  world.point = async (name) => {
    if (name.startsWith("after")) pass(700);
  };
  await reader().refresh({ ...SIXTY_DAYS, cause: "api" });
  await ring();
  expect((await armed()) ?? 0).toBeGreaterThanOrEqual(Date.now() + 1_000);
  world.point = null;
  expect(await readAll()).toMatchObject({ state: "done", settlements: { read: 3 } });
});
