// The statements behind GET /v1/attention. Each counts over one index, at most `READ` rows of a kind from
// the oldest on, and answers rows of `kind`, `number`, `amount`, `id` and `at`: with min() SQLite takes the
// columns beside it from the row that has it. Words in them are ours.

import type { StepName } from "../domain/checklist";
import { type DiscrepancyType, SEVERITIES, SEVERITY_LEVELS } from "../domain/discrepancy";
import { MESSAGE_STATES } from "../domain/message";
import { bitOf, needsWalk } from "./needs";
import { SEQ_PER_MILLISECOND } from "./seq";

/** Numbers are exact up to this one. */
export const COUNTED = 1_000;
/** One more is read, to know whether there are more. */
const READ = COUNTED + 1;

export const TROUBLES = ["dead", "retrying", "paused"] as const;
export const WAITING = ["waiting", "unrouted"] as const;
export const WITHOUT_END = "refund_without_end" satisfies DiscrepancyType;

/** ?1 to ?4: now, and in 6, 24 and 48 hours, as the order's JSON writes times. */
export const UNCAPTURED = `
  SELECT CASE
      WHEN capture_by IS NULL THEN 'unknown' WHEN capture_by <= ?1 THEN 'lapsed'
      WHEN capture_by <= ?2 THEN 'under_6h' WHEN capture_by <= ?3 THEN 'under_24h'
      WHEN capture_by <= ?4 THEN 'under_48h' ELSE 'later' END AS kind,
    count(*) AS number, sum(authorized) AS amount, id, min(capture_by) AS at
  FROM (SELECT id, authorized, doc ->> '$.capture_by' AS capture_by
    FROM orders INDEXED BY orders_stage WHERE stage = 'authorized' ORDER BY seq LIMIT ${READ})
  GROUP BY 1`;

/** ?1: nothing was heard since. All but the newest payments on their way are stuck. */
export const STUCK = `
  SELECT 'stuck' AS kind, count(*) AS number, sum(amount) AS amount, id, min(updated_at) AS at
  FROM (SELECT id, amount, updated_at FROM orders INDEXED BY orders_stage
    WHERE stage = 'payment_initiated' AND updated_at < ?1 ORDER BY seq LIMIT ${READ})`;

/** Orders in which the step is open. */
export function byStep(step: StepName): string {
  const orders = needsWalk({
    bit: String(bitOf(step)),
    newest_first: false,
    start: "-1",
    conditions: [],
    limit: String(READ),
  });
  return `WITH RECURSIVE ${orders}
    SELECT '${step}' AS kind, number, NULL AS amount, oldest / ${SEQ_PER_MILLISECOND} AS at,
      (SELECT id FROM orders WHERE seq = oldest) AS id
    FROM (SELECT count(place) AS number, min(place) AS oldest FROM step_orders)`;
}

const discrepancies = (kind: string, index: string, condition: string): string => `
  SELECT '${kind}' AS kind, count(*) AS number, sum(amount) AS amount, home AS id, key,
    min(first_seen_at) AS at
  FROM (SELECT home, key, amount, first_seen_at FROM discrepancies INDEXED BY ${index}
    WHERE ${condition} AND closed_at IS NULL ORDER BY first_seen_at LIMIT ${READ})`;

/** Open ones by their severity, and those of one type beside them. */
export const DISCREPANCIES = [
  ...SEVERITY_LEVELS.map((level) =>
    discrepancies(level, "discrepancies_severity_open", `severity = '${level}'`),
  ),
  discrepancies(
    WITHOUT_END,
    "discrepancies_type_open",
    `type = '${WITHOUT_END}' AND severity = '${SEVERITIES[WITHOUT_END]}'`,
  ),
].join(" UNION ALL ");

const words = (least: string): string =>
  `(SELECT min(attention) FROM orders INDEXED BY orders_attention
    WHERE attention IS NOT NULL${least})`;

const withWord =
  "orders INDEXED BY orders_attention WHERE attention IS NOT NULL AND attention = word";

/** By each combination of codes that there is; an index's own order brings one after the other. */
export const ATTENTION = `
  WITH RECURSIVE words (word) AS (
    SELECT ${words("")}
    UNION ALL SELECT ${words(" AND attention > word")} FROM words WHERE word IS NOT NULL
    LIMIT ${READ})
  SELECT word AS kind, number, NULL AS amount, oldest / ${SEQ_PER_MILLISECOND} AS at,
    (SELECT id FROM orders WHERE seq = oldest) AS id
  FROM (SELECT word, (SELECT count(*) FROM (SELECT 1 FROM ${withWord} LIMIT ${READ})) AS number,
      (SELECT min(seq) FROM ${withWord}) AS oldest
    FROM words WHERE word IS NOT NULL)`;

/** Notifications that were not taken. */
export const NOTIFICATIONS = TROUBLES.map(
  (trouble) => `
  SELECT '${trouble}' AS kind, number, NULL AS amount,
    (SELECT created_at FROM events WHERE seq = oldest) AS at,
    (SELECT id FROM events WHERE seq = oldest) AS id
  FROM (SELECT count(*) AS number, min(seq) AS oldest FROM (
    SELECT seq FROM events INDEXED BY events_trouble
    WHERE trouble = '${trouble}' AND trouble IS NOT NULL ORDER BY seq LIMIT ${READ}))`,
).join(" UNION ALL ");

const messages = (state: string, condition: string): string => `
  SELECT '${state}' AS kind, count(*) AS number, NULL AS amount, webhook_id AS id,
    min(received_at) AS at
  FROM (SELECT webhook_id, received_at FROM messages INDEXED BY messages_state
    WHERE state = '${state}'${condition} ORDER BY received_at LIMIT ${READ})`;

/** ?1: from when on those that nobody could route count. */
export const MESSAGES = [
  messages(WAITING[0], ""),
  messages(WAITING[1], " AND received_at >= ?1"),
].join(" UNION ALL ");

const newestOf = MESSAGE_STATES.map(
  (state) =>
    `SELECT max(received_at) AS at FROM messages INDEXED BY messages_state WHERE state = '${state}'`,
);

export const NEWEST_WEBHOOK = `
  SELECT 'webhook' AS kind, 1 AS number, NULL AS amount, NULL AS id, max(at) AS at
  FROM (${newestOf.join(" UNION ALL ")})`;

/** Payments that are walked to find those with money among them: most tries that fail come alone. */
const TRIES = 200;

/**
 * The newest payments with money from ?1 on and before ?2, and how their orders were verified. Each row is
 * one of them.
 */
export const PAYMENTS = `
  SELECT owner.verified_by AS kind, 1 AS number, NULL AS amount, owner.id, tries.at
  FROM (SELECT home, status, created_at AS at FROM payments INDEXED BY payments_created
      WHERE created_at >= ?1 AND created_at < ?2 ORDER BY created_at DESC LIMIT ${TRIES}) AS tries
    CROSS JOIN orders AS owner ON owner.id = tries.home
  WHERE tries.status <> 'FAILED' AND owner.verified_by IS NOT NULL
    AND owner.stage IN ('authorized', 'part_paid', 'paid', 'partially_refunded', 'refunded')
  ORDER BY tries.at DESC`;
