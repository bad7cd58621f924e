// A large ledger: a hundred thousand orders, one a minute, each with a payment, and one in ten with a
// refund; few of them have a step of the checklist that is open.
import { env } from "cloudflare:workers";
import { toIso } from "../../src/domain/time";
import { SEQ_PER_MILLISECOND } from "../../src/ledger/seq";
import { NOW } from "./sample";

export const ORDERS = 100_000;
export const MINUTE = 60_000;
/** The creation of order 0, of which there is none; the last one is of NOW. */
export const START = NOW - ORDERS * MINUTE;

/** Of the checklist's steps: verify 1, record 2, confirm 4, fulfill 8, capture 16, settle 32, refund 64. */
const NEEDS = `CASE
  WHEN draw < 700 THEN 0 WHEN draw < 800 THEN 32 WHEN draw < 870 THEN 1
  WHEN draw < 900 THEN 32 + 8 WHEN draw < 920 THEN 32 + 4 WHEN draw < 940 THEN 32 + 8 + 4
  WHEN draw < 950 THEN 8 + 16 WHEN draw < 960 THEN 16 WHEN draw < 970 THEN 32 + 2 + 4 + 8
  WHEN draw < 975 THEN 4 WHEN draw < 980 THEN 64 WHEN draw < 985 THEN 64 + 32
  WHEN draw < 990 THEN 8 WHEN draw < 995 THEN 2 + 32 ELSE 2 + 64 + 32 + 8 END`;

const STAGE = `CASE
  WHEN draw < 800 THEN 'paid' WHEN draw < 870 THEN 'awaiting_payment'
  WHEN draw < 940 THEN 'paid' WHEN draw < 960 THEN 'authorized'
  WHEN draw < 975 THEN 'paid' WHEN draw < 985 THEN 'payment_initiated' ELSE 'paid' END`;

const ORDER_ROWS = `
  WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?1),
  drawn AS (SELECT n, ?2 + n * ${MINUTE} AS at, n * 7919 % 1000 AS draw FROM numbers),
  staged AS (SELECT n, at, ${STAGE} AS stage, ${NEEDS} AS needs FROM drawn)
  INSERT INTO orders (seq, id, version, order_id, payment_link_id, merchant_reference, stage, status,
    link_status, origin, verified_by, currency, amount, authorized, captured, refundable, created_at,
    updated_at, needs, doc)
  SELECT at * ${SEQ_PER_MILLISECOND}, 'seed-' || n, 1, 'seed-' || n, 'pl-seed-' || n,
    'reference-' || n, stage, 'PROCESSED', 'PROCESSED', 'webhook', 'webhook', 'INR', 10000,
    CASE stage WHEN 'authorized' THEN 10000 ELSE 0 END, 0, 0, at, at, needs,
    json_object('id', 'seed-' || n, 'order_id', 'seed-' || n, 'stage', stage, 'needs', needs,
      'capture_by', CASE stage WHEN 'authorized' THEN '${toIso(NOW)}' END,
      'customer', json_object('email_id', 'kumar@example.com', 'mobile_number', '9876543210'),
      'settlement', json_object('utrs', json_array('UTR' || n)),
      'payments', json_array(json_object('id', 'pay-' || n)),
      'refunds', json_array(json_object('refund_id', 'back-' || n)))
  FROM staged`;

const PAYMENT_ROWS = `
  INSERT INTO payments (id, home, order_id, status, payment_method, amount, rrn, created_at, captured, doc)
  SELECT 'pay-' || substr(id, 6), id, id,
    CASE WHEN substr(id, 6) % 20 = 0 THEN 'FAILED' ELSE 'PROCESSED' END,
    CASE WHEN substr(id, 6) % 4 = 0 THEN 'CARD' ELSE 'UPI' END, 10000, 'rrn-' || substr(id, 6),
    created_at, 10000, json_object('id', 'pay-' || substr(id, 6))
  FROM orders`;

const REFUND_ROWS = `
  INSERT INTO refunds (id, home, order_id, reference, status, amount, created_at, doc)
  SELECT 'back-' || substr(id, 6), id, 'r-' || id, 'again-' || substr(id, 6),
    CASE WHEN substr(id, 6) % 100 = 0 THEN 'PENDING' ELSE 'PROCESSED' END, 2500, created_at,
    json_object('refund_id', 'back-' || substr(id, 6))
  FROM orders WHERE substr(id, 6) % 10 = 0`;

export async function fillLedger(): Promise<void> {
  await env.DB.prepare(ORDER_ROWS).bind(ORDERS, START).run();
  await env.DB.batch([env.DB.prepare(PAYMENT_ROWS), env.DB.prepare(REFUND_ROWS)]);
}
