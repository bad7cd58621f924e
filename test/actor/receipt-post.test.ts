// The receipt by e-mail: to the order's own customer, once, when all of the money is there; through
// crashes, refusals and silence of the mail service; and never where nobody has set it up.

import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { failure, success } from "../../src/domain/result";
import { type Mail, openMailer } from "../../src/notify/mailer";
import { faults } from "../worker";
import {
  api,
  atGateway,
  closeHouse,
  crash,
  createLink,
  deliverWebhooks,
  holdMailer,
  type Made,
  openHouse,
  order,
  pass,
  postWebhook,
  ring,
  settle,
} from "./house";
import { paidEvent } from "./events";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let mails: Mail[] = [];

beforeEach(async () => {
  await openHouse();
  mails = [];
  faults.settings = { RECEIPT_FROM: "receipts@shop.example", MERCHANT_NAME: "Asha & Sons" };
  faults.mailer = async (mail) => {
    mails.push(mail);
    return success(null);
  };
});

afterEach(() => {
  closeHouse();
  vi.restoreAllMocks();
});

async function pay(made: Made, body: object = { instrument: "upi" }): Promise<void> {
  await atGateway(made.link_id, "pay", body);
  await deliverWebhooks();
  await settle(made.order_id);
}

async function paid(change: Record<string, unknown> = {}): Promise<Made> {
  const made = await createLink(change);
  await pay(made);
  return made;
}

interface Status {
  readonly receipt_url: string;
  readonly ready: boolean;
  readonly handed_over: { readonly by: string } | null;
  readonly email: { readonly state: string; readonly next_try_at: string | null } | null;
  readonly code?: string;
}

const status = (id: string) => api<Status>("GET", `/v1/orders/${id}/receipt`);
const wish = (id: string) => api<Status>("POST", `/v1/orders/${id}/receipt`);

async function sentences(id: string): Promise<readonly string[]> {
  const path = `/v1/orders/${id}/timeline`;
  const { body } = await api<{ data: { what: string; text: string }[] }>("GET", path);
  return body.data.filter(({ what }) => what === "receipt").map(({ text }) => text);
}

async function confirmStep(id: string) {
  const { checklist } = await order(id);
  const step = checklist.find(({ step: name }) => name === "confirm");
  return { state: step?.state, by: step?.by };
}

describe("an order that is paid", () => {
  test("has its receipt sent once, to its customer, with the page's address", async () => {
    const made = await paid();
    expect(mails).toHaveLength(1);
    const { receipt_url } = (await status(made.order_id)).body;
    expect(mails[0]).toMatchObject({
      to: "asha@example.com",
      from: { email: "receipts@shop.example", name: "Asha & Sons" },
      subject: "Receipt from Asha & Sons: ₹1,500.00",
    });
    expect(mails[0]?.text).toContain("In words: Rupees one thousand five hundred only");
    expect(mails[0]?.text).toContain(`To print it: ${receipt_url}`);
    expect(mails[0]?.html).toContain("<p>Asha &amp; Sons</p>");
    expect(mails[0]?.html).toContain(`<a href="${receipt_url}">`);
    expect(`${mails[0]?.text}${mails[0]?.html}`).not.toContain("9000000001");
    expect(await confirmStep(made.order_id)).toEqual({ state: "done", by: "e-mail" });
    expect(await sentences(made.order_id)).toEqual([
      "The receipt was sent to the customer by e-mail.",
    ]);

    // Whatever is said of it later.
    await atGateway(made.link_id, "refund", { amount: 50_000 });
    await deliverWebhooks();
    await api("POST", `/v1/orders/${made.order_id}/refresh`);
    pass(25 * HOUR);
    await settle(made.order_id);
    expect(mails).toHaveLength(1);
  });

  test("in parts has it when the last one is there, with all of them", async () => {
    const made = await createLink({ part_payment: true });
    await pay(made, { instrument: "upi", amount: 60_000 });
    expect(mails).toEqual([]);
    pass(MINUTE);
    await pay(made, { instrument: "upi", amount: 90_000 });
    expect(mails).toHaveLength(1);
    expect(mails[0]?.text).toMatch(/UPI: ₹600\.00[\s\S]*UPI: ₹900\.00/);
  });

  test("whose money is only held has none before it is captured", async () => {
    const made = await createLink({ pre_auth: true, allowed_payment_methods: ["CARD"] });
    await atGateway(made.link_id, "authorize", { instrument: "card" });
    await deliverWebhooks();
    await settle(made.order_id);
    expect(mails).toEqual([]);
    await api("POST", `/v1/orders/${made.order_id}/capture`, {
      merchant_capture_reference: "capture-1",
    });
    await deliverWebhooks();
    await settle(made.order_id);
    expect(mails).toHaveLength(1);
  });

  test("long ago, and learned of only now, has none by itself", async () => {
    const made = await createLink();
    await atGateway(made.link_id, "pay", { instrument: "upi" });
    pass(4 * 24 * HOUR);
    await api("POST", `/v1/orders/${made.order_id}/refresh`);
    await settle(made.order_id);
    expect(await order(made.order_id)).toMatchObject({ stage: "paid" });
    expect(mails).toEqual([]);
    expect((await wish(made.order_id)).status).toBe(200);
    expect(mails).toHaveLength(1);
  });

  test("has none where no sender is set, or no way to send", async () => {
    faults.settings = {};
    const one = await paid();
    expect((await wish(one.order_id)).body.code).toBe("receipt_not_configured");
    faults.settings = { RECEIPT_FROM: "receipts@shop.example" };
    faults.mailer = null;
    const other = await paid();
    expect(await wish(other.order_id)).toMatchObject({
      status: 409,
      body: { code: "receipt_not_configured" },
    });
    expect(mails).toEqual([]);
    expect(await confirmStep(other.order_id)).toEqual({ state: "todo", by: null });
  });

  test("without the customer's address has none", async () => {
    const made = await paid({ customer: { mobile_number: "9000000001" } });
    expect(mails).toEqual([]);
    expect(await wish(made.order_id)).toMatchObject({
      status: 422,
      body: { code: "customer_email_unknown" },
    });
  });

  test("and that belongs to no link of ours is somebody else's business, if so set", async () => {
    faults.settings = { ...faults.settings, ORDERS_WITHOUT_LINK: "off" };
    const event = paidEvent("v1-2610150600-aa-recei1");
    const data = { ...event.data, purchase_details: { customer: { email_id: "b@example.com" } } };
    await postWebhook({ ...event, data });
    await settle("v1-2610150600-aa-recei1");
    expect(mails).toEqual([]);
  });
});

