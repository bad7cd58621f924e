// The customer's redirect: it proves nothing, it asks, it sends on or says what is true. Driven with
// the fields that the sandbox would have posted, and with those that a liar would.

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { networkOf } from "../../src/http/connect";
import type { Doors } from "../../src/http/doors";
import {
  api,
  atGateway,
  closeHouse,
  createLink,
  type Made,
  openHouse,
  order,
  pass,
} from "../actor/house";
import { ask } from "../sandbox/gateway";
import { expectProblem, knock, visit, withOrders } from "./door";

beforeEach(openHouse);
afterEach(() => {
  closeHouse();
  vi.restoreAllMocks();
});

type Fields = Readonly<Record<string, string>>;

/** What the gateway posts after this action, as its own redirect says. */
async function after(made: Made, action: string, body: unknown = {}): Promise<Fields> {
  const { redirect } = (await atGateway(made.link_id, action, body)) as unknown as {
    redirect: { url: string; fields: Fields };
  };
  expect(redirect.url).toBe(`http://localhost:8787/callback/${made.token}`);
  return redirect.fields;
}

/** As the browser carries it there; each from an address of its own. */
async function arrive(path: string, fields: Fields): Promise<Response> {
  return knock(path, {
    method: "POST",
    headers: { "cf-connecting-ip": address(), origin: "https://gateway.test" },
    body: new URLSearchParams(fields),
  });
}

async function look(path: string): Promise<Response> {
  return knock(path, { headers: { "cf-connecting-ip": address() } });
}

function address(): string {
  // A network of its own: one visitor has a whole /64.
  return `2001:db8:${crypto.randomUUID().slice(0, 4)}:${crypto.randomUUID().slice(0, 4)}::1`;
}

const pages = {
  callback_url: "https://shop.test/thanks?cart=7",
  failure_callback_url: "https://shop.test/sorry",
};

describe("the guide's table: which URL is used", () => {
  const rows: readonly (readonly [string, Record<string, unknown>, string, string | null])[] = [
    ["a successful payment goes to callback_url", pages, "pay", "https://shop.test/thanks?cart=7&"],
    ["a failed payment goes to failure_callback_url", pages, "fail", "https://shop.test/sorry?"],
    [
      "a failed payment without one goes to callback_url",
      { callback_url: pages.callback_url },
      "fail",
      "https://shop.test/thanks?cart=7&",
    ],
    ["a successful payment with no URLs stays on our own page", {}, "pay", null],
    ["a failed payment with no URLs stays on our own page", {}, "fail", null],
  ];
  test.each(rows)("%s", async (_, urls, action, target) => {
    const made = await createLink(urls);
    const fields = await after(made, action, action === "fail" ? { final: true } : {});
    pass(11_000);
    const response = await arrive(`/callback/${made.token}`, fields);
    if (target === null) {
      expect(response.status).toBe(200);
      expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
    } else {
      expect(response.status).toBe(303);
      expect(response.headers.get("location")).toBe(`${target}chukta=${made.token}`);
      expect(response.headers.get("referrer-policy")).toBe("no-referrer");
    }
  });

  test("the settings' pages stand in for a link without its own", async () => {
    const made = await createLink();
    await atGateway(made.link_id, "pay");
    pass(11_000);
    const response = await visit(
      (doors) => ({ ...doors, config: { ...doors.config, return_url: "https://set.test/ok" } }),
      `/callback/${made.token}`,
    );
    expect(response.headers.get("location")).toBe(`https://set.test/ok?chukta=${made.token}`);
  });

  test("an outcome that is not final stays with us even when there are pages to go to", async () => {
    const made = await createLink(pages);
    const response = await look(`/callback/${made.token}`);
    expect(response.status).toBe(200);
  });
});

