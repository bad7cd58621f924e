// The reconciliation through our API, and what the health says of the reports that it rests on.

import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test } from "vitest";
import type { RefreshProgress, RefreshView } from "../../src/actor/settlement-rpc";
import { paisa } from "../../src/domain/money";
import { toIso } from "../../src/domain/time";
import type { Doors } from "../../src/http/doors";
import { project } from "../../src/ledger/projection";
import {
  NOW,
  paidOrder,
  projectionOf,
  sampleBooks,
  sampleLink,
  samplePayment,
} from "../ledger/sample";
import { tell } from "../ledger/settled";
import { administrator, call, expectProblem, faultsOf, visit } from "./door";
import { lacking } from "./scopes";

const HOUR = 3_600_000;

beforeEach(async () => {
  await env.DB.batch(
    ["settlements", "settlement_lines", "discrepancies", "payments", "orders"].map((table) =>
      env.DB.prepare(`DELETE FROM ${table}`),
    ),
  );
});

interface Reconciled {
  readonly collected: { readonly value: number };
  readonly rows: readonly { readonly name: string; readonly amount: { value: number } | null }[];
  readonly [name: string]: unknown;
}

async function reconcile(query: string): Promise<Reconciled> {
  const response = await call("GET", `/v1/reconciliation${query}`);
  expect(response.status).toBe(200);
  return response.json();
}

const valuesOf = ({ rows }: Reconciled) =>
  Object.fromEntries(rows.map(({ name, amount }) => [name, amount?.value ?? null]));

function total({ rows }: Reconciled): number {
  return rows.reduce((sum, { amount }) => sum + (amount?.value ?? 0), 0);
}

