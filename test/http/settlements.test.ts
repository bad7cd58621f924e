// Transfers through our API: lists, one with its lines and what of it adds up, CSV files, and reading the
// reports now.

import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test } from "vitest";
import type { RefreshRequest, RefreshView } from "../../src/actor/settlement-rpc";
import type { Doors } from "../../src/http/doors";
import { toIso } from "../../src/domain/time";
import { paisa } from "../../src/domain/money";
import { NOW } from "../ledger/sample";
import { finishedOf, sampleLine, sampleLines, tell } from "../ledger/settled";
import { administrator, call, expectProblem, faultsOf, knock, visit } from "./door";
import { lacking } from "./scopes";
import { tableOf } from "./table";

const DAY = 86_400_000;

beforeEach(async () => {
  await env.DB.batch(
    ["settlements", "settlement_lines", "discrepancies"].map((table) =>
      env.DB.prepare(`DELETE FROM ${table}`),
    ),
  );
});

interface Listed {
  readonly data: readonly { readonly utr: string; readonly [name: string]: unknown }[];
  readonly next_cursor: string | null;
}

async function list(query = ""): Promise<Listed> {
  const response = await call("GET", `/v1/settlements${query}`);
  expect(response.status).toBe(200);
  return response.json();
}

async function csv(path: string): Promise<Response> {
  return knock(path, { headers: { ...administrator, accept: "text/csv" } });
}

const utrs = ({ data }: Listed) => data.map(({ utr }) => utr);

/** Five transfers, one a day; the third one does not add up. */
async function fiveDays(): Promise<void> {
  for (const n of [1, 2, 3, 4, 5]) {
    await tell({
      utr: `UTR${n}`,
      read: n,
      row: { settled_at: NOW + n * DAY },
      at: NOW + 10 * DAY,
      ...(n === 3 ? { totals: { net: paisa(19_000) } } : {}),
      ...(n === 4 ? { lines: sampleLines(2, { payout_status: "Pending" }) } : {}),
      ...(n === 5 ? { totals: null } : {}),
    });
  }
}

describe("the list of transfers", () => {
  test("is newest first, by pages, and shows the figures and what they rest on", async () => {
    await fiveDays();
    const first = await list("?limit=3");
    expect(utrs(first)).toEqual(["UTR5", "UTR4", "UTR3"]);
    const rest = await list(`?limit=3&cursor=${first.next_cursor}`);
    expect(utrs(rest)).toEqual(["UTR2", "UTR1"]);
    expect(rest.next_cursor).toBeNull();
    const inr = (value: number) => ({ value, currency: "INR" });
    expect(rest.data[0]).toEqual({
      utr: "UTR2",
      status: "completed",
      settled_at: toIso(NOW + 2 * DAY),
      processed_at: toIso(NOW - DAY / 24),
      gross: inr(20_000),
      refunds: inr(0),
      fees: inr(400),
      taxes: inr(72),
      recoveries: inr(0),
      split: inr(0),
      beside: inr(0),
      net: inr(19_528),
      unexplained: inr(0),
      refunds_unlisted: inr(0),
      holds: true,
      counts: { lines: 2, attributed: 2, unknown: 0, other_business: 0, waiting: 0 },
      unfinished: false,
      first_seen_at: toIso(NOW + 10 * DAY),
      updated_at: toIso(NOW + 10 * DAY),
    });
    expect(first.data[0]).toMatchObject({ status: "listed", fees: null, gross: inr(20_000) });
  });

  test("has filters, and days are those of the report's clock, both ends included", async () => {
    await fiveDays();
    expect(utrs(await list("?status=initiated"))).toEqual(["UTR4"]);
    expect(utrs(await list("?holds=false"))).toEqual(["UTR3"]);
    expect(utrs(await list("?holds=true"))).toEqual(["UTR5", "UTR4", "UTR2", "UTR1"]);
    expect(utrs(await list("?utr=UTR2"))).toEqual(["UTR2"]);
    const { transaction_id } = sampleLine(1);
    expect(utrs(await list(`?transaction_id=${transaction_id}`))).toEqual([
      "UTR4",
      "UTR3",
      "UTR2",
      "UTR1",
    ]);
    // NOW is midnight UTC, which is 05:30 of the same day in India.
    expect(utrs(await list("?from=2031-01-03&to=2031-01-04"))).toEqual(["UTR3", "UTR2"]);
    expect(utrs(await list("?from=2031-01-05"))).toEqual(["UTR5", "UTR4"]);
    expect(utrs(await list("?to=2031-01-02"))).toEqual(["UTR1"]);
    await tell({ utr: "LATE", read: 9, row: { settled_at: NOW + 2 * DAY + 18.6 * 3_600_000 } });
    expect(utrs(await list("?from=2031-01-04&to=2031-01-04"))).toEqual(["UTR3", "LATE"]);
  });

  test.each([
    ["?state=open", "state"],
    ["?from=2031-1-3", "from"],
    ["?from=2031-02-30", "from"],
    ["?to=yesterday", "to"],
    ["?to=1999-12-31", "to"],
    ["?to=9999-12-31", "to"],
    ["?from=0000-01-01", "from"],
    ["?from=2031-01-04&to=2031-01-03", "from"],
    ["?utr=UTR-1", "utr"],
    ["?status=done", "status"],
    ["?holds=yes", "holds"],
    ["?transaction_id=", "transaction_id"],
    ["?limit=201", "limit"],
    ["?cursor=WyJvcmRlcnMiXQ", "cursor"],
  ])("%s is 400 and names the parameter", async (query, parameter) => {
    const response = await call("GET", `/v1/settlements${query}`);
    const problem = await expectProblem(response, 400, "query_invalid");
    expect(Object.keys(faultsOf(problem))).toEqual([parameter]);
  });

  test("needs the scope read", async () => {
    for (const path of ["", "/UTR1", "/refresh"]) {
      await expectProblem(await knock(`/v1/settlements${path}`), 401, "unauthorized");
      const refused = await lacking("read", () => call("GET", `/v1/settlements${path}`));
      await expectProblem(refused, 403, "scope_missing");
    }
  });

  test("is 503 while the ledger gives no answer, as JSON and as CSV", async () => {
    const db = new Proxy(env.DB, {
      get: () => () => {
        throw new Error("D1_ERROR: planted");
      },
    });
    for (const accept of ["application/json", "text/csv"]) {
      for (const path of ["/v1/settlements", "/v1/settlements/UTR1"]) {
        const response = await visit((doors) => ({ ...doors, db }), path, {
          headers: { ...administrator, accept },
        });
        await expectProblem(response, 503, "ledger_unavailable");
      }
    }
  });
});

