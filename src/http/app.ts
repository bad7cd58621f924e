// All doors under one roof: every answer gets its request id, a wrong setting keeps everything but
// /healthz shut, a ledger of another environment keeps the API shut, and whatever nobody expected
// becomes a 500 without a word. What a door does stands in the door's own file.

import { Hono, type MiddlewareHandler } from "hono";
import { redact } from "../domain/redact";
import { AccessUnavailable, accessUnavailable } from "./access-problem";
import { attention } from "./attention";
import { audit } from "./audit";
import { callback } from "./callback";
import { commands } from "./commands";
import { connect } from "./connect";
import { discrepancies } from "./discrepancies";
import type { Connect, Door } from "./doors";
import { checkEnvironment } from "./environment";
import { events } from "./events";
import { fulfillment } from "./fulfillment";
import { keys } from "./keys";
import { LedgerUnavailable } from "./ledger";
import { NO_QUERY, parseQuery } from "./input";
import { links } from "./links";
import { logBug, logError } from "./log";
import { messages } from "./messages";
import { noRoute } from "./method-not-allowed";
import { notifications } from "./notifications";
import { money } from "./money";
import { healthz, operations } from "./operations";
import { orderReceipt } from "./order-receipt";
import { orders } from "./orders";
import { assets } from "./pages/assets";
import { parts } from "./parts";
import { personalData } from "./personal-data";
import { problem } from "./problem";
import { receipt } from "./receipt";
import { days } from "./days";
import { reconciliation } from "./reconciliation";
import { search } from "./search";
import { settings } from "./settings";
import { settlementRefresh } from "./settlement-refresh";
import { settlements } from "./settlements";
import { verdicts } from "./verdicts";
import { webhook } from "./webhook";

export function createApp(open: Connect): Hono<Door> {
  const app = new Hono<Door>();
  /** A wrong setting is logged once per isolate, not once per request. */
  let reported: string | null = null;

  app.use(async function nameRequest(c, next) {
    const id = crypto.randomUUID();
    c.set("request_id", id);
    await next();
    c.res.headers.set("x-request-id", id);
    c.res.headers.set("x-content-type-options", "nosniff");
    if (!c.res.headers.has("cache-control")) c.res.headers.set("cache-control", "no-store");
  });

  app.route("/", healthz);

  app.use(async function openDoors(c, next) {
    const doors = open(c.env);
    if (doors.ok) {
      c.set("doors", doors.value);
      return next();
    }
    const { setting, message } = doors.failure;
    if (reported !== message) logError({ event: "setting_invalid", setting, message });
    reported = message;
    return problem("setting_invalid", { detail: message, members: { setting } });
  });

  // The webhook's path never comes near D1, whatever state the ledger is in (law 2).
  app.use("/v1/*", checkEnvironment());
  app.use("/v1/*", refuseQueryOfWrites());

  for (const door of [webhook, callback, receipt, verdicts, links]) app.route("/", door);
  for (const door of [orders, commands, fulfillment, messages, events]) app.route("/", door);
  app.route("/", orderReceipt);
  for (const door of [parts, attention, search]) app.route("/", door);
  for (const door of [settlementRefresh, settlements, reconciliation, days]) app.route("/", door);
  app.route("/", notifications);
  for (const door of [keys, money]) app.route("/", door);
  for (const door of [personalData, settings]) app.route("/", door);
  for (const door of [discrepancies, audit, operations, assets]) app.route("/", door);

  app.notFound(noRoute(app));
  app.onError((error, c) => {
    const { method, path } = c.req;
    if (error instanceof AccessUnavailable) {
      logError({ event: "access_unavailable", request_id: c.var.request_id, asked: "door" });
      return accessUnavailable(error.shown_at);
    }
    const isLedger = error instanceof LedgerUnavailable;
    logBug(error, { request_id: c.var.request_id, method, path: redact(path) });
    return isLedger
      ? problem("ledger_unavailable", { retry_after: 10 })
      : problem("internal_error");
  });
  return app;
}

/** A parameter that nobody reads is a mistake; a request that changes something takes none. */
function refuseQueryOfWrites(): MiddlewareHandler<Door> {
  return async function refuse(c, next) {
    // HEAD is answered by the route of GET, which checks the query itself.
    const reads = ["GET", "HEAD", "OPTIONS"].includes(c.req.method);
    const query = reads ? null : parseQuery(c, NO_QUERY);
    if (query?.ok === false) return query.failure.response;
    return next();
  };
}

export const app = createApp(connect);
