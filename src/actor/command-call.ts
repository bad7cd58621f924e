// One call of a money command (design 3.5): its intent is committed before, its outcome after. At most
// one call of a command is on its way in this instance; whoever asks for the same one meanwhile waits
// for its outcome.

import {
  accept,
  becomeUnknown,
  type Command,
  type CommandRefusal,
  isOpen,
  refuse,
} from "../domain/command";
import { DUPLICATE, takeBackSend } from "../domain/command-reading";
import { endAsShown, refundWordIn, shownBy } from "../domain/command-shown";
import type { Observation } from "../domain/observation";
import { evolve, type Evolution, type OrderRecord, withCommands } from "../domain/record";
import { reasonOf } from "../domain/redact";
import { failure, type Result, success } from "../domain/result";
import type { Milliseconds } from "../domain/time";
import type { GatewayFailure, MoneyAnswer } from "../pinelabs/gateway";
import { want } from "./jobs";
import type { Part } from "./part";
import { commitEvolution } from "./record-change";

/** A failure means: it never left, and the intent was taken back. */
export type Called = Result<null, GatewayFailure>;

/**
 * The calls that are on their way in this instance, by the Idempotency-Key of their command: one that
 * was taken back and asked for anew is another.
 */
export class Calls {
  readonly #calls = new Map<string, Promise<Called>>();

  /** The command's call that is on its way, or null. */
  find(part: Part, key: string): Promise<Called> | null {
    const command = part.storage.readState().record?.commands[key];
    return (command && this.#calls.get(command.key)) ?? null;
  }

  /** Sends the command, whose intent is committed, and keeps what became of it. */
  async start(part: Part, key: string): Promise<Called> {
    const command = part.storage.readState().record?.commands[key];
    if (command?.state !== "sent") return success(null);
    const running = this.#calls.get(command.key);
    if (running) return running;
    const call = sendAndKeep(part, key, command);
    this.#calls.set(command.key, call);
    try {
      return await call;
    } finally {
      this.#calls.delete(command.key);
    }
  }
}

async function sendAndKeep(part: Part, key: string, command: Command): Promise<Called> {
  let answer: MoneyAnswer;
  try {
    answer = await send(part, command);
  } catch (error) {
    // A bug of ours: whether the request left is not known, so it is treated as if it had.
    const reason = reasonOf(error);
    console.error(JSON.stringify({ event: "command_failed", actor: part.name, reason }));
    const message = "the call failed here";
    const failed = { code: "gateway_unavailable", request_id: "", message } as const;
    answer = { kind: "unknown", failure: failed, advice: null };
  }
  return part.storage.transact(() => keep(part, key, command, answer));
}

function send(part: Part, command: Command): Promise<MoneyAnswer> {
  const gateway = part.gateway();
  const { order_id, reference, amount, whole, key } = command;
  const split_info = command.split_info ?? command.asked.split_info;
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
  const withdrawn = !(key in evolution.record.commands);
  // A refusal means that the gateway sees the order differently: it is asked. What a wrong setting of
  // ours was refused for says nothing about the order.
  const differs = answer.kind === "refused" && !withdrawn;
  const jobs = differs ? want(kept.jobs, "inquire", now) : kept.jobs;
  part.storage.writeState({ ...kept, jobs });
  return withdrawn && answer.kind !== "accepted" ? failure(whyNot(answer)) : success(null);
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
  // A wrong setting has refused it, not the gateway: with the right one it may be asked for again.
  const mistaken = answer.kind === "refused" && answer.advice !== null;
  if (first && (answer.kind === "unsent" || mistaken)) {
    const { [key]: _, ...rest } = record.commands;
    return withCommands(record, rest, now);
  }
  if (answer.kind === "unsent") {
    return changed(record, key, takeBackSend(command, textOf(answer.failure), now), now);
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
  const ended = (end: Command): Evolution => ({
    ...joined,
    record: withCommands(joined.record, { ...joined.record.commands, [key]: end }, now).record,
  });
  const named = {
    ...command,
    refund_id: refundWordIn(observation, command)?.id ?? command.refund_id,
  };
  const shown = shownBy(joined.record.facts, named);
  // A 2xx that is ours is our capture, whatever it took: a difference is a discrepancy.
  if (shown?.kind === "refused" && shown.code === "captured_elsewhere") {
    return ended(accept(named, null, now));
  }
  if (shown) return ended(endAsShown(named, shown, now));
  if (!isOpen(command)) return joined;
  const trouble = "the gateway took it, and does not show it yet";
  return ended(becomeUnknown(named, { trouble, refusal: null }, now));
}

/** What the caller is told of a command that was taken back. */
function whyNot(answer: Exclude<MoneyAnswer, { kind: "accepted" }>): GatewayFailure {
  if (answer.kind === "unsent" || answer.advice === null) return answer.failure;
  const { message, gateway_code, gateway_status = 404, request_id = "" } = refusalOf(answer);
  return {
    code: "gateway_refused",
    request_id,
    status: gateway_status,
    gateway_code: gateway_code ?? "",
    message,
  };
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
