// When this order's next inquiry is due. D1 only holds a copy, by which the cron finds it.

import { nextInquiry } from "../domain/schedule";

import { deriveStage } from "../domain/stage";
import { type OrderRecord, positionOf } from "../domain/record";
import type { Milliseconds } from "../domain/time";
import { captureBy } from "../domain/window";
import type { Part } from "./part";

/** Epoch milliseconds, or null when nothing more is expected of the gateway. */
export function nextInquiryOf(part: Part, record: OrderRecord): Milliseconds | null {
  const { auth_window, stuck_after } = part.config();
  const position = positionOf(record);
  const stage = deriveStage(record.facts, position);
  return nextInquiry(record.facts, position, stage, record, {
    stuck_after,
    capture_by: captureBy(record.facts, auth_window),
    jitter: spreadOf(part.name),
  });
}

/** 0 ≤ x < 1, the same for one name always (FNV-1a), so that orders of one moment spread out. */
function spreadOf(name: string): number {
  let hash = 0x811c9dc5;
  for (const character of name) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  }
  return hash / 2 ** 32;
}
