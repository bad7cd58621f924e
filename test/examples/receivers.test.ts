// The receivers of examples/ as a merchant would run them, each in its own language: what is genuine
// takes effect once, whatever comes twice, late, in another order or at once; what is not has none.
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Desk } from "./desk";
import { type Entry, type Language, Receiver } from "./receiver";

const SECRET = `whsec_${btoa("the-shop-and-chukta-know-this-one")}`;
const OTHER_SECRET = `whsec_${btoa("somebody-else-knows-this-other-one")}`;
const PAISA = 150_000;

const untouched: Entry = { stage: null, delivered: false, reported: false, stopped: false };
const delivered: Entry = { stage: "paid", delivered: true, reported: true, stopped: false };

interface Paid {
  readonly id: string;
  readonly reference: string;
}

interface Notification {
  readonly id: string;
  readonly body: string;
}

let count = 0;

/** As Chukta words it. `seq` grows with each that is made, unless it is said. */
function notification(
  { id, reference }: Paid,
  { type = "order.paid", stage = "paid", seq = (count += 1) } = {},
): Notification {
  const order = { id, order_id: id, merchant_reference: reference, stage };
  const data = { seq, previous_stage: "awaiting_payment", changed: [], order };
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
  let desk: Desk;
  let receiver: Receiver;

  beforeAll(async () => {
    desk = await Desk.open();
    receiver = await Receiver.start(language, {
      CHUKTA_URL: desk.origin,
      CHUKTA_KEY: "chk_of-the-shop",
      NOTIFY_SECRET: SECRET,
    });
  });
  afterAll(async () => {
    await receiver?.close();
    await desk?.close();
  });

  /** An order that the shop took and that the customer paid. */
  function pay({ asked = PAISA } = {}): Paid {
    count += 1;
    const paid = { id: `v1-${language}-${count}`, reference: `order-${language}-${count}` };
    desk.add(paid.id, paid.reference, PAISA);
    receiver.enter(paid.reference, asked);
    return paid;
  }

  async function send(body: string, headers: Readonly<Record<string, string>>): Promise<number> {
    const response = await fetch(receiver.url, { method: "POST", body, headers });
    await response.arrayBuffer();
    return response.status;
  }

  const tell = (one: Notification): Promise<number> => send(one.body, sign(one));

  test("delivers a paid order, and says so to Chukta", async () => {
    const paid = pay();
    expect(await tell(notification(paid))).toBe(200);
    expect(receiver.read(paid.reference)).toEqual(delivered);
    expect(desk.claims(paid.id)).toEqual(["done"]);
  });

  test("delivers once, however often it is told", async () => {
    const paid = pay();
    const one = notification(paid);
    for (const _ of [1, 2, 3]) expect(await tell(one)).toBe(200);
    expect(receiver.read(paid.reference)).toEqual(delivered);
    expect(desk.claims(paid.id)).toEqual(["done"]);
  });

  test("delivers once when it is told twenty times at once", async () => {
    const paid = pay();
    const one = notification(paid);
    const statuses = await Promise.all(Array.from({ length: 20 }, () => tell(one)));
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(receiver.read(paid.reference)).toEqual(delivered);
    expect(desk.claims(paid.id)).toEqual(["done"]);
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
  ])("does nothing for a signature %s", async (_, headers) => {
    const paid = pay();
    const one = notification(paid);
    expect(await send(one.body, headers(one))).toBe(401);
    expect(receiver.read(paid.reference)).toEqual(untouched);
    expect(desk.claims(paid.id)).toEqual([]);
  });

  test("takes one good signature among several, as during a change of secrets", async () => {
    const paid = pay();
    const one = notification(paid);
    const ours = sign(one);
    const both = `${sign(one, OTHER_SECRET)["webhook-signature"]} ${ours["webhook-signature"]}`;
    expect(await send(one.body, { ...ours, "webhook-signature": both })).toBe(200);
    expect(receiver.read(paid.reference)).toEqual(delivered);
  });

  test("keeps the newest stage when an older notification comes late", async () => {
    const paid = pay();
    const first = notification(paid, { seq: 900_001 });
    const later = { type: "order.settled", stage: "partially_refunded", seq: 900_002 };
    expect(await tell(notification(paid, later))).toBe(200);
    expect(await tell(first)).toBe(200);
    // What is late still counts: the order is paid, and nobody had delivered it.
    expect(receiver.read(paid.reference)).toEqual({ ...delivered, stage: "partially_refunded" });
  });

  test.each(["order.failed", "order.something_new"])(
    "acknowledges %s and does no more",
    async (type) => {
      const paid = pay();
      expect(await tell(notification(paid, { type, stage: "paid" }))).toBe(200);
      expect(receiver.read(paid.reference)).toEqual({ ...untouched, stage: "paid" });
      expect(desk.claims(paid.id)).toEqual([]);
    },
  );

  test("acknowledges an order that is not of this shop", async () => {
    const stranger = { id: "v1-stranger", reference: "not-ours" };
    expect(await tell(notification(stranger))).toBe(200);
  });

  test("does not deliver what was paid with another amount than its own books say", async () => {
    const paid = pay({ asked: PAISA * 10 });
    expect(await tell(notification(paid))).toBe(200);
    expect(receiver.read(paid.reference)).toEqual({ ...untouched, stage: "paid" });
    expect(desk.claims(paid.id)).toEqual([]);
  });

  test("asks to be told again while another delivers, and delivers if that one gives up", async () => {
    const paid = pay();
    desk.claimForAnother(paid.id);
    const one = notification(paid);
    expect(await tell(one)).toBe(503);
    expect(receiver.read(paid.reference)).toEqual(untouched);
    desk.release(paid.id);
    expect(await tell(one)).toBe(200);
    expect(receiver.read(paid.reference)).toEqual(delivered);
    expect(desk.claims(paid.id)).toEqual(["released", "done"]);
  });

  test.each([
    ["Chukta is not there", "unavailable", "/v1/verify"],
    ["the answer to its claim is lost", "answer_lost", "/v1/verify"],
    ["Chukta is gone before it is told", "unavailable", "/fulfillment"],
    ["the answer to what it tells is lost", "answer_lost", "/fulfillment"],
  ] as const)("delivers once although %s", async (_, trouble, door) => {
    const paid = pay();
    const one = notification(paid);
    desk.trouble = (path) => (path.endsWith(door) ? trouble : null);
    expect(await tell(one)).toBe(503);
    desk.trouble = () => null;
    expect(await tell(one)).toBe(200);
    expect(receiver.read(paid.reference)).toEqual(delivered);
    expect(desk.claims(paid.id)).toEqual(["done"]);
  });

  test.each([
    ["while it asks", "/v1/verify"],
    ["after it has delivered", "/fulfillment"],
  ])("delivers once although it is killed %s", async (_, door) => {
    const paid = pay();
    const one = notification(paid);
    const asked = new Promise<void>((resolve) => {
      desk.trouble = (path) => {
        if (path.endsWith(door)) resolve();
        return path.endsWith(door) ? "answer_lost" : null;
      };
    });
    const broken = tell(one).catch(() => "no answer");
    await asked;
    await receiver.crash();
    expect([503, "no answer"]).toContain(await broken);
    desk.trouble = () => null;
    await receiver.start();
    expect(await tell(one)).toBe(200);
    expect(receiver.read(paid.reference)).toEqual(delivered);
    expect(desk.claims(paid.id)).toEqual(["done"]);
  });

  test.each([
    ["order.paid_reversed", "awaiting_payment"],
    ["order.refunded", "refunded"],
  ])("calls the parcel back after %s", async (type, stage) => {
    const paid = pay();
    await tell(notification(paid));
    expect(await tell(notification(paid, { type, stage }))).toBe(200);
    expect(receiver.read(paid.reference)).toEqual({ ...delivered, stage, stopped: true });
  });

  test("does not deliver any more when the money went before it was asked", async () => {
    const paid = pay();
    desk.reverse(paid.id);
    expect(await tell(notification(paid, { type: "order.paid_reversed" }))).toBe(200);
    expect(await tell(notification(paid))).toBe(200);
    expect(receiver.read(paid.reference)).toMatchObject({ delivered: false, stopped: false });
    expect(desk.claims(paid.id)).toEqual([]);
  });
});
