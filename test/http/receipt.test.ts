// The receipt: for whoever holds its own token, of a payment that was received, and of nothing else.

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  api,
  atGateway,
  closeHouse,
  createLink,
  deliverWebhooks,
  openHouse,
  order,
  pass,
  postWebhook,
  settle,
} from "../actor/house";
import { orderEvent, paidEvent } from "../actor/events";
import { turn } from "../sandbox/gateway";
import { call, expectProblem, knock, visit, withOrders } from "./door";
import { lacking } from "./scopes";

beforeEach(openHouse);
afterEach(() => {
  closeHouse();
  vi.restoreAllMocks();
});

interface Urls {
  readonly receipt_url: string;
  readonly token: string;
}

async function receiptOf(linkId: string): Promise<string> {
  const { body } = await api<Urls>("GET", `/v1/links/${linkId}`);
  return new URL(body.receipt_url).pathname;
}

test("shows what was received and what went back, and nothing about the customer", async () => {
  const made = await createLink();
  const address = await receiptOf(made.link_id);
  const before = await (await knock(address)).text();
  expect(before).toContain("There is no receipt yet");
  await atGateway(made.link_id, "pay", { instrument: "upi" });
  await atGateway(made.link_id, "refund", { amount: 50_000 });
  await deliverWebhooks();
  await settle(made.order_id);
  const page = await knock(address);
  const text = await page.text();
  expect(page.status).toBe(200);
  expect(text).toContain("₹1,500.00");
  expect(text).toContain("₹500.00");
  expect(text).toContain(made.reference);
  expect(text).toContain("not a tax invoice");
  expect(text).not.toContain("asha@example.com");
  expect(text).not.toContain("9000000001");
  expect(page.headers.get("content-security-policy")).toContain("default-src 'none'");
});

/** What the page says, without its markup. */
async function read(address: string): Promise<string> {
  const html = await (await knock(address)).text();
  return html.replaceAll(/<[^>]*>/g, " ").replaceAll(/\s+/g, " ");
}

async function pay(linkId: string, amount: number): Promise<void> {
  await atGateway(linkId, "pay", { instrument: "upi", amount });
  await deliverWebhooks();
}

test("says the amount in words, each instalment with its date, and what is still due", async () => {
  const made = await createLink({ part_payment: true });
  const address = await receiptOf(made.link_id);
  await pay(made.link_id, 60_000);
  await settle(made.order_id);
  const part = await read(address);
  expect(part).toContain("Receipt for a part");
  expect(part).toContain("Amount received ₹600.00 In words Rupees six hundred only");
  expect(part).toContain("Still due ₹900.00");
  // A part of the money is no receipt that was handed over.
  expect(await confirmStep(made.order_id)).toMatchObject({ state: "not_applicable" });

  pass(60 * 60_000);
  await pay(made.link_id, 90_000);
  await settle(made.order_id);
  const whole = await read(address);
  expect(whole).toContain("Rupees one thousand five hundred only");
  expect(whole).not.toContain("Still due");
  expect(whole).toMatch(
    /UPI 15 January 2031 at 1\d:30 IST, bank reference \d+ ₹600\.00 UPI 15 January 2031 at 1\d:30 IST, bank reference \d+ ₹900\.00/,
  );
  expect(await confirmStep(made.order_id)).toMatchObject({ state: "done", by: "receipt page" });
});

test("says how each refund stands", async () => {
  const made = await createLink();
  await pay(made.link_id, 150_000);
  await settle(made.order_id);
  const address = await receiptOf(made.link_id);
  await api("POST", `/v1/orders/${made.order_id}/refunds`, {
    merchant_refund_reference: "refund-1",
    amount: { value: 40_000, currency: "INR" },
  });
  expect(await read(address)).toContain("Refunds Refunded 15 January 2031");
  await deliverWebhooks();
  await api("POST", `/v1/orders/${made.order_id}/refresh`);
  await settle(made.order_id);
  const page = await read(address);
  expect(page).toContain("Receipt, partly refunded");
  expect(page).toContain("Refunded ₹400.00 Reference");
  await api("POST", `/v1/orders/${made.order_id}/refunds`, {
    merchant_refund_reference: "refund-2",
  });
  await deliverWebhooks();
  await api("POST", `/v1/orders/${made.order_id}/refresh`);
  expect(await read(address)).toContain("Receipt, refunded");
});

