// A money command from its wish to its first outcome (design 3.5): look whether it was asked before,
// inquire, then begin it (command-begin.ts), then call. What becomes of one that nobody answered is
// resolve.ts; what may be asked at all is domain/command-policy.ts.

import {
  type Asked,
  type Command,
  commandKey,
  type CommandKind,
  type Decision,
  accept,
  refuse,
  sendAgain,
} from "../domain/command";
import { type CommandView, viewCommand } from "../domain/command-view";
import { canonicalJson, type Json } from "../domain/json";
import type { GatewayFailure } from "../pinelabs/gateway";
import { failure, type Result, success } from "../domain/result";
import type { Errands } from "./alarm";
import { begin, writeCommand } from "./command-begin";
import { introduceHome } from "./home";
import { mayMove } from "./money-permit";
import type { Part } from "./part";
import { readCommand } from "./resolve";
import type { CommandFailure, CommandRequest, DecisionRequest, Reading } from "./rpc";
import { strangers } from "./seek";

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
  const begun = await begin(part, actor, request, inquired.value.shown);
  // It may have become an alias while it was asked whether money may move.
  const moved = begun.ok ? null : part.storage.readState().home;
  if (moved !== null) return { kind: "alias", home: moved };
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
  const decides = await part.money.permitDecision(request.key_id, request.kind);
  if (!decides.ok) return found(decides);
  if (request.decision === "send_again") {
    const may = await mayMove(part, request.key_id);
    if (!may.ok) return found(may);
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
    writeCommand(part, state, record, decided, requested_by);
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
