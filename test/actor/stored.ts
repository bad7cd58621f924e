// Everything that the house has stored, as text: all tables of all actors and of D1. What is not in it
// is kept nowhere.

import { listDurableObjectIds, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { unroutedActor } from "../../src/domain/ids";

type Rows = readonly Record<string, unknown>[];

async function everythingStored(): Promise<string> {
  const orders = await listDurableObjectIds(env.ORDERS);
  const names = await namesKnown();
  const named = new Map(names.map((name) => [env.ORDERS.idFromName(name).toString(), name]));
  const others = await listDurableObjectIds(env.DEPLOYMENT);
  const actors = await Promise.all([
    ...orders.map((id) => dump(stubOf(id, named.get(id.toString())))),
    ...others.map((id) => dump(env.DEPLOYMENT.get(id))),
  ]);
  return [...actors, await dumpLedger()].join("\n");
}

/** By its name if that is known: an actor that stored nothing has no other way to know it. */
function stubOf(id: DurableObjectId, name: string | undefined): DurableObjectStub {
  return name === undefined ? env.ORDERS.get(id) : env.ORDERS.getByName(name);
}

/** What actors may be called, by the orders, links and references that the ledger has. */
async function namesKnown(): Promise<readonly string[]> {
  const columns = [
    ["id", "orders"],
    ["order_id", "orders"],
    ["payment_link_id", "orders"],
    ["merchant_reference", "orders"],
    ["alias", "aliases"],
    ["actor", "messages"],
    ["id", "refunds"],
  ] as const;
  const answers = await env.DB.batch<{ name: string | null }>(
    columns.map(([column, table]) =>
      env.DB.prepare(`SELECT DISTINCT ${column} AS name FROM ${table}`),
    ),
  );
  const names = answers.flatMap(({ results }) => results.flatMap(({ name }) => name ?? []));
  const keepers = Array.from({ length: 16 }, (_, n) => unroutedActor(n.toString(16)));
  return [...names, ...names.map((name) => `reference:${name}`), ...keepers];
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
