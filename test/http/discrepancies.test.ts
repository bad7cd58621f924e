// Discrepancies through our API: of orders and of transfers in one list, filtered, as a file, and closed by
// a person who says why.

import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { AccountFinding } from "../../src/domain/discrepancy";
import { formatDiscrepancyId } from "../../src/domain/discrepancy-id";
import { settlementHome } from "../../src/domain/ids";
import type { ListedDiscrepancy } from "../../src/ledger/discrepancies";
import { atGateway, closeHouse, createLink, openHouse, order, pass, settle } from "../actor/house";
import { NOW } from "../ledger/sample";
import { tell } from "../ledger/settled";
import { administrator, call, expectProblem, faultsOf, knock } from "./door";
import { lacking } from "./scopes";
import { tableOf } from "./table";

beforeEach(async () => {
  await openHouse();
  await env.DB.batch(
    ["settlements", "settlement_lines", "discrepancies", "audit"].map((table) =>
      env.DB.prepare(`DELETE FROM ${table}`),
    ),
  );
});
afterEach(closeHouse);

interface Listed {
  readonly data: readonly ListedDiscrepancy[];
  readonly next_cursor: string | null;
}

async function list(query = ""): Promise<Listed> {
  const response = await call("GET", `/v1/discrepancies${query}`);
  expect(response.status).toBe(200);
  return response.json();
}

const types = ({ data }: Listed) => data.map(({ type }) => type);

const finding = (change: Partial<AccountFinding>): AccountFinding => ({
  type: "unknown_payment",
  severity: "risk",
  subject: "t-1",
  ours: null,
  theirs: { gross: 10_000 },
  amount: 10_000,
  ...change,
});

/** An order with a wrong redirect, one that somebody expected otherwise; a transfer with three differences. */
async function trouble(): Promise<string> {
  await tell({
    utr: "UTR1",
    read: 1,
    at: NOW,
    findings: [
      finding({}),
      finding({ type: "fee_unexplained", severity: "note", subject: "", amount: 50 }),
      finding({ type: "chargeback", severity: "loss", subject: "", amount: 5 }),
    ],
  });
  const { order_id } = await createLink();
  const body = { order_id, expect: { amount: { value: 5, currency: "INR" } } };
  expect((await call("POST", "/v1/verify", body)).status).toBe(200);
  await settle(order_id);
  return order_id;
}

describe("the list", () => {
  test("has those of orders and of transfers, and says whose each is", async () => {
    const order_id = await trouble();
    const { data } = await list();
    expect(data).toHaveLength(4);
    expect(data[0]).toMatchObject({
      id: formatDiscrepancyId({ home: order_id, key: "expectation_mismatch:amount" }),
      home: order_id,
      order_id,
      utr: null,
      type: "expectation_mismatch",
      severity: "risk",
      resolution: null,
    });
    const unknown = data.find(({ type }) => type === "unknown_payment");
    expect(unknown).toMatchObject({
      id: formatDiscrepancyId({ home: "settlement:UTR1", key: "unknown_payment:t-1" }),
      home: "settlement:UTR1",
      order_id: null,
      utr: "UTR1",
      subject: "t-1",
      amount: 10_000,
    });
  });

  test("is filtered by type and by severity", async () => {
    await trouble();
    expect(types(await list("?type=chargeback"))).toEqual(["chargeback"]);
    expect(types(await list("?severity=note"))).toEqual(["fee_unexplained"]);
    expect(types(await list("?severity=risk"))).toEqual([
      "expectation_mismatch",
      "unknown_payment",
    ]);
    expect(types(await list("?type=fee_unexplained&severity=risk"))).toEqual([]);
    const first = await list("?severity=risk&limit=1");
    const rest = await list(`?severity=risk&limit=1&cursor=${first.next_cursor}`);
    expect([types(first), types(rest)]).toEqual([["expectation_mismatch"], ["unknown_payment"]]);
  });

  test("is of the days on which they were first seen, by the report's clock", async () => {
    await tell({ utr: "DAY1", read: 1, at: NOW, findings: [finding({ subject: "one" })] });
    // 18:30 UTC is the next day in India.
    const at = NOW + 18.5 * 3_600_000;
    await tell({ utr: "DAY2", read: 2, at, findings: [finding({ subject: "two" })] });
    const subjects = async (query: string) => (await list(query)).data.map((row) => row.subject);
    expect(await subjects("?from=2031-01-01&to=2031-01-01")).toEqual(["one"]);
    expect(await subjects("?from=2031-01-02")).toEqual(["two"]);
    expect(await subjects("?to=2031-01-02&type=unknown_payment")).toEqual(["two", "one"]);
    expect(await subjects("?from=2031-01-03&state=all")).toEqual([]);
  });

  test.each([
    ["?from=2031-01-02&to=2031-01-01", "from"],
    ["?to=today", "to"],
    ["?type=overcharged", "type"],
    ["?type=toString", "type"],
    ["?severity=high", "severity"],
    ["?state=closed", "state"],
    ["?order_id=x", "order_id"],
  ])("%s is 400 and names the parameter", async (query, parameter) => {
    const response = await call("GET", `/v1/discrepancies${query}`);
    const problem = await expectProblem(response, 400, "query_invalid");
    expect(Object.keys(faultsOf(problem))).toEqual([parameter]);
  });

  test("is a CSV file if asked", async () => {
    const order_id = await trouble();
    const headers = { ...administrator, accept: "text/csv" };
    const response = await knock("/v1/discrepancies?severity=risk", { headers });
    expect(response.headers.get("content-disposition")).toContain("discrepancies.csv");
    expect(tableOf(await response.text())).toMatchObject([
      { type: "expectation_mismatch", order_id, utr: "", resolved_by: "" },
      {
        type: "unknown_payment",
        order_id: "",
        utr: "UTR1",
        amount: "100.00",
        ours: "null",
        theirs: '{"gross":10000}',
        first_seen_at: "2031-01-01T00:00:00.000Z",
        closed_at: "",
      },
    ]);
  });
});

