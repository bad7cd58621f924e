// A notification from the order to the shop: signed so that the scheme's own library believes it, in every
// kind of trouble of the receiver, and the receiver's books show each effect once (law 10).

import { afterEach, beforeEach, describe, expect, it, test } from "vitest";
import { env } from "cloudflare:workers";
import { Webhook } from "standardwebhooks";
import { orderActor } from "../../src/actor/peers";
import type { OrderView } from "../../src/domain/order-view";
import { HOUR, MINUTE } from "../../src/domain/schedule";
import { sandboxDefaults } from "../../src/sandbox/settings";
import { faults } from "../worker";
import { orderEvent, paidEvent } from "../actor/events";
import {
  api,
  armed,
  atGateway,
  closeHouse,
  crash,
  createLink,
  deliverWebhooks,
  holdGateway,
  order,
  postWebhook,
  settle,
} from "../actor/house";
import {
  books,
  done,
  events,
  expectAllDoneOnce,
  isReceiver,
  live,
  notifications,
  openShop,
  RECEIVER,
  startReceiver,
  stopReceiver,
  trouble,
} from "./shop";

beforeEach(openShop);
afterEach(closeHouse);

/** The receiver has worked, and its answer has not left. */
const RECEIVED = /^POST \/sandbox\/receiver /;

/** An order of the gateway, paid, and the notification of it is on its way. */
async function paidOrder(): Promise<string> {
  const { link_id, order_id } = await createLink();
  await atGateway(link_id, "pay", { instrument: "upi" });
  await deliverWebhooks();
  return order_id;
}

function stepOf(view: OrderView, step = "record"): string | undefined {
  return view.checklist.find((one) => one.step === step)?.state;
}

describe("a notification", () => {
  it("arrives, is believed by the scheme's own library, and is checked off", async () => {
    const id = await paidOrder();
    await settle(id);
    expect(await done()).toEqual([`order.paid ${id}`]);
    const [letter] = (await books()).received;
    if (!letter) throw new Error("nothing arrived");
    const headers = {
      "webhook-id": letter.id,
      "webhook-timestamp": letter.timestamp,
      "webhook-signature": letter.signatures,
    };
    const believed = new Webhook(sandboxDefaults.notify_secret).verify(letter.body, headers);
    const [event] = await events();
    expect(believed).toMatchObject({
      type: "order.paid",
      data: { seq: event?.seq, previous_stage: null, order: { id, stage: "paid" } },
    });
    // What is pulled is what is pushed, save what only the shop's own system is told, and the number is the
    // one that `after` takes.
    const { id: public_id, seq, ...pulled } = event ?? { id: "", seq: 0 };
    const told = {
      text: expect.any(String),
      whatsapp: expect.any(String),
      receipt_url: expect.any(String),
    };
    expect(believed).toEqual({ ...pulled, data: { ...event?.data, ...told } });
    expect(letter).toMatchObject({ id: public_id, seq });
    expect(() => new Webhook(btoa("x".repeat(32))).verify(letter.body, headers)).toThrow();
    expect(await notifications()).toMatchObject([
      {
        id: public_id,
        seq,
        type: "order.paid",
        order_id: id,
        status: "delivered",
        next_attempt_at: null,
        attempts: [{ n: 1, status: 200, error: null, answer: "thank you" }],
      },
    ]);
    expect(stepOf(await order(id))).toBe("done");
    await expectAllDoneOnce();
  });

  it("is believed by a receiver with either secret while they are changed", async () => {
    const former = sandboxDefaults.notify_secret;
    const newer = `whsec_${btoa("a newer secret of thirty-two by!")}`;
    const rotation = { NOTIFY_SECRET: newer, NOTIFY_SECRET_PREVIOUS: former };
    faults.settings = { NOTIFY_URL: RECEIVER, ...rotation };
    await settle(await paidOrder());
    const [letter] = (await books()).received;
    if (!letter) throw new Error("nothing arrived");
    expect(letter.signatures.split(" ").length).toBe(2);
    for (const secret of [former, newer]) {
      const headers = {
        "webhook-id": letter.id,
        "webhook-timestamp": letter.timestamp,
        "webhook-signature": letter.signatures,
      };
      expect(() => new Webhook(secret).verify(letter.body, headers)).not.toThrow();
    }
    await expectAllDoneOnce();
  });

  it("is signed anew for each try, so that a late one is believed too", async () => {
    const id = await paidOrder();
    await trouble({ mode: "fail", times: 3 });
    await settle(id);
    await live([id], HOUR);
    const { received } = await books();
    expect(received.length).toBe(4);
    expect(new Set(received.map(({ timestamp }) => timestamp)).size).toBe(4);
    expect(new Set(received.map(({ id: one }) => one)).size).toBe(1);
    await expectAllDoneOnce();
  });

  it("is only recorded where there is nobody to tell", async () => {
    faults.settings = {};
    const id = await paidOrder();
    await settle(id);
    expect((await books()).received).toEqual([]);
    expect(await notifications()).toMatchObject([
      { type: "order.paid", status: "recorded", attempts: [], next_attempt_at: null },
    ]);
    expect(stepOf(await order(id))).toBe("todo");
    expect(await armed(id)).toBeNull();
  });

  it("stays recorded when the address was taken away before it was taken", async () => {
    const id = await paidOrder();
    await trouble({ mode: "fail" });
    await settle(id);
    expect(await notifications("&status=retrying")).toMatchObject([{ type: "order.paid" }]);
    faults.settings = {};
    await live([id], HOUR);
    expect(await notifications()).toMatchObject([{ status: "recorded", attempts: [{}, {}] }]);
    expect(stepOf(await order(id))).toBe("todo");
  });
});

