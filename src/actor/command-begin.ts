// The beginning of a money command (design 3.5): it is decided whether and what may be sent, asked whether
// money may move at all, and then decided anew, reserved and committed in one transaction, right before
// its first send.

import {
  type Command,
  CALL_FORGOTTEN,
  commandKey,
  type CommandKind,
  nextNumber,
} from "../domain/command";
import { decide, type Intent } from "../domain/command-policy";
import type { PermitFailure } from "../domain/permit";
import { type OrderRecord, withCommands } from "../domain/record";
import { failure, type Result, success } from "../domain/result";
import type { Milliseconds } from "../domain/time";
import type { Errands } from "./alarm";
import { chargeOf, isFresh, MOST_QUESTIONS, withGivenBack } from "./money-permit";
import type { Part } from "./part";
import { commitEvolution } from "./record-change";
import type { CommandFailure, CommandRequest } from "./rpc";
import { isSettled } from "./seek";
import type { ActorState } from "./state";

/** Money is decided about on what the gateway shows now, never on what is remembered of it. */
const NOT_SHOWN = {
  code: "gateway_unavailable",
  request_id: "",
  message: "the gateway does not show this order at the moment",
} as const;

/** Refusals that count the money of several orders. */
const SUMS: readonly string[] = ["refund_spans_orders", "refund_exceeds_captured", "order_changed"];

const UNSETTLED = { code: "order_unsettled", order_id: null } as const;

/**
 * Only a home moves money, and only of gateway orders whose own actors have given it all that they
 * know, their commands too (design 3.1).
 */
function isOurs(part: Part, state: ActorState, orderId: string): boolean {
  if (orderId === part.name || orderId in state.absorbed) return true;
  return state.introduced.includes(orderId) && !state.not_ours.includes(orderId);
}

export interface Begun {
  readonly reference: string;
  /** It was asked for before; its call is not made again. */
  readonly known: boolean;
}

/**
 * Decides, asks whether money may move so, then decides anew, reserves and commits the intent in one
 * transaction: what was allowed is exactly what is committed. What is refused stores nothing.
 */
export async function begin(
  part: Part,
  { turns }: Errands,
  request: CommandRequest,
  shown: readonly string[],
): Promise<Result<Begun, CommandFailure>> {
  const { kind, reference } = request;
  // Two of one reference at once would each undo what the other was allowed.
  if (reference === null) return askAndCommit(part, request, shown);
  return turns.take(commandKey(kind, reference), () => askAndCommit(part, request, shown));
}

async function askAndCommit(
  part: Part,
  request: CommandRequest,
  shown: readonly string[],
): Promise<Result<Begun, CommandFailure>> {
  let permitted: Permitted | null = null;
  for (let question = 0; question < MOST_QUESTIONS; question += 1) {
    const step: Result<Step, CommandFailure> = commit(part, { request, shown, permitted });
    if (step.ok && step.value.kind === "begun") {
      return success({ reference: step.value.reference, known: false });
    }
    if (permitted !== null) takeBackCharge(part, permitted.command);
    if (!step.ok) return step;
    if (step.value.kind !== "to_ask") {
      return success({ reference: step.value.reference, known: true });
    }
    const { command } = step.value;
    const asked_at = part.now();
    const answer = await askFor(part, command, request.key_id);
    if (!answer.ok) {
      // It may have been heard, and only the answer was lost.
      if (answer.failure.code === "access_unavailable") takeBackCharge(part, command);
      return answer;
    }
    permitted = { command, asked_at };
  }
  if (permitted === null) return failure(UNSETTLED);
  takeBackCharge(part, permitted.command);
  const isLate = !isFresh(permitted.asked_at, part.now());
  return failure(isLate ? { code: "access_unavailable" } : UNSETTLED);
}

/** What was counted for nothing and is not told yet goes along: it must not stand in its own way. */
async function askFor(
  part: Part,
  command: Command,
  key_id: string | null,
): Promise<Result<null, PermitFailure>> {
  const name = chargeOf(command);
  const charge = name && { ...name, amount: command.amount };
  const freed = part.storage.readState().to_give_back;
  return part.money.permit({ key_id, charge, freed });
}

/** It was allowed, and is not what was committed: each question counts under a key of its own. */
function takeBackCharge(part: Part, permitted: Command): void {
  const charge = chargeOf(permitted);
  if (charge === null) return;
  part.storage.transact(() => {
    part.storage.writeState(withGivenBack(part.storage.readState(), [charge], part.now()));
  });
}

/** The command as it was allowed, and when that was asked for. */
interface Permitted {
  readonly command: Command;
  readonly asked_at: Milliseconds;
}

interface Committing {
  readonly request: CommandRequest;
  readonly shown: readonly string[];
  /** Null: nobody was asked yet. */
  readonly permitted: Permitted | null;
}

