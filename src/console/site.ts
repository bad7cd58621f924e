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
import { discrepancies } from "./pages/discrepancies";
import { link } from "./pages/link";
import { links } from "./pages/links";
import { newLink } from "./pages/new-link";
import { order } from "./pages/order";
import { message } from "./pages/message";
import { messages } from "./pages/messages";
import { notification } from "./pages/notification";
import { notifications } from "./pages/notifications";
import { refusedMessages } from "./pages/refused-messages";
import { orders } from "./pages/orders";
import { reconciliation } from "./pages/reconciliation";
import { resolveDiscrepancy } from "./pages/resolve-discrepancy";
import { settlement } from "./pages/settlement";
import { settlements } from "./pages/settlements";
import { captureMany } from "./pages/capture-many";
import { decide } from "./pages/decide";
import { capture, release } from "./pages/hold";
import { linkCancel, linkNotify, linkReplace } from "./pages/link-actions";
import { refund } from "./pages/refund";
import { audit } from "./pages/audit";
import { health } from "./pages/health";
import { keys } from "./pages/keys";
import { moneySwitch } from "./pages/money-switch";
import { settings } from "./pages/settings";
import { signIn, signOut } from "./pages/sign-in";
import { today } from "./pages/today";
import { uncaptured } from "./pages/uncaptured";
import { brokenPage, nowherePage, strangeFormPage, unsurePage } from "./pages/notices";
import { invitation } from "./pages/invitation";
import { people } from "./pages/people";
import { personChanges } from "./pages/person";
import { wrongSettingPage } from "./pages/refusals";
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
  for (const pages of [signOut, today, orders, order]) site.route("/", pages);
  for (const pages of [settlements, settlement]) site.route("/", pages);
  for (const pages of [discrepancies, resolveDiscrepancy, reconciliation]) site.route("/", pages);
  for (const pages of [refund, capture, release, decide]) site.route("/", pages);
  for (const pages of [linkCancel, linkNotify, linkReplace, uncaptured, captureMany])
    site.route("/", pages);
  for (const pages of [links, newLink, link]) site.route("/", pages);
  for (const pages of [settings, health, keys, moneySwitch, audit]) site.route("/", pages);
  for (const pages of [notifications, notification]) site.route("/", pages);
  for (const pages of [messages, refusedMessages, message]) site.route("/", pages);
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
