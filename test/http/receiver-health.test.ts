// Whoever looks whether all is well learns that the merchant's system asked for no more notifications, and
// what to do; and whoever keeps that can be silent without hiding the rest.

import { expect, test } from "vitest";
import { toIso } from "../../src/domain/time";
import type { Doors } from "../../src/http/doors";
import { NOW } from "../ledger/sample";
import { administrator, visit } from "./door";

const notify = { url: "https://shop.example/events", keys: [new Uint8Array(32)] };
const pause = { paused_at: NOW, by: "evt_1" };

interface Answer {
  readonly ok: boolean;
  readonly wrong: readonly string[];
  readonly notifications: { readonly receiver: unknown };
}

async function ask(path: string, pauseOf: Doors["receiver"]["pauseOf"]): Promise<Answer> {
  const open = (doors: Doors): Doors => ({
    ...doors,
    config: { ...doors.config, notify },
    receiver: { ...doors.receiver, pauseOf },
  });
  const response = await visit(open, path, { headers: administrator });
  expect(response.status).toBe(200);
  return response.json();
}

const notificationsOf = ({ wrong }: Answer) => wrong.filter((text) => /notifications/.test(text));

test("all is not well while the merchant's system is told nothing", async () => {
  const health = await ask("/v1/health", async () => pause);
  expect(health.ok).toBe(false);
  expect(notificationsOf(health)).toEqual([
    expect.stringMatching(/answered 410 at .*POST \/v1\/notifications\/resume/),
  ]);
  const attention = await ask("/v1/attention", async () => pause);
  expect(attention.notifications.receiver).toEqual({
    paused: true,
    since: toIso(NOW),
    detail: expect.stringContaining("POST /v1/notifications/resume"),
  });
});

test("nothing is said of a receiver that takes what it is told", async () => {
  expect(notificationsOf(await ask("/v1/health", async () => null))).toEqual([]);
  const { notifications } = await ask("/v1/attention", async () => null);
  expect(notifications.receiver).toEqual({ paused: false, since: null, detail: null });
});

test("it is said when nobody knows, and the rest is told", async () => {
  const silent = async (): Promise<never> => {
    throw new Error("planted");
  };
  expect(notificationsOf(await ask("/v1/health", silent))).toEqual([
    expect.stringContaining("gives no answer"),
  ]);
  expect((await ask("/v1/attention", silent)).notifications).toMatchObject({
    receiver: null,
    paused: { count: 0 },
  });
});
