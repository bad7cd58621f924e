// What waits for a person, through our API: numbers, the oldest of each kind, and links that lead somewhere.

import { env } from "cloudflare:workers";
import { beforeEach, expect, test } from "vitest";
import type { OrderView } from "../../src/domain/order-view";
import { inr } from "../../src/domain/money";
import type { Refusal } from "../../src/domain/refusal";
import { DAY, HOUR, MINUTE } from "../../src/domain/schedule";
import { toIso } from "../../src/domain/time";
import type { Doors } from "../../src/http/doors";
import { project } from "../../src/ledger/projection";
import {
  NOW,
  orderless,
  paidOrder,
  projectionOf,
  sampleDiscrepancy,
  sampleMessage,
  sampleOrder,
  samplePayment,
} from "../ledger/sample";
import { administrator, call, expectProblem, faultsOf, visit } from "./door";
import { lacking } from "./scopes";

beforeEach(async () => {
  await env.DB.batch(
    ["orders", "payments", "discrepancies", "events", "messages"].map((table) =>
      env.DB.prepare(`DELETE FROM ${table}`),
    ),
  );
});

type Ports = Pick<Doors, "refusals" | "settlements">;

const QUIET: Ports = {
  refusals: { recordRefusal: async () => undefined, listRefusals: async () => [] },
  settlements: {
    refresh: async () => {
      throw new Error("nobody asks for it");
    },
    progress: async () => ({ running: null, waiting: [], last: [] }),
    knowledge: async () => ({ read_through: NOW, unlisted_refunds: [], unread: [] }),
  },
};

async function ask(change: Partial<Ports> = {}): Promise<Record<string, unknown>> {
  const open = (doors: Doors): Doors => ({ ...doors, ...QUIET, ...change, now: () => NOW });
  const response = await visit(open, "/v1/attention", { headers: administrator });
  expect(response.status).toBe(200);
  return response.json();
}

async function put(id: string, change: Partial<OrderView>): Promise<void> {
  await project(env.DB, projectionOf(sampleOrder(id, change)));
}

const refusal = (ago: number, code: Refusal["code"]): Refusal => ({
  at: NOW - ago,
  code,
  skew_seconds: null,
  signature_valid: null,
  size: 10,
  body_hash: null,
  headers_present: [],
  webhook_id: null,
});

test("is all noughts on a good day", async () => {
  const answer = await ask();
  expect(answer).toMatchObject({
    at: toIso(NOW),
    counted_to: 1_000,
    uncaptured: {
      lapsed: {
        count: 0,
        more: false,
        amount: { value: 0, currency: "INR" },
        oldest: null,
        href: "/v1/orders?stage=authorized&sort=created_asc",
      },
    },
    orders: {
      needs_decision: { count: 0 },
      overpaid: { count: 0 },
      expired_part_paid: { count: 0 },
    },
    messages: { waiting: { count: 0 }, unrouted: { count: 0 }, refused: { count: 0, codes: {} } },
    webhooks_silent: false,
    webhooks: { silent: false, since: null, orders: 0, last_received_at: null, detail: null },
    settlements: { behind: false, read_through: toIso(NOW), wrong: [] },
  });
  const counts = [...JSON.stringify(answer).matchAll(/"count":(\d+)/g)].map(([, count]) => count);
  expect(counts.length).toBeGreaterThan(20);
  expect(new Set(counts)).toEqual(new Set(["0"]));
});

test("counts what waits, and names the oldest", async () => {
  await put("v1-held", {
    stage: "authorized",
    authorized: inr(50_000),
    capture_by: toIso(NOW + 5 * HOUR),
    attention: ["capture_urgent"],
    checklist: [{ step: "fulfill", state: "blocked", at: null, by: null, detail: "" }],
  });
  await put("v1-stuck", { stage: "payment_initiated", updated_at: toIso(NOW - HOUR) });
  await put("v1-odd", { attention: ["of_tomorrow"], discrepancies: [sampleDiscrepancy()] });
  const messages = [sampleMessage(1, { state: "unrouted", received_at: NOW - DAY })];
  await project(env.DB, orderless("unrouted:0", { messages }));
  const answer = await ask({
    refusals: {
      ...QUIET.refusals,
      listRefusals: async () => [
        refusal(1, "signature_mismatch"),
        refusal(2, "missing_header"),
        refusal(HOUR, "signature_mismatch"),
        refusal(25 * HOUR, "signature_mismatch"),
      ],
    },
  });
  expect(answer).toMatchObject({
    uncaptured: {
      lapsed: { count: 0 },
      under_6h: {
        count: 1,
        amount: { value: 50_000, currency: "INR" },
        oldest: { id: "v1-held", at: toIso(NOW + 5 * HOUR) },
      },
    },
    stuck: { count: 1, oldest: { id: "v1-stuck", at: toIso(NOW - HOUR) } },
    fulfillment: {
      count: 1,
      oldest: { id: "v1-held", at: toIso(NOW) },
      href: "/v1/orders?needs=fulfill&sort=created_asc",
    },
    orders: {
      capture_urgent: { count: 1, href: "/v1/orders?attention=capture_urgent" },
      of_tomorrow: { count: 1, oldest: { id: "v1-odd" }, href: "/v1/orders?attention=any" },
    },
    discrepancies: {
      loss: {
        count: 1,
        amount: { value: 2_000, currency: "INR" },
        oldest: { id: expect.stringMatching(/^dis_/), at: toIso(NOW) },
        href: "/v1/discrepancies?severity=loss",
      },
    },
    messages: {
      unrouted: { count: 1, oldest: { id: "msg_1", at: toIso(NOW - DAY) } },
      refused: {
        count: 3,
        more: false,
        oldest: { id: null, at: toIso(NOW - HOUR) },
        codes: { missing_header: 1, signature_mismatch: 2 },
      },
    },
    webhooks: { last_received_at: toIso(NOW - DAY) },
  });
});

