// Orders through our API: one by any of its ids, its history, a question at once, and lists.

import { env } from "cloudflare:workers";
import { createExecutionContext } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { requires } from "../../src/http/auth";
import { connect } from "../../src/http/connect";
import { type Door, type Principal, SCOPES } from "../../src/http/doors";
import { orderJson } from "../../src/http/order-json";
import { Hono } from "hono";
import {
  atGateway,
  closeHouse,
  createLink,
  type Made,
  openHouse,
  order,
  pass,
  settle,
} from "../actor/house";
import { turn } from "../sandbox/gateway";
import { administrator, call, expectProblem, faultsOf, origin } from "./door";

beforeEach(openHouse);
afterEach(closeHouse);

async function paidLink(): Promise<Made> {
  const made = await createLink();
  await atGateway(made.link_id, "pay");
  expect((await call("POST", `/v1/orders/${made.order_id}/refresh`)).status).toBe(200);
  return made;
}

describe("one order", () => {
  test("is the same by its order id, its link's id and its reference", async () => {
    const made = await paidLink();
    const paths = [made.order_id, made.link_id, `reference/${made.reference}`];
    const bodies = await Promise.all(
      paths.map(async (path) => (await call("GET", `/v1/orders/${path}`)).json()),
    );
    expect(bodies[1]).toEqual(bodies[0]);
    expect(bodies[2]).toEqual(bodies[0]);
    expect(bodies[0]).toMatchObject({
      order_id: made.order_id,
      merchant_reference: made.reference,
      stage: "paid",
      status: "PROCESSED",
      verified_by: "inquiry",
      origin: "api",
      captured: { value: 150_000, currency: "INR" },
      link: { payment_link_id: made.link_id, status: "PROCESSED" },
    });
  });

  test("that nobody knows is 404, whatever its name", async () => {
    for (const name of ["v1-310115060000-aa-NoBody", "reference:x", "unrouted:0", "x", "%00"]) {
      await expectProblem(await call("GET", `/v1/orders/${name}`), 404, "order_unknown");
      await expectProblem(await call("GET", `/v1/orders/${name}/timeline`), 404, "order_unknown");
      await expectProblem(await call("POST", `/v1/orders/${name}/refresh`), 404, "order_unknown");
      await expectProblem(await call("GET", `/v1/orders/reference/${name}`), 404, "order_unknown");
    }
  });

  test("tells its history in sentences", async () => {
    const made = await paidLink();
    const response = await call("GET", `/v1/orders/${made.order_id}/timeline`);
    const history: { data: readonly Record<string, unknown>[]; next_cursor: null } =
      await response.json();
    expect(history.next_cursor).toBeNull();
    expect(history.data.length).toBeGreaterThan(1);
    for (const entry of history.data) {
      expect(entry).toMatchObject({
        at: expect.stringMatching(/^2031-01-15T.*Z$/),
        by: expect.any(String),
        text: expect.stringMatching(/./),
      });
    }
    expect(JSON.stringify(history)).not.toMatch(/asha|9000000001/);
  });

  test("can not be asked for at a gateway that is out of reach: 503, and nothing changed", async () => {
    const made = await paidLink();
    const before = await order(made.order_id);
    await turn({ answers: [{ operation: "*", times: -1, status: 500 }] });
    const response = await call("POST", `/v1/orders/${made.order_id}/refresh`);
    await expectProblem(response, 503, "gateway_unavailable");
    const { stage, captured, checked_at } = before;
    expect(await order(made.order_id)).toMatchObject({ stage, captured, checked_at });
  });

  test("hears when the gateway asks for fewer requests", async () => {
    const made = await paidLink();
    const answers = [{ operation: "*", times: -1, status: 429, retry_after_seconds: 30 }];
    await turn({ answers });
    const response = await call("POST", `/v1/orders/${made.order_id}/refresh`);
    await expectProblem(response, 503, "gateway_rate_limited");
    expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
  });

  test("takes no query", async () => {
    const made = await createLink();
    const response = await call("GET", `/v1/orders/${made.order_id}?fields=all`);
    const problem = await expectProblem(response, 400, "query_invalid");
    expect(faultsOf(problem)).toEqual({ fields: "is not known" });
  });
});

