// A crash at any point loses nothing and counts nothing twice: the reader dies before and after each of its
// questions in turn, and what is stored in the end equals a run without trouble.

import { afterEach, expect, test } from "vitest";
import { faults } from "../worker";
import { closeHouse, crash, pass } from "./house";
import { DAY, HOUR, NOON, openDesk, reader, ring, rowsOf } from "./settlement-desk";
import { line, transfer, type World } from "./settlement-world";

afterEach(closeHouse);

const [FIRST, SECOND, THIRD] = ["v1-1-aa-1", "v1-2-aa-2", "v1-3-aa-3"];

function furnish(world: World): void {
  world.addOrder(FIRST, [`${FIRST}-up-a`, `${FIRST}-up-b`]);
  world.addOrder(SECOND, [`${SECOND}-up-a`, `${SECOND}-up-b`]);
  world.addOrder(THIRD, [`${THIRD}-up-a`], false);
  world.addAlias("v1-4-aa-4", FIRST);
  world.homes.set(`${FIRST}-up-a`, "v1-4-aa-4");
  world.unreadable = [{ fingerprint: "odd", reason: "no utr_number", raw: "{}" }];
}

const before = [
  transfer("UTR1", NOON - DAY, [line(`${FIRST}-up-a`, 10_000), line(`${SECOND}-up-a`, 20_000)]),
  transfer("UTR2", NOON - 3 * HOUR, [
    line(`${SECOND}-up-b`, 500),
    line(`${THIRD}-up-a`, 70_000),
    line("TILL1", 900),
  ]),
];
before.push(transfer("UTR0", NOON - 9 * DAY, [line(`${FIRST}-up-b`, 60), line("TILL2", 7)]));
/** One transfer is gone, one has changed, one is new. */
const after = [
  before[0],
  transfer("UTR2", NOON - 3 * HOUR, [line(`${THIRD}-up-a`, 71_000), line(`${FIRST}-up-a`, 40)]),
  transfer("UTR3", NOON - HOUR, [line(`${SECOND}-up-a`, 1)]),
].filter((one) => one !== undefined);

/** What reached the orders and the ledger, without the time at which it did. */
function reached(world: World): unknown {
  const finished = [...world.finished.values()].map(({ read, reading, check, findings }) => ({
    read,
    rows: reading.rows,
    detail: reading.detail,
    check,
    findings,
  }));
  const orders = [...world.orders].map(([home, { settled }]) => [home, settled]);
  return structuredClone({ finished, orders, lines: [...world.lines], notes: [...world.notes] });
}

/** Everything that outlives the run, the reader's own tables too. */
async function everything(world: World): Promise<unknown> {
  const tables = [
    "state",
    "given",
    "readings",
    "lines",
    "listed",
    "to_read",
    "unreadable",
    "seen",
    "unread",
    "absent",
    "refreshes",
  ];
  const own = await Promise.all(tables.map((table) => rowsOf(table)));
  return { outside: world.stored(), own, knowledge: await reader().knowledge() };
}

interface Points {
  readonly passed: number;
  readonly stored: unknown;
}

/** Reads an account, then the account as it has changed; crashes at each point that `strikes` names. */
async function live(strikes: (point: number) => boolean, calls: number): Promise<Points> {
  const world = await openDesk({ calls });
  furnish(world);
  let passed = 0;
  let struck = false;
  world.point = async () => {
    passed += 1;
    if (!strikes(passed)) return;
    struck = true;
    // It is dead before it hears more.
    await new Promise(() => {});
  };
  for (const account of [before, after]) {
    world.account = account;
    // A list with such a row is not whole, and withdraws nothing.
    if (account === after) world.unreadable = [];
    await reader().refresh({ from: "2030-11-17", to: "2031-01-15", cause: "daily" });
    for (;;) {
      const ringing = ring().then(
        () => true,
        () => true,
      );
      const rang = async (): Promise<boolean> => {
        for (;;) {
          if (struck) return false;
          const over = await Promise.race([ringing, tick().then(() => false)]);
          if (over) return true;
        }
      };
      if (!(await rang())) {
        await crash();
        await ringing;
        struck = false;
        // The platform rings again; here the cron arms what was lost.
        await reader().tick();
      }
      const { running, waiting } = await reader().progress();
      if (running === null && waiting.length === 0) break;
    }
  }
  return { passed, stored: await everything(world) };
}

async function tick(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 1));
}

test("a crash at any single point changes nothing in the end", async () => {
  const smooth = await live(() => false, 40);
  expect(smooth.passed).toBeGreaterThan(50);
  expect(JSON.stringify(smooth.stored)).toContain("settlement_withdrawn");
  for (let point = 1; point <= smooth.passed; point += 1) {
    const crashed = await live((passed) => passed === point, 40);
    expect(crashed.stored, `a crash at point ${point}`).toEqual(smooth.stored);
  }
});

test.each([5, 7, 11, 13])(
  "a crash at every %dth point changes nothing in the end",
  async (every) => {
    const smooth = await live(() => false, 4);
    const crashed = await live((passed) => passed % every === 0, 4);
    expect(crashed.passed).toBeGreaterThan(smooth.passed);
    expect(crashed.stored).toEqual(smooth.stored);
  },
);

/** Reads both accounts while the reader's own storage throws once, at this statement or commit. */
async function liveWithFault(
  at: number,
): Promise<{ readonly ran: number; readonly reached: unknown }> {
  const world = await openDesk({ calls: 10 });
  furnish(world);
  let ran = 0;
  for (const account of [before, after]) {
    world.account = account;
    // A list with such a row is not whole, and withdraws nothing.
    if (account === after) world.unreadable = [];
    await reader().refresh({ from: "2030-11-17", to: "2031-01-15", cause: "daily" });
    for (let times = 0; times < 100; times += 1) {
      faults.storage = (actor) => actor === "settlements" && (ran += 1) === at;
      // The platform repeats an alarm that threw; here the cron arms it.
      await ring().catch(() => true);
      faults.storage = null;
      const { running, waiting } = await reader().progress();
      if (running === null && waiting.length === 0) break;
      const next = running?.next_try_at ?? 0;
      if (next > Date.now()) pass(next - Date.now());
      await reader().tick();
    }
  }
  return { ran, reached: reached(world) };
}

test("a storage that fails once, at one of each eleven statements, changes nothing in the end", async () => {
  const smooth = await liveWithFault(0);
  expect(smooth.ran).toBeGreaterThan(200);
  for (let at = 1; at <= smooth.ran; at += 11) {
    const failed = await liveWithFault(at);
    expect(failed.reached, `a fault at statement ${at}`).toEqual(smooth.reached);
  }
});
