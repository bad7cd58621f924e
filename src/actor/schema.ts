// The actor's own storage as an ordered list of numbered steps, forward only. As few tables as can
// be, with integer keys: each costs every order rows and kilobytes. Nothing is created before the
// first write, so that asking for an order that does not exist stores nothing.

const STEPS: readonly (readonly string[])[] = [
  [
    // Row 0: the schema's number. Row 1: ActorState. Row 2: LinkCreation (only in `reference:…`).
    "CREATE TABLE state (id INTEGER PRIMARY KEY, json TEXT NOT NULL)",
    `CREATE TABLE messages (
       n INTEGER PRIMARY KEY, webhook_id TEXT NOT NULL, body_hash TEXT NOT NULL, event TEXT,
       state TEXT NOT NULL, repeats INTEGER NOT NULL, id_reused INTEGER NOT NULL,
       size INTEGER NOT NULL, sent_at INTEGER NOT NULL, received_at INTEGER NOT NULL,
       request_id TEXT NOT NULL, encoding TEXT NOT NULL, body TEXT NOT NULL)`,
    "CREATE TABLE timeline (n INTEGER PRIMARY KEY, at INTEGER NOT NULL, json TEXT NOT NULL)",
    "CREATE TABLE events (n INTEGER PRIMARY KEY, key TEXT NOT NULL, at INTEGER NOT NULL, json TEXT NOT NULL)",
  ],
];

/** Only an actor that keeps messages of many orders needs to find one among thousands. */
const MANY_MESSAGES = "CREATE INDEX messages_by_webhook_id ON messages (webhook_id)";

export function isCreated(sql: SqlStorage): boolean {
  const found = sql.exec("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'state'");
  return found.toArray().length > 0;
}

/** Runs the steps that this storage has not seen. Call inside a transaction. */
export function migrate(sql: SqlStorage, options: { readonly manyMessages: boolean }): void {
  const done = isCreated(sql) ? schemaNumber(sql) : 0;
  if (done === STEPS.length) return;
  for (const step of STEPS.slice(done)) for (const statement of step) sql.exec(statement);
  if (done === 0 && options.manyMessages) sql.exec(MANY_MESSAGES);
  sql.exec("INSERT OR REPLACE INTO state (id, json) VALUES (0, ?)", String(STEPS.length));
}

function schemaNumber(sql: SqlStorage): number {
  const row = sql.exec<{ json: string }>("SELECT json FROM state WHERE id = 0").toArray()[0];
  return row ? Number(row.json) : 0;
}
