// Removal of personal data: what was planted is found nowhere afterwards, nothing brings it back, and all
// that is about money works on.

import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { OrderView } from "../../src/domain/order-view";
import { DAY } from "../../src/domain/schedule";
import type { Problem } from "../http/door";
import { faults } from "../worker";
import {
  api,
  type ApiAnswer,
  atGateway,
  closeHouse,
  crash,
  createLink,
  deliverWebhooks,
  mend,
  openHouse,
  order,
  pass,
  postWebhook,
  ring,
  runCron,
  settle,
} from "./house";
import { orderEvent, paidEvent } from "./events";
import { capture, heldOrder, inr, paidOrder, refund } from "./money";
import { everythingStored, storedOf } from "./stored";

beforeEach(openHouse);
afterEach(closeHouse);

const HOUR_CRON = "7 * * * *";

/** A person as a merchant knows him; each text is nowhere else in the house. */
const PERSON = {
  customer: {
    email_id: "kavita.plantedmail@example.org",
    mobile_number: "9876501234",
    country_code: "91",
    first_name: "PlantedFirst",
    last_name: "PlantedLast",
    customer_id: "planted-customer-7",
    billing_address: { address1: "PlantedStreet 5", city: "PlantedTown", pincode: "560001" },
  },
  description: "PlantedGift for Kavita",
  merchant_metadata: { note: "PlantedNote ring twice" },
};

const PLANTED = [
  "plantedmail",
  "9876501234",
  "PlantedFirst",
  "PlantedLast",
  "planted-customer-7",
  "PlantedStreet",
  "PlantedTown",
  "PlantedGift",
  "PlantedNote",
];

interface Removal {
  readonly id: string;
  readonly forgotten_at: string;
  readonly state: string;
  readonly removed: { readonly messages: number; readonly notifications: number };
}

async function remove(id: string): Promise<ApiAnswer<Removal & Problem>> {
  return api("DELETE", `/v1/orders/${id}/personal-data`);
}

/** The link's and the reference's actors too have done what they had to. */
async function quiet(made: { order_id: string; link_id: string; reference: string }) {
  await settle(made.order_id, made.link_id, `reference:${made.reference}`);
}

async function paidByPerson() {
  const made = await paidOrder(PERSON);
  await quiet(made);
  return made;
}

