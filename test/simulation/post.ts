// The post between the gateway and us, which may do to a message whatever a bad network does, and a thief who
// knows everything but the secret.

import { signCallback, signWebhook } from "../../src/sandbox/signing";
import { sandboxDefaults } from "../../src/sandbox/settings";
import type { Message } from "../../src/sandbox/mailroom";
import { knock } from "../http/door";
import { redirectOf } from "./customers";
import type { Act } from "./history";
import { deliver, log } from "./mail";
import { sayStrange, sendOddly } from "./odd-post";
import { verify } from "./storefronts";
import { count } from "./tally";
import { type Deal, dealOf, type Town } from "./town";

export async function bePost(
  town: Town,
  { do: deed, most, times, key }: Extract<Act, { who: "post" }>,
): Promise<void> {
  if (deed === "strange") return sayStrange(town, key);
  const all = await log();
  const queued = all.filter(({ state }) => state === "queued");
  if (deed === "deliver") return deliver(town, mix(queued, key).slice(0, most), times);
  const known = all.filter(({ id }) => town.acknowledged.has(id));
  const [message, other = message] = mix(deed === "again" ? known : all, key);
  if (message === undefined || other === undefined) return;
  switch (deed) {
    case "resent":
    case "id_reused":
    case "foreign":
    case "unknown_word":
      return sendOddly(town, deed, message, other);
    case "again":
      return deliver(town, [message], times);
    case "corrupt":
      return forge(town, message, { body: message.body.replace(/\d(?=\D*$)/, "7") + " " });
    case "other_id":
      return forge(town, message, { id: `${message.id}x` });
    case "stale":
      return forge(town, message, { age: 3_600 });
  }
}

/** In an order of this key's own. */
function mix(messages: readonly Message[], key: number): readonly Message[] {
  return messages
    .map((message) => ({ message, at: Math.imul(message.seq + key, 0x9e3779b1) >>> 0 }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ message }) => message);
}

interface Forged {
  readonly body?: string;
  readonly id?: string;
  /** Seconds. */
  readonly age?: number;
}

/** Signed as the original was, and then changed: never believed. */
async function forge(town: Town, message: Message, changed: Forged): Promise<void> {
  const timestamp = String(Math.floor(Date.now() / 1000) - (changed.age ?? 0));
  const signature = await signWebhook({
    secret: sandboxDefaults.webhook_secret,
    id: message.id,
    timestamp,
    body: message.body,
  });
  await post(town, changed.id ?? message.id, timestamp, signature, changed.body ?? message.body);
}

async function post(
  town: Town,
  id: string,
  timestamp: string,
  signature: string,
  body: string,
): Promise<void> {
  const answer = await knock("/webhooks/pinelabs", {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "webhook-id": id,
      "webhook-timestamp": timestamp,
      "webhook-signature": signature,
    },
    body,
  }).catch(() => null);
  const status = answer?.status ?? 0;
  count(`forged: ${status}`);
  await answer?.text().catch(() => "");
  if (status >= 200 && status < 300) town.broken.push(`a forged webhook was answered ${status}`);
}

/** Says that the order was paid, by every way that is open to somebody without a secret. */
export async function beThief(
  town: Town,
  { of, do: deed }: Extract<Act, { who: "thief" }>,
): Promise<void> {
  const deal = dealOf(town, of);
  const order_id = deal.order_id ?? "v1-310115060000-aa-nobody";
  const fields = { order_id, status: "PROCESSED" };
  if (deed === "webhook") return claimPaid(town, deal);
  if (deed === "borrowed") return borrow(town, deal);
  const signature = await signCallback("00ff".repeat(16), fields);
  const form = new URLSearchParams({ ...fields, signature });
  const path = deal.token === null ? "/callback" : `/callback/${deal.token}`;
  const sent =
    deed === "redirect"
      ? knock(`${path}?${form.toString()}`)
      : knock(path, {
          method: "POST",
          headers: { "content-type": "application/x-www-form-urlencoded" },
          body: form,
        });
  const answer = await sent.catch(() => null);
  count(`thief: ${answer?.status ?? "none"}`);
  await answer?.text().catch(() => "");
}

/** The genuine redirect of another order, shown as if it were this one's. */
async function borrow(town: Town, deal: Deal): Promise<void> {
  const fields = await redirectOf(dealOf(town, deal.n + 1));
  if (fields !== null) await verify(town, deal, { fields });
}

/** A message that the gateway might have sent, signed with a secret of the thief's own. */
async function claimPaid(town: Town, deal: Deal): Promise<void> {
  const at = new Date(Date.now()).toISOString();
  const order_id = deal.order_id ?? "v1-310115060000-aa-nobody";
  const amount = { value: deal.plan.amount, currency: "INR" };
  const body = JSON.stringify({
    event_type: "ORDER_PROCESSED",
    data: {
      order_id,
      merchant_order_reference: deal.reference,
      type: "CHARGE",
      status: "PROCESSED",
      order_amount: amount,
      payments: [{ id: `${order_id}-up-x`, status: "PROCESSED", payment_amount: amount }],
      created_at: at,
      updated_at: at,
    },
  });
  const id = `msg_${crypto.randomUUID().replaceAll("-", "")}`;
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = await signWebhook({ secret: "not the secret at all", id, timestamp, body });
  await post(town, id, timestamp, signature, body);
}
