// An order's page: what it shows of each order, what is said on it, how it is followed, and that nothing from
// outside is ever markup.

import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createConsole } from "../../src/console/site";
import { createApp } from "../../src/http/app";
import { connect } from "../../src/http/connect";
import {
  api,
  atGateway,
  closeHouse,
  createLink,
  deliverWebhooks,
  openHouse,
  order,
  pass,
  postWebhook,
  settle,
} from "../actor/house";
import { heldOrder, paidOrder, refund } from "../actor/money";
import { paidEvent } from "../actor/events";
import { origin } from "../http/door";
import { getAs } from "./others";
import { signInAsAdministrator, textOf } from "./visit";

beforeEach(openHouse);
afterEach(closeHouse);

const pageOf = (id: string): string => `/console/orders/${id}`;

describe("the page of an order", () => {
  test("begins with what to say on the phone, and says what is next", async () => {
    const made = await paidOrder();
    await refund(made.order_id, "back-1", { amount: { value: 50_000, currency: "INR" } });
    await deliverWebhooks();
    await settle(made.order_id);
    const visitor = await signInAsAdministrator();
    const shown = await visitor.get(pageOf(made.order_id));
    expect(shown.status).toBe(200);
    const text = textOf(shown.html);
    expect(text).toMatch(
      /Paid ₹1,500\.00 by \w+ on 15 Jan 2031, 11:3\d, reference \d{12}; ₹500\.00/,
    );
    expect(text).toContain("It is delivered");
    expect(text).toContain("Can be refunded ₹1,000.00");
    expect(text).toContain("By the gateway's webhook");
    expect(text).toContain("asha@example.com");
    expect(text).toContain("Asked for by administrator");
    expect(shown.html).toContain(`href="${pageOf(made.order_id)}/refund"`);
    expect(text).not.toMatch(/[a-z]_[a-z]/);
    expect(text).not.toMatch(/\d{4}-\d\d-\d\dT/);
    expect(shown.html.match(/<h1[\s>]/g)).toHaveLength(1);
    expect(shown.html).not.toMatch(/ style=| on[a-z]+=/);
  });

  test("puts the capture of held money first, with its time", async () => {
    const made = await heldOrder();
    const visitor = await signInAsAdministrator();
    const { html } = await visitor.get(pageOf(made.order_id));
    expect(textOf(html)).toContain("₹1,500.00 is held until 20 Jan 2031, 11:30");
    expect(html).toContain(`class="button" href="${pageOf(made.order_id)}/capture"`);
    expect(html).toContain(`href="${pageOf(made.order_id)}/void"`);
  });

  test("asks for the excess alone to go back where too much was paid", async () => {
    const made = await createLink();
    const event = paidEvent(made.order_id, { amount: 150_000, minute: 0 });
    const [payment] = event.data.payments;
    const payments = [payment, { ...payment, id: `${payment?.id}-2` }];
    await postWebhook({ ...event, data: { ...event.data, payments } });
    await settle(made.order_id);
    const visitor = await signInAsAdministrator();
    const { html } = await visitor.get(pageOf(made.order_id));
    expect(textOf(html)).toContain(
      "₹1,500.00 more than was asked for was paid and has not gone back.",
    );
    expect(html).toContain(
      `class="button" href="${pageOf(made.order_id)}/refund?what=part&amp;amount=1500.00"`,
    );
  });

  test("has one address, whatever the order is called", async () => {
    const made = await paidOrder();
    const visitor = await signInAsAdministrator();
    const location = pageOf(made.order_id);
    const { id } = await order(made.order_id);
    expect(id).toBe(made.order_id);
    expect(await visitor.get(`${pageOf(made.link_id)}?all=timeline`)).toMatchObject({
      status: 303,
      location: `${location}?all=timeline`,
    });
    expect(await visitor.get(pageOf(made.reference))).toMatchObject({ status: 303, location });
  });

  test("that is not known helps to look for it", async () => {
    const visitor = await signInAsAdministrator();
    const shown = await visitor.get(pageOf(encodeURIComponent("<b>nobody's</b>")));
    expect(shown.status).toBe(404);
    expect(shown.html).not.toContain("<b>nobody");
    expect(textOf(shown.html)).toContain("No such order is known here");
    expect(shown.html).toContain('action="/console/orders"');
  });

  test("of hundreds of tries stays short, and shows them all when asked", async () => {
    const made = await createLink();
    const event = paidEvent(made.order_id, { amount: 150_000, minute: 0 });
    const [payment] = event.data.payments;
    const payments = Array.from({ length: 100 }, (_, n) => ({
      ...payment,
      id: `${payment?.id}-${n}`,
      status: n === 40 ? "PROCESSED" : "FAILED",
    }));
    await postWebhook({ ...event, data: { ...event.data, payments } });
    await settle(made.order_id);
    const visitor = await signInAsAdministrator();
    const short = await visitor.get(pageOf(made.order_id));
    const all = await visitor.get(`${pageOf(made.order_id)}?all=payments`);
    const rowsIn = (html: string): number =>
      html.match(/data-label="Bank reference"/g)?.length ?? 0;
    expect([rowsIn(short.html), rowsIn(all.html)]).toEqual([25, 100]);
    expect(textOf(short.html)).toContain("Show all 100 payments");
    // The one that moved money is among the first.
    expect(textOf(short.html)).toContain(`${payment?.id}-40`);
  });
});

