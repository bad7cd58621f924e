// The ledger's tables in D1: copies of what the actors hold, for lists and look-ups, never a source
// of truth about an order. A release expands this schema, a later one contracts it; migrations are
// generated from it (`npm run migrations`), and nothing that is deployed imports it.
//
// Rows written are what D1 costs, and each index is a row. So:
// - `orders.seq` is the row's own number and begins with the time of creation, so that lists by
//   creation, alone or within a stage or status, need no index for it: every index of the table
//   ends in `seq` by itself. A list by creation costs nothing; one by update costs one row a change.
// - A link is shown with its order, from the same row: a table of links would cost two to six rows
//   more for every payment and hold nothing that `doc` does not.
// - Statuses are indexed without PROCESSED, where most payments end: those who end there pay
//   nothing for it, and a list of PROCESSED finds enough of them by walking the others.
// - Keys of text are WITHOUT ROWID where the row is small (one row instead of two); `orders` has a
//   row of two kilobytes, which such a table would spill over a page of its own. drizzle can not
//   say WITHOUT ROWID: it is added to the generated SQL by hand, marked there with a comment.

import { sql } from "drizzle-orm";
import {
  check,
  index,
  integer,
  primaryKey,
  sqliteTable,
  text,
  uniqueIndex,
} from "drizzle-orm/sqlite-core";
import type { Severity } from "../domain/discrepancy";
import type { MessageState } from "../domain/message";
import type { SettlementStatus } from "../domain/settlement-check";
import type { Stage } from "../domain/stage";

/** One row per home. Amounts are paisa of `currency`; null is "nobody has said". */
export const orders = sqliteTable(
  "orders",
  {
    seq: integer("seq").primaryKey(),
    /** The home's name. */
    id: text("id").notNull(),
    /** Of the projection; an older one never overwrites a newer one. */
    version: integer("version").notNull(),
    order_id: text("order_id"),
    payment_link_id: text("payment_link_id"),
    merchant_reference: text("merchant_reference"),
    stage: text("stage").$type<Stage>().notNull(),
    /** The gateway's newest word for the order, and for its link. */
    status: text("status"),
    link_status: text("link_status"),
    origin: text("origin").notNull(),
    verified_by: text("verified_by"),
    currency: text("currency").notNull(),
    amount: integer("amount"),
    amount_due: integer("amount_due"),
    authorized: integer("authorized").notNull(),
    captured: integer("captured"),
    refunded: integer("refunded"),
    refundable: integer("refundable").notNull(),
    created_at: integer("created_at").notNull(),
    updated_at: integer("updated_at").notNull(),
    /** What a person should look at, as codes between spaces (" overpaid "); null: nothing. */
    attention: text("attention"),
    /** The open steps of its checklist, a bit each (domain/checklist.ts). */
    needs: integer("needs").notNull().default(0),
    /** When personal data and raw bodies were removed (RETENTION_DAYS); null: they are there. */
    forgotten_at: integer("forgotten_at"),
    /** When the gateway is to be asked again. */
    next_inquiry_at: integer("next_inquiry_at"),
    /** When the actor's alarm should have run at the latest. */
    wake_at: integer("wake_at"),
    /** The terms by which it stands in `lookups`, as JSON; null: none were written since there are any. */
    terms: text("terms"),
    /** The OrderView as JSON. The customer is in it whole: the door masks. */
    doc: text("doc").notNull(),
  },
  (table) => [
    uniqueIndex("orders_id").on(table.id),
    index("orders_stage").on(table.stage),
    index("orders_updated").on(table.updated_at),
    index("orders_status")
      .on(table.status)
      .where(sql`status <> 'PROCESSED'`),
    index("orders_link_status")
      .on(table.link_status)
      .where(sql`link_status <> 'PROCESSED'`),
    index("orders_reference")
      .on(table.merchant_reference)
      .where(sql`merchant_reference IS NOT NULL`),
    index("orders_attention")
      .on(table.attention)
      .where(sql`attention IS NOT NULL`),
    // A list by a step is merged from the few combinations that there are.
    index("orders_needs")
      .on(table.needs)
      .where(sql`needs <> 0`),
    index("orders_due")
      .on(table.next_inquiry_at)
      .where(sql`next_inquiry_at IS NOT NULL`),
    index("orders_wake")
      .on(table.wake_at)
      .where(sql`wake_at IS NOT NULL`),
  ],
);