describe("many of one order", () => {
  it("are all sent, a few at once, oldest first", async () => {
    const id = "v1-notify-many-1";
    const held = orderEvent("ORDER_AUTHORIZED", {
      order_id: id,
      status: "AUTHORIZED",
      payment: "AUTHORIZED",
    });
    const [payment] = held.data.payments;
    const payments = Array.from({ length: 15 }, (_, n) => ({ ...payment, id: `${id}-up-${n}` }));
    const event = { ...held, data: { ...held.data, pre_auth: true, payments } };
    expect((await postWebhook(event)).status).toBe(200);
    await settle(id);
    const { effects } = await books();
    expect(effects.length).toBe(15);
    const seqs = effects.map(({ seq }) => seq);
    expect(Math.max(...seqs.slice(0, 6))).toBeLessThan(Math.min(...seqs.slice(6)));
    await expectAllDoneOnce();
  });
});

describe("a receiver in trouble", () => {
  it("that is stopped for an hour is told when it is back", async () => {
    const id = await paidOrder();
    stopReceiver();
    await settle(id);
    await live([id], HOUR);
    expect((await books()).received).toEqual([]);
    const [waiting] = await notifications("&status=retrying");
    expect(waiting?.attempts.map(({ status, error }) => [status, error])).toEqual(
      [1, 2, 3, 4].map(() => [null, "no_connection"]),
    );
    expect(stepOf(await order(id))).toBe("doing");
    startReceiver();
    await live([id], 3 * HOUR);
    await expectAllDoneOnce();
    expect((await books()).received.length).toBe(1);
  });

  test.each([
    ["answers 500", { mode: "fail" }, [500, 500]],
    ["leads elsewhere", { mode: "fail", status: 307 }, [307, 307]],
    ["dies after doing its work", { mode: "killed" }, [502, 502]],
  ] as const)("that %s is told again, and does it once", async (_, mode, statuses) => {
    const id = await paidOrder();
    await trouble({ ...mode, times: 2 });
    await settle(id);
    await live([id], HOUR);
    const [taken] = await notifications();
    expect(taken?.attempts.map(({ status }) => status)).toEqual([...statuses, 200]);
    await expectAllDoneOnce();
  });

  test.each([
    ["hangs", { mode: "hang" }],
    ["answers 200 too late", { mode: "late" }],
  ] as const)("that %s is told again, and does it once", async (_, mode) => {
    const id = await paidOrder();
    faults.receiver_patience = 50;
    await trouble({ ...mode, wait_ms: 300 });
    await settle(id);
    faults.receiver_patience = 2_000;
    await trouble({ mode: "ok" });
    await live([id], HOUR);
    const [taken] = await notifications();
    expect(taken?.attempts.at(0)).toMatchObject({ status: null, error: "no_answer_in_time" });
    expect(taken?.attempts.at(-1)).toMatchObject({ status: 200, error: null });
    await expectAllDoneOnce();
  });

  it("says when it wants to be asked again", async () => {
    const id = await paidOrder();
    await trouble({ mode: "fail", status: 503, retry_after: "1800", times: 1 });
    const before = Date.now();
    await settle(id);
    const [waiting] = await notifications();
    expect(Date.parse(waiting?.next_attempt_at ?? "")).toBeGreaterThanOrEqual(before + 30 * MINUTE);
    await live([id], 29 * MINUTE);
    expect((await books()).received.length).toBe(1);
    await live([id], 3 * MINUTE);
    await expectAllDoneOnce();
  });

  it("holds neither a webhook of the same order nor another order", async () => {
    const [slow, quick] = [await paidOrder(), "v1-notify-quick-1"];
    const held = holdGateway(RECEIVED);
    const waiting = settle(slow);
    await held.arrived();
    const [asked] = (await books()).received;
    // The order is in the middle of it: its webhooks are answered all the same.
    const again = paidEvent(slow, { status: "CANCELLED", minute: 59 });
    expect((await postWebhook(again)).status).toBe(200);
    faults.gateway = null;
    expect((await postWebhook(paidEvent(quick))).status).toBe(200);
    await settle(quick);
    expect(await done()).toContain(`order.paid ${quick}`);
    expect((await books()).received.filter(({ id }) => id === asked?.id).length).toBe(1);
    held.release();
    await waiting;
    await settle(slow);
    await expectAllDoneOnce();
  });

  it("that did not take one notification gets the others", async () => {
    const id = await paidOrder();
    await trouble({ mode: "fail" });
    await settle(id);
    await live([id], 10 * MINUTE);
    await trouble({ mode: "ok" });
    const refund = await api("POST", `/v1/orders/${id}/refunds`, {
      merchant_refund_reference: "r-notify-1",
      amount: { value: 50_000, currency: "INR" },
      reason: "one kurta came back",
    });
    expect(refund.status).toBeLessThan(300);
    await deliverWebhooks();
    await settle(id);
    expect(await done()).toContain(`order.refunded ${id}`);
    expect(await done()).not.toContain(`order.paid ${id}`);
    // The newest is what the checklist asks for.
    expect(stepOf(await order(id))).toBe("done");
    await live([id], HOUR);
    expect(await done()).toContain(`order.paid ${id}`);
    await expectAllDoneOnce();
  });
});

