// The webhook was dropped and the customer closed the window: only the poll can find the payment.
// An opened link is asked about STUCK_AFTER_SECONDS after its last change; here that setting, which
// a merchant has as well, is one second, so that the schedule itself makes the order due.
import { expect, test } from "vitest";
import { useTown } from "./town";

const town = useTown({ STUCK_AFTER_SECONDS: "1" });

test("a payment of which nobody told us is found by the poll", async () => {
  const { chukta } = town;
  await chukta.gateway("POST", "/faults", { webhooks: { drop: true } });
  const made = await chukta.createLink();
  const shopper = await town.invite();
  await shopper.payAt(made.payment_link);
  // The customer looked at the link, and a look of ours (the redirect's page, which the shop had
  // linked to) saw that; from here on nothing but the cron asks.
  await shopper.page.goto(made.callback);
  await shopper.sees("Waiting for your payment");
  await shopper.payAt(made.payment_link, "Pay in full");
  await shopper.sees("Back to the shop");
  await shopper.page.close();

  const cron = async () => {
    await chukta.fireCron();
    return chukta.order(made.order_id);
  };
  await expect.poll(cron, { timeout: 30_000, interval: 500 }).toMatchObject({
    stage: "paid",
    verified_by: "inquiry",
    captured: { value: 150_000, currency: "INR" },
  });
  expect(await chukta.verdict(made.token)).toMatchObject({ verdict: "paid", fulfill: true });
  const { messages } = await chukta.gateway<{ messages: readonly { state: string }[] }>(
    "GET",
    "/webhooks",
  );
  expect(messages.length).toBeGreaterThan(0);
  expect(new Set(messages.map(({ state }) => state))).toEqual(new Set(["dropped"]));
});
