// The main job as a person lives it, against what `npm start` runs: a link is made, opened and
// paid; the customer comes back, or somebody lies about it; and the merchant is told what is true.
import { describe, expect, test } from "vitest";
import type { MadeLink } from "./chukta";
import type { Shopper } from "./shopper";
import { useTown } from "./town";

const town = useTown();

const soon = { timeout: 20_000, interval: 50 } as const;

/** The start page's form, as a person fills it in; returns the address of the order's JSON. */
async function makeLink(shopper: Shopper): Promise<string> {
  const { page } = shopper;
  await page.goto(`${town.chukta.origin}/sandbox`);
  await page.getByLabel("Amount in rupees").fill("1499.50");
  await page.getByLabel("Description").fill("A tea pot");
  await shopper.press("Create payment link");
  await page.getByRole("heading", { name: "Your link is ready" }).waitFor();
  await shopper.expectGoodLooks("start-made");
  const address = await page
    .getByRole("link", { name: "the order as JSON" })
    .first()
    .getAttribute("href");
  return `${town.chukta.origin}${address}`;
}

describe("the whole story", () => {
  test.each([
    ["with script", true],
    ["without script", false],
  ])("is lived %s: make a link, pay it, come back, and it is paid", async (_, script) => {
    const shopper = await town.invite({ script });
    const { page } = shopper;
    const orderAddress = await makeLink(shopper);
    await shopper.press("Open the checkout");
    await shopper.sees("Checkout");
    await page.getByText("₹1,499.50", { exact: true }).waitFor();
    await page.getByLabel("UPI", { exact: true }).check();
    await shopper.press("Pay in full");
    // With script the gateway's page posts itself.
    if (!script) {
      await shopper.expectGoodLooks("gateway-return");
      await shopper.press("Return to shop");
    }
    await shopper.sees("Payment received");
    expect(await shopper.readTerms()).toEqual({
      "Amount paid": "₹1,499.50",
      Reference: expect.stringMatching(/^start-[0-9a-f]{8}$/),
    });
    expect(page.url()).toMatch(/\/callback\/[\w-]{24}\.start-[0-9a-f]{8}$/);
    await shopper.expectGoodLooks("paid");

    const readOrder = async () => {
      await page.goto(orderAddress);
      return JSON.parse(await page.locator("pre").innerText()) as unknown;
    };
    // The webhook is on its way by itself; the customer may have been faster.
    await expect.poll(readOrder, soon).toMatchObject({
      stage: "paid",
      verified_by: "webhook",
      captured: { value: 149_950, currency: "INR" },
      discrepancies: [],
    });
  });

  test("begins on a page from which every way leads somewhere", async () => {
    const shopper = await town.invite();
    await makeLink(shopper);
    const links = await shopper.page.locator("a").all();
    const paths = await Promise.all(links.map((link) => link.getAttribute("href")));
    const dead: string[] = [];
    for (const path of new Set(paths)) {
      const response = await fetch(new URL(path ?? "", town.chukta.origin));
      await response.text();
      if (response.status === 404) dead.push(path ?? "");
    }
    expect(dead).toEqual([]);
  });

  test("has no end when the customer closes the window, and begins again from the link", async () => {
    const shopper = await town.invite();
    const made = await town.chukta.createLink();
    await shopper.payAt(made.payment_link, "Abandon");
    await shopper.sees("You left the checkout");
    await shopper.expectGoodLooks("abandoned");
    await shopper.press("Open the link again");
    await shopper.press("Pay in full");
    await shopper.press("Return to shop");
    await shopper.sees("Payment received");
    expect(await town.chukta.order(made.order_id)).toMatchObject({ stage: "paid" });
  });
});

