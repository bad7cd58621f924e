// The post between the gateway and us, and a thief who knows everything but the secret. Every webhook that
// we answer 2xx is noted: from then on it is ours to keep (law 1).

import { signCallback, signWebhook } from "../../src/sandbox/signing";
import { sandboxDefaults } from "../../src/sandbox/settings";
import type { Message } from "../../src/sandbox/mailroom";
import { knock } from "../http/door";
import { ask } from "../sandbox/gateway";
import type { Act } from "./history";
import { count } from "./tally";
import { askSandbox, type Deal, dealOf, note, type Town } from "./town";
import { mayRefuseWebhooks } from "./trouble";

export async function bePost(
  town: Town,
  { do: deed, most, times, key }: Extract<Act, { who: "post" }>,
): Promise<void> {
  if (deed === "strange") return sayStrange(town, key);
  const all = await log();
  const queued = all.filter(({ state }) => state === "queued");
  if (deed === "deliver") return deliver(town, mix(queued, key).slice(0, most), times);
  const known = all.filter(({ id }) => town.acknowledged.has(id));
  const message = mix(deed === "again" ? known : all, key)[0];
  if (message === undefined) return;
  switch (deed) {
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

async function deliver(town: Town, messages: readonly Message[], times: number): Promise<void> {
  const ids = messages.map(({ id }) => id);
  if (ids.length === 0) return;
  note(
    town,
    `the gateway delivers ${messages.map(tellMessage).join(", ")}${times > 1 ? `, ${times}×` : ""}`,
  );
  const how = { ids, shuffle: false, times, at_once: 3 };
  const done = await ask("POST", "/sandbox/webhooks/deliver", how).catch(() => null);
  if (done?.status === 200) refuseNone(town, done.body.messages);
  await noteAcknowledged(town);
}

/** Law 2: whatever becomes of D1, the gateway and the merchant's system, a webhook is taken. */
function refuseNone(town: Town, messages: readonly Message[]): void {
  if (mayRefuseWebhooks(town.under)) return;
  for (const { event, attempts } of messages) {
    const last = attempts.at(-1);
    count("deliveries that must be taken");
    if (!isTaken(last?.status ?? null)) {
      town.broken.push(`${event} was answered ${last?.status ?? last?.error}, and nobody has died`);
    }
  }
}

function isTaken(status: number | null): boolean {
  return status !== null && status >= 200 && status < 300;
}

function tellMessage({ seq, event }: Message): string {
  return `${event} (${seq})`;
}

/** What the gateway's own log says that we have answered. */
export async function noteAcknowledged(town: Town): Promise<void> {
  for (const { id, body, attempts } of await log()) {
    if (attempts.some(({ status }) => isTaken(status)) && !town.acknowledged.has(id)) {
      town.acknowledged.set(id, body);
      count("webhooks acknowledged");
    }
  }
}

/** The gateway repeats what was taken long ago. */
export async function deliverAgain(town: Town, ids: readonly string[]): Promise<void> {
  const known = (await log()).filter(({ id }) => ids.includes(id));
  await deliver(town, known, 1);
}

export async function deliverRest(town: Town): Promise<void> {
  for (let round = 0; round < 6; round += 1) {
    const queued = (await log()).filter(({ state }) => state === "queued");
    if (queued.length === 0) return;
    await deliver(town, queued, 1);
  }
}

async function log(): Promise<readonly Message[]> {
  return (await askSandbox("GET", "/sandbox/webhooks")).body.messages;
}

/** Law 9: a status, an event or a field that stands in no table; it is queued like every other word. */
async function sayStrange(town: Town, key: number): Promise<void> {
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
  const body = {
    event_type: event,
    data: order_id === null || key % 3 === 0 ? { mood: "good" } : data,
  };
  await ask("POST", "/sandbox/webhooks/send", { event, body }).catch(() => null);
  count("strange words");
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
  note(town, `a forged or stale webhook → ${status}`);
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
  note(town, `a thief is back as the customer of ${of} → ${answer?.status ?? "nothing"}`);
  await answer?.text().catch(() => "");
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