/**
 * Keyed by id *and* home: an alias and its home may both know a payment for a while, and neither's
 * late word may touch the other's row. WITHOUT ROWID.
 */
export const payments = sqliteTable(
  "payments",
  {
    id: text("id").notNull(),
    home: text("home").notNull(),
    order_id: text("order_id"),
    status: text("status"),
    payment_method: text("payment_method"),
    amount: integer("amount"),
    rrn: text("rrn"),
    /** By the gateway's clock, else when its order began; in milliseconds. */
    created_at: integer("created_at"),
    /** Where its captured money is: the PaymentBooks, whole paisa. Null: not projected since there are any. */
    captured: integer("captured"),
    refunded: integer("refunded"),
    fees: integer("fees"),
    recovered: integer("recovered"),
    settled: integer("settled"),
    pending: integer("pending"),
    elsewhere: integer("elsewhere"),
    unexplained: integer("unexplained"),
    /** The PaymentView as JSON. */
    doc: text("doc").notNull(),
    /** Of `pending`, in a transfer that is not completed. Null as `captured`, and in rows of an earlier release. */
    initiated: integer("initiated"),
  },
  (table) => [
    primaryKey({ columns: [table.id, table.home] }),
    // One row more for each payment, once: what is written later leaves its time alone.
    index("payments_created").on(table.created_at),
  ],
);

/** By the id of the refund's own order. WITHOUT ROWID. */
export const refunds = sqliteTable(
  "refunds",
  {
    id: text("id").notNull(),
    home: text("home").notNull(),
    order_id: text("order_id"),
    reference: text("reference"),
    status: text("status"),
    amount: integer("amount"),
    /** By the gateway's clock, else when it was asked for here, else when its order began. */
    created_at: integer("created_at"),
    /** The RefundView as JSON. */
    doc: text("doc").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.id, table.home] }),
    index("refunds_created").on(table.created_at),
  ],
);

/**
 * Every kept message, without its body. The key begins with the id that a person has in hand; the
 * index begins with the state, and the newest of all states are merged from it. WITHOUT ROWID.
 */
