// A person decides from the console about an outcome that nobody can read: once, with a reason, asked once more.

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { turn } from "../sandbox/gateway";
import { closeHouse, openHouse, order } from "../actor/house";
import { gatewayBooks, inr, moves, paidOrder, readThrice, refund } from "../actor/money";
import { signInAs } from "./others";
import { fillIn, hiddenFields } from "./money-forms";
import { signInAsAdministrator, textOf, type Visitor } from "./visit";

let visitor: Visitor;
beforeEach(async () => {
  await openHouse();
  visitor = await signInAsAdministrator();
});
afterEach(closeHouse);

const pathOf = (id: string) => `/console/orders/${id}/commands/refund/back-1/decide`;

/** A refund whose outcome nobody can read: the guide's orders list no refunds. */
async function undecided(): Promise<string> {
  const { order_id } = await paidOrder();
  await turn({ answers: [{ operation: "refund.create", status: 500 }] });
  await refund(order_id, "back-1", { amount: inr(50_000) });
  await readThrice(order_id);
  return order_id;
}

const REASON = "not in the dashboard's list of today";

describe("an unknown refund", () => {
  test.each([
    ["done", "It was done", inr(100_000), 1, 0],
    ["not_done", "It was not done", inr(150_000), 1, 0],
    ["send_again", "Send it again", inr(100_000), 2, 50_000],
  ])("is decided: %s", async (decision, label, refundable, sends, refunded) => {
    const order_id = await undecided();
    const form = await visitor.get(pathOf(order_id));
    const text = textOf(form.html);
    expect(text).toContain("₹500.00 Rupees five hundred only");
    expect(text).toContain("back-1");
    const asked = await fillIn(visitor, pathOf(order_id), { decision, reason: REASON });
    expect(textOf(asked.shown.html)).toContain(`You say ${label}`);
    expect((await order(order_id)).refundable).toEqual(inr(100_000));
    const both = await Promise.all([asked.press(), asked.press()]);
    const decided = `/console/orders/${order_id}?said=decided`;
    expect(both.map(({ location }) => location)).toEqual([decided, decided]);
    expect((await asked.press()).location).toBe(decided);
    expect((await order(order_id)).refundable).toEqual(refundable);
    expect(await moves()).toBe(sends);
    expect((await gatewayBooks()).totals[order_id]?.refunded).toBe(refunded);
  });

  test("that was sent again in vain is asked about anew, although the answer is the same", async () => {
    const order_id = await undecided();
    const again = { decision: "send_again", reason: REASON };
    await turn({ answers: [{ operation: "refund.create", status: 500 }] });
    const first = await fillIn(visitor, pathOf(order_id), again);
    await first.press();
    await readThrice(order_id);
    // The old button does nothing more; the same answer to the new question is another one.
    expect((await first.press()).location).toContain("said=decided");
    expect(await moves()).toBe(2);
    await (await fillIn(visitor, pathOf(order_id), again)).press();
    expect(await moves()).toBe(3);
  });

  test.each([
    [{ decision: "", reason: REASON }, "Choose what became of it."],
    [{ decision: "done", reason: "  " }, "Say how you know: others will read it."],
    [{ decision: "perhaps", reason: REASON }, "Choose what became of it."],
  ])("with %j is not decided", async (fields, sentence) => {
    const order_id = await undecided();
    const path = pathOf(order_id);
    const form = await visitor.get(path);
    const shown = await visitor.post(path, { ...hiddenFields(form.html, path), ...fields });
    expect(shown.status).toBe(422);
    expect(textOf(shown.html)).toContain(sentence);
  });

  test("that the gateway shows by now is not decided any more", async () => {
    const order_id = await undecided();
    const asked = await fillIn(visitor, pathOf(order_id), { decision: "not_done", reason: REASON });
    await (
      await fillIn(visitor, pathOf(order_id), { decision: "send_again", reason: REASON })
    ).press();
    const late = await asked.press();
    expect(late.status).toBe(409);
    expect(textOf(late.html)).toContain("There is nothing to decide: done");
    expect(await moves()).toBe(2);
  });

  test("is not given up while the gateway can not be read; the same press does it later", async () => {
    const order_id = await undecided();
    const asked = await fillIn(visitor, pathOf(order_id), { decision: "not_done", reason: REASON });
    await turn({ answers: [{ operation: "*", status: 500, times: -1 }] });
    expect((await asked.press()).status).toBe(503);
    await turn({ answers: [] });
    expect((await asked.press()).location).toContain("said=decided");
  });

  test("is nothing for a viewer", async () => {
    const order_id = await undecided();
    const viewer = await signInAs("viewer");
    expect((await viewer.get(pathOf(order_id))).status).toBe(403);
  });
});

test("a refund that is still being asked about needs nobody's decision", async () => {
  const { order_id } = await paidOrder();
  await turn({ answers: [{ operation: "refund.create", status: 500 }] });
  await refund(order_id, "back-1", { amount: inr(50_000) });
  const shown = await visitor.get(pathOf(order_id));
  expect(textOf(shown.html)).toContain("Nobody has to decide yet");
});

test("a command that nobody knows is not there", async () => {
  const { order_id } = await paidOrder();
  expect((await visitor.get(pathOf(order_id))).status).toBe(404);
});
