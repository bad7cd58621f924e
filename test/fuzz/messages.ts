/// <reference types="vite/client" />
// Messages of the gateway that are not as they should be: every payload that is supported, under an order id of
// the test's, with fields changed; and their headers, rightly signed or in every way wrongly.

import * as fc from "fast-check";
import { isLinkId } from "../../src/domain/ids";
import { sandboxDefaults } from "../../src/sandbox/settings";
import expected from "../fixtures/expected.json";
import { type Change, changedText, changes, headerValues, type Json, utf8 } from "./inputs";

const files = import.meta.glob<string>("../fixtures/webhook-*.json", {
  query: "?raw",
  import: "default",
  eager: true,
});

const actors: { readonly [file: string]: { readonly actor: string } | undefined } = expected;

/** Each payload with the id by which its order is known, which becomes another. */
const payloads = Object.entries(files).flatMap(([path, body]) => {
  const actor = actors[path.replace("../fixtures/", "")]?.actor;
  if (actor === undefined) return [];
  // What is no JSON is a body of the corpus.
  return body.trimStart().startsWith("{") ? [{ body, actor }] : [];
});

export interface ChangedEvent {
  readonly payload: { readonly body: string; readonly actor: string };
  readonly changes: readonly Change[];
  /** Sent under an id that another message of the batch has. */
  readonly known_id: boolean;
}

export const changedEvents: fc.Arbitrary<ChangedEvent> = fc.record({
  payload: fc.constantFrom(...payloads),
  changes: fc.array(changes, { maxLength: 3 }),
  known_id: fc.boolean(),
});

/** Its text, about this order, with a link and a reference of this order's own. */
export function textFor({ payload, changes }: ChangedEvent, order_id: string): string {
  const about = payload.body
    .replaceAll(payload.actor, order_id)
    .replaceAll(/"pl-[\w.-]+"/g, `"pl-${order_id}"`)
    .replaceAll(/("merchant_(?:payment_link|order)_reference":\s*")[^"]+"/g, `$1of-${order_id}"`);
  return changedText(JSON.parse(about) as Json, changes);
}

/** The links that a message names: each has an actor, which keeps whose it is. */
export function linksIn(text: string): readonly string[] {
  const ids = text.matchAll(/"payment_link_id":\s*"([^"]+)"/g);
  return [...ids].map(([, id = ""]) => id).filter((id) => isLinkId(id));
}

export interface Headers3 {
  readonly "webhook-id": string;
  readonly "webhook-timestamp": string;
  readonly "webhook-signature": string;
}

/** As the gateway signs. The text that is signed is that of the bytes. */
export async function signed(
  body: Uint8Array<ArrayBuffer>,
  { id, at }: { readonly id: string; readonly at: number },
  secret: string = sandboxDefaults.webhook_secret,
): Promise<Headers3> {
  const timestamp = String(Math.floor(at / 1000));
  const signature = await signBytes(secret, `${id}.${timestamp}.`, body);
  return { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signature };
}

/** Of bytes that are not text, too. */
async function signBytes(
  secret: string,
  head: string,
  body: Uint8Array<ArrayBuffer>,
): Promise<string> {
  const hash = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", utf8(secret), hash, false, ["sign"]);
  const before = utf8(head);
  const whole = new Uint8Array(before.length + body.length);
  whole.set(before);
  whole.set(body, before.length);
  const mac = new Uint8Array(await crypto.subtle.sign("HMAC", key, whole));
  return `v1,${btoa(String.fromCharCode(...mac))}`;
}

/** What is done to headers that were right. */
export interface Forgery {
  readonly how:
    | "other_secret"
    | "other_body"
    | "other_id"
    | "other_time"
    | "stale"
    | "future"
    | "without"
    | "header"
    | "cut"
    | "other_version";
  readonly header: keyof Headers3;
  readonly value: string;
  readonly seconds: number;
}

export const forgeries: fc.Arbitrary<Forgery> = fc.record({
  how: fc.constantFrom(
    "other_secret",
    "other_body",
    "other_id",
    "other_time",
    "stale",
    "future",
    "without",
    "header",
    "cut",
    "other_version",
  ),
  header: fc.constantFrom("webhook-id", "webhook-timestamp", "webhook-signature"),
  value: headerValues,
  seconds: fc.integer({ min: 301, max: 2_000_000_000 }),
});

/** Headers that must not be believed for this body. */
export async function forge(
  body: Uint8Array<ArrayBuffer>,
  { how, header, value, seconds }: Forgery,
  now: number,
): Promise<Record<string, string>> {
  const id = "msg_forged";
  const right = await signed(body, { id, at: now });
  const signature = right["webhook-signature"];
  switch (how) {
    case "other_secret":
      return { ...(await signed(body, { id, at: now }, value === "" ? "x" : value)) };
    case "other_body":
      return { ...(await signed(utf8(`${value} `), { id, at: now })) };
    case "other_id":
      return { ...right, "webhook-id": `${id}${value}x` };
    case "other_time":
      return { ...right, "webhook-timestamp": String(Number(right["webhook-timestamp"]) - 1) };
    case "stale":
      return { ...(await signed(body, { id, at: now - seconds * 1000 })) };
    case "future":
      return { ...(await signed(body, { id, at: now + seconds * 1000 })) };
    case "without": {
      const { [header]: _, ...others } = right;
      return others;
    }
    case "header":
      return { ...right, [header]: value };
    case "cut":
      return { ...right, "webhook-signature": signature.slice(0, 3 + (seconds % 40)) };
    case "other_version":
      return { ...right, "webhook-signature": signature.replace("v1,", `v${1 + (seconds % 9)}a,`) };
  }
}
