// Job `resolve`: learns how commands ended of which nobody knows (design 3.5). Only reading decides:
// by the refund's reference and by the order itself, and only readings that began after the call was
// over. What is read is joined like any other answer; what it means is domain/command.ts.

import {
  afterReading,
  becomeUnknown,
  CALL_FORGOTTEN,
  type Command,
  commitmentsOf,
  isOpen,
  postponeReading,
  type Reading,
  sendAgain,
} from "../domain/command";
import { entries, type Facts, read } from "../domain/facts";
import { combine, type Observation } from "../domain/observation";
import { moneyOfOrder } from "../domain/order-money";
import { evolve, type OrderRecord, withCommands } from "../domain/record";
import { failure, type Result, success } from "../domain/result";
import type { Milliseconds } from "../domain/time";
import type { Answer, GatewayFailure } from "../pinelabs/gateway";
import type { Errands } from "./alarm";
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
      const isOnItsWay = calls.find(key) !== null;
      update(part, key, (command) => (isOnItsWay ? wait : giveUp)(command, part.now()));
      if (isOnItsWay) return;
      const resolved = await readCommand(part, key);
      if (resolved.ok && resolved.value === "send_again") await calls.start(part, key);
    }),
  );
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
  return success(part.storage.transact(() => keep(part, key, { began_at, byReference, order })));
}

/** A 404 counts only with the gateway's own code: a proxy's proves nothing. */
function isAnswered(answer: Answer): boolean {
  if (answer.ok) return true;
  const { failure: failed } = answer;
  return failed.code === "gateway_not_found" && failed.gateway_code !== null;
}

interface Answers {
  readonly began_at: Milliseconds;
  readonly byReference: Answer | null;
  readonly order: Answer;
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
  const ours = found !== null && parent === command.order_id ? [found] : [];
  const order = answers.order.ok ? [answers.order.value] : [];
  const joined = evolve(before, combine([...ours, ...order]), "inquiry", now);
  const evolution = { ...joined };
  const current = joined.record.commands[key];
  const same = current?.sends === command.sends && isOpen(current);
  // The facts show it by now, or it was sent again meanwhile: this reading says nothing more.
  if (!current || !same || current.state === "sent") {
    part.storage.writeState(commitEvolution(part, state, evolution, { by: "inquiry" }));
    return "read";
  }
  const reading: Reading = {
    began_at: answers.began_at,
    found: whatIsThere(joined.record, current, found !== null, parent, order.length > 0),
    listed: order.some(({ refunds_listed }) => refunds_listed?.includes(command.order_id)),
    crowded: current.kind === "refund" && isCrowded(joined.record, key),
  };
  const is_key = part.gateway().traits.reference_is_key;
  const after = afterReading(current, reading, is_key, now);
  const next = after.next === "send_again" ? sendAgain(after.command, now) : after.command;
  const commands = { ...joined.record.commands, [key]: next };
  const record = withCommands(joined.record, commands, now).record;
  part.storage.writeState(
    commitEvolution(part, state, { ...evolution, record }, { by: "inquiry" }),
  );
  return after.next === "send_again" ? "send_again" : "read";
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
  const word = found.words.find(
    ({ kind, fields }) =>
      kind === "refund" && "reference" in fields && fields.reference === command.reference,
  );
  return word?.kind === "refund" ? (word.fields.parent_order_id ?? null) : null;
}

function whatIsThere(
  { facts, commands }: OrderRecord,
  command: Command,
  found: boolean,
  parent: string | null,
  orderRead: boolean,
): Reading["found"] {
  const { order_id, kind, amount } = command;
  if (parent !== null && parent !== order_id) return "elsewhere";
  // Something else bears the reference, or the order itself is not there to be seen.
  if (found || !orderRead) return "unclear";
  const money = moneyOfOrder(facts, order_id, amount.currency, []);
  if (kind !== "refund") return money.status === "AUTHORIZED" ? "absent" : "unclear";
  const others = new Set(Object.values(commands).flatMap(({ refund_id }) => refund_id ?? []));
  const hidden = money.refunded === null || money.refunded > money.refunded_known;
  return hidden || nameless(facts, order_id, others) ? "unclear" : "absent";
}

/** A refund of this order without a reference, and not known to be another command's: it may be ours. */
function nameless(facts: Facts, orderId: string, others: ReadonlySet<string>): boolean {
  return entries(facts, "refund").some(
    ([id, refund]) =>
      read(refund, "parent_order_id") === orderId &&
      read(refund, "reference") === undefined &&
      !others.has(id),
  );
}

function update(part: Part, key: string, change: (command: Command) => Command): void {
  part.storage.transact(() => {
    const state = part.storage.readState();
    const command = state.record?.commands[key];
    if (!state.record || !command) return;
    const commands = { ...state.record.commands, [key]: change(command) };
    const evolution = withCommands(state.record, commands, part.now());
    part.storage.writeState(commitEvolution(part, state, evolution, { by: "system" }));
  });
}
