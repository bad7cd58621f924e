// Reminders of a link (design 3.5): each is sent once or not at all, whatever becomes of its answer,
// and none on stale knowledge. The house begins at 11:30 in India.

import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ReminderView } from "../../src/domain/reminders";
import { ask, turn } from "../sandbox/gateway";
import {
  api,
  armed,
  atGateway,
  closeHouse,
  crash,
  createLink,
  deliverWebhooks,
  holdGateway,
  type Made,
  openHouse,
  order,
  pass,
  postWebhook,
  ring,
  settle,
  START,
  told,
} from "./house";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const WEEK = 7 * 24 * HOUR;

/** Each test has a week of its own: the gateway's clock never goes back. */
let began = START;

beforeEach(async () => {
  await openHouse();
  began += WEEK;
  pass(began - START);
});
afterEach(closeHouse);

const NOTIFY = /^PATCH .*\/notify /;

const expire_by = (after: number): string => new Date(began + after).toISOString();

async function linkWith(
  reminders: readonly object[],
  change: Record<string, unknown> = {},
): Promise<Made> {
  const made = await createLink({ reminders, expire_by: expire_by(72 * HOUR), ...change });
  await settle(`reference:${made.reference}`, made.link_id, made.order_id);
  return made;
}

/** How often the gateway was asked for this. */
async function calls(operation: string): Promise<number> {
  const { body } = await ask("GET", "/sandbox/requests");
  return body.counts[operation] ?? 0;
}

async function reminders(id: string): Promise<readonly ReminderView[]> {
  return (await order(id)).reminders;
}

async function results(id: string): Promise<readonly (string | null)[]> {
  return (await reminders(id)).map(({ result }) => result);
}

async function sentences(id: string): Promise<readonly string[]> {
  const { body } = await api<{
    readonly data: readonly { readonly what: string; readonly text: string }[];
  }>("GET", `/v1/orders/${id}/timeline`);
  return body.data.filter(({ what }) => what === "reminder").map(({ text }) => text);
}

const IN_AN_HOUR = { after_creation_minutes: 60 };

describe("a link that is open", () => {
  test("is sent again at its moment, once, and says so", async () => {
    const { link_id, order_id } = await linkWith([IN_AN_HOUR]);
    const due_at = (await reminders(order_id))[0]?.due_at ?? "";
    expect(Date.parse(due_at) - began).toBeGreaterThanOrEqual(HOUR);
    expect(await armed(order_id)).toBe(Date.parse(due_at));
    pass(HOUR - MINUTE);
    await settle(order_id);
    expect(await calls("link.notify")).toBe(0);
    pass(MINUTE);
    await settle(order_id);
    expect(await calls("link.notify")).toBe(1);
    pass(24 * HOUR);
    await settle(order_id);
    expect(await calls("link.notify")).toBe(1);
    expect(await reminders(order_id)).toEqual([
      { number: 1, due_at, sent_at: expect.any(String), result: "sent" },
    ]);
    expect(await sentences(order_id)).toEqual([
      "Reminder 1 is being sent.",
      "Reminder 1 was sent by the gateway.",
    ]);
    expect(await told(order_id)).toEqual([]);
    const link = await api<{ readonly reminders: unknown }>("GET", `/v1/links/${link_id}`);
    expect(link.body.reminders).toEqual(await reminders(order_id));
  });

  test("is reminded of each moment, and once where two fall together", async () => {
    // Both of the night: nine in the morning.
    const night = [{ after_creation_minutes: 10 * 60 }, { after_creation_minutes: 12 * 60 }];
    const { order_id } = await linkWith([...night, IN_AN_HOUR, { before_expiry_minutes: 60 }]);
    const hours = (await reminders(order_id)).map(
      ({ due_at }) => (Date.parse(due_at ?? "") - began) / HOUR,
    );
    expect(hours.map((hour) => Math.round(hour * 10) / 10)).toEqual([21.5, 21.5, 1, 71]);
    for (const [at, sent] of [
      [HOUR, 1],
      [21.5 * HOUR, 2],
      [71 * HOUR, 3],
    ] as const) {
      pass(began + at + MINUTE - Date.now());
      await settle(order_id);
      expect(await calls("link.notify")).toBe(sent);
    }
    expect(await results(order_id)).toEqual(["sent", "merged", "sent", "sent"]);
  });

  test("is not reminded a day late", async () => {
    const { order_id } = await linkWith([IN_AN_HOUR]);
    pass(25 * HOUR);
    await settle(order_id);
    expect(await calls("link.notify")).toBe(0);
    expect(await results(order_id)).toEqual(["skipped"]);
    expect(await sentences(order_id)).toEqual(["Reminder 1 came too late: skipped."]);
  });

  test("of somebody else, taken over here, has none", async () => {
    const { link_id } = await linkWith([]);
    const tracked = await api<{ readonly reminders: unknown }>("POST", "/v1/links/track", {
      payment_link_id: link_id,
    });
    expect(tracked.body.reminders).toEqual([]);
  });
});

