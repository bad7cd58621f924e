// Removal of personal data: what was planted is found nowhere afterwards, nothing brings it back, and all
// that is about money works on.

import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { OrderView } from "../../src/domain/order-view";
import { MINUTE } from "../../src/domain/schedule";
import type { Problem } from "../http/door";
import { lacking } from "../http/scopes";
import { turn } from "../sandbox/gateway";
import { faults } from "../worker";
import { orderEvent, paidEvent } from "./events";
import {
  api,
  atGateway,
  closeHouse,
  createLink,
  deliverWebhooks,
  mend,
  openHouse,
  order,
  pass,
  postWebhook,
  settle,
} from "./house";
import { capture, heldOrder, inr, refund } from "./money";
import { cancelledOf, newPerson, paidBy, quiet, remove } from "./person";
import { storedOf } from "./stored";

beforeEach(openHouse);
afterEach(closeHouse);

let person = newPerson();
beforeEach(() => {
  person = newPerson();
});

interface Listed {
  readonly webhook_id: string;
  readonly actor: string;
}

async function messagesOf(actors: readonly string[]): Promise<readonly Listed[]> {
  const listed = await api<{ data: readonly Listed[] }>("GET", "/v1/messages?limit=200");
  return listed.body.data.filter(({ actor }) => actors.includes(actor));
}

/** What the gateway has said to these actors, raw. */
async function bodiesOf(actors: readonly string[]): Promise<readonly string[]> {
  const answers = await Promise.all(
    (await messagesOf(actors)).map(({ webhook_id }) =>
      api<{ data: readonly { raw: { body: string } }[] }>(
        "GET",
        `/v1/messages/${webhook_id}?raw=true`,
      ),
    ),
  );
  return answers.flatMap(({ body }) => body.data.map(({ raw }) => raw.body));
}