describe("one by its id", () => {
  const read = async (id: string) => call("GET", `/v1/discrepancies/${id}`);

  test("is as the list has it, of an order and of a transfer", async () => {
    await trouble();
    const { data } = await list();
    expect(data).toHaveLength(4);
    for (const row of data) {
      const response = await read(row.id);
      expect([response.status, await response.json()]).toEqual([200, row]);
    }
  });

  test("of an order is closed as soon as a person has closed it, before the list knows", async () => {
    const order_id = await trouble();
    const id = formatDiscrepancyId({ home: order_id, key: "expectation_mismatch:amount" });
    expect((await resolve(id)).status).toBe(200);
    expect((await list("?type=expectation_mismatch")).data).toHaveLength(1);
    expect(await (await read(id)).json()).toMatchObject({
      id,
      order_id,
      resolution: { by: "administrator", reason: "looked at it" },
    });
  });

  test("under the id of an alias is named by its home", async () => {
    const { order_id, link_id } = await createLink();
    await atGateway(link_id, "pay");
    pass(1_000);
    const body = { order_id, expect: { amount: { value: 5, currency: "INR" } } };
    expect((await call("POST", "/v1/verify", body)).status).toBe(200);
    const key = "expectation_mismatch:amount";
    const response = await read(formatDiscrepancyId({ home: link_id, key }));
    expect(await response.json()).toMatchObject({
      id: formatDiscrepancyId({ home: order_id, key }),
      order_id,
    });
  });

  test("that nobody knows is 404, and it takes no query", async () => {
    const order_id = await trouble();
    const homes = [order_id, "v1-250101000000-aa-NoBody", settlementHome("UTR1"), "settlements"];
    for (const home of homes) {
      const id = formatDiscrepancyId({ home, key: "overpaid" });
      await expectProblem(await read(id), 404, "discrepancy_unknown");
    }
    for (const id of ["dis_", "dis_AAAA", order_id, "%00"]) {
      await expectProblem(await read(id), 404, "discrepancy_unknown");
    }
    await expectProblem(await read("dis_AAAA?state=all"), 400, "query_invalid");
  });
});

async function resolve(id: string, reason: unknown = "looked at it"): Promise<Response> {
  return call("POST", `/v1/discrepancies/${id}/resolve`, { reason });
}

async function audit(): Promise<readonly unknown[]> {
  const response = await call("GET", "/v1/audit");
  return (await response.json<{ readonly data: readonly unknown[] }>()).data;
}

