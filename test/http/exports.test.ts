// Orders by an open step, payments and refunds over all orders, and the three as CSV files.

import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test } from "vitest";
import { inr, paisa } from "../../src/domain/money";
import type { OrderView } from "../../src/domain/order-view";
import { toIso } from "../../src/domain/time";
import { project } from "../../src/ledger/projection";
import {
  NOW,
  paidOrder,
  projectionOf,
  sampleBooks,
  sampleLink,
  sampleOrder,
  samplePayment,
  sampleRefund,
} from "../ledger/sample";
import { administrator, call, expectProblem, faultsOf, knock, visit } from "./door";
import { hand } from "./hand";
import { lacking } from "./scopes";
import { tableOf } from "./table";

const DAY = 86_400_000;
const LISTS = ["orders", "payments", "refunds"] as const;

beforeEach(async () => {
  await env.DB.batch(
    ["orders", "payments", "refunds", "aliases"].map((table) =>
      env.DB.prepare(`DELETE FROM ${table}`),
    ),
  );
});

async function put(order: OrderView): Promise<void> {
  await project(env.DB, projectionOf(order));
}

interface Listed {
  readonly data: readonly { readonly [name: string]: unknown }[];
  readonly next_cursor: string | null;
}

async function list(path: string): Promise<Listed> {
  const response = await call("GET", path);
  expect(response.status).toBe(200);
  return response.json();
}

async function table(path: string) {
  const authorization = `Bearer ${hand.key}`;
  const response = await knock(path, { headers: { authorization, accept: "text/csv" } });
  expect(response.status).toBe(200);
  return tableOf(await response.text());
}

const CUSTOMER = { email_id: "kumar@example.com", mobile_number: "9876543210" };

/** Paid, settled, and a part of it sent back. */
function wholeOrder(change: Partial<OrderView> = {}): OrderView {
  const line = {
    utr: "UTR1",
    transaction_id: "v1-whole-cc-1",
    role: "payment",
    payment_id: "v1-whole-cc-1",
    refund_id: null,
    gross: inr(10_000),
    deductions: inr(236),
    settled_amount: inr(9_764),
    payout_status: "Success",
    completed: true,
    settled_at: null,
  } as const;
  return paidOrder("v1-whole", {
    merchant_reference: "inv-1",
    stage: "partially_refunded",
    customer: CUSTOMER,
    link: sampleLink("pl-whole", { status: "PROCESSED" }),
    description: "Blue shoes",
    payments: [
      samplePayment("v1-whole-cc-1", {
        order_id: "v1-whole",
        books: {
          ...sampleBooks(10_000),
          refunded: paisa(2_500),
          fees: paisa(236),
          settled: paisa(7_264),
          pending: paisa(0),
        },
      }),
    ],
    refunds: [
      sampleRefund("r-1", {
        order_id: "v1-whole",
        merchant_refund_reference: "back-1",
        requested_by: "Asha",
        requested_at: toIso(NOW + 1_000),
        created_at: toIso(NOW + DAY),
        payment_id: "v1-whole-cc-1",
        reason: "torn",
      }),
    ],
    settlement: {
      stage: "completed",
      utrs: ["UTR1"],
      gross: inr(10_000),
      deductions: inr(236),
      recovered: inr(0),
      settled: inr(7_264),
      pending: inr(0),
      unexplained: inr(0),
      lines: [
        line,
        {
          ...line,
          utr: "UTR2",
          role: "refund",
          payment_id: null,
          refund_id: "r-1",
          gross: inr(-2_500),
        },
      ],
    },
    attention: ["needs_decision", "overpaid"],
    checklist: [
      { step: "verify", state: "done", at: null, by: "webhook", detail: "" },
      { step: "fulfill", state: "todo", at: null, by: null, detail: "" },
      { step: "settle", state: "doing", at: null, by: null, detail: "" },
    ],
    ...change,
  });
}