describe("a redirect that lies", () => {
  test("PROCESSED for an unpaid link changes nothing and says pending", async () => {
    const made = await createLink(pages);
    const fields = { order_id: made.order_id, status: "PROCESSED", signature: "AB".repeat(32) };
    const response = await arrive(`/callback/${made.token}`, fields);
    expect(response.status).toBe(200);
    const page = await response.text();
    expect(page).toContain("We have not received confirmation from the bank yet.");
    expect(page).not.toContain("Payment received");
    expect(await order(made.order_id)).toMatchObject({ stage: "awaiting_payment" });
  });

  test("a paid order's id under another link's token collects nothing", async () => {
    const paid = await createLink(pages);
    const fields = await after(paid, "pay");
    const other = await createLink(pages);
    pass(11_000);
    const response = await arrive(`/callback/${other.token}`, fields);
    expect(response.status).toBe(200);
    const page = await response.text();
    expect(page).not.toContain("Payment received");
    expect(page).not.toContain(paid.order_id);
    const { discrepancies } = await order(other.order_id);
    expect(discrepancies.map(({ type }) => type)).toContain("redirect_of_another_link");
  });

  test("a wrong signature gets its true answer, and is kept as a discrepancy", async () => {
    const made = await createLink(pages);
    const fields = await after(made, "pay");
    pass(11_000);
    const forged = { ...fields, signature: "00".repeat(32) };
    const response = await arrive(`/callback/${made.token}`, forged);
    expect(response.status).toBe(303);
    const { discrepancies } = await order(made.order_id);
    expect(discrepancies.map(({ type }) => type)).toContain("redirect_signature_invalid");
  });

  test("no field can name where the customer is sent", async () => {
    const made = await createLink();
    const fields = await after(made, "pay");
    pass(11_000);
    const evil = "https://evil.test/";
    const response = await arrive(`/callback/${made.token}?return_url=${evil}&chukta=${evil}`, {
      ...fields,
      return_url: evil,
      callback_url: evil,
    });
    expect(response.headers.get("location")).toBeNull();
    expect(await response.text()).not.toContain("evil.test");
  });
});

describe("however the fields come", () => {
  const ways: readonly (readonly [string, (fields: Fields) => readonly [string, RequestInit]])[] = [
    ["a form", (fields) => ["", { method: "POST", body: new URLSearchParams(fields) }]],
    ["a multipart form", (fields) => ["", { method: "POST", body: formOf(fields) }]],
    [
      "JSON",
      (fields) => [
        "",
        {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify(fields),
        },
      ],
    ],
    ["a query", (fields) => [`?${new URLSearchParams(fields).toString()}`, {}]],
    [
      "a query with our own count",
      (fields) => [`?n=3&${new URLSearchParams(fields).toString()}`, {}],
    ],
  ];
  test.each(ways)("the signature of %s is found right", async (_, send) => {
    const made = await createLink();
    const fields = await after(made, "pay");
    const seen: unknown[] = [];
    const [query, init] = send(fields);
    const response = await visit(watching(seen), `/callback/${made.token}${query}`, init);
    expect(response.status).toBe(200);
    expect(seen).toMatchObject([
      { reason: "redirect", hint: { order_id: made.order_id, signature: "valid" } },
    ]);
  });

  function formOf(fields: Fields): FormData {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    form.append("attachment", new File(["x"], "x.txt"));
    return form;
  }

  test("the first value of a repeated field counts", async () => {
    const made = await createLink();
    const seen: unknown[] = [];
    const body = `order_id=${made.order_id}&order_id=v1-310115060000-aa-Other&status=FAILED`;
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    await visit(watching(seen), `/callback/${made.token}`, { method: "POST", headers, body });
    expect(seen).toMatchObject([{ hint: { order_id: made.order_id, signature: "absent" } }]);
  });

  test.each([
    ["fifty-one fields", Array.from({ length: 51 }, (_, at) => `f${at}=1`).join("&")],
    ["bytes that are no text", Uint8Array.from([0xff, 0xfe])],
  ])("%s are no reason to leave a customer without an answer", async (_, body) => {
    const made = await createLink();
    const response = await knock(`/callback/${made.token}`, {
      method: "POST",
      headers: { "cf-connecting-ip": address() },
      body,
    });
    expect(response.status).toBe(200);
  });

  test("more than 64 KiB are not read", async () => {
    const made = await createLink();
    const response = await arrive(`/callback/${made.token}`, { status: "x".repeat(65_536) });
    expect(response.status).toBe(413);
    expect(await response.text()).toContain("Your payment is not affected");
  });
});

