// A refund from the console: asked once more, moved exactly once, and told in plain words however it ends.

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
import { gatewayBooks, inr, moves, paidOrder, readThrice, refund } from "../actor/money";
import { fillIn, hiddenFields, openConfirmation } from "./money-forms";
import { signInAs } from "./others";
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

const PART = { what: "part", amount: "₹500.00", reason: "torn sleeve" };

const pathOf = (id: string) => `/console/orders/${id}/refund`;

async function refundedAtGateway(id: string): Promise<number | undefined> {
  return (await gatewayBooks()).totals[id]?.refunded;
}

describe("a part of an order", () => {
  test("is asked once more in figures and words, and moved once", async () => {
    const { order_id } = await paidOrder();
    const path = pathOf(order_id);
    const asked = await fillIn(visitor, path, PART);
    const text = textOf(asked.shown.html);
    expect(text).toContain("₹500.00 Rupees five hundred only");
    expect(text).toContain("Can still be refunded afterwards ₹1,000.00");
    expect(text).toContain("asha@example.com");
    expect(text).toContain("A refund can not be taken back.");
    expect(await moves()).toBe(0);

    const done = await asked.press();
    expect(done).toMatchObject({
      status: 303,
      location: `/console/orders/${order_id}?said=refund_done`,
    });
    expect(await refundedAtGateway(order_id)).toBe(50_000);
    const shown = await order(order_id);
    expect(shown.refunds).toMatchObject([
      { reason: "torn sleeve", requested_by: "administrator", amount: inr(50_000) },
    ]);
  });

  test("moves once when its button is pressed twice at once", async () => {
    const { order_id } = await paidOrder();
    const asked = await fillIn(visitor, pathOf(order_id), PART);
    const [first, second] = await Promise.all([asked.press(), asked.press()]);
    expect([first.location, second.location]).toEqual([
      `/console/orders/${order_id}?said=refund_done`,
      `/console/orders/${order_id}?said=refund_done`,
    ]);
    expect(await moves()).toBe(1);
    expect(await refundedAtGateway(order_id)).toBe(50_000);
  });

  test("shows its outcome when it is sent again, opened again, or reached by Back", async () => {
    const { order_id } = await paidOrder();
    const asked = await fillIn(visitor, pathOf(order_id), PART);
    const first = await asked.press();
    expect((await asked.press()).location).toBe(first.location);
    expect(await visitor.get(asked.address)).toMatchObject({
      status: 303,
      location: first.location,
    });
    expect(await moves()).toBe(1);
  });

  test("is asked anew after Back and another amount, with what the first one changed", async () => {
    const { order_id } = await paidOrder();
    await (await fillIn(visitor, pathOf(order_id), PART)).press();
    const again = await fillIn(visitor, pathOf(order_id), PART);
    expect(textOf(again.shown.html)).toContain(
      "₹500.00 of this order was already refunded in the last 24 hours.",
    );
    expect(textOf(again.shown.html)).toContain("Can still be refunded afterwards ₹500.00");
    expect(await moves()).toBe(1);
  });
});

describe("a lost answer", () => {
  test("leads to the order with an honest sentence, and a repeat sends nothing twice", async () => {
    const { order_id } = await paidOrder();
    const asked = await fillIn(visitor, pathOf(order_id), PART);
    await turn({ answers: [{ operation: "refund.create", status: 500, after_work: true }] });
    const unknown = { status: 303, location: `/console/orders/${order_id}?said=money_unknown` };
    expect(await asked.press()).toMatchObject(unknown);
    expect(await asked.press()).toMatchObject(unknown);
    await readThrice(order_id);
    expect((await asked.press()).location).toBe(`/console/orders/${order_id}?said=refund_done`);
    expect(await moves()).toBe(1);
    expect(await refundedAtGateway(order_id)).toBe(50_000);
  });

  test("keeps the same reference where nobody could be asked", async () => {
    const { order_id } = await paidOrder();
    const asked = await fillIn(visitor, pathOf(order_id), PART);
    await turn({ answers: [{ operation: "*", status: 503, times: -1 }] });
    const failed = await asked.press();
    expect(failed.status).toBe(503);
    expect(textOf(failed.html)).toContain("does not do it twice");
    expect(hiddenFields(failed.html, pathOf(order_id))["reference"]).toBe(
      asked.fields["reference"],
    );
    await turn({ answers: [] });
    expect((await asked.press()).location).toContain("said=refund_done");
    expect(await refundedAtGateway(order_id)).toBe(50_000);
  });
});

