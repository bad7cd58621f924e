// The tables of the reader's own SQLite, step by step: a step that was released is never changed, what
// comes later is a step of its own.

export const STEPS: readonly (readonly string[])[] = [
  [
    // Row 1: DeskState, written at each step. Row 2: ReportKnowledge.
    "CREATE TABLE state (id INTEGER PRIMARY KEY, json TEXT NOT NULL)",
    // place: waiting, running, ended.
    `CREATE TABLE refreshes (
       id INTEGER PRIMARY KEY, place TEXT NOT NULL, ended INTEGER, json TEXT NOT NULL)`,
    `CREATE TABLE listed (
       utr TEXT NOT NULL, fingerprint TEXT NOT NULL, json TEXT NOT NULL,
       PRIMARY KEY (utr, fingerprint)) WITHOUT ROWID`,
    "CREATE TABLE to_read (utr TEXT PRIMARY KEY, newest INTEGER NOT NULL) WITHOUT ROWID",
    `CREATE TABLE unreadable (
       fingerprint TEXT PRIMARY KEY, noted INTEGER NOT NULL, json TEXT NOT NULL) WITHOUT ROWID`,
    "CREATE TABLE readings (utr TEXT PRIMARY KEY, read_at INTEGER NOT NULL) WITHOUT ROWID",
    // The lines of the transfer at hand; n is their place, from 1.
    `CREATE TABLE lines (
       n INTEGER PRIMARY KEY, fingerprint TEXT NOT NULL UNIQUE, transaction_id TEXT NOT NULL,
       json TEXT NOT NULL, state TEXT NOT NULL, ask TEXT, role TEXT, home TEXT, order_id TEXT,
       payment_id TEXT)`,
    "CREATE INDEX lines_by_state ON lines (state, transaction_id)",
    "CREATE INDEX lines_to_ask ON lines (ask) WHERE state = 'homed'",
    // To which order each transaction of a transfer was given, and by which reading.
    `CREATE TABLE given (
       utr TEXT NOT NULL, home TEXT NOT NULL, transaction_id TEXT NOT NULL, read INTEGER NOT NULL,
       PRIMARY KEY (utr, home, transaction_id)) WITHOUT ROWID`,
  ],
  [
    // Rows that a list gave, window by window, in its first or its second reading.
    `CREATE TABLE seen (
       window INTEGER NOT NULL, pass INTEGER NOT NULL, fingerprint TEXT NOT NULL,
       PRIMARY KEY (window, pass, fingerprint)) WITHOUT ROWID`,
    // Transfers that were put aside or wait for an order; at: when the bank was paid.
    // When a transfer that was read is read again by itself, and what was read: settlement-memory.ts.
    "ALTER TABLE readings ADD COLUMN again_at INTEGER",
    "ALTER TABLE readings ADD COLUMN content INTEGER",
    "ALTER TABLE readings ADD COLUMN same INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE readings ADD COLUMN finished INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE readings ADD COLUMN paid_at INTEGER",
    // Stored transfers that no list named, and when they were asked for.
    "CREATE TABLE absent (utr TEXT PRIMARY KEY, asked_at INTEGER NOT NULL) WITHOUT ROWID",
    "CREATE TABLE unread (utr TEXT PRIMARY KEY, at INTEGER) WITHOUT ROWID",
  ],
];
