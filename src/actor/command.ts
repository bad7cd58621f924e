// A money command from its wish to its first outcome (design 3.5): look whether it was asked before,
// inquire, then decide, reserve and commit the intent in one transaction, then call. What becomes of
// one that nobody answered is resolve.ts; what may be asked at all is domain/command-policy.ts.

import {
  type Asked,
  type Command,
  commandKey,
  type CommandKind,
  type Decision,
  CALL_FORGOTTEN,
  accept,
  nextNumber,
  refuse,
  sendAgain,
} from "../domain/command";
import { decide, type Intent } from "../domain/command-policy";
import { type CommandView, viewCommand } from "../domain/command-view";
import { canonicalJson, type Json } from "../domain/json";
import type { GatewayFailure } from "../pinelabs/gateway";
import { type OrderRecord, withCommands } from "../domain/record";
import { failure, type Result, success } from "../domain/result";
import type { Errands } from "./alarm";
import { introduceHome } from "./home";
import type { Part } from "./part";
import { commitEvolution } from "./record-change";
import { readCommand } from "./resolve";
import type { CommandFailure, CommandRequest, DecisionRequest, Reading } from "./rpc";
import { isSettled, strangers } from "./seek";
import type { ActorState } from "./state";

export type Answered = Reading<Result<CommandView, CommandFailure>>;

export async function runCommand(
  part: Part,
  actor: Errands,
  request: CommandRequest,
): Promise<Answered> {
  const before = await answerKnown(part, actor, request);
  if (before) return before;
  const inquired = await actor.inquire();
  if (!inquired.ok) return found(inquired);
  const { belongs_to, unseen } = inquired.value;
  if (belongs_to) return { kind: "alias", home: belongs_to };
  // Amounts are decided on what was just read of every order, or not at all (law 7).
  if (unseen) return found(failure(unseen));
  await actor.seek();
  if (strangers(part.name, part.storage.readState()).length > 0) await introduceHome(part);
  const { home, record } = part.storage.readState();
  if (home !== null) return { kind: "alias", home };
  if (record === null) return { kind: "absent" };
  const begun = begin(part, request, inquired.value.shown);
  if (!begun.ok) return found(begun);
  if (begun.value.known) {
    const known = await answerKnown(part, actor, { ...request, reference: begun.value.reference });
    if (known) return known;
  }
  return show(part, actor.calls.start(part, commandKey(request.kind, begun.value.reference)), {
    kind: request.kind,
    reference: begun.value.reference,
  });
}

/** The first outcome of the same reference, also while its call is on its way or after a restart. */
async function answerKnown(
  part: Part,
  actor: Errands,
  request: CommandRequest,
): Promise<Answered | null> {
  const { kind, reference } = request;
  if (reference === null) return null;
  const state = part.storage.readState();
  if (state.home !== null) return { kind: "alias", home: state.home };
  const known = state.record?.commands[commandKey(kind, reference)];
  if (!known) return null;
  const differing = differences(known.asked, request.asked);
  if (kind !== "void" && differing.length > 0) {
    return found(failure({ code: "command_differs", differing }));
  }
  const call = actor.calls.find(part, commandKey(kind, reference));
  return show(part, call ?? Promise.resolve(success(null)), { kind, reference });
}

/** Waits for the call, then shows the command as it is now. */
async function show(
  part: Part,
  call: ReturnType<Errands["calls"]["start"]>,
  { kind, reference }: { readonly kind: CommandKind; readonly reference: string },
): Promise<Answered> {
  const called = await call;
  if (!called.ok) return found(called);
  const record = part.storage.readState().record;
  const command = record?.commands[commandKey(kind, reference)];
  return command && record
    ? found(success(viewCommand(command, record.facts)))
    : found(failure({ code: "command_unknown" }));
}

/** Money is decided about on what the gateway shows now, never on what is remembered of it. */
const NOT_SHOWN = {
  code: "gateway_unavailable",
  request_id: "",
  message: "the gateway does not show this order at the moment",
} as const;

/** Refusals that count the money of several orders. */
const SUMS: readonly string[] = ["refund_spans_orders", "refund_exceeds_captured"];

const UNSETTLED = { code: "order_unsettled", order_id: null } as const;

/**
 * Only a home moves money, and only of gateway orders whose own actors have given it all that they
 * know, their commands too (design 3.1).
 */
function isOurs(part: Part, state: ActorState, orderId: string): boolean {
  if (orderId === part.name || orderId in state.absorbed) return true;
  return state.introduced.includes(orderId) && !state.not_ours.includes(orderId);
}

interface Begun {
  readonly reference: string;
  /** It was asked for before; its call is not made again. */
  readonly known: boolean;
}

