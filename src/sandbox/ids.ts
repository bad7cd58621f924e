/**
 * The gateway's identifiers: links, orders, payments, webhook messages, tokens.
 * Shapes follow the samples; the letters are random, or a seed's.
 */

/** Who makes an identifier: a clock, and where its letters come from. */
export interface Maker {
  now_ms(): number;
  random(length: number, alphabet: string): string;
}

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** Letters that nobody can guess. */
export function randomText(length: number, alphabet: string = letters): string {
  const bytes = crypto.getRandomValues(new Uint8Array(length));
  return Array.from(bytes, (byte) => alphabet.charAt(byte % alphabet.length)).join("");
}

/** `YYMMDDhhmmss` in UTC. */
function stamp(now_ms: number): string {
  return new Date(now_ms).toISOString().replace(/\D/g, "").slice(2, 14);
}

export function newLinkId(maker: Maker): string {
  return `pl-v1-${stamp(maker.now_ms())}-aa-${maker.random(6, letters)}`;
}

export function newOrderId(maker: Maker): string {
  return `v1-${stamp(maker.now_ms())}-aa-${maker.random(6, letters)}`;
}

/** `{order_id}-{method}-{letter}`; a suffix grows until it is new in its order. */
export function newPaymentId(
  maker: Maker,
  order: { readonly id: string; readonly payments: readonly { readonly id: string }[] },
  method: string,
): string {
  const taken = order.payments.map((payment) => payment.id);
  for (let length = 1; ; length += 1) {
    const id = `${order.id}-${method}-${maker.random(length, letters)}`;
    if (!taken.includes(id)) return id;
  }
}

export function newMessageId(): string {
  return `msg_${randomText(27)}`;
}

/** Looks like a JWT, means nothing. */
export function newAccessToken(): string {
  return `eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.${randomText(74)}.${randomText(43)}`;
}

export function newDigits(maker: Maker, length: number): string {
  return maker.random(length, "0123456789");
}

/** A reference that the gateway gives by itself, of the form of a UUID. */
export function newReference(maker: Maker): string {
  const groups = [8, 4, 4, 4, 12];
  return groups.map((length) => maker.random(length, "0123456789abcdef")).join("-");
}