describe("asked for by a person, the removal", () => {
  test("leaves nothing of the customer anywhere, and says what went", async () => {
    const made = await paidBy(person);
    expect(await storedOf(person.planted)).toEqual(person.planted);
    const removed = await remove(made.order_id);
    expect(removed.status).toBe(200);
    expect(removed.body).toEqual({
      id: made.order_id,
      forgotten_at: expect.stringMatching(/^2031-01-15T06:/),
      state: "removed",
      removed: { messages: expect.any(Number), notifications: 1 },
    });
    expect(removed.body.removed.messages).toBeGreaterThan(0);
    expect(await storedOf(person.planted)).toEqual([]);
  });

  test("keeps amounts, ids, references, statuses, the timeline and the verdict", async () => {
    const made = await paidBy(person);
    const before = await order(made.order_id);
    const timeline = await api<{ data: readonly unknown[] }>(
      "GET",
      `/v1/orders/${made.order_id}/timeline`,
    );
    await remove(made.order_id);
    const after = await order(made.order_id);
    const bare = {
      ...before,
      customer: null,
      description: null,
      merchant_metadata: { chukta_reference: made.reference },
      payments: before.payments.map((payment) => ({ ...payment, last4: null })),
      forgotten_at: expect.any(String),
      version: expect.any(Number),
    };
    expect(after).toEqual(bare);
    const later = await api<{ data: readonly unknown[] }>(
      "GET",
      `/v1/orders/${made.order_id}/timeline`,
    );
    expect(later.body.data.slice(0, timeline.body.data.length)).toEqual(timeline.body.data);
    expect(later.body.data.at(-1)).toMatchObject({
      what: "personal_data",
      text: "Personal data and raw messages were removed: asked for by administrator.",
    });
    const verdict = await api("POST", "/v1/verify", { order_id: made.order_id });
    expect(verdict.body).toMatchObject({ verdict: "paid", fulfill: true, amount: inr(150_000) });
  });

  test("changes nothing the second time, and is in the audit once", async () => {
    const made = await paidBy(person);
    const first = await remove(made.order_id);
    pass(60_000);
    expect((await remove(made.link_id)).body).toEqual(first.body);
    await quiet(made);
    const path = `/v1/audit?order_id=${made.order_id}`;
    const listed = await api<{ data: readonly object[] }>("GET", path);
    expect(listed.body.data).toEqual([
      expect.objectContaining({
        action: "removal",
        kind: "personal_data",
        by: "administrator",
        reference: made.order_id,
        order_id: made.order_id,
      }),
    ]);
  });

  test("is found by the link's id, and by the id of any order of the link", async () => {
    const made = await paidBy(person);
    const answer = await remove(made.link_id);
    expect(answer).toMatchObject({ status: 200, body: { id: made.order_id } });
  });

  test("answers 404 for an order that nobody knows, and stores nothing", async () => {
    const answer = await remove("v1-310115000000-aa-NoBody");
    expect(answer).toMatchObject({ status: 404, body: { code: "order_unknown" } });
  });

  test("needs the scope admin", async () => {
    const made = await paidBy(person);
    const answer = await lacking("admin", () => remove(made.order_id));
    expect(answer).toMatchObject({ status: 403, body: { code: "scope_missing" } });
    expect(await storedOf(person.planted)).toEqual(person.planted);
  });

  test("takes the raw body from a message, and says so to who asks for it", async () => {
    const made = await paidBy(person);
    const messages = await messagesOf([made.order_id, made.link_id]);
    await remove(made.order_id);
    expect(messages.length).toBeGreaterThan(0);
    for (const { webhook_id } of messages) {
      const path = `/v1/messages/${webhook_id}`;
      const raw = await api("GET", `${path}?raw=true`);
      expect(raw).toMatchObject({ status: 410, body: { code: "body_removed" } });
      expect((await api("POST", `${path}/reapply`)).status).toBe(410);
      expect((await api("GET", path)).status).toBe(200);
    }
    expect((await api("GET", "/v1/accounting")).body).toMatchObject({ balanced: true });
  });

  test("leaves of a notification what it was about", async () => {
    const made = await paidBy(person);
    await remove(made.order_id);
    const events = await api<{ data: readonly { data: { order: { id: string } } }[] }>(
      "GET",
      "/v1/events?limit=200",
    );
    const own = events.body.data.filter(({ data }) => data.order.id === made.order_id);
    expect(own.length).toBeGreaterThan(0);
    expect(JSON.stringify(own)).not.toContain("•••");
    expect(JSON.stringify(own)).toContain('"captured":{"value":150000');
  });

  test("is refused while the customer may still pay", async () => {
    const made = await createLink(person.about);
    await quiet(made);
    const answer = await remove(made.link_id);
    expect(answer).toMatchObject({
      status: 409,
      body: { code: "order_not_finished", waits_for: ["link_open"] },
    });
    expect(await storedOf(person.planted)).toEqual(person.planted);
  });

  test("is refused while money is held, and done once it was captured", async () => {
    const made = await heldOrder(person.about);
    expect(await remove(made.order_id)).toMatchObject({
      status: 409,
      body: { waits_for: ["money_held"] },
    });
    await capture(made.order_id, "take-1");
    await atGateway(made.link_id, "settle").catch(() => null);
    await deliverWebhooks();
    await quiet(made);
    expect((await remove(made.order_id)).status).toBe(200);
    expect(await storedOf(person.planted)).toEqual([]);
  });

  test("is refused while a message waits to be applied", async () => {
    const made = await paidBy(person);
    faults.translate = () => true;
    await postWebhook(paidEvent(made.order_id, { minute: 3 }));
    faults.translate = null;
    expect(await remove(made.order_id)).toMatchObject({
      status: 409,
      body: { waits_for: ["message_waiting"] },
    });
    await quiet(made);
    expect((await remove(made.order_id)).status).toBe(200);
  });
});

