// A shop with a system of its own that is notified: the sandbox's receiver, its books, and the trouble that
// a test puts it in.

import { env } from "cloudflare:workers";
import { expect, vi } from "vitest";
import { deploymentActor } from "../../src/actor/peers";
import type { Effect, Received, ReceiverTrouble } from "../../src/sandbox/receiver";
import type { NotificationView } from "../../src/ledger/notifications";
import { ask } from "../sandbox/gateway";
import { faults } from "../worker";
import { api, armed, openHouse, ring } from "../actor/house";

export const RECEIVER = "http://localhost:8787/sandbox/receiver";

/** Call in `beforeEach`: the house with somebody to tell. */
export async function openShop(): Promise<void> {
  await openHouse();
  // The tests of one file share a database; each begins with nothing told.
  await env.DB.batch([env.DB.prepare("DELETE FROM events"), env.DB.prepare("DELETE FROM audit")]);
  await deploymentActor(env, "notify").resumeReceiver();
  faults.settings = { NOTIFY_URL: RECEIVER };
}

export interface ShopBooks {
  readonly received: readonly Received[];
  readonly effects: readonly Effect[];
}

export async function books(): Promise<ShopBooks> {
  const answer = await ask("GET", "/sandbox/receiver/books");
  return answer.body as unknown as ShopBooks;
}

/** What was done, as `type of order`, in the order of the events. */
export async function done(): Promise<readonly string[]> {
  const { effects } = await books();
  return effects
    .toSorted((a, b) => a.seq - b.seq)
    .map(({ type, order_id }) => `${type} ${order_id}`);
}

export async function trouble(change: Partial<ReceiverTrouble>): Promise<void> {
  const made = await ask("POST", "/sandbox/receiver/trouble", change);
  expect(made.status).toBe(200);
}

/** Nobody listens at the shop's address: no connection. */
export function stopReceiver(): void {
  faults.arrival = async (call) => {
    if (isReceiver(call)) throw new Error("planted: nobody listens");
  };
}

export function startReceiver(): void {
  faults.arrival = null;
}

export function isReceiver(call: string): boolean {
  return call.startsWith("POST /sandbox/receiver");
}

export interface Event {
  readonly id: string;
  readonly seq: number;
  readonly type: string;
  readonly data: { readonly seq: number; readonly order: { readonly id: string } };
}

/** All that a system would pull. */
export async function events(): Promise<readonly Event[]> {
  return (await api<{ data: readonly Event[] }>("GET", "/v1/events?limit=200")).body.data;
}

export async function notifications(query = ""): Promise<readonly NotificationView[]> {
  const path = `/v1/notifications?limit=200${query}`;
  return (await api<{ data: readonly NotificationView[] }>("GET", path)).body.data;
}

/** Every notification arrived, was believed, and was done once; nothing else was. */
export async function expectAllDoneOnce(): Promise<void> {
  const { effects, received } = await books();
  expect(effects.map(({ id }) => id).toSorted()).toEqual(
    (await events()).map(({ id }) => id).toSorted(),
  );
  expect(received.filter(({ signature }) => signature === "invalid")).toEqual([]);
  expect((await notifications()).filter(({ status }) => status !== "delivered")).toEqual([]);
}

/** Moves the clock to these actors' next alarm, or by `most`, whichever is first, and rings it. */
export async function untilNextAlarm(names: readonly string[], most: number): Promise<boolean> {
  const times = await Promise.all(names.map((name) => armed(name)));
  const next = Math.min(...times.map((time) => time ?? Infinity));
  const now = Date.now();
  vi.setSystemTime(Math.min(Math.max(next, now), now + most));
  if (next > Date.now()) return false;
  const due = names.filter((_, index) => (times[index] ?? Infinity) <= Date.now());
  await Promise.all(due.map((name) => ring(name)));
  return true;
}

/** Lives on for so many milliseconds of the clock, alarm by alarm. */
export async function live(names: readonly string[], milliseconds: number): Promise<void> {
  const end = Date.now() + milliseconds;
  for (let rings = 0; Date.now() < end && rings < 500; rings += 1) {
    await untilNextAlarm(names, end - Date.now());
  }
  vi.setSystemTime(Math.max(Date.now(), end));
}
