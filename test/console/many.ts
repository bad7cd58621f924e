// A shop that has been at it for long: from one order to a hundred thousand, each with its parts, messages and
// notifications, some with discrepancies; transfers and days beside them. A few orders of each kind are written
// by the real projection, and their rows are multiplied in D1 by SQL, whatever columns they have by then: each
// copy has its own ids, references, RRN, telephone number and time. Seconds, not minutes.

import { env } from "cloudflare:workers";
import type { AuditLine } from "../../src/domain/audit-line";
import type { Stage } from "../../src/domain/stage";
import { inr } from "../../src/domain/money";
import type { OrderView } from "../../src/domain/order-view";
import { type DeliveryState, newDelivery } from "../../src/domain/delivery";
import { toIso } from "../../src/domain/time";
import { savedDelivery } from "../../src/ledger/notifications";
import { project } from "../../src/ledger/projection";
import { SEQ_PER_MILLISECOND } from "../../src/ledger/seq";
import {
  NOW,
  openChecklist,
  paidOrder,
  projectionOf,
  sampleDiscrepancy,
  sampleEvent,
  sampleLink,
  sampleMessage,
  sampleOrder,
  samplePayment,
  sampleRefund,
} from "../ledger/sample";
import { sampleLines, tell } from "../ledger/settled";

const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;

/** Each kind of order, how many of a thousand are like it, and what is different about it. */
interface Kind {
  readonly share: number;
  readonly order: (mark: Mark) => OrderView;
  readonly delivery?: "dead" | "retrying";
  readonly message?: "waiting" | "unrouted" | "no_change";
}

/** What each copy has of its own; the rows are searched for these texts. */
interface Mark {
  readonly token: string;
  readonly rrn: string;
  readonly phone: string;
}

const idOf = ({ token }: Mark): string => `v1-310101000000-aa-${token}`;

function parts({ token, rrn, phone }: Mark, stage: Stage): Partial<OrderView> {
  const id = idOf({ token, rrn, phone });
  return {
    stage,
    merchant_reference: `shop-${token}`,
    description: "Two kurtas and a scarf",
    customer: { email_id: `asha.${token}@example.com`, mobile_number: phone, first_name: "Asha" },
    link: sampleLink(`pl-${id}`, {
      merchant_payment_link_reference: `shop-${token}`,
      status: stage === "awaiting_payment" ? "CREATED" : "PROCESSED",
    }),
    payments: [
      samplePayment(`${id}-cc-1`, {
        order_id: id,
        rrn,
        status: stage === "authorized" ? "AUTHORIZED" : "PROCESSED",
      }),
    ],
  };
}

const paid = (mark: Mark): OrderView => paidOrder(idOf(mark), parts(mark, "paid"));

const KINDS: readonly Kind[] = [
  { share: 760, order: paid },
  {
    share: 60,
    order: (mark) => ({
      ...sampleOrder(idOf(mark)),
      ...parts(mark, "awaiting_payment"),
      payments: [],
    }),
    message: "no_change",
  },
  {
    share: 40,
    order: (mark) => ({
      ...sampleOrder(idOf(mark)),
      ...parts(mark, "authorized"),
      status: "AUTHORIZED",
      pre_auth: true,
      authorized: inr(10_000),
      capture_by: toIso(NOW),
      checklist: openChecklist("capture", "fulfill"),
    }),
  },
  {
    share: 60,
    order: (mark) => ({
      ...paid(mark),
      stage: "partially_refunded",
      refunded: inr(2_500),
      refundable: inr(7_500),
      refunds: [sampleRefund(`${idOf(mark)}-r`, { order_id: idOf(mark) })],
      checklist: openChecklist("settle"),
    }),
  },
  { share: 30, order: (mark) => ({ ...paid(mark), checklist: openChecklist() }), delivery: "dead" },
  {
    share: 20,
    order: (mark) => ({ ...paid(mark), discrepancies: [sampleDiscrepancy()] }),
    delivery: "retrying",
  },
  {
    share: 20,
    order: (mark) => ({ ...paid(mark), stage: "failed", status: "FAILED" }),
    message: "waiting",
  },
  {
    share: 10,
    order: (mark) => ({ ...paid(mark), attention: ["overpaid"] }),
    message: "unrouted",
  },
];

const TABLES: readonly (readonly [table: string, home: string])[] = [
  ["orders", "id"],
  ["payments", "home"],
  ["refunds", "home"],
  ["messages", "actor"],
  ["events", "home"],
  ["discrepancies", "home"],
  ["lookups", "home"],
];

