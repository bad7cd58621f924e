// The receipt of an order that was paid, for whoever holds the receipt's own token. It shows what the
// gateway's own words say and nothing about the customer; it asks nobody, and it is no tax invoice.

import { Hono } from "hono";
import { parseToken } from "../domain/ids";
import { receiptOf } from "../domain/receipt";
import { withTimeLimit } from "../actor/time-limit";
import { ANSWER_LIMIT_MS, isAdmitted, notice, tooMany } from "./callback";
import type { Door } from "./doors";
import { logBug } from "./log";
import { htmlResponse } from "./pages/layout";
import { CAN_NOT_LOOK, NO_RECEIPT_YET, UNKNOWN_RECEIPT } from "./pages/notice-page";
import { ReceiptPage } from "./pages/receipt-page";

export const receipt = new Hono<Door>().get("/receipt/:token", async (c) => {
  const token = c.req.param("token");
  const address = `/receipt/${encodeURIComponent(token)}`;
  if (!(await isAdmitted(c))) return tooMany(c, address);
  if (parseToken(token) === null) return notice(c, UNKNOWN_RECEIPT, 404);
  const { orders, config } = c.var.doors;
  const order = await withTimeLimit(orders.find({ receipt: token }), ANSWER_LIMIT_MS).catch(
    (error: unknown) => {
      logBug(error, { door: "receipt", request_id: c.var.request_id });
      return "no_answer" as const;
    },
  );
  if (order === "no_answer") return notice(c, CAN_NOT_LOOK, 503, address);
  if (order === null) return notice(c, UNKNOWN_RECEIPT, 404);
  const shown = receiptOf(order, config.merchant.time_zone);
  if (shown === null) return notice(c, NO_RECEIPT_YET, 200, address);
  return htmlResponse(<ReceiptPage receipt={shown} merchant={config.merchant} />, 200);
});