describe("one transfer", () => {
  test("tells every kind of deduction, its lines with their orders, and what adds up", async () => {
    const deductions = finishedOf({ utr: "x", read: 1 }).reading.detail?.totals.deductions;
    if (!deductions) throw new Error("no totals");
    const lines = [
      sampleLine(0),
      sampleLine(1, { state: "unknown", role: null, home: null, order_id: null, payment_id: null }),
      sampleLine(2, { gross: paisa(-500), amount: paisa(-500), net: paisa(-500), role: "refund" }),
    ];
    const told = await tell({
      utr: "412345678901",
      read: 1,
      lines,
      totals: {
        gross: paisa(20_000),
        net: paisa(18_000),
        deductions: { ...deductions, refund: paisa(500), loan: paisa(100) },
      },
    });
    const response = await call("GET", "/v1/settlements/412345678901?limit=2");
    expect(response.status).toBe(200);
    const body = await response.json<Record<string, unknown>>();
    expect(body).toMatchObject({
      utr: "412345678901",
      bank_name: "HDFC",
      bank_account: "••••9595",
      programs: ["UPI"],
      system: "PG",
      holds: false,
      listed: [{ net: { value: 29_292 }, transactions: 3, settled_at: toIso(NOW) }],
      totals: {
        net: { value: 18_000, currency: "INR" },
        deductions: {
          refund: { value: 500, currency: "INR" },
          loan: { value: 100 },
          mdr: { value: 400 },
          gst: { value: 72 },
          split: { value: 0 },
        },
        beside: { convenience_fee: { value: 0 } },
      },
      identities: told.check.identities,
      discrepancies: told.findings
        .map(({ type, amount, severity }) => ({ type, amount, severity, utr: "412345678901" }))
        .toSorted((a, b) => (a.type < b.type ? -1 : 1)),
      lines: {
        data: [
          {
            n: 0,
            state: "attributed",
            role: "payment",
            home: lines[0]?.home,
            order_id: lines[0]?.order_id,
            gross: { value: 10_000, currency: "INR" },
            payout_status: "Success",
          },
          { n: 1, state: "unknown", role: null, home: null, order_id: null },
        ],
        next_cursor: expect.any(String),
      },
    });
    expect(told.findings.length).toBeGreaterThan(1);
    const { next_cursor } = body["lines"] as { readonly next_cursor: string };
    const more = await call("GET", `/v1/settlements/412345678901?limit=2&cursor=${next_cursor}`);
    expect(await more.json()).toMatchObject({
      lines: { data: [{ n: 2, role: "refund", gross: { value: -500 } }], next_cursor: null },
    });
  });

  test("whose lines were not read says what the list says", async () => {
    await tell({ utr: "ABC1", read: 1, totals: null });
    const response = await call("GET", "/v1/settlements/ABC1");
    expect(await response.json()).toMatchObject({
      status: "listed",
      totals: null,
      bank_account: "••••9595",
      lines: { data: [], next_cursor: null },
    });
  });

  test("that nobody knows is 404, whatever its name", async () => {
    for (const name of ["NOBODY", "a-b", "%27", "x".repeat(60)]) {
      const response = await call("GET", `/v1/settlements/${name}`);
      await expectProblem(response, 404, "settlement_unknown");
    }
    await tell({ utr: "UTR1", read: 1 });
    const wrong = await call("GET", "/v1/settlements/UTR1?cursor=WyJvcmRlcnMiXQ");
    expect(faultsOf(await expectProblem(wrong, 400, "query_invalid"))).toEqual({
      cursor: "does not belong to this list",
    });
  });
});