/** The doors with an eye on what the actor is asked. */
function watching(seen: unknown[]): (doors: Doors) => Doors {
  return (doors) =>
    withOrders(doors, {
      verdict: async (key, question) => {
        seen.push(question);
        return doors.orders.verdict(key, question);
      },
    });
}

describe("the page", () => {
  test("is sent with headers that let it do nothing but be read", async () => {
    const made = await createLink();
    const response = await look(`/callback/${made.token}`);
    const policy = response.headers.get("content-security-policy");
    expect(policy).toBe(
      "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(response.headers.get("referrer-policy")).toBe("no-referrer");
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    const page = await response.text();
    expect(page).toMatch(/^<!doctype html><html lang="en">/);
    expect(page).not.toMatch(/<script|<style| style=| on[a-z]+=/);
    expect(page).toContain('name="viewport"');
    expect(page).toMatch(/<main>.*<h1>.*role="status"/s);
    const style = await knock(/href="([^"]+\.css)"/.exec(page)?.[1] ?? "");
    expect(style.headers.get("content-type")).toBe("text/css; charset=utf-8");
    expect(await style.text()).toContain("prefers-color-scheme: dark");
  });

  const outcomes: readonly (readonly [
    string,
    Record<string, unknown>,
    readonly (readonly [string, object])[],
    readonly string[],
  ])[] = [
    ["paid", {}, [["pay", {}]], ["Payment received", "₹1,500.00"]],
    [
      "authorized",
      { pre_auth: true, allowed_payment_methods: ["CARD"] },
      [["authorize", {}]],
      ["Payment authorised", "has not been taken yet"],
    ],
    [
      "part paid",
      { part_payment: true },
      [["pay", { amount: 60_000 }]],
      ["Part of the payment", "₹600.00", "₹900.00", "Pay the rest"],
    ],
    [
      "being confirmed",
      {},
      [["initiate", {}]],
      ["being confirmed", "do not need to pay again", "Check now"],
    ],
    ["failed", {}, [["fail", { final: true }]], ["did not go through", "Try again"]],
    ["expired", {}, [["expire", {}]], ["has expired", "takes no more payments"]],
    [
      "refunded",
      {},
      [
        ["pay", {}],
        ["refund", {}],
      ],
      ["was refunded", "₹1,500.00"],
    ],
    [
      "partly refunded",
      {},
      [
        ["pay", {}],
        ["refund", { amount: 50_000 }],
      ],
      ["Payment received", "₹500.00"],
    ],
    [
      "voided",
      { pre_auth: true, allowed_payment_methods: ["CARD"] },
      [
        ["authorize", {}],
        ["void", {}],
      ],
      ["was released", "will not be taken"],
    ],
  ];
  test.each(outcomes)("says that it is %s", async (_, change, actions, words) => {
    const made = await createLink(change);
    for (const [action, body] of actions) await atGateway(made.link_id, action, body);
    pass(11_000);
    const response = await look(`/callback/${made.token}`);
    expect(response.status).toBe(200);
    const page = await response.text();
    for (const word of words) expect(page).toContain(word);
    expect(page).toContain(made.reference);
    expect(page).not.toMatch(/asha|9000000001/);
  });

  test("says that it was cancelled", async () => {
    const made = await createLink();
    expect((await api("POST", `/v1/links/${made.link_id}/cancel`)).status).toBe(200);
    const page = await (await look(`/callback/${made.token}`)).text();
    expect(page).toContain("This payment was cancelled");
    expect(page).not.toContain('class="button"');
  });

  test("the way back is the gateway's own link, and nothing that is no web address", async () => {
    const made = await createLink({ part_payment: true });
    await atGateway(made.link_id, "pay", { amount: 60_000 });
    pass(11_000);
    const page = await (await look(`/callback/${made.token}`)).text();
    const { link } = await order(made.order_id);
    expect(page).toContain(`<a class="button" href="${link?.payment_link}">`);
    const scripted = await visit(
      (doors) =>
        withOrders(doors, {
          verdict: async (...asked) => {
            const answer = await doors.orders.verdict(...asked);
            return answer && { ...answer, payment_link: "javascript:alert(1)" };
          },
        }),
      `/callback/${made.token}`,
    );
    expect(await scripted.text()).not.toContain("javascript:");
  });

  test("names the merchant and where to ask, and escapes what it is given", async () => {
    const made = await createLink();
    const response = await visit(
      (doors) => ({
        ...doors,
        config: {
          ...doors.config,
          merchant: {
            ...doors.config.merchant,
            name: "<b>Shop</b>",
            support_contact: "a@shop.test",
          },
        },
      }),
      `/callback/${made.token}`,
    );
    const page = await response.text();
    expect(page).toContain("&lt;b&gt;Shop&lt;/b&gt;");
    expect(page).toContain('<a href="mailto:a@shop.test">');
  });

  test("asks again by itself while it waits, ever more slowly, and then no more", async () => {
    const made = await createLink();
    const path = `/callback/${made.token}`;
    const waits: number[] = [];
    let next: string | undefined = path;
    while (next !== undefined && waits.length < 30) {
      const page: string = await (await look(next)).text();
      const [, seconds, url] = /http-equiv="refresh" content="(\d+); url=([^"]+)"/.exec(page) ?? [];
      if (seconds === undefined) break;
      waits.push(Number(seconds));
      expect(page).toContain(`<a href="${path}">Check now</a>`);
      next = url;
    }
    expect(waits[0]).toBe(5);
    expect(waits).toEqual(waits.toSorted((a, b) => a - b));
    expect(waits.length).toBeGreaterThan(5);
    expect(waits.length).toBeLessThan(30);
  });

  test("a final outcome is not asked for again", async () => {
    const made = await createLink();
    await atGateway(made.link_id, "pay");
    pass(11_000);
    const page = await (await look(`/callback/${made.token}`)).text();
    expect(page).not.toContain("http-equiv");
  });
});

