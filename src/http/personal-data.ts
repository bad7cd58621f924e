// Removal of one order's personal data, whatever its age (docs/retention.md).

import { Hono } from "hono";
import { isLinkId, isOrderId } from "../domain/ids";
import { toIso } from "../domain/time";
import { requires } from "./auth";
import type { Door } from "./doors";
import { problem } from "./problem";

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
        detail: `Personal data may still be needed: ${waits_for.join(", ")}.`,
        members: { waits_for },
      });
    }
    const { forgotten_at, ...done } = answer.value;
    // 202: the alarm goes on with what other actors or the ledger still hold.
    const status = done.state === "removed" ? 200 : 202;
    return c.json({ ...done, forgotten_at: toIso(forgotten_at) }, status);
  },
);
