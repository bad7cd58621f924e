// Asking whether money may move, from inside an order's actor: right before an intent is committed, and
// before each send of one (decision 0019). Who gets no answer may not: nothing is sent on a guess.

import type { Command, CommandKind, Commands } from "../domain/command";
import type {
  ChargeName,
  DecisionRefusal,
  MoneyWish,
  PermitFailure,
  PermitUnknown,
} from "../domain/permit";
import { reasonOf } from "../domain/redact";
import { failure, type Result } from "../domain/result";
import type { Milliseconds } from "../domain/time";
import type { AccessActorRpc } from "./access-rpc";
import { want } from "./jobs";
import type { Part } from "./part";
import type { ActorState } from "./state";
import { withTimeLimit } from "./time-limit";

/** What an order needs of the keeper of keys. */
export interface MoneyPort {
  permit(wish: MoneyWish): Promise<Result<null, PermitFailure>>;
  permitDecision(
    key_id: string | null,
    kind: CommandKind,
  ): Promise<Result<null, DecisionRefusal | PermitUnknown>>;
  /** Throws while it can not be told: the job is repeated. */
  giveBack(charges: readonly ChargeName[]): Promise<void>;
}

const ANSWER_LIMIT: Milliseconds = 5_000;

/**
 * For so long after it was asked for, by the order's own clock, a permit may be used: meanwhile the key may
 * have been revoked, or money stopped, and its owner told so.
 */
const PERMIT_GOOD_FOR: Milliseconds = 2_000;

/** An answer that comes too late is asked for anew, so often. */
export const MOST_QUESTIONS = 4;

export function moneyPort(access: () => AccessActorRpc): MoneyPort {
  return {
    permit: (wish) => ask("permit", () => access().permitMoney(wish)),
    permitDecision: (key_id, kind) => ask("decision", () => access().permitDecision(key_id, kind)),
    giveBack: (charges) => access().giveBack(charges),
  };
}

async function ask<F extends { readonly code: string }>(
  asked: string,
  question: () => Promise<Result<null, F>>,
): Promise<Result<null, F | PermitUnknown>> {
  try {
    return await withTimeLimit(question(), ANSWER_LIMIT);
  } catch (error) {
    const reason = reasonOf(error);
    console.error(JSON.stringify({ event: "access_unavailable", asked, reason }));
    const unasked: PermitUnknown = { code: "access_unavailable" };
    return failure(unasked);
  }
}

/**
 * For a send that counts towards no limit, or counts already: the switch, and the key if there is one.
 * Nothing may be awaited between the answer and what is committed by it.
 */
export async function mayMove(
  part: Part,
  key_id: string | null = null,
): Promise<Result<null, PermitFailure>> {
  for (let question = 0; question < MOST_QUESTIONS; question += 1) {
    const asked_at = part.now();
    const may = await part.money.permit({ key_id, charge: null, freed: [] });
    if (!may.ok || isFresh(asked_at, part.now())) return may;
  }
  return failure({ code: "access_unavailable" });
}

/** A clock that went back proves nothing: then it is asked again. */
export function isFresh(asked_at: Milliseconds, now: Milliseconds): boolean {
  return now >= asked_at && now - asked_at <= PERMIT_GOOD_FOR;
}

/** How a command counts towards its key's day; null: towards none. */
export function chargeOf(command: Command): ChargeName | null {
  const { kind, key_id = null, order_id, reference, key } = command;
  if (kind !== "refund" || key_id === null) return null;
  return { key_id, order_id, reference, attempt: key };
}

/** Notes what is to be given back; the job tells it until it is heard. */
export function withGivenBack(
  state: ActorState,
  charges: readonly ChargeName[],
  now: Milliseconds,
): ActorState {
  if (charges.length === 0) return state;
  const to_give_back = [...state.to_give_back, ...charges];
  return { ...state, to_give_back, jobs: want(state.jobs, "give_back", now) };
}

/**
 * Commands that were taken back, or ended as refused: they moved nothing and never will. Found by
 * comparing, so that no way of ending a command can forget it.
 */
export function freedBy(before: Commands, after: Commands): readonly ChargeName[] {
  if (before === after) return [];
  return Object.entries(before).flatMap(([key, command]) => {
    const now = after[key];
    const isFree = now === undefined || (now.state === "refused" && command.state !== "refused");
    return isFree ? (chargeOf(command) ?? []) : [];
  });
}

/** Job `give_back`. */
export async function giveBack(part: Part): Promise<void> {
  const charges = part.storage.readState().to_give_back;
  if (charges.length === 0) return;
  await part.money.giveBack(charges);
  const given = new Set(charges.map(({ attempt }) => attempt));
  part.storage.transact(() => {
    const state = part.storage.readState();
    const left = state.to_give_back.filter(({ attempt }) => !given.has(attempt));
    part.storage.writeState({ ...state, to_give_back: left });
  });
}