test("its links lead to lists", async () => {
  await put("v1-odd", { attention: ["of_tomorrow"] });
  const text = JSON.stringify(await ask());
  const links = new Set([...text.matchAll(/"href":"([^"]+)"/g)].map(([, link = ""]) => link));
  expect([...links].filter((link) => link.startsWith("/v1/notifications"))).toHaveLength(3);
  expect(links.size).toBeGreaterThan(10);
  for (const link of links) expect([link, (await call("GET", link)).status]).toEqual([link, 200]);
});

test("webhooks are silent when nobody told of the last payments", async () => {
  for (const n of [1, 2, 3]) {
    const payments = [samplePayment(`p-${n}`, { created_at: toIso(NOW - n * HOUR) })];
    const order = paidOrder(`v1-${n}`, { verified_by: "inquiry", payments });
    await project(env.DB, projectionOf(order));
  }
  const silent = await ask();
  expect(silent).toMatchObject({
    webhooks_silent: true,
    webhooks: {
      since: toIso(NOW - 3 * HOUR),
      orders: 3,
      detail: expect.stringContaining("http://localhost:8787/webhooks/pinelabs"),
    },
  });
  const refusals = { ...QUIET.refusals, listRefusals: async () => [refusal(1, "missing_header")] };
  expect(await ask({ refusals })).toMatchObject({
    webhooks: { detail: expect.stringContaining("GET /v1/messages/refused") },
  });
  const payments = [samplePayment("p-4", { created_at: toIso(NOW - 11 * MINUTE) })];
  await project(env.DB, projectionOf(paidOrder("v1-4", { payments })));
  expect(await ask()).toMatchObject({ webhooks_silent: false, webhooks: { detail: null } });
});

test("settlements are behind when their reports were not read", async () => {
  const settlements: Doors["settlements"] = {
    ...QUIET.settlements,
    progress: async () => {
      const run = {
        id: 1,
        from: "2030-12-30",
        to: "2031-01-01",
        cause: "api",
        state: "failed",
        phase: "list",
        utr: null,
        pages: 0,
        settlements: { listed: 0, to_read: 0, read: 0, failed: 0 },
        lines: { read: 0, attributed: 0, unknown: 0, other_business: 0, waiting: 0 },
        unreadable: 0,
        requested_at: NOW - 3 * DAY,
        started_at: NOW - 3 * DAY,
        updated_at: NOW - 3 * DAY,
        finished_at: NOW - 3 * DAY,
        next_try_at: null,
        problem: null,
      } as const;
      return { running: null, waiting: [], last: [run] };
    },
    knowledge: async () => ({
      read_through: NOW - 2 * DAY,
      unlisted_refunds: [],
      unread: [],
    }),
  };
  const answer = await ask({ settlements });
  expect(answer).toMatchObject({
    settlements: {
      behind: true,
      read_through: toIso(NOW - 2 * DAY),
      href: "/v1/settlements/refresh",
    },
  });
  expect(JSON.stringify(answer["settlements"])).toContain("were last read through");
});

test("whoever gives no answer is null, and the rest is told", async () => {
  const silent = async () => {
    throw new Error("planted");
  };
  const answer = await ask({
    refusals: { ...QUIET.refusals, listRefusals: silent },
    settlements: { ...QUIET.settlements, progress: silent },
  });
  expect(answer).toMatchObject({
    messages: { refused: null },
    settlements: null,
    stuck: { count: 0 },
  });
});

test("needs the scope read, takes no query, and is 503 while the ledger gives no answer", async () => {
  const refused = await lacking("read", () => call("GET", "/v1/attention"));
  await expectProblem(refused, 403, "scope_missing");
  const asked = await expectProblem(
    await call("GET", "/v1/attention?limit=1"),
    400,
    "query_invalid",
  );
  expect(faultsOf(asked)).toEqual({ limit: "is not known" });
  const db = new Proxy(env.DB, {
    get: () => () => {
      throw new Error("D1_ERROR: planted");
    },
  });
  const silent = await visit((doors) => ({ ...doors, db }), "/v1/attention", {
    headers: administrator,
  });
  await expectProblem(silent, 503, "ledger_unavailable");
});
