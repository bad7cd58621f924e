// The frame of every page a customer sees, and the headers it is sent with: no script, nothing from
// elsewhere, in nobody's frame, kept by no cache, and no address of ours handed on as a referrer.

import type { Child, FC } from "hono/jsx";
import { STYLE_PATH } from "./style";

export type Tone = "good" | "wait" | "bad";

export interface Merchant {
  readonly name: string | null;
  readonly support_contact: string | null;
}

/** When the page should ask again by itself, and where. */
export interface Recheck {
  readonly seconds: number;
  readonly url: string;
}

const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "style-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const PAGE_HEADERS = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy": CONTENT_SECURITY_POLICY,
  "cache-control": "no-store",
  "referrer-policy": "no-referrer",
  "x-frame-options": "DENY",
} as const;

export const Layout: FC<{
  readonly title: string;
  readonly tone: Tone;
  readonly merchant: Merchant;
  readonly recheck?: Recheck | undefined;
  readonly children?: Child;
}> = ({ title, tone, merchant, recheck, children }) => (
  <html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="robots" content="noindex, nofollow" />
      {recheck && <meta http-equiv="refresh" content={`${recheck.seconds}; url=${recheck.url}`} />}
      <title>{merchant.name === null ? title : `${title} – ${merchant.name}`}</title>
      <link rel="stylesheet" href={STYLE_PATH} />
    </head>
    <body>
      <main>
        {merchant.name !== null && <p class="merchant">{merchant.name}</p>}
        <div class={`card ${tone}`}>
          <h1>{title}</h1>
          {children}
        </div>
        <Support merchant={merchant} />
      </main>
    </body>
  </html>
);

const Support: FC<{ readonly merchant: Merchant }> = ({ merchant }) => {
  if (merchant.support_contact === null) return null;
  const contact = merchant.support_contact;
  const address = contactAddress(contact);
  return (
    <footer>
      Questions? {merchant.name === null ? "Contact" : `Contact ${merchant.name}`}:{" "}
      {address === null ? contact : <a href={address}>{contact}</a>}
    </footer>
  );
};

/** A link for an e-mail address, a telephone number or a web address; null for anything else. */
function contactAddress(contact: string): string | null {
  if (/^[^\s@/:]+@[^\s@/:]+\.[^\s@/:]+$/.test(contact)) return `mailto:${contact}`;
  if (/^\+?[\d ()-]{6,20}$/.test(contact)) return `tel:${contact.replaceAll(/[^\d+]/g, "")}`;
  return webAddress(contact);
}

/** The address when it is http or https, else null: nothing else is ever made a link. */
export function webAddress(text: string | null): string | null {
  if (text === null || !URL.canParse(text)) return null;
  const url = new URL(text);
  return url.protocol === "https:" || url.protocol === "http:" ? url.href : null;
}

/** The whole document as a response. Our pages are never asynchronous. */
export function htmlResponse(
  page: unknown,
  status: number,
  headers: { readonly [name: string]: string } = {},
): Response {
  return new Response(`<!doctype html>${String(page)}`, {
    status,
    headers: { ...PAGE_HEADERS, ...headers },
  });
}
