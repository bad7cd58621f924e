// Trouble that strikes at one moment of the house's own work, between two awaits: on the way to the gateway and
// back, around a batch of D1, around a question to another actor, right after a commit. Each is a countdown:
// it lets some go by, strikes some, and is used up.

import { abortAllDurableObjects } from "cloudflare:test";
import { awake, faults } from "../worker";
import { count } from "./tally";

/** Where each kind strikes. `dies…`: one actor; `all_die…`: the isolate with everybody in it. */
const PLACES = {
  gateway_unreachable: "arrival",
  all_die_asking_gateway: "arrival",
  gateway_answer_lost: "answer",
  all_die_answered_by_gateway: "answer",
  d1_throws: "ledger",
  d1_answer_lost: "ledger",
  d1_hangs: "ledger",
  /** Kept back, and carried out when the trouble is over, however old it is by then. */
  d1_late: "ledger",
  dies_before_batch: "ledger",
  dies_after_batch: "ledger",
  dies_asking: "peer",
  dies_answered: "peer",
  peer_unreachable: "peer",
  peer_answer_lost: "peer",
  dies_after_commit: "commit",
  commit_fails: "storage",
} as const;

export type StrikeKind = keyof typeof PLACES;
type Place = (typeof PLACES)[StrikeKind];

interface Countdown {
  readonly kind: StrikeKind;
  readonly times: number;
  readonly after: number;
}

/** A job that hangs is given up after so many real milliseconds. */
const JOB_MS = 150;

let planted: Countdown[] = [];
let released: symbol = Symbol("none is released yet");

/** Alarms that are due, in the hands of trouble (runtime.ts). */
export const alarms = { late: 0, twice: 0, lost: 0 };

export function strikeLater(countdown: Countdown): void {
  if (countdown.kind === "d1_hangs" || countdown.kind === "d1_late") faults.job = JOB_MS;
  planted.push(countdown);
}

/** None is left, and what D1 kept back goes on its way. */
export function forgetStrikes(): void {
  planted = [];
  released = Symbol("released");
  Object.assign(alarms, { late: 0, twice: 0, lost: 0 });
}

/** The trouble that strikes here now, or none. */
function strikeAt(place: Place): StrikeKind | null {
  const first = planted.find(({ kind, times }) => PLACES[kind] === place && times > 0);
  if (first === undefined) return null;
  const { kind, times, after } = first;
  const next = after > 0 ? { kind, times, after: after - 1 } : { kind, times: times - 1, after };
  planted = planted.map((one) => (one === first ? next : one));
  if (after > 0) return null;
  count(`struck: ${kind}`);
  return kind;
}

/** Not the sandbox's own routes, by which a history is played and the receiver told. */
const IS_GATEWAY = / \/sandbox\/api\//;

/** Puts what is planted, now or later, in the way of the house's work. */
export function openToStrikes(): void {
  faults.arrival = async (call) => {
    const kind = IS_GATEWAY.test(call) ? strikeAt("arrival") : null;
    if (kind === "gateway_unreachable") throw new Error("planted: no connection");
    if (kind !== null) await abortAllDurableObjects();
  };
  faults.gateway = async (call) => {
    const kind = IS_GATEWAY.test(call) ? strikeAt("answer") : null;
    if (kind === "gateway_answer_lost") throw new Error("planted: connection lost");
    if (kind !== null) await abortAllDurableObjects();
  };
  faults.dies = () => strikeAt("commit") !== null;
  faults.storage = (_, statement) => statement === "COMMIT" && strikeAt("storage") !== null;
  faults.peer = async (from, _, question) => {
    const kind = strikeAt("peer");
    if (kind === "peer_unreachable") throw new Error("planted: nobody there");
    if (kind === "dies_asking") from.die();
    const answer = await question();
    if (kind === "peer_answer_lost") throw new Error("planted: the answer was lost");
    if (kind === "dies_answered") from.die();
    return answer;
  };
  faults.ledger = async (actor, send) => {
    const kind = strikeAt("ledger");
    // Who keeps the keys or reads reports waits real seconds for D1; to hear that it failed is as good.
    const isSlow = kind === "d1_hangs" || kind === "d1_late";
    if (kind === "d1_throws" || (isSlow && !awake.has(actor.name))) {
      throw new Error("D1_ERROR: planted");
    }
    if (kind === "d1_hangs") return new Promise(() => {});
    if (kind === "d1_late") await release();
    if (kind === "dies_before_batch") actor.die();
    const results = await send();
    if (kind === "dies_after_batch") actor.die();
    if (kind === "d1_answer_lost") throw new Error("Network connection lost");
    return results;
  };
}

/** Looked at, not waited for: a promise of one request must not be resolved by another. */
async function release(): Promise<void> {
  const before = released;
  const isKept = (): boolean => released === before;
  while (isKept()) await new Promise((resolve) => setTimeout(resolve, 2));
}
