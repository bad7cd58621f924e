// A key that is revoked, or money that is stopped, while an order waits for its permit: what was permitted
// in the two seconds before may still be sent, and nothing later.

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { makeKey } from "../http/scopes";
import { faults } from "../worker";
import { api, closeHouse, openHouse, pass, settle } from "./house";
import { type CommandAnswer, inr, moves, paidOrder, refund } from "./money";

beforeEach(openHouse);
afterEach(async () => {
  faults.access = null;
  await api("POST", "/v1/money/resume", { reason: "all is well" });
  closeHouse();
});

/** The next permit is given, and its answer is on its way until it is released. */
function holdPermit(): { readonly arrived: Promise<void>; readonly release: () => void } {
  const arrived = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  faults.access = (asked) => {
    if (asked !== "permitMoney") return null;
    faults.access = null;
    return async () => {
      arrived.resolve();
      await released.promise;
    };
  };
  return { arrived: arrived.promise, release: () => released.resolve() };
}

async function by(key: string, id: string, value: number, reference = "back-1") {
  const body = { merchant_refund_reference: reference, amount: inr(value) };
  return api<CommandAnswer["body"]>("POST", `/v1/orders/${id}/refunds`, body, key);
}

describe("a permit that is older than two seconds", () => {
  test("begins no refund of a key that was revoked meanwhile", async () => {
    const { order_id } = await paidOrder();
    const { id, key } = await makeKey(["read", "refund"]);
    const held = holdPermit();
    const asked = by(key, order_id, 1_000);
    await held.arrived;
    expect((await api("DELETE", `/v1/keys/${id}`)).status).toBe(200);
    pass(2_001);
    held.release();
    expect(await asked).toMatchObject({ status: 401, body: { code: "unauthorized" } });
    expect(await moves()).toBe(0);
  });

  test("begins nothing while money is stopped", async () => {
    const { order_id } = await paidOrder();
    const held = holdPermit();
    const asked = refund(order_id, "back-1", { amount: inr(1_000) });
    await held.arrived;
    await api("POST", "/v1/money/stop", { reason: "a key has leaked" });
    pass(2_001);
    held.release();
    expect((await asked).body.code).toBe("money_stopped");
    expect(await moves()).toBe(0);
  });

  test("is asked for anew, and counts once towards the day of its key", async () => {
    const [{ order_id }, other] = [await paidOrder(), await paidOrder()];
    const { key } = await makeKey(["read", "refund"], { refund_limit: { per_day: 50_000 } });
    const held = holdPermit();
    const asked = by(key, order_id, 20_000);
    await held.arrived;
    pass(2_001);
    held.release();
    expect((await asked).status).toBe(201);
    await settle(order_id);
    expect((await by(key, other.order_id, 30_001, "more-1")).body["used"]).toBe(20_000);
    expect((await by(key, other.order_id, 30_000, "more-2")).status).toBe(201);
  });

  test("again and again is no permit at all, and counts for nothing", async () => {
    const [{ order_id }, other] = [await paidOrder(), await paidOrder()];
    const { key } = await makeKey(["read", "refund"], { refund_limit: { per_day: 50_000 } });
    faults.access = (asked) => (asked === "permitMoney" ? async () => pass(2_001) : null);
    const refused = await by(key, order_id, 20_000);
    expect(refused).toMatchObject({ status: 503, body: { code: "access_unavailable" } });
    expect(await moves()).toBe(0);
    faults.access = null;
    await settle(order_id);
    expect((await by(key, other.order_id, 50_000, "more-1")).status).toBe(201);
  });
});

test("what was permitted in the two seconds before may still be sent", async () => {
  const { order_id } = await paidOrder();
  const { id, key } = await makeKey(["read", "refund"]);
  const held = holdPermit();
  const asked = by(key, order_id, 1_000);
  await held.arrived;
  await api("DELETE", `/v1/keys/${id}`);
  pass(2_000);
  held.release();
  expect((await asked).status).toBe(201);
  expect((await by(key, order_id, 1_000, "back-2")).status).toBe(401);
});
