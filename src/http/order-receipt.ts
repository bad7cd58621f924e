// The receipt of an order as the merchant's systems see it: where its page is, whether the customer has
// had it, how its e-mail stands; and the wish to send that e-mail, to nobody but the order's own customer.

import { Hono } from "hono";
import * as z from "zod/mini";
import type { ReceiptFailure, ReceiptStatus } from "../actor/rpc";
import { type Config, publicUrl } from "../config";
import { isLinkId, isOrderId } from "../domain/ids";
import { toIso } from "../domain/time";
import { requires } from "./auth";
import type { Door, DoorContext } from "./doors";
import { NO_QUERY, parseOptionalBody, parseQuery } from "./input";
import { problem } from "./problem";

/** Nothing can be said: the e-mail goes to the order's own customer, and to no other address. */
export const sendSchema = z.strictObject({});

export const orderReceipt = new Hono<Door>()
  .get("/v1/orders/:id/receipt", requires("read"), async (c) => {
    const query = parseQuery(c, NO_QUERY);
    if (!query.ok) return query.failure.response;
    const id = c.req.param("id");
    const status = isNamed(id) ? await c.var.doors.orders.receiptStatus({ id }) : null;
    return status === null ? problem("order_unknown") : c.json(shown(c, status));
  })
  .post("/v1/orders/:id/receipt", requires("fulfill"), async (c) => {
    const id = c.req.param("id");
    if (!isNamed(id)) return problem("order_unknown");
    const body = await parseOptionalBody(c, sendSchema);
    if (!body.ok) return body.failure.response;
    const origin = publicUrl(c.var.doors.config, c.req.url);
    const request = { by: c.var.principal.name, origin };
    const sent = await c.var.doors.orders.sendReceipt({ id }, request);
    if (!sent.ok) return receiptProblem(sent.failure);
    // What is tried again, or nobody knows yet, is not done.
    return c.json(shown(c, sent.value), sent.value.mail?.state === "sent" ? 200 : 202);
  });

function shown(c: DoorContext, status: ReceiptStatus) {
  return receiptJson(status, c.var.doors.config, c.req.url);
}

function receiptJson(status: ReceiptStatus, config: Config, requestUrl: string) {
  const { token, ready, handed_over, mail } = status;
  return {
    receipt_url: `${publicUrl(config, requestUrl)}/receipt/${encodeURIComponent(token)}`,
    ready,
    handed_over: handed_over && { at: toIso(handed_over.at), by: handed_over.by },
    email: mail && {
      state: mail.state,
      at: toIso(mail.since),
      requested_by: mail.by,
      next_try_at: mail.next_at === null ? null : toIso(mail.next_at),
    },
  };
}

export type ReceiptView = ReturnType<typeof receiptJson>;

function receiptProblem(failed: ReceiptFailure): Response {
  switch (failed.code) {
    case "receipt_not_configured":
      return problem("receipt_not_configured", {
        detail: "Set RECEIPT_FROM, and give the deployment the binding EMAIL in wrangler.toml.",
      });
    case "nothing_paid":
      return problem("nothing_paid", {
        detail: "There is no receipt for money that is not there.",
      });
    case "customer_email_unknown":
      return problem("customer_email_unknown");
    case "order_unsettled":
      return problem("order_unsettled", { retry_after: 5 });
    case "order_unknown":
      return problem("order_unknown");
  }
}

function isNamed(id: string): boolean {
  return isOrderId(id) || isLinkId(id);
}