describe("the list of orders", () => {
  test("goes by a step that is open, with the other filters", async () => {
    await put(wholeOrder());
    await put(sampleOrder("v1-other"));
    const ids = async (query: string) =>
      (await list(`/v1/orders?${query}`)).data.map(({ id }) => id);
    expect(await ids("needs=fulfill")).toEqual(["v1-whole"]);
    expect(await ids("needs=settle&stage=partially_refunded")).toEqual(["v1-whole"]);
    expect(await ids("needs=settle&stage=paid")).toEqual([]);
    expect(await ids("needs=verify")).toEqual(["v1-other"]);
    expect(await ids("needs=refund")).toEqual([]);
    const refused = await call("GET", "/v1/orders?needs=deliver");
    const problem = await expectProblem(refused, 400, "query_invalid");
    expect(faultsOf(problem)).toEqual({
      needs: "must be one of verify, record, confirm, fulfill, capture, settle, refund",
    });
  });

  test("is a CSV file with its filters, times by both clocks", async () => {
    await put(wholeOrder());
    await put(sampleOrder("v1-other"));
    const rows = await table("/v1/orders?needs=fulfill");
    expect(rows).toEqual([
      {
        id: "v1-whole",
        order_id: "v1-whole",
        merchant_reference: "inv-1",
        payment_link_id: "pl-whole",
        stage: "partially_refunded",
        status: "PROCESSED",
        link_status: "PROCESSED",
        verified_by: "webhook",
        origin: "webhook",
        currency: "INR",
        amount: "100.00",
        amount_due: "0.00",
        authorized: "0.00",
        captured: "100.00",
        refunded: "0.00",
        refundable: "100.00",
        overpaid: "",
        fees: "2.36",
        recovered: "0.00",
        settled: "72.64",
        not_yet_settled: "0.00",
        unexplained: "0.00",
        settlement_stage: "completed",
        utrs: "UTR1",
        payment_ids: "v1-whole-cc-1",
        payment_methods: "CARD",
        rrns: "430712345678",
        description: "Blue shoes",
        customer_email_id: "kumar@example.com",
        customer_mobile_number: "9876543210",
        attention: "needs_decision overpaid",
        needs: "fulfill settle",
        capture_by_at: "",
        capture_by_local: "",
        created_at: "2031-01-01T00:00:00.000Z",
        created_local: "2031-01-01 05:30:00",
        updated_at: "2031-01-01T00:00:00.000Z",
        updated_local: "2031-01-01 05:30:00",
      },
    ]);
    expect(await table("/v1/orders")).toHaveLength(2);
  });

  test("is a whole CSV file, page after page", async () => {
    const fill = `WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 1203)
      INSERT INTO orders (seq, id, version, stage, origin, currency, authorized, refundable, created_at,
        updated_at, doc)
      SELECT n * 1024, 'o-' || n, 1, 'paid', 'webhook', 'INR', 0, 0, n, n, json_set(?1, '$.id', 'o-' || n)
      FROM numbers`;
    await env.DB.prepare(fill)
      .bind(JSON.stringify(sampleOrder("o")))
      .run();
    const rows = await table("/v1/orders?sort=created_asc");
    expect(rows.map(({ id }) => id)).toEqual(
      Array.from({ length: 1_203 }, (_, index) => `o-${index + 1}`),
    );
  });
});

