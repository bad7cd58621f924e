// Payments and refunds that two gateway orders of one link both have a row of, until one of them becomes
// the other's alias: each counts once. The row of the link's home counts, else that of the smaller name.

export type PartTable = "payments" | "refunds";

const isAlias = (row: string): string =>
  `EXISTS (SELECT 1 FROM aliases WHERE aliases.alias = ${row}.home)`;

/** The link of its order leads to it: of several gateway orders of one link it is the home. */
const isHomeOfLink = (row: string): string =>
  `EXISTS (SELECT 1 FROM orders JOIN aliases ON aliases.alias = orders.payment_link_id
    WHERE orders.id = ${row}.home AND aliases.home = ${row}.home)`;

/**
 * The condition under which a row counts, in SQL; `row` is what its table is called there. The key of the
 * table begins with the id, so a look for others costs two rows.
 */
export function countsOnce(table: PartTable, row: string): string {
  return `NOT ${isAlias(row)}
    AND NOT EXISTS (SELECT 1 FROM ${table} AS other
      WHERE other.id = ${row}.id AND other.home <> ${row}.home AND NOT ${isAlias("other")}
        AND (${isHomeOfLink("other")}, ${row}.home) > (${isHomeOfLink(row)}, other.home))`;
}

/**
 * The condition under which a row is of an order with a link. Looked up and not projected: whether other
 * orders count is a setting (ORDERS_WITHOUT_LINK), and a change of it is true of all days at once, as the
 * actors take it. The link may become known long after the payment.
 */
export function hasLink(row: string): string {
  return `EXISTS (SELECT 1 FROM orders
    WHERE orders.id = ${row}.home AND orders.payment_link_id IS NOT NULL)`;
}
