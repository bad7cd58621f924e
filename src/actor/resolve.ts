// Job `resolve`: learns how commands ended of which nobody knows (design 3.5). Only reading decides:
// by the refund's reference and by the order itself, and only readings that began after the call was
// over. What is read is joined like any other answer; what it proves is domain/command-reading.ts.

import {
  becomeUnknown,
  CALL_FORGOTTEN,
  type Command,
  isOpen,
  nextReadingOf,
  sendAgain,
} from "../domain/command";
import {
  afterReading,
  holdSend,
  postponeReading,
  type Reading,
  wasDuplicateOnly,
} from "../domain/command-reading";
import { commitmentsOf, refundOf, refundWordIn } from "../domain/command-shown";
import { entries, type Facts, read } from "../domain/facts";
import { combine, type Observation } from "../domain/observation";
import { MONEY_STOPPED } from "../domain/money-switch";
import { moneyOfOrder } from "../domain/order-money";
import type { PermitFailure } from "../domain/permit";
import { evolve, type OrderRecord, withCommands } from "../domain/record";
import { reasonOf } from "../domain/redact";
import { failure, type Result, success } from "../domain/result";
import type { Milliseconds } from "../domain/time";
import type { Answer, GatewayFailure } from "../pinelabs/gateway";
import type { Errands } from "./alarm";
import type { Calls } from "./command-call";
import { plan } from "./jobs";
import { mayMove } from "./money-permit";
import type { Part } from "./part";
import { commitEvolution } from "./record-change";

/** Commands read in one alarm; the others follow in the next. */
const AT_ONCE = 5;

export async function resolveCommands(part: Part, { calls }: Errands): Promise<void> {
  const now = part.now();
  const commands = Object.entries(part.storage.readState().record?.commands ?? {});
  const due = commands.filter(([, { read_at }]) => read_at !== null && read_at <= now);
  await Promise.all(
    due.slice(0, AT_ONCE).map(async ([key]) => {
      const isOnItsWay = calls.find(part, key) !== null;
      update(part, key, (command) => (isOnItsWay ? wait : giveUp)(command, part.now()));
      if (!isOnItsWay) await resolve(part, key, calls);
    }),
  );
  // Also where nothing was due: a job that stays in the past would ring for ever.
  part.storage.transact(() => {
    const state = part.storage.readState();
    const at = nextReadingOf(state.record?.commands ?? {});
    part.storage.writeState({ ...state, jobs: plan(state.jobs, "resolve", at) });
  });
}

/** A bug costs this command an hour at most, and no other anything. */
async function resolve(part: Part, key: string, calls: Calls): Promise<void> {
  try {
    const resolved = await readCommand(part, key);
    if (resolved.ok && resolved.value === "send_again") await calls.start(part, key);
  } catch (error) {
    const reason = reasonOf(error);
    console.error(JSON.stringify({ event: "not_resolved", actor: part.name, reason }));
    update(part, key, (command) => postponeReading(command, part.now()));
  }
}

/** Its call is still on its way here. */
function wait(command: Command, now: Milliseconds): Command {
  return { ...command, read_at: now + CALL_FORGOTTEN };
}

/** Nobody is left who knows how its call ended. */
function giveUp(command: Command, now: Milliseconds): Command {
  if (command.state !== "sent") return command;
  const trouble = "the call was interrupted";
  return becomeUnknown(command, { trouble, refusal: null }, now);
}

/** Reads the gateway once about this command. A failure: it could not be read, and is read later. */
export async function readCommand(
  part: Part,
  key: string,
): Promise<Result<"read" | "send_again", GatewayFailure>> {
  const command = part.storage.readState().record?.commands[key];
  if (!command || !isOpen(command)) return success("read");
  const began_at = part.now();
  const gateway = part.gateway();
  const limit = part.limits.gateway;
  const [byReference, order] = await Promise.all([
    command.kind === "refund" ? gateway.getOrderByReference(command.reference, limit) : null,
    gateway.getOrder(command.order_id, limit),
  ]);
  const unread = [byReference, order].find((answer) => answer !== null && !isAnswered(answer));
  if (unread && !unread.ok) {
    update(part, key, (now) => postponeReading(now, part.now()));
    return failure(unread.failure);
  }
  const { sends } = command;
  // Only what was not there before may be sent again now: then it is asked whether money may move.
  const held_by = command.absences > 0 ? whyHeld(await mayMove(part)) : NOT_ASKED;
  return success(
    part.storage.transact(() => keep(part, key, { began_at, sends, byReference, order, held_by })),
  );
}

/** A 404 counts only with the gateway's own code: a proxy's proves nothing. */
function isAnswered(answer: Answer): boolean {
  if (answer.ok) return true;
  const { failure: failed } = answer;
  return failed.code === "gateway_not_found" && failed.gateway_code !== null;
}

interface Answers {
  readonly began_at: Milliseconds;
  /** How often the command had been sent when the questions left. */
  readonly sends: number;
  readonly byReference: Answer | null;
  readonly order: Answer;
  /** Why nothing may be sent again now; null: it may. */
  readonly held_by: string | null;
}

const NOT_ASKED = "it is not known whether money may move";

function whyHeld(may: Result<null, PermitFailure>): string | null {
  if (may.ok) return null;
  return may.failure.code === "money_stopped" ? MONEY_STOPPED : NOT_ASKED;
}

