// The settlement report in our own words: the two samples field by field, and a bank of bad reports,
// of which every bad field costs only itself. Asked through the client, as everybody does.
import { createHash } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalJson, type Json, type JsonObject } from "../../src/domain/json";
import type { DetailPage, ListPage } from "../../src/domain/settlement-report";
import { createGateway } from "../../src/pinelabs/client";
import { parseObject } from "../../src/pinelabs/keys";
import { answers, fakeGateway, type Reply } from "./fake-gateway";
import { fixture, fixtureText, mutated } from "./fixture";

const LIMIT = 15_000;
const UTR = "602009155310";
const DAYS = { from: "2026-01-14", to: "2026-01-20" };

const LIST = fixture("settlement-list-response.json");
const DETAIL = fixture("settlement-by-utr-response.json");

const reply = (body: Json): Reply => answers(200, JSON.stringify(body));

function askList(body: Json) {
  return createGateway(fakeGateway([reply(body)]).options).listSettlements(DAYS, 1, LIMIT);
}

function askDetail(body: Json, utr = UTR) {
  return createGateway(fakeGateway([reply(body)]).options).getSettlement(utr, 1, LIMIT);
}

async function listed(body: Json): Promise<ListPage> {
  const answer = await askList(body);
  if (!answer.ok) throw new Error(answer.failure.code);
  return answer.value;
}

async function detailed(body: Json): Promise<DetailPage> {
  const answer = await askDetail(body);
  if (!answer.ok) throw new Error(answer.failure.code);
  return answer.value;
}

const firstRow = async (row: Json) => (await listed({ data: [row] })).rows[0];
const firstLine = async (line: Json) =>
  (await detailed({ ...DETAIL, transactions: [line] })).lines[0];

function objectsOf(value: Json | undefined): readonly JsonObject[] {
  // The samples hold lists of objects where these tests look for them.
  return value as readonly JsonObject[];
}

const [ROW = {}, SECOND_ROW = {}] = objectsOf(LIST.data);
const [LINE = {}] = objectsOf(DETAIL.transactions);

/** The first half of a row's SHA-256, by another implementation. */
const fingerprint = (row: Json): string =>
  createHash("sha256").update(canonicalJson(row)).digest("hex").slice(0, 32);

const india = (text: string): number => Date.parse(`${text}+05:30`);

describe("the sample of the list", () => {
  it("is read field by field", async () => {
    const page = await listed(LIST);
    expect(page).toMatchObject({ unreadable: [], total_pages: 1 });
    expect(page.rows[0]).toEqual({
      fingerprint: fingerprint(ROW),
      utr: UTR,
      net: 50_664,
      gross: 51_800,
      deductions: 2072,
      transactions: 2,
      processed_at: india("2026-01-20T07:00:00"),
      settled_at: india("2026-01-20T11:04:51"),
      bank_name: "Example Co-operative Bank Ltd",
      bank_account: "••••4680",
      programs: ["UPI"],
      system: "PG",
    });
    expect(
      page.rows.map((row) => [
        row.utr,
        row.net,
        row.gross,
        row.deductions,
        row.transactions,
        new Date(row.settled_at ?? Number.NaN).toISOString(),
      ]),
    ).toEqual([
      [UTR, 50_664, 51_800, 2072, 2, "2026-01-20T05:34:51.000Z"],
      ["601909144207", 25_382, 25_900, 1036, 1, "2026-01-19T05:52:08.000Z"],
      ["601809133196", 47_136, 48_200, 1928, 3, "2026-01-19T05:11:37.000Z"],
      ["601709122083", 98_000, 100_000, 4000, 5, "2026-01-17T05:39:13.000Z"],
      ["601609111975", 12_054, 12_300, 492, 1, "2026-01-16T05:27:29.000Z"],
      ["601509100864", 71_930, 73_500, 2940, 2, "2026-01-15T05:48:44.000Z"],
      ["601409099752", 9702, 9900, 396, 1, "2026-01-14T05:31:20.000Z"],
    ]);
  });

  it("keeps the sums that hold in it", async () => {
    const { rows } = await listed(LIST);
    expect(rows.reduce((sum, { net }) => sum + (net ?? Number.NaN), 0)).toBe(314_868);
    expect(rows.reduce((sum, { transactions }) => sum + (transactions ?? Number.NaN), 0)).toBe(15);
  });
});