test("a viewer sees the customer masked, and no button that would be refused", async () => {
  const made = await paidOrder();
  const { html } = await getAs("viewer", pageOf(made.order_id));
  expect(textOf(html)).toContain("a•••@example.com");
  expect(html).not.toContain("asha@example.com");
  const actions = [...html.matchAll(/<form method="post" action="([^"]+)"/g)].map(([, to]) => to);
  expect(actions).toEqual(["/console/sign-out", `${pageOf(made.order_id)}/refresh`]);
  expect(html).not.toMatch(new RegExp(`href="${pageOf(made.order_id)}/`));
});

describe("what is said of an order", () => {
  test("ticks a step under the name of who says it, once", async () => {
    const made = await paidOrder();
    const visitor = await signInAsAdministrator();
    const address = `${pageOf(made.order_id)}/steps/fulfill`;
    expect(await visitor.post(address, { note: "AWB 4711" })).toMatchObject({
      status: 303,
      location: `${pageOf(made.order_id)}?said=delivered`,
    });
    const shown = await visitor.get(`${pageOf(made.order_id)}?said=delivered`);
    expect(textOf(shown.html)).toContain("It is noted that the order was delivered.");
    expect((await order(made.order_id)).fulfillment).toMatchObject({
      state: "done",
      by: "administrator",
      note: "AWB 4711",
    });
    const again = await visitor.post(address);
    expect(again.status).toBe(409);
    expect(textOf(again.html)).toContain("The step fulfill is done, by administrator.");
    expect(again.html).not.toContain("data-live");
  });

  test("asks the gateway at once", async () => {
    const made = await createLink();
    await atGateway(made.link_id, "pay");
    const visitor = await signInAsAdministrator();
    const asked = await visitor.post(`${pageOf(made.link_id)}/refresh`);
    expect(asked).toMatchObject({
      status: 303,
      location: `${pageOf(made.link_id)}?said=refreshed`,
    });
    const home = await visitor.get(asked.location ?? "");
    const shown = await visitor.get(home.location ?? "");
    expect(textOf(shown.html)).toContain("The gateway was asked just now");
    expect(textOf(shown.html)).toContain("Only by asking the gateway");
  });

  test("ends a claim for who held it", async () => {
    const made = await paidOrder();
    const { body } = await api<{ readonly claim: { readonly claim_id: string } }>(
      "POST",
      "/v1/verify",
      { order_id: made.order_id, claim: { by: "packing desk", lease_seconds: 600 } },
    );
    const visitor = await signInAsAdministrator();
    const { html } = await visitor.get(pageOf(made.order_id));
    expect(textOf(html)).toContain("Holds it until");
    const { claim_id } = body.claim;
    expect(html).toContain(claim_id);
    const given = await visitor.post(`${pageOf(made.order_id)}/claim`, {
      claim_id,
      state: "released",
    });
    expect(given.location).toBe(`${pageOf(made.order_id)}?said=given_back`);
    expect((await order(made.order_id)).fulfillment.state).toBe("open");
  });

  test("sends no receipt that can not be sent, and says why", async () => {
    const made = await paidOrder();
    const visitor = await signInAsAdministrator();
    const shown = await visitor.post(`${pageOf(made.order_id)}/receipt`);
    expect(shown.status).toBeGreaterThanOrEqual(400);
    expect(shown.html).toContain('role="alert"');
  });
});

