// The actor's storage outlives releases: what an earlier release wrote is opened by this one. Each
// release that adds a step adds the storage of the one before it here, as that one wrote it.

import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, test } from "vitest";
import { storedName } from "../../src/actor/storage";
import { closeHouse, crash, openHouse, order, postWebhook } from "./house";

beforeEach(openHouse);
afterEach(closeHouse);

/** Release 1, word for word. */
const RELEASE_1 = [
  "CREATE TABLE state (id INTEGER PRIMARY KEY, json TEXT NOT NULL)",
  `CREATE TABLE messages (
     n INTEGER PRIMARY KEY, webhook_id TEXT NOT NULL, body_hash TEXT NOT NULL, event TEXT,
     state TEXT NOT NULL, repeats INTEGER NOT NULL, id_reused INTEGER NOT NULL,
     size INTEGER NOT NULL, sent_at INTEGER NOT NULL, received_at INTEGER NOT NULL,
     request_id TEXT NOT NULL, encoding TEXT NOT NULL, body TEXT NOT NULL)`,
  "CREATE TABLE timeline (n INTEGER PRIMARY KEY, at INTEGER NOT NULL, json TEXT NOT NULL)",
  "CREATE TABLE events (n INTEGER PRIMARY KEY, key TEXT NOT NULL, at INTEGER NOT NULL, json TEXT NOT NULL)",
  "INSERT INTO state (id, json) VALUES (0, '1')",
];

const VERSION = "19263564000000000001926356400000000000";

/** A state with only the fields that release 1 had. */
const STATE_1 = {
  record: {
    facts: {
      link: {},
      order: {
        "v1-old-aa-1": {
          dated: {
            status: { value: "PROCESSED", version: VERSION, rank: 7 },
            amount: { value: { value: 5_000, currency: "INR" }, version: VERSION, rank: 7 },
          },
          undated: {},
          history: { PROCESSED: VERSION },
        },
      },
      payment: {
        "v1-old-aa-1-up-a": {
          dated: {
            status: { value: "PROCESSED", version: VERSION, rank: 4 },
            amount: { value: { value: 5_000, currency: "INR" }, version: VERSION, rank: 4 },
            order_id: { value: "v1-old-aa-1", version: VERSION, rank: 4 },
          },
          undated: {},
          history: { PROCESSED: VERSION },
        },
      },
      refund: {},
      pre_auth: false,
    },
    version: 3,
    origin: "webhook",
    terms: null,
    witness: { gateway: true, webhook: true, webhook_money: true },
    discrepancies: {},
    created_at: 1_926_300_000_000,
    updated_at: 1_926_300_000_000,
    changed_at: 1_926_300_000_000,
    heard_at: 1_926_300_000_000,
    asked_at: null,
    failures: 0,
    failed_at: null,
  },
  jobs: {},
};

test("the storage of release 1 is opened, read and written", async () => {
  const id = "v1-old-aa-1";
  await runInDurableObject(env.ORDERS.getByName(id), (_, { storage }) => {
    for (const statement of RELEASE_1) storage.sql.exec(statement);
    storage.sql.exec("INSERT INTO state (id, json) VALUES (1, ?)", JSON.stringify(STATE_1));
  });
  await crash();
  expect(await order(id)).toMatchObject({ stage: "paid", version: 3 });
  const refunded = {
    event_type: "REFUND_PROCESSED",
    data: {
      order_id: "v1-old-refund-1",
      parent_order_id: id,
      type: "REFUND",
      status: "PROCESSED",
      order_amount: { value: 1_000, currency: "INR" },
      updated_at: "2031-01-20T00:00:00Z",
    },
  };
  expect((await postWebhook(refunded)).body.status).toBe("accepted");
  expect(await order(id)).toMatchObject({ stage: "partially_refunded" });
});

test("an actor remembers its name, should the platform not know it when an alarm rings", async () => {
  const id = "v1-named-aa-1";
  await postWebhook({ event_type: "NOBODY_KNOWS", data: { order_id: id } });
  const names = await runInDurableObject(env.ORDERS.getByName(id), (_, { storage }) => [
    storedName(storage.sql),
  ]);
  expect(names).toEqual([id]);
  const empty = await runInDurableObject(env.ORDERS.getByName("v1-none-aa-1"), (_, { storage }) => [
    storedName(storage.sql),
  ]);
  expect(empty).toEqual([null]);
});

test("an actor that nobody wrote to has no tables", async () => {
  const names = await runInDurableObject(env.ORDERS.getByName("v1-empty-aa-1"), (_, { storage }) =>
    storage.sql.exec("SELECT name FROM sqlite_schema WHERE name = 'state'").toArray(),
  );
  expect(names).toEqual([]);
});

test("an order's storage has four tables and no index", async () => {
  const id = "v1-lean-aa-1";
  await postWebhook({ event_type: "NOBODY_KNOWS", data: { order_id: id } });
  const names = await runInDurableObject(env.ORDERS.getByName(id), (_, { storage }) =>
    storage.sql
      .exec<{ name: string }>(
        "SELECT name FROM sqlite_schema WHERE name NOT LIKE '\\_cf%' ESCAPE '\\'",
      )
      .toArray()
      .map(({ name }) => name),
  );
  expect(names.toSorted((a, b) => a.localeCompare(b))).toEqual([
    "events",
    "messages",
    "state",
    "timeline",
  ]);
});
