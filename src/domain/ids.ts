// Ids from outside, checked before they name an actor, and the names of our own actors. The
// gateway's ids never contain a colon, so an id can not collide with a name of ours.

export const OUTSIDE_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{2,49}$/;
export const LINK_ID = /^pl-[A-Za-z0-9._-]{1,47}$/;
export const REFERENCE = /^[A-Za-z0-9_-]{1,50}$/;

export function isOrderId(value: unknown): value is string {
  return isKey(value) && OUTSIDE_ID.test(value) && !LINK_ID.test(value);
}

export function isLinkId(value: unknown): value is string {
  return typeof value === "string" && LINK_ID.test(value);
}

/** A payment's or refund's id: never names an actor, so anything short and printable will do. */
export function isEntityId(value: unknown): value is string {
  return isKey(value) && /^[A-Za-z0-9][\x21-\x7e]{0,63}$/.test(value);
}

/** Ids are keys of maps: one that every object has by birth ("constructor") is no id. */
function isKey(value: unknown): value is string {
  return typeof value === "string" && !(value in Object.prototype);
}

/** Our mark in the metadata of every link that we create: the reference that finds its actor. */
export const CHUKTA_REFERENCE = "chukta_reference";

/** The gateway's documented form of `merchant_payment_link_reference` and its like. */
export function isReference(value: unknown): value is string {
  return typeof value === "string" && REFERENCE.test(value);
}

/** The actor in which a link is created and which keeps its token (design 3.1). */
export function referenceActor(reference: string): string {
  return `reference:${reference}`;
}

/** The actor that keeps a message which concerns no order, chosen by the hash of its id. */
export function unroutedActor(hexHash: string): string {
  return `unrouted:${hexHash.slice(0, 1)}`;
}

/** What an actor is there for; its name decides (design 3.1). */
export type Role = "order" | "link" | "reference" | "unrouted";

export function roleOf(name: string): Role {
  if (name.startsWith("reference:")) return "reference";
  if (name.startsWith("unrouted:")) return "unrouted";
  return isLinkId(name) ? "link" : "order";
}

/**
 * A link's token is `{secret}.{reference}`: the reference finds the actor without D1, the secret
 * (24 characters of base64url, 144 bits) makes it unguessable.
 */
export const TOKEN = /^([A-Za-z0-9_-]{24})\.([A-Za-z0-9._-]{1,50})$/;

export type Token = { readonly secret: string; readonly reference: string };

export function parseToken(value: unknown): Token | null {
  const parts = typeof value === "string" ? TOKEN.exec(value) : null;
  return parts?.[1] && parts[2] ? { secret: parts[1], reference: parts[2] } : null;
}

export function formatToken(token: Token): string {
  return `${token.secret}.${token.reference}`;
}

/**
 * The receipt's token of an order that came without us is `{secret}~{its home}`: no link's token has a
 * tilde, so neither can be taken for the other.
 */
const ORDER_TOKEN = /^([A-Za-z0-9_-]{24})~([A-Za-z0-9._-]{3,50})$/;

/** What a receipt's token says: the actor that it belongs to, and its secret. */
export interface ReceiptToken {
  readonly secret: string;
  readonly actor: string;
}

export function parseReceiptToken(value: string): ReceiptToken | null {
  const ofLink = parseToken(value);
  if (ofLink) return { secret: ofLink.secret, actor: referenceActor(ofLink.reference) };
  const [, secret, actor] = ORDER_TOKEN.exec(value) ?? [];
  if (secret === undefined || !(isOrderId(actor) || isLinkId(actor))) return null;
  return { secret, actor };
}

export function formatOrderToken({ secret, actor }: ReceiptToken): string {
  return `${secret}~${actor}`;
}

/** Not an actor: whose discrepancies those of one transfer are, and those of the reports as a whole. */
export function settlementHome(utr: string | null): string {
  // With a colon, which no id of the gateway's has.
  return utr === null ? "settlements:" : `settlement:${utr}`;
}

/** The UTR of a transfer's home; null for any other name. */
export function utrOfHome(home: string): string | null {
  const prefix = "settlement:";
  return home.startsWith(prefix) ? home.slice(prefix.length) : null;
}

/** Whether this is the home of a transfer, or of the reports as a whole, and no actor's name. */
export function isSettlementHome(home: string): boolean {
  return home === settlementHome(null) || utrOfHome(home) !== null;
}
