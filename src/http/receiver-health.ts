// Whether the merchant's system asked for no more notifications (410), in a sentence that says what to do.

import type { Pause } from "../actor/peers";
import { receiverName } from "../domain/delivery";
import { toIso } from "../domain/time";
import type { DoorContext } from "./doors";
import { answerOf } from "./report-health";

/** `pause` is null while nothing is paused. */
export interface ReceiverReading {
  readonly pause: Pause | null;
}

/** Null: who keeps it gave no answer. */
export async function readReceiver(c: DoorContext): Promise<ReceiverReading | null> {
  const { config, receiver } = c.var.doors;
  if (config.notify === null) return { pause: null };
  const asked = receiver.pauseOf(receiverName(config.notify));
  return answerOf(
    c,
    "receiver",
    asked.then((pause) => ({ pause })),
  );
}

export function receiverSentences(reading: ReceiverReading | null): readonly string[] {
  if (reading === null) {
    return ["Whether notifications are paused is not known: who keeps that gives no answer."];
  }
  const { pause } = reading;
  return pause === null
    ? []
    : [
        `Your system answered 410 at ${toIso(pause.paused_at)} and is told nothing more, about any order: POST /v1/notifications/resume once it wants notifications again.`,
      ];
}
