// Everything that the house has stored, as text: all tables of all actors and of D1. What is not in it
// is kept nowhere.

import { listDurableObjectIds, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";

type Rows = readonly Record<string, unknown>[];

export async function everythingStored(): Promise<string> {
  const orders = await listDurableObjectIds(env.ORDERS);
  const others = await listDurableObjectIds(env.DEPLOYMENT);
  const actors = [
    ...(await Promise.all(orders.map((id) => dump(env.ORDERS.get(id))))),
    ...(await Promise.all(others.map((id) => dump(env.DEPLOYMENT.get(id))))),
  ];
  return [...actors, await dumpLedger()].join("\n");
}

/** Which of these texts are stored anywhere. */
export async function storedOf(texts: readonly string[]): Promise<readonly string[]> {
  const everything = await everythingStored();
  return texts.filter((text) => everything.includes(text));
}

async function dump(stub: DurableObjectStub): Promise<string> {
  return runInDurableObject(stub, (_, { storage }) => {
    const names = storage.sql
      .exec<{ name: string }>("SELECT name FROM sqlite_schema WHERE type = 'table'")
      .toArray()
      .map((row) => row.name)
      .filter((name) => !name.startsWith("_cf"));
    const tables = names.map((name): Rows => storage.sql.exec(`SELECT * FROM ${name}`).toArray());
    return JSON.stringify([tables, [...storage.kv.list()]]);
  });
}

async function dumpLedger(): Promise<string> {
  const { results: names } = await env.DB.prepare(
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE '\\_cf%' ESCAPE '\\'",
  ).all<{ name: string }>();
  const tables = await Promise.all(
    names.map(async ({ name }) => (await env.DB.prepare(`SELECT * FROM ${name}`).all()).results),
  );
  return JSON.stringify(tables);
}
