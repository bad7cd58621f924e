// One call of a money command (design 3.5): its intent is committed before, its outcome after. At most
// one call of a command is on its way in this instance; whoever asks for the same one meanwhile waits
// for its outcome. Decides nothing: what an answer means is domain/command.ts.

import {
  accept,
  becomeUnknown,
  type Command,
  type CommandRefusal,
  DUPLICATE,
  endAsShown,
  refuse,
  shownBy,
  takeBackSend,
} from "../domain/command";
import type { Observation } from "../domain/observation";
import { evolve, type Evolution, type OrderRecord, withCommands } from "../domain/record";
import { failure, type Result, success } from "../domain/result";
import type { Milliseconds } from "../domain/time";
import type { GatewayFailure, MoneyAnswer } from "../pinelabs/gateway";
import { want } from "./jobs";
import type { Part } from "./part";
import { commitEvolution } from "./record-change";

/** A failure means: it never left, and the intent was taken back. */
export type Called = Result<null, GatewayFailure>;

/** The calls that are on their way in this instance, by the key of their command. */
export class Calls {
  readonly #calls = new Map<string, Promise<Called>>();

  /** The call that is on its way, or null. */
  find(key: string): Promise<Called> | null {
    return this.#calls.get(key) ?? null;
  }

  /** Sends the command, whose intent is committed, and keeps what became of it. */
  async start(part: Part, key: string): Promise<Called> {
    const running = this.#calls.get(key);
    if (running) return running;
    const call = sendAndKeep(part, key);
    this.#calls.set(key, call);
    try {
      return await call;
    } finally {
      this.#calls.delete(key);
    }
  }
}

async function sendAndKeep(part: Part, key: string): Promise<Called> {
  const command = part.storage.readState().record?.commands[key];
  if (command?.state !== "sent") return success(null);
  let answer: MoneyAnswer;
  try {
    answer = await send(part, command);
  } catch (error) {
    // A bug of ours: whether the request left is not known, so it is treated as if it had.
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : "not an error";
    console.error(JSON.stringify({ event: "command_failed", actor: part.name, reason }));
    const message = "the call failed here";
    const failed = { code: "gateway_unavailable", request_id: "", message } as const;
    answer = { kind: "unknown", failure: failed, advice: null };
  }
  return part.storage.transact(() => keep(part, key, command, answer));
}

function send(part: Part, command: Command): Promise<MoneyAnswer> {
  const gateway = part.gateway();
  const { order_id, reference, amount, whole, split_info, key } = command;
  const limit = part.limits.gateway;
  switch (command.kind) {
    case "refund":
      return gateway.refund({ order_id, reference, amount, split_info }, key, limit);
    case "capture":
      return gateway.capture({ order_id, reference, amount, whole }, key, limit);
    case "void":
      return gateway.void(order_id, key, limit);
  }
}

/** Keeps the outcome. Call inside `transact`. */
function keep(part: Part, key: string, sent: Command, answer: MoneyAnswer): Called {
  const now = part.now();
  const state = part.storage.readState();
  const record = state.record;
  const command = record?.commands[key];
  if (!record || !command) return success(null);
  const evolution = evolutionBy(record, key, command, sent, answer, now);
  if (evolution === null) return success(null);
  const kept = commitEvolution(part, state, evolution, { by: "command" });
  // A refusal means that the gateway sees the order differently: it is asked.
  const jobs = answer.kind === "refused" ? want(kept.jobs, "inquire", now) : kept.jobs;
  part.storage.writeState({ ...kept, jobs });
  const withdrawn = answer.kind === "unsent" && !(key in evolution.record.commands);
  return withdrawn ? failure(answer.failure) : success(null);
}

/** What the answer makes of the record; null when it comes too late to say anything. */
function evolutionBy(
  record: OrderRecord,
  key: string,
  command: Command,
  sent: Command,
  answer: MoneyAnswer,
  now: Milliseconds,
): Evolution | null {
  if (answer.kind === "accepted") return taken(record, key, command, answer.observation, now);
  // Given up a minute after its commit, or sent again since: reading decides.
  if (command.state !== "sent" || command.sends !== sent.sends) return null;
  const first = command.sends === 1;
  if (answer.kind === "unsent") {
    if (!first)
      return changed(record, key, takeBackSend(command, textOf(answer.failure), now), now);
    const { [key]: _, ...rest } = record.commands;
    return withCommands(record, rest, now);
  }
  const refusal = refusalOf(answer);
  if (answer.kind === "refused" && first) {
    return changed(record, key, refuse(command, refusal, now), now);
  }
  const denied = answer.kind === "refused" || refusal.gateway_code === DUPLICATE;
  const why = { trouble: refusal.message, refusal: denied ? refusal : null };
  return changed(record, key, becomeUnknown(command, why, now), now);
}

/** A 2xx that is ours: a refund is the gateway's now, a capture or void is what the order shows. */
function taken(
  record: OrderRecord,
  key: string,
  command: Command,
  observation: Observation,
  now: Milliseconds,
): Evolution {
  const joined = evolve(record, observation, "command", now);
  const done = { ...joined, record: joined.record };
  const ended = (end: Command): Evolution => ({
    ...done,
    record: withCommands(done.record, { ...done.record.commands, [key]: end }, now).record,
  });
  if (command.kind === "refund") return ended(accept(command, idOf(observation, command), now));
  const shown = shownBy(joined.record.facts, command);
  if (shown) return ended(endAsShown(command, shown, now));
  if (command.state !== "sent") return joined;
  const trouble = "the gateway took it, and its order does not show it";
  return ended(becomeUnknown(command, { trouble, refusal: null }, now));
}

function idOf(observation: Observation, command: Command): string | null {
  const word = observation.words.find(
    ({ kind, fields }) =>
      kind === "refund" && "reference" in fields && fields.reference === command.reference,
  );
  return word?.id ?? null;
}

function changed(record: OrderRecord, key: string, command: Command, now: Milliseconds): Evolution {
  return withCommands(record, { ...record.commands, [key]: command }, now);
}

function refusalOf(answer: Extract<MoneyAnswer, { kind: "refused" | "unknown" }>): CommandRefusal {
  const { failure: failed, advice } = answer;
  const said = textOf(failed);
  const code = gatewayCodeOf(failed);
  return {
    code: "gateway_refused",
    message: advice === null ? said : `${said}. ${advice}`,
    ...(code === null ? {} : { gateway_code: code }),
    ...(failed.code === "gateway_refused" ? { gateway_status: failed.status } : {}),
    request_id: failed.request_id,
  };
}

function gatewayCodeOf(failed: GatewayFailure): string | null {
  switch (failed.code) {
    case "gateway_refused":
    case "gateway_not_found":
    case "gateway_unauthorized":
      return failed.gateway_code;
    case "gateway_duplicate":
      return DUPLICATE;
    case "gateway_unavailable":
    case "gateway_rate_limited":
      return null;
  }
}

function textOf(failed: GatewayFailure): string {
  return failed.code === "gateway_rate_limited"
    ? "the gateway asks for fewer requests"
    : failed.message;
}
