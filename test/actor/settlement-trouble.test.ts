// Bad reports and bad days: what the gateway says wrongly, late or not at all, a ledger that fails, settings
// that are wrong. Nothing is lost, nothing is counted twice, and the gateway is not asked more than it must.

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { failure, success } from "../../src/domain/result";
import { faults } from "../worker";
import { closeHouse, pass } from "./house";
import {
  DAY,
  HOUR,
  limitDesk,
  NOON,
  openDesk,
  reader,
  readAll,
  refresh,
  ring,
  SIXTY_DAYS,
} from "./settlement-desk";
import { line, refused, transfer, unauthorized, unavailable, type World } from "./settlement-world";

const MINUTE = 60_000;
const ORDER = "v1-1-aa-1";
const payments = Array.from({ length: 9 }, (_, n) => `${ORDER}-up-${n + 1}`);
const WHOLE = 9 * 980;

let world: World;

/** One transfer of nine pages, and a small one. */
beforeEach(async () => {
  world = await openDesk();
  world.rowsAPage = 1;
  world.addOrder(ORDER, [...payments, `${ORDER}-up-x`]);
  world.account = [
    transfer(
      "UTR1",
      NOON - HOUR,
      payments.map((id) => line(id, 1_000)),
    ),
    transfer("UTR2", NOON - DAY, [line(`${ORDER}-up-x`, 100)]),
  ];
});
afterEach(closeHouse);

const asked = (page: string): number => world.pages.filter((one) => one === page).length;