export const messages = sqliteTable(
  "messages",
  {
    webhook_id: text("webhook_id").notNull(),
    /** The actor that took it from the gateway and numbered it. */
    actor: text("actor").notNull(),
    n: integer("n").notNull(),
    event: text("event"),
    state: text("state").$type<MessageState>().notNull(),
    repeats: integer("repeats").notNull(),
    size: integer("size").notNull(),
    body_hash: text("body_hash").notNull(),
    id_reused: integer("id_reused", { mode: "boolean" }).notNull(),
    received_at: integer("received_at").notNull(),
    sent_at: integer("sent_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.webhook_id, table.actor, table.n] }),
    index("messages_state").on(table.state, table.received_at),
  ],
);

/**
 * Notifications as recorded, in the order in which they are pulled. `seq` grows by itself and is
 * never given twice as long as the newest row stays: whoever removes old events keeps that one.
 * (AUTOINCREMENT would promise it for one row more per event, and one per ignored repeat.)
 */
export const events = sqliteTable(
  "events",
  {
    seq: integer("seq").primaryKey(),
    id: text("id").notNull(),
    type: text("type").notNull(),
    home: text("home").notNull(),
    created_at: integer("created_at").notNull(),
    /** { type, timestamp, data } as JSON. */
    doc: text("doc").notNull(),
    /** When NOTIFY_URL took it. */
    delivered_at: integer("delivered_at"),
    /** Why it was not taken yet, or will not be: retrying, paused, dead; null: nothing is wrong. */
    trouble: text("trouble"),
    /** Its attempts as JSON; null: none was made. */
    delivery: text("delivery"),
  },
  (table) => [
    uniqueIndex("events_id").on(table.id),
    // Empty on a good day.
    index("events_trouble")
      .on(table.trouble)
      .where(sql`trouble IS NOT NULL`),
  ],
);

/**
 * One row per cause. `key` is type and subject (domain/discrepancy.ts); `home` is an order's, or says which
 * transfer it is about (`settlementHome`). Six indexes: rare rows, and each list of them reads what it
 * shows. WITHOUT ROWID.
 */
export const discrepancies = sqliteTable(
  "discrepancies",
  {
    home: text("home").notNull(),
    key: text("key").notNull(),
    type: text("type").notNull(),
    severity: text("severity").$type<Severity>().notNull(),
    subject: text("subject").notNull(),
    /** JSON. */
    ours: text("ours").notNull(),
    theirs: text("theirs").notNull(),
    amount: integer("amount"),
    first_seen_at: integer("first_seen_at").notNull(),
    last_seen_at: integer("last_seen_at").notNull(),
    closed_at: integer("closed_at"),
    /** Who closed it, when and why; null: it stands, or it closed by itself. */
    resolved_by: text("resolved_by"),
    resolved_reason: text("resolved_reason"),
    resolved_at: integer("resolved_at"),
  },
  (table) => [
    primaryKey({ columns: [table.home, table.key] }),
    index("discrepancies_seen").on(table.first_seen_at),
    index("discrepancies_open")
      .on(table.first_seen_at)
      .where(sql`closed_at IS NULL`),
    index("discrepancies_severity").on(table.severity, table.first_seen_at),
    index("discrepancies_severity_open")
      .on(table.severity, table.first_seen_at)
      .where(sql`closed_at IS NULL`),
    // A list by type alone is merged from its severities.
    index("discrepancies_type").on(table.type, table.severity, table.first_seen_at),
    index("discrepancies_type_open")
      .on(table.type, table.severity, table.first_seen_at)
      .where(sql`closed_at IS NULL`),
  ],
);

/**
 * One row per transfer to the bank, by its UTR. Amounts are paisa, null is "nobody has said". WITHOUT
 * ROWID: what lists show comes first and `doc` last, so that only who asks for one transfer reads that.
 */
export const settlements = sqliteTable(
  "settlements",
  {
    utr: text("utr").primaryKey(),
    status: text("status").$type<SettlementStatus>().notNull(),
    settled_at: integer("settled_at"),
    processed_at: integer("processed_at"),
    /** Settled, else processed, else first seen: the order of lists. */
    sort_at: integer("sort_at").notNull(),
    net: integer("net"),
    gross: integer("gross"),
    refunds: integer("refunds"),
    fees: integer("fees"),
    taxes: integer("taxes"),
    recoveries: integer("recoveries"),
    split: integer("split"),
    /** What stands beside the sum, where it makes gross and net meet; else 0. */
    beside: integer("beside"),
    unexplained: integer("unexplained"),
    /** Refunds that were deducted and that no line shows. */
    refunds_unlisted: integer("refunds_unlisted").notNull(),
    /** No identity of it fails. */
    holds: integer("holds", { mode: "boolean" }).notNull(),
    lines: integer("lines").notNull(),
    unknown: integer("unknown").notNull(),
    other_business: integer("other_business").notNull(),
    waiting: integer("waiting").notNull(),
    /** The number of the reading that its lines are from; 0: they were never read. */
    read: integer("read").notNull(),
    unfinished: integer("unfinished", { mode: "boolean" }).notNull(),
    /** Of the list's rows, sorted, as JSON. */
    fingerprints: text("fingerprints").notNull(),
    first_seen_at: integer("first_seen_at").notNull(),
    updated_at: integer("updated_at").notNull(),
    /** The SettlementDoc as JSON (settlement-row.ts). */
    doc: text("doc").notNull(),
  },
  (table) => [
    index("settlements_sort").on(table.sort_at),
    // What changed since a moment: transfers are few, and each is written seldom.
    index("settlements_updated").on(table.updated_at),
    // A list by one of the two is merged from the values of the other.
    index("settlements_state").on(table.status, table.holds, table.sort_at),
  ],
);

/**
 * The lines of each transfer by their places. A place may have a row of the reading that is shown
 * (`settlements.read` or earlier: a line that stays as it was is not written again) and one of a
 * reading under way, so nobody sees half of one. WITHOUT ROWID.
 */
export const settlementLines = sqliteTable(
  "settlement_lines",
  {
    utr: text("utr").notNull(),
    n: integer("n").notNull(),
    read: integer("read").notNull(),
    transaction_id: text("transaction_id").notNull(),
    /** The AttributedLine as JSON. */
    doc: text("doc").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.utr, table.n, table.read] }),
    index("settlement_lines_transaction").on(table.transaction_id),
  ],
);

