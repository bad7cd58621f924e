// Who confirmed an order's stage: the gateway's own webhook, or only our question. Nothing is paid with
// null: only the gateway's own words make a stage.

import type { Witness } from "./record";
import type { Stage } from "./stage";

const OF_MONEY: readonly Stage[] = [
  "paid",
  "authorized",
  "part_paid",
  "partially_refunded",
  "refunded",
];

export function verifiedBy(witness: Witness, stage: Stage): "webhook" | "inquiry" | null {
  if (!witness.gateway) return null;
  const byWebhook = OF_MONEY.includes(stage) ? witness.webhook_money : witness.webhook;
  return byWebhook ? "webhook" : "inquiry";
}