describe("pages", () => {
  test("an empty page in the middle is passed over", async () => {
    world.detail = (honest, utr, page) => {
      if (!honest.ok || utr !== "UTR1") return honest;
      const { value } = honest;
      if (page === 4) return success({ ...value, lines: [], total_pages: 10 });
      const line = world.account[0]?.lines[page < 4 ? page - 1 : page - 2];
      return success({ ...value, lines: line ? [line] : [], total_pages: 10 });
    };
    expect(await refresh()).toMatchObject({ state: "done", lines: { read: 10, attributed: 10 } });
    expect(world.settledOf(ORDER)).toBe(WHOLE + 98);
  });

  test.each([
    ["too small", 2, 10],
    ["absent", null, 10],
    ["too large", 30, 30],
  ])("a number of pages that is %s loses no line", async (_, total_pages, pages) => {
    world.detail = (honest, utr) =>
      honest.ok && utr === "UTR1" ? success({ ...honest.value, total_pages }) : honest;
    expect(await refresh()).toMatchObject({ state: "done", lines: { read: 10 } });
    expect(world.pages.filter((page) => page.startsWith("UTR1"))).toHaveLength(pages);
  });

  test("a number of pages that is absurd ends where nothing new came for long", async () => {
    limitDesk(world, { pages: { pages: 2_000, barren: 20 } });
    world.list = (honest) =>
      honest.ok ? success({ ...honest.value, total_pages: 1_000_000 }) : honest;
    const done = await refresh();
    expect(done).toMatchObject({
      state: "done",
      settlements: { read: 2 },
      problem: { code: "report_endless" },
    });
    expect(world.pages.filter((page) => page.startsWith("list"))).toHaveLength(22);
    // Nobody knows whether that was all.
    expect((await reader().knowledge()).read_through).toBeNull();
  });

  test("a page that is repeated for ever is read twice and twice again", async () => {
    const first = world.account[0]?.lines[0];
    world.detail = (honest, utr) =>
      honest.ok && utr === "UTR1" && first
        ? success({ ...honest.value, lines: [first], total_pages: 1 })
        : honest;
    expect(await refresh()).toMatchObject({ state: "done", lines: { read: 2 } });
    expect(asked("UTR1 2")).toBe(2);
    expect(asked("UTR1 3")).toBe(0);
    expect(world.finished.get("UTR1")?.check.unfinished).toBe(true);
  });

  test("a gateway that invents new lines for ever is left after so many pages", async () => {
    limitDesk(world, { pages: { pages: 25, barren: 20 } });
    world.detail = (honest, utr, page) =>
      honest.ok && utr === "UTR1"
        ? success({ ...honest.value, lines: [line(`${ORDER}-up-${page}`, page)], total_pages: 1 })
        : honest;
    expect(await refresh()).toMatchObject({ state: "done", lines: { read: 26 } });
  });

  test("a refusal of the page past the last one is the end, and nothing else is", async () => {
    world.detail = (honest, utr, page) =>
      utr === "UTR1" && page > 9 ? refused("There is no such page.") : honest;
    expect(await refresh()).toMatchObject({
      state: "done",
      lines: { read: 10 },
      settlements: { failed: 0 },
    });
    world.list = (honest, _, page) => (page === 2 ? refused("There is no such page.") : honest);
    expect(await refresh()).toMatchObject({
      state: "failed",
      problem: { code: "gateway_refused", message: "There is no such page." },
    });
  });

  test("a missing page puts its transfer aside, and the others are read", async () => {
    world.detail = (honest, utr, page) => (utr === "UTR1" && page === 7 ? unavailable() : honest);
    const done = await refresh();
    expect(done).toMatchObject({ state: "done", settlements: { read: 1, failed: 1 } });
    expect(asked("UTR1 7")).toBe(3);
    expect(asked("UTR1 1")).toBe(1);
    expect(Date.now() - NOON).toBe(3 * MINUTE);
    expect(world.settledOf(ORDER)).toBe(98);
    // What the list says of it is there, and its lines come with the next refresh.
    expect(world.finished.get("UTR1")?.check.status).toBe("listed");
    const before = { read_through: NOON, unread: [NOON - HOUR] };
    expect(await reader().knowledge()).toMatchObject(before);
    expect(world.unread.get("UTR1")).toMatchObject({ type: "report_unreadable", severity: "risk" });
    world.detail = (honest) => honest;
    expect(await refresh()).toMatchObject({ settlements: { to_read: 1, read: 1 } });
    expect(world.settledOf(ORDER)).toBe(WHOLE + 98);
    const after = { read_through: NOON + 3 * MINUTE, unread: [] };
    expect(await reader().knowledge()).toMatchObject(after);
    expect(world.unread.size).toBe(0);
  });

  test("a 500 on page 7 of 9 costs that page once more", async () => {
    let failures = 1;
    world.detail = (honest, utr, page) => {
      if (utr !== "UTR1" || page !== 7 || failures === 0) return honest;
      failures -= 1;
      return unavailable();
    };
    expect(await refresh()).toMatchObject({ state: "done", lines: { read: 10 } });
    expect(asked("UTR1 7")).toBe(2);
    expect(asked("UTR1 6")).toBe(1);
    expect(world.settledOf(ORDER)).toBe(WHOLE + 98);
  });

  test("rows that move to the next page while it reads are one row each", async () => {
    const late = transfer("UTR0", NOON - MINUTE, [line(payments[0] ?? "", 5)]);
    world.list = (honest, _, page) => {
      if (page === 1) world.account = [late, ...world.account.filter(({ utr }) => utr !== "UTR0")];
      return honest;
    };
    // What came on top meanwhile is counted, so the list is read again.
    expect(await refresh()).toMatchObject({ settlements: { listed: 3, read: 3 }, problem: null });
    expect(asked("list 1")).toBe(2);
    expect((await reader().knowledge()).read_through).toBe(NOON);
    expect(world.settledOf(ORDER)).toBe(WHOLE + 98 + 5);
  });

  test("two rows of one transfer with different totals are both kept, and it is read once", async () => {
    const [first] = world.account;
    if (!first) throw new Error("no account");
    const row = first.rows[0];
    if (!row) throw new Error("no row");
    const twice = {
      ...first,
      rows: [row, { ...row, fingerprint: "other", net: row.gross, transactions: 0 }],
    };
    world.account = [twice];
    expect(await refresh()).toMatchObject({ settlements: { listed: 1, read: 1 } });
    expect(world.finished.get("UTR1")?.reading.rows).toHaveLength(2);
    expect(asked("UTR1 1")).toBe(1);
    await refresh();
    expect(asked("UTR1 1")).toBe(1);
  });

  test("rows that can not be read are noted, once each", async () => {
    world.unreadable = [
      { fingerprint: "a", reason: "no utr_number", raw: "{}" },
      { fingerprint: "b", reason: "not an object", raw: "7" },
    ];
    expect(await refresh()).toMatchObject({ state: "done", unreadable: 2 });
    expect([...world.notes]).toEqual(["a", "b"]);
  });
});