/** Of the transfers: one for so many orders, with lines for three pages. */
const ORDERS_PER_TRANSFER = 200;
const LINES_PER_TRANSFER = 120;

/** Of what stands in the audit: one line for so many orders. */
const ORDERS_PER_DEED = 10;

/** One copy in each statement takes D1 too long; so many do not. */
const AT_ONCE = 10_000;

export interface Many {
  readonly orders: number;
  /** The newest order's creation. One is made each minute, or more often if there are many. */
  readonly newest: number;
  /** Between two orders, in milliseconds. */
  readonly every?: number;
}

/** Fills an empty ledger; returns how long it took, in milliseconds. */
export async function seedMany({ orders, newest, every = MINUTE }: Many): Promise<number> {
  const began = Date.now();
  await writeKinds();
  for (const [table, home] of TABLES) {
    for (let first = 0; first < orders; first += AT_ONCE) {
      const count = Math.min(AT_ONCE, orders - first);
      const sql = await multiplied(table, home);
      // Number 0 is the oldest.
      const oldest = newest - (orders - 1) * every;
      await env.DB.prepare(sql).bind(first, count, oldest, every).run();
    }
  }
  await removeKinds();
  await seedTransfers(Math.ceil(orders / ORDERS_PER_TRANSFER), newest);
  await seedAudit(Math.ceil(orders / ORDERS_PER_DEED), newest);
  await seedDays(newest);
  return Date.now() - began;
}

/** Kind k's own texts, in the form that searches have too (lower case); nothing else in a row looks like them. */
function markOf(kind: number): Mark {
  return { token: `s0${kind}x`, rrn: `99999999990${kind}`, phone: `999999990${kind}` };
}

async function writeKinds(): Promise<void> {
  for (const [index, kind] of KINDS.entries()) {
    const mark = markOf(index);
    const order = kind.order(mark);
    const event = sampleEvent(`evt_${mark.token}`);
    const doc = {
      ...event.doc,
      data: { previous_stage: null, changed: [], order: { id: order.id } },
    };
    const state: DeliveryState = kind.delivery ?? "delivered";
    const delivered = { delivered_at: state === "delivered" ? NOW : null };
    const delivery = { ...newDelivery(1, NOW), rev: NOW, state, ...delivered };
    const messages = [1, 2].map((n) =>
      sampleMessage(n, {
        webhook_id: `msg_${mark.token}_${n}`,
        state: kind.message ?? "applied",
        event: n === 1 ? "ORDER_PROCESSED" : "payment_link.processed",
        received_at: NOW,
        sent_at: NOW,
      }),
    );
    await project(
      env.DB,
      projectionOf(order, {
        messages,
        events: [{ ...event, doc, delivery: savedDelivery(event.id, delivery).delivery }],
        deliveries: [savedDelivery(event.id, { ...delivery, rev: NOW + 1 })],
      }),
    );
  }
}

/** The copies of a table's rows. ?1: the first number, ?2: how many, ?3: when number 0 was, ?4: and the next. */
async function multiplied(table: string, home: string): Promise<string> {
  const { results } = await env.DB.prepare(`PRAGMA table_info(${table})`).all<{
    readonly name: string;
    readonly type: string;
  }>();
  const columns = results.filter(({ name }) => !(table === "events" && name === "seq"));
  const copies = columns.map(({ name, type }) => {
    if (table === "orders" && name === "seq") return `at * ${SEQ_PER_MILLISECOND} + 512`;
    if (type.toLowerCase() === "text") return textOf(`t.${name}`);
    return name.endsWith("_at") ? `t.${name} - ${NOW} + at` : `t.${name}`;
  });
  return `
    WITH RECURSIVE numbers (nr) AS (SELECT CAST(?1 AS INTEGER)
      UNION ALL SELECT nr + 1 FROM numbers WHERE nr + 1 < ?1 + ?2),
    drawn AS (SELECT nr, CAST(?3 + nr * ?4 AS INTEGER) AS at, nr * 7919 % 1000 AS draw FROM numbers),
    kinds AS (SELECT nr, at, ${kindOf()} AS kind FROM drawn)
    INSERT INTO ${table} (${columns.map(({ name }) => name).join(", ")})
    SELECT ${copies.join(", ")}
    FROM kinds CROSS JOIN ${table} AS t
      ON t.${home} = 'v1-310101000000-aa-s0' || kind || 'x'`;
}

function kindOf(): string {
  let below = 0;
  const cases = KINDS.map(({ share }, kind) => {
    below += share;
    return `WHEN draw < ${below} THEN ${kind}`;
  });
  return `CASE ${cases.join(" ")} ELSE 0 END`;
}

