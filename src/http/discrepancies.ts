// Differences between two records of the same money, over all orders and transfers, newest first: as JSON by
// pages, or whole as a CSV file. A person may close one and say why; both are kept.

import { Hono } from "hono";
import * as z from "zod/mini";
import {
  DISCREPANCY_TYPES,
  findingKey,
  SEVERITY_LEVELS,
  severityOf,
  type ResolveFailure,
} from "../domain/discrepancy";
import { parseDiscrepancyId, type DiscrepancyName } from "../domain/discrepancy-id";
import { isSettlementHome } from "../domain/ids";
import { type Result, success } from "../domain/result";
import { resolveAccountDiscrepancy } from "../ledger/account-discrepancies";
import {
  findDiscrepancy,
  listDiscrepancies,
  type ListedDiscrepancy,
  namedDiscrepancy,
} from "../ledger/discrepancies";
import { requires } from "./auth";
import { type Column, rupees, text } from "./csv";
import { answerCsv, wantsCsv } from "./csv-answer";
import { day, openRange } from "./days-query";
import type { Door, DoorContext } from "./doors";
import { NO_QUERY, parseBody, parseQuery, queryProblem } from "./input";
import { answerPage, askLedger } from "./ledger";
import { cursor, limit } from "./list-query";
import { problem } from "./problem";

export const discrepancyQuery = z.strictObject({
  /** Only those that still stand, unless the closed ones are asked for too. */
  state: z._default(z.enum(["open", "all"], "must be open or all"), "open"),
  type: z.optional(z.enum(DISCREPANCY_TYPES, "must be a type of discrepancy")),
  severity: z.optional(z.enum(SEVERITY_LEVELS, `must be one of ${SEVERITY_LEVELS.join(", ")}`)),
  /** When it was first seen. */
  from: z.optional(day),
  to: z.optional(day),
  limit,
  cursor,
});

export const resolution = z.strictObject({
  reason: z
    .string()
    .check(
      z.trim(),
      z.minLength(3, "must be 3 to 500 characters"),
      z.maxLength(500, "must be 3 to 500 characters"),
    ),
  /** As it was shown: a difference that has become another one is not closed. */
  amount: z.optional(z.nullable(z.int("must be whole paisa, or null"))),
});

const COLUMNS: readonly Column<ListedDiscrepancy>[] = [
  { name: "id", cell: (row) => text(row.id) },
  { name: "type", cell: (row) => text(row.type) },
  { name: "severity", cell: (row) => text(row.severity) },
  { name: "order_id", cell: (row) => text(row.order_id) },
  { name: "utr", cell: (row) => text(row.utr) },
  { name: "subject", cell: (row) => text(row.subject) },
  { name: "amount", cell: (row) => rupees(row.amount) },
  { name: "ours", cell: (row) => text(JSON.stringify(row.ours)) },
  { name: "theirs", cell: (row) => text(JSON.stringify(row.theirs)) },
  { name: "first_seen_at", cell: (row) => text(row.first_seen_at) },
  { name: "last_seen_at", cell: (row) => text(row.last_seen_at) },
  { name: "closed_at", cell: (row) => text(row.closed_at) },
  { name: "resolved_by", cell: (row) => text(row.resolution?.by ?? null) },
  { name: "resolved_at", cell: (row) => text(row.resolution?.at ?? null) },
  { name: "resolved_reason", cell: (row) => text(row.resolution?.reason ?? null) },
];

export const discrepancies = new Hono<Door>()
  .get("/v1/discrepancies", requires("read"), async (c) => {
    const csv = wantsCsv(c);
    const query = parseQuery(c, discrepancyQuery);
    if (!query.ok) return query.failure.response;
    const { state, limit: rows, cursor: place, from, to, ...others } = query.value;
    if (from !== undefined && to !== undefined && from > to) {
      return queryProblem([["from", "must not be after to"]]);
    }
    const { db, config } = c.var.doors;
    const seen = openRange(from, to, config.settlement.time_zone);
    const filters = { ...others, ...seen, open: state === "open" };
    if (csv) {
      return answerCsv(c, "discrepancies", COLUMNS, async (page) =>
        listDiscrepancies(db, { ...filters, ...page }),
      );
    }
    const listed = listDiscrepancies(db, { ...filters, limit: rows, cursor: place });
    return answerPage(c, await askLedger(listed), (row) => row);
  })
  .get("/v1/discrepancies/:id", requires("read"), async (c) => {
    const query = parseQuery(c, NO_QUERY);
    if (!query.ok) return query.failure.response;
    const name = parseDiscrepancyId(c.req.param("id"));
    const found = name === null ? null : await find(c, name);
    return found === null ? problem("discrepancy_unknown") : c.json(found);
  })
  .post("/v1/discrepancies/:id/resolve", requires("settlements"), async (c) => {
    const body = await parseBody(c, resolution);
    if (!body.ok) return body.failure.response;
    const name = parseDiscrepancyId(c.req.param("id"));
    if (name === null) return problem("discrepancy_unknown");
    const resolved = await resolve(c, name, body.value);
    if (resolved.ok) return c.json(resolved.value);
    switch (resolved.failure.code) {
      case "discrepancy_unknown":
        return problem("discrepancy_unknown");
      case "discrepancy_changed":
        return problem("discrepancy_changed", {
          detail: "It is not the difference that was looked at: its figures have changed.",
        });
      case "discrepancy_closed":
        return problem("discrepancy_closed", {
          detail: "It has closed by itself, or a person has closed it before.",
        });
    }
  });

/** An order's own is read from its actor: what a person has just closed is closed here at once. */
async function find(
  c: DoorContext,
  { home, key }: DiscrepancyName,
): Promise<ListedDiscrepancy | null> {
  const { orders, db } = c.var.doors;
  if (isSettlementHome(home)) return askLedger(findDiscrepancy(db, home, key));
  const order = await orders.find({ id: home });
  const row = order?.discrepancies.find((one) => findingKey(one) === key);
  if (!order || row === undefined) return null;
  return namedDiscrepancy(row, { home: order.id, key, severity: severityOf(row.type) });
}

/** An order's own is closed by its actor, which is the truth; a transfer's is a row of the ledger. */
async function resolve(
  c: DoorContext,
  { home, key }: DiscrepancyName,
  { reason, amount }: z.infer<typeof resolution>,
): Promise<Result<ListedDiscrepancy, ResolveFailure>> {
  const { orders, db, now } = c.var.doors;
  const by = c.var.principal.name;
  if (isSettlementHome(home)) {
    const resolving = { home, key, amount, by, reason, at: now() };
    return askLedger(resolveAccountDiscrepancy(db, resolving));
  }
  const asked = { key, amount, reason, resolved_by: by };
  const closed = await orders.resolveDiscrepancy({ id: home }, asked);
  if (!closed.ok) return closed;
  const { home: found, row } = closed.value;
  return success(namedDiscrepancy(row, { home: found, key, severity: severityOf(row.type) }));
}
