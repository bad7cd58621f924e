// An event as the outside knows it: its public id and the document that is recorded of it.

import type { JsonObject } from "../domain/json";
import { toIso } from "../domain/time";
import type { QueuedEvent } from "./storage";

/** A hash of the order's home, the kind and the causing entities, so that a replay repeats it (law 10). */
export async function eventId(home: string, { key }: QueuedEvent): Promise<string> {
  const source = new TextEncoder().encode(`${home}|${key}`);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", source));
  const hex = Array.from(digest.slice(0, 16), (byte) => byte.toString(16).padStart(2, "0"));
  return `evt_${hex.join("")}`;
}

/** `{ type, timestamp, data }`, without the number that only the ledger gives it. */
export function eventDoc(event: QueuedEvent): JsonObject & { readonly type: string } {
  const { type, data } = JSON.parse(event.json) as { type: string; data: JsonObject };
  return { type, timestamp: toIso(event.at), data };
}
