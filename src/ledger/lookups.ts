// The rows by which an order is found (domain/search-terms.ts), brought along with the order's own row: in the
// same batch, before it, while the row still says which terms it had. Nothing is read or written unless the
// terms differ, nothing by an older projection, and nothing brings back the rows of an alias.

/** What the statements need of a projection. */
export interface LookupProjection {
  readonly home: string;
  readonly version: number;
  /** As `orders.terms` will have them: a JSON array. */
  readonly terms: string;
}

/** True while a row stands there that this projection will change, and has other terms. */
const IS_OUTDATED = "orders.id = ?1 AND version <= ?2 AND terms IS NOT ?3";

/** Before the order's row is written. ?1 is the home, ?2 the version, ?3 the terms. */
export function writeLookups(
  db: D1Database,
  { home, version, terms }: LookupProjection,
): readonly D1PreparedStatement[] {
  const lost = `DELETE FROM lookups WHERE home = ?1 AND term IN (
      SELECT had.value FROM orders, json_each(orders.terms) AS had WHERE ${IS_OUTDATED}
      EXCEPT SELECT value FROM json_each(?3))`;
  const added = `INSERT OR IGNORE INTO lookups (term, home)
    SELECT value, ?1 FROM json_each(?3)
    WHERE EXISTS (SELECT 1 FROM orders WHERE ${IS_OUTDATED})
      OR (NOT EXISTS (SELECT 1 FROM orders WHERE orders.id = ?1)
        AND NOT EXISTS (SELECT 1 FROM aliases WHERE alias = ?1))`;
  return [lost, added].map((statement) => db.prepare(statement).bind(home, version, terms));
}

/** Before the row of an alias becomes its home's: the terms that it had were the alias's own. */
export function handOverLookups(
  db: D1Database,
  home: string,
  aliases: string,
): D1PreparedStatement {
  return db
    .prepare(`${deleteOf("?2")} AND NOT EXISTS (SELECT 1 FROM aliases WHERE alias = ?1)`)
    .bind(home, aliases);
}

/** Before the rows of aliases go; `aliases` is a JSON array of their names. */
export function retireLookups(db: D1Database, aliases: string): D1PreparedStatement {
  return db
    .prepare(`${deleteOf("?1")} AND EXISTS (SELECT 1 FROM aliases WHERE alias = lookups.home)`)
    .bind(aliases);
}

function deleteOf(aliases: string): string {
  return `DELETE FROM lookups WHERE (term, home) IN (
    SELECT had.value, orders.id FROM orders, json_each(orders.terms) AS had
    WHERE orders.id IN (SELECT value FROM json_each(${aliases})))`;
}
