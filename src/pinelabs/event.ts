// A webhook's body: which event it is, whose actor takes it, and what it says. The only file that
// knows the names of the gateway's events (docs/gateway.md 0, 6.3). Total: no body makes anything here
// throw, and an unknown event's data is not believed (law 9).

import { isLinkId } from "../domain/ids";
import type { JsonObject } from "../domain/json";
import type { Observation } from "../domain/observation";
import { readObject, readText } from "./fields";
import { parseObject, type Unreadable, unwrap } from "./keys";
import { translateLink } from "./translate-link";
import { homeOfOrder, kindOfOrder, nameOnly, NOTHING, translateOrder } from "./translate-order";

export type ParsedEvent =
  /** Signed, but not UTF-8 JSON of an object, or nested beyond all reason: kept as it is. */
  | { readonly kind: "unreadable"; readonly reason: "not_utf8" | Unreadable["code"] }
  | {
      readonly kind: "event";
      /** As the gateway wrote it; null when it gave none. */
      readonly name: string | null;
      /** With normalised keys; empty when there was none. */
      readonly data: JsonObject;
    };

/** Which actor takes the message (design 3.1). */
export type Home =
  | { readonly kind: "order"; readonly id: string }
  | { readonly kind: "link"; readonly id: string }
  | { readonly kind: "none" };

export interface Translation {
  /** `foreign`: customers, tokens and subscriptions; `unknown`: a name that is in no table. */
  readonly concern: "ours" | "foreign" | "unknown";
  readonly observation: Observation;
  /** The message alone is not enough: ask the gateway. */
  readonly inquire: boolean;
}

const ORDER_EVENTS: readonly string[] = [
  "ORDER_AUTHORIZED",
  "ORDER_PROCESSED",
  "ORDER_CANCELLED",
  "ORDER_FAILED",
  "PAYMENT_FAILED",
  "REFUND_PROCESSED",
  "REFUND_FAILED",
];
const LINK_EVENTS: readonly string[] = ["payment_link.processed"];
const FOREIGN_EVENT = /^(?:CUSTOMER|TOKEN|SUBSCRIPTION)_/;

/** `body` is null when the bytes were not UTF-8. */
export function parseEvent(body: string | null): ParsedEvent {
  if (body === null) return { kind: "unreadable", reason: "not_utf8" };
  const parsed = parseObject(body);
  if (!parsed.ok) return { kind: "unreadable", reason: parsed.failure.code };
  const { event_type, event, data } = parsed.value;
  const name = (readText(event_type) ?? readText(event) ?? "").trim().slice(0, 100);
  return { kind: "event", name: name === "" ? null : name, data: unwrap(readObject(data)) };
}

export function homeOf(event: ParsedEvent): Home {
  if (event.kind === "unreadable" || isForeign(event.name)) return { kind: "none" };
  const order = homeOfOrder(event.data);
  if (order !== null) return { kind: "order", id: order };
  const link = event.data.payment_link_id;
  return isLinkId(link) ? { kind: "link", id: link } : { kind: "none" };
}

export function translateEvent(event: ParsedEvent): Translation {
  if (event.kind === "unreadable") return { ...SILENT, concern: "unknown" };
  const { name, data } = event;
  if (isForeign(name)) return { ...SILENT, concern: "foreign" };
  const isKnown = name !== null && (ORDER_EVENTS.includes(name) || LINK_EVENTS.includes(name));
  if (!isKnown || isAmbiguousRefund(name, data)) {
    const concern = isKnown ? "ours" : "unknown";
    const observation = nameLink(nameOnly(homeOfOrder(data)), data);
    return { concern, observation, inquire: true };
  }
  const isLinkEvent = LINK_EVENTS.includes(name);
  const observation = isLinkEvent ? translateLink(data) : translateOrder(data);
  return {
    concern: "ours",
    observation: nameLink(observation, data),
    // A link event has no payments: apply what it says, then ask for the rest (docs/gateway.md 6.3).
    inquire: isLinkEvent || isIncomplete(observation),
  };
}

/** A link that is named and nothing more: enough to find the order's home. */
function nameLink(observation: Observation, data: JsonObject): Observation {
  const id = data.payment_link_id;
  if (!isLinkId(id) || observation.words.some((word) => word.kind === "link")) return observation;
  const word = { kind: "link", id, version: null, fields: {} } as const;
  return { ...observation, words: [...observation.words, word] };
}

const SILENT: Omit<Translation, "concern"> = {
  observation: NOTHING,
  inquire: false,
};

function isForeign(name: string | null): boolean {
  return name !== null && FOREIGN_EVENT.test(name);
}

/**
 * REFUND_* around an order that says neither what it is, nor of which parent, nor with which
 * refunds: its PROCESSED could mean the refund or the payment, and must not count as either.
 */
function isAmbiguousRefund(name: string, data: JsonObject): boolean {
  if (!name.startsWith("REFUND_") || kindOfOrder(data) !== "charge") return false;
  return data.type === undefined && data.refunds === undefined;
}

/** Undated, unknown to our tables, or a refund without the order that it is taken from. */
function isIncomplete(observation: Observation): boolean {
  const { words } = observation;
  if (!words.some((word) => word.kind === "order")) return true;
  return words.some((word) => word.version === null || word.fields.unknown_status !== undefined);
}
