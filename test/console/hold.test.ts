// Held money from the console: captured or released once, with what is released for ever named before.

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { turn } from "../sandbox/gateway";
import {
  api,
  atGateway,
  closeHouse,
  createLink,
  deliverWebhooks,
  openHouse,
  order,
  settle,
} from "../actor/house";
import {
  capture,
  gatewayBooks,
  heldOrder,
  inDashboard,
  inr,
  moves,
  paidOrder,
  readThrice,
  voidOrder,
} from "../actor/money";
import { signInAs } from "./others";
import { fillIn, hiddenFields } from "./money-forms";
import { signInAsAdministrator, textOf, type Visitor } from "./visit";

let visitor: Visitor;
beforeEach(async () => {
  await openHouse();
  visitor = await signInAsAdministrator();
});
afterEach(async () => {
  await api("POST", "/v1/money/resume", { reason: "all is well" });
  closeHouse();
});

const capturePath = (id: string) => `/console/orders/${id}/capture`;
const voidPath = (id: string) => `/console/orders/${id}/void`;
const PART = { what: "part", amount: "1,100" };

async function booksOf(id: string) {
  return (await gatewayBooks()).totals[id];
}

describe("a capture", () => {
  test("of a part names what is released for ever, in figures and words, and happens once", async () => {
    const { order_id } = await heldOrder();
    const asked = await fillIn(visitor, capturePath(order_id), PART);
    const text = textOf(asked.shown.html);
    expect(text).toContain("₹400.00 is released for ever and can not be captured later.");
    expect(text).toContain("₹1,100.00 Rupees one thousand one hundred only");
    expect(text).toContain("₹400.00 Rupees four hundred only");
    const both = await Promise.all([asked.press(), asked.press()]);
    const done = `/console/orders/${order_id}?said=capture_done`;
    expect(both.map(({ location }) => location)).toEqual([done, done]);
    expect((await asked.press()).location).toBe(done);
    expect((await visitor.get(asked.address)).location).toBe(done);
    expect(await booksOf(order_id)).toMatchObject({ captured: 110_000, authorized: 0 });
    expect(await moves()).toBe(1);
  });

  test("of all that is held releases nothing, and says that it can not be taken back", async () => {
    const { order_id } = await heldOrder();
    const asked = await fillIn(visitor, capturePath(order_id), { what: "all" });
    expect(textOf(asked.shown.html)).toContain("A capture can not be taken back.");
    expect(textOf(asked.shown.html)).not.toContain("released for ever and");
    await asked.press();
    expect(await booksOf(order_id)).toMatchObject({ captured: 150_000 });
  });

  test("whose answer was lost is asked about, not sent again", async () => {
    const { order_id } = await heldOrder();
    const asked = await fillIn(visitor, capturePath(order_id), PART);
    await turn({ answers: [{ operation: "order.capture", status: 500, after_work: true }] });
    expect((await asked.press()).location).toContain("said=money_unknown");
    expect((await asked.press()).location).toContain("said=money_unknown");
    await readThrice(order_id);
    expect((await asked.press()).location).toContain("said=capture_done");
    expect(await moves()).toBe(1);
  });

  test("after a colleague's is not done, and says why", async () => {
    const { order_id } = await heldOrder();
    const asked = await fillIn(visitor, capturePath(order_id), PART);
    await capture(order_id, "by-a-colleague");
    const refused = await asked.press();
    expect(refused.status).toBe(409);
    expect(textOf(refused.html)).toContain("The money was taken already.");
    expect(await moves()).toBe(1);
  });

  test("of what was released in the dashboard is refused in plain words", async () => {
    const { order_id } = await heldOrder();
    const asked = await fillIn(visitor, capturePath(order_id), PART);
    await inDashboard(order_id, "void");
    const refused = await asked.press();
    expect(refused.status).toBe(422);
    expect(textOf(refused.html)).toContain("The authorization was released");
    expect(await moves()).toBe(0);
  });

  test("while money is stopped is not sent", async () => {
    const { order_id } = await heldOrder();
    const asked = await fillIn(visitor, capturePath(order_id), PART);
    await api("POST", "/v1/money/stop", { reason: "a key has leaked" });
    const refused = await asked.press();
    expect(refused.status).toBe(409);
    expect(textOf(refused.html)).toContain("Money commands are stopped");
    expect(await moves()).toBe(0);
  });

  test.each([
    ["1,500.01", "That is more than there is: ₹1,500.00 at most."],
    ["0.50", "The gateway moves ₹1.00 at least."],
    ["fifteen", "This is not an amount."],
  ])("of %s is refused beside its field", async (amount, sentence) => {
    const { order_id } = await heldOrder();
    const path = capturePath(order_id);
    const form = await visitor.get(path);
    const fields = { ...hiddenFields(form.html, path), what: "part", amount };
    const shown = await visitor.post(path, fields);
    expect(shown.status).toBe(422);
    expect(textOf(shown.html)).toContain(sentence);
  });
});

