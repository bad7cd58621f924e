// The orders' page: what a support person types leads to the order; filters keep each other; what customers
// wrote stays text.

import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { inr } from "../../src/domain/money";
import { toIso } from "../../src/domain/time";
import { project } from "../../src/ledger/projection";
import { closeHouse, openHouse, START } from "../actor/house";
import { paidOrder, projectionOf, sampleOrder } from "../ledger/sample";
import { tell } from "../ledger/settled";
import { signInAsAdministrator, textOf, type Visitor } from "./visit";

let visitor: Visitor;

beforeEach(openHouse);
beforeEach(async () => {
  visitor = await signInAsAdministrator();
});
afterEach(closeHouse);

const DAY = 86_400_000;

/** Orders of this test alone: created on days of their own, on which there is nothing else. */
async function keep(...orders: readonly ReturnType<typeof sampleOrder>[]): Promise<void> {
  for (const order of orders) await project(env.DB, projectionOf(order));
}

/** The references in the order in which the page lists them. */
function listed(html: string): readonly string[] {
  return [...html.matchAll(/<a href="\/console\/orders\/[^"]+"><span[^>]*>([^<]*)</g)].map(
    ([, reference = ""]) => reference,
  );
}

function hrefs(html: string, path: string): readonly string[] {
  return [...html.matchAll(/href="([^"]+)"/g)]
    .map(([, href = ""]) => href.replaceAll("&amp;", "&"))
    .filter((href) => href.startsWith(`${path}?`));
}

describe("the search", () => {
  test("leads straight to the only order, from either box", async () => {
    const customer = { mobile_number: "9811100001", email_id: "call@example.com" };
    await keep(paidOrder("v1-call", { merchant_reference: "call-1", customer }));
    for (const typed of ["+91 98111 00001", "CALL@example.com", "call-1", "v1-call"]) {
      const asked = await visitor.get(`/console/orders?q=${encodeURIComponent(typed)}`);
      expect(asked).toMatchObject({ status: 303, location: "/console/orders/v1-call" });
    }
    const { html } = await visitor.get("/console/orders");
    expect([...html.matchAll(/name="q"/g)]).toHaveLength(2);
  });

  test("shows several, the newest first, and by what they were found", async () => {
    const customer = { email_id: "twice@example.com" };
    await keep(
      sampleOrder("v1-twice-1", { customer, created_at: toIso(START - DAY) }),
      sampleOrder("v1-twice-2", { customer, created_at: toIso(START) }),
    );
    const { html } = await visitor.get("/console/orders?q=twice%40example.com");
    expect(listed(html)).toEqual(["ref-v1-twice-2", "ref-v1-twice-1"]);
    expect(textOf(html)).toContain("2 orders with “ twice@example.com ”");
    expect(html).toContain('<td data-label="Found by">e-mail</td>');
  });

  test("says how many of more it shows", async () => {
    const customer = { email_id: "many@example.com" };
    for (let n = 100; n < 151; n += 1) await keep(sampleOrder(`v1-many-${n}`, { customer }));
    const { html } = await visitor.get("/console/orders?q=many%40example.com");
    expect(listed(html)).toHaveLength(50);
    expect(textOf(html)).toContain("The 50 newest of more orders");
  });

  test("offers the transfer to whoever typed its UTR", async () => {
    await tell({ utr: "HDFC2031011500", read: 1 });
    const { status, html } = await visitor.get("/console/orders?q=hdfc2031011500");
    expect(status).toBe(200);
    expect(html).toContain('href="/console/settlements/HDFC2031011500"');
  });

  test.each(['<img src=x onerror="alert(1)">', "‮مرحبا", "=1+1", "x".repeat(10_000), "%", "\u0000"])(
    "for %j finds nothing, says what was looked for and what else to try",
    async (typed) => {
      const { status, html } = await visitor.get(`/console/orders?q=${encodeURIComponent(typed)}`);
      expect(status).toBe(200);
      expect(html).not.toContain("<img");
      expect(textOf(html)).toContain("Nothing was found");
      expect(textOf(html)).toContain("the last four digits of the card together with the amount");
      expect(html.length).toBeLessThan(20_000);
    },
  );

  test("without anything to look for is the list", async () => {
    const { status, html } = await visitor.get("/console/orders?q=%20");
    expect(status).toBe(200);
    expect(html).toContain("Filter and sort");
  });
});

