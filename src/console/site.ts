// The console under one roof: who may pass, which page is where, and what is shown when nobody expected it.

import { Hono } from "hono";
import { csrf } from "hono/csrf";
import { HTTPException } from "hono/http-exception";
import { publicUrl } from "../config";
import { AccessUnavailable } from "../http/access-problem";
import { app } from "../http/app";
import { connect } from "../http/connect";
import type { Connect, Door } from "../http/doors";
import { LedgerUnavailable } from "../http/ledger";
import { logBug, logError } from "../http/log";
import type { ConsoleContext, ConsoleDoor } from "./door";
import { brokenPage, nowherePage, strangeFormPage, unsurePage } from "./pages/notices";
import { invitation } from "./pages/invitation";
import { orders } from "./pages/orders";
import { people } from "./pages/people";
import { personChanges } from "./pages/person";
import { wrongSettingPage } from "./pages/refusals";
import { signIn, signOut } from "./pages/sign-in";
import { today } from "./pages/today";
import { you } from "./pages/you";
import { needsOwnForm, needsSession, readsIdentity } from "./session";

/** `api`: what pages ask; the same app that answers the outside world. */
export function createConsole(api: Hono<Door>, open: Connect): Hono<ConsoleDoor> {
  const site = new Hono<ConsoleDoor>();
  /** A wrong setting is logged once per isolate, not once per request. */
  let reported: string | null = null;

  site.use(async function openDoors(c, next) {
    c.set("request_id", crypto.randomUUID());
    const doors = open(c.env);
    if (!doors.ok) {
      const { setting, message } = doors.failure;
      if (reported !== message) logError({ event: "setting_invalid", setting, message });
      reported = message;
      return wrongSettingPage(setting, message);
    }
    c.set("doors", doors.value);
    await next();
    c.res.headers.set("x-request-id", c.var.request_id);
    c.res.headers.set("x-content-type-options", "nosniff");
    return undefined;
  });

  // A form of another site is refused before anything of it is read; tokens follow (session.ts).
  site.use(csrf({ origin: (origin, c: ConsoleContext) => isOurs(origin, c) }));

  site.use(readsIdentity);
  for (const pages of [signIn, invitation]) site.route("/", pages);
  site.use(needsSession(api));
  site.use(needsOwnForm);
  for (const pages of [signOut, today, orders]) site.route("/", pages);
  for (const pages of [people, personChanges, you]) site.route("/", pages);

  site.notFound((c) => nowherePage(c));
  site.onError((error, c) => {
    // Only what guards forms throws one.
    if (error instanceof HTTPException) return strangeFormPage(c);
    const isWaiting = error instanceof AccessUnavailable || error instanceof LedgerUnavailable;
    logBug(error, { request_id: c.var.request_id, method: c.req.method, path: "/console" });
    const isUnsure = error instanceof AccessUnavailable && error.shown_at !== null;
    return isUnsure ? unsurePage(c) : brokenPage(c, isWaiting ? 503 : 500);
  });
  return site;
}

function isOurs(origin: string, c: ConsoleContext): boolean {
  return (
    origin === publicUrl(c.var.doors.config, c.req.url) || origin === new URL(c.req.url).origin
  );
}

export const site = createConsole(app, connect);