describe("POST /v1/orders/{id}/receipt", () => {
  test("sends it again, and not twice for a request that is repeated at once", async () => {
    const made = await paid();
    pass(2 * MINUTE);
    const again = await wish(made.order_id);
    expect(again).toMatchObject({
      status: 200,
      body: { email: { state: "sent", requested_by: "administrator" } },
    });
    expect(await wish(made.order_id)).toMatchObject({ status: 200 });
    expect(mails).toHaveLength(2);
    expect(await sentences(made.order_id)).toContain(
      "administrator asked to send the receipt to the customer.",
    );
  });

  test("of two at once sends one", async () => {
    faults.settings = {};
    const made = await paid();
    faults.settings = { RECEIPT_FROM: "receipts@shop.example" };
    const held = holdMailer(mails);
    const first = wish(made.order_id);
    await held.arrived();
    expect(await wish(made.order_id)).toMatchObject({
      status: 202,
      body: { email: { state: "sending" } },
    });
    held.release();
    expect(await first).toMatchObject({ status: 200, body: { email: { state: "sent" } } });
    expect(mails).toHaveLength(1);
  });

  test("sends none of an order that nothing was paid for, nor of one that nobody knows", async () => {
    const made = await createLink();
    expect(await wish(made.order_id)).toMatchObject({
      status: 422,
      body: { code: "nothing_paid" },
    });
    expect((await wish("v1-2610150600-aa-nobody")).status).toBe(404);
    expect((await status("v1-2610150600-aa-nobody")).status).toBe(404);
    expect((await wish("no order")).status).toBe(404);
  });

  test("takes no address: it goes to nobody but the order's customer", async () => {
    const made = await paid();
    const body = { email: "thief@example.com" };
    const answer = await api<Status>("POST", `/v1/orders/${made.order_id}/receipt`, body);
    expect(answer).toMatchObject({ status: 422, body: { code: "body_invalid" } });
    expect(mails.map(({ to }) => to)).toEqual(["asha@example.com"]);
  });
});