describe("the sample of a transfer", () => {
  it("is read field by field", async () => {
    const page = await detailed(DETAIL);
    expect(page.totals).toEqual({
      utr: UTR,
      gross: 51_800,
      transaction_amount: 51_800,
      net: 50_664,
      transactions: 2,
      deductions: {
        refund: 0,
        chargeback: 0,
        loan: 0,
        mdr: 1036,
        additional_mdr: 0,
        gst: 0,
        mar: 0,
        platform_fee: 0,
        late_settlement_fee: 0,
        other: 0,
        split: 0,
      },
      beside: {
        convenience_fee: 0,
        convenience_fee_gst: 0,
        merchant_convenience_fee: 0,
        cashback: 0,
        merchant_cashback: 0,
      },
      bank_name: "Example Co-operative Bank Ltd",
      bank_account: "••••4680",
      programs: ["UPI"],
    });
    expect(page.unreadable).toEqual([]);
    expect(page.total_pages).toBe(2);
    expect(page.lines).toHaveLength(2);
    expect(page.lines[0]).toEqual({
      fingerprint: fingerprint(LINE),
      transaction_id: "v1-260119050214-aa-Hs2TdW-up-m",
      amount: 25_900,
      gross: 25_900,
      deductions: 518,
      net: 0,
      processed_at: india("2026-01-20T07:00:00"),
      transaction_at: india("2026-01-19T00:00:00"),
      payout_status: "Success",
      utr: UTR,
      program: "UPI",
      system: "PG",
      acquirer: "UPI_AXIS",
      is_emi: false,
    });
    expect(page.lines[1]).toMatchObject({
      transaction_id: "v1-260119073950-aa-Ky6PzE-up-J",
      net: 50_664,
    });
  });

  it.each([
    ["total_refund", "refund"],
    ["total_chargeback_recovery_amount", "chargeback"],
    ["total_loan_recovery_amount", "loan"],
    ["total_mdr_amount", "mdr"],
    ["additional_mdr_amount", "additional_mdr"],
    ["total_gst_amount", "gst"],
    ["total_mar_amount", "mar"],
    ["total_platform_fee", "platform_fee"],
    ["total_late_settlement_fee", "late_settlement_fee"],
    ["other_deductions", "other"],
    ["split_fund_amount", "split"],
    ["total_convenience_fee", "convenience_fee"],
    ["total_gst_on_c_c_f", "convenience_fee_gst"],
    ["total_merchant_convenience_fee", "merchant_convenience_fee"],
    ["total_cashback_amount", "cashback"],
    ["total_merchant_cashback", "merchant_cashback"],
    ["actual_transaction_amount", "gross"],
    ["total_transaction_amount", "transaction_amount"],
    ["total_settled_amount", "net"],
  ])("has each amount in a place of its own: %s", async (field, place) => {
    const before = (await detailed(DETAIL)).totals;
    const { totals } = await detailed({ ...DETAIL, [field]: "-7.07" });
    const places = { ...totals, ...totals.deductions, ...totals.beside };
    const placesBefore = { ...before, ...before.deductions, ...before.beside };
    const { deductions: _, beside: __, ...found } = places;
    const changed = Object.entries(found).filter(
      ([name, value]) => !Object.is(value, Reflect.get(placesBefore, name)) && name !== "programs",
    );
    expect(changed).toEqual([[place, -707]]);
  });

  it("may come in `data`", async () => {
    expect(await detailed({ status: "success", data: DETAIL })).toEqual(await detailed(DETAIL));
    expect(await listed({ status: "success", data: LIST })).toEqual(await listed(LIST));
  });

  it("may come with camelCase names", async () => {
    const { utr_number, total_amount, ...rest } = ROW;
    const row = { ...rest, utrNumber: utr_number ?? null, totalAmount: total_amount ?? null };
    expect(await firstRow(row)).toEqual(await firstRow(ROW));
  });
});