describe("asked for by a person, the removal", () => {
  test("leaves nothing of the customer anywhere, and says what went", async () => {
    const made = await paidByPerson();
    expect(await storedOf(PLANTED)).toEqual(PLANTED);
    const removed = await remove(made.order_id);
    expect(removed.status).toBe(200);
    expect(removed.body).toEqual({
      id: made.order_id,
      forgotten_at: expect.stringMatching(/^2031-01-15T06:/),
      state: "removed",
      removed: { messages: expect.any(Number), notifications: 1 },
    });
    expect(removed.body.removed.messages).toBeGreaterThan(0);
    expect(await storedOf(PLANTED)).toEqual([]);
  });

  test("keeps amounts, ids, references, statuses, the timeline and the verdict", async () => {
    const made = await paidByPerson();
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
    const made = await paidByPerson();
    const first = await remove(made.order_id);
    pass(60_000);
    expect((await remove(made.link_id)).body).toEqual(first.body);
    await quiet(made);
    const listed = await api<{ data: readonly object[] }>("GET", "/v1/audit");
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
    const made = await paidByPerson();
    const answer = await remove(made.link_id);
    expect(answer).toMatchObject({ status: 200, body: { id: made.order_id } });
  });

  test("answers 404 for an order that nobody knows, and stores nothing", async () => {
    const answer = await remove("v1-310115000000-aa-NoBody");
    expect(answer).toMatchObject({ status: 404, body: { code: "order_unknown" } });
  });

  test("takes the raw body from a message, and says so to who asks for it", async () => {
    const made = await paidByPerson();
    const messages = await api<{ data: readonly { webhook_id: string; state: string }[] }>(
      "GET",
      "/v1/messages",
    );
    await remove(made.order_id);
    expect(messages.body.data.length).toBeGreaterThan(0);
    for (const { webhook_id } of messages.body.data) {
      const path = `/v1/messages/${webhook_id}`;
      const raw = await api("GET", `${path}?raw=true`);
      expect(raw).toMatchObject({ status: 410, body: { code: "body_removed" } });
      expect((await api("POST", `${path}/reapply`)).status).toBe(410);
      expect((await api("GET", path)).status).toBe(200);
    }
    expect((await api("GET", "/v1/accounting")).body).toMatchObject({ balanced: true });
  });

  test("leaves of a notification what it was about", async () => {
    const made = await paidByPerson();
    await remove(made.order_id);
    const events = await api<{ data: readonly { type: string; data: { order: object } }[] }>(
      "GET",
      "/v1/events",
    );
    expect(JSON.stringify(events.body)).not.toContain("•••");
    expect(JSON.stringify(events.body)).toContain(made.order_id);
    expect(JSON.stringify(events.body)).toContain('"captured":{"value":150000');
  });

  test("is refused while the customer may still pay", async () => {
    const made = await createLink(PERSON);
    await quiet(made);
    const answer = await remove(made.link_id);
    expect(answer).toMatchObject({
      status: 409,
      body: { code: "order_not_finished", waits_for: ["link_open"] },
    });
    expect(await storedOf(PLANTED)).toEqual(PLANTED);
  });

  test("is refused while money is held, and done once it was captured", async () => {
    const made = await heldOrder(PERSON);
    expect(await remove(made.order_id)).toMatchObject({
      status: 409,
      body: { waits_for: ["money_held"] },
    });
    await capture(made.order_id, "take-1");
    await atGateway(made.link_id, "settle").catch(() => null);
    await deliverWebhooks();
    await quiet(made);
    expect((await remove(made.order_id)).status).toBe(200);
    expect(await storedOf(PLANTED)).toEqual([]);
  });

  test("is refused while a message waits to be applied", async () => {
    const made = await paidByPerson();
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
    const made = await paidByPerson();
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
      customer: PERSON.customer,
      merchant_metadata: PERSON.merchant_metadata,
    };
    await postWebhook({ ...late, data: { ...late.data, purchase_details } });
    // A message that names the link only goes to the link's own actor, which is an alias.
    const link = { payment_link_id: made.link_id, customer: PERSON.customer, ...PERSON };
    await postWebhook({ event_type: "PAYMENT_LINK_PROCESSED", data: link });
    await quiet(made);
    const asked = await api<OrderView>("POST", `/v1/orders/${made.order_id}/refresh`);
    expect(asked).toMatchObject({ status: 200, body: { stage: "paid", customer: null } });
    await quiet(made);
    expect(await storedOf(PLANTED)).toEqual([]);
  });

  test("an inquiry that finds nothing new changes no version but its own", async () => {
    const made = await paidByPerson();
    await remove(made.order_id);
    const before = await order(made.order_id);
    await api("POST", `/v1/orders/${made.order_id}/refresh`);
    const after = await order(made.order_id);
    expect(after.updated_at).toBe(before.updated_at);
    expect(after.version).toBe(before.version + 1);
  });

  test("a late refund works, and its notification is told whole", async () => {
    const made = await paidByPerson();
    await remove(made.order_id);
    const asked = await refund(made.order_id, "late-1", { amount: inr(50_000) });
    expect(asked.status).toBe(201);
    await deliverWebhooks();
    await quiet(made);
    const after = await order(made.order_id);
    expect(after).toMatchObject({ stage: "partially_refunded", refunded: inr(50_000) });
    const events = await api<{ data: readonly { type: string }[] }>("GET", "/v1/events");
    expect(JSON.stringify(events.body.data.at(-1))).toContain('"merchant_refund_reference":"late-1"');
    expect(await storedOf(PLANTED)).toEqual([]);
  });

  test("the receipt and the link's token still lead to the order", async () => {
    const made = await paidByPerson();
    await remove(made.order_id);
    const verdict = await api("GET", `/v1/verdicts/${made.token}`);
    expect(verdict).toMatchObject({ status: 200, body: { verdict: "paid" } });
    const link = await api<{ receipt_token?: string }>("GET", `/v1/links/${made.link_id}`);
    expect(link.status).toBe(200);
  });

  test("the same request for a link is refused, because it can not be compared any more", async () => {
    const made = await paidByPerson();
    await remove(made.order_id);
    const again = await api<Problem>("POST", "/v1/links", {
      amount: inr(150_000),
      merchant_payment_link_reference: made.reference,
      ...PERSON,
    });
    expect(again).toMatchObject({ status: 409, body: { code: "reference_reused" } });
    expect(await storedOf(PLANTED)).toEqual([]);
  });

  test("an ended link is not replaced, because nobody knows any more for whom it was", async () => {
    const made = await createLink(PERSON);
    await api("POST", `/v1/links/${made.link_id}/cancel`);
    await quiet(made);
    expect((await remove(made.link_id)).status).toBe(200);
    const replaced = await api<Problem>("POST", `/v1/links/${made.link_id}/replace`, {});
    expect(replaced).toMatchObject({ status: 409, body: { code: "link_not_replaceable" } });
    expect(await storedOf(PLANTED)).toEqual([]);
  });
});

