// The receipt of an order that was paid, for whoever holds the receipt's own token. It shows what the
// gateway's own words say and nothing about the customer; it asks nobody, and it is no tax invoice. Whoever
// opens it the first time has been handed the receipt.

import { Hono } from "hono";
import { parseReceiptToken } from "../domain/ids";
import { receiptOf } from "../domain/receipt";
import { withTimeLimit } from "../actor/time-limit";
import { ANSWER_LIMIT_MS, notice, tooMany } from "./callback";
import type { Door, DoorContext } from "./doors";
import { logBug } from "./log";
import { htmlResponse } from "./pages/layout";
import { CAN_NOT_LOOK, NO_RECEIPT_YET, UNKNOWN_RECEIPT } from "./pages/notice-page";
import { ReceiptPage } from "./pages/receipt-page";
import { addressOf, isWithin } from "./rate-limit";

/** How long the page waits to have itself noted. */
const NOTE_LIMIT_MS = 2_000;

export const receipt = new Hono<Door>().get("/receipt/:token", async (c) => {
  const token = c.req.param("token");
  const address = `/receipt/${encodeURIComponent(token)}`;
  if (parseReceiptToken(token) === null) return notice(c, UNKNOWN_RECEIPT, 404);
  const { orders, config, limits } = c.var.doors;
  const isAdmitted = await isWithin(c, limits.receiptPerAddress(addressOf(c)));
  if (!isAdmitted) return tooMany(c, address);
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
  if (shown.whole && isOpening(c)) await noteOpened(c, token);
  return htmlResponse(<ReceiptPage receipt={shown} merchant={config.merchant} />, 200);
});

/** Not a browser that fetches the page in case it is wanted, nor one that asks whether it is there. */
function isOpening(c: DoorContext): boolean {
  const purpose = c.req.header("sec-purpose") ?? c.req.header("purpose") ?? "";
  return c.req.method === "GET" && !/prefetch|prerender|preview/i.test(purpose);
}

/** The receipt is handed over. Should that not be noted, the customer sees the page all the same. */
async function noteOpened(c: DoorContext, token: string): Promise<void> {
  try {
    const noted = c.var.doors.orders.noteReceiptOpened({ receipt: token });
    await withTimeLimit(noted, NOTE_LIMIT_MS);
  } catch (error) {
    logBug(error, { door: "receipt", request_id: c.var.request_id });
  }
}
