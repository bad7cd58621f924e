// What is kept of a change of commands beside the commands themselves: sentences in the timeline, and
// lines of the audit. Derived by comparing, so that no way of changing a command can forget it.

import type { Command, Commands } from "../domain/command";
import { tellCommand } from "../domain/command-view";
import type { Milliseconds } from "../domain/time";
import { addLines } from "./audit-line";
import type { TimelineEntry } from "./rpc";
import type { ActorState, AuditEntry } from "./state";

export function commandStory(
  before: Commands,
  after: Commands,
  teller: { readonly by: string },
  now: Milliseconds,
): readonly Omit<TimelineEntry, "n">[] {
  if (before === after) return [];
  const told = Object.entries(after).flatMap(([key, command]) => {
    const text = before[key] === command ? null : tellCommand(before[key], command);
    if (text === null) return [];
    return [{ at: now, by: teller.by, what: command.kind, text, id: command.reference }];
  });
  const withdrawn = Object.entries(before).filter(([key]) => !(key in after));
  return [
    ...told,
    ...withdrawn.map(([, { kind, reference }]) => ({
      at: now,
      by: teller.by,
      what: kind,
      text: `It never left: ${kind} ${reference} was taken back and may be asked for again.`,
      id: reference,
    })),
  ];
}

/** Adds who asked for money, and who decided about it. */
export function addAudit(state: ActorState, before: Commands, after: Commands): ActorState {
  if (before === after) return state;
  const lines = Object.entries(after).flatMap(([key, command]) => linesOf(before[key], command));
  return addLines(state, lines);
}

function linesOf(before: Command | undefined, command: Command): readonly Omit<AuditEntry, "n">[] {
  const { kind, reference, order_id, amount, decision } = command;
  const about = { kind, reference, order_id, amount };
  const asked = {
    ...about,
    at: command.requested_at,
    by: command.requested_by,
    // A name may be given again once its key has ended; an id never.
    ...(command.key_id === undefined ? {} : { key_id: command.key_id }),
    action: kind,
    reason: command.asked.reason,
    decision: null,
  };
  const decided = decision !== null && decision.at !== before?.decision?.at;
  return [
    ...(before === undefined ? [asked] : []),
    ...(decided
      ? [
          {
            ...about,
            at: decision.at,
            by: decision.by,
            action: "decision" as const,
            reason: decision.reason,
            decision: decision.decision,
          },
        ]
      : []),
  ];
}