test("names the merchant, its GSTIN and whom to ask", async () => {
  const made = await createLink();
  await pay(made.link_id, 150_000);
  await settle(made.order_id);
  const address = await receiptOf(made.link_id);
  const merchant = {
    name: "Asha & Sons",
    gstin: "22AAAAA0000A1Z5",
    support_contact: "help@shop.example",
    time_zone: "UTC",
  };
  const page = await visit(
    (doors) => ({ ...doors, config: { ...doors.config, merchant } }),
    address,
  );
  const text = await page.text();
  expect(text).toContain("Asha &amp; Sons");
  expect(text).toContain("22AAAAA0000A1Z5");
  expect(text).toContain("mailto:help@shop.example");
  expect(text).toMatch(/15 January 2031 at \d\d:\d\d UTC/);
});

describe("the receipt is handed over", () => {
  const sawIt = async (id: string): Promise<readonly string[]> => {
    const { body } = await api<{ readonly data: readonly { readonly text: string }[] }>(
      "GET",
      `/v1/orders/${id}/timeline`,
    );
    return body.data.map(({ text }) => text).filter((text) => text === "The receipt was opened.");
  };

  test("when it is opened the first time", async () => {
    const made = await createLink();
    const address = await receiptOf(made.link_id);
    await knock(address);
    expect(await sawIt(made.order_id)).toEqual([]);
    await pay(made.link_id, 150_000);
    await settle(made.order_id);
    expect(await confirmStep(made.order_id)).toMatchObject({ state: "todo" });
    const { checked_at } = await order(made.order_id);
    await knock(address);
    pass(60_000);
    await knock(address);
    expect(await sawIt(made.order_id)).toHaveLength(1);
    expect(await confirmStep(made.order_id)).toMatchObject({
      state: "done",
      by: "receipt page",
      at: new Date(Date.now() - 60_000).toISOString(),
    });
    // Nobody was asked for it.
    expect(await order(made.order_id)).toMatchObject({ checked_at });
  });

  test("and not when it is only looked for, or fetched in case it is wanted", async () => {
    const made = await createLink();
    await pay(made.link_id, 150_000);
    await settle(made.order_id);
    const address = await receiptOf(made.link_id);
    expect((await knock(address, { method: "HEAD" })).status).toBe(200);
    await knock(address, { headers: { "sec-purpose": "prefetch;prerender" } });
    await knock(address, { headers: { purpose: "prefetch" } });
    expect(await sawIt(made.order_id)).toEqual([]);
  });

  test("and shown although that can not be noted", async () => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    const made = await createLink();
    await pay(made.link_id, 150_000);
    await settle(made.order_id);
    const noteReceiptOpened = () => Promise.reject(new Error("planted"));
    const address = await receiptOf(made.link_id);
    const page = await visit((doors) => withOrders(doors, { noteReceiptOpened }), address);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain("₹1,500.00");
  });
});

test("a key without the scope fulfill sees where it is, and sends it to nobody", async () => {
  const made = await createLink();
  const path = `/v1/orders/${made.order_id}/receipt`;
  await lacking("fulfill", async () => {
    await expectProblem(await call("POST", path), 403, "scope_missing");
    expect((await call("GET", path)).status).toBe(200);
  });
  await lacking("read", async () => {
    await expectProblem(await call("GET", path), 403, "scope_missing");
  });
  await expectProblem(await call("GET", `${path}?page=1`), 400, "query_invalid");
  await expectProblem(await call("POST", `${path}?page=1`), 400, "query_invalid");
});

