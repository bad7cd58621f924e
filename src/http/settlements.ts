// The gateway's transfers to the merchant's bank, as the reports have them: lists, and one with its lines,
// what of it adds up and what does not. As JSON by pages, or whole as a CSV file.

import { Hono } from "hono";
import * as z from "zod/mini";
import { listLines, readSettlement } from "../ledger/settlement-lines";
import { findSettlement, listSettlements, SETTLEMENT_STATUSES } from "../ledger/settlements";
import { requires } from "./auth";
import { answerCsv, wantsCsv } from "./csv-answer";
import { day, openRange } from "./days-query";
import type { Door } from "./doors";
import { parseQuery, queryProblem } from "./input";
import { answerPage, askLedger, listProblem } from "./ledger";
import { cursor, limit } from "./list-query";
import {
  LINE_COLUMNS,
  lineJson,
  SETTLEMENT_COLUMNS,
  settlementJson,
  type WholeSettlementJson,
  wholeSettlementJson,
} from "./settlement-json";

export const UTR = /^[A-Za-z0-9]{1,50}$/;

/** Of one transfer; more are in the list of all discrepancies. */
const DISCREPANCIES_SHOWN = 100;

export const settlementQuery = z.strictObject({
  from: z.optional(day),
  to: z.optional(day),
  utr: z.optional(z.string().check(z.regex(UTR, "must be a UTR: 1 to 50 letters and digits"))),
  status: z.optional(
    z.enum(SETTLEMENT_STATUSES, `must be one of ${SETTLEMENT_STATUSES.join(", ")}`),
  ),
  holds: z.optional(
    z.pipe(
      z.enum(["true", "false"], "must be true or false"),
      z.transform((text) => text === "true"),
    ),
  ),
  /** The id of a payment: which transfers have a line of it. */
  transaction_id: z.optional(
    z.string().check(z.minLength(1, "must be the id of a transaction"), z.maxLength(200)),
  ),
  limit,
  cursor,
});

export const lineQuery = z.strictObject({ limit, cursor });

export const settlements = new Hono<Door>()
  .get("/v1/settlements", requires("read"), async (c) => {
    const csv = wantsCsv(c);
    const query = parseQuery(c, settlementQuery);
    if (!query.ok) return query.failure.response;
    const { limit: rows, cursor: place, from, to, ...others } = query.value;
    if (from !== undefined && to !== undefined && from > to) {
      return queryProblem([["from", "must not be after to"]]);
    }
    const { db, config } = c.var.doors;
    const filters = { ...others, ...openRange(from, to, config.settlement.time_zone) };
    if (csv) {
      return answerCsv(c, "settlements", SETTLEMENT_COLUMNS, async (page) =>
        listSettlements(db, { ...filters, ...page }),
      );
    }
    const listed = await askLedger(listSettlements(db, { ...filters, limit: rows, cursor: place }));
    return answerPage(c, listed, settlementJson);
  })
  .get("/v1/settlements/:utr", requires("read"), async (c) => {
    const csv = wantsCsv(c);
    const query = parseQuery(c, lineQuery);
    if (!query.ok) return query.failure.response;
    const utr = c.req.param("utr");
    const { db } = c.var.doors;
    if (!UTR.test(utr)) return listProblem({ code: "settlement_unknown" });
    if (csv) {
      const found = await askLedger(findSettlement(db, utr));
      if (found === null) return listProblem({ code: "settlement_unknown" });
      return answerCsv(c, `settlement-${utr}`, LINE_COLUMNS, async (page) =>
        listLines(db, utr, page),
      );
    }
    const read = readSettlement(db, utr, { ...query.value, discrepancies: DISCREPANCIES_SHOWN });
    const found = await askLedger(read);
    if (!found.ok) return listProblem(found.failure);
    const { settlement, lines, discrepancies } = found.value;
    const shown: WholeSettlementJson = {
      ...wholeSettlementJson(settlement),
      discrepancies,
      lines: { data: lines.data.map(lineJson), next_cursor: lines.next_cursor },
    };
    return c.json(shown);
  });