describe("without a token", () => {
  test("shows the state in words only: no amount, no reference, no way on, no token", async () => {
    const made = await createLink(pages);
    const fields = await after(made, "pay");
    pass(11_000);
    const response = await arrive("/callback", fields);
    expect(response.status).toBe(200);
    const page = await response.text();
    expect(page).toContain("Payment received");
    expect(page).not.toMatch(/₹|class="button"|asha|shop\.test/);
    expect(page).not.toContain(made.reference);
    expect(page).not.toContain(made.token);
  });

  test("looks again at the same order while it waits", async () => {
    const made = await createLink();
    const page = await (await arrive("/callback", { order_id: made.order_id })).text();
    expect(page).toContain(`url=/callback?order_id=${made.order_id}&amp;n=1`);
  });

  test("an order that the gateway does not know is 404 and stores nothing", async () => {
    const id = "v1-310115060000-aa-NoBody";
    const response = await arrive("/callback", { order_id: id, status: "PROCESSED" });
    expect(response.status).toBe(404);
    expect(await response.text()).toContain("We do not know this payment");
    expect((await api("GET", `/v1/orders/${id}`)).status).toBe(404);
  });

  test("an order of the gateway that came without us is learnt by asking", async () => {
    const made = await ask("POST", "/sandbox/orders", { amount: 25_000 });
    const id = made.body.order.order_id;
    expect((await arrive("/callback", { order_id: id, status: "PROCESSED" })).status).toBe(200);
    expect(await order(id)).toMatchObject({ stage: "awaiting_payment" });
  });

  test.each([
    ["nothing", {}],
    ["an id that would name another actor", { order_id: "reference:shop-1" }],
    ["a link's id", { order_id: "pl-v1-310115060000-aa-x" }],
  ])("%s is 404", async (_, fields) => {
    expect((await arrive("/callback", fields)).status).toBe(404);
  });
});

