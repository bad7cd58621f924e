// The cron on the real house: settings, D1, actors, the clock. The only file of the cron that reads
// a binding. Does nothing on a wrong setting or on the ledger of another environment.

import { deploymentActor, orderActor, settlementActor } from "../actor/peers";
import { type Config, readConfig } from "../config";
import { momentsOf } from "../domain/day-moments";
import { unroutedActor } from "../domain/ids";
import { changedOrders, changedTransfers, computeDay, listDays } from "../ledger/days";
import {
  countDueInquiries,
  deferInquiry,
  deferWake,
  dueInquiries,
  overdueWakes,
} from "../ledger/due";
import { pausedHomes } from "../ledger/notifications";
import { listOldOrders } from "../ledger/forget";
import { checkStamp } from "../ledger/stamp";
import { type CronPorts, runCron } from "./index";

export async function runScheduled(expression: string, env: Env): Promise<void> {
  const config = readConfig(env);
  if (!config.ok) {
    console.error(JSON.stringify({ event: "cron_refused", ...config.failure }));
    return;
  }
  const stamp = await checkStamp(env.DB, config.value.environment);
  if (!stamp.ok) {
    console.error(JSON.stringify({ event: "cron_refused", ...stamp.failure }));
    return;
  }
  await runCron(expression, openPorts(env, config.value));
}

function openPorts(env: Env, config: Config): CronPorts {
  const { retention, orders_without_link } = config;
  const zone = config.merchant.time_zone;
  const deployment = deploymentActor(env, "cron");
  const now = () => Date.now();
  return {
    poll: {
      due: (limit) => dueInquiries(env.DB, now(), limit),
      countDue: () => countDueInquiries(env.DB, now()),
      poll: (id, limit) => orderActor(env, id).poll(limit),
      defer: (id, until) => deferInquiry(env.DB, id, until),
      now,
      random: () => Math.random(),
      sleep: (delay) => scheduler.wait(delay),
    },
    watchdog: {
      overdue: (limit) => overdueWakes(env.DB, now(), limit),
      wake: (id) => orderActor(env, id).wake(),
      defer: (id, until) => deferWake(env.DB, id, until),
      now,
    },
    resumption: {
      paused: (limit) => pausedHomes(env.DB, limit),
      resume: (home) => orderActor(env, home).resumeNotifications(),
    },
    days: {
      zone,
      changedOrders: (after, limit) => changedOrders(env.DB, after, limit),
      changedTransfers: (after, limit) => changedTransfers(env.DB, after, limit),
      listComputed: (from, to) => listDays(env.DB, from, to),
      compute: (day, at) => {
        const moments = momentsOf({ from: day, to: day }, zone);
        return computeDay(env.DB, { day, ...moments, at, orders_without_link });
      },
      readWalk: () => deployment.readDayWalk(),
      writeWalk: (walk) => deployment.writeDayWalk(walk),
      now,
    },
    pausedUntil: () => deployment.pausedUntil(),
    pauseUntil: (moment) => deployment.pauseUntil(moment),
    runs: deployment,
    settlements: settlementActor(env),
    retention:
      retention === null
        ? null
        : {
            retention,
            listOld: (after, before, limit) => listOldOrders(env.DB, after, before, limit),
            forgetOld: (id, before) => orderActor(env, id).forgetOld(before),
            forgetMessages: (keeper, before) =>
              orderActor(env, unroutedActor(keeper.toString(16))).forgetMessages(before),
            readWalk: () => deployment.readWalk(),
            writeWalk: (walk) => deployment.writeWalk(walk),
            now,
          },
    now,
    log: (line) => console.log(line),
  };
}
