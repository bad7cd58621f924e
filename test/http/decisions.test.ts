// An operator decides about an outcome that nobody can read: once, after the gateway was read once
// more, and what the gateway shows stands.

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { MINUTE } from "../../src/domain/schedule";
import { ask, turn } from "../sandbox/gateway";
import { atGateway, closeHouse, openHouse, order, pass, ring } from "../actor/house";
import { gatewayBooks, inr, moves, paidOrder, refund } from "../actor/money";
import type { Made } from "../actor/house";
import { call, expectProblem } from "./door";

beforeEach(openHouse);
afterEach(closeHouse);

const amount = inr(50_000);

/** A refund whose outcome nobody can read: the guide's orders list no refunds. */
async function undecided(): Promise<Made> {
  const made = await paidOrder();
  await turn({ answers: [{ operation: "refund.create", status: 500 }] });
  await refund(made.order_id, "back-1", { amount });
  for (const minutes of [1, 2, 15]) {
    pass(minutes * MINUTE);
    await ring(made.order_id);
  }
  const asked = await refund(made.order_id, "back-1", { amount });
  expect(asked).toMatchObject({ status: 202, body: { outcome: "needs_decision" } });
  return made;
}

async function decide(order_id: string, decision: string): Promise<Response> {
  const path = `/v1/orders/${order_id}/commands/refund/back-1/decision`;
  return call("POST", path, { decision, reason: "seen in the dashboard" });
}

describe("a refund of unknown outcome", () => {
  test("that was not done frees its money, and its reference stays spent", async () => {
    const { order_id } = await undecided();
    expect(await order(order_id)).toMatchObject({ refundable: inr(100_000) });
    const answer = await decide(order_id, "not_done");
    expect([answer.status, await answer.json()]).toMatchObject([
      200,
      {
        outcome: "refused",
        refusal: { code: "decided_not_done" },
        decision: {
          decision: "not_done",
          by: "administrator",
          reason: "seen in the dashboard",
          at: expect.stringMatching(/^2031/),
        },
      },
    ]);
    expect(await order(order_id)).toMatchObject({ refundable: inr(150_000) });
    expect(await refund(order_id, "back-1", { amount })).toMatchObject({
      status: 422,
      body: { code: "decided_not_done" },
    });
    expect((await refund(order_id, "back-2", { amount })).status).toBe(201);
    expect((await gatewayBooks()).totals[order_id]).toMatchObject({ refunded: 50_000 });
  });

  test("that was done is done, and its money stays counted", async () => {
    const { order_id } = await undecided();
    const answer = await decide(order_id, "done");
    expect([answer.status, await answer.json()]).toMatchObject([200, { outcome: "done" }]);
    expect(await order(order_id)).toMatchObject({ refundable: inr(100_000) });
    expect((await refund(order_id, "back-1", { amount })).status).toBe(201);
    expect(await moves()).toBe(1);
  });

  test("is sent again under the same reference and the same key", async () => {
    const { order_id } = await undecided();
    const answer = await decide(order_id, "send_again");
    expect([answer.status, await answer.json()]).toMatchObject([
      200,
      { outcome: "done", sends: 2 },
    ]);
    const { requests } = (await ask("GET", "/sandbox/requests")).body as unknown as {
      requests: readonly { operation: string; headers: Record<string, string>; body: unknown }[];
    };
    const sent = requests.filter(({ operation }) => operation === "refund.create");
    expect(sent).toHaveLength(2);
    expect(sent[1]?.body).toEqual(sent[0]?.body);
    expect(sent[0]?.headers["idempotency-key"]).toMatch(/^[0-9a-f-]{36}$/);
    expect(sent[1]?.headers["idempotency-key"]).toBe(sent[0]?.headers["idempotency-key"]);
  });

  test.each(["not_done", "send_again"])(
    "that the gateway shows after all is not decided by %s",
    async (decision) => {
      const { order_id, link_id } = await undecided();
      await atGateway(link_id, "refund", { amount: 50_000, reference: "back-1" });
      const late = await expectProblem(
        await decide(order_id, decision),
        409,
        "decision_not_needed",
      );
      expect(late).toMatchObject({ command: { outcome: "done", decision: null } });
      expect((await gatewayBooks()).totals[order_id]).toMatchObject({ refunded: 50_000 });
      expect(await moves()).toBe(1);
    },
  );

  test("is read on while it waits for its decision", async () => {
    const { order_id, link_id } = await undecided();
    await atGateway(link_id, "refund", { amount: 50_000, reference: "back-1" });
    pass(61 * MINUTE);
    await ring(order_id);
    const found = await refund(order_id, "back-1", { amount });
    expect(found).toMatchObject({ status: 201, body: { outcome: "done", sends: 1 } });
  });

  test("is not given up or sent again while the gateway can not be read; done needs no reading", async () => {
    const { order_id } = await undecided();
    await turn({ answers: [{ operation: "*", status: 500, times: -1 }] });
    for (const decision of ["not_done", "send_again"]) {
      await expectProblem(await decide(order_id, decision), 503, "gateway_unavailable");
    }
    expect(await refund(order_id, "back-1", { amount })).toMatchObject({
      body: { outcome: "needs_decision", decision: null },
    });
    expect((await decide(order_id, "done")).status).toBe(200);
  });

  test("is decided once: of two decisions at the same moment the second is told so", async () => {
    const { order_id } = await undecided();
    const answers = await Promise.all([
      decide(order_id, "send_again"),
      decide(order_id, "send_again"),
    ]);
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409]);
    expect((await gatewayBooks()).totals[order_id]).toMatchObject({ refunded: 50_000 });
  });
});

test.each([
  ["done", {}, "done"],
  ["pending", { refunds: "pending" }, "done"],
  ["refused", { refunds: "refuse" }, "send_again"],
  ["unknown", { answers: [{ operation: "refund.create", status: 500 }] }, "not_done"],
])("a refund that is %s needs no decision", async (outcome, knobs, decision) => {
  const { order_id } = await paidOrder();
  await turn(knobs);
  await refund(order_id, "back-1", { amount });
  const before = await moves();
  const problem = await expectProblem(await decide(order_id, decision), 409, "decision_not_needed");
  expect(problem).toMatchObject({ command: { outcome, decision: null } });
  expect(await moves()).toBe(before);
});