describe("a reminder is sent once at most", () => {
  test("when the answer is lost after the work", async () => {
    const { order_id } = await linkWith([IN_AN_HOUR]);
    await turn({ answers: [{ operation: "link.notify", after_work: true, status: 500 }] });
    pass(HOUR);
    await settle(order_id);
    pass(HOUR);
    await settle(order_id);
    expect(await calls("link.notify")).toBe(1);
    expect(await results(order_id)).toEqual(["unknown"]);
    expect(await sentences(order_id)).toContain(
      "Nobody knows whether reminder 1 was sent. It is not sent again.",
    );
    expect(await told(order_id)).toEqual([]);
  });

  test("when the actor dies before it hears the answer", async () => {
    const { order_id } = await linkWith([IN_AN_HOUR]);
    pass(HOUR);
    const held = holdGateway(NOTIFY);
    const rang = ring(order_id).catch(() => false);
    await held.arrived();
    await crash();
    held.release();
    await rang;
    // The platform rings an alarm again that did not come to its end; should it not, this wakes it.
    await env.ORDERS.getByName(order_id).wake();
    await settle(order_id);
    expect(await results(order_id)).toEqual(["begun"]);
    pass(2 * MINUTE);
    await settle(order_id);
    expect(await calls("link.notify")).toBe(1);
    expect(await results(order_id)).toEqual(["unknown"]);
    expect(await told(order_id)).toEqual([]);
  });

  test("when its alarm rings again while it is on its way", async () => {
    const { order_id } = await linkWith([IN_AN_HOUR]);
    pass(HOUR);
    const held = holdGateway(/^GET .*\/orders\/|^PATCH .*\/notify /);
    const rang = [ring(order_id), ring(order_id)];
    await held.arrived();
    rang.push(ring(order_id));
    held.release();
    await Promise.all(rang);
    await settle(order_id);
    expect(await calls("link.notify")).toBe(1);
    expect(await results(order_id)).toEqual(["sent"]);
  });

  test("when the link finds its home while it is on its way", async () => {
    await turn({ order_at_creation: false });
    const created = api<{ readonly payment_link_id: string }>("POST", "/v1/links", {
      amount: { value: 150_000, currency: "INR" },
      merchant_payment_link_reference: "shop-reminded",
      customer: { email_id: "asha@example.com" },
      reminders: [IN_AN_HOUR],
    });
    const link_id = (await created).body.payment_link_id;
    await settle("reference:shop-reminded", link_id);
    pass(HOUR);
    const held = holdGateway(NOTIFY);
    const rang = ring(link_id);
    await held.arrived();
    const tried = await atGateway(link_id, "fail", { final: false });
    await deliverWebhooks();
    const home = tried.order.order_id;
    await settle(home);
    expect(await results(home)).toEqual(["begun"]);
    held.release();
    await rang;
    await settle(link_id, home);
    await settle(link_id, home);
    expect(await calls("link.notify")).toBe(1);
    expect(await results(home)).toEqual(["sent"]);
  });
});

