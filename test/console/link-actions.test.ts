// A link from the console: cancelled, sent again, replaced, each asked once more and done once.

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ask, turn } from "../sandbox/gateway";
import { api, closeHouse, createLink, openHouse, order, settle } from "../actor/house";
import { paidOrder, requests } from "../actor/money";
import { administrator, expectProblem, knock } from "../http/door";
import { signInAs } from "./others";
import { fillIn, hiddenFields } from "./money-forms";
import { signInAsAdministrator, textOf, type Visitor } from "./visit";

let visitor: Visitor;
beforeEach(async () => {
  await openHouse();
  visitor = await signInAsAdministrator();
});
afterEach(closeHouse);

async function openLink() {
  const made = await createLink();
  await settle(made.order_id, made.link_id, `reference:${made.reference}`);
  return made;
}

const pathOf = (id: string, verb: string) => `/console/orders/${id}/link/${verb}`;

/** An action without a form: its page is the question. */
async function press(path: string) {
  const asked = await visitor.get(path);
  expect(asked.status).toBe(200);
  const fields = hiddenFields(asked.html, path);
  return { asked, fields, done: await visitor.post(path, fields) };
}

async function linkAtGateway(link_id: string): Promise<unknown> {
  const books = (await ask("GET", "/sandbox/books")).body as unknown as {
    links: readonly { payment_link_id: string; status: string }[];
  };
  return books.links.find((one) => one.payment_link_id === link_id)?.status;
}

describe("cancelling", () => {
  test("is asked once more, done, and answered the same when it is repeated", async () => {
    const { link_id } = await openLink();
    const path = pathOf(link_id, "cancel");
    const { asked, fields, done } = await press(path);
    expect(textOf(asked.html)).toContain("Nobody can pay with this link any more");
    expect(done.location).toMatch(/\?said=link_cancelled$/);
    expect(await linkAtGateway(link_id)).toBe("CANCELLED");
    const again = await visitor.post(path, fields);
    expect(textOf(again.html)).toContain("The link is cancelled already.");
    expect(await requests("link.cancel")).toBe(1);
  });

  test("a link that was paid says so", async () => {
    const { order_id } = await paidOrder();
    const shown = await visitor.get(pathOf(order_id, "cancel"));
    expect(textOf(shown.html)).toContain("The link is completed");
    expect(await requests("link.cancel")).toBe(0);
  });

  test("one that was paid a moment ago is refused in the API's words", async () => {
    const { link_id } = await openLink();
    const path = pathOf(link_id, "cancel");
    const fields = hiddenFields((await visitor.get(path)).html, path);
    await ask("POST", `/sandbox/links/${link_id}/pay`, {});
    const refused = await visitor.post(path, fields);
    expect(refused.status).toBe(409);
    expect(textOf(refused.html)).toContain("The payment link is no longer active");
  });
});

describe("sending again", () => {
  test("asks the gateway to send it", async () => {
    const { link_id } = await openLink();
    const { asked, done } = await press(pathOf(link_id, "notify"));
    expect(textOf(asked.html)).toContain("The gateway sends the link to its customer again");
    expect(done.location).toMatch(/\?said=link_notified$/);
    expect(await requests("link.notify")).toBe(1);
  });

  test("is done once, whoever presses its button how often", async () => {
    const { link_id } = await openLink();
    const path = pathOf(link_id, "notify");
    const fields = hiddenFields((await visitor.get(path)).html, path);
    const both = await Promise.all([visitor.post(path, fields), visitor.post(path, fields)]);
    for (const { location } of both) expect(location).toMatch(/\?said=link_notified$/);
    expect((await visitor.post(path, fields)).location).toMatch(/\?said=link_notified$/);
    expect(await requests("link.notify")).toBe(1);
    // Asked for anew it is meant anew.
    await press(path);
    expect(await requests("link.notify")).toBe(2);
  });

  test("takes no key that is none", async () => {
    const { link_id } = await openLink();
    const headers = { ...administrator, "idempotency-key": "not a key" };
    const answer = await knock(`/v1/links/${link_id}/notify`, { method: "POST", headers });
    await expectProblem(answer, 422, "idempotency_key_invalid");
    expect(await requests("link.notify")).toBe(0);
  });

  test("that the gateway refuses is told", async () => {
    const { link_id } = await openLink();
    await turn({ notify: "refuse" });
    const { done } = await press(pathOf(link_id, "notify"));
    expect(done.status).toBe(409);
  });
});

describe("replacing", () => {
  test("makes one new link for what is due, however often it is pressed", async () => {
    const { link_id } = await openLink();
    const path = pathOf(link_id, "replace");
    const before = await requests("link.create");
    const asked = await fillIn(visitor, path, { until: "2031-02-01" });
    const text = textOf(asked.shown.html);
    expect(text).toContain("₹1,500.00 Rupees one thousand five hundred only");
    expect(text).toContain("1 Feb 2031, 23:59");
    const done = await asked.press();
    expect(done.location).toMatch(/\?said=link_replaced$/);
    expect((await asked.press()).location).toMatch(/\?said=link_replaced$/);
    expect((await visitor.get(asked.address)).location).toMatch(/\?said=link_replaced$/);
    expect((await order(link_id)).links).toHaveLength(2);
    expect(await requests("link.create")).toBe(before + 1);
  });

  test.each([
    ["2031-13-45", "Choose a day"],
    ["tomorrow", "Choose a day"],
  ])("until %s is refused", async (until, sentence) => {
    const { link_id } = await openLink();
    const path = pathOf(link_id, "replace");
    const form = await visitor.get(path);
    const shown = await visitor.post(path, { ...hiddenFields(form.html, path), until });
    expect(shown.status).toBe(422);
    expect(textOf(shown.html)).toContain(sentence);
  });

  test("until a day that is over is refused beside its field", async () => {
    const { link_id } = await openLink();
    const before = await requests("link.create");
    const asked = await fillIn(visitor, pathOf(link_id, "replace"), { until: "2030-01-01" });
    const refused = await asked.press();
    expect(refused.status).toBe(422);
    expect(textOf(refused.html)).toContain("in the future");
    expect(await requests("link.create")).toBe(before);
  });

  test("what nothing is due of is not offered", async () => {
    const { order_id } = await paidOrder();
    const shown = await visitor.get(pathOf(order_id, "replace"));
    expect(textOf(shown.html)).toContain("Nothing is due any more");
  });
});

test.each(["cancel", "notify", "replace"])("a viewer may not %s", async (verb) => {
  const { link_id } = await openLink();
  const viewer = await signInAs("viewer");
  expect((await viewer.get(pathOf(link_id, verb))).status).toBe(403);
  expect((await viewer.post(pathOf(link_id, verb), { step: "confirm" })).status).toBe(403);
  expect((await api<{ status: string }>("GET", `/v1/links/${link_id}`)).body.status).toBe(
    "CREATED",
  );
});