describe("the gateway's trouble", () => {
  test("puts a refresh off for 1, 2, 4 and 8 minutes, and it goes on where it was", async () => {
    let failures = 4;
    world.list = (honest, _, page) => {
      if (page !== 2 || failures === 0) return honest;
      failures -= 1;
      return unavailable();
    };
    await reader().refresh({ ...SIXTY_DAYS, cause: "api" });
    const waits: number[] = [];
    for (let times = 0; times < 4; times += 1) {
      await ring();
      const { running } = await reader().progress();
      expect(running).toMatchObject({ state: "paused", problem: { code: "gateway_unavailable" } });
      waits.push(((running?.next_try_at ?? 0) - Date.now()) / MINUTE);
      // Too early: nothing is asked.
      await ring();
      pass((running?.next_try_at ?? 0) - Date.now());
    }
    expect(waits).toEqual([1, 2, 4, 8]);
    expect(await readAll()).toMatchObject({ state: "done", settlements: { read: 2 } });
    expect(asked("list 1")).toBe(1);
    expect(asked("list 2")).toBe(5);
  });

  test("a 429 silences the reader and the poll for as long as it says", async () => {
    let limited = true;
    world.detail = (honest) => {
      if (!limited) return honest;
      limited = false;
      return failure({ code: "gateway_rate_limited", request_id: "r", retry_after: 90_000 });
    };
    await reader().refresh({ ...SIXTY_DAYS, cause: "api" });
    await ring();
    expect(world.pausedUntil).toBe(NOON + 90_000);
    const { running } = await reader().progress();
    expect(running).toMatchObject({ state: "paused", next_try_at: NOON + 90_000 });
    expect(await readAll()).toMatchObject({ state: "done", settlements: { read: 2, failed: 0 } });
    expect(asked("UTR1 1")).toBe(2);
  });

  test("a silence that the poll was told holds for the reader", async () => {
    world.pausedUntil = NOON + 5 * MINUTE;
    await reader().refresh({ ...SIXTY_DAYS, cause: "api" });
    await ring();
    expect(world.pages).toEqual([]);
    expect((await reader().progress()).running).toMatchObject({
      state: "paused",
      next_try_at: NOON + 5 * MINUTE,
    });
    expect(await readAll()).toMatchObject({ state: "done" });
  });

  test("a 429 of an order's own inquiry is a silence too, and no line is given up", async () => {
    world.failing.set(ORDER, {
      code: "gateway_rate_limited",
      request_id: "r",
      retry_after: 60_000,
    });
    await reader().refresh({ ...SIXTY_DAYS, cause: "api" });
    await ring();
    expect(world.pausedUntil).toBe(NOON + 60_000);
    world.failing.clear();
    expect(await readAll()).toMatchObject({ lines: { attributed: 10, waiting: 0 } });
  });

  test("a range that is refused fails with the gateway's sentence, and the next one goes on", async () => {
    world.list = (honest, { from }) => (from < "2030-12-01" ? refused("Too long ago.") : honest);
    await reader().refresh({ ...SIXTY_DAYS, cause: "api" });
    await reader().refresh({ from: "2031-01-13", to: "2031-01-16", cause: "api" });
    await readAll();
    const { last } = await reader().progress();
    expect(last).toMatchObject([
      { state: "done", settlements: { read: 2 } },
      { state: "failed", problem: { code: "gateway_refused", message: "Too long ago." } },
    ]);
  });

  test("after a day without any step the refresh fails, and the next one goes on", async () => {
    world.list = (honest, { from }) => (from < "2030-12-01" ? unauthorized() : honest);
    await reader().refresh({ ...SIXTY_DAYS, cause: "api" });
    await reader().refresh({ from: "2031-01-13", to: "2031-01-16", cause: "api" });
    await readAll();
    expect((await reader().progress()).last.map(({ state }) => state)).toEqual(["done", "failed"]);
    expect(Date.now() - NOON).toBeGreaterThanOrEqual(DAY);
    expect(asked("list 1")).toBeLessThan(40);
  });

  test("a page that never comes is given up after its time, and asked for again", async () => {
    limitDesk(world, { gateway: 10, ledger: 10 });
    let hangs = 1;
    world.point = async (name) => {
      if (name !== "before UTR1 5" || hangs === 0) return;
      hangs -= 1;
      await new Promise(() => {});
    };
    expect(await refresh()).toMatchObject({ state: "done", settlements: { read: 2 } });
    expect(asked("UTR1 5")).toBe(2);
    expect(world.settledOf(ORDER)).toBe(WHOLE + 98);
  });

  test("an order that never answers keeps its own lines waiting, and no others", async () => {
    limitDesk(world, { order: 10 });
    const other = "v1-2-aa-2";
    world.addOrder(other, [`${other}-up-a`]);
    world.account = [
      transfer("UTR1", NOON - HOUR, [line(`${ORDER}-up-x`, 100), line(`${other}-up-a`, 100)]),
    ];
    world.point = async (name) => {
      if (name === `before settle ${ORDER}`) await new Promise(() => {});
    };
    expect(await refresh()).toMatchObject({ state: "done", lines: { attributed: 1, waiting: 1 } });
    world.point = null;
    expect(await refresh()).toMatchObject({ lines: { attributed: 2, waiting: 0 } });
  });

  test("a storage that lost its numbers begins after those that the ledger has", async () => {
    await refresh();
    const known = world.finished.get("UTR1");
    if (!known) throw new Error("not read");
    const next = await openDesk();
    next.account = [transfer("UTR1", NOON - HOUR, [line(payments[0] ?? "", 7)])];
    next.addOrder(ORDER, payments);
    next.finished.set("UTR1", { ...known, read: 57 });
    await refresh();
    expect(next.finished.get("UTR1")?.read).toBe(58);
  });
});

