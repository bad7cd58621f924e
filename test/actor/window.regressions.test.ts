// What the authorization window once got wrong: captures that were sent again at once, holds that kept
// others from their capture, and a setting that came too late to be heard.

import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, test } from "vitest";
import { orderActor } from "../../src/actor/peers";
import { HOUR, MINUTE, SECOND } from "../../src/domain/schedule";
import { ask, turn } from "../sandbox/gateway";
import { faults } from "../worker";
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
