// A page that is looked at while things change: a tag of all that it shows, so that asking for it again costs
// one reading and no page while nothing has changed (RFC 9110, 13.1.2).

import type { ConsoleContext } from "./door";

/** A strong tag: the same only if everything that the page is made of is the same. */
export async function tagOf(c: ConsoleContext, shown: readonly unknown[]): Promise<string> {
  const { operator, csrf, zone, address } = c.var.here;
  // Who looks decides what is there to press; whose form it is stands in every form.
  const whole = JSON.stringify([operator, csrf, zone, address, ...shown]);
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(whole));
  const bytes = new Uint8Array(digest).slice(0, 16);
  return `"${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}"`;
}

/** Whether who asks has it already. A proxy that compresses may have made the tag a weak one. */
export function isKnown(c: ConsoleContext, tag: string): boolean {
  const named = (c.req.header("if-none-match") ?? "").split(",");
  return named.some((one) => one.trim().replace(/^W\//, "") === tag);
}

export function notModified(tag: string): Response {
  return new Response(null, { status: 304, headers: { etag: tag, "cache-control": "no-store" } });
}
