// Who may decide about a refund: no key that has a refund limit, because a decision sends, or frees,
// whatever the refund is of. The door says so, and the keeper of keys says it once more to the order.

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { HOUR } from "../../src/domain/schedule";
import type { Doors } from "../../src/http/doors";
import { visit } from "../http/door";
import { makeKey } from "../http/scopes";
import { turn } from "../sandbox/gateway";
import { faults } from "../worker";
import { api, closeHouse, openHouse, pass, ring, settle } from "./house";
import { type CommandAnswer, gatewayBooks, inr, paidOrder, readThrice, refund } from "./money";

beforeEach(openHouse);
afterEach(() => {
  closeHouse();
  vi.restoreAllMocks();
});

const LIMIT = 50_000;

const deskKey = async (): Promise<string> =>
  (await makeKey(["read", "refund"], { refund_limit: { per_day: LIMIT } })).key;

async function by(
  key: string,
  id: string,
  reference: string,
  value: number,
): Promise<CommandAnswer> {
  const body = { merchant_refund_reference: reference, amount: inr(value) };
  return api("POST", `/v1/orders/${id}/refunds`, body, key);
}

const pathOf = (id: string, reference: string): string =>
  `/v1/orders/${id}/commands/refund/${reference}/decision`;

async function decideBy(
  key: string,
  id: string,
  reference: string,
  decision: string,
): Promise<CommandAnswer> {
  return api("POST", pathOf(id, reference), { decision, reason: "says the desk" }, key);
}

/** A refund of ₹1,500 whose end nobody can read: somebody has to decide. */
async function unknownRefund(): Promise<string> {
  const { order_id } = await paidOrder();
  const untold = { operation: "order.get_by_reference", status: 422, times: -1 };
  await turn({ answers: [{ operation: "refund.create", status: 500 }, untold] });
  await refund(order_id, "big-1", { amount: inr(150_000) });
  for (let count = 0; count < 16; count += 1) {
    pass(HOUR);
    await ring(order_id);
  }
  return order_id;
}

test("a limited key can not have somebody else's greater refund sent again", async () => {
  const id = await unknownRefund();
  const answer = await decideBy(await deskKey(), id, "big-1", "send_again");
  expect(answer).toMatchObject({ status: 403, body: { code: "decision_not_allowed" } });
  expect((await gatewayBooks()).totals[id]?.refunded).toBe(0);
});

test("a limited key can not free its own day by saying that its refund was not done", async () => {
  const [one, two] = [await paidOrder(), await paidOrder()];
  const key = await deskKey();
  await turn({
    hide_references: -1,
    refunds_on_parent: false,
    answers: [{ operation: "refund.create", status: 500, after_work: true }],
  });
  await by(key, one.order_id, "desk-1", LIMIT);
  await readThrice(one.order_id);
  for (const decision of ["not_done", "done"]) {
    const said = await decideBy(key, one.order_id, "desk-1", decision);
    expect(said).toMatchObject({ status: 403, body: { code: "decision_not_allowed" } });
  }
  await settle(one.order_id);
  const again = await by(key, two.order_id, "desk-2", LIMIT);
  expect(again.body.code).toBe("key_limit_day");
  const { totals } = await gatewayBooks();
  const moved = [one, two].map(({ order_id }) => totals[order_id]?.refunded ?? 0);
  expect(moved.reduce((sum, value) => sum + value, 0)).toBe(LIMIT);
});

/** A door that does not know of limits. */
const unaware = (doors: Doors): Doors => ({
  ...doors,
  access: {
    ...doors.access,
    checkKey: async (asked) => ({ ...(await doors.access.checkKey(asked)), limited: false }),
  },
});

test("the order asks once more, whatever the door has let pass", async () => {
  const id = await unknownRefund();
  const response = await visit(unaware, pathOf(id, "big-1"), {
    method: "POST",
    headers: { authorization: `Bearer ${await deskKey()}`, "content-type": "application/json" },
    body: JSON.stringify({ decision: "send_again", reason: "says the desk" }),
  });
  const answer: unknown = JSON.parse(await response.text());
  expect([response.status, answer]).toMatchObject([403, { code: "decision_not_allowed" }]);
  expect((await gatewayBooks()).totals[id]?.refunded).toBe(0);
});

test("a key without a limit decides, and not while the keeper of keys can not be asked", async () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  const id = await unknownRefund();
  const { key } = await makeKey(["read", "refund"]);
  faults.access = (asked) => (asked === "permitDecision" ? "throw" : null);
  const unasked = await decideBy(key, id, "big-1", "not_done");
  expect(unasked).toMatchObject({ status: 503, body: { code: "access_unavailable" } });
  faults.access = null;
  expect(await decideBy(key, id, "big-1", "not_done")).toMatchObject({
    status: 200,
    body: { outcome: "refused" },
  });
});
