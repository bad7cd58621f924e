// How much waits for a person, and the oldest of each kind: all that GET /v1/attention says of the ledger,
// read in one batch. Each number is counted over an index, to one more than `COUNTED`: so the page costs
// the same in a ledger of any size, and reads next to nothing on a good day.

import { SEVERITY_LEVELS, type Severity } from "../domain/discrepancy";
import { formatDiscrepancyId } from "../domain/discrepancy-id";
import { HOUR } from "../domain/schedule";
import { type Milliseconds, millisecondsOf, toIso } from "../domain/time";
import type { PaymentSeen } from "../domain/webhooks-silent";
import {
  ATTENTION,
  byStep,
  COUNTED,
  DISCREPANCIES,
  MESSAGES,
  NEWEST_WEBHOOK,
  NOTIFICATIONS,
  PAYMENTS,
  STUCK,
  TROUBLES,
  UNCAPTURED,
  WAITING,
  WITHOUT_END,
} from "./attention-statements";

/** Of held money; `unknown`: nobody can say until when it is held. */
const TIMES_LEFT = ["lapsed", "under_6h", "under_24h", "under_48h", "later", "unknown"] as const;
export type TimeLeft = (typeof TIMES_LEFT)[number];

export interface Counted {
  /** At most `COUNTED`; with `more` there are others that were not counted. */
  readonly count: number;
  readonly more: boolean;
  /** Of those that were counted and have an amount, in paisa. */
  readonly amount: number;
  readonly oldest: { readonly id: string; readonly at: Milliseconds | null } | null;
}

export interface LedgerTrouble {
  /** `at` is `capture_by`. Older orders are counted first. */
  readonly uncaptured: { readonly [left in TimeLeft]: Counted };
  /** A payment is on its way and nothing was heard of it; `at` is when something was. */
  readonly stuck: Counted;
  /** Orders by an open step of the checklist; `at` is when the order began. */
  readonly fulfillment: Counted;
  readonly refunds: Counted;
  readonly refunds_without_end: Counted;
  readonly discrepancies: { readonly [severity in Severity]: Counted };
  /** Each code of attention that some order has; `at` is when the order began. */
  readonly attention: { readonly [code: string]: Counted };
  readonly notifications: { readonly [trouble in (typeof TROUBLES)[number]]: Counted };
  readonly messages: { readonly [state in (typeof WAITING)[number]]: Counted };
  /** Newest first, for whoever judges whether webhooks arrive. */
  readonly payments: readonly PaymentSeen[];
  readonly last_webhook_at: Milliseconds | null;
}

export interface AttentionQuery {
  readonly now: Milliseconds;
  /** A payment on its way of which nothing was heard for so long is stuck. */
  readonly stuck_after: Milliseconds;
  /** Messages that nobody could route count from this moment on. */
  readonly unrouted_from: Milliseconds;
  /** The payments by which webhooks are judged: from this moment on, and before that one. */
  readonly payments_from: Milliseconds;
  readonly payments_to: Milliseconds;
}

/** What all the statements answer with. */
interface Row {
  /** What was counted: a severity, a state, a word. */
  readonly kind: string;
  readonly number: number;
  readonly amount: number | null;
  readonly id: string | null;
  /** Of a discrepancy, whose `id` is its home. */
  readonly key?: string;
  readonly at: number | string | null;
}

export async function readAttention(db: D1Database, query: AttentionQuery): Promise<LedgerTrouble> {
  const { now, stuck_after, unrouted_from, payments_from, payments_to } = query;
  const ends = [0, 6, 24, 48].map((hours) => toIso(now + hours * HOUR));
  const answers = await db.batch<Row>([
    db.prepare(UNCAPTURED).bind(...ends),
    db.prepare(STUCK).bind(now - stuck_after),
    db.prepare(byStep("fulfill")),
    db.prepare(byStep("refund")),
    db.prepare(DISCREPANCIES),
    db.prepare(ATTENTION),
    db.prepare(NOTIFICATIONS),
    db.prepare(MESSAGES).bind(unrouted_from),
    db.prepare(NEWEST_WEBHOOK),
    db.prepare(PAYMENTS).bind(payments_from, payments_to),
  ]);
  const [held, stuck, fulfill, refund, found, codes, told, heard, newest, paid] = answers.map(
    ({ results }) => results,
  );
  const webhook = newest?.[0]?.at;
  return {
    // They are counted together, so none of these numbers is sure when one is not.
    uncaptured: byKind(TIMES_LEFT, held, total(held) > COUNTED),
    stuck: counted(stuck),
    fulfillment: counted(fulfill),
    refunds: counted(refund),
    refunds_without_end: byKind([WITHOUT_END], found)[WITHOUT_END],
    discrepancies: byKind(SEVERITY_LEVELS, found),
    attention: byCode(codes),
    notifications: byKind(TROUBLES, told),
    messages: byKind(WAITING, heard),
    payments: (paid ?? []).flatMap(paymentOf),
    last_webhook_at: typeof webhook === "number" ? webhook : null,
  };
}

/** Rows of one kind together; `beyond`: more were read than are counted. */
function counted(rows: readonly Row[] = [], beyond = false): Counted {
  const number = total(rows);
  const [first] = rows.filter(({ id }) => id !== null).toSorted((a, b) => timeOf(a) - timeOf(b));
  return {
    count: Math.min(number, COUNTED),
    more: beyond || number > COUNTED,
    amount: rows.reduce((sum, { amount }) => sum + (amount ?? 0), 0),
    oldest: first === undefined ? null : oldestOf(first),
  };
}

function oldestOf(row: Row): Counted["oldest"] {
  const { id, key, at } = row;
  if (id === null) return null;
  const name = key === undefined ? id : formatDiscrepancyId({ home: id, key });
  return { id: name, at: at === null ? null : timeOf(row) };
}

function total(rows: readonly Row[] = []): number {
  return rows.reduce((sum, { number }) => sum + number, 0);
}

/** `capture_by` is text in the order's JSON, all other times are numbers. */
function timeOf({ at }: Row): Milliseconds {
  return typeof at === "number" ? at : (millisecondsOf(at) ?? Number.MAX_SAFE_INTEGER);
}

function byKind<K extends string>(kinds: readonly K[], rows: readonly Row[] = [], beyond = false) {
  const shown = kinds.map((kind) => [
    kind,
    counted(
      rows.filter((row) => row.kind === kind),
      beyond,
    ),
  ]);
  return Object.fromEntries(shown) as { readonly [kind in K]: Counted };
}

/** `kind` is a combination: codes between spaces. An order with two codes counts for both. */
function byCode(rows: readonly Row[] = []): LedgerTrouble["attention"] {
  const codesOf = ({ kind }: Row): readonly string[] => kind.trim().split(" ");
  const codes = [...new Set(rows.flatMap(codesOf))].toSorted();
  return Object.fromEntries(
    codes.map((code) => [code, counted(rows.filter((row) => codesOf(row).includes(code)))]),
  );
}

function paymentOf({ kind, id, at }: Row): readonly PaymentSeen[] {
  const isVerified = kind === "webhook" || kind === "inquiry";
  return isVerified && id !== null && typeof at === "number"
    ? [{ home: id, at, verified_by: kind }]
    : [];
}