describe("the list of payments", () => {
  test("shows each with what belongs to it of its order", async () => {
    const order = wholeOrder();
    await put(order);
    const { data, next_cursor } = await list("/v1/payments");
    expect(next_cursor).toBeNull();
    expect(data).toEqual([
      {
        ...order.payments[0],
        home: "v1-whole",
        merchant_reference: "inv-1",
        payment_link_id: "pl-whole",
        stage: "partially_refunded",
        customer: CUSTOMER,
        utrs: ["UTR1"],
      },
    ]);
  });

  test("has filters and pages", async () => {
    for (const n of [1, 2, 3, 4]) {
      const payment = samplePayment(`p-${n}`, {
        payment_method: n % 2 === 0 ? "UPI" : "CARD",
        status: n === 3 ? "FAILED" : "PROCESSED",
        rrn: `rrn-${n}`,
        created_at: toIso(NOW + n * DAY),
      });
      await put(paidOrder(`v1-${n}`, { payments: [payment] }));
    }
    const ids = async (query: string) =>
      (await list(`/v1/payments?${query}`)).data.map(({ id }) => id);
    expect(await ids("method=CARD")).toEqual(["p-3", "p-1"]);
    expect(await ids("status=FAILED")).toEqual(["p-3"]);
    expect(await ids("rrn=rrn-2")).toEqual(["p-2"]);
    expect(await ids("order_id=v1-4")).toEqual(["p-4"]);
    expect(await ids("reference=ref-v1-1")).toEqual(["p-1"]);
    const from = `created_from=${toIso(NOW + 2 * DAY)}`;
    expect(await ids(`${from}&created_to=${toIso(NOW + 4 * DAY)}`)).toEqual(["p-3", "p-2"]);
    const first = await list("/v1/payments?limit=3");
    const rest = await list(`/v1/payments?limit=3&cursor=${first.next_cursor}`);
    expect([...first.data, ...rest.data].map(({ id }) => id)).toEqual(["p-4", "p-3", "p-2", "p-1"]);
  });

  test("is a CSV file whose amounts add up", async () => {
    await put(wholeOrder());
    const [row] = await table("/v1/payments?method=CARD");
    expect(row).toEqual({
      payment_id: "v1-whole-cc-1",
      order_id: "v1-whole",
      merchant_reference: "inv-1",
      payment_link_id: "pl-whole",
      stage: "partially_refunded",
      status: "PROCESSED",
      payment_method: "CARD",
      network: "VISA",
      last4: "1111",
      rrn: "430712345678",
      currency: "INR",
      amount: "100.00",
      captured: "100.00",
      refunded: "25.00",
      fees: "2.36",
      recovered: "0.00",
      settled: "72.64",
      not_yet_settled: "0.00",
      settled_elsewhere: "0.00",
      unexplained: "0.00",
      utrs: "UTR1",
      error: "",
      customer_email_id: "kumar@example.com",
      customer_mobile_number: "9876543210",
      created_at: "2031-01-01T00:00:00.000Z",
      created_local: "2031-01-01 05:30:00",
    });
  });

  test("of another currency shows its own decimals", async () => {
    const payment = samplePayment("p-yen", {
      payment_amount: { value: paisa(1_500), currency: "JPY" },
    });
    await put(paidOrder("v1-yen", { payments: [payment] }));
    expect((await table("/v1/payments"))[0]).toMatchObject({
      currency: "JPY",
      amount: "1500",
      captured: "100.00",
    });
  });
});

describe("the list of refunds", () => {
  test("shows each with what belongs to it of its order, and has filters", async () => {
    const order = wholeOrder();
    await put(order);
    const shown = {
      ...order.refunds[0],
      home: "v1-whole",
      merchant_reference: "inv-1",
      payment_link_id: "pl-whole",
      stage: "partially_refunded",
      customer: CUSTOMER,
      utrs: ["UTR2"],
    };
    for (const query of [
      "",
      "?refund_reference=back-1",
      "?reference=inv-1",
      "?order_id=v1-whole&status=PROCESSED",
    ]) {
      expect((await list(`/v1/refunds${query}`)).data).toEqual([shown]);
    }
    for (const query of ["?refund_reference=back-2", "?status=PENDING", "?rrn=1"]) {
      expect((await list(`/v1/refunds${query}`)).data).toEqual([]);
    }
  });

  test("is a CSV file", async () => {
    await put(wholeOrder());
    expect(await table("/v1/refunds")).toEqual([
      {
        refund_id: "r-1",
        order_id: "v1-whole",
        merchant_reference: "inv-1",
        payment_link_id: "pl-whole",
        stage: "partially_refunded",
        refund_reference: "back-1",
        payment_id: "v1-whole-cc-1",
        status: "PROCESSED",
        outcome: "done",
        rrn: "",
        currency: "INR",
        amount: "25.00",
        utrs: "UTR2",
        reason: "torn",
        requested_by: "Asha",
        customer_email_id: "kumar@example.com",
        customer_mobile_number: "9876543210",
        requested_at: "2031-01-01T00:00:01.000Z",
        requested_local: "2031-01-01 05:30:01",
        created_at: "2031-01-02T00:00:00.000Z",
        created_local: "2031-01-02 05:30:00",
      },
    ]);
  });
});

