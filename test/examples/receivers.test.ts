// The receivers of examples/ as a merchant would run them, each in its own language: what is genuine
// takes effect once, whatever comes twice, late, in another order or at once; what is not has none.
import { Webhook } from "standardwebhooks";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { OrderView } from "../../src/domain/order-view";
import { sandboxDefaults } from "../../src/sandbox/settings";
import { type Chukta, startChukta } from "../browser/chukta";
import { type Entry, type Language, Receiver } from "./receiver";
import { Road } from "./road";

const SECRET = `whsec_${btoa("the-shop-and-chukta-know-this-one")}`;
const OTHER_SECRET = `whsec_${btoa("somebody-else-knows-this-other-one")}`;
const PAISA = 150_000;

const soon = { timeout: 30_000, interval: 100 } as const;

const untouched: Entry = { stage: null, delivered: false, reported: false, stopped: false };
const delivered: Entry = { stage: "paid", delivered: true, reported: true, stopped: false };

interface Notification {
  readonly id: string;
  readonly body: string;
}

let count = 0;

let chukta: Chukta;
/** From the receivers to Chukta. */
let road: Road;
/** From Chukta to the receiver whose turn it is. */
let news: Road;

beforeAll(async () => {
  news = await Road.open(null);
  chukta = await startChukta({ NOTIFY_URL: `${news.origin}/`, NOTIFY_SECRET: SECRET });
  road = await Road.open(chukta.origin);
});
afterAll(async () => {
  await road?.close();
  await news?.close();
  await chukta?.stop();
});

/** As Chukta words it. `seq` grows with each that is made, unless it is said. */
function notification(
  order: OrderView,
  {
    type = "order.paid",
    stage = order.stage,
    seq = (count += 1),
  }: { type?: string; stage?: string; seq?: number } = {},
): Notification {
  const data = { seq, previous_stage: "awaiting_payment", changed: [], order: { ...order, stage } };
  const body = JSON.stringify({ type, timestamp: new Date().toISOString(), data });
  return { id: `evt_${crypto.randomUUID().replaceAll("-", "")}`, body };
}

/** Signed by the reference implementation of the standard. */
function sign({ id, body }: Notification, secret = SECRET, at = new Date()) {
  return {
    "webhook-id": id,
    "webhook-timestamp": `${Math.floor(at.getTime() / 1000)}`,
    "webhook-signature": new Webhook(secret).sign(id, at, body),
  };
}