describe("a person closes one", () => {
  test("of an order: in its actor, with a line in the audit and in the timeline", async () => {
    const order_id = await trouble();
    const [row] = (await list("?type=expectation_mismatch")).data;
    const id = row?.id ?? "";
    const response = await resolve(id, "  the shop's book was wrong  ");
    expect(response.status).toBe(200);
    const answer = await response.json<ListedDiscrepancy>();
    expect(answer).toEqual({
      ...row,
      closed_at: expect.any(String),
      resolution: {
        by: "administrator",
        at: answer.closed_at,
        reason: "the shop's book was wrong",
      },
    });
    await settle(order_id);
    expect(types(await list())).not.toContain("expectation_mismatch");
    expect((await list("?state=all&type=expectation_mismatch")).data).toEqual([answer]);
    expect((await order(order_id)).discrepancies[0]?.resolution).toEqual(answer.resolution);
    expect(await audit()).toMatchObject([
      {
        at: answer.closed_at,
        by: "administrator",
        action: "resolution",
        kind: "discrepancy",
        reference: "expectation_mismatch:amount",
        order_id,
        reason: "the shop's book was wrong",
        decision: null,
      },
    ]);
    await expectProblem(await resolve(id), 409, "discrepancy_closed");
  });

  test("under the id of an alias too", async () => {
    const { order_id, link_id } = await createLink();
    await atGateway(link_id, "pay");
    pass(1_000);
    const body = { order_id, expect: { amount: { value: 5, currency: "INR" } } };
    expect((await call("POST", "/v1/verify", body)).status).toBe(200);
    const key = "expectation_mismatch:amount";
    const response = await resolve(formatDiscrepancyId({ home: link_id, key }));
    expect(response.status).toBe(200);
    // Named as the list names it, by its home.
    expect(await response.json()).toMatchObject({
      id: formatDiscrepancyId({ home: order_id, key }),
      home: order_id,
      order_id,
    });
    expect((await order(order_id)).discrepancies[0]?.resolution?.by).toBe("administrator");
  });

  test("of a transfer: in the ledger, with a line in the audit", async () => {
    await trouble();
    const [row] = (await list("?type=unknown_payment")).data;
    const response = await resolve(row?.id ?? "", "another shop of ours");
    expect(response.status).toBe(200);
    const answer = await response.json<ListedDiscrepancy>();
    expect(answer.resolution).toMatchObject({
      by: "administrator",
      reason: "another shop of ours",
    });
    expect((await list("?state=all&type=unknown_payment")).data).toEqual([answer]);
    expect(await list("?type=unknown_payment")).toEqual({ data: [], next_cursor: null });
    expect(await audit()).toEqual([
      {
        at: answer.closed_at,
        by: "administrator",
        action: "resolution",
        kind: "discrepancy",
        reference: "unknown_payment:t-1",
        order_id: null,
        utr: "UTR1",
        amount: { value: 10_000, currency: "INR" },
        reason: "another shop of ours",
        decision: null,
      },
    ]);
    await expectProblem(await resolve(row?.id ?? ""), 409, "discrepancy_closed");
  });

  test.each(["expectation_mismatch", "unknown_payment"])(
    "only if it is of the amount that was shown: %s",
    async (type) => {
      await trouble();
      const [row] = (await list(`?type=${type}`)).data;
      const path = `/v1/discrepancies/${row?.id}/resolve`;
      const shown = row?.amount ?? null;
      const other = await call("POST", path, { reason: "fine", amount: (shown ?? 0) + 1 });
      await expectProblem(other, 409, "discrepancy_changed");
      expect(types(await list())).toContain(type);
      expect(await audit()).toEqual([]);
      expect((await call("POST", path, { reason: "fine", amount: shown })).status).toBe(200);
      const again = await call("POST", path, { reason: "fine", amount: shown });
      await expectProblem(again, 409, "discrepancy_closed");
    },
  );

  test.each([["1"], [1.5], [true]])("the amount %j is 422", async (amount) => {
    await trouble();
    const [row] = (await list("?type=chargeback")).data;
    const path = `/v1/discrepancies/${row?.id}/resolve`;
    const problem = await expectProblem(
      await call("POST", path, { reason: "fine", amount }),
      422,
      "body_invalid",
    );
    expect(Object.keys(faultsOf(problem))).toEqual(["/amount"]);
  });

  test("that nobody knows is 404", async () => {
    const order_id = await trouble();
    const homes = [
      order_id,
      "v1-250101000000-aa-NoBody",
      settlementHome("UTR1"),
      "settlements",
      "x:",
    ];
    for (const home of homes) {
      const id = formatDiscrepancyId({ home, key: "overpaid" });
      await expectProblem(await resolve(id), 404, "discrepancy_unknown");
    }
    // Keys that every object has by birth.
    for (const key of ["constructor", "toString", "__proto__"]) {
      const id = formatDiscrepancyId({ home: order_id, key });
      await expectProblem(await resolve(id), 404, "discrepancy_unknown");
    }
    for (const id of ["dis_", "dis_AAAA", order_id, "%00"]) {
      await expectProblem(await resolve(id), 404, "discrepancy_unknown");
    }
  });

  test.each([["ab"], ["   ab   "], ["x".repeat(501)], [""], [5], [undefined]])(
    "the reason %j is 422",
    async (reason) => {
      await trouble();
      const [row] = (await list("?type=chargeback")).data;
      const body = reason === undefined ? {} : { reason };
      const response = await call("POST", `/v1/discrepancies/${row?.id}/resolve`, body);
      const problem = await expectProblem(response, 422, "body_invalid");
      expect(Object.keys(faultsOf(problem))).toEqual(["/reason"]);
      expect(types(await list("?type=chargeback"))).toEqual(["chargeback"]);
    },
  );

  test("needs the scope settlements", async () => {
    const id = formatDiscrepancyId({ home: "settlement:UTR1", key: "chargeback" });
    const refused = await lacking("settlements", () => resolve(id));
    expect((await expectProblem(refused, 403, "scope_missing")).detail).toContain("settlements");
  });
});