type Step =
  | { readonly kind: "begun"; readonly reference: string }
  /** Another had asked for it before. */
  | { readonly kind: "known"; readonly reference: string }
  /** Nothing was committed: it is to be asked first whether this may be sent. */
  | { readonly kind: "to_ask"; readonly command: Command };

function commit(
  part: Part,
  { request, shown, permitted }: Committing,
): Result<Step, CommandFailure> {
  return part.storage.transact((): Result<Step, CommandFailure> => {
    const state = part.storage.readState();
    const record = state.record;
    if (record === null || !isSettled(part.name, state)) return failure(UNSETTLED);
    const { kind, asked, named, expected } = request;
    const given = request.reference;
    if (given !== null && commandKey(kind, given) in record.commands) {
      return success({ kind: "known", reference: given });
    }
    const wish = { kind, reference: given, asked, named, expected };
    const decided = decide(record.facts, record.commands, wish);
    if (!decided.ok) {
      // What the others have done is not known yet: no sum over all of them is.
      const stranger = Object.keys(record.facts.order).find((id) => !isOurs(part, state, id));
      if (stranger !== undefined && SUMS.includes(decided.failure.code)) {
        return failure({ ...UNSETTLED, order_id: stranger });
      }
      const earlier = kind === "void" ? earlierVoid(record, named, decided.failure.code) : null;
      return earlier === null
        ? failure({ code: "command_refused", refusal: decided.failure })
        : success({ kind: "known", reference: earlier });
    }
    const { order_id } = decided.value;
    if (!isOurs(part, state, order_id)) return failure({ ...UNSETTLED, order_id });
    if (!shown.includes(order_id)) return failure(NOT_SHOWN);
    const reference = given ?? ownReference(record, kind, decided.value.order_id);
    const command = newCommand(part, request, decided.value, reference);
    if (permitted === null || !isAllowed(permitted, command, part.now())) {
      return success({ kind: "to_ask", command });
    }
    const allowed = { ...command, key: permitted.command.key };
    writeCommand(part, state, record, allowed, request.requested_by);
    return success({ kind: "begun", reference });
  });
}

/** Whether what was allowed is what would be sent now, and was allowed a moment ago. */
function isAllowed({ command: a, asked_at }: Permitted, b: Command, now: Milliseconds): boolean {
  if (!isFresh(asked_at, now)) return false;
  const { value, currency } = a.amount;
  return a.order_id === b.order_id && value === b.amount.value && currency === b.amount.currency;
}

/** Refusals of a void that speak of one order's money: another's void is no answer to them. */
const OF_ONE: readonly string[] = ["already_captured", "order_ambiguous", "order_changed"];

/**
 * A void needs no reference of its caller's: the hold is released once, whoever asks how often. Of
 * several holds that were released, the one of the order that the address names is meant.
 */
function earlierVoid(
  { commands }: OrderRecord,
  named: string | null,
  refused: string,
): string | null {
  const voids = Object.values(commands).filter(
    ({ kind, state }) => kind === "void" && state !== "refused",
  );
  const meant = voids.findLast(({ order_id }) => order_id === named);
  const any = OF_ONE.includes(refused) ? undefined : voids.at(-1);
  return (meant ?? any)?.reference ?? null;
}

/** Void and automatic capture number their attempts; a refused one frees the next number. */
function ownReference(record: OrderRecord, kind: CommandKind, orderId: string): string {
  const prefix = kind === "void" ? "void-" : "auto-";
  const number = nextNumber(record.commands, kind, prefix);
  // At most 50 characters, and the end of an id is what tells it from others.
  return `${prefix}${number}-${orderId.replaceAll(/[^A-Za-z0-9_-]/g, "_").slice(-38)}`;
}

function newCommand(
  part: Part,
  request: CommandRequest,
  intent: Intent,
  reference: string,
): Command {
  const now = part.now();
  return {
    kind: request.kind,
    reference,
    asked: request.asked,
    ...intent,
    // What the caller gave is kept once, with what was asked.
    split_info: request.asked.split_info === null ? intent.split_info : null,
    key: crypto.randomUUID(),
    known_by_reference: part.gateway().traits.captures_by_reference,
    requested_by: request.requested_by,
    ...(request.key_id === null ? {} : { key_id: request.key_id }),
    requested_at: now,
    state: "sent",
    sends: 1,
    sent_at: now,
    unknown_since: null,
    absences: 0,
    read_at: now + CALL_FORGOTTEN,
    failures: 0,
    refund_id: null,
    last_refusal: null,
    refusal: null,
    trouble: null,
    decision: null,
    ended_at: null,
  };
}

/** Call inside `transact`. */
export function writeCommand(
  part: Part,
  state: ActorState,
  record: OrderRecord,
  command: Command,
  by: string,
): void {
  const key = commandKey(command.kind, command.reference);
  const commands = { ...record.commands, [key]: command };
  const evolution = withCommands(record, commands, part.now());
  part.storage.writeState(commitEvolution(part, state, evolution, { by }));
}
