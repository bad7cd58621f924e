// What a gateway may send by itself and nobody expects: the same once more under a new id, another message under
// an id that it has used, something about no order of ours, a status that nobody knows (laws 4, 9 and 11).

import type { Message } from "../../src/sandbox/mailroom";
import { postWebhook } from "../actor/house";
import { ask } from "../sandbox/gateway";
import type { ODD_POST_DEEDS } from "./history";
import { noteTaken, send } from "./mail";
import { count } from "./tally";
import { dealOf, type Town } from "./town";

/** `other`: another message that the gateway has sent. */
export async function sendOddly(
  town: Town,
  deed: (typeof ODD_POST_DEEDS)[number],
  message: Message,
  other: Message,
): Promise<void> {
  switch (deed) {
    case "resent":
      return send(town, message.event, message.body);
    case "id_reused":
      return reuse(town, message.id, other.body);
    case "foreign":
      return send(town, "CUSTOMER_UPDATED", foreign(message));
    case "unknown_word": {
      const body = unknownWord(message);
      if (body !== null) await send(town, message.event, body);
    }
  }
}

async function reuse(town: Town, id: string, body: string): Promise<void> {
  const answer = await postWebhook(body, { id }).catch(() => null);
  count(`id reused: ${answer?.body.status ?? "not answered"}`);
  if (answer?.status === 200) noteTaken(town, id, body);
}

/** About a customer, and no order: nobody needs it, and it is kept. */
function foreign({ id }: Message): string {
  return JSON.stringify({ event_type: "CUSTOMER_UPDATED", data: { customer_id: `cust-${id}` } });
}

interface OrderEvent {
  readonly data?: { readonly order_id?: string; readonly status?: string };
}

/** The same order a moment later with a status that is in no table; null: it is about no order. */
function unknownWord({ event: name, body }: Message): string | null {
  if (!name.startsWith("ORDER_")) return null;
  const event = JSON.parse(body) as OrderEvent;
  if (event.data?.status === undefined || event.data.order_id === undefined) return null;
  const updated_at = new Date(Date.now()).toISOString();
  const data = { ...event.data, status: "UNDER_REVIEW", updated_at };
  return JSON.stringify({ ...event, data });
}

/** Law 9: a status, an event or a field that stands in no table; it is queued like every other word. */
export async function sayStrange(town: Town, key: number): Promise<void> {
  const { order_id, reference } = dealOf(town, key);
  const at = new Date(Date.now()).toISOString();
  const data = {
    order_id,
    merchant_order_reference: reference,
    type: "CHARGE",
    status: "PONDERED",
    mood: { of: "the gateway", since: at },
    created_at: at,
    updated_at: at,
  };
  const event = key % 2 === 0 ? "ORDER_PROCESSED" : "ORDER_PONDERED";
  const body = { event_type: event, data: order_id === null ? { mood: "good" } : data };
  await ask("POST", "/sandbox/webhooks/send", { event, body }).catch(() => null);
  count("strange words");
}
