// Every way in which a payment can end or not end yet: what the customer reads then, and where the
// ways on from there lead. Nobody in this file runs script.
import { describe, expect, test } from "vitest";
import type { Stage } from "../../src/domain/stage";
import type { MadeLink } from "./chukta";
import { useTown } from "./town";

const town = useTown({ SUPPORT_CONTACT: "help@shop.example" });

const soon = { timeout: 20_000, interval: 50 } as const;

/** Until the webhooks have brought the order there. */
async function reaches(made: MadeLink, stage: Stage): Promise<void> {
  await expect.poll(async () => (await town.chukta.order(made.order_id)).stage, soon).toBe(stage);
}

test("a payment that failed can be tried again, and then succeeds", async () => {
  const made = await town.chukta.createLink();
  const shopper = await town.invite();
  await shopper.payAt(made.payment_link, "Fail", "Return to shop");
  await shopper.sees("The payment did not go through");
  expect(await shopper.readTerms()).toEqual({ Amount: "₹1,500.00", Reference: made.reference });
  await shopper.page.getByRole("link", { name: "help@shop.example" }).waitFor();
  await shopper.expectGoodLooks("failed");
  expect(await town.chukta.verdict(made.token)).toMatchObject({
    verdict: "failed",
    fulfill: false,
  });

  await shopper.press("Try again");
  expect(shopper.page.url()).toBe(made.payment_link);
  await shopper.press("Pay in full");
  await reaches(made, "paid");
  await shopper.press("Return to shop");
  await shopper.sees("Payment received");
});

test("a part leaves the rest due, and the second part pays it", async () => {
  const made = await town.chukta.createLink({ part_payment: true });
  const shopper = await town.invite();
  await shopper.payAt(made.payment_link);
  await shopper.page.getByLabel("A part of it, in rupees").fill("600");
  await shopper.expectGoodLooks("checkout-parts");
  await shopper.press("Pay a part");
  await shopper.press("Return to shop");
  await shopper.sees("Part of the payment is received");
  expect(await shopper.readTerms()).toEqual({
    "Received so far": "₹600.00",
    "Still due": "₹900.00",
    Reference: made.reference,
  });
  await shopper.expectGoodLooks("part-paid");
  expect(await town.chukta.verdict(made.token)).toMatchObject({
    verdict: "part_paid",
    fulfill: false,
  });

  await shopper.press("Pay the rest");
  expect(shopper.page.url()).toBe(made.payment_link);
  await shopper.page.getByText("₹900.00", { exact: true }).waitFor();
  await shopper.press("Pay in full");
  await reaches(made, "paid");
  await shopper.press("Return to shop");
  await shopper.sees("Payment received");
  expect(await shopper.readTerms()).toMatchObject({ "Amount paid": "₹1,500.00" });
});

test("money that is only held is called so, and when it is released as well", async () => {
  const made = await town.chukta.createLink({ pre_auth: true });
  const shopper = await town.invite();
  await shopper.payAt(made.payment_link, "Authorise", "Return to shop");
  await shopper.sees("Payment authorised");
  expect(await shopper.readTerms()).toMatchObject({ "Amount held": "₹1,500.00" });
  await shopper.expectGoodLooks("authorized");
  expect(await town.chukta.verdict(made.token)).toMatchObject({
    verdict: "authorized",
    fulfill: false,
  });

  await shopper.page.goto(`${town.chukta.origin}/sandbox/dashboard/${made.link_id}`);
  await shopper.expectGoodLooks("dashboard-held");
  await shopper.press("Void");
  await reaches(made, "voided");
  await shopper.page.goto(made.callback);
  await shopper.sees("The payment was released");
  await shopper.expectGoodLooks("released");
});

test("money that went back is not called paid", async () => {
  const made = await town.chukta.createLink();
  const shopper = await town.invite();
  await shopper.payAt(made.payment_link, "Pay in full");
  await shopper.page.goto(`${town.chukta.origin}/sandbox/dashboard/${made.link_id}`);
  await shopper.press("Refund");
  await reaches(made, "refunded");
  await shopper.expectGoodLooks("dashboard-refunded");
  await shopper.page.goto(made.callback);
  await shopper.sees("This payment was refunded");
  expect(await shopper.readTerms()).toMatchObject({ Refunded: "₹1,500.00" });
  await shopper.expectGoodLooks("refunded");
});

test("an expired link says so and offers no way to pay", async () => {
  const made = await town.chukta.createLink();
  const shopper = await town.invite();
  await town.chukta.gateway("POST", `/links/${made.link_id}/expire`);
  await shopper.payAt(made.payment_link);
  await shopper.expectGoodLooks("checkout-expired");
  await shopper.page.goto(made.callback);
  await shopper.sees("This payment link has expired");
  expect(await shopper.page.locator(".button").count()).toBe(0);
  await shopper.expectGoodLooks("expired");
});

test("a cancelled link says so and offers no way to pay", async () => {
  const made = await town.chukta.createLink();
  await town.chukta.api("POST", `/v1/links/${made.link_id}/cancel`);
  const shopper = await town.invite();
  await shopper.page.goto(made.callback);
  await shopper.sees("This payment was cancelled");
  expect(await shopper.page.locator(".button").count()).toBe(0);
  await shopper.expectGoodLooks("cancelled");
});

describe("while nobody knows yet", () => {
  test("the page asks again by itself, and becomes the paid one when the bank says yes", async () => {
    await town.chukta.gateway("POST", "/faults", { webhooks: { drop: true } });
    const made = await town.chukta.createLink();
    const shopper = await town.invite();
    await shopper.payAt(made.payment_link, "Keep the bank waiting", "Return to shop");
    await shopper.sees("Your payment is being confirmed");
    await shopper.page.getByText("If you have paid, you do not need to pay again.").waitFor();
    await shopper.expectGoodLooks("pending");
    expect(await town.chukta.order(made.order_id)).toMatchObject({ stage: "payment_initiated" });

    // The bank says yes on another screen; here nobody touches anything any more.
    await town.chukta.gateway("POST", `/links/${made.link_id}/pay`);
    await shopper.sees("Payment received");
    expect(await shopper.readTerms()).toMatchObject({ "Amount paid": "₹1,500.00" });
    expect(await town.chukta.order(made.order_id)).toMatchObject({ verified_by: "inquiry" });
  });

  test("because the gateway is ill, the page speaks from the facts until it is well", async () => {
    const made = await town.chukta.createLink();
    const shopper = await town.invite();
    await shopper.payAt(made.payment_link);
    await shopper.expectGoodLooks("checkout");
    await town.chukta.gateway("POST", "/faults", {
      webhooks: { drop: true },
      answers: [{ operation: "*", times: -1, status: 500 }],
    });
    await shopper.press("Pay in full");
    await shopper.press("Return to shop");
    await shopper.sees("Waiting for your payment");
    await town.chukta.gateway("DELETE", "/faults");
    await shopper.sees("Payment received");
    expect(await town.chukta.order(made.order_id)).toMatchObject({ verified_by: "inquiry" });
  });
});