describe("the list", () => {
  /** Noon of 1 March 2031 in Kolkata. */
  const NOON = Date.UTC(2031, 2, 1, 6, 30);

  test("takes days of the merchant's zone, both whole", async () => {
    const at = (id: string, moment: number) => sampleOrder(id, { created_at: toIso(moment) });
    await keep(
      at("v1-day-before", NOON - DAY / 2 - 1),
      at("v1-day-first", NOON - DAY / 2),
      at("v1-day-last", NOON + DAY / 2 - 1),
      at("v1-day-after", NOON + DAY / 2),
    );
    const { html } = await visitor.get("/console/orders?from=2031-03-01&to=2031-03-01");
    expect(listed(html)).toEqual(["ref-v1-day-last", "ref-v1-day-first"]);
    expect(textOf(html)).toContain("2 orders");
  });

  test("takes one amount exactly, or a range, as people write them", async () => {
    const costing = (id: string, value: number) =>
      sampleOrder(id, { created_at: toIso(NOON + 10 * DAY + value), amount: inr(value) });
    await keep(costing("v1-a", 149_900), costing("v1-b", 150_000), costing("v1-c", 12_345_600));
    const day = "from=2031-03-10&to=2031-03-13";
    const asked = async (amounts: string) =>
      listed((await visitor.get(`/console/orders?${day}&${amounts}`)).html);
    expect(await asked("amount=1499")).toEqual(["ref-v1-a"]);
    expect(await asked(`amount=${encodeURIComponent("₹1,23,456.00")}`)).toEqual(["ref-v1-c"]);
    expect(await asked("amount=1499&amount_to=1%2C500.00")).toEqual(["ref-v1-b", "ref-v1-a"]);
    expect(await asked("amount_to=1500")).toEqual(["ref-v1-b", "ref-v1-a"]);
  });

  test("keeps all that was asked for in the form, the next page and the file", async () => {
    for (let n = 100; n < 153; n += 1) {
      const created_at = toIso(NOON + 20 * DAY + n);
      await keep(sampleOrder(`v1-page-${n}`, { created_at, amount: inr(7_700) }));
    }
    const query = "stage=awaiting_payment&from=2031-03-21&to=2031-03-22&amount=77&sort=created_asc";
    const first = await visitor.get(`/console/orders?${query}`);
    expect(listed(first.html)).toHaveLength(50);
    expect(first.html).toContain('<option value="awaiting_payment" selected="">');
    expect(first.html).toContain('value="2031-03-21"');
    const next = hrefs(first.html, "/console/orders").find((href) => href.includes("cursor="));
    for (const part of query.split("&")) {
      expect(next).toContain(part);
      expect(hrefs(first.html, "/console/orders.csv")[0]).toContain(part);
    }
    const second = await visitor.get(next ?? "");
    expect(listed(second.html)).toEqual([150, 151, 152].map((n) => `ref-v1-page-${n}`));

    const file = await visitor.get(hrefs(first.html, "/console/orders.csv")[0] ?? "");
    expect(file.headers.get("content-type")).toContain("text/csv");
    expect(file.headers.get("content-disposition")).toContain("orders.csv");
    expect(file.headers.get("cache-control")).toBe("no-store");
    expect(file.html.trim().split("\r\n")).toHaveLength(1 + 53);
  });

  test.each([
    ["from=2031-02-30", "This is no day"],
    ["from=2031-03-02&to=2031-03-01", "This is before the first day."],
    ["amount=abc", "This is no amount in rupees"],
    ["amount=2&amount_to=1", "This is less than the first amount."],
    ["stage=nonsense", "must be one of"],
    ["cursor=nonsense", "cursor"],
  ])("shows what is wrong with %s, and keeps the form", async (query, fault) => {
    const { status, html } = await visitor.get(`/console/orders?needs=fulfill&${query}`);
    expect(status).toBe(400);
    expect(textOf(html)).toContain(fault);
    expect(html).toContain('<option value="fulfill" selected="">');
    if (!/stage|cursor/.test(query)) expect(html).toContain('aria-invalid="true"');
  });

  test("says so when nothing fits", async () => {
    const { html } = await visitor.get("/console/orders?from=2039-01-01");
    expect(textOf(html)).toContain("No order fits these filters");
  });

  test("says so when only a part was looked through, and goes on from there", async () => {
    for (let n = 100; n < 255; n += 1) {
      await keep(sampleOrder(`v1-walk-${n}`, { created_at: toIso(NOON + 40 * DAY + n) }));
    }
    const path = "/console/orders?from=2031-04-10&to=2031-04-11&amount=1";
    const { html } = await visitor.get(path);
    expect(listed(html)).toEqual([]);
    expect(textOf(html)).toContain("Only a part of the orders was looked through");
    const next = hrefs(html, "/console/orders").find((href) => href.includes("cursor="));
    const last = await visitor.get(next ?? "");
    expect(textOf(last.html)).toContain("There are no more");
  });

  test("shows what others wrote as text, shortened, whatever it is", async () => {
    const hostile = '<script>alert("x")</script>';
    const long = "मोहिनी ".repeat(1_500);
    const created_at = toIso(NOON + 60 * DAY);
    await keep(
      sampleOrder("v1-hostile-1", {
        created_at,
        merchant_reference: hostile,
        customer: { first_name: hostile, email_id: `"><b>@example.com` },
      }),
      sampleOrder("v1-hostile-2", {
        created_at,
        merchant_reference: "‮=cmd|' /C calc'!A0",
        customer: { first_name: long },
      }),
    );
    const { html } = await visitor.get("/console/orders?from=2031-04-30&to=2031-05-01");
    expect(html).not.toContain("<script>alert");
    expect(html).not.toContain("<b>");
    expect(textOf(html)).toContain(hostile);
    expect(html).toContain('dir="auto"');
    expect(html.length).toBeLessThan(20_000);
    expect(html).not.toMatch(/ style=| on[a-z]+=/);
  });
});