describe("nobody is reminded who need not be", () => {
  test("because the gateway is asked first, and it was paid a moment ago", async () => {
    const { link_id, order_id } = await linkWith([IN_AN_HOUR]);
    pass(HOUR - MINUTE);
    await atGateway(link_id, "pay");
    pass(MINUTE);
    await settle(order_id);
    expect(await calls("link.notify")).toBe(0);
    expect(await order(order_id)).toMatchObject({ stage: "paid", reminders: [{ result: null }] });
    expect(await told(order_id)).toEqual(["order.paid"]);
  });

  test("because it is known to be paid, and then no alarm is set either", async () => {
    const { link_id, order_id } = await linkWith([IN_AN_HOUR]);
    await atGateway(link_id, "pay");
    await deliverWebhooks();
    await settle(order_id);
    const asked = await calls("link.get");
    expect(await armed(order_id)).toBeNull();
    pass(HOUR);
    await ring(order_id);
    expect(await calls("link.get")).toBe(asked);
    expect(await calls("link.notify")).toBe(0);
  });

  test("while a payment is on its way, but again after it has failed", async () => {
    const { link_id, order_id } = await linkWith([IN_AN_HOUR], { part_payment: true });
    await atGateway(link_id, "initiate");
    pass(HOUR);
    await settle(order_id);
    expect(await calls("link.notify")).toBe(0);
    expect(await results(order_id)).toEqual([null]);
    await atGateway(link_id, "fail");
    await deliverWebhooks();
    await settle(order_id);
    expect(await calls("link.notify")).toBe(1);
  });

  test("because it is paid while the question is on its way", async () => {
    const { link_id, order_id } = await linkWith([IN_AN_HOUR]);
    pass(HOUR);
    const held = holdGateway(/^GET .*\/orders\//);
    const rang = ring(order_id);
    await held.arrived();
    await atGateway(link_id, "pay");
    held.release();
    await rang;
    await settle(order_id);
    expect(await calls("link.notify")).toBe(1);
    expect(await results(order_id)).toEqual(["not_needed"]);
    expect(await told(order_id)).toEqual(["order.paid"]);
  });
});

describe("a gateway that will not or cannot", () => {
  interface Event {
    readonly type: string;
    readonly data: Readonly<Record<string, unknown>>;
  }

  test("refuses: the merchant's systems are told, once, with words and link", async () => {
    const { link_id, order_id } = await linkWith([IN_AN_HOUR], { part_payment: true });
    await atGateway(link_id, "pay", { amount: 50_000 });
    await deliverWebhooks();
    await settle(order_id);
    pass(HOUR);
    await settle(order_id);
    pass(HOUR);
    await settle(order_id);
    expect(await calls("link.notify")).toBe(1);
    expect(await results(order_id)).toEqual(["refused"]);
    const due = (await told(order_id)).filter((key) => key.startsWith("link."));
    expect(due).toEqual([`link.reminder_due|${link_id}|1`]);
    const events = await api<{ readonly data: readonly Event[] }>("GET", "/v1/events?after=0");
    const event = events.body.data.findLast(({ type }) => type === "link.reminder_due");
    expect(event?.data).toMatchObject({
      text: "A friendly reminder: your payment of ₹1,000.00 for “Two kurtas” is still open.",
      payment_link: expect.stringContaining(link_id),
      whatsapp: expect.stringMatching(/^https:\/\/wa\.me\/\?text=A%20friendly%20reminder/),
      order: { id: order_id, stage: "part_paid" },
    });
  });

  const refusal = { operation: "link.notify", status: 422, times: -1 };
  const dueTold = async (id: string): Promise<readonly string[]> =>
    (await told(id)).filter((key) => key.startsWith("link.reminder_due"));

  test("refuses: it is not told again for the link that replaces the one that was to be sent", async () => {
    const { link_id, order_id } = await linkWith([IN_AN_HOUR]);
    await turn({ answers: [refusal] });
    pass(HOUR);
    await settle(order_id);
    expect(await dueTold(order_id)).toEqual([`link.reminder_due|${link_id}|1`]);
    // Half past eleven at night in India.
    pass(11 * HOUR);
    const replaced = await api<{ readonly payment_link_id: string }>(
      "POST",
      `/v1/links/${link_id}/replace`,
    );
    expect(replaced.status).toBe(201);
    await settle(order_id, link_id, replaced.body.payment_link_id);
    expect(await dueTold(order_id)).toEqual([`link.reminder_due|${link_id}|1`]);
  });

  test("refuses: it is not told again when the link that was replaced is paid late", async () => {
    const { link_id, order_id, reference } = await linkWith([IN_AN_HOUR]);
    await atGateway(link_id, "expire");
    const replaced = await api<{ readonly payment_link_id: string }>(
      "POST",
      `/v1/links/${link_id}/replace`,
    );
    const link = replaced.body.payment_link_id;
    await settle(order_id, link_id, link);
    await turn({ answers: [refusal] });
    pass(HOUR);
    await settle(order_id, link_id);
    expect(await dueTold(order_id)).toEqual([`link.reminder_due|${link}|1`]);
    await postWebhook({
      event: "payment_link.processed",
      data: {
        payment_link_id: link_id,
        merchant_payment_link_reference: reference,
        status: "PROCESSED",
        amount: { value: 150_000, currency: "INR" },
        order_id,
      },
    });
    await settle(order_id, link_id);
    expect(await told(order_id)).toContain("order.paid");
    expect(await dueTold(order_id)).toEqual([`link.reminder_due|${link}|1`]);
  });

  test("does not answer the question: it is asked again, at a slower pace, and then sent", async () => {
    const { order_id } = await linkWith([IN_AN_HOUR]);
    await turn({
      answers: [
        { operation: "link.get", times: -1, status: 500 },
        { operation: "order.get", times: -1, status: 500 },
      ],
    });
    const before = await calls("link.get");
    pass(HOUR);
    for (let minute = 0; minute < 10; minute += 1) {
      await settle(order_id);
      pass(MINUTE);
    }
    expect(await calls("link.notify")).toBe(0);
    expect(await results(order_id)).toEqual([null]);
    // Each inquiry repeats its questions within its own limit.
    const questions = (await calls("link.get")) - before;
    expect(questions).toBeGreaterThan(2);
    expect(questions).toBeLessThan(30);
    await turn({ answers: [] });
    pass(HOUR);
    await settle(order_id);
    expect(await calls("link.notify")).toBe(1);
    expect(await results(order_id)).toEqual(["sent"]);
  });

  test.each(["order.get", "link.get"])(
    "hides what %s asks for: nothing is sent",
    async (hidden) => {
      const { order_id } = await linkWith([IN_AN_HOUR]);
      const body = '{"code":"ORDER_NOT_FOUND","message":"no"}';
      await turn({ answers: [{ operation: hidden, times: -1, status: 404, body }] });
      pass(HOUR);
      await settle(order_id);
      expect(await calls("link.notify")).toBe(0);
      expect(await results(order_id)).toEqual([null]);
      await turn({ answers: [] });
      pass(HOUR);
      await settle(order_id);
      expect(await results(order_id)).toEqual(["sent"]);
    },
  );

  test("knows neither link nor order: it is asked ever more seldom", async () => {
    const { order_id } = await linkWith([IN_AN_HOUR]);
    const body = '{"code":"NOT_FOUND","message":"no"}';
    const hidden = { times: -1, status: 404, body };
    await turn({
      answers: [
        { operation: "order.get", ...hidden },
        { operation: "link.get", ...hidden },
      ],
    });
    const before = await calls("link.get");
    pass(HOUR);
    for (let minute = 0; minute < 60; minute += 1) {
      await ring(order_id);
      pass(MINUTE);
    }
    const questions = (await calls("link.get")) - before;
    expect(questions).toBeGreaterThan(2);
    expect(questions).toBeLessThan(12);
    expect(await calls("link.notify")).toBe(0);
    await turn({ answers: [] });
    pass(HOUR);
    await settle(order_id);
    expect(await results(order_id)).toEqual(["sent"]);
  });

  test("turns it away at the door: it is sent later", async () => {
    const { order_id } = await linkWith([IN_AN_HOUR]);
    await turn({ answers: [{ operation: "link.notify", status: 429 }] });
    pass(HOUR);
    await settle(order_id);
    expect(await results(order_id)).toEqual(["put_off"]);
    pass(5 * MINUTE);
    await settle(order_id);
    expect(await results(order_id)).toEqual(["sent"]);
  });
});
