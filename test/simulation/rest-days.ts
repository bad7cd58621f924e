// Days without trouble: alarms ring, the cron runs, the reports are read, and an operator does what nobody else
// can.

import type { Milliseconds } from "../../src/domain/time";
import { pass } from "../actor/house";
import { readReports } from "./bank";
import { decideTruly } from "./decisions";
import { resendDead } from "./news";
import { cron, ringDue } from "./runtime";
import type { Town } from "./town";

/** So much time, with what the platform and the people do in it. */
export async function liveOn(town: Town, wait: Milliseconds): Promise<void> {
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
