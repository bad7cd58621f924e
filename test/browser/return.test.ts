// A merchant with settings of its own. Back to the shop: the gateway's page is on another site
// (127.0.0.1, where Chukta and the shop are on localhost), so its form POST carries no SameSite=Lax
// cookie; Chukta's 303 makes a GET of it, and the shop's session is there again. Which page is the
// guide's table. And when nobody comes back and no webhook either, the poll finds the payment.
import type { Request } from "playwright-core";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { openShop, SESSION } from "./shop";
import type { Shopper } from "./shopper";
import { useTown } from "./town";

const shop = await openShop();
const town = useTown({
  RETURN_URL: `${shop.origin}/default-thanks?from=settings`,
  FAILURE_RETURN_URL: `${shop.origin}/default-sorry`,
  // So that the schedule itself makes an opened link due in a test's time.
  STUCK_AFTER_SECONDS: "1",
});
afterAll(() => shop.close());

/** Where the gateway's pages are: another site than localhost. */
const checkoutOrigin = () => town.chukta.origin.replace("localhost", "127.0.0.1");

beforeEach(async () => {
  shop.takeArrivals();
  await town.chukta.gateway("POST", "/faults", { checkout_origin: checkoutOrigin() });
});

const thanks = `${shop.origin}/thanks?order=7`;
const sorry = `${shop.origin}/sorry`;

/** A customer who comes from the shop's cart, with a session there, and is about to pay. */
async function sendFromCart(shopper: Shopper, paymentLink: string): Promise<void> {
  await shopper.page.goto(shop.cart(paymentLink));
  await shopper.press("Pay now");
  await shopper.sees("Checkout");
  expect(new URL(shopper.page.url()).origin).toBe(checkoutOrigin());
}

async function inviteToShop(script: boolean): Promise<Shopper> {
  return town.invite({ script, origins: [shop.origin, checkoutOrigin()] });
}

describe("the guide's table: which URL is used", () => {
  const both = { callback_url: thanks, failure_callback_url: sorry };
  type Fields = Readonly<Record<string, string>>;
  const rows: readonly (readonly [string, Fields, string, string, Fields])[] = [
    ["a success goes to callback_url", both, "Pay in full", "/thanks", { order: "7" }],
    ["a failure goes to failure_callback_url", both, "Fail", "/sorry", {}],
    [
      "a failure without one goes to callback_url",
      { callback_url: thanks },
      "Fail",
      "/thanks",
      { order: "7" },
    ],
    [
      "a success without any goes to the default of the settings",
      {},
      "Pay in full",
      "/default-thanks",
      { from: "settings" },
    ],
    [
      "a failure without any goes to the settings' page for failures",
      {},
      "Fail",
      "/default-sorry",
      {},
    ],
  ];
  test.each(rows)("%s", async (_, urls, button, path, query) => {
    const made = await town.chukta.createLink(urls);
    const shopper = await inviteToShop(false);
    await sendFromCart(shopper, made.payment_link);
    await shopper.press(button);
    await shopper.press("Return to shop");
    await shopper.sees("Welcome back");
    const expected = { method: "GET", path, query: { ...query, chukta: made.token } };
    expect(shop.takeArrivals()).toEqual([{ ...expected, session: SESSION, referer: null }]);
  });
});

test("the cross-site POST comes without the shop's cookie, and the 303 brings it back", async () => {
  const made = await town.chukta.createLink({ callback_url: thanks });
  const shopper = await inviteToShop(true);
  const posts: Request[] = [];
  shopper.page.on("request", (request) => {
    if (request.url() === made.callback) posts.push(request);
  });
  await sendFromCart(shopper, made.payment_link);
  // With script the gateway's page posts itself, and the customer only sees the shop again.
  await shopper.press("Pay in full");
  await shopper.sees("Welcome back");

  const [post] = posts;
  expect(posts.map((request) => request.method())).toEqual(["POST"]);
  expect(await post?.allHeaders()).toMatchObject({ "sec-fetch-site": "cross-site" });
  expect(await post?.allHeaders()).not.toHaveProperty("cookie");
  expect((await post?.response())?.status()).toBe(303);
  const arrived = { method: "GET", path: "/thanks", session: SESSION };
  expect(shop.takeArrivals()).toMatchObject([arrived]);
  // The shop asks before it delivers: the redirect proves nothing.
  expect(await town.chukta.verdict(made.token)).toMatchObject({ verdict: "paid", fulfill: true });
});

test("who must wait waits with us, and is sent on once the bank has said yes", async () => {
  const made = await town.chukta.createLink({ callback_url: thanks });
  const shopper = await inviteToShop(false);
  await sendFromCart(shopper, made.payment_link);
  await shopper.press("Keep the bank waiting");
  await shopper.press("Return to shop");
  await shopper.sees("Your payment is being confirmed");
  expect(shop.takeArrivals()).toEqual([]);
  await town.chukta.gateway("POST", `/links/${made.link_id}/pay`);
  await expect
    .poll(async () => (await town.chukta.order(made.order_id)).stage, { timeout: 20_000 })
    .toBe("paid");
  // The page would look again by itself as well; whoever is impatient presses.
  await shopper.press("Check now");
  await shopper.sees("Welcome back");
  expect(shop.takeArrivals()).toMatchObject([{ path: "/thanks", session: SESSION }]);
});

test("a forged redirect is not sent on to the shop's page for success", async () => {
  const made = await town.chukta.createLink({ callback_url: thanks });
  const shopper = await inviteToShop(false);
  const evil = `${made.callback}?status=PROCESSED&order_id=${made.order_id}&callback_url=${thanks}`;
  await shopper.page.goto(evil);
  await shopper.sees("Waiting for your payment");
  expect(shop.takeArrivals()).toEqual([]);
  expect(await town.chukta.order(made.order_id)).toMatchObject({ stage: "awaiting_payment" });
});

test("a payment of which nobody told us is found by the poll", async () => {
  const { chukta } = town;
  await chukta.gateway("POST", "/faults", { webhooks: { drop: true } });
  const made = await chukta.createLink({ callback_url: thanks, failure_callback_url: sorry });
  const shopper = await inviteToShop(false);
  await sendFromCart(shopper, made.payment_link);
  await shopper.press("Fail");
  await shopper.press("Return to shop");
  await shopper.sees("Welcome back");
  // The second try succeeds; the customer closes the window on the gateway's last page.
  await shopper.payAt(made.payment_link, "Pay in full");
  await shopper.sees("Back to the shop");
  await shopper.page.close();

  const cron = async () => {
    await chukta.fireCron();
    return chukta.order(made.order_id);
  };
  await expect.poll(cron, { timeout: 30_000, interval: 250 }).toMatchObject({
    stage: "paid",
    verified_by: "inquiry",
    captured: { value: 150_000, currency: "INR" },
  });
  expect(await chukta.verdict(made.token)).toMatchObject({ verdict: "paid", fulfill: true });
  expect(shop.takeArrivals()).toMatchObject([{ path: "/sorry" }]);
});