describe("the three lists", () => {
  test("show the customer whole only to a key with the scope customer", async () => {
    await put(wholeOrder());
    for (const name of LISTS) {
      await lacking("customer", async () => {
        const listed = JSON.stringify(await list(`/v1/${name}`));
        expect(listed).toContain("k•••@example.com");
        expect(listed).not.toMatch(/kumar|987654/);
        const [row] = await table(`/v1/${name}`);
        expect(row).toMatchObject({
          customer_email_id: "k•••@example.com",
          customer_mobile_number: "••••3210",
        });
      });
    }
  });

  test("have no cell that a spreadsheet would run", async () => {
    const evil = '=HYPERLINK("http://evil.example","x")';
    await put(
      wholeOrder({
        merchant_reference: evil,
        description: "+1",
        customer: { email_id: "@SUM(1)", mobile_number: "+919876543210" },
        payments: [samplePayment("v1-whole-cc-1", { rrn: "-1", error: { code: evil } })],
        refunds: [sampleRefund("r-1", { reason: evil })],
      }),
    );
    for (const name of LISTS) {
      const [row] = await table(`/v1/${name}`);
      expect(row).toMatchObject({
        merchant_reference: `'${evil}`,
        customer_email_id: "'@SUM(1)",
        customer_mobile_number: "'+919876543210",
      });
      for (const cell of Object.values(row ?? {})) expect(cell).not.toMatch(/^[=+@]|^-\D/);
    }
  });

  test("show what an earlier release wrote, with empty cells for what it did not know", async () => {
    await put(wholeOrder());
    await env.DB.batch([
      env.DB.prepare(
        `UPDATE orders SET doc = json_remove(doc, '$.checklist', '$.attention', '$.settlement',
           '$.overpaid', '$.links', '$.reminders')`,
      ),
      env.DB.prepare("UPDATE payments SET doc = json_remove(doc, '$.books')"),
    ]);
    expect((await table("/v1/orders"))[0]).toMatchObject({ needs: "", attention: "", settled: "" });
    expect((await table("/v1/payments"))[0]).toMatchObject({ amount: "100.00", captured: "" });
    expect((await list("/v1/payments")).data[0]).toMatchObject({ books: null, utrs: [] });
    expect((await list("/v1/orders")).data[0]).toMatchObject({ checklist: [], settlement: null });
  });

  test("are files by name, take no paging, and say that Accept decides", async () => {
    for (const name of LISTS) {
      const headers = { ...administrator, accept: "text/csv" };
      const response = await knock(`/v1/${name}`, { headers });
      expect(response.headers.get("content-disposition")).toBe(
        `attachment; filename="${name}.csv"`,
      );
      expect(response.headers.get("vary")).toContain("Accept");
      expect(tableOf(await response.text())).toEqual([]);
      const paged = await knock(`/v1/${name}?limit=10`, { headers });
      expect(faultsOf(await expectProblem(paged, 400, "query_invalid"))).toHaveProperty("limit");
    }
  });

  test.each([
    ["payments", "method=upi", "method"],
    ["payments", "refund_reference=x", "refund_reference"],
    ["payments", "created_from=2031-01-01", "created_from"],
    ["payments", "order_id=", "order_id"],
    ["refunds", "method=UPI", "method"],
    ["refunds", "status=pending", "status"],
    ["refunds", "limit=0", "limit"],
    ["refunds", "cursor=WyJwYXltZW50cyJd", "cursor"],
  ])("%s?%s is 400 and names the parameter", async (name, query, parameter) => {
    const response = await call("GET", `/v1/${name}?${query}`);
    const problem = await expectProblem(response, 400, "query_invalid");
    expect(Object.keys(faultsOf(problem))).toEqual([parameter]);
  });

  test("need the scope read, and are 503 while the ledger gives no answer", async () => {
    const db = new Proxy(env.DB, {
      get: () => () => {
        throw new Error("D1_ERROR: planted");
      },
    });
    for (const name of LISTS) {
      const refused = await lacking("read", () => call("GET", `/v1/${name}`));
      await expectProblem(refused, 403, "scope_missing");
      const silent = await visit((doors) => ({ ...doors, db }), `/v1/${name}`, {
        headers: { ...administrator, accept: "text/csv" },
      });
      await expectProblem(silent, 503, "ledger_unavailable");
    }
  });
});
