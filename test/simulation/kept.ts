// Whatever the gateway was told we have, we have: every message once and whole, each accounted for, and believed
// as a webhook (laws 1, 4 and 11).

import { env } from "cloudflare:workers";
import type { OrderView } from "../../src/domain/order-view";
import { api } from "../actor/house";
import { count } from "./tally";
import type { Town } from "./town";

interface Accounting {
  readonly received: number;
  readonly repeats: number;
  readonly states: { readonly [state: string]: number };
  readonly balanced: boolean;
}

interface Row {
  readonly repeats: number;
  readonly webhook_id: string;
  readonly actor: string;
  readonly body_hash: string;
}

export async function wrongInAccounting(town: Town): Promise<readonly string[]> {
  const { body } = await api<Accounting>("GET", "/v1/accounting");
  const statement = "SELECT webhook_id, actor, body_hash, repeats FROM messages";
  const { results } = await env.DB.prepare(statement).all<Row & Record<string, unknown>>();
  const kept = results.map(
    ({ webhook_id, actor, body_hash }) => `${webhook_id} ${body_hash} ${actor}`,
  );
  const twice = kept.filter((one, index) => kept.indexOf(one) < index);
  const lost = await lostOf(town, results);
  const { waiting = 0 } = body.states;
  const repeats = results.reduce((sum, row) => sum + row.repeats, 0);
  const counted = `${results.length} and ${repeats} repeats`;
  const said = `${body.received} and ${body.repeats} repeats`;
  for (const [state, times] of Object.entries(body.states)) count(`messages ${state}`, times);
  return [
    ...(body.balanced ? [] : [`the accounting does not balance: ${JSON.stringify(body)}`]),
    ...(waiting > 0 ? [`${waiting} messages wait`] : []),
    ...(counted === said ? [] : [`${counted} were kept, and the accounting says ${said}`]),
    ...lost.map((id) => `message ${id} was acknowledged and is nowhere`),
    ...twice.map((one) => `message ${one.split(" ")[0]} is kept twice by one actor`),
  ];
}

async function lostOf(town: Town, rows: readonly Row[]): Promise<readonly string[]> {
  const kept = new Set(rows.map(({ webhook_id, body_hash }) => `${webhook_id} ${body_hash}`));
  const taken = await Promise.all(
    [...town.taken].map(async (text) => {
      const [id, body] = JSON.parse(text) as [string, string];
      return { id, key: `${id} ${await hashOf(body)}` };
    }),
  );
  return taken.filter(({ key }) => !kept.has(key)).map(({ id }) => id);
}

async function hashOf(body: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(body));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

interface OrderEvent {
  readonly event_type?: string;
  readonly data?: { readonly order_id?: string; readonly status?: string };
}

/** Words of the gateway's about an order that say that money was taken or held. */
const MONEY: readonly string[] = ["PROCESSED", "AUTHORIZED", "PARTIALLY_CAPTURED"];
const OF_MONEY: readonly string[] = ["paid", "authorized", "partially_refunded", "refunded"];

/** Of money that a webhook has told of, we say so, whichever of the link's orders it was about. */
export function wrongInWitness(name: string, town: Town, view: OrderView): readonly string[] {
  const told = [...town.acknowledged.values()].some((body) => {
    const { event_type, data } = JSON.parse(body) as OrderEvent;
    return (
      event_type?.startsWith("ORDER_") === true &&
      view.order_ids.includes(data?.order_id ?? "") &&
      MONEY.includes(data?.status ?? "")
    );
  });
  return told && OF_MONEY.includes(view.stage) && view.verified_by !== "webhook"
    ? [`${name} is ${view.stage} by ${view.verified_by}, and a webhook had said so`]
    : [];
}