describe("at the door", () => {
  test.each([
    ["that nobody has", `${"A".repeat(24)}.shop-1`],
    ["of no form", "token"],
    ["that is not even text", "%ff%fe"],
  ])("a token %s is a page that knows nothing", async (_, token) => {
    const response = await look(`/callback/${token}`);
    expect(response.status).toBe(404);
    expect(await response.text()).toContain("We do not know this payment");
  });

  test("one address may come thirty times a minute, then is asked to wait", async () => {
    const made = await createLink();
    const headers = { "cf-connecting-ip": "192.0.2.7" };
    let welcome = 0;
    let response = await knock(`/callback/${made.token}`, { headers });
    for (; response.status === 200 && welcome < 60; welcome += 1) {
      response = await knock(`/callback/${made.token}`, { headers });
    }
    expect(response.status).toBe(429);
    expect(response.headers.get("retry-after")).toBe("60");
    expect(await response.text()).toContain("If you have paid, you do not need to pay again.");
    // Thirty, or some more where the platform's own minute ended on the way: it counts real ones.
    expect(welcome).toBeGreaterThanOrEqual(30);
  });

  test("one visitor does not come from every address of an IPv6 network", () => {
    expect(networkOf("2001:db8:1:2:3:4:5:6")).toBe("2001:db8:1:2::/64");
    expect(networkOf("2001:DB8:0001:2::9")).toBe("2001:db8:1:2::/64");
    expect(networkOf("2001:db8::9")).toBe("2001:db8:0:0::/64");
    expect(networkOf("::1")).toBe("0:0:0:0::/64");
    expect(networkOf("2001:db8:1:3::9")).not.toBe(networkOf("2001:db8:1:2::9"));
    expect(networkOf("192.0.2.7")).toBe("192.0.2.7");
    expect(networkOf("::ffff:192.0.2.7")).toBe("::ffff:192.0.2.7");
    expect(networkOf("unknown")).toBe("unknown");
  });

  test.each([
    ["fails", () => Promise.reject(new Error("planted"))],
    ["hangs", () => new Promise<boolean>(() => {})],
  ])("a rate limit that %s keeps no customer out", async (_, callbackPerAddress) => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    const made = await createLink();
    const response = await visit(
      (doors) => ({ ...doors, limits: { ...doors.limits, callbackPerAddress } }),
      `/callback/${made.token}`,
    );
    expect(response.status).toBe(200);
  });

  test("an actor that does not answer is a page that says so, and nothing private in the log", async () => {
    const logged = vi.spyOn(console, "error").mockImplementation(() => {});
    const made = await createLink();
    const verdict = () => Promise.reject(new Error(`planted ${made.token} asha@example.com`));
    const response = await visit(
      (doors) => withOrders(doors, { verdict }),
      `/callback/${made.token}`,
    );
    expect(response.status).toBe(503);
    expect(await response.text()).toContain("We can not look up your payment right now");
    expect(logged.mock.calls.join("\n")).not.toMatch(/asha/);
    expect(logged.mock.calls.join("\n")).not.toContain(made.token);
  });

  test("another method is 405", async () => {
    await expectProblem(await knock("/callback/x", { method: "PUT" }), 405, "method_not_allowed");
  });
});
