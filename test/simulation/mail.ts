// The gateway's mailroom: what is on its way to us, and what we have said to it. Every webhook that we answer
// 2xx is noted: from then on it is ours to keep (law 1).

import type { Message } from "../../src/sandbox/mailroom";
import { ask } from "../sandbox/gateway";
import { count } from "./tally";
import { askSandbox, type Town } from "./town";
import { mayRefuseWebhooks } from "./trouble";

export async function deliver(
  town: Town,
  messages: readonly Pick<Message, "id">[],
  times: number,
): Promise<void> {
  const ids = messages.map(({ id }) => id);
  if (ids.length === 0) return;
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

/** One more message, rightly signed, at once. */
export async function send(town: Town, event: string, body: string): Promise<void> {
  const sent = await ask("POST", "/sandbox/webhooks/send", { event, body }).catch(() => null);
  const id = (sent?.body as { id?: string } | undefined)?.id;
  if (id !== undefined) await deliver(town, [{ id }], 1);
}

/** What the gateway's own log says that we have answered. */
export async function noteAcknowledged(town: Town): Promise<void> {
  for (const { id, body, attempts } of await log()) {
    if (attempts.some(({ status }) => isTaken(status)) && !town.acknowledged.has(id)) {
      town.acknowledged.set(id, body);
      noteTaken(town, id, body);
      count("webhooks acknowledged");
    }
  }
}

/** From now on this body under this id is ours to keep. */
export function noteTaken(town: Town, id: string, body: string): void {
  town.taken.add(JSON.stringify([id, body]));
}

export async function deliverRest(town: Town): Promise<void> {
  for (let round = 0; round < 6; round += 1) {
    const queued = (await log()).filter(({ state }) => state === "queued");
    if (queued.length === 0) return;
    await deliver(town, queued, 1);
  }
}

export async function log(): Promise<readonly Message[]> {
  return (await askSandbox("GET", "/sandbox/webhooks")).body.messages;
}