describe("a page that is followed", () => {
  test("is not sent again while nothing changed, and D1 is not asked", async () => {
    const made = await paidOrder();
    const visitor = await signInAsAdministrator();
    let statements = 0;
    const count = (given: string): D1PreparedStatement => {
      statements += 1;
      return env.DB.prepare(given);
    };
    const DB = new Proxy(env.DB, {
      get: (db, name): unknown => (name === "prepare" ? count : Reflect.get(db, name)),
    });
    const site = createConsole(createApp(connect), connect);
    const ask = async (headers: Record<string, string>): Promise<Response> =>
      site.fetch(
        new Request(origin + pageOf(made.order_id), {
          headers: { cookie: visitor.cookie, "x-console-poll": "1", ...headers },
        }),
        { ...env, DB },
        createExecutionContext(),
      );
    const first = await ask({});
    const tag = first.headers.get("etag") ?? "";
    expect(tag).toMatch(/^"[0-9a-f]{32}"$/);
    expect(await first.text()).toContain(`data-live="${tag.replaceAll('"', "&quot;")}"`);
    statements = 0;
    for (const known of [tag, `W/${tag}`, `"other", ${tag}`]) {
      const again = await ask({ "if-none-match": known });
      expect([again.status, await again.text()]).toEqual([304, ""]);
    }
    expect(statements).toBe(0);
    expect((await ask({ "if-none-match": '"other"' })).status).toBe(200);
  });

  test("shows a payment as soon as its webhook is there", async () => {
    const made = await createLink();
    const visitor = await signInAsAdministrator();
    const { id } = await order(made.link_id);
    const before = await visitor.get(pageOf(id));
    const tag = { "if-none-match": before.headers.get("etag") ?? "" };
    expect((await visitor.get(pageOf(id), tag)).status).toBe(304);
    await atGateway(made.link_id, "pay");
    await deliverWebhooks();
    const after = await visitor.get(pageOf(id), tag);
    const shown = after.location === null ? after : await visitor.get(after.location, tag);
    expect(shown.status).toBe(200);
    expect(textOf(shown.html)).toContain("Paid ₹1,500.00");
  });

  test("is another one for another session, and is refused without one", async () => {
    const made = await paidOrder();
    const [one, other] = [await signInAsAdministrator(), await signInAsAdministrator()];
    const tag = (await one.get(pageOf(made.order_id))).headers.get("etag") ?? "";
    const poll = { "if-none-match": tag, "x-console-poll": "1" };
    expect((await one.get(pageOf(made.order_id), poll)).status).toBe(304);
    expect((await other.get(pageOf(made.order_id), poll)).status).toBe(200);
    await one.post("/console/sign-out");
    expect(await one.get(pageOf(made.order_id), poll)).toMatchObject({ status: 401, html: "" });
  });

  test("follows the clock where that makes something due", async () => {
    const made = await createLink();
    await atGateway(made.link_id, "initiate");
    await api("POST", `/v1/orders/${made.order_id}/refresh`);
    const visitor = await signInAsAdministrator();
    const before = await visitor.get(pageOf(made.order_id));
    expect(textOf(before.html)).not.toContain("Nothing new was heard");
    const tag = { "if-none-match": before.headers.get("etag") ?? "" };
    pass(180_000);
    const after = await visitor.get(pageOf(made.order_id), tag);
    expect(after.status).toBe(200);
    expect(textOf(after.html)).toContain("Nothing new was heard");
  });
});

const MARKUP = '"><script>alert(1)</script><img src=x onerror=alert(1)>';

test("what came from outside is text, however long and whatever it holds", async () => {
  const made = await createLink({
    description: "‮gnp.exe =HYPERLINK(1)",
    merchant_metadata: { cart: `${MARKUP}${"x".repeat(180)}` },
    customer: { email_id: "asha@example.com", first_name: MARKUP.slice(0, 40) },
  });
  const event = paidEvent(made.order_id, { amount: 150_000, minute: 0 });
  const [payment] = event.data.payments;
  const hostile = {
    ...payment,
    payment_method: MARKUP,
    acquirer_data: { rrn: MARKUP, approval_code: "1" },
    error_detail: { code: MARKUP, message: MARKUP + "y".repeat(10_000) },
    status: MARKUP,
  };
  const payments = [payment, { ...hostile, id: `${payment?.id}-2` }];
  await postWebhook({ ...event, data: { ...event.data, payments } });
  await settle(made.order_id);
  const visitor = await signInAsAdministrator();
  const { html, status } = await visitor.get(pageOf(made.order_id));
  expect(status).toBe(200);
  expect(html).toContain("&lt;script&gt;alert(1)");
  expect(html).not.toContain("<script>alert");
  expect(html).not.toContain("<img");
  // In a list a long text is cut; the whole of it is its title.
  expect(textOf(html)).not.toContain("y".repeat(200));
  expect(textOf(html)).toMatch(/To say on the phone .*Paid ₹1,500\.00/);
});
