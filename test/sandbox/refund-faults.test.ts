import { env } from "cloudflare:workers";
import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  type Answer,
  ask,
  askRefund,
  emptyBooks,
  eventNames,
  paidOrder,
  readOrder,
  recordWebhooks,
  signIn,
  turn,
} from "./gateway";

const day = 86_400_000;
let noon = Date.UTC(2031, 0, 1, 12);

beforeEach(async () => {
  // The books never give out a time twice, so that each test is later than all before it.
  noon += 60 * day;
  vi.useFakeTimers({ toFake: ["Date"], now: noon });
  await emptyBooks();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("the day's limit for refunds", () => {
  const declined = {
    status: 422,
    body: { code: "PAYMENT_DECLINED", message: expect.stringContaining("sales") },
  };

  test("covers all orders, up to it and not above", async () => {
    await turn({ refund_limit_per_day: 50_000 });
    expect((await askRefund(await paidOrder(), 30_000, "r1")).status).toBe(200);
    const other = await paidOrder();
    expect(await askRefund(other, 20_001, "r2")).toMatchObject(declined);
    expect((await askRefund(other, 20_000, "r2")).status).toBe(200);
    expect(await askRefund(other, 100, "r3")).toMatchObject(declined);
    await turn({ refund_limit_per_day: null });
    expect((await askRefund(other, 100, "r3")).status).toBe(200);
  });

  test("counts what is pending and not what failed", async () => {
    await turn({ refund_limit_per_day: 50_000, refunds: "fail" });
    const id = await paidOrder();
    expect((await askRefund(id, 50_000, "r1")).status).toBe(200);
    await turn({ refunds: "pending" });
    expect((await askRefund(id, 50_000, "r2")).status).toBe(200);
    expect(await askRefund(id, 100, "r3")).toMatchObject(declined);
  });

  test("begins anew at midnight UTC", async () => {
    await turn({ refund_limit_per_day: 50_000 });
    const id = await paidOrder();
    expect((await askRefund(id, 50_000, "r1")).status).toBe(200);
    vi.setSystemTime(noon + day / 2 - 1000);
    expect(await askRefund(id, 100, "r2")).toMatchObject(declined);
    vi.setSystemTime(noon + day / 2);
    expect((await askRefund(id, 100, "r2")).status).toBe(200);
  });
});

describe("references that are not found", () => {
  async function read(reference: string): Promise<Answer> {
    const api = await signIn();
    return api("GET", `/orders/reference/${reference}`);
  }

  test("are those of refunds that exist, so many times, and no other", async () => {
    const id = await paidOrder();
    await askRefund(id, 1000, "r1");
    const { merchant_order_reference } = await readOrder(id);
    await turn({ hide_references: 2 });
    expect((await read(merchant_order_reference)).status).toBe(200);
    expect((await read("r-unknown")).status).toBe(404);
    expect(await read("r1")).toMatchObject({ status: 404, body: { code: "ORDER_NOT_FOUND" } });
    expect((await read("r1")).status).toBe(404);
    expect((await read("r1")).body.data).toMatchObject({ type: "REFUND", status: "PROCESSED" });
  });

  test("stay hidden when all are, and only by reference", async () => {
    const { body } = await askRefund(await paidOrder(), 1000, "r1");
    await turn({ hide_references: -1 });
    for (let again = 0; again < 3; again += 1) expect((await read("r1")).status).toBe(404);
    expect((await readOrder(body.refunds[0]?.refund_id ?? "")).type).toBe("REFUND");
  });

  test("are not used up by a call without a token", async () => {
    await askRefund(await paidOrder(), 1000, "r1");
    await turn({ hide_references: 1 });
    expect((await ask("GET", "/sandbox/api/pay/v1/orders/reference/r1")).status).toBe(401);
    expect((await read("r1")).status).toBe(404);
    expect((await read("r1")).status).toBe(200);
  });
});

test.each([
  ["all", {}, ["r1", "r2", "r3"]],
  ["all but the newest", { refunds_lag: 1 }, ["r1", "r2"]],
  ["all but the two newest", { refunds_lag: 2 }, ["r1"]],
  ["none, and no list", { refunds_lag: 9 }, undefined],
  ["none, and no list, by the other knob", { refunds_on_parent: false }, undefined],
])("the parent shows %s of its refunds, but always its true status", async (_, knobs, shown) => {
  const id = await paidOrder();
  for (const reference of ["r1", "r2", "r3"]) await askRefund(id, 1000, reference);
  await turn(knobs);
  const parent = await readOrder(id);
  expect(parent.status).toBe("PARTIALLY_REFUNDED");
  expect(parent.refunds?.map((refund) => refund.merchant_order_reference)).toEqual(shown);
  const { body } = await ask("GET", "/sandbox/books");
  expect(body.totals[id]).toMatchObject({ refunded: 3000 });
  expect(body.refunds).toHaveLength(3);
});

describe("a pending refund that ends by itself", () => {
  test.each([
    ["PROCESSED", "REFUND_PROCESSED", "PARTIALLY_REFUNDED"],
    ["FAILED", "REFUND_FAILED", "PROCESSED"],
  ])("ends %s, and %s says so", async (refund_ends_as, event, parent_status) => {
    await turn({ refunds: "pending", refund_ends_after_ms: 60_000, refund_ends_as });
    const id = await paidOrder();
    const refund_id = (await askRefund(id, 1000, "r1")).body.refunds[0]?.refund_id ?? "";
    vi.setSystemTime(noon + 59_000);
    expect((await readOrder(refund_id)).status).toBe("PENDING");
    vi.setSystemTime(noon + 61_000);
    expect(await readOrder(refund_id)).toMatchObject({
      status: refund_ends_as,
      payments: [{ status: refund_ends_as }],
    });
    expect((await readOrder(id)).status).toBe(parent_status);
    expect((await eventNames()).filter((name) => name.startsWith("REFUND"))).toEqual([event]);
  });

  test("is waited for by the alarm, which delivers its webhook too", async () => {
    const received = await recordWebhooks();
    await turn({
      refunds: "pending",
      refund_ends_after_ms: 60_000,
      webhooks: { manual: false, drop_events: ["ORDER_PROCESSED", "payment_link.processed"] },
    });
    await askRefund(await paidOrder(), 1000, "r1");
    const books = env.BOOKS.getByName("books");
    const armed = await runInDurableObject(books, (_, state) => state.storage.getAlarm());
    expect(armed).toBe(noon + 60_001);
    vi.setSystemTime(noon + 60_001);
    expect(await runDurableObjectAlarm(books)).toBe(true);
    expect(received.map(({ event }) => event.event_type)).toEqual(["REFUND_PROCESSED"]);
  });

  test("waits for ever without the knob, and is caught up with it", async () => {
    await turn({ refunds: "pending" });
    const id = await paidOrder();
    await askRefund(id, 1000, "r1");
    vi.setSystemTime(noon + 30 * day);
    expect((await readOrder(id)).refunds).toMatchObject([{ status: "PENDING" }]);
    await turn({ refund_ends_after_ms: 0 });
    expect((await readOrder(id)).refunds).toMatchObject([{ status: "PROCESSED" }]);
  });
});

test("a refund whose answer is lost has begun all the same", async () => {
  const id = await paidOrder();
  await turn({ answers: [{ operation: "refund.create", status: 504, after_work: true }] });
  expect((await askRefund(id, 1000, "r1")).status).toBe(504);
  expect((await readOrder(id)).refunds).toHaveLength(1);
  expect((await askRefund(id, 1000, "r1")).body.code).toBe("DUPLICATE_REQUEST");
});

test("a gateway that does not add up the refunds of an order gives back more than it took", async () => {
  const id = await paidOrder();
  expect((await askRefund(id, 100_000, "r1")).status).toBe(200);
  expect((await askRefund(id, 100, "r2")).status).toBe(422);
  await turn({ over_refunds: "take" });
  expect((await askRefund(id, 100, "r2")).status).toBe(200);
  const { totals } = (await ask("GET", "/sandbox/books")).body;
  expect(totals[id]).toMatchObject({ captured: 100_000, refunded: 100_100 });
});
