// Held money by its deadline, and several captures at once: each exactly once, each told as it ends.

import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { turn } from "../sandbox/gateway";
import { closeHouse, holdGateway, openHouse, type Made, pass } from "../actor/house";
import { capture, gatewayBooks, heldOrder, inDashboard, moves, readThrice } from "../actor/money";
import { knock, origin } from "../http/door";
import { signInAs } from "./others";
import { hiddenFields } from "./money-forms";
import { signInAsAdministrator, textOf, type Visitor } from "./visit";

let visitor: Visitor;
beforeEach(async () => {
  await openHouse();
  // The list shows every order that was ever made here.
  await env.DB.prepare("DELETE FROM orders").run();
  visitor = await signInAsAdministrator();
});
afterEach(closeHouse);

const LIST = "/console/uncaptured";
const BATCH = "/console/uncaptured/capture";
const DAY = 86_400_000;

async function heldOrders(count: number): Promise<readonly Made[]> {
  const made: Made[] = [];
  for (let n = 0; n < count; n += 1) made.push(await heldOrder());
  return made;
}

function choice(ids: readonly string[], others: Readonly<Record<string, string>> = {}) {
  return new URLSearchParams([
    ["csrf", visitor.csrf],
    ...ids.map((id) => ["order", id]),
    ...Object.entries(others),
  ]);
}

/** Chooses these, and comes to the question. */
async function choose(ids: readonly string[]) {
  await visitor.get(LIST);
  const chosen = await visitor.send(LIST, choice(ids));
  expect(chosen.status).toBe(303);
  const address = chosen.location ?? "";
  const asked = await visitor.get(address);
  return { address, asked };
}

/** The form of the question with all its fields, as a browser sends it. */
function formOf(html: string): URLSearchParams {
  const fields = new URLSearchParams(hiddenFields(html, BATCH));
  fields.delete("item");
  for (const [, item = ""] of html.matchAll(/name="item" value="([^"]+)"/g)) {
    fields.append("item", item);
  }
  return fields;
}

async function capturedAtGateway(orders: readonly Made[]): Promise<readonly number[]> {
  const { totals } = await gatewayBooks();
  return orders.map(({ order_id }) => totals[order_id]?.captured ?? 0);
}

describe("the list", () => {
  test("has the soonest deadline first, its time left in words, and what it is", async () => {
    await heldOrder({ amount: { value: 40_000, currency: "INR" } });
    pass(3 * DAY);
    await heldOrder({ amount: { value: 70_000, currency: "INR" } });
    pass(DAY + DAY / 2);
    visitor = await signInAsAdministrator();
    const shown = await visitor.get(LIST);
    const text = textOf(shown.html);
    expect(text.indexOf("₹400.00")).toBeLessThan(text.indexOf("₹700.00"));
    expect(text).toMatch(/₹400\.00 1[0-2] hours only/);
    expect(text).toContain("₹700.00 3 days");
    expect(text).toContain("on each page the soonest deadline is first");
  });

  test("has every order chosen at a person's wish", async () => {
    await heldOrders(2);
    expect((await visitor.get(LIST)).html).not.toContain("checked");
    expect((await visitor.get(`${LIST}?chosen=all`)).html.match(/ checked/g)).toHaveLength(2);
  });

  test("says so when nothing waits, and when nothing was chosen", async () => {
    expect(textOf((await visitor.get(LIST)).html)).toContain("No held money waits to be captured");
    await heldOrder();
    await visitor.get(LIST);
    const none = await visitor.send(LIST, choice([]));
    expect(textOf((await visitor.get(none.location ?? "")).html)).toContain("Nothing was chosen.");
  });

  test("has no buttons for a viewer, whom nothing obeys", async () => {
    const { order_id } = await heldOrder();
    const { address, asked } = await choose([order_id]);
    const viewer = await signInAs("viewer");
    const shown = await viewer.get(LIST);
    expect(shown.status).toBe(200);
    expect(shown.html).not.toContain("checkbox");
    expect(shown.html).not.toContain("Capture all");
    expect((await viewer.get(address)).status).toBe(403);
    const form = formOf(asked.html);
    form.set("csrf", viewer.csrf);
    expect((await viewer.send(BATCH, form)).status).toBe(403);
    expect(await moves()).toBe(0);
  });
});

