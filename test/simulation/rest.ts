// The trouble is over and time passes: alarms ring, the cron runs, the shop repeats what it was not answered,
// an operator decides what nobody else can. Then everything must be true (truth.ts).

import { vi } from "vitest";
import { DAY, HOUR, MINUTE, SECOND } from "../../src/domain/schedule";
import { pass } from "../actor/house";
import { payOut, readReports } from "./bank";
import { decideTruly } from "./decisions";
import { resendDead } from "./news";
import { deliverRest } from "./mail";
import { cron, ringDue } from "./runtime";
import { create } from "./storefronts";
import { calmDown, nameOf, request, type Town } from "./town";
import { untrueAtRest } from "./truth";

/** After each the house is asked whether all is well; most histories are over after the first few. */
const WAITS = [2 * SECOND, 3 * MINUTE, 16 * MINUTE, 2 * HOUR, 7 * HOUR, DAY, 3 * DAY, 6 * DAY];
const LATER = [9 * DAY, 15 * DAY];

/** What is untrue in the end. */
export async function comeToRest(town: Town): Promise<readonly string[]> {
  town.story.push("— the trouble is over");
  await calmDown(town);
  await request(town, "POST", "/v1/money/resume", { reason: "the trouble is over" });
  await request(town, "POST", "/v1/notifications/resume");
  if (town.merchant.post === "comes") await askAnew(town);
  for (const deal of town.deals) if (nameOf(deal) === null) await create(town, deal);
  if (town.merchant.post === "comes") await deliverRest(town);
  await payOut(town);
  let wrong: readonly string[] = [];
  for (const wait of [...WAITS, ...LATER]) {
    await live(town, wait);
    wrong = await untrueAtRest(town);
    if (wrong.length === 0) return [];
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

/** So much time, with what the platform and the people do in it. */
async function live(town: Town, wait: number): Promise<void> {
  pass(wait);
  await quieten();
  await cron("* * * * *");
  await readReports(town);
  await resendDead(town);
  for (const deal of town.deals) await decideTruly(town, deal);
  await quieten();
}

/** Rings until nothing is due any more, some seconds of the clock between two rounds. */
async function quieten(): Promise<void> {
  for (let round = 0; round < 8; round += 1) {
    if (!(await ringDue())) {
      pass(1_500);
      if (!(await ringDue())) return;
    }
    pass(2_000);
  }
}

/** The cron waits between two questions so as not to hurry the gateway; here nobody does. */
export function hurry(): void {
  vi.stubGlobal("scheduler", { wait: async () => undefined });
}
