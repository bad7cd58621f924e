// What a browser sends of a form, and the proof that a page of ours sent it: a token made from the session's
// secret, which no other site can know (the cookie alone is no proof: browsers send it along by themselves).

import { readBytes } from "../http/request-body";
import { KIB } from "../http/request-body";

/** A message for the doctor is the largest that is ever sent. */
const FORM_LIMIT = 1024 * KIB;

export const CSRF_FIELD = "csrf";

/** A form's own random name: a second press of its button sends it again, and nothing moves twice. */
export const ONCE_FIELD = "once";

export class Form {
  readonly #fields: URLSearchParams;

  constructor(fields: URLSearchParams) {
    this.#fields = fields;
  }

  /** Without white space around it; "" when it is not there. */
  text(name: string): string {
    return this.#fields.get(name)?.trim() ?? "";
  }

  /** As it was typed: for passwords and messages. */
  raw(name: string): string {
    return this.#fields.get(name) ?? "";
  }

  all(name: string): readonly string[] {
    return this.#fields.getAll(name);
  }

  /** What was typed, to be shown again beside what was wrong with it. */
  entries(): { readonly [name: string]: string } {
    return Object.fromEntries([...this.#fields].filter(([name]) => name !== CSRF_FIELD));
  }
}

/** Null: too large, or not a form. */
export async function readForm(request: Request): Promise<Form | null> {
  const type = request.headers.get("content-type") ?? "";
  if (!/^application\/x-www-form-urlencoded\b/i.test(type)) return null;
  const bytes = await readBytes(request, FORM_LIMIT);
  if (!bytes.ok) return null;
  return new Form(new URLSearchParams(new TextDecoder().decode(bytes.value)));
}

/** The token of this session's forms: HMAC-SHA256 under SESSION_SECRET, base64url. */
export async function csrfToken(sessionSecret: string, session: string): Promise<string> {
  const key = await crypto.subtle.importKey(
    "raw",
    new TextEncoder().encode(sessionSecret),
    { name: "HMAC", hash: "SHA-256" },
    false,
    ["sign"],
  );
  const text = new TextEncoder().encode(`csrf:${session}`);
  const signature = new Uint8Array(await crypto.subtle.sign("HMAC", key, text));
  return btoa(String.fromCharCode(...signature))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replace(/=+$/, "");
}