it("has no documented name that is spelled otherwise at the door", () => {
  for (const name of ["settlement-list-response.json", "settlement-by-utr-response.json"]) {
    expect(parseObject(fixtureText(name))).toEqual({ ok: true, value: fixture(name) });
  }
});

describe("bad fields cost only themselves:", () => {
  it("numbers as texts, and texts as numbers", async () => {
    const row = {
      ...ROW,
      total_amount: "506.64",
      actual_transaction_amount: " 518.00 ",
      total_deduction_amount: "20.720",
      total_transactions_count: "2",
      utr_number: Number(UTR),
      bank_acc_number: 771_000_024_680,
      bank_name: 7,
      programs: "UPI",
    };
    expect(await firstRow(row)).toEqual({
      ...(await firstRow(ROW)),
      fingerprint: fingerprint(row),
      bank_name: "7",
      programs: [],
    });
    const line = {
      ...LINE,
      settled_amount: "-0.5",
      is_emi: "TRUE",
      transaction_id: 123_456,
      utr_number: Number(UTR),
    };
    expect(await firstLine(line)).toEqual({
      ...(await firstLine(LINE)),
      fingerprint: fingerprint(line),
      net: -50,
      is_emi: true,
      transaction_id: "123456",
    });
    expect((await listed({ data: [], total_settlement_count: "21" })).total_pages).toBe(3);
    expect((await detailed({ ...DETAIL, pagination: { total_pages: "9" } })).total_pages).toBe(9);
    expect((await detailed({ ...DETAIL, utr_number: Number(UTR) })).lines).toHaveLength(2);
  });

  it("negative amounts are deductions", async () => {
    const line = { ...LINE, transaction_amount: -259, settled_amount: "-253.82" };
    expect(await firstLine(line)).toMatchObject({ amount: -25_900, gross: 25_900, net: -25_382 });
    expect(await firstRow({ ...ROW, total_amount: -12.5 })).toMatchObject({ net: -1250 });
    const { totals } = await detailed({ ...DETAIL, total_settled_amount: -3.1, total_refund: -1 });
    expect(totals).toMatchObject({ net: -310, deductions: { refund: -100 } });
  });

  it("dates without seconds, and dates that are none", async () => {
    const row = { ...ROW, settled_date: "2026-01-20T11:04", last_processed_date: "20/01/2026" };
    expect(await firstRow(row)).toMatchObject({
      settled_at: india("2026-01-20T11:04:00"),
      processed_at: null,
      net: 50_664,
    });
  });

  it("fields that nobody documents are passed over", async () => {
    const row = { ...ROW, settlement_id: "S-1", nested: { utr_number: "other" } };
    expect(await firstRow(row)).toEqual({
      ...(await firstRow(ROW)),
      fingerprint: fingerprint(row),
    });
  });

  it("null everywhere says nothing, and never 0", async () => {
    const nothing = (value: JsonObject): JsonObject =>
      Object.fromEntries(Object.keys(value).map((name) => [name, null]));
    const row = await firstRow({ ...nothing(ROW), utr_number: UTR });
    expect(row).toEqual({
      ...Object.fromEntries(Object.keys(row ?? {}).map((name) => [name, null])),
      fingerprint: row?.fingerprint,
      utr: UTR,
      programs: [],
    });
    const line = await firstLine(nothing(LINE));
    expect(line).toEqual({
      ...Object.fromEntries(Object.keys(line ?? {}).map((name) => [name, null])),
      fingerprint: line?.fingerprint,
      transaction_id: "",
    });
    const { totals, ...rest } = await detailed({ ...nothing(DETAIL), utr_number: UTR });
    expect(rest).toEqual({ lines: [], unreadable: [], total_pages: null });
    const amounts = [totals.gross, totals.net, totals.transaction_amount, totals.transactions];
    const others = [...Object.values(totals.deductions), ...Object.values(totals.beside)];
    expect(new Set([...amounts, ...others])).toEqual(new Set([null]));
  });

  it("lists and objects where a value belongs, and absurd ones", async () => {
    const row = { ...ROW, total_amount: [506.64], total_transactions_count: 1.5, bank_name: {} };
    expect(await firstRow(row)).toMatchObject({
      net: null,
      transactions: null,
      bank_name: null,
      gross: 51_800,
    });
    const line = { ...LINE, transaction_id: "no id at all", payout_status: "x".repeat(201) };
    expect(await firstLine(line)).toMatchObject({ transaction_id: "", payout_status: null });
    expect(await firstLine({ ...LINE, transaction_id: "constructor" })).toMatchObject({
      transaction_id: "",
    });
    expect((await detailed({ ...DETAIL, pagination: [2] })).total_pages).toBeNull();
    expect((await listed({ data: [], total_settlement_count: -1 })).total_pages).toBeNull();
    expect((await listed({ data: [] })).total_pages).toBeNull();
    expect((await listed({ data: [], total_settlement_count: 0 })).total_pages).toBe(0);
  });
});

