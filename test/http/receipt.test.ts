// The receipt: for whoever holds its own token, of a payment that was received, and of nothing else.

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import {
  api,
  atGateway,
  closeHouse,
  createLink,
  deliverWebhooks,
  openHouse,
  pass,
  settle,
} from "../actor/house";
import { knock, visit, withOrders } from "./door";

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
