// Payment links in the console: made once however often the button is pressed, found, shown, brought to the
// customer.

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { api, atGateway, closeHouse, createLink, openHouse, settle } from "../actor/house";
import { ask, turn } from "../sandbox/gateway";
import { getAs } from "./others";
import { signInAsAdministrator, textOf, type Visitor } from "./visit";

beforeEach(openHouse);
afterEach(closeHouse);

interface BookedLink {
  readonly merchant_payment_link_reference: string;
  readonly amount: { readonly value: number };
}

async function booked(reference: string): Promise<readonly BookedLink[]> {
  const { body } = await ask("GET", "/sandbox/books");
  const { links } = body as unknown as { links: readonly BookedLink[] };
  return links.filter((link) => link.merchant_payment_link_reference === reference);
}

/** The value that a field of the page stands at. */
function valueOf(html: string, name: string): string {
  const input = new RegExp(`<input[^>]*name="${name}"[^>]*>`).exec(html)?.[0] ?? "";
  return /value="([^"]*)"/.exec(input)?.[1] ?? "";
}

/** The form as it is first shown, with what somebody types into it. */
async function opened(
  visitor: Visitor,
  typed: Readonly<Record<string, string>> = {},
): Promise<Record<string, string>> {
  const { html } = await visitor.get("/console/links/new");
  return {
    reference: valueOf(html, "reference"),
    expire_by: valueOf(html, "expire_by"),
    amount: "₹1,500.50",
    phone: "+91 90000 00001",
    description: "Two kurtas",
    ...typed,
  };
}

/** What of a page would run: its scripts, handlers and addresses that are programs, as a browser parses them. */
async function activeParts(html: string): Promise<readonly string[]> {
  const found: string[] = [];
  const look = {
    element(element: Element): void {
      if (element.tagName === "script") found.push(`script src=${element.getAttribute("src")}`);
      for (const [name = "", value = ""] of element.attributes) {
        if (name.startsWith("on") || /^\s*javascript:/i.test(value)) found.push(`${name}=${value}`);
      }
    },
  };
  await new HTMLRewriter().on("*", look).transform(new Response(html)).text();
  return found;
}

const NEW = "/console/links/new";