describe("after the removal", () => {
  test("late webhooks and inquiries bring nothing back", async () => {
    const made = await paidBy(person);
    await remove(made.order_id);
    pass(60_000);
    const late = orderEvent("ORDER_PROCESSED", {
      order_id: made.order_id,
      status: "PROCESSED",
      payment: "PROCESSED",
      amount: 150_000,
      minute: 30,
    });
    const purchase_details = {
      customer: person.about.customer,
      merchant_metadata: person.about.merchant_metadata,
    };
    await postWebhook({ ...late, data: { ...late.data, purchase_details } });
    // A message that names the link only goes to the link's own actor, which is an alias.
    const link = { payment_link_id: made.link_id, ...person.about };
    await postWebhook({ event_type: "PAYMENT_LINK_PROCESSED", data: link });
    await quiet(made);
    const asked = await api<OrderView>("POST", `/v1/orders/${made.order_id}/refresh`);
    expect(asked).toMatchObject({ status: 200, body: { stage: "paid", customer: null } });
    await quiet(made);
    expect(await storedOf(person.planted)).toEqual([]);
  });

  test("an inquiry that finds nothing new changes no version but its own", async () => {
    const made = await paidBy(person);
    await remove(made.order_id);
    const before = await order(made.order_id);
    await api("POST", `/v1/orders/${made.order_id}/refresh`);
    const after = await order(made.order_id);
    expect(after.updated_at).toBe(before.updated_at);
    expect(after.version).toBe(before.version + 1);
  });

  test("a late refund works, and its notification is told whole", async () => {
    const made = await paidBy(person);
    await remove(made.order_id);
    const asked = await refund(made.order_id, "late-1", { amount: inr(50_000) });
    expect(asked.status).toBe(201);
    await deliverWebhooks();
    await quiet(made);
    const after = await order(made.order_id);
    expect(after).toMatchObject({ stage: "partially_refunded", refunded: inr(50_000) });
    const events = await api<{ data: readonly { type: string }[] }>("GET", "/v1/events");
    expect(JSON.stringify(events.body.data.at(-1))).toContain(
      '"merchant_refund_reference":"late-1"',
    );
    expect(await storedOf(person.planted)).toEqual([]);
  });

  test("another order of the link that comes late loses its customer too, and its money counts", async () => {
    const made = await cancelledOf(person);
    expect((await remove(made.link_id)).status).toBe(200);
    const late = `v1-late-${Date.now()}-aa`;
    const event = paidEvent(late, { reference: made.reference, amount: 150_000 });
    const { customer, merchant_metadata } = person.about;
    const purchase_details = { customer, merchant_metadata };
    await postWebhook({ ...event, data: { ...event.data, purchase_details } });
    for (let round = 0; round < 3; round += 1) {
      await settle(late);
      await quiet(made);
      pass(MINUTE);
    }
    const shown = await order(late);
    expect(shown.id).toBe(made.order_id);
    expect(shown.order_ids).toContain(late);
    expect(shown.captured).toEqual(inr(150_000));
    expect(await storedOf(person.planted)).toEqual([]);
  });

  test("the receipt and the link's token still lead to the order", async () => {
    const made = await paidBy(person);
    await remove(made.order_id);
    const verdict = await api("GET", `/v1/verdicts/${made.token}`);
    expect(verdict).toMatchObject({ status: 200, body: { verdict: "paid" } });
    const link = await api<{ receipt_token?: string }>("GET", `/v1/links/${made.link_id}`);
    expect(link.status).toBe(200);
  });

  test("the same request for a link is refused, because it can not be compared any more", async () => {
    const made = await paidBy(person);
    await remove(made.order_id);
    const again = await api<Problem>("POST", "/v1/links", {
      amount: inr(150_000),
      merchant_payment_link_reference: made.reference,
      ...person.about,
    });
    expect(again).toMatchObject({
      status: 409,
      body: { code: "reference_reused", detail: expect.stringContaining("was removed") },
    });
    expect(again.body).not.toHaveProperty("errors");
    const other = await api<Problem>("POST", "/v1/links", {
      amount: inr(140_000),
      merchant_payment_link_reference: made.reference,
      ...person.about,
    });
    expect(other.body).toMatchObject({ errors: [{ pointer: "/amount" }] });
    expect(await storedOf(person.planted)).toEqual([]);
  });

  test("an ended link is not replaced, because nobody knows any more for whom it was", async () => {
    const made = await cancelledOf(person);
    expect((await remove(made.link_id)).status).toBe(200);
    const replaced = await api<Problem>("POST", `/v1/links/${made.link_id}/replace`, {});
    expect(replaced).toMatchObject({ status: 409, body: { code: "link_not_replaceable" } });
    expect(await storedOf(person.planted)).toEqual([]);
  });
});

