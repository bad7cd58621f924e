// What a key may refund: at once, and on one day of the merchant's calendar, over all orders together,
// each refund once, with what is free again and what is not.

import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { HOUR } from "../../src/domain/schedule";
import { makeKey } from "../http/scopes";
import { turn } from "../sandbox/gateway";
import { faults } from "../worker";
import { api, closeHouse, crash, openHouse, pass, ring, settle } from "./house";
import {
  type CommandAnswer,
  decide,
  gatewayBooks,
  inr,
  moves,
  paidOrder,
  refund,
  requests,
} from "./money";

beforeEach(openHouse);
afterEach(() => {
  closeHouse();
  vi.restoreAllMocks();
});

const DAY_LIMIT = 200_000;

/** A key for refunds of ₹2,000 a day, unless the change says otherwise. */
async function deskKey(refund_limit: object = { per_day: DAY_LIMIT }): Promise<string> {
  return (await makeKey(["read", "refund"], { refund_limit })).key;
}

async function by(
  key: string,
  id: string,
  reference: string,
  value?: number,
): Promise<CommandAnswer> {
  const body = {
    merchant_refund_reference: reference,
    ...(value === undefined ? {} : { amount: inr(value) }),
  };
  return api("POST", `/v1/orders/${id}/refunds`, body, key);
}

/** What the key still has today: asked by a refund that no limit of a day allows. */
async function used(key: string, id: string): Promise<unknown> {
  const refused = await by(key, id, `probe-${Date.now()}`, 150_000);
  return refused.body.code === "key_limit_day" ? refused.body["used"] : refused.body.code;
}

test("a refund above the limit of one is refused, and says what is allowed", async () => {
  const { order_id } = await paidOrder();
  const key = await deskKey({ per_refund: 10_000 });
  expect(await by(key, order_id, "back-1", 10_001)).toMatchObject({
    status: 422,
    body: { code: "key_limit_refund", limit: 10_000, asked: 10_001 },
  });
  // Of other refunds nothing is said: they do not count.
  expect((await by(key, order_id, "back-1", 10_001)).body).not.toHaveProperty("used");
  expect(await moves()).toBe(0);
  expect((await by(key, order_id, "back-1", 10_000)).status).toBe(201);
  // Nobody named an amount: it is what is left, and that is too much.
  expect(await by(key, order_id, "back-2")).toMatchObject({
    status: 422,
    body: { code: "key_limit_refund", asked: 140_000 },
  });
});

test("a day's refunds are counted over all orders, and a repeat once", async () => {
  const [first, second] = [await paidOrder(), await paidOrder()];
  const key = await deskKey();
  for (let count = 0; count < 3; count += 1) {
    expect((await by(key, first.order_id, "back-1", 120_000)).status).toBe(201);
  }
  expect(await by(key, second.order_id, "back-2", 80_001)).toMatchObject({
    status: 422,
    body: { code: "key_limit_day", limit: DAY_LIMIT, used: 120_000, asked: 80_001 },
  });
  expect((await by(key, second.order_id, "back-2", 80_000)).status).toBe(201);
  // The limit is this key's alone.
  expect((await refund(second.order_id, "back-3", { amount: inr(70_000) })).status).toBe(201);
});

test("two at once on two orders never pass it together", async () => {
  const made = [await paidOrder(), await paidOrder(), await paidOrder(), await paidOrder()];
  const key = await deskKey();
  const answers = await Promise.all(
    made.flatMap(({ order_id, reference }) =>
      ["a", "b"].map((name) => by(key, order_id, `${reference}-${name}`, 60_000)),
    ),
  );
  const done = answers.filter(({ status }) => status === 201);
  const refused = answers.filter(({ body }) => body.code === "key_limit_day");
  expect([done.length, refused.length]).toEqual([3, 5]);
  const books = await gatewayBooks();
  expect(books.refunds.reduce((total, { amount }) => total + amount, 0)).toBe(180_000);
});

test("the day is the merchant's: it ends at midnight in Kolkata", async () => {
  const { order_id } = await paidOrder();
  const key = await deskKey({ per_day: 50_000 });
  expect((await by(key, order_id, "back-1", 50_000)).status).toBe(201);
  vi.setSystemTime(Date.UTC(2031, 0, 15, 18, 29, 59));
  expect((await by(key, order_id, "back-2", 100)).body.code).toBe("key_limit_day");
  vi.setSystemTime(Date.UTC(2031, 0, 15, 18, 30, 0));
  expect((await by(key, order_id, "back-2", 50_000)).status).toBe(201);
});

