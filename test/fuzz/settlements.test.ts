// The settlement reports. Whatever the gateway reports, or answers in the place of a report, a reading comes to
// an end, every door can show what was read, the two sums of a reconciliation hold, and payments keep what was
// captured. When the true reports are there again and were read, everything is as it was before.

import { env } from "cloudflare:workers";
import { runInDurableObject } from "cloudflare:test";
import * as fc from "fast-check";
import { expect } from "vitest";
import { crash, openHouse, pass, settle } from "../actor/house";
import { paidOrder } from "../actor/money";
import { readAll } from "../actor/settlement-desk";
import { administrator } from "../http/door";
import { ask } from "../sandbox/gateway";
import { api, settle as closeBooks } from "../sandbox/settlement-wire";
import { besiege, door } from "./campaign";
import { changedText, type Change, changes, type Json } from "./inputs";
import { type Answered, expectAnswer, knock } from "./knock";
import { type Lie, lies, tellLie, tellTruth } from "./lies";

const DAY = 86_400_000;
const DAYS = "from=2031-01-10&to=2031-01-20";
const ALL = { from: "2031-01-05", to: "2031-01-18" };
const RANGE = "?start_date=2031-01-01&end_date=2031-01-20";

interface Report {
  readonly lie: Lie;
  /** Else it stands in the report itself, of which these fields are others. */
  readonly is_answer: boolean;
  readonly part: "rows" | "totals" | "lines";
  readonly changes: readonly Change[];
}

interface World {
  readonly utr: string;
  readonly orders: readonly string[];
  readonly report: { readonly [part in Report["part"]]: Json };
  readonly truth: string;
}

const TABLES = [
  "settlements",
  "settlement_lines",
  "discrepancies",
  "payments",
  "orders",
  "aliases",
];

async function open(): Promise<World> {
  await openHouse();
  await runInDurableObject(env.SETTLEMENTS.getByName("settlements"), async (_, { storage }) => {
    await storage.deleteAlarm();
    await storage.deleteAll();
  });
  await crash();
  await env.DB.batch(TABLES.map((table) => env.DB.prepare(`DELETE FROM ${table}`)));
  const orders = [(await paidOrder()).order_id, (await paidOrder()).order_id];
  pass(DAY);
  const utr = await closeBooks();
  // Planting nothing answers with the report as it is.
  const { text } = await ask("PUT", `/sandbox/settlements/${utr}`, {});
  const { rows, totals, lines } = JSON.parse(text) as World["report"];
  const report = { rows, totals, lines };
  await read(orders);
  return { utr, orders, report, truth: await told(utr, orders) };
}

async function plant(utr: string, body: string): Promise<boolean> {
  return (await ask("PUT", `/sandbox/settlements/${utr}`, body)).status === 200;
}

/** `range`: as a person asks for it; else the days that are due. */
async function read(orders: readonly string[], range?: object): Promise<string> {
  const asked = await knock("/v1/settlements/refresh", {
    method: "POST",
    headers: { ...administrator, "content-type": "application/json" },
    ...(range === undefined ? {} : { body: JSON.stringify(range) }),
  });
  expect(asked.status).toBe(202);
  const { state } = await readAll(2_000);
  await settle(...orders);
  return state;
}

async function get(path: string, method = "GET", accept = "application/json"): Promise<Answered> {
  const answered = await knock(path, { method, headers: { ...administrator, accept } });
  expectAnswer(answered);
  return answered;
}

interface Sums {
  readonly collected: { readonly value: number };
  readonly rows: readonly { readonly amount: { readonly value: number } | null }[];
}

/** All that the doors say of the money on its way. */
async function told(utr: string, orders: readonly string[]): Promise<string> {
  const texts: string[] = [];
  const transfer = await get(`/v1/settlements/${utr}`);
  const { gross, settled_amount, counts, holds } = JSON.parse(transfer.text) as Record<
    string,
    unknown
  >;
  texts.push(JSON.stringify({ gross, settled_amount, counts, holds }));
  for (const by of ["payment_date", "settlement_date"]) {
    const { text } = await get(`/v1/reconciliation?${DAYS}&by=${by}`);
    texts.push(JSON.stringify((JSON.parse(text) as Sums).rows));
  }
  for (const id of orders) {
    const { text } = await get(`/v1/orders/${id}`);
    const { captured, refunded, settlement } = JSON.parse(text) as Record<string, unknown>;
    texts.push(JSON.stringify({ captured, refunded, settlement }));
  }
  return texts.join("\n");
}

async function expectShown(orders: readonly string[]): Promise<void> {
  for (const by of ["payment_date", "settlement_date"]) {
    const { status, text } = await get(`/v1/reconciliation?${DAYS}&by=${by}`);
    expect(status).toBe(200);
    const { collected, rows } = JSON.parse(text) as Sums;
    expect(rows.reduce((sum, { amount }) => sum + (amount?.value ?? 0), 0)).toBe(collected.value);
  }
  const { status, text } = await get("/v1/settlements");
  expect(status).toBe(200);
  for (const { utr } of (JSON.parse(text) as { data: { utr: string }[] }).data) {
    const path = `/v1/settlements/${encodeURIComponent(utr)}`;
    expect((await get(path)).status).toBe(200);
    expect((await get(path, "GET", "text/csv")).status).toBe(200);
  }
  expect((await get("/v1/discrepancies")).status).toBe(200);
  for (const id of orders) {
    const { captured } = JSON.parse((await get(`/v1/orders/${id}`)).text) as Record<
      string,
      unknown
    >;
    expect(captured).toEqual({ value: 150_000, currency: "INR" });
  }
}

const reports = door<Report>({
  name: "settlements.reports",
  usual: 24,
  batch: 8,
  gets: ["done"],
  input: fc.record({
    lie: lies(["settlement.list", "settlement.detail", "settlement.detail"]),
    is_answer: fc.boolean(),
    part: fc.constantFrom("rows", "totals", "lines", "lines"),
    changes: fc.array(changes, { minLength: 1, maxLength: 3 }),
  }),
  begin: async () => {
    const { utr, orders, report, truth } = await open();
    return {
      strike: async ({ lie, is_answer, part, changes }) => {
        // What is finished and listed as before is not read again: it is listed otherwise.
        const planted = {
          ...report,
          rows: JSON.parse(JSON.stringify(report.rows).replaceAll("Bank", "Benk")) as Json,
        };
        await plant(utr, JSON.stringify(planted));
        if (is_answer) {
          const path = lie.operation === "settlement.list" ? `/list${RANGE}` : `/detail/${utr}`;
          await tellLie(lie, (await api(path)).text);
        } else {
          const body = `{"${part}":${changedText(report[part], changes)}}`;
          // What is no report at all, the sandbox does not take.
          if (!(await plant(utr, body))) return "none";
        }
        const state = await read(orders);
        await expectShown(orders);
        await tellTruth();
        expect(await plant(utr, JSON.stringify(report))).toBe(true);
        return state;
      },
      end: async () => {
        expect(await plant(utr, JSON.stringify(report))).toBe(true);
        // At the edges of a list it is not clear what is missing: some days later it is.
        pass(3 * DAY);
        expect(await read(orders, ALL)).toBe("done");
        expect((await told(utr, orders)).split("\n")).toEqual(truth.split("\n"));
      },
    };
  },
});

besiege([reports]);
