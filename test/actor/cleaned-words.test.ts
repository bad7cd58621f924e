// What strangers write into errors (law 12): a bank's words about a failed payment, and the exceptions
// that an actor logs, show no account and no number.

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { makeKey } from "../http/scopes";
import { faults } from "../worker";
import { orderEvent, paidEvent } from "./events";
import { api, closeHouse, openHouse, postWebhook, settle } from "./house";

beforeEach(openHouse);
afterEach(() => {
  closeHouse();
  vi.restoreAllMocks();
});

test("an error of a payment shows no account to anybody, nor do its events", async () => {
  const id = "v1-310115060000-aa-Words1";
  const event = orderEvent("ORDER_FAILED", { order_id: id, status: "FAILED", payment: "FAILED" });
  const message = "Collect to asha.k@okbank was declined by 9876543210";
  const [payment] = event.data.payments;
  Object.assign(payment ?? {}, { error_detail: { code: "U30", message } });
  await postWebhook(event);
  await settle(id);
  const { key } = await makeKey(["read", "customer"]);
  const shown = await api("GET", `/v1/orders/${id}`, undefined, key);
  expect(JSON.stringify(shown.body)).toContain("Collect to ••• was declined by •••");
  const told = await api("GET", "/v1/events?limit=200", undefined, key);
  for (const { body } of [shown, told]) {
    expect(JSON.stringify(body)).not.toMatch(/asha\.k|98765/);
  }
});

test("an actor's line about an exception is cleaned as a door's is", async () => {
  const logged = vi.spyOn(console, "error").mockImplementation(() => {});
  faults.translate = () => {
    throw new Error("planted: asha.k@okaxis of 8765432101");
  };
  await postWebhook(paidEvent("v1-310115060000-aa-Words2"));
  expect(String(logged.mock.calls)).toContain("Error: planted: [address] of [number]");
});