describe("what changed meanwhile", () => {
  test("is said, and nothing is sent until a person saw it", async () => {
    const { order_id } = await paidOrder();
    const asked = await fillIn(visitor, pathOf(order_id), PART);
    await refund(order_id, "by-a-colleague", { amount: inr(50_000) });
    const anew = await asked.press();
    expect(anew.status).toBe(409);
    const text = textOf(anew.html);
    expect(text).toContain("This changed while you were looking. Nothing was done.");
    expect(text).toContain("Can still be refunded: ₹1,500.00 is now ₹1,000.00");
    expect(await moves()).toBe(1);
    const fields = hiddenFields(anew.html, pathOf(order_id));
    expect(fields["reference"]).toBe(asked.fields["reference"]);
    expect((await visitor.post(pathOf(order_id), fields)).location).toContain("said=refund_done");
    expect(await refundedAtGateway(order_id)).toBe(100_000);
  });

  test("of two tabs, the second is asked anew", async () => {
    const { order_id } = await paidOrder();
    const one = await fillIn(visitor, pathOf(order_id), PART);
    const two = await fillIn(visitor, pathOf(order_id), { ...PART, what: "all", amount: "" });
    await one.press();
    const anew = await two.press();
    expect(anew.status).toBe(409);
    expect(textOf(anew.html)).toContain("Goes back to the customer ₹1,000.00");
    expect(await refundedAtGateway(order_id)).toBe(50_000);
  });

  test("by a colleague's press at the same instant is said to one of the two, and one is done", async () => {
    const { order_id } = await paidOrder();
    const mine = await fillIn(visitor, pathOf(order_id), PART);
    const theirs = await fillIn(visitor, pathOf(order_id), PART);
    expect(mine.fields["reference"]).not.toBe(theirs.fields["reference"]);
    const both = await Promise.all([mine.press(), theirs.press()]);
    expect(both.filter(({ status }) => status === 303)).toHaveLength(1);
    const anew = both.find(({ status }) => status === 409);
    expect(textOf(anew?.html ?? "")).toContain("Can still be refunded: ₹1,500.00 is now ₹1,000.00");
    expect(await moves()).toBe(1);
    expect(await refundedAtGateway(order_id)).toBe(50_000);
  });

  test("so that the amount is too much now goes back to the form", async () => {
    const { order_id } = await paidOrder();
    const asked = await fillIn(visitor, pathOf(order_id), { what: "part", amount: "1,200" });
    await refund(order_id, "by-a-colleague", { amount: inr(50_000) });
    const anew = await asked.press();
    expect(anew.status).toBe(409);
    expect(textOf(anew.html)).toContain("That is more than there is: ₹1,000.00 at most.");
    expect(await moves()).toBe(1);
  });
});

describe("an address that this session's own form did not lead to", () => {
  test("shows the form, filled in, and no button that moves money", async () => {
    const { order_id } = await paidOrder();
    const asked = await fillIn(visitor, pathOf(order_id), PART);
    const address = asked.address.replace("500.00", "900.00");
    const shown = await visitor.get(address);
    expect(shown.status).toBe(200);
    expect(shown.html).not.toContain('name="step"');
    const other = await signInAsAdministrator();
    expect((await other.get(asked.address)).html).not.toContain('name="step"');
  });
});

