// From a payment to the bank: the gateway closes its books, the reports are read, and every door says
// where the money is.

import { env } from "cloudflare:workers";
import { runInDurableObject } from "cloudflare:test";
import { afterEach, beforeEach, expect, test } from "vitest";
import { closeHouse, crash, openHouse, order, pass, settle } from "../actor/house";
import { paidOrder } from "../actor/money";
import { readAll } from "../actor/settlement-desk";
import { detail, paymentOf, settle as closeBooks } from "../sandbox/settlement-wire";
import { call } from "./door";

const DAY = 86_400_000;

beforeEach(async () => {
  await openHouse();
  await runInDurableObject(env.SETTLEMENTS.getByName("settlements"), async (_, { storage }) => {
    await storage.deleteAlarm();
    await storage.deleteAll();
  });
  await crash();
  await env.DB.batch(
    ["settlements", "settlement_lines", "discrepancies", "payments", "orders", "aliases"].map(
      (table) => env.DB.prepare(`DELETE FROM ${table}`),
    ),
  );
});
afterEach(closeHouse);

interface Row {
  readonly name: string;
  readonly amount: { readonly value: number } | null;
}

interface Reconciled {
  readonly collected: { readonly value: number };
  readonly rows: readonly Row[];
}

async function get<T>(path: string): Promise<T> {
  const response = await call("GET", path);
  expect(response.status).toBe(200);
  return response.json();
}

async function reconciled(by: string) {
  const found = await get<Reconciled>(`/v1/reconciliation?from=2031-01-10&to=2031-01-20&by=${by}`);
  const amounts = found.rows.map(({ amount }) => amount?.value ?? 0);
  expect(amounts.reduce((sum, value) => sum + value, 0)).toBe(found.collected.value);
  return Object.fromEntries([
    ["collected", found.collected.value],
    ...found.rows.map(({ name, amount }) => [name, amount?.value ?? null]),
  ]) as Readonly<Record<string, number | null>>;
}

async function refresh(...orders: readonly string[]): Promise<void> {
  const response = await call("POST", "/v1/settlements/refresh");
  expect(response.status).toBe(202);
  const done = await readAll();
  expect(done).toMatchObject({ state: "done", problem: null });
  await settle(...orders);
}

test("a transfer is read, its lines find their orders, and both reconciliations agree", async () => {
  const first = await paidOrder();
  const second = await paidOrder();
  const ids = [first.order_id, second.order_id];
  expect(await reconciled("payment_date")).toMatchObject({
    collected: 300_000,
    not_yet_settled: 300_000,
    unexplained: 0,
  });
  pass(DAY);
  const utr = await closeBooks();
  await refresh(...ids);

  const settlement = await get<Record<string, unknown>>(`/v1/settlements/${utr}`);
  expect(settlement).toMatchObject({
    utr,
    status: "completed",
    gross: { value: 300_000 },
    holds: true,
    unexplained: { value: 0 },
    counts: { lines: 2, attributed: 2, unknown: 0 },
    discrepancies: [],
  });
  const { lines } = settlement as {
    readonly lines: { readonly data: readonly { home: string }[] };
  };
  expect(lines.data.map(({ home }) => home).toSorted()).toEqual(ids.toSorted());
  expect(await order(first.order_id)).toMatchObject({
    settlement: { stage: "completed", utrs: [utr] },
  });
  const byPayment = await reconciled("payment_date");
  const bySettlement = await reconciled("settlement_date");
  expect(byPayment).toMatchObject({ collected: 300_000, not_yet_settled: 0, unexplained: 0 });
  expect(bySettlement).toMatchObject({ collected: 300_000, unexplained: 0 });
  expect(byPayment["settled"]).toBe(bySettlement["settled"]);
  expect(byPayment["fees"]).toBe((bySettlement["fees"] ?? 0) + (bySettlement["taxes"] ?? 0));

  const payment = await paymentOf(first.order_id);
  const found = await get<{ data: readonly { utr: string }[] }>(
    `/v1/settlements?transaction_id=${payment}`,
  );
  expect(found.data.map((row) => row.utr)).toEqual([utr]);
  expect(await get("/v1/discrepancies")).toEqual({ data: [], next_cursor: null });
});

test("a line that nobody knows is a discrepancy, stays closed once judged, and lets the sums hold", async () => {
  const { order_id } = await paidOrder();
  pass(DAY);
  const utr = await closeBooks();
  const { body } = await detail(utr);
  const [line] = body.transactions;
  const response = await fetch(`https://sandbox.test/sandbox/settlements/${utr}`, {
    method: "PUT",
    body: JSON.stringify({
      lines: [{ ...line, transaction_id: "v1-310101000000-aa-Nobody-up-k" }],
    }),
  });
  expect(response.status).toBe(200);
  await refresh(order_id);
  const open = await get<{ data: readonly { id: string; type: string; utr: string }[] }>(
    "/v1/discrepancies?type=unknown_payment",
  );
  expect(open.data).toMatchObject([{ type: "unknown_payment", utr }]);
  expect(await get(`/v1/settlements/${utr}`)).toMatchObject({
    counts: { lines: 1, unknown: 1 },
    discrepancies: [{ type: "unknown_payment" }],
    lines: { data: [{ state: "unknown", home: null }] },
  });
  const [row] = open.data;
  const closing = await call("POST", `/v1/discrepancies/${row?.id}/resolve`, { reason: "a test" });
  expect(closing.status).toBe(200);
  pass(DAY);
  await refresh(order_id);
  expect(await get("/v1/discrepancies?type=unknown_payment")).toEqual({
    data: [],
    next_cursor: null,
  });
  expect(await reconciled("settlement_date")).toMatchObject({ collected: 150_000, unexplained: 0 });
});