describe("a CSV file", () => {
  test("of transfers is the whole list with its filters, in rupees", async () => {
    await fiveDays();
    const response = await csv("/v1/settlements?holds=true");
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("text/csv; charset=utf-8; header=present");
    expect(response.headers.get("content-disposition")).toBe(
      'attachment; filename="settlements.csv"',
    );
    expect(response.headers.get("vary")).toContain("Accept");
    const table = tableOf(await response.text());
    expect(table.map(({ utr }) => utr)).toEqual(["UTR5", "UTR4", "UTR2", "UTR1"]);
    expect(table[2]).toMatchObject({
      status: "completed",
      settled_at: toIso(NOW + 2 * DAY),
      gross: "200.00",
      fees: "4.00",
      taxes: "0.72",
      net: "195.28",
      holds: "yes",
      lines: "2",
    });
    expect(table[0]).toMatchObject({ status: "listed", fees: "", net: "195.28" });
  });

  test("of a transfer has every line, page after page, and no formula", async () => {
    const evil = sampleLine(0, {
      transaction_id: '=HYPERLINK("http://evil.example","x")',
      program: " +1",
      payout_status: "a,b\r\nc",
      gross: paisa(-123_456),
    });
    const lines = [evil, ...sampleLines(2_203).slice(1)];
    await tell({ utr: "BIG1", read: 1, lines });
    const response = await csv("/v1/settlements/BIG1");
    expect(response.headers.get("content-disposition")).toBe(
      'attachment; filename="settlement-BIG1.csv"',
    );
    const table = tableOf(await response.text());
    expect(table).toHaveLength(2_203);
    expect(table.map(({ n }) => Number(n))).toEqual(lines.map((_, n) => n));
    expect(table[0]).toMatchObject({
      transaction_id: `'=HYPERLINK("http://evil.example","x")`,
      program: "' +1",
      payout_status: "a,b\r\nc",
      gross: "-1234.56",
      is_emi: "no",
    });
    expect(table[2_202]).toMatchObject({ transaction_id: lines[2_202]?.transaction_id });
  });

  test("takes no paging", async () => {
    await fiveDays();
    for (const path of ["/v1/settlements", "/v1/settlements/UTR1", "/v1/discrepancies"]) {
      const problem = await expectProblem(await csv(`${path}?limit=10`), 400, "query_invalid");
      expect(Object.keys(faultsOf(problem))).toEqual(["limit"]);
    }
  });

  test.each([
    ["text/csv", true],
    ["text/csv;q=0.5, */*;q=0.1", true],
    ["application/json;q=0.4, text/csv;q=0.5", true],
    ["application/json, text/csv;q=0.5", false],
    ["text/csv;q=0", false],
    ["*/*", false],
    ["text/html", false],
    ["", false],
    ["text/csv;q=0.1, */*", false],
    ["text/csv;q=0.1, application/*;q=0.9", false],
    ["text/csv, */*", true],
    ["text/csv;q=0, */*", false],
    ["text/*", true],
    ["text/*, application/json", false],
    ["text/*;q=0.5, text/csv;q=0.1, */*;q=0.2", false],
    ["text/*;q=0.5, */*;q=0.2", true],
    ["application/json;q=0.3, */*;q=0.2, text/csv;q=0.4", true],
    ["text/html, application/xml;q=0.9, */*;q=0.8", false],
    ["TEXT/CSV; Q=0.9, application/json; q=0.8", true],
    ["text/csv;q=2", false],
  ])("is the answer to Accept: %s (%s)", async (accept, isTable) => {
    const response = await knock("/v1/settlements", { headers: { ...administrator, accept } });
    expect(response.headers.get("content-type")?.startsWith("text/csv")).toBe(isTable);
    expect(response.headers.get("vary")).toContain("Accept");
    await response.text();
  });
});

