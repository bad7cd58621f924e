// Something of everything that the console shows, made as it comes about: orders that are paid, held, refunded
// and waited for, a transfer to the bank with a discrepancy, messages kept and refused.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { execPath } from "node:process";
import { setTimeout as wait } from "node:timers/promises";
import { root } from "../../scripts/tool.mjs";
import type { Things } from "../console/pages";
import type { Chukta, MadeLink } from "./chukta";

const LIMIT_MS = 60_000;

/** Asked again until it is there: in hooks, where a test's own polling can not be used. */
async function until<T>(what: string, find: () => Promise<T | undefined>): Promise<T> {
  const end = Date.now() + LIMIT_MS;
  while (Date.now() < end) {
    const found = await find();
    if (found !== undefined) return found;
    await wait(200);
  }
  throw new Error(`There is no ${what}.`);
}

async function newest<T>(chukta: Chukta, path: string): Promise<T> {
  return until(path, async () => {
    const { data } = await chukta.api<{ readonly data: readonly T[] }>("GET", path);
    return data[0];
  });
}

async function pay(chukta: Chukta, made: MadeLink, stage: "paid" | "authorized"): Promise<void> {
  const action = stage === "paid" ? "pay" : "authorize";
  await chukta.gateway("POST", `/links/${made.link_id}/${action}`, {});
  await until(`${stage} order`, async () => {
    const order = await chukta.order(made.order_id);
    return order.stage === stage ? order : undefined;
  });
}

async function settle(chukta: Chukta): Promise<void> {
  await chukta.gateway("POST", "/settlements", {});
  await chukta.api("POST", "/v1/settlements/refresh", {});
}

/** A month of business before it all (`npm run sandbox:month` against this one). */
export async function liveMonth(chukta: Chukta, orders: string): Promise<void> {
  const { port } = new URL(chukta.origin);
  const script = join(root, "scripts", "sandbox-month.mjs");
  const args = [script, `--port=${port}`, `--orders=${orders}`];
  const child = spawn(execPath, args, { stdio: ["ignore", "inherit", "inherit"] });
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0) throw new Error("The month did not come out right.");
}

/** As long as the gateway takes them, in letters that no line can be broken between. */
const LONG = { description: "W".repeat(240), merchant_payment_link_reference: "W".repeat(50) };

/** All but the person, whom somebody invites in the console. */
export async function makeThings(chukta: Chukta): Promise<Omit<Things, "person_id">> {
  const unpaid = await chukta.createLink(LONG);
  const held = await chukta.createLink({ pre_auth: true });
  await pay(chukta, held, "authorized");
  const disputed = await chukta.createLink();
  await pay(chukta, disputed, "paid");
  await settle(chukta);
  const [payment] = (await chukta.order(disputed.order_id)).payments;
  await chukta.gateway("POST", "/chargebacks", { payment_id: payment?.id });
  const bought = await chukta.createLink();
  await pay(chukta, bought, "paid");
  await chukta.api("POST", `/v1/orders/${bought.order_id}/refunds`, {
    merchant_refund_reference: "things-1",
    amount: { value: 50_000, currency: "INR" },
  });
  await settle(chukta);
  await fetch(`${chukta.origin}/webhooks/pinelabs`, { method: "POST", body: "{}" });
  const { utr } = await newest<{ readonly utr: string }>(chukta, "/v1/settlements");
  const discrepancy = await newest<{ readonly id: string }>(chukta, "/v1/discrepancies");
  const message = await newest<{ readonly webhook_id: string }>(chukta, "/v1/messages");
  const notification = await newest<{ readonly id: string }>(chukta, "/v1/notifications");
  const key = await chukta.api<{ readonly id: string }>("POST", "/v1/keys", {
    name: "Storefront",
    scopes: ["read"],
  });
  return {
    order_id: bought.order_id,
    held_id: held.order_id,
    unpaid_id: unpaid.order_id,
    key_id: key.id,
    payment_link_id: bought.link_id,
    webhook_id: message.webhook_id,
    notification_id: notification.id,
    utr,
    discrepancy_id: discrepancy.id,
  };
}
