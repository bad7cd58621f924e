// The settlement reader as its tests use it: the real object with a real alarm, in the world of
// settlement-world.ts, on a clock that only the test moves.

import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { vi } from "vitest";
import { settlementActor } from "../../src/actor/peers";
import type { DeskLimits } from "../../src/actor/settlement-desk";
import type { RefreshView, SettlementActorRpc } from "../../src/actor/settlement-rpc";
import { faults } from "../worker";
import { crash, mend, pass } from "./house";
import { World } from "./settlement-world";

/** Noon of a Wednesday in India. */
export const NOON = Date.UTC(2031, 0, 15, 6, 30, 0);
export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
export const SIXTY_DAYS = { from: "2030-11-17", to: "2031-01-15" };

/** An empty world around a reader that has never read. */
export async function openDesk(limits: Partial<DeskLimits> = {}): Promise<World> {
  mend();
  vi.useFakeTimers({ toFake: ["Date"], now: NOON });
  const world = new World();
  faults.desk = { ports: world.ports(), limits };
  await runInDurableObject(stub(), async (_, { storage }) => {
    await storage.deleteAlarm();
    await storage.deleteAll();
  });
  // Its tables are made when it begins.
  await crash();
  return world;
}

/** An order of three payments, in a world that has it alone. */
export const ORDER = "v1-1-aa-1";
export const paid = (n: number): string => `${ORDER}-up-${n}`;

export async function openOneOrder(rowsAPage: number): Promise<World> {
  const world = await openDesk();
  world.rowsAPage = rowsAPage;
  world.addOrder(ORDER, [paid(1), paid(2), paid(3)]);
  return world;
}

/** Another world around the same reader. */
export function limitDesk(world: World, limits: Partial<DeskLimits>): void {
  faults.desk = { ports: world.ports(), limits };
}

export function reader(): SettlementActorRpc {
  return settlementActor(env);
}

function stub() {
  return env.SETTLEMENTS.getByName("settlements");
}

export async function ring(): Promise<boolean> {
  return runDurableObjectAlarm(stub());
}

/** When the reader's alarm rings, or null. */
export async function armed(): Promise<number | null> {
  return runInDurableObject(stub(), (_, { storage }) => storage.getAlarm());
}

export async function loseAlarm(): Promise<void> {
  await runInDurableObject(stub(), (_, { storage }) => storage.deleteAlarm());
}

/** Rows of the reader's own storage. */
export async function rowsOf(table: string): Promise<readonly unknown[]> {
  return runInDurableObject(stub(), (_, { storage }) =>
    storage.sql.exec(`SELECT * FROM ${table} ORDER BY 1, 2`).toArray(),
  );
}

/** Rings until nothing is under way, moving the clock to the next try where it waits for one. */
export async function readAll(most = 200): Promise<RefreshView> {
  for (let times = 0; times < most; times += 1) {
    await ring();
    const { running, waiting, last } = await reader().progress();
    const [ended] = last;
    if (running === null && waiting.length === 0 && ended) return ended;
    if (running?.next_try_at && running.next_try_at > Date.now()) {
      pass(running.next_try_at - Date.now());
    }
  }
  throw new Error("it came to no end");
}

/** A person asks for sixty days, and the reader reads them. */
export async function refresh(range = SIXTY_DAYS): Promise<RefreshView> {
  await reader().refresh({ ...range, cause: "api" });
  return readAll();
}

/** Holds the reader at this place, the first time that it comes there. */
export function hold(world: World, place: string): { reached(): Promise<void>; release(): void } {
  let [there, open] = [false, false];
  // Looked at, not waited for: a promise of one request must not be resolved by another.
  const until = async (holds: () => boolean): Promise<void> => {
    while (!holds()) await new Promise((resolve) => setTimeout(resolve, 1));
  };
  world.point = async (name) => {
    if (there || name !== place) return;
    there = true;
    await until(() => open);
  };
  return {
    reached: () => until(() => there),
    release: () => {
      open = true;
    },
  };
}
