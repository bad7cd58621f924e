// The ledger is the actors' copy in every table: payments and refunds, messages, discrepancies, and the terms by
// which an order is found. Each is held against what its actor says of itself.

import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import type { OrderView } from "../../src/domain/order-view";
import { api } from "../actor/house";
import { awake } from "../worker";
import { count } from "./tally";

export async function wrongInCopies(views: readonly OrderView[]): Promise<readonly string[]> {
  const found = await Promise.all([
    wrongParts("payments", views),
    wrongParts("refunds", views),
    wrongMessages(),
    wrongDiscrepancies(views),
    wrongSearch(views),
  ]);
  return found.flat();
}

/** Ours and theirs as lists of texts: what is only on one side. */
function difference(
  what: string,
  actors: readonly string[],
  ledger: readonly string[],
): readonly string[] {
  const only = (one: readonly string[], other: readonly string[]): string =>
    one.filter((text) => !other.includes(text)).join("; ");
  const missing = only(actors, ledger);
  const surplus = only(ledger, actors);
  return [
    ...(missing === "" ? [] : [`${what}: the ledger does not have ${missing}`]),
    ...(surplus === "" ? [] : [`${what}: only the ledger has ${surplus}`]),
  ];
}

async function wrongParts(
  table: "payments" | "refunds",
  views: readonly OrderView[],
): Promise<readonly string[]> {
  const { results } = await env.DB.prepare(`SELECT home, doc FROM ${table}`).all<{
    home: string;
    doc: string;
  }>();
  const actors = views.flatMap((view) =>
    table === "payments"
      ? view.payments.map((part) => `${view.id} ${canonical(part)}`)
      : view.refunds
          .filter(({ refund_id }) => refund_id !== null)
          .map((part) => `${view.id} ${canonical(part)}`),
  );
  const ledger = results.map(({ home, doc }) => `${home} ${canonical(JSON.parse(doc))}`);
  return difference(table, actors, ledger);
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

const MESSAGE = "n, webhook_id, state, repeats, body_hash, id_reused";

type MessageRow = Record<string, SqlStorageValue>;

/** Every message that an actor took, and no other, as it stands there. */
async function wrongMessages(): Promise<readonly string[]> {
  const kept = await Promise.all(
    [...awake].map((name) =>
      runInDurableObject(env.ORDERS.getByName(name), (_, { storage }) => {
        const tables = "SELECT name FROM sqlite_schema WHERE name = 'messages'";
        if (storage.sql.exec(tables).toArray().length === 0) return [];
        const rows = storage.sql.exec<MessageRow>(`SELECT ${MESSAGE} FROM messages`).toArray();
        return rows.map((row) => JSON.stringify([name, ...Object.values(row)]));
      }),
    ),
  );
  const { results } = await env.DB.prepare(`SELECT actor, ${MESSAGE} FROM messages`).all<
    Record<string, string | number>
  >();
  return difference(
    "messages",
    kept.flat(),
    results.map((row) => JSON.stringify(Object.values(row))),
  );
}

/** Of orders; those of transfers are the reader's own. */
async function wrongDiscrepancies(views: readonly OrderView[]): Promise<readonly string[]> {
  const { results } = await env.DB.prepare(
    `SELECT home, type, subject, amount, closed_at IS NULL AS open FROM discrepancies
     WHERE home NOT LIKE 'settlement:%'`,
  ).all<Record<string, string | number | null>>();
  const actors = views.flatMap(({ id, discrepancies }) =>
    discrepancies.map(({ type, subject, amount, closed_at }) => {
      count(`discrepancy: ${type}`);
      return JSON.stringify([id, type, subject, amount, closed_at === null ? 1 : 0]);
    }),
  );
  return difference(
    "discrepancies",
    actors,
    results.map((row) => JSON.stringify(Object.values(row))),
  );
}

/** A person who has any id of an order in hand finds it. */
async function wrongSearch(views: readonly OrderView[]): Promise<readonly string[]> {
  const wanted = views.flatMap((view) =>
    [
      ...view.order_ids,
      ...view.links.map(({ payment_link_id }) => payment_link_id),
      view.merchant_reference,
      ...view.payments.map(({ id }) => id),
      ...view.refunds.map(({ refund_id }) => refund_id),
      ...view.refunds.map(({ merchant_refund_reference }) => merchant_refund_reference),
    ]
      .filter((id) => id !== null)
      .map((id) => ({ id, home: view.id })),
  );
  const answers = await Promise.all(
    wanted.map(async ({ id, home }) => {
      const path = `/v1/search?q=${encodeURIComponent(id)}`;
      const { body } = await api<{ data: readonly { order: { id: string } }[] }>("GET", path);
      return body.data.some(({ order }) => order.id === home)
        ? []
        : [`${id} does not lead to ${home}`];
    }),
  );
  return answers.flat();
}