describe("our own trouble", () => {
  test.each(["throw", "lost_answer", "hang"] as const)(
    "a ledger that does this: %s, puts the refresh off and loses nothing",
    async (how) => {
      limitDesk(world, { ledger: 20 });
      await reader().refresh({ ...SIXTY_DAYS, cause: "api" });
      world.ledgerIs = how;
      for (let times = 0; times < 3; times += 1) {
        await ring();
        const { running } = await reader().progress();
        expect(running).toMatchObject({ state: "paused", problem: { code: "ledger_unavailable" } });
        pass((running?.next_try_at ?? 0) - Date.now());
      }
      world.ledgerIs = "ok";
      expect(await readAll()).toMatchObject({ state: "done", lines: { read: 10, attributed: 10 } });
      expect(world.settledOf(ORDER)).toBe(WHOLE + 98);
      expect(world.linesOf("UTR1")).toHaveLength(9);
      expect(asked("UTR1 1")).toBe(1);
    },
  );

  test("a transfer that the ledger never takes stops the others for some hours, not for ever", async () => {
    world.point = async (name) => {
      if (name !== "before finishReading") return;
      if (
        (await reader().progress()).running?.phase === "attribute" &&
        !world.finished.has("UTR1")
      ) {
        throw new Error("D1_ERROR: too big");
      }
    };
    expect(await refresh()).toMatchObject({ state: "done", settlements: { read: 1, failed: 1 } });
    expect(world.finished.get("UTR2")?.read).toBeGreaterThan(0);
  });

  test("a bug of ours in one transfer puts it aside", async () => {
    let broken = true;
    faults.storage = (actor, statement) =>
      broken && actor === "settlements" && statement.includes("UPDATE lines SET state");
    expect(await refresh()).toMatchObject({
      state: "done",
      settlements: { read: 0, failed: 2 },
      problem: { code: "step_failed" },
    });
    broken = false;
    expect(await refresh()).toMatchObject({ settlements: { read: 2, failed: 0 } });
    expect(world.settledOf(ORDER)).toBe(WHOLE + 98);
  });

  test("a wrong setting is named, and the refresh goes on when it is right again", async () => {
    faults.settings = { SETTLEMENT_DAYS: "soon" };
    await reader().refresh({ ...SIXTY_DAYS, cause: "api" });
    await ring();
    const { running } = await reader().progress();
    expect(running).toMatchObject({ state: "paused", problem: { code: "setting_invalid" } });
    expect(running?.problem?.message).toContain("SETTLEMENT_DAYS");
    expect(world.pages).toEqual([]);
    faults.settings = {};
    expect(await readAll()).toMatchObject({ state: "done", settlements: { read: 2 } });
  });

  test("with ORDERS_WITHOUT_LINK=off what names no order is other business", async () => {
    faults.settings = { ORDERS_WITHOUT_LINK: "off" };
    world.account = [
      transfer("UTR1", NOON - HOUR, [line("TILL1", 100), line("v1-8-aa-8-up-a", 100)]),
    ];
    expect(await refresh()).toMatchObject({ lines: { other_business: 1, unknown: 1 } });
  });
});