describe("the mail service", () => {
  const REFUSAL = failure({ code: "mail_refused" as const, reason: "E_SENDER_NOT_VERIFIED" });

  test("that refuses is asked again, and when it takes the receipt that is all", async () => {
    let refusals = 2;
    faults.mailer = async (mail) => {
      mails.push(mail);
      refusals -= 1;
      return refusals >= 0 ? REFUSAL : success(null);
    };
    const made = await paid();
    expect(mails).toHaveLength(1);
    expect((await status(made.order_id)).body.email).toMatchObject({ state: "waiting" });
    expect(await confirmStep(made.order_id)).toEqual({ state: "doing", by: "e-mail" });
    pass(MINUTE);
    await settle(made.order_id);
    pass(5 * MINUTE);
    await settle(made.order_id);
    expect(mails).toHaveLength(3);
    expect((await status(made.order_id)).body.email).toMatchObject({ state: "sent" });
    expect((await sentences(made.order_id)).at(0)).toMatch(
      /^The mail service did not take the receipt \(E_SENDER_NOT_VERIFIED\)\. It is sent again at 2031/,
    );
  });

  test("that refuses for a day is given up, and a person is told", async () => {
    faults.mailer = async (mail) => {
      mails.push(mail);
      return REFUSAL;
    };
    const made = await paid();
    for (let hours = 0; hours < 30; hours += 1) {
      pass(HOUR);
      await settle(made.order_id);
    }
    expect(mails).toHaveLength(7);
    expect(await order(made.order_id)).toMatchObject({ attention: ["receipt_not_sent"] });
    expect(await confirmStep(made.order_id)).toEqual({ state: "blocked", by: null });
    faults.mailer = async () => success(null);
    expect((await wish(made.order_id)).status).toBe(200);
    expect(await order(made.order_id)).toMatchObject({ attention: [] });
  });

  test("that hangs holds nothing up, and the receipt is sent once more", async () => {
    faults.mailPatience = 50;
    let hangs = true;
    faults.mailer = async (mail) => {
      mails.push(mail);
      if (hangs) await new Promise(() => {});
      return success(null);
    };
    const made = await paid();
    expect((await api("GET", `/v1/orders/${made.order_id}`)).status).toBe(200);
    expect(mails).toHaveLength(1);
    hangs = false;
    pass(MINUTE);
    await settle(made.order_id);
    pass(HOUR);
    await settle(made.order_id);
    expect(mails).toHaveLength(2);
    expect((await status(made.order_id)).body.email).toMatchObject({ state: "sent" });
  });

  test("that took the receipt of an actor that died then gets one more, and no third", async () => {
    const held = holdMailer(mails);
    const made = await createLink();
    await atGateway(made.link_id, "pay", { instrument: "upi" });
    await deliverWebhooks();
    pass(2_000);
    const rang = settle(made.order_id).catch(() => undefined);
    await held.arrived();
    expect((await status(made.order_id)).body.email).toMatchObject({ state: "sending" });
    await crash();
    await rang;
    held.release();
    faults.mailer = async (mail) => {
      mails.push(mail);
      return success(null);
    };
    // The platform rings an alarm again that did not come to its end; should it not, this wakes it.
    await env.ORDERS.getByName(made.order_id).wake();
    for (let minutes = 0; minutes < 5; minutes += 1) {
      pass(MINUTE);
      await ring(made.order_id);
    }
    expect(mails).toHaveLength(2);
    expect(await confirmStep(made.order_id)).toEqual({ state: "done", by: "e-mail" });
  });

  test.each(["E_RECIPIENT_SUPPRESSED", undefined])(
    "whose refusal is %s is quoted nowhere: it names the customer",
    async (code) => {
      const lines: unknown[] = [];
      vi.spyOn(console, "error").mockImplementation((line: unknown) => lines.push(line));
      const send = async ({ to }: { readonly to: string }): Promise<never> => {
        throw Object.assign(new Error(`no such letter box: ${to}`), { code });
      };
      faults.mailer = openMailer({ ...env, EMAIL: { send } } as Env);
      const made = await paid();
      expect((await status(made.order_id)).body.email).toMatchObject({ state: "waiting" });
      const told = await sentences(made.order_id);
      expect(told).toHaveLength(1);
      expect(told[0]).toContain(code === undefined ? "Nobody knows" : `(${code})`);
      expect(JSON.stringify([lines, told])).not.toContain("asha@example.com");
    },
  );

  test("is handed what a person would send", async () => {
    const sent: unknown[] = [];
    const send = async (mail: unknown) => sent.push(mail);
    faults.mailer = openMailer({ ...env, EMAIL: { send } } as unknown as Env);
    faults.settings = { RECEIPT_FROM: "receipts@shop.example" };
    await paid();
    expect(sent).toEqual([
      expect.objectContaining({
        from: "receipts@shop.example",
        to: "asha@example.com",
        subject: "Receipt: ₹1,500.00",
      }),
    ]);
  });
});
