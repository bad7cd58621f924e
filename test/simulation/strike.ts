// Trouble that strikes at one moment of the house's own work, between two awaits: on the way to the gateway and
// back, around a batch of D1, around a question to another actor, right after a commit. Each is a countdown:
// it lets some go by, strikes some, and is used up.

import { abortAllDurableObjects } from "cloudflare:test";
import { MINUTE } from "../../src/domain/schedule";
import type { Milliseconds } from "../../src/domain/time";
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
  mail_refused: "mail",
  mail_unanswered: "mail",
  /** The actor's own storage takes nothing, or no message. */
  commit_fails: "storing",
  message_unkept: "keeping",
  untranslatable: "translating",
  /** A call that moves money is minutes on its way; whoever sent it has given it up by then. */
  gateway_late: "sending",
  money_call_lost: "sending",
  /** The money has moved, and nobody hears of it. */
  money_answer_lost: "heard",
} as const;

export type StrikeKind = keyof typeof PLACES;
type Place = (typeof PLACES)[StrikeKind];

interface Countdown {
  readonly kind: StrikeKind;
  readonly times: number;
  readonly after: number;
}

/** Places that are passed so seldom that few may go by. */
const SELDOM: readonly Place[] = ["sending", "heard", "keeping", "translating"];

/** A job that hangs is given up after so many real milliseconds. */
const JOB_MS = 150;

let planted: Countdown[] = [];
let released: symbol = Symbol("none is released yet");

/** Calls that move money. */
const MONEY = /^(POST|PUT) \/sandbox\/api\/.*\/(refunds?|capture|cancel)\b/;
/** A call arrives so long after it was sent: later than the first look for it, before the second (design 3.5). */
const LATE: Milliseconds = 5 * MINUTE;
/** Real milliseconds, which its sender waits for it. */
const LATE_PATIENCE_MS = 120;
/** Real milliseconds, in which the gateway is done with what has arrived. */
const WORK_MS = 1_000;

/** Calls on their way, by when they arrive, and those at which the gateway works. */
let onTheirWay: readonly { readonly call: string; readonly at: Milliseconds }[] = [];
let atWork: readonly string[] = [];

/** Alarms that are due, in the hands of trouble (runtime.ts). */
export const alarms = { late: 0, twice: 0, lost: 0 };

export function strikeLater(countdown: Countdown): void {
  if (countdown.kind === "d1_hangs" || countdown.kind === "d1_late") faults.job = JOB_MS;
  if (countdown.kind === "gateway_late") faults.patience = LATE_PATIENCE_MS;
  const { after } = countdown;
  planted.push(
    SELDOM.includes(PLACES[countdown.kind]) ? { ...countdown, after: after % 2 } : countdown,
  );
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
    const sent = MONEY.test(call) ? strikeAt("sending") : null;
    if (sent === "money_call_lost") throw new Error("planted: no connection");
    if (sent !== null) await beLate(call);
    const kind = IS_GATEWAY.test(call) ? strikeAt("arrival") : null;
    if (kind === "gateway_unreachable") throw new Error("planted: no connection");
    if (kind !== null) await abortAllDurableObjects();
  };
  faults.gateway = async (call) => {
    atWork = atWork.filter((one) => !call.startsWith(`${one} `));
    if (MONEY.test(call) && strikeAt("heard") !== null) throw new Error("planted: nobody hears it");
    const kind = IS_GATEWAY.test(call) ? strikeAt("answer") : null;
    if (kind === "gateway_answer_lost") throw new Error("planted: connection lost");
    if (kind !== null) await abortAllDurableObjects();
  };
  faults.dies = () => strikeAt("commit") !== null;
  faults.storage = (_, statement) =>
    (statement === "COMMIT" && strikeAt("storing") !== null) ||
    (statement.startsWith("INSERT INTO messages") && strikeAt("keeping") !== null);
  faults.translate = () => strikeAt("translating") !== null;
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

/** What becomes of a mail on its way to the mail service. */
export function strikeMail(): StrikeKind | null {
  return strikeAt("mail");
}

async function beLate(call: string): Promise<void> {
  const late = { call, at: Date.now() + LATE };
  onTheirWay = [...onTheirWay, late];
  const before = released;
  const isAway = (): boolean => released === before && Date.now() < late.at;
  while (isAway()) await moment();
  onTheirWay = onTheirWay.filter((one) => one !== late);
  atWork = [...atWork, call];
}

/** Waits until whatever is due at the gateway has arrived there and is done. */
export async function arrivals(): Promise<void> {
  const isDue = (): boolean => onTheirWay.some(({ at }) => at <= Date.now());
  while (isDue()) await moment();
  // Bounded: whoever died at it will not say so.
  for (let waited = 0; atWork.length > 0 && waited < WORK_MS; waited += 2) await moment();
  atWork = [];
}

async function moment(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 2));
}

/** Looked at, not waited for: a promise of one request must not be resolved by another. */
async function release(): Promise<void> {
  const before = released;
  const isKept = (): boolean => released === before;
  while (isKept()) await moment();
}