describe("the redirect alone", () => {
  test("brings the truth when the webhook never came", async () => {
    await town.chukta.gateway("POST", "/faults", { webhooks: { drop: true } });
    const shopper = await town.invite();
    const made = await town.chukta.createLink();
    await shopper.payAt(made.payment_link, "Pay in full");
    expect(await town.chukta.order(made.order_id)).toMatchObject({ stage: "awaiting_payment" });
    await shopper.press("Return to shop");
    await shopper.sees("Payment received");
    expect(await town.chukta.order(made.order_id)).toMatchObject({
      stage: "paid",
      verified_by: "inquiry",
      discrepancies: [],
    });
  });

  test("without a token says what is true in words, and nothing about whose it is", async () => {
    const { order } = await town.chukta.gateway<{ order: { order_id: string } }>(
      "POST",
      "/orders",
      { amount: 25_000 },
    );
    const { redirect } = await town.chukta.gateway<{
      redirect: { url: string; fields: Record<string, string> };
    }>("POST", `/orders/${order.order_id}/pay`);
    expect(redirect.url).toBe(`${town.chukta.origin}/callback`);
    const shopper = await town.invite();
    await bring(shopper, redirect.url, redirect.fields);
    await shopper.sees("Payment received");
    expect(await shopper.page.locator("main").innerText()).not.toMatch(/₹|v1-/);
    await shopper.expectGoodLooks("paid-without-token");
  });
});

/** A page of anybody's that posts these fields there, as the gateway's own page does. */
async function bring(
  shopper: Shopper,
  address: string,
  fields: Readonly<Record<string, string>>,
): Promise<void> {
  const inputs = Object.entries(fields).map(
    ([name, value]) => `<input type="hidden" name="${name}" value="${value}">`,
  );
  await shopper.page.goto("about:blank");
  await shopper.page.setContent(
    `<form method="post" action="${address}">${inputs.join("")}<button>Go</button></form>`,
  );
  await shopper.press("Go");
}

describe("a forged redirect", () => {
  async function expectUnpaid(made: MadeLink, stage: string): Promise<void> {
    expect(await town.chukta.order(made.order_id)).toMatchObject({
      stage,
      captured: { value: 0 },
      payments: [],
    });
    expect(await town.chukta.verdict(made.token)).toMatchObject({
      verdict: "pending",
      fulfill: false,
    });
  }

  test("that says PROCESSED of an unpaid order is told that it is not", async () => {
    const made = await town.chukta.createLink();
    const shopper = await town.invite();
    await bring(shopper, made.callback, { order_id: made.order_id, status: "PROCESSED" });
    await shopper.sees("Waiting for your payment");
    await shopper.page.getByText("We have not received confirmation from the bank yet.").waitFor();
    await shopper.expectGoodLooks("waiting");
    await expectUnpaid(made, "awaiting_payment");
    // The way to pay is still there.
    await shopper.press("Open the payment page");
    await shopper.sees("Checkout");
  });

  test("with a wrong signature is kept as a discrepancy", async () => {
    const made = await town.chukta.createLink();
    const shopper = await town.invite();
    await bring(shopper, made.callback, {
      order_id: made.order_id,
      status: "PROCESSED",
      signature: "AB".repeat(32),
    });
    await shopper.sees("Waiting for your payment");
    await expectUnpaid(made, "awaiting_payment");
    const { discrepancies } = await town.chukta.order(made.order_id);
    expect(discrepancies.map(({ type }) => type)).toEqual(["redirect_signature_invalid"]);
  });

  test("of a paid order's fields collects nothing under another link's address", async () => {
    const paid = await town.chukta.createLink();
    const { redirect } = await town.chukta.gateway<{
      redirect: { fields: Record<string, string> };
    }>("POST", `/links/${paid.link_id}/pay`);
    const other = await town.chukta.createLink();
    const shopper = await town.invite();
    await bring(shopper, other.callback, redirect.fields);
    await shopper.sees("Waiting for your payment");
    expect(await shopper.page.content()).not.toContain(paid.reference);
    await expectUnpaid(other, "awaiting_payment");
  });

  test("to an address that nobody has is told so", async () => {
    const shopper = await town.invite();
    const address = `${town.chukta.origin}/callback/${"A".repeat(24)}.shop-1`;
    await bring(shopper, address, { status: "PROCESSED" });
    await shopper.sees("We do not know this payment");
    await shopper.expectGoodLooks("unknown");
    // The browser's own word about the page's status, and nothing else.
    expect(shopper.takeComplaints()).toEqual([expect.stringContaining("404 (Not Found)")]);
  });
});
