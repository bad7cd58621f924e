// The doors on the real house: settings, actors, D1, rate limits, the clock. The only file of the
// doors that reads a binding.

import { Orders } from "../actor/orders";
import { deploymentActor } from "../actor/peers";
import { readConfig } from "../config";
import { success } from "../domain/result";
import { findHomeByReference } from "../ledger/orders";
import type { Connect } from "./doors";
import { askLedger } from "./ledger";

export const connect: Connect = function connect(env) {
  const config = readConfig(env);
  if (!config.ok) return config;
  return success({
    config: config.value,
    orders: new Orders(env, (reference) => askLedger(findHomeByReference(env.DB, reference))),
    db: env.DB,
    refusals: deploymentActor(env, "door"),
    deployment: {
      checkCredentials: () => deploymentActor(env, "gateway").checkCredentials(),
      lastRuns: () => deploymentActor(env, "cron").lastRuns(),
    },
    limits: {
      callbackPerAddress: (address) => admits(env.CALLBACK_PER_ADDRESS, address),
      callbackPerDeployment: () => admits(env.CALLBACK_PER_DEPLOYMENT, "all"),
      refusals: () => admits(env.REFUSALS, "all"),
    },
    now: () => Date.now(),
  });
};

async function admits(limiter: RateLimit, key: string): Promise<boolean> {
  return (await limiter.limit({ key })).success;
}