describe("a refresh", () => {
  const view: RefreshView = {
    id: 7,
    from: "2031-01-01",
    to: "2031-01-03",
    cause: "api",
    state: "running",
    phase: "detail",
    utr: "UTR1",
    pages: 4,
    settlements: { listed: 3, to_read: 2, read: 1, failed: 0 },
    lines: { read: 10, attributed: 9, unknown: 1, other_business: 0, waiting: 0 },
    unreadable: 0,
    requested_at: NOW,
    started_at: NOW + 1,
    updated_at: NOW + 2,
    finished_at: null,
    next_try_at: null,
    problem: null,
  };

  function withReader(asked: RefreshRequest[]) {
    return (doors: Doors): Doors => ({
      ...doors,
      now: () => NOW + 20 * 3_600_000,
      settlements: {
        refresh: async (request) => {
          asked.push(request);
          return { ...view, ...request };
        },
        progress: async () => ({
          running: view,
          waiting: [{ ...view, id: 8, state: "waiting", started_at: null }],
          last: [{ ...view, id: 6, state: "done", finished_at: NOW + 3 }],
        }),
        knowledge: async () => ({ read_through: NOW, unlisted_refunds: [], unread: [] }),
      },
    });
  }

  async function ask(body: object | null, asked: RefreshRequest[] = []): Promise<Response> {
    return visit(withReader(asked), "/v1/settlements/refresh", {
      method: "POST",
      headers: administrator,
      ...(body === null ? {} : { body: JSON.stringify(body) }),
    });
  }

  test("is of the last three days of the report's clock unless others are named", async () => {
    const asked: RefreshRequest[] = [];
    // 20:00 UTC on the first is the second in India.
    const response = await ask(null, asked);
    expect(response.status).toBe(202);
    expect(response.headers.get("location")).toBe("/v1/settlements/refresh");
    expect(await response.json()).toMatchObject({
      id: 7,
      from: "2030-12-31",
      to: "2031-01-02",
      requested_at: toIso(NOW),
      started_at: toIso(NOW + 1),
      finished_at: null,
    });
    await ask({ from: "2030-11-01" }, asked);
    await ask({ to: "2030-11-05" }, asked);
    await ask({ from: "2030-01-03", to: "2031-01-03" }, asked);
    await ask({ from: "2030-01-01", to: "2030-01-02" }, asked);
    expect(asked).toEqual([
      { from: "2030-12-31", to: "2031-01-02", cause: "api" },
      { from: "2030-11-01", to: "2031-01-02", cause: "api" },
      { from: "2030-11-03", to: "2030-11-05", cause: "api" },
      { from: "2030-01-03", to: "2031-01-03", cause: "api" },
      { from: "2030-01-01", to: "2030-01-02", cause: "api" },
    ]);
  });

  test.each([
    [{ from: "2031-01-02", to: "2031-01-01" }, "/from"],
    [{ from: "2031-01-05" }, "/from"],
    [{ to: "2031-01-04" }, "/to"],
    [{ from: "2030-01-02", to: "2031-01-03" }, "/from"],
    [{ from: "01.01.2031" }, "/from"],
    [{ from: "2029-12-31", to: "2030-01-05" }, "/from"],
    [{ to: "2030-01-02" }, "/to"],
    [{ from: "2000-01-01", to: "2000-01-02" }, "/from"],
    [{ from: "0001-01-01", to: "0001-01-02" }, "/from", "/to"],
    [{ to: "0000-01-01" }, "/to"],
    [{ days: 3 }, "/days"],
  ])("%j is 422 and names the field", async (body, ...pointers) => {
    const asked: RefreshRequest[] = [];
    const problem = await expectProblem(await ask(body, asked), 422, "body_invalid");
    expect(Object.keys(faultsOf(problem))).toEqual(pointers);
    expect(asked).toEqual([]);
  });

  test("says how far it is", async () => {
    const path = "/v1/settlements/refresh";
    const response = await visit(withReader([]), path, { headers: administrator });
    expect(await response.json()).toMatchObject({
      running: {
        id: 7,
        state: "running",
        phase: "detail",
        utr: "UTR1",
        updated_at: toIso(NOW + 2),
      },
      waiting: [{ id: 8, state: "waiting", started_at: null }],
      last: [{ id: 6, state: "done", finished_at: toIso(NOW + 3) }],
      read_through: toIso(NOW),
    });
  });

  test("needs the scope settlements to be asked for", async () => {
    const refused = await lacking("settlements", () => call("POST", "/v1/settlements/refresh"));
    expect((await expectProblem(refused, 403, "scope_missing")).detail).toContain("settlements");
  });
});