describe("an order that came without us", () => {
  const ID = "v1-310115060000-aa-alone1";

  async function receiptUrl(id: string): Promise<string> {
    const { body } = await api<{ receipt_url: string }>("GET", `/v1/orders/${id}/receipt`);
    return new URL(body.receipt_url).pathname;
  }

  test("has a receipt of its own, under one address for ever", async () => {
    await postWebhook(paidEvent(ID));
    await settle(ID);
    const address = await receiptUrl(ID);
    expect(address).toMatch(new RegExp(`^/receipt/[A-Za-z0-9_-]{24}~${ID}$`));
    expect(await receiptUrl(ID)).toBe(address);
    expect(await read(address)).toContain("Amount received ₹500.00");
    expect(await confirmStep(ID)).toMatchObject({ state: "done", by: "receipt page" });
  });

  test("opens it to nobody who guesses", async () => {
    await postWebhook(paidEvent(ID));
    await settle(ID);
    const guess = `/receipt/${"A".repeat(24)}~${ID}`;
    expect((await knock(guess)).status).toBe(404);
    const address = await receiptUrl(ID);
    expect((await knock(address.replace(ID, "v1-310115060000-aa-other1"))).status).toBe(404);
    expect((await knock(guess)).status).toBe(404);
    const token = address.replace("/receipt/", "");
    expect((await knock(`/v1/verdicts/${token}`)).status).toBe(404);
    expect((await knock(`/callback/${token}`)).status).toBe(404);
  });

  test("keeps its address when it turns out to be a part of another", async () => {
    await turn({ second_part: "new_order" });
    const made = await createLink({ part_payment: true });
    await pay(made.link_id, 60_000);
    await settle(made.order_id, made.link_id);
    const { order: second } = await atGateway(made.link_id, "pay", {
      instrument: "upi",
      amount: 90_000,
    });
    // The first word of it names no payment and no link.
    const word = { order_id: second.order_id, status: "PROCESSED", amount: 90_000 };
    await postWebhook(orderEvent("ORDER_PROCESSED", word));
    const address = await receiptUrl(second.order_id);
    expect(address).toContain(`~${second.order_id}`);
    await deliverWebhooks();
    await settle(second.order_id, made.order_id, made.link_id);
    await settle(made.order_id);
    expect((await order(second.order_id)).id).toBe(made.order_id);
    expect(await read(address)).toContain("Amount received ₹1,500.00");
    expect(await receiptUrl(second.order_id)).toBe(await receiptOf(made.link_id));
  });

  test("of a link has the address of that link", async () => {
    const made = await createLink({ part_payment: true });
    await pay(made.link_id, 60_000);
    await settle(made.order_id, made.link_id);
    const address = await receiptUrl(made.order_id);
    expect(address).toBe(await receiptOf(made.link_id));
  });
});

async function confirmStep(id: string) {
  return (await order(id)).checklist.find(({ step }) => step === "confirm");
}

test("an authorization is no receipt", async () => {
  const made = await createLink({ pre_auth: true, allowed_payment_methods: ["CARD"] });
  await atGateway(made.link_id, "authorize", { instrument: "card" });
  await deliverWebhooks();
  pass(11_000);
  await settle(made.order_id);
  const page = await knock(await receiptOf(made.link_id));
  expect(await page.text()).toContain("There is no receipt yet");
});

test("the redirect's token opens no receipt, and the receipt's token asks for no verdict", async () => {
  const made = await createLink();
  const receipt = (await receiptOf(made.link_id)).replace("/receipt/", "");
  expect((await knock(`/receipt/${made.token}`)).status).toBe(404);
  expect((await knock(`/v1/verdicts/${receipt}`)).status).toBe(404);
  expect((await knock(`/callback/${receipt}`)).status).toBe(404);
  expect((await knock("/receipt/nonsense")).status).toBe(404);
});

test("an actor that does not answer is a page that says so", async () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  const made = await createLink();
  const find = () => Promise.reject(new Error("planted"));
  const address = await receiptOf(made.link_id);
  const response = await visit((doors) => withOrders(doors, { find }), address);
  expect(response.status).toBe(503);
  expect(await response.text()).toContain("We can not look up your payment right now");
});

test("receipts have a limit of their own, which a malformed token does not touch", async () => {
  const headers = { "cf-connecting-ip": "192.0.2.77" };
  const statuses = async (path: string): Promise<readonly number[]> => {
    const all: number[] = [];
    // Of so many, more than thirty fall into one of the platform's own minutes, which are real ones.
    for (let count = 0; count < 61; count += 1) all.push((await knock(path, { headers })).status);
    return [...new Set(all)];
  };
  expect(await statuses("/receipt/nothing")).toEqual([404]);
  expect(await statuses(`/receipt/${"A".repeat(24)}~v1-310115060000-aa-Nobody`)).toEqual([
    404, 429,
  ]);
  const redirected = await knock(`/callback/${"A".repeat(24)}.nobody-1`, { headers });
  expect(redirected.status).toBe(404);
});
