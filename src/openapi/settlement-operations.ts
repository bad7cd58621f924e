// Settlements, the reconciliation and discrepancies (http/settlements.ts, http/settlement-refresh.ts,
// http/reconciliation.ts, http/discrepancies.ts).

import { dayQuery } from "../http/days";
import { discrepancyQuery, resolution } from "../http/discrepancies";
import { reconciliationQuery } from "../http/reconciliation";
import { refreshBody } from "../http/settlement-refresh";
import { lineQuery, settlementQuery } from "../http/settlements";
import { type Operation, TABLE } from "./operation";
import {
  dayList,
  discrepancy,
  discrepancyPage,
  reconciled,
  refresh,
  refreshes,
  settlementPage,
  wholeSettlement,
} from "./settlement-answers";

export const settlementOperations: readonly Operation[] = [
  {
    id: "listSettlements",
    method: "get",
    path: "/v1/settlements",
    tag: "Settlements",
    summary: "List the transfers to your bank, newest first",
    scope: "read",
    query: settlementQuery,
    asksLedger: true,
    answers: {
      200: { ...TABLE, schema: settlementPage, description: "A page, or all of it as CSV." },
    },
  },
  {
    id: "getSettlement",
    method: "get",
    path: "/v1/settlements/{utr}",
    tag: "Settlements",
    summary: "One transfer with its lines",
    scope: "read",
    query: lineQuery,
    asksLedger: true,
    answers: {
      200: {
        ...TABLE,
        schema: wholeSettlement,
        description: "The transfer and a page of its lines, or all of its lines as CSV.",
      },
    },
    problems: ["settlement_unknown", "settlement_changed"],
  },
  {
    id: "refreshSettlements",
    method: "post",
    path: "/v1/settlements/refresh",
    tag: "Settlements",
    summary: "Read the settlement reports now",
    scope: "settlements",
    body: { schema: refreshBody, example: {}, optional: true },
    answers: {
      202: { schema: refresh, headers: ["Location"], description: "It is done in its own time." },
    },
  },
  {
    id: "getRefreshes",
    method: "get",
    path: "/v1/settlements/refresh",
    tag: "Settlements",
    summary: "How the reading of the reports is doing",
    scope: "read",
    answers: { 200: { schema: refreshes, description: "The one that runs, and the others." } },
  },
  {
    id: "reconcile",
    method: "get",
    path: "/v1/reconciliation",
    tag: "Settlements",
    summary: "Where the money that was collected in a range of days is",
    scope: "read",
    query: reconciliationQuery,
    sampleQuery: "from=2026-11-01&to=2026-11-30&by=payment_date",
    asksLedger: true,
    answers: { 200: { schema: reconciled, description: "Both sides, equal to the paisa." } },
  },
  {
    id: "listDays",
    method: "get",
    path: "/v1/days",
    tag: "Settlements",
    summary: "What was collected, refunded and settled on each day",
    scope: "read",
    query: dayQuery,
    sampleQuery: "from=2026-11-01&to=2026-11-22",
    asksLedger: true,
    answers: { 200: { schema: dayList, description: "Every day of the range, the oldest first." } },
  },
  {
    id: "listDiscrepancies",
    method: "get",
    path: "/v1/discrepancies",
    tag: "Settlements",
    summary: "List what does not add up, newest first",
    scope: "read",
    query: discrepancyQuery,
    asksLedger: true,
    answers: {
      200: { ...TABLE, schema: discrepancyPage, description: "A page, or all of it as CSV." },
    },
  },
  {
    id: "getDiscrepancy",
    method: "get",
    path: "/v1/discrepancies/{id}",
    tag: "Settlements",
    summary: "One discrepancy as it is now",
    scope: "read",
    asksLedger: true,
    answers: { 200: { schema: discrepancy, description: "It, open or closed." } },
    problems: ["discrepancy_unknown"],
  },
  {
    id: "resolveDiscrepancy",
    method: "post",
    path: "/v1/discrepancies/{id}/resolve",
    tag: "Settlements",
    summary: "Close a discrepancy and say why",
    scope: "settlements",
    body: { schema: resolution, example: { reason: "Written off, see ticket 81.", amount: 528 } },
    asksLedger: true,
    answers: { 200: { schema: discrepancy, description: "The discrepancy, closed." } },
    problems: ["discrepancy_unknown", "discrepancy_changed", "discrepancy_closed"],
  },
];