describe("a new link", () => {
  test("is made as it was typed, with a reference and an end that were suggested", async () => {
    const visitor = await signInAsAdministrator();
    const fields = await opened(visitor);
    expect(fields["reference"]).toMatch(/^link-20310115-[A-Z2-9]{6}$/);
    expect(fields["expire_by"]).toBe("2031-01-22T23:59");
    const made = await visitor.post(NEW, fields);
    expect(made.status).toBe(303);
    expect(made.location).toMatch(/^\/console\/links\/pl-[\w-]+\?said=link_created$/);
    expect(await booked(fields["reference"] ?? "")).toMatchObject([{ amount: { value: 150_050 } }]);
    const page = await visitor.get(made.location ?? "");
    expect(page.status).toBe(200);
    const text = textOf(page.html);
    expect(text).toContain("The payment link is ready.");
    expect(text).toContain("₹1,500.50");
    expect(text).toContain("22 Jan 2031, 23:59");
    expect(page.html).toContain("https://wa.me/919000000001?text=");
  });

  test("is one link when the button is pressed twice, at once or one after the other", async () => {
    const visitor = await signInAsAdministrator();
    const fields = await opened(visitor, { reminders: "after_1_day", part_payment: "on" });
    const twice = await Promise.all([visitor.post(NEW, fields), visitor.post(NEW, fields)]);
    const again = await visitor.post(NEW, fields);
    const places = [...twice, again].map(({ status, location }) => [status, location]);
    expect(places).toEqual([places[0], places[0], places[0]]);
    expect(places[0]?.[0]).toBe(303);
    expect(await booked(fields["reference"] ?? "")).toHaveLength(1);
  });

  test("is not made again by Back and another amount, and the page leads to the first", async () => {
    const visitor = await signInAsAdministrator();
    const fields = await opened(visitor);
    await visitor.post(NEW, fields);
    const again = await visitor.post(NEW, { ...fields, amount: "99" });
    expect(again.status).toBe(409);
    expect(textOf(again.html)).toContain("This reference has a link already");
    expect(again.html).toContain(`/console/links?reference=${fields["reference"]}`);
    expect(valueOf(again.html, "amount")).toBe("99");
    expect(await booked(fields["reference"] ?? "")).toMatchObject([{ amount: { value: 150_050 } }]);
  });

  test.each([
    [{ amount: "fifteen" }, "amount", "This is not an amount."],
    [{ amount: "0.50" }, "amount", "The amount must be from ₹1.00 to ₹10,00,000.00."],
    [{ reference: "two words" }, "reference", "and no spaces"],
    [{ phone: "call me" }, "phone", "Write ten digits"],
    [{ phone: "12345" }, "phone", "A phone number has 10 to 20 digits."],
    [{ phone: "", email: "" }, "email", "the gateway wants one of them"],
    [{ email: "asha at example" }, "email", "This is not an e-mail address"],
    [{ expire_by: "2020-01-01T10:00" }, "expire_by", "must end in the future"],
    [{ expire_by: "soon" }, "expire_by", "Write a day and a time"],
  ])("with %o says what is wrong beside %s, and loses nothing", async (typed, field, words) => {
    const visitor = await signInAsAdministrator();
    const fields = await opened(visitor, { description: '"Two" <kurtas>', ...typed });
    const refused = await visitor.post(NEW, fields);
    expect(refused.status).toBe(422);
    const [, fault] = new RegExp(`id="field-${field}-fault">([^<]*)<`).exec(refused.html) ?? [];
    expect(fault).toContain(words);
    expect(refused.html).toMatch(new RegExp(`name="${field}"[^>]*aria-invalid="true"`));
    for (const name of ["amount", "phone", "reference", "expire_by"]) {
      expect(valueOf(refused.html, name)).toBe(fields[name]);
    }
    expect(valueOf(refused.html, "description")).toBe("&quot;Two&quot; &lt;kurtas&gt;");
    expect(await booked(fields["reference"] ?? "")).toEqual([]);
  });

  test("whose outcome nobody knows says so, and pressing again makes no second one", async () => {
    const visitor = await signInAsAdministrator();
    const fields = await opened(visitor);
    await turn({
      answers: [
        { operation: "link.create", times: -1, status: 504, after_work: true },
        { operation: "link.get_by_reference", times: -1, status: 500 },
      ],
    });
    const unknown = await visitor.post(NEW, fields);
    expect(unknown.status).toBe(503);
    expect(textOf(unknown.html)).toContain("Nobody knows yet whether the link was made");
    expect(valueOf(unknown.html, "reference")).toBe(fields["reference"]);
    await turn({ answers: [] });
    expect((await visitor.post(NEW, fields)).status).toBe(303);
    expect(await booked(fields["reference"] ?? "")).toHaveLength(1);
  });

  test("that the gateway refuses shows the gateway's own words", async () => {
    const visitor = await signInAsAdministrator();
    const fields = await opened(visitor);
    await turn({ answers: [{ operation: "link.create", status: 422 }] });
    const refused = await visitor.post(NEW, fields);
    expect(refused.status).toBe(422);
    expect(textOf(refused.html)).toContain("The gateway refused this link");
    expect(await booked(fields["reference"] ?? "")).toEqual([]);
  });
});

describe("the list", () => {
  test("shows links by their references, keeps its filters and says when nothing fits", async () => {
    const visitor = await signInAsAdministrator();
    const { reference, order_id, link_id } = await createLink();
    await settle(order_id, link_id, `reference:${reference}`);
    const all = await visitor.get("/console/links");
    expect(all.html).toContain(`href="/console/links/${link_id}"`);
    const open = await visitor.get("/console/links?status=CREATED&from=2031-01-15&to=2031-01-15");
    expect(textOf(open.html)).toContain(reference);
    expect(open.html).toMatch(/<option value="CREATED" selected/);
    const before = await visitor.get("/console/links?to=2031-01-14");
    expect(textOf(before.html)).toContain("No link is like that");
    expect(valueOf(before.html, "to")).toBe("2031-01-14");
  });

  test("says what is wrong with a filter and keeps the others", async () => {
    const visitor = await signInAsAdministrator();
    const wrong = await visitor.get("/console/links?status=nonsense&reference=shop-1");
    expect(wrong.status).toBe(400);
    expect(valueOf(wrong.html, "reference")).toBe("shop-1");
    expect(textOf(wrong.html)).toContain("must be a status");
  });
});