/** The texts of a kind's mark, and its time, become the copy's own. */
function textOf(column: string): string {
  const swaps = [
    ["'s0' || kind || 'x'", "'s0' || kind || 'x' || nr"],
    ["'99999999990' || kind", "printf('%012d', 430700000000 + nr)"],
    ["'999999990' || kind", "printf('%010d', 9000000000 + nr)"],
    [`'${toIso(NOW)}'`, "strftime('%Y-%m-%dT%H:%M:%fZ', at / 1000.0, 'unixepoch')"],
  ];
  return swaps.reduce((inner, [old, own]) => `replace(${inner}, ${old}, ${own})`, column);
}

async function removeKinds(): Promise<void> {
  const own = KINDS.map((_, kind) => `'${idOf(markOf(kind))}'`).join(", ");
  await env.DB.batch(
    TABLES.map(([table, home]) => env.DB.prepare(`DELETE FROM ${table} WHERE ${home} IN (${own})`)),
  );
}

async function seedTransfers(count: number, newest: number): Promise<void> {
  const utr = "S09x00000000";
  await tell({ utr, read: 1, lines: sampleLines(LINES_PER_TRANSFER) });
  for (const table of ["settlements", "settlement_lines"]) {
    const { results } = await env.DB.prepare(`PRAGMA table_info(${table})`).all<{
      readonly name: string;
      readonly type: string;
    }>();
    const copies = results.map(({ name, type }) => {
      if (name.endsWith("_at")) return `t.${name} - ${NOW} + ?2 - nr * ${DAY} / 4`;
      const swapped = `replace(t.${name}, '${utr}', printf('%012d', 412300000000 + nr))`;
      return type.toLowerCase() === "text" ? swapped : `t.${name}`;
    });
    const sql = `
      WITH RECURSIVE numbers (nr) AS (SELECT 1 UNION ALL SELECT nr + 1 FROM numbers WHERE nr < ?1)
      INSERT INTO ${table} (${results.map(({ name }) => name).join(", ")})
      SELECT ${copies.join(", ")} FROM numbers CROSS JOIN ${table} AS t ON t.utr = '${utr}' AND ?2 > 0`;
    await env.DB.prepare(sql).bind(count, newest).run();
    await env.DB.prepare(`DELETE FROM ${table} WHERE utr = '${utr}'`).run();
  }
}

/** Refunds that somebody asked for, one every ten minutes. */
async function seedAudit(count: number, newest: number): Promise<void> {
  const line: Omit<AuditLine, "at" | "order_id"> = {
    by: "Meera",
    action: "refund",
    kind: "refund",
    reference: "ref-1",
    amount: inr(2_500),
    decision: null,
    reason: "Too small",
  };
  await env.DB.prepare(
    `WITH RECURSIVE numbers (nr, at) AS (SELECT 0, CAST(?2 AS INTEGER)
       UNION ALL SELECT nr + 1, at - ${10 * MINUTE} FROM numbers WHERE nr + 1 < ?1)
     INSERT INTO audit (at, actor, n, order_id, doc)
     SELECT at, 'v1-310101000000-aa-s03x' || nr, 1, 'v1-310101000000-aa-s03x' || nr, json_set(?3,
       '$.at', strftime('%Y-%m-%dT%H:%M:%fZ', at / 1000.0, 'unixepoch'),
       '$.order_id', 'v1-310101000000-aa-s03x' || nr) FROM numbers`,
  )
    .bind(count, newest, JSON.stringify(line))
    .run();
}

/** A year of them, each with a thousand times its number. */
async function seedDays(newest: number): Promise<void> {
  const { results } = await env.DB.prepare("PRAGMA table_info(days)").all<{
    readonly name: string;
    readonly notnull: number;
  }>();
  const columns = results.filter(({ notnull }) => notnull === 1);
  const values = columns.map(({ name }) => {
    if (name === "day") return `date((?1 - n * ${DAY}) / 1000, 'unixepoch')`;
    return name === "computed_at" ? "?1" : "n * 1000";
  });
  await env.DB.prepare(
    `WITH RECURSIVE numbers (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n < 364)
     INSERT INTO days (${columns.map(({ name }) => name).join(", ")})
     SELECT ${values.join(", ")} FROM numbers`,
  )
    .bind(newest)
    .run();
}

/** Before another seeding; what is no order's stays. */
export async function emptyLedger(): Promise<void> {
  const tables = [
    ...TABLES.map(([table]) => table),
    "settlements",
    "settlement_lines",
    "audit",
    "days",
  ];
  await env.DB.batch(tables.map((table) => env.DB.prepare(`DELETE FROM ${table}`)));
}
