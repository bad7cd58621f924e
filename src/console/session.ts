// Who is signed in: the cookie that says so, and the middlewares that every page but the open ones stands
// behind. The cookie holds the session's secret under our signature, so that a made-up one costs no question;
// whether the session still stands is asked each time, so that who is shown out is out.

import type { Hono, MiddlewareHandler } from "hono";
import { deleteCookie, getSignedCookie, setSignedCookie } from "hono/cookie";
import type { From, OpenedSession, Session } from "../actor/people-rpc";
import { publicUrl } from "../config";
import { roughDevice } from "../domain/device";
import { type Operator, SCOPES_OF } from "../domain/people";
import type { Scope } from "../domain/scopes";
import { askAccess } from "../http/access-problem";
import { networkOf } from "../http/connect";
import { sameSecret } from "../http/constant-time";
import type { Door } from "../http/doors";
import { identityOf, TOKEN_HEADER } from "./access-token";
import { openApi } from "./api";
import type { ConsoleContext, ConsoleDoor } from "./door";
import { CSRF_FIELD, csrfToken, readForm } from "./form";
import { endedPage, shutPage, strangeFormPage } from "./pages/notices";
import { unbelievedPage, uninvitedPage } from "./pages/refusals";
import { forbiddenPage } from "./refused";

export const SIGN_IN = "/console/sign-in";

/** A live order's page asks with this; it is told that the session ended and shows it. */
export const POLL_HEADER = "x-console-poll";

/** Whom Cloudflare Access names, before anything else: a token that can not be believed opens no page at all. */
export const readsIdentity: MiddlewareHandler<ConsoleDoor> = async function readIdentity(c, next) {
  const { config, now } = c.var.doors;
  const token = c.req.header(TOKEN_HEADER);
  c.set("identity", null);
  if (config.access === null || token === undefined) return next();
  const identity = await identityOf(token, config.access, now());
  if (!identity.ok) return unbelievedPage(c, identity.failure);
  c.set("identity", identity.value);
  return next();
};

/** Lets a request pass whose session stands; sends everybody else to sign in, and then back here. */
export function needsSession(app: Hono<Door>): MiddlewareHandler<ConsoleDoor> {
  return async function checkSession(c, next) {
    const { config } = c.var.doors;
    const { session_secret } = config.console;
    if (session_secret === null) return shutPage(c);
    const secret = await readCookie(c, session_secret);
    const session = secret === null ? null : await findSession(c, secret);
    if (secret !== null && session !== null) {
      await enter(c, app, { secret, operator: session.operator, session_secret });
      return next();
    }
    // Who comes through Access is let in when they ask for a page, and by no form or page of before.
    const isPage = c.req.method !== "POST" && !isPoll(c);
    if (c.var.identity === null || !isPage) return sendToSignIn(c);
    const asked = { ...fromOf(c), identity: c.var.identity };
    const opened = await askAccess(c.var.doors.people.signInByAccess(asked));
    if (!opened.ok) return uninvitedPage(c, c.var.identity);
    const own = await findSession(c, opened.value.secret);
    if (own === null) return sendToSignIn(c);
    await enter(c, app, { secret: opened.value.secret, operator: own.operator, session_secret });
    await next();
    return writeCookie(c, session_secret, opened.value);
  };
}

async function findSession(c: ConsoleContext, secret: string): Promise<Session | null> {
  const { identity, doors } = c.var;
  return askAccess(doors.people.readSession(secret, { identity, isUse: !isPoll(c) }));
}

/** A page that is open asks by itself; whoever opened it may be gone. */
function isPoll(c: ConsoleContext): boolean {
  return c.req.header(POLL_HEADER) !== undefined;
}

/** What every page has at hand from here on. */
async function enter(
  c: ConsoleContext,
  app: Hono<Door>,
  {
    secret,
    operator,
    session_secret,
  }: { readonly secret: string; readonly operator: Operator; readonly session_secret: string },
): Promise<void> {
  const { config, now } = c.var.doors;
  const url = new URL(c.req.url);
  c.set("secret", secret);
  c.set("here", {
    operator,
    scopes: new Set(SCOPES_OF[operator.role]),
    csrf: await csrfToken(session_secret, secret),
    now: now(),
    zone: config.merchant.time_zone,
    environment: config.environment,
    merchant: config.merchant.name,
    address: url.pathname + url.search,
  });
  const origin = publicUrl(config, c.req.url);
  const address = c.req.header("cf-connecting-ip") ?? null;
  const asking = { operator, env: c.env, ctx: contextOf(c), origin, address };
  c.set("api", openApi(app, { ...asking, isPoll: isPoll(c) }));
}