describe("the reconciliation", () => {
  test("by settlement date has two equal sides and shows what nothing explains", async () => {
    await tell({ utr: "UTR1", read: 1, row: { settled_at: NOW } });
    await tell({
      utr: "UTR2",
      read: 2,
      row: { settled_at: NOW + HOUR },
      at: NOW + 2 * HOUR,
      totals: { net: paisa(19_000) },
    });
    await tell({ utr: "UTR3", read: 3, row: { settled_at: NOW + 24 * HOUR } });
    const found = await reconcile("?from=2031-01-01&to=2031-01-01&by=settlement_date");
    expect(found).toMatchObject({
      from: "2031-01-01",
      to: "2031-01-01",
      by: "settlement_date",
      currency: "INR",
      collected: { value: 40_000, currency: "INR" },
      balance: { value: 0, currency: "INR" },
      counts: { settlements: 2, settlements_that_do_not_hold: 1, lines: 4, lines_attributed: 4 },
    });
    expect(total(found)).toBe(found.collected.value);
    expect(valuesOf(found)).toMatchObject({
      fees: 800,
      taxes: 144,
      settled: 19_528 + 19_000,
      not_yet_settled: 0,
      settled_elsewhere: null,
      unexplained: 528,
    });
    expect(found.rows.at(-1)?.name).toBe("unexplained");
  });

  test("by payment date rests on the books of the payments, and says what it can not tell", async () => {
    const books = {
      ...sampleBooks(10_000),
      pending: paisa(0),
      fees: paisa(236),
      settled: paisa(9_700),
      unexplained: paisa(64),
    };
    const payments = [
      samplePayment("p-1", { created_at: toIso(NOW), books }),
      // 18:30 UTC is the next day in India.
      samplePayment("p-2", { created_at: toIso(NOW + 18.5 * HOUR) }),
    ];
    await project(env.DB, projectionOf(paidOrder("o-1", { payments })));
    const found = await reconcile("?from=2031-01-01&to=2031-01-01&by=payment_date");
    expect(found).toMatchObject({ collected: { value: 10_000 }, counts: { payments: 1 } });
    expect(total(found)).toBe(10_000);
    expect(valuesOf(found)).toMatchObject({
      fees: 236,
      taxes: null,
      settled: 9_700,
      unexplained: 64,
    });
    expect(JSON.stringify(found["notes"])).toContain("taxes");
    const both = await reconcile("?from=2031-01-01&to=2031-01-02&by=payment_date");
    expect(both).toMatchObject({ collected: { value: 20_000 }, counts: { payments: 2 } });
    expect(valuesOf(both)).toMatchObject({ not_yet_settled: 10_000 });
  });

  test("by payment date counts the account's other business apart, if the settings say so", async () => {
    const link = sampleLink("pl-ours");
    const payments = [samplePayment("p-1", { created_at: toIso(NOW) })];
    const others = [samplePayment("p-2", { created_at: toIso(NOW), books: sampleBooks(700) })];
    await project(env.DB, projectionOf(paidOrder("o-1", { link, payments })));
    await project(env.DB, projectionOf(paidOrder("o-2", { payments: others })));
    const path = "/v1/reconciliation?from=2031-01-01&to=2031-01-01&by=payment_date";
    const read = async (orders_without_link: boolean) => {
      const change = (doors: Doors): Doors => ({
        ...doors,
        config: { ...doors.config, orders_without_link },
      });
      return (await visit(change, path, { headers: administrator })).json();
    };
    expect(await read(false)).toMatchObject({
      collected: { value: 10_000 },
      other_business: { value: 700, currency: "INR" },
      counts: { payments: 1, payments_other_business: 1 },
      notes: expect.arrayContaining([expect.stringContaining("other_business")]),
    });
    expect(await read(true)).toMatchObject({
      collected: { value: 10_700 },
      other_business: { value: 0 },
    });
  });

  test.each([
    ["", ["from", "to", "by"]],
    ["?from=2031-01-01&to=2031-01-02", ["by"]],
    ["?from=2031-01-01&to=2031-01-02&by=day", ["by"]],
    ["?from=2031-01-02&to=2031-01-01&by=payment_date", ["from"]],
    ["?from=2030-01-01&to=2031-01-02&by=payment_date", ["from"]],
    ["?from=2031-01-01T00:00:00Z&to=2031-01-02&by=payment_date", ["from"]],
    ["?from=2031-01-01&to=2031-01-02&by=payment_date&limit=5", ["limit"]],
  ])("%s is 400 and names the parameters", async (query, parameters) => {
    const response = await call("GET", `/v1/reconciliation${query}`);
    const problem = await expectProblem(response, 400, "query_invalid");
    expect(Object.keys(faultsOf(problem))).toEqual(parameters);
  });

  test("may be of a whole leap year, and needs the scope read", async () => {
    const path = "/v1/reconciliation?from=2028-01-01&to=2028-12-31&by=payment_date";
    expect((await call("GET", path)).status).toBe(200);
    await expectProblem(await lacking("read", () => call("GET", path)), 403, "scope_missing");
  });
});

const refresh: RefreshView = {
  id: 1,
  from: "2031-01-01",
  to: "2031-01-03",
  cause: "daily",
  state: "done",
  phase: null,
  utr: null,
  pages: 1,
  settlements: { listed: 0, to_read: 0, read: 0, failed: 0 },
  lines: { read: 0, attributed: 0, unknown: 0, other_business: 0, waiting: 0 },
  unreadable: 0,
  requested_at: NOW,
  started_at: NOW,
  updated_at: NOW,
  finished_at: NOW,
  next_try_at: null,
  problem: null,
};

async function healthAt(
  hours: number,
  progress: Partial<RefreshProgress>,
  read_through: number | null,
): Promise<{ readonly wrong: readonly string[]; readonly settlements: unknown }> {
  const change = (doors: Doors): Doors => ({
    ...doors,
    now: () => NOW + hours * HOUR,
    settlements: {
      ...doors.settlements,
      progress: async () => ({ running: null, waiting: [], last: [], ...progress }),
      knowledge: async () => ({ read_through, unlisted_refunds: [], unread: [] }),
    },
  });
  const response = await visit(change, "/v1/health", { headers: administrator });
  const health = await response.json<{ wrong: readonly string[]; settlements: unknown }>();
  return { ...health, wrong: health.wrong.filter((text) => text.includes("settlement reports")) };
}