describe("trouble of our own", () => {
  it("is no try: while D1 is down notifications wait, and arrive when it is back", async () => {
    const id = await paidOrder();
    faults.d1 = "throw";
    await settle(id);
    await live([id], HOUR);
    expect((await books()).received).toEqual([]);
    faults.d1 = "ok";
    await live([id], 2 * HOUR);
    expect(await notifications()).toMatchObject([{ status: "delivered", attempts: [{ n: 1 }] }]);
    await expectAllDoneOnce();
  });

  it("between what D1 was told and the try costs none", async () => {
    const id = await paidOrder();
    let batches = 0;
    faults.batch = async () => {
      batches += 1;
      if (batches === 2) throw new Error("D1_ERROR: planted");
    };
    await settle(id);
    await live([id], MINUTE);
    expect(batches).toBeGreaterThan(2);
    expect(await notifications()).toMatchObject([{ status: "delivered", attempts: [{ n: 1 }] }]);
    await expectAllDoneOnce();
  });

  it("makes no further try before D1 knows of the one before", async () => {
    const id = await paidOrder();
    await trouble({ mode: "fail" });
    faults.gateway = async (call) => {
      if (isReceiver(call)) faults.d1 = "throw";
    };
    await settle(id);
    await live([id], HOUR);
    expect((await books()).received.length).toBe(1);
    faults.gateway = null;
    faults.d1 = "ok";
    await trouble({ mode: "ok" });
    await live([id], 2 * HOUR);
    const [taken] = await notifications();
    expect(taken?.attempts.map(({ status }) => status)).toEqual([500, 200]);
    await expectAllDoneOnce();
  });

  it("that ends us before we send sends it later", async () => {
    const id = await paidOrder();
    await crash();
    await settle(id);
    expect((await books()).received.length).toBe(1);
    await expectAllDoneOnce();
  });

  it("that ends us after we sent sends it twice, which the receiver does once", async () => {
    const id = await paidOrder();
    const held = holdGateway(RECEIVED);
    const ended = settle(id).catch(() => undefined);
    await held.arrived();
    await crash();
    held.release();
    await ended;
    faults.gateway = null;
    // The platform rings again what did not come to its end; if it does not, the watchdog does.
    await orderActor(env, id).wake();
    await settle(id);
    await live([id], MINUTE);
    const { received, effects } = await books();
    expect(received.map(({ known }) => known)).toEqual([1, 0]);
    expect(effects.length).toBe(1);
    await expectAllDoneOnce();
  });

  it("that loses D1's answer writes it again and sends nothing twice", async () => {
    const id = await paidOrder();
    faults.d1 = "lost_answer";
    await settle(id);
    faults.d1 = "ok";
    await live([id], MINUTE);
    expect((await books()).received.length).toBe(1);
    await expectAllDoneOnce();
  });
});
