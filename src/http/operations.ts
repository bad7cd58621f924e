// How the deployment itself is doing: whether every message is accounted for (law 11), whether it can
// do its work, and a bare sign of life that is open to anybody.

import { Hono } from "hono";
import { accounting } from "../ledger/messages";
import { requires } from "./auth";
import type { Door } from "./doors";
import { healthOf } from "./health";
import { NO_QUERY, parseQuery } from "./input";
import { askLedger } from "./ledger";

export const operations = new Hono<Door>()
  .get("/v1/accounting", requires("read"), async (c) => {
    const query = parseQuery(c, NO_QUERY);
    if (!query.ok) return query.failure.response;
    return c.json(await askLedger(accounting(c.var.doors.db)));
  })
  .get("/v1/health", requires("read"), async (c) => {
    const query = parseQuery(c, NO_QUERY);
    if (!query.ok) return query.failure.response;
    return c.json(await healthOf(c));
  });

/** Open, without details, and alive whatever the settings are. */
export const healthz = new Hono<Door>().get("/healthz", (c) => c.json({ ok: true }));