/** Joins what was read, and what follows for the command. Call inside `transact`. */
function keep(part: Part, key: string, answers: Answers): "read" | "send_again" {
  const now = part.now();
  const state = part.storage.readState();
  const before = state.record;
  const command = before?.commands[key];
  if (!before || !command) return "read";
  const found = answers.byReference?.ok === true ? answers.byReference.value : null;
  const parent = found === null ? null : parentIn(found, command);
  const order = answers.order.ok ? answers.order.value : null;
  const ours = found !== null && parent === command.order_id ? [found] : [];
  const joined = evolve(before, combine([...ours, ...(order ? [order] : [])]), "inquiry", now);
  const current = joined.record.commands[key];
  const same = current?.sends === answers.sends && isOpen(current);
  // The facts show it by now, or it was sent again meanwhile: this reading says nothing more.
  if (!current || !same || current.state === "sent") {
    part.storage.writeState(commitEvolution(part, state, joined, { by: "inquiry" }));
    return "read";
  }
  const is_key = part.gateway().traits.reference_is_key;
  const reading: Reading = {
    began_at: answers.began_at,
    found: whatIsThere({
      record: joined.record,
      before: before.facts,
      command: current,
      reference: found === null ? "none" : (parent ?? "no_refund"),
      order,
      is_key,
    }),
    listed: order?.refunds_listed?.includes(command.order_id) ?? false,
    crowded: current.kind === "refund" && isCrowded(joined.record, key),
  };
  const after = afterReading(current, reading, is_key, now);
  const isHeld = after.next === "send_again" && answers.held_by !== null;
  const next = isHeld
    ? holdSend(current, answers.held_by ?? "", now)
    : after.next === "send_again"
      ? sendAgain(after.command, now)
      : after.command;
  const commands = { ...joined.record.commands, [key]: next };
  const record = withCommands(joined.record, commands, now).record;
  const evolution = { ...joined, record };
  part.storage.writeState(commitEvolution(part, state, evolution, { by: "inquiry" }));
  return after.next === "send_again" && !isHeld ? "send_again" : "read";
}

/** Whether the order could not give this refund besides all others, done, on their way or reserved. */
function isCrowded({ facts, commands }: OrderRecord, key: string): boolean {
  const { [key]: command, ...others } = commands;
  if (!command) return false;
  const { order_id, amount } = command;
  const { refunds } = commitmentsOf(others, facts);
  return moneyOfOrder(facts, order_id, amount.currency, refunds).refundable < amount.value;
}

/** The order that the found refund belongs to; null when what was found is no refund. */
function parentIn(found: Observation, command: Command): string | null {
  if (found.words.some(({ kind }) => kind === "order")) return null;
  return refundWordIn(found, command)?.fields.parent_order_id ?? null;
}

interface WhatWasRead {
  readonly record: OrderRecord;
  /** The facts before this reading was joined. */
  readonly before: Facts;
  readonly command: Command;
  /** What bears our reference: "none", "no_refund", or a refund of the order that this names. */
  readonly reference: string;
  /** The order's snapshot, if the gateway showed it. */
  readonly order: Observation | null;
  readonly is_key: boolean;
}

function whatIsThere(what: WhatWasRead): Reading["found"] {
  const { record, before, command, reference, order, is_key } = what;
  const { order_id, kind, amount } = command;
  const isElsewhere = reference !== "none" && reference !== order_id;
  // Where a reference is a key, or the only send met it, whatever else bears it leaves no room for ours.
  const isProof = is_key || wasDuplicateOnly(command);
  if (kind === "refund" && isElsewhere && isProof) return "elsewhere";
  if (order === null || isOlder(order, before, order_id)) return "unclear";
  const money = moneyOfOrder(record.facts, order_id, amount.currency, []);
  if (kind !== "refund") return money.status === "AUTHORIZED" ? "absent" : "unclear";
  const hidden = money.refunded === null || money.refunded > money.refunded_known;
  if (hidden || isOursPerhaps(what)) return "unclear";
  return isElsewhere && reference !== "no_refund" ? "elsewhere" : "absent";
}

/** A snapshot that is older than what we know of the order, or leaves out a refund that we know. */
function isOlder(order: Observation, before: Facts, orderId: string): boolean {
  const word = order.words.find(({ kind, id }) => kind === "order" && id === orderId);
  const known = before.order[orderId]?.dated.status?.version ?? "";
  if (word === undefined || (word.version ?? "") < known) return true;
  if (order.refunds_listed?.includes(orderId) !== true) return false;
  const listed = new Set(order.words.flatMap(({ kind, id }) => (kind === "refund" ? [id] : [])));
  return entries(before, "refund").some(
    ([id, refund]) => read(refund, "parent_order_id") === orderId && !listed.has(id),
  );
}

/**
 * A refund that came after our intent and that no other command of ours explains. With a key it would
 * bear our reference; one without any reference may be ours all the same.
 */
function isOursPerhaps({ record, command, is_key }: WhatWasRead): boolean {
  const { facts, commands } = record;
  const others = Object.values(commands).filter(({ key }) => key !== command.key);
  const explained = new Set(others.flatMap((other) => refundOf(facts, other) ?? []));
  return entries(facts, "refund").some(
    ([id, refund]) =>
      read(refund, "parent_order_id") === command.order_id &&
      !command.refunds_before.includes(id) &&
      !explained.has(id) &&
      (!is_key || read(refund, "reference") === undefined),
  );
}

function update(part: Part, key: string, change: (command: Command) => Command): void {
  part.storage.transact(() => {
    const state = part.storage.readState();
    const command = state.record?.commands[key];
    if (!state.record || !command) return;
    const changed = change(command);
    if (changed === command) return;
    const commands = { ...state.record.commands, [key]: changed };
    const evolution = withCommands(state.record, commands, part.now());
    part.storage.writeState(commitEvolution(part, state, evolution, { by: "system" }));
  });
}