describe("a refused refund", () => {
  test("by the gateway shows the form with its words, and a new one may be made", async () => {
    const { order_id } = await paidOrder();
    await turn({ refund_limit_per_day: 10_000 });
    const path = pathOf(order_id);
    const asked = await fillIn(visitor, path, PART);
    const refused = await asked.press();
    expect(refused.status).toBe(422);
    expect(textOf(refused.html)).toContain("sales do not cover this refund");
    expect(refused.html).toContain('value="₹500.00"');
    // The reference is spent: the same press says so again, and nothing is sent.
    await turn({ refund_limit_per_day: null });
    expect((await asked.press()).status).toBe(422);
    expect(await moves()).toBe(1);
    expect((await (await fillIn(visitor, path, PART)).press()).location).toContain("refund_done");
    expect(await refundedAtGateway(order_id)).toBe(50_000);
  });

  test("while money is stopped says so, and the same press does it later", async () => {
    const { order_id } = await paidOrder();
    const asked = await fillIn(visitor, pathOf(order_id), PART);
    await api("POST", "/v1/money/stop", { reason: "a key has leaked" });
    const refused = await asked.press();
    expect(refused.status).toBe(409);
    expect(textOf(refused.html)).toContain("Money commands are stopped");
    expect(textOf(refused.html)).toContain("a key has leaked");
    expect(await moves()).toBe(0);
    await api("POST", "/v1/money/resume", { reason: "all is well" });
    expect((await asked.press()).location).toContain("said=refund_done");
    expect(await moves()).toBe(1);
  });

  test("of an order that is split asks for the shares, and takes them", async () => {
    const split = (first: number, second: number) => ({
      split_type: "AMOUNT",
      split_details: [
        { split_merchant_id: "seller-1", amount: inr(first) },
        { split_merchant_id: "seller-2", amount: inr(second) },
      ],
    });
    const { order_id } = await paidOrder({ split_info: split(100_000, 50_000) });
    const path = pathOf(order_id);
    const refused = await (await fillIn(visitor, path, PART)).press();
    expect(refused.status).toBe(422);
    expect(refused.html).toContain("<details open");
    const wrong = { ...PART, seller_1: "seller-1", share_1: "400" };
    const told = await visitor.post(path, { ...hiddenFields(refused.html, path), ...wrong });
    expect(textOf(told.html)).toContain("The shares come to ₹400.00, not to ₹500.00.");
    const right = { ...wrong, seller_2: "seller-2", share_2: "100" };
    const asked = await fillIn(visitor, path, right);
    expect(textOf(asked.shown.html)).toContain("Share of seller-1 ₹400.00");
    expect((await asked.press()).location).toContain("said=refund_done");
    expect(await refundedAtGateway(order_id)).toBe(50_000);
  });
});

describe("an order of several payments", () => {
  async function inTwoOrders(): Promise<{ readonly ids: readonly string[] }> {
    await turn({ second_part: "new_order" });
    const { link_id } = await createLink({ part_payment: true });
    const ids: string[] = [];
    for (const amount of [100_000, 50_000]) {
      ids.push((await atGateway(link_id, "pay", { amount })).order.order_id);
      await deliverWebhooks();
      await settle(...ids, link_id);
    }
    await settle(...ids, link_id);
    return { ids };
  }

  test("is refunded in one step for each gateway order, each offered with its amount", async () => {
    const { ids } = await inTwoOrders();
    const path = pathOf(ids[0] ?? "");
    const first = textOf((await visitor.get(path)).html);
    for (const [n, amount] of ["₹1,000.00", "₹500.00"].entries()) {
      expect(first).toContain(`Refund ${amount} of ${ids[n]}`);
    }
    const refused = await (await fillIn(visitor, path, { what: "all" })).press();
    expect(refused.status).toBe(422);
    const links = [...refused.html.matchAll(/href="([^"]+what=part[^"]+)"/g)];
    expect(links).toHaveLength(2);
    for (const [, href = ""] of links) {
      const prefilled = await visitor.get(href.replaceAll("&amp;", "&"));
      const amount = /name="amount"[^>]*value="([^"]+)"|value="([^"]+)"[^>]*name="amount"/.exec(
        prefilled.html,
      );
      const typed = amount?.[1] ?? amount?.[2] ?? "";
      expect(
        (await (await fillIn(visitor, path, { what: "part", amount: typed })).press()).location,
      ).toContain("refund_done");
    }
    const { totals } = await gatewayBooks();
    expect(ids.map((id) => totals[id]?.refunded)).toEqual([100_000, 50_000]);
  });

  test("gives one instalment back by itself", async () => {
    const { ids } = await inTwoOrders();
    const path = pathOf(ids[0] ?? "");
    const [first] = (await order(ids[0] ?? "")).payments.filter(
      ({ captured }) => captured.value === 50_000,
    );
    const asked = await fillIn(visitor, path, { what: "all", payment_id: first?.id ?? "" });
    expect(textOf(asked.shown.html)).toContain("Goes back to the customer ₹500.00");
    await asked.press();
    const { totals } = await gatewayBooks();
    expect(ids.map((id) => totals[id]?.refunded)).toEqual([0, 50_000]);
  });
});

