/**
 * The gateway's identifiers: links, orders, payments, webhook messages, tokens.
 * Shapes follow the samples; the letters are random.
 */
const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

function random(length: number, alphabet: string = letters): string {
  const bytes = crypto.getRandomValues(new Uint8Array(length));
  return Array.from(bytes, (byte) => alphabet.charAt(byte % alphabet.length)).join("");
}

/** `YYMMDDhhmmss` in UTC. */
function stamp(now_ms: number): string {
  return new Date(now_ms).toISOString().replace(/\D/g, "").slice(2, 14);
}

export function newLinkId(now_ms: number): string {
  return `pl-v1-${stamp(now_ms)}-aa-${random(6)}`;
}

export function newOrderId(now_ms: number): string {
  return `v1-${stamp(now_ms)}-aa-${random(6)}`;
}

/** `{order_id}-{method}-{letter}`; a suffix grows until it is new in its order. */
export function newPaymentId(order_id: string, method: string, taken: readonly string[]): string {
  for (let length = 1; ; length += 1) {
    const id = `${order_id}-${method}-${random(length)}`;
    if (!taken.includes(id)) return id;
  }
}

export function newMessageId(): string {
  return `msg_${random(27)}`;
}

/** Looks like a JWT, means nothing. */
export function newAccessToken(): string {
  return `eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.${random(74)}.${random(43)}`;
}

export function newDigits(length: number): string {
  return random(length, "0123456789");
}
