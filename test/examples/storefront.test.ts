// The storefront of examples/ as a customer lives it, in a real browser, against what `npm start` runs:
// who pays gets the tea once, with however many tabs; who does not pay gets none, whatever the address says.
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { OrderView } from "../../src/domain/order-view";
import type { Shopper } from "../browser/shopper";
import { useTown } from "../browser/town";
import { Road } from "./road";
import { Shop } from "./shop";

const town = useTown();
let road: Road;
let shop: Shop;

beforeAll(async () => {
  road = await Road.open(town.chukta.origin);
  shop = await Shop.open(road.origin);
});
afterEach(() => {
  road.trouble = () => null;
});
afterAll(async () => {
  await shop?.close();
  await road?.close();
});

const soon = { timeout: 20_000, interval: 50 } as const;
const nothing = { deliveries: 0, reported: false };
const once = { deliveries: 1, reported: true };

interface Ordered {
  readonly shopper: Shopper;
  readonly reference: string;
  /** The order's page at the shop. */
  readonly page: string;
}

/** A new customer orders two packets and stands before the button "Pay now". */
async function order(): Promise<Ordered> {
  const shopper = await town.invite({ origins: [shop.origin] });
  await shopper.page.goto(shop.origin);
  await shopper.sees("Darjeeling tea");
  await shopper.page.getByLabel("How many").selectOption("2");
  await shopper.page.getByLabel("Your e-mail").fill("asha@example.com");
  await shopper.press("Order");
  await shopper.sees("Your order");
  const page = shopper.page.url();
  return { shopper, page, reference: page.slice(page.lastIndexOf("/") + 1) };
}

const stateOf = async (reference: string): Promise<OrderView> =>
  town.chukta.api("GET", `/v1/orders/reference/${reference}`);

/** Once: in the shop's books, and as Chukta knows it. */
async function expectDelivered(reference: string): Promise<void> {
  await expect.poll(() => shop.read(reference), soon).toEqual(once);
  const { fulfillment } = await stateOf(reference);
  expect(fulfillment).toMatchObject({ state: "done", by: "storefront" });
  expect(fulfillment.claims.map(({ state }) => state)).toEqual(["done"]);
}

test("who orders and pays comes back to an order that is paid and delivered", async () => {
  const { shopper, reference, page } = await order();
  await shopper.expectGoodLooks("shop-order");
  await shopper.press("Pay now");
  await shopper.sees("Checkout");
  await shopper.page.getByText("₹998.00", { exact: true }).waitFor();
  await shopper.press("Pay in full");
  await shopper.press("Return to shop");
  await shopper.sees("Paid and delivered");
  expect(shopper.page.url()).toContain(`${page}?chukta=`);
  expect(await shopper.readTerms()).toEqual({
    "Darjeeling tea, 100 g": "2",
    Amount: "₹998.00",
    Order: reference,
  });
  await shopper.expectGoodLooks("shop-delivered");
  await expectDelivered(reference);
});

test("many tabs at once are told the same, and the tea goes out once", async () => {
  const { shopper, reference, page } = await order();
  await shopper.press("Pay now");
  // The customer closes the window on the gateway's last page: nobody has come back yet.
  await shopper.press("Pay in full");
  await shopper.sees("Back to the shop");
  expect(shop.read(reference)).toEqual(nothing);
  const context = shopper.page.context();
  const tabs = await Promise.all(Array.from({ length: 6 }, () => context.newPage()));
  await Promise.all(tabs.map((tab) => tab.goto(page)));
  const headings = await Promise.all(tabs.map((tab) => tab.locator("h1").innerText()));
  expect(headings).toEqual(tabs.map(() => "Paid and delivered"));
  await expectDelivered(reference);
});

test("who has not paid yet is told so, and gets the tea once the bank has said yes", async () => {
  const { shopper, reference, page } = await order();
  await shopper.press("Pay now");
  await shopper.press("Keep the bank waiting");
  await shopper.page.goto(page);
  await shopper.sees("Waiting for your payment");
  await shopper.expectGoodLooks("shop-pending");
  expect(await shopper.page.locator('meta[http-equiv="refresh"]').count()).toBe(1);
  expect(shop.read(reference)).toEqual(nothing);

  const { link } = await stateOf(reference);
  await town.chukta.gateway("POST", `/links/${link?.payment_link_id}/pay`);
  // The page would look again by itself; whoever is impatient presses.
  await shopper.press("Look again");
  await shopper.sees("Paid and delivered");
  await expectDelivered(reference);
});