describe("two rows", () => {
  it("that are equal in every field but one, known or not, are told apart", async () => {
    const others: readonly JsonObject[] = [
      ...Object.keys(LINE).map((name) => ({ ...LINE, [name]: "other" })),
      ...Object.keys(LINE).map((name) => ({ ...LINE, [name]: null })),
      { ...LINE, note: null },
      { ...LINE, note: "" },
      { ...LINE, transaction_amount: "259" },
    ];
    const { lines } = await detailed({ ...DETAIL, transactions: [LINE, ...others] });
    expect(new Set(lines.map((line) => line.fingerprint)).size).toBe(others.length + 1);
  });

  it("that are equal in every field are the same, in whatever order those come", async () => {
    const turned = Object.fromEntries(Object.entries(ROW).toReversed());
    const { rows } = await listed({ data: [ROW, turned, SECOND_ROW] });
    expect(rows[1]).toEqual(rows[0]);
    expect(rows[2]?.fingerprint).not.toBe(rows[0]?.fingerprint);
    expect(rows[0]?.fingerprint).toMatch(/^[0-9a-f]{32}$/);
  });
});

describe("a row that can not be used", () => {
  it.each([
    undefined,
    null,
    "",
    "   ",
    "-",
    "NA/1",
    "a b",
    "x".repeat(51),
    1.5,
    2 ** 60,
    true,
    {},
    [UTR],
  ])("has no UTR: %j", async (utr_number) => {
    const { utr_number: _, ...rest } = ROW;
    const row: JsonObject = utr_number === undefined ? rest : { ...rest, utr_number };
    const page = await listed({ ...LIST, data: [row, SECOND_ROW] });
    expect(page.rows.map(({ utr }) => utr)).toEqual(["601909144207"]);
    expect(page.unreadable).toMatchObject([
      { fingerprint: fingerprint(row), reason: "no readable utr_number" },
    ]);
  });

  it.each([null, "602009155310", 5, true, [], [ROW]])("is no object: %j", async (row) => {
    const page = await listed({ ...LIST, data: [row, ROW] });
    expect(page.rows).toHaveLength(1);
    expect(page.unreadable).toMatchObject([
      { fingerprint: fingerprint(row), reason: "not an object" },
    ]);
    const detail = await detailed({ ...DETAIL, transactions: [LINE, row] });
    expect(detail.lines).toHaveLength(1);
    expect(detail.unreadable).toMatchObject([{ reason: "not an object" }]);
  });

  it("is kept as text, without account numbers, in a KiB at most", async () => {
    const { utr_number: _, ...rest } = ROW;
    const accounts = {
      account: { number: "00771000024680", names: ["00771000024680", 771_000_024_680] },
      beneficiaryAccountNo: 771_000_024_680,
      acct: "123",
    };
    const strange: readonly Json[] = [
      { ...rest, ...accounts },
      "00771000024680",
      771_000_024_680,
      ["acct 0077 1000 0246 80", [771_000_024_680]],
      { ...rest, note: "é₹😀".repeat(900) },
    ];
    const { unreadable } = await listed({ data: strange });
    expect(unreadable).toHaveLength(strange.length);
    for (const { raw } of unreadable) {
      expect(raw).not.toMatch(/0246|1000 ?02/);
      expect(new TextEncoder().encode(raw).length).toBeLessThanOrEqual(1024);
      expect(raw).not.toContain("\uFFFD");
    }
    expect(unreadable[0]?.raw).toContain('"bank_acc_number":"••••4680"');
    expect(unreadable[0]?.raw).toContain('"acct":"••••"');
    expect(unreadable[1]?.raw).toBe('"••••4680"');
    expect(unreadable[4]?.raw.isWellFormed()).toBe(true);
  });

  it("never costs the others theirs", async () => {
    const rows = fc.array(fc.oneof(fc.constant(ROW), fc.jsonValue()), { maxLength: 10 });
    await fc.assert(
      fc.asyncProperty(rows, async (data) => {
        // fast-check's JSON values are JSON, but its types say unknown.
        const page = await listed({ data: data as readonly Json[] });
        expect(page.rows.length + page.unreadable.length).toBe(data.length);
        expect(page.rows.filter(({ utr }) => utr === UTR).length).toBeGreaterThanOrEqual(
          data.filter((row) => row === ROW).length,
        );
      }),
    );
  });
});