describe("several captures", () => {
  test("of twelve, with one refused and one unknown: each once, each told, all found later", async () => {
    const orders = await heldOrders(12);
    const ids = orders.map(({ order_id }) => order_id);
    const { address, asked } = await choose(ids);
    expect(textOf(asked.html)).toContain("₹18,000.00 Rupees eighteen thousand only");
    await inDashboard(ids[4] ?? "", "void");
    await turn({ answers: [{ operation: "order.capture", status: 500, after_work: true }] });
    const done = await visitor.send(BATCH, formOf(asked.html));
    expect(done.status).toBe(200);
    const text = textOf(done.html);
    expect(text).toContain("Captured: ₹15,000.00");
    expect(text).toContain("Captured 10");
    expect(text).toContain("Outcome not known yet 1");
    expect(text).toContain("Refused, nothing moved 1");
    expect(text).toContain("The authorization was released");
    for (const id of ids) expect(done.html).toContain(`href="/console/orders/${id}"`);
    expect(done.html.match(/<progress/g)).toHaveLength(13);
    const captured = await capturedAtGateway(orders);
    expect(captured).toEqual(ids.map((_, n) => (n === 4 ? 0 : 150_000)));
    expect(await moves()).toBe(11);

    // The page is reloaded, the question is opened again: the same outcomes, and nothing is sent.
    const again = await visitor.send(BATCH, formOf(asked.html));
    expect(textOf(again.html)).toContain("Captured 10");
    for (const id of ids) await readThrice(id);
    // Hours have passed, and the session with them.
    const later = await (await signInAsAdministrator()).get(address);
    expect(textOf(later.html)).toContain("Captured: ₹16,500.00");
    expect(await moves()).toBe(11);
  });

  test("pressed twice at once happen once", async () => {
    const orders = await heldOrders(3);
    const { asked } = await choose(orders.map(({ order_id }) => order_id));
    const both = await Promise.all([
      visitor.send(BATCH, formOf(asked.html)),
      visitor.send(BATCH, formOf(asked.html)),
    ]);
    for (const { html } of both) expect(textOf(html)).toContain("Captured: ₹4,500.00");
    expect(await moves()).toBe(3);
  });

  test("are told one by one, while a slow one is still on its way", async () => {
    const [slow, quick] = await heldOrders(2);
    const ids = [slow?.order_id ?? "", quick?.order_id ?? ""];
    const { asked } = await choose(ids);
    const held = holdGateway(new RegExp(`PUT .*${ids[0]}/capture`));
    const response = await knock(BATCH, {
      method: "POST",
      headers: {
        cookie: visitor.cookie,
        origin,
        "content-type": "application/x-www-form-urlencoded",
      },
      body: formOf(asked.html).toString(),
    });
    const reader = (response.body ?? new ReadableStream<Uint8Array>()).getReader();
    const decoder = new TextDecoder();
    let seen = "";
    const readUntil = async (text: string): Promise<void> => {
      while (!seen.includes(text)) {
        const { done, value } = await reader.read();
        if (done) throw new Error(`ended without ${text}: ${seen}`);
        seen += decoder.decode(value, { stream: true });
      }
    };
    await readUntil("1 of 2 have ended.");
    expect(seen).toContain(`href="/console/orders/${ids[1]}"`);
    expect(seen).not.toContain(`href="/console/orders/${ids[0]}"`);
    held.release();
    await readUntil("</html>");
    expect(textOf(seen)).toContain("Captured: ₹3,000.00");
    expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(seen).not.toMatch(/ style=| on[a-z]+=/);
  });

  test("leave out what a colleague captured meanwhile, and what holds another amount", async () => {
    const [one, two] = await heldOrders(2);
    const ids = [one?.order_id ?? "", two?.order_id ?? ""];
    const { asked } = await choose(ids);
    await capture(ids[0] ?? "", "by-a-colleague");
    const fields = formOf(asked.html);
    fields.delete("item");
    fields.append("item", `${ids[0]}~150000`);
    fields.append("item", `${ids[1]}~140000`);
    const text = textOf((await visitor.send(BATCH, fields)).html);
    expect(text).toContain("The money was taken already.");
    expect(text).toContain("What is held is another amount by now: look at it.");
    expect(await moves()).toBe(1);
  });

  test("that were not all begun are gone on with, and the others are not sent again", async () => {
    const orders = await heldOrders(2);
    const [first = "", second = ""] = orders.map(({ order_id }) => order_id);
    const { address, asked } = await choose([first, second]);
    // The tab was closed after the first one.
    const fields = formOf(asked.html);
    fields.delete("item");
    fields.append("item", `${first}~150000`);
    await visitor.send(BATCH, fields);
    const shown = await visitor.get(address);
    expect(textOf(shown.html)).toContain("Not all were begun");
    expect(textOf(shown.html)).toContain("Captured: ₹1,500.00");
    await visitor.send(BATCH, formOf(shown.html));
    expect(await capturedAtGateway(orders)).toEqual([150_000, 150_000]);
    expect(await moves()).toBe(2);
  });

  test("that could not be sent are said to be so, and are sent by the same press later", async () => {
    const orders = await heldOrders(2);
    const { address, asked } = await choose(orders.map(({ order_id }) => order_id));
    await turn({ answers: [{ operation: "*", status: 503, times: -1 }] });
    const text = textOf((await visitor.send(BATCH, formOf(asked.html))).html);
    expect(text).toContain("Not sent, try again 2");
    expect(text).toContain("Go on with them");
    await turn({ answers: [] });
    const again = await visitor.get(address);
    expect(textOf((await visitor.send(BATCH, formOf(again.html))).html)).toContain("Captured 2");
    expect(await capturedAtGateway(orders)).toEqual([150_000, 150_000]);
  });

  test("are not begun by an address that nobody's own form led to", async () => {
    const { order_id } = await heldOrder();
    const { address } = await choose([order_id]);
    const other = await signInAsAdministrator();
    expect(await other.get(address)).toMatchObject({ status: 303, location: LIST });
    expect(await moves()).toBe(0);
  });

  test("at most 25 at a time, by the button for the whole page too", async () => {
    await visitor.get(LIST);
    const ids = Array.from({ length: 40 }, (_, n) => `v1-310115060000-aa-Nobody${n}`);
    const fields = choice([], { all: "1" });
    for (const id of ids) fields.append("listed", id);
    const { location } = await visitor.send(LIST, fields);
    expect(location?.match(/order=/g)).toHaveLength(25);
  });
});
