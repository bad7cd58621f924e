// Removal of one order's personal data, whatever its age (docs/retention.md).

import { Hono } from "hono";
import { isLinkId, isOrderId } from "../domain/ids";
import type { Unfinished } from "../domain/unfinished";
import { toIso } from "../domain/time";
import { requires } from "./auth";
import type { Door } from "./doors";
import { problem } from "./problem";

/** Completes the sentence "Ask again when …". */
const UNTIL: { readonly [reason in Unfinished]: string } = {
  link_open: "the customer can not pay any more (cancel the link, or let it expire)",
  payment_in_flight: "the payment has an end",
  money_held: "the held money was captured or voided",
  refund_pending: "the refund has an end",
  command_open: "the refund, capture or void has an outcome or was decided",
  claim_live: "the delivery is done or its lease is over",
  notification_pending: "your system took the notification, or no more tries are made",
  message_waiting: "the message that waits could be applied",
  order_unsettled: "it is settled which gateway orders belong together, in seconds",
};

export const personalData = new Hono<Door>().delete(
  "/v1/orders/:id/personal-data",
  requires("admin"),
  async (c) => {
    const id = c.req.param("id");
    const named = isOrderId(id) || isLinkId(id);
    const answer = named ? await c.var.doors.orders.forget(id, c.var.principal.name) : null;
    if (answer === null) return problem("order_unknown");
    if (!answer.ok) {
      const { waits_for } = answer.failure;
      return problem("order_not_finished", {
        detail: `Personal data may still be needed. Ask again when ${waits_for.map((reason) => UNTIL[reason]).join(", and ")}.`,
        members: { waits_for },
      });
    }
    const { forgotten_at, ...done } = answer.value;
    // 202: the alarm goes on with what other actors or the ledger still hold.
    const status = done.state === "removed" ? 200 : 202;
    return c.json({ ...done, forgotten_at: toIso(forgotten_at) }, status);
  },
);