/** Decides, reserves and commits the intent, in one transaction. What is refused stores nothing. */
function begin(
  part: Part,
  request: CommandRequest,
  shown: readonly string[],
): Result<Begun, CommandFailure> {
  return part.storage.transact((): Result<Begun, CommandFailure> => {
    const state = part.storage.readState();
    const record = state.record;
    if (record === null || !isSettled(part.name, state)) return failure(UNSETTLED);
    const { kind, asked, named } = request;
    const given = request.reference;
    if (given !== null && commandKey(kind, given) in record.commands) {
      return success({ reference: given, known: true });
    }
    const decided = decide(record.facts, record.commands, { kind, reference: given, asked, named });
    if (!decided.ok) {
      // What the others have done is not known yet: no sum over all of them is.
      const stranger = Object.keys(record.facts.order).find((id) => !isOurs(part, state, id));
      if (stranger !== undefined && SUMS.includes(decided.failure.code)) {
        return failure({ ...UNSETTLED, order_id: stranger });
      }
      const earlier = kind === "void" ? earlierVoid(record, named, decided.failure.code) : null;
      return earlier === null
        ? failure({ code: "command_refused", refusal: decided.failure })
        : success({ reference: earlier, known: true });
    }
    const { order_id } = decided.value;
    if (!isOurs(part, state, order_id)) return failure({ ...UNSETTLED, order_id });
    if (!shown.includes(order_id)) return failure(NOT_SHOWN);
    const reference = given ?? ownReference(record, kind, decided.value.order_id);
    const command = newCommand(part, request, decided.value, reference);
    write(part, state, record, command, request.requested_by);
    return success({ reference, known: false });
  });
}

/** Refusals of a void that speak of one order's money: another's void is no answer to them. */
const OF_ONE: readonly string[] = ["already_captured", "order_ambiguous"];

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

function write(
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

/**
 * The operator's word about an outcome that nobody can read. The gateway is read once more before it
 * counts; what it shows then stands, and no decision is needed.
 */
export async function decideCommand(
  part: Part,
  actor: Errands,
  request: DecisionRequest,
): Promise<Answered> {
  const key = commandKey(request.kind, request.reference);
  const state = part.storage.readState();
  if (state.home !== null) return { kind: "alias", home: state.home };
  if (!state.record?.commands[key]) return found(failure({ code: "command_unknown" }));
  if (state.record.commands[key].state === "undecided" && request.decision !== "done") {
    const read = await readCommand(part, key);
    // A gateway that answers, and refuses to tell, will not tell later: then the operator's word counts.
    if (!read.ok && isSilence(read.failure)) return found(read);
  }
  const decided = keepDecision(part, key, request);
  if (!decided.ok) return found(decided);
  const sent = request.decision === "send_again";
  return show(part, sent ? actor.calls.start(part, key) : Promise.resolve(success(null)), request);
}

function isSilence(failed: GatewayFailure): boolean {
  return failed.code !== "gateway_refused" && failed.code !== "gateway_not_found";
}

function keepDecision(
  part: Part,
  key: string,
  { decision, requested_by, reason }: DecisionRequest,
): Result<null, CommandFailure> {
  return part.storage.transact((): Result<null, CommandFailure> => {
    const now = part.now();
    const state = part.storage.readState();
    const record = state.record;
    const command = record?.commands[key];
    if (!record || !command) return failure({ code: "command_unknown" });
    if (command.state !== "undecided") {
      return failure({ code: "decision_not_needed", command: viewCommand(command, record.facts) });
    }
    const made = { decision, by: requested_by, at: now, reason };
    const decided = asDecided({ ...command, decision: made }, decision, now);
    write(part, state, record, decided, requested_by);
    return success(null);
  });
}

function asDecided(command: Command, decision: Decision, now: number): Command {
  switch (decision) {
    case "done":
      return accept(command, null, now);
    case "not_done": {
      const message = "It was not done, as the operator found out.";
      return refuse(command, { code: "decided_not_done", message }, now);
    }
    case "send_again":
      return sendAgain(command, now);
  }
}

/** The fields in which two requests of one reference differ, with what the first one said. */
function differences(
  first: Asked,
  now: Asked,
): readonly { readonly field: keyof Asked; readonly first: Json }[] {
  const fields: readonly (keyof Asked)[] = ["amount", "payment_id", "reason", "split_info"];
  return fields
    .filter((field) => canonicalJson(first[field]) !== canonicalJson(now[field]))
    .map((field) => ({ field, first: first[field] }));
}

function found(value: Result<CommandView, CommandFailure>): Answered {
  return { kind: "found", value };
}