describe("what counts", () => {
  test("is not what the order itself does not allow", async () => {
    const { order_id } = await paidOrder();
    const key = await deskKey();
    expect((await by(key, order_id, "back-1", 150_001)).body.code).toBe("refund_exceeds_captured");
    await by(key, order_id, "back-2", 60_000);
    expect((await by(key, order_id, "back-3", 100_000)).body.code).toBe("refund_exceeds_captured");
    const other = await paidOrder();
    expect(await used(key, other.order_id)).toBe(60_000);
  });

  test("is not what the gateway refused", async () => {
    const [{ order_id }, other] = [await paidOrder(), await paidOrder()];
    const key = await deskKey();
    await turn({ refunds: "refuse" });
    expect((await by(key, order_id, "back-1", 150_000)).body.code).toBe("gateway_refused");
    await turn({ refunds: "process" });
    await settle(order_id);
    expect((await by(key, other.order_id, "other-1", 150_000)).status).toBe(201);
  });

  test("is given back as soon as that can be told, through crashes", async () => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    const [{ order_id }, other] = [await paidOrder(), await paidOrder()];
    const key = await deskKey();
    await turn({ refunds: "refuse" });
    faults.access = (asked) => (asked === "giveBack" ? "throw" : null);
    await by(key, order_id, "back-1", 150_000);
    await settle(order_id);
    expect(await used(key, other.order_id)).toBe(150_000);
    await crash();
    faults.access = (asked) => (asked === "giveBack" ? "lost_answer" : null);
    pass(HOUR);
    await ring(order_id);
    faults.access = null;
    pass(HOUR);
    await ring(order_id);
    await turn({ refunds: "process" });
    expect((await by(key, other.order_id, "other-1", 150_000)).status).toBe(201);
  });

  test("is what nobody knows, until it is known that it moved nothing", async () => {
    const [{ order_id }, other] = [await paidOrder(), await paidOrder()];
    const key = await deskKey({ per_day: 150_000 });
    const untold = { operation: "order.get_by_reference", status: 422, times: -1 };
    await turn({ answers: [{ operation: "refund.create", status: 500 }, untold] });
    expect((await by(key, order_id, "back-1", 100_000)).status).toBe(202);
    expect((await by(key, other.order_id, "other-1", 50_001)).body["used"]).toBe(100_000);
    for (let count = 0; count < 8; count += 1) {
      pass(HOUR);
      await ring(order_id);
    }
    expect((await by(key, other.order_id, "other-1", 50_001)).body["used"]).toBe(100_000);
    expect((await decide(order_id, "refund/back-1", "not_done")).body.outcome).toBe("refused");
    await settle(order_id);
    expect((await by(key, other.order_id, "other-1", 150_000)).status).toBe(201);
  });

  test("is counted once for a refund whose permission was lost on its way", async () => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    const [{ order_id }, other] = [await paidOrder(), await paidOrder()];
    const key = await deskKey();
    faults.access = (asked) => (asked === "permitMoney" ? "lost_answer" : null);
    expect((await by(key, order_id, "back-1", 100_000)).body.code).toBe("access_unavailable");
    expect(await requests("refund.create")).toBe(0);
    faults.access = null;
    expect((await by(key, order_id, "back-1", 60_000)).status).toBe(201);
    await settle(order_id);
    expect(await used(key, other.order_id)).toBe(60_000);
  });

  test("is what two of one reference at once come to, not both", async () => {
    const [{ order_id }, other] = [await paidOrder(), await paidOrder()];
    const key = await deskKey();
    const answers = await Promise.all(
      [100_000, 40_000, 100_000].map((value) => by(key, order_id, "back-1", value)),
    );
    expect(answers.map(({ status }) => status)).toContain(409);
    await settle(order_id);
    const { refunds } = await gatewayBooks();
    expect(refunds).toHaveLength(1);
    expect(await used(key, other.order_id)).toBe(refunds[0]?.amount);
  });
});

test("a refund of all that is left counts with what was left when it was committed", async () => {
  const [{ order_id }, other] = [await paidOrder(), await paidOrder()];
  const key = await deskKey();
  faults.access = (asked) => {
    if (asked !== "permitMoney") return null;
    faults.access = null;
    // It was allowed 150,000; before it hears that, somebody else refunds a part.
    return async () => void (await refund(order_id, "theirs-1", { amount: inr(50_000) }));
  };
  const all = await by(key, order_id, "all-1");
  expect(all).toMatchObject({ status: 201, body: { amount: inr(100_000) } });
  expect(await used(key, other.order_id)).toBe(100_000);
  await settle(order_id);
  expect(await used(key, other.order_id)).toBe(100_000);
});

test("what the order no longer allows after it was allowed does not count", async () => {
  const [{ order_id }, other] = [await paidOrder(), await paidOrder()];
  const key = await deskKey();
  faults.access = (asked) => {
    if (asked !== "permitMoney") return null;
    faults.access = null;
    return async () => void (await refund(order_id, "theirs-1", { amount: inr(100_000) }));
  };
  const late = await by(key, order_id, "late-1", 100_000);
  expect(late.body.code).toBe("refund_exceeds_captured");
  await settle(order_id);
  expect((await by(key, other.order_id, "other-1", 150_000)).status).toBe(201);
});

describe("a key that is over", () => {
  test("begins no refund that had passed the door", async () => {
    const { order_id } = await paidOrder();
    const { id, key } = await makeKey(["read", "refund"]);
    faults.arrival = async (call) => {
      if (/^GET .*\/orders\//.test(call)) {
        faults.arrival = null;
        await api("DELETE", `/v1/keys/${id}`);
      }
    };
    expect(await by(key, order_id, "back-1", 1_000)).toMatchObject({
      status: 401,
      body: { code: "unauthorized" },
    });
    expect(await moves()).toBe(0);
  });
});

test("commands bear the key's name, in the timeline and the audit too", async () => {
  const { order_id } = await paidOrder();
  const { id, name, key } = await makeKey(["read", "refund"]);
  expect((await by(key, order_id, "back-1", 1_000)).body.requested_by).toBe(name);
  await settle(order_id);
  const { body } = await api<{ data: readonly object[] }>("GET", `/v1/audit?order_id=${order_id}`);
  // The name may be another's one day.
  expect(body.data).toMatchObject([{ by: name, key_id: id }]);
});

test("charges of long ago are forgotten", async () => {
  const { order_id } = await paidOrder();
  const key = await deskKey({ per_day: 1_000 });
  await by(key, order_id, "back-1", 1_000);
  pass(45 * 24 * HOUR);
  await by(key, order_id, "back-2", 1_000);
  const days = await runInDurableObject(env.DEPLOYMENT.getByName("access"), (_, { storage }) =>
    storage.sql.exec("SELECT DISTINCT day FROM charges ORDER BY day").toArray(),
  );
  expect(days).toEqual([{ day: "2031-03-01" }]);
});
