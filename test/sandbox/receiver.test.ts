// The shop's own system in the sandbox: it believes what is signed, works once for each id, and can be put in
// trouble by its page.

import { beforeEach, expect, test } from "vitest";
import { signNotification, type Received } from "../../src/sandbox/receiver";
import { sandboxDefaults } from "../../src/sandbox/settings";
import { ask } from "./gateway";

beforeEach(async () => {
  await ask("POST", "/sandbox/reset");
});

const body = JSON.stringify({
  type: "order.paid",
  timestamp: "2031-01-15T06:00:00.000Z",
  data: { seq: 7, order: { id: "v1-shown" } },
});

interface Change {
  readonly id?: string;
  readonly secret?: string;
  readonly age?: number;
  readonly sent?: string;
}

async function notify(change: Change = {}): Promise<number> {
  const { id = "evt_1", secret = sandboxDefaults.notify_secret, age = 0, sent = body } = change;
  const timestamp = String(Math.floor(Date.now() / 1000) - age);
  const signature = await signNotification(secret, { id, timestamp, body });
  const answer = await ask("POST", "/sandbox/receiver", sent, {
    "webhook-id": id,
    "webhook-timestamp": timestamp,
    "webhook-signature": `v1,bm90IHRoaXMgb25l ${signature}`,
  });
  return answer.status;
}

async function books() {
  const answer = await ask("GET", "/sandbox/receiver/books");
  return answer.body as unknown as {
    readonly received: readonly Received[];
    readonly effects: readonly unknown[];
  };
}

test("works once for each id, and says which it knew", async () => {
  expect([await notify(), await notify(), await notify({ id: "evt_2" })]).toEqual([200, 200, 200]);
  const { received, effects } = await books();
  expect(received.map(({ id, known }) => [id, known])).toEqual([
    ["evt_2", 0],
    ["evt_1", 1],
    ["evt_1", 0],
  ]);
  expect(effects.length).toBe(2);
});

test.each([
  ["another key", { secret: `whsec_${btoa("x".repeat(32))}` }],
  ["another body", { sent: body.replace("7", "8") }],
  ["a time of an hour ago", { age: 3_600 }],
])("does not believe %s", async (_, change) => {
  expect(await notify(change)).toBe(401);
  const { received, effects } = await books();
  expect(received).toMatchObject([{ signature: "invalid", answered: 401 }]);
  expect(effects).toEqual([]);
});

test("is put in trouble by its page, which shows what came", async () => {
  const form = { "content-type": "application/x-www-form-urlencoded" };
  const changed = await ask("POST", "/sandbox/receiver/mode", "mode=gone", form);
  expect(changed.status).toBe(303);
  expect(await notify()).toBe(410);
  expect((await books()).effects).toEqual([]);
  const page = await ask("GET", "/sandbox/receiver");
  expect(page.status).toBe(200);
  for (const shown of ["evt_1", "order.paid", "v1-shown", "410"]) {
    expect(page.text).toContain(shown);
  }
  await ask("POST", "/sandbox/receiver/mode", "mode=ok", form);
  expect(await notify()).toBe(200);
  expect((await ask("POST", "/sandbox/receiver/trouble", { mode: "asleep" })).status).toBe(400);
});
