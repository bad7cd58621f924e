// The cron on the real house: settings, D1, actors, the clock. The only file of the cron that reads
// a binding. Does nothing on a wrong setting or on the ledger of another environment.

import { deploymentActor, orderActor, settlementActor } from "../actor/peers";
import { readConfig } from "../config";
import {
  countDueInquiries,
  deferInquiry,
  deferWake,
  dueInquiries,
  overdueWakes,
} from "../ledger/due";
import { pausedHomes } from "../ledger/notifications";
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
  await runCron(expression, openPorts(env));
}

function openPorts(env: Env): CronPorts {
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
    pausedUntil: () => deployment.pausedUntil(),
    pauseUntil: (moment) => deployment.pauseUntil(moment),
    runs: deployment,
    settlements: settlementActor(env),
    now,
    log: (line) => console.log(line),
  };
}
