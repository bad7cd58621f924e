// The merchant's events as they were recorded, for a system that pulls instead of being told: ask
// with the last `seq` that you have, until `next_cursor` is null.

import { Hono } from "hono";
import * as z from "zod/mini";
import { listEvents } from "../ledger/events";
import { numbered } from "../ledger/notifications";
import { requires } from "./auth";
import type { Door } from "./doors";
import { parseQuery } from "./input";
import { askLedger } from "./ledger";
import { limit } from "./list-query";

export const eventQuery = z.strictObject({
  after: z._default(
    z.pipe(
      z.string().check(z.regex(/^\d{1,15}$/, "must be the seq of an event")),
      z.transform(Number),
    ),
    0,
  ),
  limit,
});

export const events = new Hono<Door>().get("/v1/events", requires("read"), async (c) => {
  const query = parseQuery(c, eventQuery);
  if (!query.ok) return query.failure.response;
  const { after, limit } = query.value;
  const listed = await askLedger(listEvents(c.var.doors.db, after, limit));
  return c.json({
    data: listed.map(({ seq, id, doc }) => ({ ...numbered(doc, seq), seq, id })),
    // A full page may have more behind it; the value is what `after` takes.
    next_cursor: listed.length === limit ? String(listed.at(-1)?.seq ?? after) : null,
  });
});
