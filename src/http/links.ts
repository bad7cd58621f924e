// Payment links: made through the gateway from their own actor, taken over, followed, cancelled, sent
// again. A repeated POST /v1/links with the same body answers 201 with the same link and token, as
// often as it is sent; another body under the same reference is 409.

import { Hono } from "hono";
import * as z from "zod/mini";
import type { LinkResult } from "../actor/rpc";
import { publicUrl } from "../config";
import { isLinkId, isOrderId, isReference } from "../domain/ids";
import { listLinks } from "../ledger/orders";
import { requires } from "./auth";
import { idempotencyKey } from "./command-schema";
import type { Door, DoorContext } from "./doors";
import { failureProblem } from "./failure";
import { bodyProblem, NO_QUERY, parseBody, parseOptionalBody, parseQuery } from "./input";
import { answerPage, askLedger } from "./ledger";
import { linkJson, listedLinkJson } from "./link-json";
import { linkRequest, linkSchema, replaceSchema } from "./link-schema";
import { millisecondsOf } from "../domain/time";
import { linkQuery } from "./list-query";
import { problem } from "./problem";

const REFRESH_LIMIT_MS = 10_000;

export const track = z.strictObject({
  payment_link_id: z.optional(
    z.string().check(z.refine(isLinkId, "must be a payment_link_id of the gateway")),
  ),
  merchant_payment_link_reference: z.optional(
    z.string().check(z.refine(isReference, "must have 1 to 50 of the characters A-Z a-z 0-9 - _")),
  ),
});

export const links = new Hono<Door>()
  .post("/v1/links", requires("links"), async (c) => {
    const body = await parseBody(c, linkSchema(c.var.doors.now()));
    if (!body.ok) return body.failure.response;
    const { config, orders } = c.var.doors;
    const made = await orders.createLink(linkRequest(body.value), publicUrl(config, c.req.url));
    if (made.ok) {
      c.header("location", `/v1/links/${encodeURIComponent(made.value.link.payment_link_id)}`);
    }
    return answerLink(c, made, 201);
  })
  .post("/v1/links/track", requires("links"), async (c) => {
    const body = await parseBody(c, track);
    if (!body.ok) return body.failure.response;
    const { payment_link_id, merchant_payment_link_reference: reference } = body.value;
    if ((payment_link_id === undefined) === (reference === undefined)) {
      return bodyProblem("", "must have one of payment_link_id, merchant_payment_link_reference");
    }
    const key =
      payment_link_id === undefined ? { reference: reference ?? "" } : { payment_link_id };
    const tracked = await c.var.doors.orders.trackLink(key);
    return !tracked.ok && tracked.failure.code === "link_unknown"
      ? problem("link_unknown", { detail: "The gateway knows no such link." })
      : answerLink(c, tracked, 200);
  })
  .get("/v1/links", requires("read"), async (c) => {
    const query = parseQuery(c, linkQuery);
    if (!query.ok) return query.failure.response;
    const listed = await askLedger(listLinks(c.var.doors.db, query.value));
    return answerPage(c, listed, listedLinkJson);
  })
  .get("/v1/links/:id", requires("read"), async (c) => {
    const query = parseQuery(c, NO_QUERY);
    if (!query.ok) return query.failure.response;
    const id = c.req.param("id");
    if (!isNamed(id)) return problem("link_unknown");
    return answerLink(c, await c.var.doors.orders.findLink({ id }), 200);
  })
  .post("/v1/links/:id/refresh", requires("read"), async (c) => {
    const id = c.req.param("id");
    if (!isNamed(id)) return problem("link_unknown");
    const asked = await c.var.doors.orders.inquire({ id }, REFRESH_LIMIT_MS);
    if (!asked.ok) {
      return asked.failure.code === "order_unknown"
        ? problem("link_unknown", { detail: "Neither we nor the gateway know this link." })
        : failureProblem(asked.failure, "link");
    }
    return answerLink(c, await c.var.doors.orders.findLink({ id }), 200);
  })
  .post("/v1/links/:id/cancel", requires("links"), async (c) => {
    const id = c.req.param("id");
    if (!isNamed(id)) return problem("link_unknown");
    return answerLink(c, await c.var.doors.orders.cancelLink({ id }), 200);
  })
  .post("/v1/links/:id/notify", requires("links"), async (c) => {
    const id = c.req.param("id");
    if (!isNamed(id)) return problem("link_unknown");
    const once = idempotencyKey(c.req.header("idempotency-key"));
    if (!once.ok) return once.failure.response;
    return answerLink(c, await c.var.doors.orders.notifyLink({ id }, once.value), 200);
  })
  .post("/v1/links/:id/replace", requires("links"), async (c) => {
    const id = c.req.param("id");
    if (!isNamed(id)) return problem("link_unknown");
    const body = await parseOptionalBody(c, replaceSchema(c.var.doors.now()));
    if (!body.ok) return body.failure.response;
    const { config, orders } = c.var.doors;
    const expire_by = millisecondsOf(body.value.expire_by);
    const origin = publicUrl(config, c.req.url);
    const replaced = await orders.replaceLink({ id, expire_by, origin });
    if (!replaced.ok) return failureProblem(replaced.failure, "link");
    c.header("location", `/v1/links/${encodeURIComponent(replaced.value.link.payment_link_id)}`);
    return answerLink(c, replaced, 201);
  });

/** A link is found by its own id or by an order's that it collects for. */
function isNamed(id: string): boolean {
  return isLinkId(id) || isOrderId(id);
}

function answerLink(c: DoorContext, result: LinkResult, status: 200 | 201): Response {
  if (!result.ok) return failureProblem(result.failure, "link");
  return c.json(linkJson(result.value, c.var.doors.config, c.req.url), status);
}