test("who failed to pay is told so, gets no tea, and can try again", async () => {
  const { shopper, reference } = await order();
  await shopper.press("Pay now");
  await shopper.press("Fail");
  await shopper.press("Return to shop");
  await shopper.sees("The payment did not go through");
  await shopper.expectGoodLooks("shop-failed");
  expect(shop.read(reference)).toEqual(nothing);
  await shopper.press("Try again");
  await shopper.sees("Checkout");
  await shopper.press("Pay in full");
  await shopper.press("Return to shop");
  await shopper.sees("Paid and delivered");
  await expectDelivered(reference);
});

test("an address that says that it is paid is not believed", async () => {
  const { shopper, reference, page } = await order();
  await shopper.press("Pay now");
  await shopper.sees("Checkout");
  await shopper.page.goto(`${page}?status=paid&verdict=paid&fulfill=true`);
  await shopper.sees("Waiting for your payment");
  await shopper.page.goto(`${page}?chukta=${"A".repeat(24)}.${reference}`);
  await shopper.sees("This is not the payment of this order");
  expect(shop.read(reference)).toEqual(nothing);
});

test("the token of another order that is paid collects nothing", async () => {
  const paid = await order();
  await paid.shopper.press("Pay now");
  await paid.shopper.press("Pay in full");
  await paid.shopper.press("Return to shop");
  await paid.shopper.sees("Paid and delivered");
  const token = new URL(paid.shopper.page.url()).searchParams.get("chukta");

  const { shopper, reference, page } = await order();
  // Before it has a link of its own, and after.
  for (const act of ["order", "pay"]) {
    await shopper.page.goto(`${page}?chukta=${token}`);
    await shopper.sees("This is not the payment of this order");
    if (act === "order") {
      await shopper.page.goto(page);
      await shopper.press("Pay now");
      await shopper.sees("Checkout");
    }
  }
  expect(shop.read(reference)).toEqual(nothing);
  await expectDelivered(paid.reference);
});

test("an order that nobody made is not there", async () => {
  const shopper = await town.invite({ origins: [shop.origin] });
  await shopper.page.goto(`${shop.origin}/orders/shop-1?chukta=anything`);
  await shopper.sees("Darjeeling tea");
  expect(shopper.takeComplaints()).toEqual([expect.stringContaining("404 (Not Found)")]);
});

test("a lost answer makes no second link and no second delivery", async () => {
  const { shopper, reference, page } = await order();
  road.trouble = () => "answer_lost";
  await shopper.press("Pay now");
  await shopper.sees("We can not do this right now");
  road.trouble = () => null;
  await shopper.page.goto(page);
  await shopper.press("Pay now");
  await shopper.press("Pay in full");
  road.trouble = () => "answer_lost";
  await shopper.press("Return to shop");
  await shopper.sees("We can not do this right now");
  expect(shop.read(reference)).toEqual(nothing);
  road.trouble = () => null;
  await shopper.page.reload();
  await shopper.sees("Paid and delivered");
  await expectDelivered(reference);
  expect((await stateOf(reference)).links).toHaveLength(1);
  expect(shopper.takeComplaints()).toEqual([
    expect.stringContaining("503 (Service Unavailable)"),
    expect.stringContaining("503 (Service Unavailable)"),
  ]);
});

test("a shop that is killed before it told of a delivery tells of it when it is back", async () => {
  const { shopper, reference } = await order();
  await shopper.press("Pay now");
  await shopper.press("Pay in full");
  road.trouble = (path) => (path.endsWith("/fulfillment") ? "unavailable" : null);
  await shopper.press("Return to shop");
  await shopper.sees("Paid and delivered");
  expect(shop.read(reference)).toEqual({ deliveries: 1, reported: false });
  await shop.crash();
  road.trouble = () => null;
  await shop.start();
  await expectDelivered(reference);
});