describe("scopes", () => {
  const keyOf = (scopes: Principal["scopes"]): Principal => ({
    name: "shop",
    key_id: null,
    scopes,
    limited: false,
  });

  test("the customer is whole with the scope, masked without", async () => {
    const view = await order((await createLink()).order_id);
    expect(orderJson(view, keyOf(new Set(SCOPES))).customer).toMatchObject({
      email_id: "asha@example.com",
    });
    expect(orderJson(view, keyOf(new Set(["read"]))).customer).toMatchObject({
      email_id: "a•••@example.com",
      mobile_number: "••••0001",
    });
  });

  test("the administrator's key has every one of them", async () => {
    const app = new Hono<Door>();
    app.use(async (c, next) => {
      const doors = connect(env);
      if (doors.ok) c.set("doors", doors.value);
      await next();
    });
    for (const scope of SCOPES) app.get(`/${scope}`, requires(scope), (c) => c.text("passed"));
    for (const scope of SCOPES) {
      const request = new Request(`${origin}/${scope}`, { headers: administrator });
      const response = await app.fetch(request, env, createExecutionContext());
      expect(await response.text()).toBe("passed");
    }
  });
});

describe("GET /v1/orders", () => {
  test("filters, sorts and pages", async () => {
    pass(2 * 86_400_000);
    const from = encodeURIComponent(new Date().toISOString());
    const made: Made[] = [];
    for (let count = 0; count < 3; count += 1) {
      pass(1_000);
      made.push(await createLink());
    }
    await atGateway(made[0]?.link_id ?? "", "pay");
    await call("POST", `/v1/orders/${made[0]?.order_id}/refresh`);
    await settle(...made.flatMap(({ order_id, link_id }) => [order_id, link_id]));
    const list = async (query: string) => {
      const response = await call("GET", `/v1/orders?created_from=${from}${query}`);
      expect(response.status).toBe(200);
      const page: { data: readonly { order_id: string }[]; next_cursor: string | null } =
        await response.json();
      return { ids: page.data.map(({ order_id }) => order_id), next: page.next_cursor };
    };
    const [first, second, third] = made.map(({ order_id }) => order_id);
    expect((await list("")).ids).toEqual([third, second, first]);
    expect((await list("&sort=created_asc")).ids).toEqual([first, second, third]);
    expect((await list("&stage=paid&status=PROCESSED")).ids).toEqual([first]);
    expect((await list(`&reference=${made[2]?.reference}`)).ids).toEqual([third]);
    const page = await list("&limit=1");
    expect(page.ids).toEqual([third]);
    expect((await list(`&limit=1&cursor=${page.next}`)).ids).toEqual([second]);
  });

  test("a cursor of another list is refused", async () => {
    await paidLink();
    await createLink();
    const response = await call("GET", "/v1/orders?sort=created_asc&cursor=WyJvcmRlcnMiXQ");
    await expectProblem(response, 400, "query_invalid");
  });

  test.each([
    ["?sort=amount", "sort"],
    ["?sort=created_desc&updated_after=2031-01-01T00:00:00Z", "sort"],
    ["?q=x", "q"],
    ["?__proto__=x", "__proto__"],
  ])("%s is 400 and names the parameter", async (query, parameter) => {
    const problem = await expectProblem(
      await call("GET", `/v1/orders${query}`),
      400,
      "query_invalid",
    );
    expect(Object.keys(faultsOf(problem))).toEqual([parameter]);
  });
});

describe("an amount in the query of the list", () => {
  test.each([
    ["amount_from=2&amount_to=1", "amount_from"],
    ["amount_from=15.00", "amount_from"],
    ["amount_to=-1", "amount_to"],
    ["amount_to=1e3", "amount_to"],
  ])("that makes no sense is named: %s", async (query, field) => {
    const refused = await expectProblem(
      await call("GET", `/v1/orders?${query}`),
      400,
      "query_invalid",
    );
    expect(Object.keys(faultsOf(refused))).toEqual([field]);
  });

  test("lists the orders of that amount, both ends included", async () => {
    const made = await paidLink();
    await settle(made.order_id, made.link_id);
    const ids = async (query: string): Promise<readonly string[]> => {
      const listed: { data: readonly { id: string }[] } = await (
        await call("GET", `/v1/orders?limit=200&${query}`)
      ).json();
      return listed.data.map(({ id }) => id);
    };
    expect(await ids("amount_from=150000&amount_to=150000")).toContain(made.order_id);
    expect(await ids("amount_from=150001")).not.toContain(made.order_id);
    expect(await ids("amount_to=149999")).not.toContain(made.order_id);
  });
});
