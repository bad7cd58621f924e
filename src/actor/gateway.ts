// The gateway's client, wired to this deployment: its settings, its shared token, the real clock and
// the real network. The only place in the house where the client is made.

import type { Config } from "../config";
import { createGateway } from "../pinelabs/client";
import type { Gateway, TokenStore } from "../pinelabs/gateway";
import { deploymentActor } from "./peers";

export function openGateway(env: Env, config: Config): Gateway {
  return createGateway({
    ...config.gateway,
    contract: config.contract,
    settlement_zone: config.settlement.time_zone,
    tokens: sharedTokens(env),
    fetch: (input, init) => fetch(input, init),
    now: () => Date.now(),
    random: () => Math.random(),
    sleep: (delay) => scheduler.wait(delay),
    request_id: () => crypto.randomUUID(),
  });
}

/** One token for all actors of the deployment; kept by its own object. */
function sharedTokens(env: Env): TokenStore {
  const keeper = deploymentActor(env, "gateway");
  return {
    read: () => keeper.readToken(),
    write: (token) => keeper.writeToken(token),
    drop: (token) => keeper.dropToken(token),
  };
}
