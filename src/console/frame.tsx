// The frame of every page of the console and the headers it is sent with: scripts and styles from our own
// address only, no inline script or style, in nobody's frame, kept by no cache.

import type { Child, FC } from "hono/jsx";
import type { ConsoleContext, Here } from "./door";
import { CSRF_FIELD } from "./form";
import { renderFor } from "./here";
import { SAID, type Section, SECTIONS } from "./sections";

const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "style-src 'self'",
  "script-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

const PAGE_HEADERS = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy": CONTENT_SECURITY_POLICY,
  "cache-control": "no-store",
  "referrer-policy": "same-origin",
  "x-frame-options": "DENY",
} as const;

export interface PageOptions {
  readonly title: string;
  /** Which part of the console it belongs to; null: none. */
  readonly section: Section | null;
  readonly status?: number;
  readonly headers?: { readonly [name: string]: string };
  /** The page's ETag: the script asks for it again and shows what changed (an order's page). */
  readonly live?: string;
}

/** A whole page for who is signed in. */
export function page(c: ConsoleContext, options: PageOptions, body: Child): Response {
  const { here } = c.var;
  const word = c.req.query("said") ?? "";
  const said = Object.hasOwn(SAID, word) ? SAID[word] : undefined;
  const whole = (
    <Document title={options.title}>
      <Banner environment={here.environment} />
      <Header here={here} section={options.section} />
      <main id="main" data-live={options.live}>
        {said !== undefined && (
          <p class="notice good" role="status">
            {said}
          </p>
        )}
        {body}
      </main>
      {options.live !== undefined && <p id="live" class="live" role="status"></p>}
    </Document>
  );
  const tag = options.live === undefined ? {} : { etag: options.live };
  const text = renderFor(here, whole);
  return htmlResponse(text, options.status ?? 200, { ...tag, ...options.headers });
}

/** A page for whoever comes: nobody is signed in, or nobody can be. */
export function openPage(
  c: ConsoleContext,
  { title, status }: { readonly title: string; readonly status: number },
  body: Child,
): Response {
  const { config } = c.var.doors;
  const whole = (
    <Document title={title}>
      <Banner environment={config.environment} />
      <main id="main" class="narrow">
        <p class="brand">Chukta{config.merchant.name !== null && ` · ${config.merchant.name}`}</p>
        {body}
      </main>
    </Document>
  );
  return htmlResponse(renderFor(null, whole), status);
}

export function htmlResponse(
  whole: string,
  status: number,
  headers: { readonly [name: string]: string } = {},
): Response {
  return new Response(`<!doctype html>${whole}`, {
    status,
    headers: { ...PAGE_HEADERS, ...headers },
  });
}

export const Document: FC<{ readonly title: string; readonly children?: Child }> = ({
  title,
  children,
}) => (
  <html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="robots" content="noindex, nofollow" />
      <title>{`${title} – Chukta`}</title>
      <link rel="stylesheet" href="/console/console.css" />
      <script type="module" src="/console/console.js"></script>
    </head>
    <body>
      <a class="skip" href="#main">
        Skip to the content
      </a>
      {children}
    </body>
  </html>
);

/** Real money is not marked; everything else is, on every page. */
const Banner: FC<{ readonly environment: Here["environment"] }> = ({ environment }) => {
  if (environment === "production") return null;
  return (
    <p class={`banner ${environment}`}>
      {environment === "uat"
        ? "UAT: the gateway's test environment. No real money moves here."
        : "Sandbox: a pretended gateway on this machine. No real money moves here."}
    </p>
  );
};

const Header: FC<{ readonly here: Here; readonly section: Section | null }> = ({
  here,
  section,
}) => (
  <header class="top">
    <p class="brand">
      <a href="/console">Chukta</a>
      {here.merchant !== null && <span class="merchant">{here.merchant}</span>}
    </p>
    <form class="find" role="search" action="/console/orders" method="get">
      <label class="hidden" for="find">
        Find an order
      </label>
      <input
        id="find"
        name="q"
        type="search"
        placeholder="Reference, RRN, phone, e-mail…"
        maxlength={200}
      />
      <button class="quiet">Find</button>
    </form>
    <div class="who">
      <a href="/console/settings/you">{here.operator.name}</a>
      <form method="post" action="/console/sign-out">
        <input type="hidden" name={CSRF_FIELD} value={here.csrf} />
        <button class="link">Sign out</button>
      </form>
    </div>
    <nav aria-label="Console">
      <ul>
        {SECTIONS.map(({ section: one, label, href }) => (
          <li>
            <a href={href} aria-current={one === section ? "page" : undefined}>
              {label}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  </header>
);
