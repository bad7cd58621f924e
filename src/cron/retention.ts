// The retention (RETENTION_DAYS, docs/retention.md): walks through all orders by the time of their last
// change, some each hour, and asks the actor of each that is old enough. The place is kept, so that the
// past is not read again each hour; once it came to the end and a week is over, the walk begins anew, for
// those that were not finished then. Each order's own actor decides whether it is.

import { reasonOf } from "../domain/redact";
import type { Walk } from "../actor/peers";
import type { Forgotten } from "../actor/rpc";
import { DAY } from "../domain/schedule";
import type { Milliseconds } from "../domain/time";
import type { OldOrder, Place } from "../ledger/forget";

export interface RetentionPorts {
  readonly retention: Milliseconds;
  /** At most `limit`, the oldest first. */
  listOld(after: Place, before: Milliseconds, limit: number): Promise<readonly OldOrder[]>;
  forgetOld(id: string, before: Milliseconds): Promise<Forgotten>;
  /** One of the keepers of unrouted messages, by its number from 0 to 15. */
  forgetMessages(keeper: number, before: Milliseconds): Promise<{ readonly more: boolean }>;
  readWalk(): Promise<Walk | null>;
  writeWalk(walk: Walk): Promise<void>;
  now(): Milliseconds;
}

/** Actors asked in one run; with the rest of the hour's run within the free plan's 50 subrequests. */
const MOST = 35;
/** Rows read in one run: those that were done before are passed over. */
const ROWS = 500;
/** A walk does not begin more often. */
const WALK_EVERY = 7 * DAY;
const KEEPERS = 16;

export interface RetentionResult {
  /** Old enough, and not done before, among the rows that were read. */
  readonly due: number;
  readonly asked: number;
  /** Of those, removed now. */
  readonly changed: number;
  readonly failed: number;
  readonly left_over: number;
}

const BEGINNING = { updated_at: 0, seq: 0 };

export async function runRetention(ports: RetentionPorts): Promise<RetentionResult> {
  const now = ports.now();
  const before = now - ports.retention;
  const kept = (await ports.readWalk()) ?? { ...BEGINNING, begun_at: now, keeper: 0 };
  const walk = { ...kept, keeper: await emptyKeeper(ports, kept.keeper, before) };
  const rows = await ports.listOld(walk, before, ROWS);
  // Rows behind the last one that is asked are for the next run.
  const open = rows.filter(({ forgotten }) => !forgotten);
  const asked = open.slice(0, MOST);
  const outcomes: (Forgotten | "unreachable")[] = [];
  for (const { id } of asked) outcomes.push(await forget(ports, id, before));
  const last = open.length > asked.length ? asked.at(-1) : rows.at(-1);
  const place = last === undefined ? walk : { ...walk, updated_at: last.updated_at, seq: last.seq };
  const atEnd = rows.length < ROWS && open.length === asked.length;
  const again = atEnd && now - walk.begun_at >= WALK_EVERY;
  await ports.writeWalk(again ? { ...place, ...BEGINNING, begun_at: now } : place);
  return {
    due: open.length,
    asked: asked.length,
    changed: outcomes.filter((outcome) => outcome === "removed").length,
    failed: outcomes.filter((outcome) => outcome === "unreachable").length,
    left_over: open.length - asked.length,
  };
}

/** One whose actor can not be reached is asked in the next walk: it holds up no other. */
async function forget(
  ports: RetentionPorts,
  id: string,
  before: Milliseconds,
): Promise<Forgotten | "unreachable"> {
  try {
    return await ports.forgetOld(id, before);
  } catch (error) {
    logUnreachable(id, error);
    return "unreachable";
  }
}

/** One keeper a run, and the same again while it has more; says which is next. */
async function emptyKeeper(
  ports: RetentionPorts,
  keeper: number,
  before: Milliseconds,
): Promise<number> {
  try {
    const { more } = await ports.forgetMessages(keeper, before);
    if (more) return keeper;
  } catch (error) {
    logUnreachable(`unrouted:${keeper.toString(KEEPERS)}`, error);
  }
  return (keeper + 1) % KEEPERS;
}

function logUnreachable(actor: string, error: unknown): void {
  const reason = reasonOf(error);
  console.error(JSON.stringify({ event: "actor_unreachable", actor, reason }));
}
