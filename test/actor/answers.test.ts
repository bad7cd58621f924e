// What an answer to a request that moves money means (design 3.5): done, refused, or nobody knows. It
// is sent once, whatever comes back.

import { afterEach, beforeEach, expect, test } from "vitest";
import { ask, turn } from "../sandbox/gateway";
import { closeHouse, openHouse, order, settle } from "./house";
import {
  capture,
  gatewayBooks,
  heldOrder,
  inr,
  moves,
  paidOrder,
  refund,
  voidOrder,
} from "./money";

beforeEach(openHouse);
afterEach(closeHouse);

const coded = JSON.stringify({ code: "INVALID_REQUEST", message: "No" });
const unknown = JSON.stringify({ code: "ORDER_NOT_FOUND", message: "No such order" });
const uncoded = JSON.stringify({ message: "No" });
const page = "<html>Bad gateway</html>";
const other = JSON.stringify({ order_id: "v1-310115060000-aa-Others", refunds: [] });

const answers: readonly (readonly [string, object, "refused" | "unknown"])[] = [
  ["a 400 with a code of the gateway's", { status: 400, body: coded }, "refused"],
  ["a 422 with a code of the gateway's", { status: 422, body: coded }, "refused"],
  ["a 404 with a code of the gateway's", { status: 404, body: unknown }, "refused"],
  ["a 400 without a code", { status: 400, body: uncoded }, "unknown"],
  ["a 400 of a proxy", { status: 400, body: page }, "unknown"],
  ["a 404 of a proxy", { status: 404, body: page }, "unknown"],
  ["a 408", { status: 408, body: coded }, "unknown"],
  ["a 409", { status: 409, body: coded }, "unknown"],
  ["a 425", { status: 425, body: coded }, "unknown"],
  ["a 429", { status: 429, body: coded }, "unknown"],
  ["a 500", { status: 500, body: coded }, "unknown"],
  ["a 503 of a proxy", { status: 503, body: page }, "unknown"],
  ["a redirect", { status: 302, location: "http://localhost:8787/sandbox/api" }, "unknown"],
  ["a 200 with a page of HTML", { status: 200, body: page }, "unknown"],
  ["a 200 about something else", { status: 200, body: other }, "unknown"],
  ["a 200 that is empty", { status: 200, body: "" }, "unknown"],
];

test.each(answers)("%s to a refund", async (_, answer, outcome) => {
  const { order_id } = await paidOrder();
  await turn({ answers: [{ operation: "refund.create", ...answer }] });
  const asked = await refund(order_id, "back-1", { amount: inr(50_000) });
  const command = outcome === "refused" ? asked.body["command"] : asked.body;
  expect([asked.status, command]).toMatchObject([outcome === "refused" ? 422 : 202, { outcome }]);
  const left = outcome === "refused" ? 150_000 : 100_000;
  expect(await order(order_id)).toMatchObject({ refundable: inr(left) });
  expect(await moves()).toBe(1);
});

test.each(answers)("%s to a capture and to a void", async (_, answer, outcome) => {
  for (const [operation, door] of [
    ["order.capture", (id: string) => capture(id, "take-1")],
    ["order.cancel", voidOrder],
  ] as const) {
    const { order_id } = await heldOrder();
    await turn({ answers: [{ operation, ...answer }] });
    const asked = await door(order_id);
    const command = outcome === "refused" ? asked.body["command"] : asked.body;
    expect([asked.status, command]).toMatchObject([outcome === "refused" ? 422 : 202, { outcome }]);
  }
  expect(await moves()).toBe(2);
});

test("only a token that was refused is replaced, and the request sent once more with the same key", async () => {
  const { order_id } = await paidOrder();
  await ask("POST", "/sandbox/tokens/revoke");
  expect(await refund(order_id, "back-1")).toMatchObject({ status: 201, body: { sends: 1 } });
  await ask("POST", "/sandbox/tokens/revoke");
  await turn({ answers: [{ operation: "refund.create", status: 401 }] });
  const { order_id: another } = await paidOrder();
  expect(await refund(another, "back-2")).toMatchObject({ status: 201, body: { sends: 1 } });
  const { requests } = (await ask("GET", "/sandbox/requests")).body as unknown as {
    requests: readonly { operation: string; headers: Record<string, string>; status: number }[];
  };
  const sent = requests.filter(({ operation }) => operation === "refund.create").slice(-2);
  expect(sent.map(({ status }) => status)).toEqual([401, 200]);
  expect(sent[1]?.headers["idempotency-key"]).toBe(sent[0]?.headers["idempotency-key"]);
  expect((await gatewayBooks()).totals[another]).toMatchObject({ refunded: 150_000 });
});

test("a refund that the gateway refused and shows all the same was done", async () => {
  const { order_id } = await paidOrder();
  const lie = { operation: "refund.create", status: 400, body: coded, after_work: true };
  await turn({ answers: [lie] });
  expect((await refund(order_id, "back-1", { amount: inr(50_000) })).status).toBe(422);
  await settle(order_id);
  expect(await order(order_id)).toMatchObject({ refunded: inr(50_000), refundable: inr(100_000) });
  expect(await refund(order_id, "back-1", { amount: inr(50_000) })).toMatchObject({
    status: 201,
    body: { outcome: "done", sends: 1, refusal: null },
  });
  expect(await moves()).toBe(1);
});
