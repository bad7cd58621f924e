// The merchant's notifications and how their delivery stands: lists, one with the body that is sent, and what
// a person does when the merchant's system was in trouble: send one again, resume after a pause.

import { Hono } from "hono";
import * as z from "zod/mini";
import { NOTIFICATION_TYPES } from "../domain/causes";
import { DELIVERY_STATES } from "../domain/delivery";
import { toIso } from "../domain/time";
import { appendResumption } from "../ledger/audit";
import {
  findNotification,
  listNotifications,
  type NotificationView,
} from "../ledger/notifications";
import { requires } from "./auth";
import type { Door, DoorContext, Principal } from "./doors";
import { NO_QUERY, parseOptionalBody, parseQuery } from "./input";
import { answerPage, askLedger } from "./ledger";
import { cursor, limit } from "./list-query";
import { problem } from "./problem";
import { readReceiver, receiverSentences } from "./receiver-health";

export const notificationQuery = z.strictObject({
  status: z.optional(z.enum(DELIVERY_STATES, `must be one of ${DELIVERY_STATES.join(", ")}`)),
  type: z.optional(z.enum(NOTIFICATION_TYPES, "must be a type of notification")),
  limit,
  cursor,
});

const NOT_PAUSED = { resumed: false, paused_at: null, paused_by: null };

export const nothing = z.strictObject({});

export const notifications = new Hono<Door>()
  .get("/v1/notifications", requires("read"), async (c) => {
    const query = parseQuery(c, notificationQuery);
    if (!query.ok) return query.failure.response;
    const listed = await askLedger(listNotifications(c.var.doors.db, query.value));
    return answerPage(c, listed, (row) => shownTo(row, c.var.principal));
  })
  .get("/v1/notifications/receiver", requires("read"), async (c) => {
    const query = parseQuery(c, NO_QUERY);
    if (!query.ok) return query.failure.response;
    return c.json(await receiverView(c));
  })
  .get("/v1/notifications/:id", requires("read"), async (c) => {
    const query = parseQuery(c, NO_QUERY);
    if (!query.ok) return query.failure.response;
    const found = await askLedger(findNotification(c.var.doors.db, c.req.param("id")));
    return found === null
      ? problem("notification_unknown")
      : c.json(shownTo(found, c.var.principal));
  })
  .post("/v1/notifications/resume", requires("admin"), async (c) => {
    const body = await parseOptionalBody(c, nothing);
    if (!body.ok) return body.failure.response;
    const { db, receiver, now } = c.var.doors;
    if ((await receiver.readPause()) === null) return c.json(NOT_PAUSED);
    // Written first: nobody lifts a pause without leaving a line.
    await askLedger(appendResumption(db, c.var.principal.name, now()));
    const lifted = await receiver.resumeReceiver();
    return c.json({
      resumed: lifted !== null,
      paused_at: lifted === null ? null : toIso(lifted.paused_at),
      paused_by: lifted?.by ?? null,
    });
  })
  .post("/v1/notifications/:id/resend", requires("admin"), async (c) => {
    const body = await parseOptionalBody(c, nothing);
    if (!body.ok) return body.failure.response;
    const { db, orders } = c.var.doors;
    const found = await askLedger(findNotification(db, c.req.param("id")));
    if (found === null) return problem("notification_unknown");
    const { id, order_id } = found;
    const resent = await orders.resendNotification(order_id, id, c.var.principal.name);
    if (resent.ok) return c.json({ id, status: "waiting" }, 202);
    switch (resent.failure.code) {
      case "notification_unknown":
        return problem("notification_unknown");
      case "notify_not_configured":
        return problem("notify_not_configured", {
          detail: "There is no NOTIFY_URL: GET /v1/events has all notifications to be fetched.",
        });
    }
  });

export interface ReceiverView {
  /** There is a NOTIFY_URL. */
  readonly configured: boolean;
  /** It answered 410 and is told nothing more; null: who keeps that gave no answer. */
  readonly paused: boolean | null;
  readonly since: string | null;
  /** The notification that it answered so. */
  readonly paused_by: string | null;
  readonly detail: string | null;
}

async function receiverView(c: DoorContext): Promise<ReceiverView> {
  const reading = await readReceiver(c);
  const pause = reading?.pause ?? null;
  return {
    configured: c.var.doors.config.notify !== null,
    paused: reading === null ? null : pause !== null,
    since: pause === null ? null : toIso(pause.paused_at),
    paused_by: pause?.by ?? null,
    detail: receiverSentences(reading)[0] ?? null,
  };
}

/** What receivers answered is whatever they wrote, and they know the customer. */
function shownTo<T extends NotificationView>(row: T, { scopes }: Principal): T {
  if (scopes.has("customer")) return row;
  return { ...row, attempts: row.attempts.map((attempt) => ({ ...attempt, answer: null })) };
}
