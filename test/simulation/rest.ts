// The trouble is over and time passes: alarms ring, the cron runs, the shop repeats what it was not answered,
// an operator decides what nobody else can. Then everything must be true (truth.ts).

import { vi } from "vitest";
import { DAY, HOUR, MINUTE, SECOND } from "../../src/domain/schedule";
import { payOut } from "./bank";
import { wrongAfterwards } from "./epilogue";
import { deliverRest } from "./mail";
import { liveOn } from "./rest-days";
import { create } from "./storefronts";
import { calmDown, nameOf, request, type Town } from "./town";
import { untrueAtRest } from "./truth";

/** After each the house is asked whether all is well; most histories are over after the first few. */
const WAITS = [3 * MINUTE, 16 * MINUTE, 2 * HOUR, 7 * HOUR, DAY, 3 * DAY, 6 * DAY];
const LATER = [9 * DAY, 15 * DAY];

/** What is untrue in the end. */
export async function comeToRest(town: Town): Promise<readonly string[]> {
  town.story.push("the trouble is over");
  town.isOver = true;
  await calmDown(town);
  await request(town, "POST", "/v1/money/resume", { reason: "the trouble is over" });
  await request(town, "POST", "/v1/notifications/resume");
  if (town.merchant.post === "comes") await askAnew(town);
  for (const deal of town.deals) if (nameOf(deal) === null) await create(town, deal);
  if (town.merchant.post === "comes") await deliverRest(town);
  await payOut(town);
  await liveOn(town, 2 * SECOND);
  let wrong: readonly string[] = [];
  for (const wait of [...WAITS, ...LATER]) {
    await liveOn(town, wait);
    wrong = await untrueAtRest(town);
    if (wrong.length === 0) return wrongAfterwards(town);
  }
  return wrong;
}

/** A gateway that is itself again can be asked at once. */
async function askAnew(town: Town): Promise<void> {
  for (const deal of town.deals) {
    const id = nameOf(deal);
    if (id === null) continue;
    const heard = await request(town, "POST", `/v1/orders/${id}/refresh`);
    if (heard?.status !== 200) {
      town.broken.push(`order ${deal.n} can not be asked about although the trouble is over`);
    }
  }
}

/** The cron waits between two questions so as not to hurry the gateway; here nobody does. */
export function hurry(): void {
  vi.stubGlobal("scheduler", { wait: async () => undefined });
}
