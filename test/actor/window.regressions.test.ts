// What the authorization window once got wrong: captures that were sent again at once, holds that kept
// others from their capture, and a setting that came too late to be heard.

import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, test } from "vitest";
import { orderActor } from "../../src/actor/peers";
import type { TimelineEntry } from "../../src/actor/rpc";
import { HOUR, MINUTE, SECOND } from "../../src/domain/schedule";
import { ask, turn } from "../sandbox/gateway";
import { faults } from "../worker";
import { orderEvent } from "./events";
import {
  armed,
  atGateway,
  closeHouse,
  createLink,
  deliverWebhooks,
  type Made,
  openHouse,
  order,
  pass,
  postWebhook,
  ring,
  settle,
} from "./house";

beforeEach(openHouse);
afterEach(closeHouse);

async function held(): Promise<Made> {
  const made = await createLink({ pre_auth: true });
  await atGateway(made.link_id, "authorize", { instrument: "card" });
  await deliverWebhooks();
  await settle(made.order_id, made.link_id);
  return made;
}

/** Moves the clock to so long before the end of the order's window. */
async function goTo({ order_id }: Made, before: number): Promise<void> {
  const end = Date.parse((await order(order_id)).capture_by ?? "");
  pass(end - before + SECOND - Date.now());
}

async function count(operation: string): Promise<number> {
  return (await ask("GET", "/sandbox/requests")).body.counts[operation] ?? 0;
}

async function timeline({ order_id }: Made): Promise<readonly TimelineEntry[]> {
  const reading = await orderActor(env, order_id).readTimeline();
  return reading.kind === "found" ? reading.value : [];
}

test("a capture that a wrong setting has refused waits, whatever is heard meanwhile", async () => {
  faults.settings = { AUTO_CAPTURE: "before_deadline" };
  const made = await held();
  const body = '{"code":"NOT_FOUND","message":"no route"}';
  await turn({ answers: [{ operation: "order.capture", status: 404, times: -1, body }] });
  await goTo(made, 2 * HOUR);
  for (let rung = 0; rung < 3; rung += 1) await ring(made.order_id);
  expect(await count("order.capture")).toBe(1);
  await orderActor(env, made.order_id).poll(5_000);
  await ring(made.order_id);
  expect(await count("order.capture")).toBe(1);
  expect((await armed(made.order_id)) ?? 0).toBeGreaterThan(Date.now() + MINUTE);
  pass(3 * MINUTE);
  await ring(made.order_id);
  expect(await count("order.capture")).toBe(2);
  await turn({ answers: [] });
  pass(30 * MINUTE);
  await ring(made.order_id);
  expect(await order(made.order_id)).toMatchObject({ captured: { value: 150_000 } });
});

test.each([
  ["before", "v1-0-aa-stray", ["gateway unavailable"]],
  // Nothing is left to take of it, so nothing of it fails.
  ["after", "v1-9-aa-stray", []],
])("a hold that the gateway does not show, %s another, starves it not", async (_, stray, why) => {
  faults.settings = { AUTO_CAPTURE: "before_deadline" };
  const made = await held();
  const { reference } = made;
  const end = Date.parse((await order(made.order_id)).capture_by ?? "");
  const status = "AUTHORIZED";
  const snapshot = { order_id: stray, status, payment: status, reference };
  await postWebhook(orderEvent("ORDER_AUTHORIZED", snapshot));
  for (let round = 0; round < 2; round += 1) await settle(stray, made.order_id);
  expect((await order(made.order_id)).order_ids).toContain(stray);
  pass(end - 2 * HOUR + SECOND - Date.now());
  for (let round = 0; round < 10; round += 1) {
    await ring(made.order_id);
    pass(5 * MINUTE);
  }
  expect(await count("order.capture")).toBe(1);
  expect(await order(made.order_id)).toMatchObject({ captured: { value: 150_000 } });
  const failed = (await timeline(made)).filter(({ text }) =>
    text.includes("could not be captured"),
  );
  expect(failed.map(({ text }) => text)).toEqual(
    why.map((one) => `Order ${stray} could not be captured by itself: ${one}. It is tried again.`),
  );
});

test("a setting that is switched on after the last alert is heard, and asks nobody before", async () => {
  const made = await held();
  await goTo(made, 6 * HOUR);
  await ring(made.order_id);
  const asked = await count("order.get");
  for (let round = 0; round < 5; round += 1) {
    pass(30 * MINUTE);
    await ring(made.order_id);
  }
  expect(await count("order.get")).toBe(asked);
  faults.settings = { AUTO_CAPTURE: "before_deadline" };
  for (let round = 0; round < 5; round += 1) {
    pass(30 * MINUTE);
    await ring(made.order_id);
  }
  expect(await count("order.capture")).toBe(1);
});