describe("in the middle of the removal", () => {
  test("a D1 that is down holds up only itself, and is cleared by the alarm", async () => {
    const made = await paidByPerson();
    faults.d1 = "throw";
    const answer = await remove(made.order_id);
    expect(answer).toMatchObject({ status: 202, body: { state: "removing" } });
    mend();
    expect(await storedOf(PLANTED)).not.toEqual([]);
    for (let round = 0; round < 4; round += 1) {
      pass(30_000);
      await quiet(made);
    }
    expect(await storedOf(PLANTED)).toEqual([]);
    expect((await remove(made.order_id)).body).toMatchObject({ state: "removed" });
  });

  test("a crash is finished by the alarm", async () => {
    const made = await paidByPerson();
    faults.d1 = "throw";
    await remove(made.order_id);
    await crash();
    mend();
    for (let round = 0; round < 4; round += 1) {
      pass(30_000);
      await quiet(made);
    }
    expect(await storedOf(PLANTED)).toEqual([]);
  });
});

describe("RETENTION_DAYS", () => {
  const retained = { RETENTION_DAYS: "30" };

  /** So many days later, everything that was due in between has been asked. */
  async function live(made: Parameters<typeof quiet>[0], days: number): Promise<void> {
    for (let day = 0; day < days; day += 1) {
      pass(DAY);
      await runCron();
      await ring(made.order_id);
    }
  }

  async function hour(): Promise<void> {
    await runCronWith(retained);
  }

  test("removes what is over and old, and shows it in the last runs", async () => {
    const made = await paidByPerson();
    await live(made, 20);
    await hour();
    expect(await storedOf(PLANTED)).toEqual(PLANTED);
    await live(made, 45);
    await api("POST", "/v1/discrepancies/none/resolve");
    const left = (await order(made.order_id)).discrepancies.filter(
      ({ closed_at }) => closed_at === null,
    );
    expect(left.map(({ type }) => type)).toEqual(["settlement_missing"]);
    await hour();
    expect(await storedOf(PLANTED)).toEqual(PLANTED);
  });
});

async function runCronWith(settings: Readonly<Record<string, string>>): Promise<void> {
  const changed: Record<string, unknown> = env as unknown as Record<string, unknown>;
  const before = Object.fromEntries(Object.keys(settings).map((name) => [name, changed[name]]));
  Object.assign(changed, settings);
  try {
    await runCron(HOUR_CRON);
  } finally {
    Object.assign(changed, before);
  }
}

void everythingStored;
