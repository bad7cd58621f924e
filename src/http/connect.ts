// The doors on the real house: settings, actors, D1, rate limits, the clock. The only file of the
// doors that reads a binding.

import { Orders } from "../actor/orders";
import { accessActor, deploymentActor, settlementActor } from "../actor/peers";
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
      readDayWalk: () => deploymentActor(env, "cron").readDayWalk(),
    },
    settlements: {
      refresh: async (request) => settlementActor(env).refresh(request),
      progress: async () => settlementActor(env).progress(),
      knowledge: async () => settlementActor(env).knowledge(),
    },
    receiver: {
      pauseOf: async (receiver) => deploymentActor(env, "notify").pauseOf(receiver),
      readPause: async () => deploymentActor(env, "notify").readPause(),
      resumeReceiver: async () => deploymentActor(env, "notify").resumeReceiver(),
    },
    access: {
      checkKey: async (asked) => accessActor(env).checkKey(asked),
      createKey: async (wanted, by) => accessActor(env).createKey(wanted, by),
      listKeys: async () => accessActor(env).listKeys(),
      revokeKey: async (id, by) => accessActor(env).revokeKey(id, by),
      moneySwitch: async () => accessActor(env).moneySwitch(),
      throwSwitch: async (thrown, by) => accessActor(env).throwSwitch(thrown, by),
    },
    people: {
      signIn: async (asked) => accessActor(env).signIn(asked),
      signInByAccess: async (asked) => accessActor(env).signInByAccess(asked),
      readSession: async (secret, asked) => accessActor(env).readSession(secret, asked),
      endSession: async (secret) => accessActor(env).endSession(secret),
      listSessions: async (secret) => accessActor(env).listSessions(secret),
      endOwnSessions: async (secret, which) => accessActor(env).endOwnSessions(secret, which),
      changePassword: async (secret, asked) => accessActor(env).changePassword(secret, asked),
      listPeople: async () => accessActor(env).listPeople(),
      invitePerson: async (wanted, by) => accessActor(env).invitePerson(wanted, by),
      inviteAgain: async (id, by) => accessActor(env).inviteAgain(id, by),
      changePerson: async (id, wanted, by) => accessActor(env).changePerson(id, wanted, by),
      removePerson: async (id, by) => accessActor(env).removePerson(id, by),
      readInvitation: async (token) => accessActor(env).readInvitation(token),
      acceptInvitation: async (token, asked) => accessActor(env).acceptInvitation(token, asked),
    },
    limits: {
      callbackPerAddress: (address) => admits(env.CALLBACK_PER_ADDRESS, networkOf(address)),
      callbackPerDeployment: () => admits(env.CALLBACK_PER_DEPLOYMENT, "all"),
      receiptPerAddress: (address) => admits(env.RECEIPT_PER_ADDRESS, networkOf(address)),
      refusals: () => admits(env.REFUSALS, "all"),
      staleMessages: () => admits(env.REFUSALS, "stale"),
      perKey: (name) => admits(env.REQUESTS_PER_KEY, name),
      wrongKeys: (address) => admits(env.WRONG_KEYS, address),
      verdictsPerAddress: (address) => admits(env.VERDICTS_PER_ADDRESS, address),
      verdictsPerToken: (token) => admits(env.VERDICTS_PER_TOKEN, token),
    },
    now: () => Date.now(),
  });
};

/** An IPv6 address counts by its /64, which one visitor has whole; any other stands for itself. */
export function networkOf(address: string): string {
  const [head = "", tail] = address.split("::");
  if (!address.includes(":") || address.includes(".")) return address;
  const groups = head === "" ? [] : head.split(":");
  const behind = tail === undefined || tail === "" ? [] : tail.split(":");
  const gap = tail === undefined ? 0 : Math.max(0, 8 - groups.length - behind.length);
  const whole = [...groups, ...Array.from({ length: gap }, () => "0"), ...behind];
  return `${whole
    .slice(0, 4)
    .map((group) => group.toLowerCase().replace(/^0+(?=.)/, ""))
    .join(":")}::/64`;
}

async function admits(limiter: RateLimit, key: string): Promise<boolean> {
  return (await limiter.limit({ key })).success;
}
