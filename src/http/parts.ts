// Payments and refunds over all orders, newest first: as JSON by pages, or whole as a CSV file for whoever
// keeps the books.

import { Hono } from "hono";
import { listPayments, listRefunds } from "../ledger/parts";
import { requires } from "./auth";
import { answerCsv, wantsCsv } from "./csv-answer";
import type { Door } from "./doors";
import { parseQuery } from "./input";
import { answerPage, askLedger } from "./ledger";
import { paymentQuery, refundQuery } from "./list-query";
import { paymentColumns, paymentJson, refundColumns, refundJson } from "./part-json";

export const parts = new Hono<Door>()
  .get("/v1/payments", requires("read"), async (c) => {
    const csv = wantsCsv(c);
    const query = parseQuery(c, paymentQuery);
    if (!query.ok) return query.failure.response;
    const { principal, doors } = c.var;
    if (csv) {
      const columns = paymentColumns(principal, doors.config.merchant.time_zone);
      return answerCsv(c, "payments", columns, async (page) =>
        listPayments(doors.db, { ...query.value, ...page }),
      );
    }
    const listed = await askLedger(listPayments(doors.db, query.value));
    return answerPage(c, listed, (row) => paymentJson(row, principal));
  })
  .get("/v1/refunds", requires("read"), async (c) => {
    const csv = wantsCsv(c);
    const query = parseQuery(c, refundQuery);
    if (!query.ok) return query.failure.response;
    const { principal, doors } = c.var;
    if (csv) {
      const columns = refundColumns(principal, doors.config.merchant.time_zone);
      return answerCsv(c, "refunds", columns, async (page) =>
        listRefunds(doors.db, { ...query.value, ...page }),
      );
    }
    const listed = await askLedger(listRefunds(doors.db, query.value));
    return answerPage(c, listed, (row) => refundJson(row, principal));
  });