/** Pages that are only for some: for the others they say so. */
export function needsScope(scope: Scope): MiddlewareHandler<ConsoleDoor> {
  return async function checkScope(c, next) {
    return c.var.here.scopes.has(scope) ? next() : forbiddenPage(c, "settings");
  };
}

/** Where a session is opened: for its owner's list, and for counting tries. */
export function fromOf(c: ConsoleContext): From {
  return {
    network: networkOf(c.req.header("cf-connecting-ip") ?? "unknown"),
    device: roughDevice(c.req.header("user-agent") ?? ""),
    identity: c.var.identity,
  };
}

/** A POST is a form of this session's own pages, or nothing happens. */
export const needsOwnForm: MiddlewareHandler<ConsoleDoor> = async function checkForm(c, next) {
  if (c.req.method !== "POST") return next();
  const form = await readForm(c.req.raw);
  if (form === null || !(await sameSecret(form.text(CSRF_FIELD), c.var.here.csrf))) {
    return strangeFormPage(c);
  }
  c.set("form", form);
  return next();
};

/** A form of a session that is over did nothing, and says so once one is signed in again. */
function sendToSignIn(c: ConsoleContext): Response {
  if (isPoll(c)) return c.body(null, 401);
  if (c.req.method === "POST") return endedPage(c, signInFor(pageOfForm(c)));
  const { pathname, search } = new URL(c.req.url);
  return c.redirect(signInFor(pathname + search), 303);
}

/** Signing in leads on to this address of ours. */
function signInFor(address: string): string {
  return address === "/console" ? SIGN_IN : `${SIGN_IN}?to=${encodeURIComponent(address)}`;
}

/** Where the form stood that was sent; a browser that does not say it begins at the first page. */
function pageOfForm(c: ConsoleContext): string {
  const referer = c.req.header("referer") ?? "";
  const page = URL.canParse(referer) ? new URL(referer) : null;
  return page === null ? "/console" : ownAddress(page.pathname + page.search);
}

/** Where to go after signing in: an address of ours, or the first page. */
export function ownAddress(text: string): string {
  return /^\/console(?:[/?][\x21-\x7e]*)?$/.test(text) && !text.startsWith(SIGN_IN)
    ? text
    : "/console";
}

export async function readCookie(
  c: ConsoleContext,
  session_secret: string,
): Promise<string | null> {
  const found = await getSignedCookie(c, session_secret, cookieName(c));
  return typeof found === "string" ? found : null;
}

/** The cookie of a session that was opened just now; the one that the browser had before ends. */
export async function replaceSession(c: ConsoleContext, opened: OpenedSession): Promise<void> {
  const { config, people } = c.var.doors;
  const session_secret = config.console.session_secret ?? "";
  const before = await readCookie(c, session_secret);
  if (before !== null) await askAccess(people.endSession(before));
  await writeCookie(c, session_secret, opened);
}

async function writeCookie(
  c: ConsoleContext,
  session_secret: string,
  { secret, expires_at }: { readonly secret: string; readonly expires_at: number },
): Promise<void> {
  await setSignedCookie(c, cookieName(c), secret, session_secret, {
    path: "/",
    httpOnly: true,
    secure: isSecure(c),
    sameSite: "Lax",
    expires: new Date(expires_at),
  });
}

export function dropCookie(c: ConsoleContext): void {
  deleteCookie(c, cookieName(c), { path: "/", secure: isSecure(c) });
}

/** Plain http is spoken on a developer's own machine only. */
function isSecure(c: ConsoleContext): boolean {
  return publicUrl(c.var.doors.config, c.req.url).startsWith("https:");
}

/** With the prefix, no other host and no plain page can have set it (RFC 6265bis). */
function cookieName(c: ConsoleContext): string {
  return isSecure(c) ? "__Host-chukta" : "chukta";
}

/** Tests ask without one. */
function contextOf(c: ConsoleContext): ExecutionContext {
  try {
    return c.executionCtx as ExecutionContext;
  } catch {
    return { waitUntil: () => {}, passThroughOnException: () => {} } as unknown as ExecutionContext;
  }
}