describe("what a person typed", () => {
  test.each([
    [{ what: "part", amount: "0" }, "The gateway moves ₹1.00 at least."],
    [{ what: "part", amount: "-500" }, "An amount can not be below zero."],
    [{ what: "part", amount: "500.001" }, "Rupees have two digits after the point at most"],
    [{ what: "part", amount: "१५००" }, "Type the amount with the digits 0 to 9."],
    [{ what: "part", amount: "9999999" }, "That is more than there is: ₹1,500.00 at most."],
    [{ what: "part", amount: "1,5" }, "This is not an amount."],
    [{ what: "part", amount: "" }, "Type an amount"],
    [{ what: "", amount: "" }, "Choose one of the two."],
    [{ what: "all", amount: "500" }, "You chose all of it and typed an amount"],
    [{ what: "all", payment_id: "nobodys" }, "The order has no such payment any more."],
    [{ what: "all", reason: "r".repeat(501) }, "Shorten it to 500 characters"],
  ])("%j is refused beside its field", async (fields, sentence) => {
    const { order_id } = await paidOrder();
    const path = pathOf(order_id);
    const form = await visitor.get(path);
    const shown = await visitor.post(path, { ...hiddenFields(form.html, path), ...fields });
    expect(shown.status).toBe(422);
    expect(textOf(shown.html)).toContain(sentence);
    expect(await moves()).toBe(0);
  });

  test.each([
    "<script>alert(1)</script>",
    '" onmouseover="x',
    "\u202Eevil\u202C",
    "=HYPERLINK(1)",
    "नमस्ते 🙏",
    "r".repeat(500),
  ])("the reason %j is kept as it is and shown as text", async (reason) => {
    const { order_id } = await paidOrder();
    const asked = await fillIn(visitor, pathOf(order_id), { ...PART, reason });
    expect(asked.shown.html).not.toContain("<script>alert");
    expect(asked.shown.html).not.toContain('" onmouseover="x');
    expect(textOf(asked.shown.html)).toContain(reason.replaceAll(/\s+/g, " "));
    await asked.press();
    expect((await order(order_id)).refunds).toMatchObject([{ reason }]);
  });
});

describe("who may not refund", () => {
  test("gets a page that says so, and moves nothing", async () => {
    const { order_id } = await paidOrder();
    const { fields } = await fillIn(visitor, pathOf(order_id), PART);
    const viewer = await signInAs("viewer");
    const shown = await viewer.get(pathOf(order_id));
    expect(shown.status).toBe(403);
    expect(textOf(shown.html)).toContain("You may not do this");
    const pressed = await viewer.post(pathOf(order_id), { ...fields, csrf: viewer.csrf });
    expect(pressed.status).toBe(403);
    expect(await moves()).toBe(0);
  });

  test("because the session ended is sent to sign in, and nothing moved", async () => {
    const { order_id } = await paidOrder();
    const asked = await fillIn(visitor, pathOf(order_id), PART);
    const { cookie } = visitor;
    await visitor.post("/console/sign-out");
    visitor.cookie = cookie;
    const ended = await asked.press();
    expect(ended.status).toBe(401);
    expect(textOf(ended.html)).toContain("Your session has ended Nothing was done.");
    expect(await moves()).toBe(0);
  });
});

describe("an order with nothing to refund", () => {
  test("says so instead of a form", async () => {
    const { order_id } = await paidOrder();
    const asked = await fillIn(visitor, pathOf(order_id), { what: "all" });
    await asked.press();
    const shown = await visitor.get(pathOf(order_id));
    expect(textOf(shown.html)).toContain("Nothing is left to refund");
    expect(shown.html).not.toContain('name="amount"');
    const late = { ...asked.fields, reference: "another" };
    expect((await visitor.post(pathOf(order_id), late)).status).toBe(409);
    expect(await refundedAtGateway(order_id)).toBe(150_000);
  });

  test("or that nobody knows is said", async () => {
    const shown = await visitor.get(pathOf("v1-310115060000-aa-NoBody"));
    expect(shown.status).toBe(404);
    expect(textOf(shown.html)).toContain("The order is not known");
  });

  test("is not told to an address of another confirmation", async () => {
    const { order_id } = await paidOrder();
    const asked = await fillIn(visitor, pathOf(order_id), PART);
    const reopened = await openConfirmation(visitor, pathOf(order_id), asked.address);
    expect(reopened.fields).toEqual(asked.fields);
  });
});