describe("the health", () => {
  test("says until when the reports were read, and nothing is wrong with that", async () => {
    expect(await healthAt(26, { last: [refresh] }, NOW)).toMatchObject({
      wrong: [],
      settlements: { read_through: toIso(NOW), last_refresh_at: toIso(NOW) },
    });
  });

  test("complains when that is more than 26 hours ago", async () => {
    const { wrong } = await healthAt(26.1, { last: [refresh] }, NOW);
    expect(wrong).toEqual([
      `The settlement reports were last read through at ${toIso(NOW)}: GET /v1/settlements/refresh says what holds it up.`,
    ]);
  });

  test("complains when they were never read through though a refresh has ended", async () => {
    const { wrong } = await healthAt(1, { last: [refresh] }, null);
    expect(wrong).toEqual([
      "The settlement reports were never read through: GET /v1/settlements/refresh says what holds it up.",
    ]);
  });

  test("lets the first one take its time, a day and two hours at most", async () => {
    const running = { ...refresh, state: "running", finished_at: null } as const;
    expect((await healthAt(26, { running }, null)).wrong).toEqual([]);
    expect((await healthAt(26.1, { running }, null)).wrong).toHaveLength(1);
    expect((await healthAt(26.1, { waiting: [running] }, null)).wrong).toHaveLength(1);
  });

  test("says nothing of reports that nobody wanted", async () => {
    expect(await healthAt(1_000, {}, null)).toMatchObject({
      wrong: [],
      settlements: { read_through: null, last_refresh_at: null },
    });
  });

  test("complains when the last one failed, and says what to do", async () => {
    const problem = { code: "gateway_refused", message: "No." };
    const failed = { ...refresh, state: "failed", problem } as const;
    const { wrong } = await healthAt(1, { last: [failed, refresh] }, NOW);
    expect(wrong).toHaveLength(1);
    expect(wrong[0]).toContain("failed (gateway_refused)");
    expect(wrong[0]).toContain("POST /v1/settlements/refresh");
    expect((await healthAt(1, { last: [refresh, failed] }, NOW)).wrong).toEqual([]);
  });

  test.each(["progress", "knowledge"] as const)(
    "is an answer also when who reads the reports gives none: %s",
    async (asked) => {
      const fails = async (): Promise<never> => {
        throw new Error("planted");
      };
      const answers = {
        progress: async () => ({ running: null, waiting: [], last: [refresh] }),
        knowledge: async () => ({ read_through: NOW, unlisted_refunds: [], unread: [] }),
      };
      const settlements = { refresh: fails, ...answers, [asked]: fails };
      const change = (doors: Doors): Doors => ({ ...doors, settlements });
      const response = await visit(change, "/v1/health", { headers: administrator });
      expect(response.status).toBe(200);
      expect(await response.json()).toMatchObject({
        ok: false,
        wrong: expect.arrayContaining([
          "Who reads the settlement reports gives no answer; how far they were read is not known.",
        ]),
        settlements: { read_through: null, last_refresh_at: null },
      });
    },
  );

  test("is an answer also when the deployment's own actors give none", async () => {
    const fails = async (): Promise<never> => {
      throw new Error("planted");
    };
    const deployment = { checkCredentials: fails, lastRuns: fails, readDayWalk: fails };
    const response = await visit((doors) => ({ ...doors, deployment }), "/v1/health", {
      headers: administrator,
    });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      ok: false,
      wrong: [
        "The gateway gave no token (unknown).",
        "When the cron last ran is not known: who keeps that gives no answer.",
      ],
      gateway: { ok: false, code: null, checked_at: null },
      cron: { last_run_at: null },
    });
  });
});
