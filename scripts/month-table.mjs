// What was planted in a month of the sandbox against what the Worker found: paired one by one, by
// type, amount and, where both sides name it, order. Pure; `sandbox-month.mjs` reads and prints.

/** Paisa of an amount as either side writes it: a number, `{ value }`, or null. */
export function paisaOf(amount) {
  if (typeof amount === "number") return amount;
  return typeof amount?.value === "number" ? amount.value : null;
}

/** `₹1,234.50` */
export function rupeesText(paisa) {
  if (paisa === null) return "";
  return new Intl.NumberFormat("en-IN", { style: "currency", currency: "INR" }).format(paisa / 100);
}

function isPair(planted, found) {
  if (planted.type !== found.type || planted.amount !== paisaOf(found.amount)) return false;
  const named = Boolean(planted.order_id) && Boolean(found.order_id);
  return !named || planted.order_id === found.order_id;
}

/**
 * Pairs both lists. Returns the rows of the table, by type, and what has no other half:
 * `{ rows: [{ type, planted, found, amount, same }], lost: [planted…], extra: [found…] }`.
 */
export function comparePlanted(planted, found) {
  const extra = [...found];
  const lost = planted.filter((one) => {
    const at = extra.findIndex((other) => isPair(one, other));
    if (at >= 0) extra.splice(at, 1);
    return at < 0;
  });
  const types = [...new Set([...planted, ...found].map(({ type }) => String(type)))].toSorted(
    (one, other) => one.localeCompare(other),
  );
  const rows = types.map((type) => {
    const of = (list) => list.filter((one) => one.type === type);
    return {
      type,
      planted: of(planted).length,
      found: of(found).length,
      amount: of(planted).reduce((sum, { amount }) => sum + amount, 0),
      same: of(lost).length === 0 && of(extra).length === 0,
    };
  });
  return { rows, lost, extra };
}

/** Lines of text, columns aligned, the first to the left and the others to the right. */
export function tableText(rows) {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const cell = (text, column) =>
    column === 0 ? text.padEnd(widths[column]) : text.padStart(widths[column]);
  return rows.map((row) => `  ${row.map(cell).join("  ")}`.trimEnd()).join("\n");
}

/** `{ collected: 100 }` → `[["collected", "₹1.00"]]` */
export function listAmounts(amounts) {
  return Object.entries(amounts).map(([name, amount]) => [name, rupeesText(paisaOf(amount))]);
}

/** Both sides of a reconciliation: what was collected, and where it is. */
export function reconciliationRows({ collected, rows }) {
  return [
    ["collected", rupeesText(paisaOf(collected))],
    ...rows.map(({ name, amount }) => [`  ${name}`, rupeesText(paisaOf(amount)) || "not told"]),
  ];
}
