import { beforeEach, describe, expect, test } from "vitest";
import listSample from "../fixtures/settlement-list-response.json";
import { ask, emptyBooks, paidOrder, turn } from "./gateway";
import { api, detail, paymentOf, type Row, settle, type SettlementWire } from "./settlement-wire";

beforeEach(emptyBooks);

/** Every planted row lies in it. */
const always = "start_date=2026-01-01&end_date=2026-03-01";

async function plant(utr: string, parts: unknown): Promise<void> {
  expect((await ask("PUT", `/sandbox/settlements/${utr}`, parts)).status).toBe(200);
}

/** A row as the list has it, settled on that day. */
function rowOf(utr: string, settled_date: string | null, total_amount: unknown = 1): Row {
  return { ...listSample.data[0], utr_number: utr, settled_date, total_amount };
}

describe("the list", () => {
  test("is filtered by the settled date in India, and newest first", async () => {
    await plant("1", { rows: [rowOf("1", "2026-01-31T23:59:59")] });
    await plant("2", { rows: [rowOf("2", "2026-02-02T00:00:00")] });
    await plant("3", { rows: [rowOf("3", "2026-02-01T00:00:00")] });
    const unpaid = { ...rowOf("4", null), last_processed_date: "2026-02-01T12:00" };
    await plant("4", { rows: [unpaid] });
    const utrs = async (from: string, to: string): Promise<unknown[]> => {
      const { body } = await api(`/list?start_date=${from}&end_date=${to}`);
      return body.data.map((row) => row.utr_number);
    };
    expect(await utrs("2026-02-01", "2026-02-01")).toEqual(["4", "3"]);
    expect(await utrs("2026-02-01T00:00:00", "2026-02-01T23:59:59")).toEqual(["4", "3"]);
    expect(await utrs("2026-02-01T00:00:01", "2026-02-01T12:00:00")).toEqual(["4"]);
    expect(await utrs("2026-01-04", "2026-03-04")).toEqual(["2", "4", "3", "1"]);
  });

  test("counts and sums all of its pages", async () => {
    const rows = Array.from({ length: 23 }, (_, index) =>
      rowOf(`U${index}`, "2026-02-01T10:00:00", 0.1),
    );
    await plant("U", { rows });
    const page = async (number: number): Promise<SettlementWire["body"]> =>
      (await api(`/list?${always}&page=${number}`)).body;
    expect((await page(1)).data).toHaveLength(10);
    expect((await page(3)).data).toHaveLength(3);
    expect(await page(4)).toEqual({
      data: [],
      total_settlement_count: 23,
      total_transactions_count: 46,
      total_settlement_amount: 2.3,
    });
  });

  test.each([
    ["start_date=2026-01-01", "end_date"],
    ["end_date=2026-01-01", "start_date"],
    ["start_date=2026-01-01&end_date=2026-03-02", "end_date"],
    ["start_date=2026-01-02&end_date=2026-01-01", "end_date"],
    ["start_date=2026-01-01T00:00:00Z&end_date=2026-01-02", "start_date"],
    ["start_date=2026-02-30&end_date=2026-03-02", "start_date"],
    [`${always}&per_page=11`, "per_page"],
    [`${always}&page=0`, "page"],
    [`${always}&pages=1`, "pages"],
  ])("refuses %s", async (query, field) => {
    expect(await api(`/list?${query}`)).toMatchObject({
      status: 400,
      code: "INVALID_REQUEST",
      body: { additional_error_details: { reason: field } },
    });
  });
});

describe("the detail", () => {
  test("comes in pages, the last one empty", async () => {
    await plant("77", { lines: Array.from({ length: 12 }, (_, index) => ({ index })) });
    const first = await detail("77");
    expect(first.body.transactions).toHaveLength(10);
    expect(first.body.pagination).toEqual({ total_pages: 2, current_page: "1" });
    const second = await detail("77", "?page=2&per_page=10");
    expect(second.body.transactions).toEqual([{ index: 10 }, { index: 11 }]);
    expect((await detail("77", "?page=3")).body).toEqual({
      utr_number: "77",
      transactions: [],
      pagination: { total_pages: 2, current_page: "3" },
    });
  });

  test("of an unknown UTR is a 404", async () => {
    expect(await detail("404")).toMatchObject({ status: 404, code: "SETTLEMENT_NOT_FOUND" });
  });

  test("is asked for with a token, and can be made to fail", async () => {
    const bare = await ask("GET", "/sandbox/api/settlements/v1/detail/1");
    expect(bare.body.code).toBe("UNAUTHORIZED");
    await turn({ answers: [{ operation: "settlement.detail", status: 500 }] });
    await plant("1", {});
    expect((await detail("1")).status).toBe(500);
    expect((await detail("1")).status).toBe(200);
  });
});

describe("bad reports", () => {
  test("any JSON can stand in the place of a part, and stays there", async () => {
    await paidOrder();
    const utr = await settle({ settled: false });
    const rows = [rowOf(utr, null, "10.50"), rowOf(utr, null, 11)];
    await plant(utr, { rows, totals: { surprise: true, transactions: "none" } });
    await plant(utr, { lines: ["no object", { settled_amount: "1,0" }] });
    await ask("POST", `/sandbox/settlements/${utr}/settle`);
    const planted = await api("/list?start_date=2026-01-01&end_date=2026-02-01");
    expect(planted.body).toMatchObject({ data: rows, total_settlement_amount: 21.5 });
    expect((await detail(utr)).body).toEqual({
      surprise: true,
      transactions: "none",
      pagination: { total_pages: 1, current_page: "1" },
    });
    const { text } = await ask("GET", "/sandbox/settlements");
    expect(JSON.parse(text)).toMatchObject({ settlements: [{ utr, rows }] });
  });

  test("one page can come empty, and the number of pages can be a lie", async () => {
    await plant("9", { lines: Array.from({ length: 25 }, (_, index) => ({ index })) });
    await turn({ settlement_empty_page: 2, settlement_total_pages: 9 });
    const pages = await Promise.all([1, 2, 3].map((page) => detail("9", `?page=${page}`)));
    expect(pages.map(({ body }) => body.transactions.length)).toEqual([10, 0, 5]);
    expect(pages[0]?.body.pagination).toMatchObject({ total_pages: 9 });
  });

  test("a settlement that is forgotten leaves its money to the next", async () => {
    const payment_id = await paymentOf(await paidOrder());
    const utr = await settle();
    expect((await ask("DELETE", `/sandbox/settlements/${utr}`)).status).toBe(200);
    expect((await ask("DELETE", `/sandbox/settlements/${utr}`)).status).toBe(404);
    expect((await detail(await settle())).body.transactions).toMatchObject([
      { transaction_id: payment_id },
    ]);
  });
});
