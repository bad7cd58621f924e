// The audit through our API: who asked for money, who decided, newest first.

import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, test } from "vitest";
import { closeHouse, openHouse, pass, settle } from "../actor/house";
import { capture, heldOrder, inr, paidOrder, refund } from "../actor/money";
import { administrator, call, expectProblem, faultsOf, visit } from "./door";
import { lacking } from "./scopes";

beforeEach(async () => {
  await openHouse();
  await env.DB.prepare("DELETE FROM audit").run();
});
afterEach(closeHouse);

interface Listed {
  readonly data: readonly { readonly reference: string }[];
  readonly next_cursor: string | null;
}

async function list(query = ""): Promise<Listed> {
  const response = await call("GET", `/v1/audit${query}`);
  expect(response.status).toBe(200);
  return response.json();
}

const references = ({ data }: Listed) => data.map(({ reference }) => reference);

test("is one list over all orders, by pages, and of one order if asked", async () => {
  const [first, second] = [await paidOrder(), await heldOrder()];
  await refund(first.order_id, "back-1", { amount: inr(10_000) });
  pass(1_000);
  await capture(second.order_id, "take-1");
  pass(1_000);
  await refund(first.order_id, "back-2", { amount: inr(20_000) });
  await settle(first.order_id, second.order_id);
  expect(references(await list())).toEqual(["back-2", "take-1", "back-1"]);
  expect(references(await list(`?order_id=${first.order_id}`))).toEqual(["back-2", "back-1"]);
  const page = await list("?limit=2");
  expect(references(page)).toEqual(["back-2", "take-1"]);
  const rest = await list(`?limit=2&cursor=${page.next_cursor}`);
  expect(references(rest)).toEqual(["back-1"]);
  expect(rest.next_cursor).toBeNull();
});

test.each([
  ["?reference=back-1", "reference"],
  ["?order_id=", "order_id"],
  ["?order_id=pl-v1-250306082755-aa-uT0noy", "order_id"],
  ["?limit=0", "limit"],
  ["?cursor=WyJvcmRlcnMiXQ", "cursor"],
])("%s is 400 and names the parameter", async (query, parameter) => {
  const problem = await expectProblem(await call("GET", `/v1/audit${query}`), 400, "query_invalid");
  expect(Object.keys(faultsOf(problem))).toEqual([parameter]);
});

test("needs the scope admin, and lines can be neither changed nor removed", async () => {
  const refused = await lacking("admin", () => call("GET", "/v1/audit"));
  expect((await expectProblem(refused, 403, "scope_missing")).detail).toContain("admin");
  for (const method of ["POST", "PUT", "PATCH", "DELETE"]) {
    await expectProblem(await call(method, "/v1/audit"), 405, "method_not_allowed");
  }
});

test("is 503 while the ledger gives no answer", async () => {
  const db = new Proxy(env.DB, {
    get: () => () => {
      throw new Error("D1_ERROR: planted");
    },
  });
  const response = await visit((doors) => ({ ...doors, db }), "/v1/audit", {
    headers: administrator,
  });
  await expectProblem(response, 503, "ledger_unavailable");
});
