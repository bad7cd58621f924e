// Which migrations the ledger has had, as wrangler notes them in the database itself.

/** The newest one's name; null: none was noted. */
export async function newestMigration(db: D1Database): Promise<string | null> {
  const row = await db
    .prepare("SELECT name FROM d1_migrations ORDER BY id DESC LIMIT 1")
    .first<{ readonly name: string }>();
  return row?.name.replace(/\.sql$/, "") ?? null;
}