describe.each<Language>(["node", "python", "php"])("the receiver in %s", (language) => {
  let receiver: Receiver;

  beforeAll(async () => {
    receiver = await Receiver.start(language, {
      CHUKTA_URL: road.origin,
      CHUKTA_KEY: sandboxDefaults.api_key,
      NOTIFY_SECRET: SECRET,
    });
  });
  afterEach(() => {
    road.trouble = () => null;
    news.trouble = () => null;
    news.end = null;
  });
  afterAll(() => receiver?.close());

  /** An order that the shop took and that its customer paid. */
  async function pay({ asked = PAISA } = {}): Promise<OrderView> {
    const { link_id, order_id, reference } = await chukta.createLink();
    receiver.enter(reference, asked);
    await chukta.gateway("POST", `/links/${link_id}/pay`);
    const order = await chukta.api<OrderView>("POST", `/v1/orders/${order_id}/refresh`);
    expect(order.stage).toBe("paid");
    return order;
  }

  const read = ({ merchant_reference }: OrderView): Entry =>
    receiver.read(merchant_reference ?? "");

  /** The step of the order's checklist that is done when its newest notification was taken. */
  async function readRecordStep({ id }: OrderView): Promise<string | undefined> {
    const { checklist } = await chukta.order(id);
    return checklist.find(({ step }) => step === "record")?.state;
  }

  /** How the claims of the order ended, as Chukta knows it. */
  async function claims({ id }: OrderView): Promise<readonly string[]> {
    const { fulfillment } = await chukta.order(id);
    return fulfillment.claims.map(({ state }) => state);
  }

  async function send(body: string, headers: Readonly<Record<string, string>>): Promise<number> {
    const response = await fetch(receiver.origin, { method: "POST", body, headers });
    await response.arrayBuffer();
    return response.status;
  }

  const tell = (one: Notification): Promise<number> => send(one.body, sign(one));

  test("delivers a paid order, and says so to Chukta", async () => {
    const paid = await pay();
    expect(await tell(notification(paid))).toBe(200);
    expect(read(paid)).toEqual(delivered);
    expect(await claims(paid)).toEqual(["done"]);
  });

  test("delivers once, however often it is told", async () => {
    const paid = await pay();
    const one = notification(paid);
    for (const _ of [1, 2, 3]) expect(await tell(one)).toBe(200);
    expect(read(paid)).toEqual(delivered);
    expect(await claims(paid)).toEqual(["done"]);
  });

  test("delivers once when it is told twenty times at once", async () => {
    const paid = await pay();
    const one = notification(paid);
    const statuses = await Promise.all(Array.from({ length: 20 }, () => tell(one)));
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(read(paid)).toEqual(delivered);
    expect(await claims(paid)).toEqual(["done"]);
  });

  describe("does nothing for a signature", () => {
    let paid: OrderView;
    beforeAll(async () => {
      paid = await pay();
    });

    test.each<[string, (one: Notification) => Readonly<Record<string, string>>]>([
      ["of another's secret", (one) => sign(one, OTHER_SECRET)],
      ["of another body", (one) => sign({ ...one, body: `${one.body} ` })],
      ["of another id", (one) => ({ ...sign(one), "webhook-id": "evt_0" })],
      ["of another version", (one) => ({ ...sign(one), "webhook-signature": "v2,AAAA" })],
      ["that is empty", (one) => ({ ...sign(one), "webhook-signature": "" })],
      ["of six minutes ago", (one) => sign(one, SECRET, new Date(Date.now() - 360_000))],
      ["of in six minutes", (one) => sign(one, SECRET, new Date(Date.now() + 360_000))],
      ["of no time", (one) => ({ ...sign(one), "webhook-timestamp": "now" })],
      ["that is none", () => ({})],
    ])("%s", async (_, headers) => {
      const one = notification(paid);
      expect(await send(one.body, headers(one))).toBe(401);
      expect(read(paid)).toEqual(untouched);
      expect(await claims(paid)).toEqual([]);
    });
  });

  test("takes one good signature among several, as during a change of secrets", async () => {
    const paid = await pay();
    const one = notification(paid);
    const ours = sign(one);
    const both = `${sign(one, OTHER_SECRET)["webhook-signature"]} ${ours["webhook-signature"]}`;
    expect(await send(one.body, { ...ours, "webhook-signature": both })).toBe(200);
    expect(read(paid)).toEqual(delivered);
  });

  test("keeps the newest stage when an older notification comes late", async () => {
    const paid = await pay();
    const first = notification(paid, { seq: 900_001 });
    const later = { type: "order.settled", stage: "partially_refunded", seq: 900_002 };
    expect(await tell(notification(paid, later))).toBe(200);
    expect(await tell(first)).toBe(200);
    // What is late still counts: the order is paid, and nobody had delivered it.
    expect(read(paid)).toEqual({ ...delivered, stage: "partially_refunded" });
  });

  test.each(["order.failed", "order.something_new"])(
    "acknowledges %s and does no more",
    async (type) => {
      const paid = await pay();
      expect(await tell(notification(paid, { type, stage: "paid" }))).toBe(200);
      expect(read(paid)).toEqual({ ...untouched, stage: "paid" });
      expect(await claims(paid)).toEqual([]);
    },
  );

  test("acknowledges an order that is not of this shop", async () => {
    const { order_id } = await chukta.createLink();
    const stranger = await chukta.order(order_id);
    expect(await tell(notification(stranger))).toBe(200);
    expect(await claims(stranger)).toEqual([]);
  });

  test("does not deliver what was paid with another amount than its own books say", async () => {
    const paid = await pay({ asked: PAISA * 10 });
    expect(await tell(notification(paid))).toBe(200);
    expect(read(paid)).toEqual({ ...untouched, stage: "paid" });
    expect(await claims(paid)).toEqual([]);
  });

  test("asks to be told again while another delivers, and delivers if that one gives up", async () => {
    const paid = await pay();
    const claim = { by: "storefront", lease_seconds: 60 };
    const held = await chukta.api<{ claim: { claim_id: string } }>("POST", "/v1/verify", {
      order_id: paid.order_id,
      claim,
    });
    const one = notification(paid);
    expect(await tell(one)).toBe(503);
    expect(read(paid)).toEqual(untouched);
    const { claim_id } = held.claim;
    const end = { claim_id, state: "released" };
    await chukta.api("POST", `/v1/orders/${paid.id}/fulfillment`, end);
    expect(await tell(one)).toBe(200);
    expect(read(paid)).toEqual(delivered);
    expect(await claims(paid)).toEqual(["released", "done"]);
  });

  test.each([
    ["Chukta is not there", "unavailable", "/v1/verify"],
    ["the answer to its claim is lost", "answer_lost", "/v1/verify"],
    ["Chukta is gone before it is told", "unavailable", "/fulfillment"],
    ["the answer to what it tells is lost", "answer_lost", "/fulfillment"],
  ] as const)("delivers once although %s", async (_, trouble, door) => {
    const paid = await pay();
    const one = notification(paid);
    road.trouble = (path) => (path.endsWith(door) ? trouble : null);
    expect(await tell(one)).toBe(503);
    road.trouble = () => null;
    expect(await tell(one)).toBe(200);
    expect(read(paid)).toEqual(delivered);
    expect(await claims(paid)).toEqual(["done"]);
  });

  test.each([
    ["while it asks", "/v1/verify"],
    ["after it has delivered", "/fulfillment"],
  ])("delivers once although it is killed %s", async (_, door) => {
    const paid = await pay();
    const one = notification(paid);
    const asked = new Promise<void>((resolve) => {
      road.trouble = (path) => {
        if (path.endsWith(door)) resolve();
        return path.endsWith(door) ? "answer_lost" : null;
      };
    });
    const broken = tell(one).catch(() => "no answer");
    await asked;
    await receiver.crash();
    expect([503, "no answer"]).toContain(await broken);
    road.trouble = () => null;
    await receiver.start();
    expect(await tell(one)).toBe(200);
    expect(read(paid)).toEqual(delivered);
    expect(await claims(paid)).toEqual(["done"]);
  });

  if (language === "node") {
    test("reads its books again although a crash tore the last line", async () => {
      const [before, after] = [await pay(), await pay()];
      const one = notification(before);
      expect(await tell(one)).toBe(200);
      await receiver.crash();
      receiver.tear();
      await receiver.start();
      expect([await tell(one), await tell(notification(after))]).toEqual([200, 200]);
      await receiver.crash();
      await receiver.start();
      expect(await tell(one)).toBe(200);
      for (const paid of [before, after]) {
        expect(read(paid)).toEqual(delivered);
        expect(await claims(paid)).toEqual(["done"]);
      }
    });
  }

  test.each([
    ["order.paid_reversed", "awaiting_payment"],
    ["order.refunded", "refunded"],
  ])("calls the parcel back after %s", async (type, stage) => {
    const paid = await pay();
    await tell(notification(paid));
    expect(await tell(notification(paid, { type, stage }))).toBe(200);
    expect(read(paid)).toEqual({ ...delivered, stage, stopped: true });
  });

  test("does not deliver any more when the money went before it was told", async () => {
    const paid = await pay();
    await chukta.api("POST", `/v1/orders/${paid.id}/refunds`, {
      merchant_refund_reference: `back-${count}`,
    });
    const refunded = await chukta.order(paid.id);
    expect(await tell(notification(refunded, { type: "order.refunded" }))).toBe(200);
    expect(await tell(notification(paid))).toBe(200);
    expect(read(paid)).toMatchObject({ delivered: false, stopped: false });
    expect(await claims(paid)).toEqual([]);
  });

  test("is told by Chukta itself, and again when its answer is lost", async () => {
    news.end = receiver.origin;
    let lost = 0;
    news.trouble = () => ((lost += 1) === 1 ? "answer_lost" : null);
    const paid = await pay();
    await expect.poll(() => read(paid), soon).toEqual(delivered);
    await expect.poll(() => readRecordStep(paid), soon).toBe("done");
    expect(await claims(paid)).toEqual(["done"]);
    expect(lost).toBeGreaterThan(1);

    const merchant_refund_reference = `back-${language}`;
    await chukta.api("POST", `/v1/orders/${paid.id}/refunds`, { merchant_refund_reference });
    const called = { ...delivered, stage: "refunded", stopped: true };
    await expect.poll(() => read(paid), soon).toEqual(called);
  });
});