describe("in the middle of the removal", () => {
  test("a D1 that is down holds up only itself, and is cleared by the alarm", async () => {
    const made = await paidBy(person);
    faults.d1 = "throw";
    const answer = await remove(made.order_id);
    expect(answer).toMatchObject({ status: 202, body: { state: "removing" } });
    mend();
    expect(await storedOf(person.planted)).not.toEqual([]);
    for (let round = 0; round < 4; round += 1) {
      pass(30_000);
      await quiet(made);
    }
    expect(await storedOf(person.planted)).toEqual([]);
    expect((await remove(made.order_id)).body).toMatchObject({ state: "removed" });
  });
});

describe("whatever happened to an order before and after", () => {
  const steps = fc.record({
    second_part: fc.constantFrom("same_order" as const, "new_order" as const),
    /** Known to us before the removal, in whatever order, some of it twice. */
    times: fc.integer({ min: 1, max: 2 }),
    refunded: fc.boolean(),
    /** Delivered again afterwards, in another order. */
    again: fc.integer({ min: 1, max: 3 }),
    asked: fc.constantFrom("order", "second", "link" as const),
  });

  test("nothing of the person is found, and the money stays", async () => {
    await fc.assert(
      fc.asyncProperty(steps, async ({ second_part, times, refunded, again, asked }) => {
        person = newPerson();
        await turn({ second_part });
        const made = await createLink({
          ...person.about,
          part_payment: true,
          amount: inr(100_000),
        });
        await atGateway(made.link_id, "pay", { instrument: "upi", amount: 40_000 });
        const second = await atGateway(made.link_id, "pay", { instrument: "card", amount: 60_000 });
        const last = second.order.order_id;
        await deliverWebhooks({ all: true, shuffle: true, times });
        await settle(last, made.order_id, made.link_id);
        await quiet(made);
        const whole = await order(made.order_id);
        if (refunded) {
          await refund(whole.id, "back-1", { amount: inr(10_000) });
          await deliverWebhooks();
          await settle(whole.id, last, made.order_id);
        }
        const before = await order(made.order_id);
        expect(await storedOf(person.planted)).toEqual(person.planted);
        const said = await bodiesOf([made.order_id, made.link_id, last]);
        const named = { order: made.order_id, second: last, link: made.link_id }[asked] ?? "";
        expect(await remove(named)).toMatchObject({ status: 200, body: { state: "removed" } });
        expect(await storedOf(person.planted)).toEqual([]);
        for (let round = 0; round < again; round += 1) {
          // All that was ever said of it, once more under new ids, the last word first.
          for (const body of said.toReversed()) await postWebhook(body);
          await api("POST", `/v1/orders/${made.order_id}/refresh`);
          await settle(last, made.order_id, made.link_id);
        }
        const { stage, captured, refunded: back, refundable } = before;
        expect(await order(made.order_id)).toMatchObject({
          stage,
          captured,
          refunded: back,
          refundable,
        });
        expect(await storedOf(person.planted)).toEqual([]);
      }),
      { numRuns: 5 },
    );
  });
});
