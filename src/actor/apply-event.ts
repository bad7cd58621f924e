// One event of the gateway, translated and joined. Used for a message of our own and for one that an
// alias forwards. May throw: the caller decides what then becomes of the message (law 4).

import type { MessageRow } from "../domain/message";
import { derivePosition } from "../domain/position";
import { evolve, newRecord } from "../domain/record";
import type { ParsedEvent } from "../pinelabs/event";
import { want } from "./jobs";
import type { Part } from "./part";
import { commitEvolution } from "./record-change";
import type { ActorState } from "./state";

/** Joins what an event says and asks for what follows from it. Call inside `transact`. */
export function applyEvent(
  part: Part,
  state: ActorState,
  event: ParsedEvent,
  message: Pick<MessageRow, "webhook_id" | "received_at">,
): { readonly state: ActorState; readonly changed: boolean } {
  const now = part.now();
  const translation = part.translate(event);
  const before = state.record ?? newRecord(now, "webhook");
  const evolution = evolve(before, translation.observation, "webhook", now, message.received_at);
  const unknown =
    translation.concern === "unknown" && event.kind === "event"
      ? {
          note: {
            what: "message" as const,
            text: `An unknown event "${event.name}" was kept; its content is not believed.`,
          },
        }
      : {};
  const next = commitEvolution(part, { ...state, record: before }, evolution, {
    by: "webhook",
    webhook_id: message.webhook_id,
    ...unknown,
  });
  const unsure = translation.inquire || isUnsure(next);
  const asked = unsure ? want(next.jobs, "inquire", now) : next.jobs;
  return { state: { ...next, jobs: asked }, changed: evolution.changed };
}

/** What is shown may not be acted upon before the gateway was asked: so it is asked. */
function isUnsure({ record }: ActorState): boolean {
  return record !== null && derivePosition(record.facts, record.asked_at !== null).provisional;
}
