// How far the settlement reports were read, in sentences that name what to do; and how the doors ask an
// actor of ours for what they can do without.

import type { RefreshProgress } from "../actor/settlement-rpc";
import { withTimeLimit } from "../actor/time-limit";
import { HOUR } from "../domain/schedule";
import { type Milliseconds, toIso } from "../domain/time";
import type { DoorContext, Doors } from "./doors";
import { logBug } from "./log";

const ACTOR_LIMIT_MS = 3_000;
/** The reports of sixty days are read every day; two hours are for trouble that passes. */
const REPORTS_LATE = 26 * HOUR;

export interface ReportReading {
  readonly progress: RefreshProgress;
  readonly read_through: Milliseconds | null;
}

export async function readReports(settlements: Doors["settlements"]): Promise<ReportReading> {
  const asked = [settlements.progress(), settlements.knowledge()] as const;
  const [progress, { read_through }] = await Promise.all(asked);
  return { progress, read_through };
}

/** What an actor of ours answers in time, else null: whatever it was, it is no error here. */
export async function answerOf<T>(
  c: DoorContext,
  asked: string,
  answer: Promise<T>,
  limit = ACTOR_LIMIT_MS,
): Promise<T | null> {
  try {
    return await withTimeLimit(answer, limit);
  } catch (error) {
    logBug(error, { request_id: c.var.request_id, asked });
    return null;
  }
}

/** Nothing is wrong with reports that nobody wanted to be read yet. */
export function reportSentences(
  { running, waiting, last }: RefreshProgress,
  readThrough: Milliseconds | null,
  now: Milliseconds,
): readonly string[] {
  const [newest] = last;
  const failed =
    newest?.state === "failed"
      ? [
          `The last reading of the settlement reports failed (${newest.problem?.code ?? "unknown"}): GET /v1/settlements/refresh says why, POST /v1/settlements/refresh tries again.`,
        ]
      : [];
  const asked = [running, ...waiting, newest].filter((one) => one !== null && one !== undefined);
  // What was only asked for may take its time; what has ended and left a gap is late at once.
  const since = readThrough ?? (newest === undefined ? asked[0]?.requested_at : 0) ?? now;
  if (asked.length === 0 || now - since <= REPORTS_LATE) return failed;
  const how =
    readThrough === null
      ? "were never read through"
      : `were last read through at ${toIso(readThrough)}`;
  return [
    ...failed,
    `The settlement reports ${how}: GET /v1/settlements/refresh says what holds it up.`,
  ];
}