/**
 * What a person may have in hand of an order (domain/search-terms.ts), and whose it is. Which rows an order
 * has stands in `orders.terms`, so that those that it lost go without an index by home. Ids are not among them:
 * other keys know those. A link costs a row for each of its reference, e-mail address and phone; a payment one
 * for its RRN and one for its card; a refund one for its reference and one for its RRN; a transfer one.
 * WITHOUT ROWID.
 */
export const lookups = sqliteTable(
  "lookups",
  {
    /** Its kind and its value in one form, such as "rrn:430712345678". */
    term: text("term").notNull(),
    home: text("home").notNull(),
  },
  (table) => [primaryKey({ columns: [table.term, table.home] })],
);

/**
 * One row per day of the merchant's zone, made anew by a cron for the days that changed: charts read days, not
 * payments. Paisa of INR. WITHOUT ROWID.
 */
export const days = sqliteTable("days", {
  /** "2026-11-03". */
  day: text("day").primaryKey(),
  /** Captured, by the day of the payment. */
  payments: integer("payments").notNull(),
  collected: integer("collected").notNull(),
  /** Sent back, by the day of the refund. */
  refunds: integer("refunds").notNull(),
  refunded: integer("refunded").notNull(),
  /** Transferred to the bank, by the day of the transfer. */
  transfers: integer("transfers").notNull(),
  settled: integer("settled").notNull(),
  /** Of what was collected that day: where it is now, less what was kept back (http/days.ts). */
  awaiting: integer("awaiting").notNull(),
  initiated: integer("initiated").notNull(),
  completed: integer("completed").notNull(),
  computed_at: integer("computed_at").notNull(),
});

/**
 * Ids that are not the home's name, and the tombstones of actors that handed over: what stands
 * here never gets a row in `orders` again. WITHOUT ROWID.
 */
export const aliases = sqliteTable("aliases", {
  alias: text("alias").primaryKey(),
  home: text("home").notNull(),
});

/**
 * When to wake an actor that has no row in `orders` to say it in: an alias with messages to forward,
 * the creation of a link whose outcome is unknown. Empty on a good day. WITHOUT ROWID.
 */
export const wakes = sqliteTable("wakes", {
  actor: text("actor").primaryKey(),
  wake_at: integer("wake_at").notNull(),
});

/**
 * Who asked for money, and who decided about it: one row for each line, never changed. The key begins
 * with the time, so the newest come first without an index; those of one order have one, because such a list
 * may not read everybody's, and lines are rare: a second row for each costs next to nothing. WITHOUT ROWID.
 */
export const audit = sqliteTable(
  "audit",
  {
    at: integer("at").notNull(),
    /** The actor that wrote it, and its number there; a transfer's home for a word about a transfer. */
    actor: text("actor").notNull(),
    n: integer("n").notNull(),
    /** The gateway order that the money is on; a transfer's home, which no order is called. */
    order_id: text("order_id").notNull(),
    /** The line as the API shows it, as JSON. */
    doc: text("doc").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.at, table.actor, table.n] }),
    // Ends in the key by itself: of one order, too, the newest come first.
    index("audit_order").on(table.order_id),
  ],
);

/** One row: which environment of the gateway this ledger belongs to. */
export const ledgerStamp = sqliteTable(
  "ledger_stamp",
  {
    id: integer("id").primaryKey(),
    environment: text("environment").notNull(),
  },
  (table) => [check("ledger_stamp_one", sql`${table.id} = 1`)],
);