describe("a release", () => {
  test("says what is released for ever, and happens once", async () => {
    const { order_id } = await heldOrder();
    const asked = await fillIn(visitor, voidPath(order_id), { reason: "out of stock" });
    expect(textOf(asked.shown.html)).toContain(
      "₹1,500.00 is released for ever and can not be captured later.",
    );
    const both = await Promise.all([asked.press(), asked.press()]);
    expect(both.some(({ location }) => location?.includes("said=void_done"))).toBe(true);
    expect(await booksOf(order_id)).toMatchObject({ authorized: 0, captured: 0 });
    expect(await moves()).toBe(1);
    expect((await order(order_id)).stage).toBe("voided");
    const again = await asked.press();
    expect(again.status).toBe(409);
    expect(textOf(again.html)).toContain("the money was released and is the customer's again");
    expect(await moves()).toBe(1);
  });

  test("is not of a later hold of as much, which nobody was asked about", async () => {
    await turn({ second_part: "new_order" });
    const { link_id } = await createLink({
      pre_auth: true,
      part_payment: true,
      allowed_payment_methods: ["CARD"],
    });
    const hold = async () => {
      const { order_id } = (await atGateway(link_id, "authorize", { amount: 50_000 })).order;
      await deliverWebhooks();
      await settle(order_id, link_id);
      return order_id;
    };
    const first = await hold();
    const asked = await fillIn(visitor, voidPath(link_id), {});
    await voidOrder(first);
    const second = await hold();
    const anew = await asked.press();
    expect(anew.status).toBe(409);
    expect(textOf(anew.html)).toContain(`By the gateway's order: ${first} is now ${second}`);
    expect(await booksOf(second)).toMatchObject({ authorized: 50_000 });
  });

  test("after a colleague captured is not done", async () => {
    const { order_id } = await heldOrder();
    const asked = await fillIn(visitor, voidPath(order_id), {});
    await capture(order_id, "by-a-colleague", { amount: inr(110_000) });
    expect((await asked.press()).status).toBe(409);
    expect(await booksOf(order_id)).toMatchObject({ captured: 110_000 });
  });
});

describe("several gateway orders that hold money", () => {
  test("are chosen from, and the one that is meant is captured", async () => {
    await turn({ second_part: "new_order" });
    const { link_id } = await createLink({
      pre_auth: true,
      part_payment: true,
      allowed_payment_methods: ["CARD"],
    });
    const ids: string[] = [];
    for (const amount of [50_000, 30_000]) {
      ids.push((await atGateway(link_id, "authorize", { amount })).order.order_id);
    }
    await deliverWebhooks();
    await settle(...ids, link_id);
    await settle(...ids, link_id);
    const [home = "", other = ""] = ids;
    const choice = await visitor.get(capturePath(link_id));
    expect(textOf(choice.html)).toContain("Several orders of the gateway hold money.");
    expect(choice.html).toContain(`href="${capturePath(other)}"`);
    const asked = await fillIn(visitor, capturePath(other), { what: "all" });
    expect(textOf(asked.shown.html)).toContain("₹300.00 Rupees three hundred only");
    expect((await asked.press()).location).toContain("said=capture_done");
    expect(await booksOf(other)).toMatchObject({ captured: 30_000 });
    expect(await booksOf(home)).toMatchObject({ captured: 0, authorized: 50_000 });
  });
});

describe("an order that holds nothing", () => {
  test("offers a refund where the money was taken", async () => {
    const { order_id } = await paidOrder();
    const shown = await visitor.get(capturePath(order_id));
    expect(textOf(shown.html)).toContain("The money was taken already.");
    expect(shown.html).toContain(`href="/console/orders/${order_id}/refund"`);
  });

  test("says so where it was released", async () => {
    const { order_id } = await heldOrder();
    await voidOrder(order_id);
    const shown = await visitor.get(voidPath(order_id));
    expect(textOf(shown.html)).toContain("Nothing is held any more");
  });
});

test.each([capturePath, voidPath])("a viewer is refused", async (pathOf) => {
  const { order_id } = await heldOrder();
  const viewer = await signInAs("viewer");
  expect((await viewer.get(pathOf(order_id))).status).toBe(403);
  expect((await viewer.post(pathOf(order_id), { step: "confirm" })).status).toBe(403);
  expect(await moves()).toBe(0);
});