describe("one link", () => {
  test("can be asked about anew", async () => {
    const visitor = await signInAsAdministrator();
    const { link_id } = await createLink();
    const asked = await visitor.post(`/console/links/${link_id}/refresh`);
    expect(asked).toMatchObject({
      status: 303,
      location: `/console/links/${link_id}?said=refreshed`,
    });
    await turn({ answers: [{ operation: "*", times: -1, status: 500 }] });
    const failed = await visitor.post(`/console/links/${link_id}/refresh`);
    expect(failed.status).toBe(503);
    expect(textOf(failed.html)).toContain("₹1,500.00");
  });

  test("warns who would send it again while a payment with it may still come", async () => {
    const visitor = await signInAsAdministrator();
    const { link_id, order_id } = await createLink();
    const address = `/console/links/${link_id}`;
    expect(textOf((await visitor.get(address)).html)).not.toContain("may pay twice");
    await atGateway(link_id, "initiate");
    await api("POST", `/v1/orders/${order_id}/refresh`);
    expect(textOf((await visitor.get(address)).html)).toContain("may pay twice");
  });

  test("has its QR code as a file of its own", async () => {
    const visitor = await signInAsAdministrator();
    const { link_id } = await createLink();
    const file = await visitor.get(`/console/links/${link_id}/qr.svg`);
    expect(file.headers.get("content-type")).toBe("image/svg+xml");
    expect(file.html).toMatch(/^<svg [^>]*><rect [^>]*\/><path d="M[^"]+"\/><\/svg>$/);
  });

  test.each([
    ["markup", `"><script>alert(1)</script>`],
    ["an attribute", `' onmouseover='alert(1)`],
    ["a mark of direction", "\u202Egnp.exe"],
    ["half a letter", "half: \uD800"],
    ["a formula", "=cmd|' /C calc'!A0"],
    ["a thousand letters", "x".repeat(1_000)],
  ])("shows a description as it is, even %s", async (_, description) => {
    const visitor = await signInAsAdministrator();
    const { link_id } = await createLink({ description });
    const shown = await visitor.get(`/console/links/${link_id}`);
    expect(shown.status).toBe(200);
    expect(await activeParts(shown.html)).toEqual(["script src=/console/console.js"]);
    expect(shown.html).toMatch(/href="https:\/\/wa\.me\/919000000001\?text=[^"<> ]+"/);
  });

  test("leads nowhere but to a web address", async () => {
    const visitor = await signInAsAdministrator();
    const payment_link_id = "pl-v1-310115060000-aa-Hostile";
    const hostile = {
      payment_link_id,
      payment_link: "javascript:alert(1)",
      merchant_payment_link_reference: "hostile-1",
      status: "CREATED",
      amount: { value: 150_000, currency: "INR" },
      amount_due: { value: 150_000, currency: "INR" },
    };
    const answer = { operation: "link.get", times: -1, status: 200, body: JSON.stringify(hostile) };
    await turn({ answers: [answer] });
    const followed = await visitor.post("/console/links/track", { named: payment_link_id });
    expect(followed.status).toBe(303);
    const shown = await visitor.get(`/console/links/${payment_link_id}`);
    expect(shown.status).toBe(200);
    expect(textOf(shown.html)).toContain("The gateway has told no address of this link.");
    expect(await activeParts(shown.html)).toEqual(["script src=/console/console.js"]);
  });

  test("that is unknown leads to following it, and following takes it over", async () => {
    const visitor = await signInAsAdministrator();
    const unknown = await visitor.get("/console/links/pl-v1-310115060000-aa-Nobody");
    expect(unknown.status).toBe(404);
    expect(unknown.html).toContain("/console/links/track");
    const { reference, link_id } = await createLink();
    const followed = await visitor.post("/console/links/track", { named: reference });
    expect(followed).toMatchObject({
      status: 303,
      location: `/console/links/${link_id}?said=link_tracked`,
    });
  });

  test.each([
    ["", 422, "Write the link's id"],
    ["two words", 422, "neither a link's id"],
    ["nobody-has-this", 404, "The gateway knows no such link."],
  ])("named %o can not be followed, and the page says why", async (named, status, words) => {
    const visitor = await signInAsAdministrator();
    const refused = await visitor.post("/console/links/track", { named });
    expect(refused.status).toBe(status);
    expect(textOf(refused.html)).toContain(words);
    expect(valueOf(refused.html, "named")).toBe(named);
  });
});

test("who may only look sees no way to change anything, and the customer masked", async () => {
  const { link_id, order_id } = await createLink();
  const page = await getAs("viewer", `/console/links/${link_id}`);
  expect(page.status).toBe(200);
  for (const what of ["cancel", "notify", "replace"]) {
    expect(page.html).not.toContain(`/console/orders/${order_id}/link/${what}`);
  }
  expect(page.html).not.toContain("9000000001");
  expect(page.html).not.toContain("asha@example.com");
  expect(page.html).toContain("https://wa.me/?text=");
  expect((await getAs("viewer", "/console/links")).html).not.toContain('href="/console/links/new"');
  for (const path of ["/console/links/new", "/console/links/track"]) {
    expect((await getAs("viewer", path)).status).toBe(403);
  }
});