describe("an account number", () => {
  it.each([
    ["00771000024680", "••••4680"],
    ["XXXXXXXX9595", "••••9595"],
    [" 12345 ", "••••2345"],
    ["1234", "••••"],
    ["", null],
    [null, null],
    [{}, null],
  ])("%j is shown as %j", async (bank_acc_number, shown) => {
    expect(await firstRow({ ...ROW, bank_acc_number })).toMatchObject({ bank_account: shown });
    const { totals } = await detailed({ ...DETAIL, bank_acc_number });
    expect(totals.bank_account).toBe(shown);
  });
});

describe("an answer that is no report", () => {
  const { utr_number: _, ...unnamed } = DETAIL;
  const { transactions: __, ...withoutLines } = DETAIL;
  const { transactions: ___, ...silent } = unnamed;

  it.each<[string, Json]>([
    ["an array for an object", [LIST]],
    ["an object for an array", { ...LIST, data: ROW }],
    ["no list at all", { total_settlement_count: 0 }],
    ["null for a list", { ...LIST, data: null }],
    ["a text for a list", { ...LIST, data: "[]" }],
    ["an error in the clothes of a success", { code: "INTERNAL_ERROR", message: "no" }],
    ["null for a list, and no count", { data: null }],
  ])("of transfers: %s", async (_name, body) => {
    expect(await askList(body)).toMatchObject({ failure: { code: "gateway_unavailable" } });
  });

  it("but null for a list that counts to nothing is an empty page", async () => {
    const page = await askList({ data: null, total_settlement_count: 0 });
    expect(page).toMatchObject({ ok: true, value: { rows: [], total_pages: 0 } });
  });

  it.each<[string, Json]>([
    ["another UTR", { ...DETAIL, utr_number: "601909144207" }],
    ["a UTR that can not be read", { ...DETAIL, utr_number: { is: UTR } }],
    ["an array for an object", [DETAIL]],
    ["an object for its lines", { ...DETAIL, transactions: LINE }],
    ["a text for its lines", { ...DETAIL, transactions: "none" }],
    ["neither UTR nor lines", silent],
    ["nothing", {}],
    ["an error in the clothes of a success", { code: "INTERNAL_ERROR", message: "no" }],
  ])("of the transfer: %s", async (_name, body) => {
    expect(await askDetail(body)).toMatchObject({ failure: { code: "gateway_unavailable" } });
  });

  it("does not need to repeat the UTR, nor to have lines", async () => {
    expect((await detailed(unnamed)).totals.utr).toBe(UTR);
    expect((await detailed({ ...DETAIL, utr_number: null })).lines).toHaveLength(2);
    expect((await detailed(withoutLines)).lines).toEqual([]);
    expect((await detailed({ ...DETAIL, transactions: [] })).lines).toEqual([]);
  });

  it("never throws, and never shows a whole account number", async () => {
    const names = ["settlement-list-response.json", "settlement-by-utr-response.json"];
    await fc.assert(
      fc.asyncProperty(fc.oneof(mutated(names), fc.jsonValue()), async (body) => {
        // fast-check's JSON values are JSON, but its types say unknown.
        const json = body as Json;
        const told = JSON.stringify([await askList(json), await askDetail(json)]);
        expect(told).not.toContain("00771000024680");
      }),
      { numRuns: 300 },
    );
  });
});
