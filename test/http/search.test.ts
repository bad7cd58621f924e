// GET /v1/search: whatever a person has in hand leads to the order, from the gateway's answers through the
// projection to the door.

import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { inr } from "../../src/domain/money";
import type { OrderView } from "../../src/domain/order-view";
import type { Doors } from "../../src/http/doors";
import { project } from "../../src/ledger/projection";
import {
  api,
  atGateway,
  closeHouse,
  createLink,
  type Made,
  openHouse,
  order,
  settle,
} from "../actor/house";
import { paidOrder, projectionOf } from "../ledger/sample";
import { tell } from "../ledger/settled";
import { administrator, call, expectProblem, faultsOf, visit } from "./door";
import { lacking } from "./scopes";

beforeEach(openHouse);
afterEach(closeHouse);

const NOT_SETTLED: OrderView["settlement"] = {
  stage: null,
  utrs: [],
  gross: inr(0),
  deductions: inr(0),
  recovered: inr(0),
  settled: inr(0),
  pending: inr(0),
  unexplained: inr(0),
  lines: [],
};

/** It has nothing that one could ask. */
const NO_DATABASE = {} as D1Database;

interface Answer {
  readonly data: readonly { readonly order: OrderView; readonly found_by: readonly string[] }[];
  readonly settlement: { readonly utr: string } | null;
  readonly more: boolean;
  readonly next_cursor: null;
}

async function search(q: string): Promise<Answer> {
  const response = await call("GET", `/v1/search?q=${encodeURIComponent(q)}`);
  expect(response.status).toBe(200);
  return response.json();
}

async function found(q: string): Promise<readonly (readonly [id: string, by: string])[]> {
  const { data } = await search(q);
  return data.map(({ order: { id }, found_by }) => [id, found_by.join(" ")]);
}

let persons = 0;

/** Paid by card at the gateway and a part of it refunded, with customer details of nobody else's. */
async function paidAndRefunded(): Promise<
  Made & { readonly phone: string; readonly email: string }
> {
  persons += 1;
  const phone = String(9_800_000_000 + persons);
  const email = `Asha.${phone}@Example.com`;
  const customer = { email_id: email, mobile_number: phone, country_code: "91" };
  const made = await createLink({ customer });
  await atGateway(made.link_id, "pay", { instrument: "card" });
  await call("POST", `/v1/orders/${made.order_id}/refresh`);
  const body = { amount: { value: 25_000, currency: "INR" }, reference: `back-${made.reference}` };
  const refunded = await api("POST", `/v1/orders/${made.order_id}/refunds`, {
    amount: body.amount,
    merchant_refund_reference: body.reference,
  });
  expect(refunded.status).toBe(201);
  await settle(made.order_id, made.link_id);
  return { ...made, phone, email };
}

describe("an order", () => {
  test("is found by each thing that a person may have in hand", async () => {
    const made = await paidAndRefunded();
    const { payments, refunds } = await order(made.order_id);
    const [payment, refund] = [payments[0], refunds[0]];
    const things: readonly (readonly [typed: string | null | undefined, by: string])[] = [
      [made.order_id, "order_id"],
      [` \u200B${made.order_id} `, "order_id"],
      [made.link_id, "payment_link_id"],
      [` ${made.reference.toUpperCase()} `, "reference"],
      [payment?.id, "payment_id"],
      [refund?.refund_id, "refund_id"],
      [`back-${made.reference}`, "refund_reference"],
      [made.email.toUpperCase(), "email"],
      [`+91 ${made.phone.slice(0, 5)} ${made.phone.slice(5)}`, "phone"],
      [payment?.rrn?.replace(/^(.{4})/, "$1 "), "rrn"],
      [refund?.rrn, "rrn"],
    ];
    for (const [typed, by] of things) {
      // A gateway may give a refund no RRN; everything else is there.
      if (typed === null) continue;
      expect([typed, await found(typed ?? "")]).toEqual([typed, [[made.order_id, by]]]);
    }
    const byCard = await found(`${payment?.last4} ₹1,500.00`);
    expect(byCard).toContainEqual([made.order_id, "card_and_amount"]);
  });

  test("that an earlier release wrote without terms is found by its ids and its reference", async () => {
    const made = await paidAndRefunded();
    const { payments, refunds } = await order(made.order_id);
    await env.DB.batch([
      env.DB.prepare("DELETE FROM lookups WHERE home = ?1").bind(made.order_id),
      env.DB.prepare("UPDATE orders SET terms = NULL WHERE id = ?1").bind(made.order_id),
    ]);
    const things = [
      [made.order_id, "order_id"],
      [made.link_id, "payment_link_id"],
      [made.reference, "reference"],
      [payments[0]?.id, "payment_id"],
      [refunds[0]?.refund_id, "refund_id"],
    ] as const;
    for (const [typed, by] of things)
      expect(await found(typed ?? "")).toEqual([[made.order_id, by]]);
  });

  test("that a link is for is found before anybody paid, and once it is paid only once", async () => {
    const made = await createLink();
    await settle(made.link_id, made.order_id);
    const [[before]] = [(await found(made.reference))[0] ?? []];
    expect([made.link_id, made.order_id]).toContain(before);
    await atGateway(made.link_id, "pay");
    await call("POST", `/v1/orders/${made.order_id}/refresh`);
    await settle(made.order_id, made.link_id);
    for (const typed of [made.reference, made.link_id, made.order_id]) {
      expect((await found(typed)).map(([id]) => id)).toEqual([made.order_id]);
    }
  });

  test("whose personal data was removed is found by what stays, and never by the person again", async () => {
    const made = await paidAndRefunded();
    const [payment] = (await order(made.order_id)).payments;
    const before = await search(made.phone);
    expect(before.data).toHaveLength(1);
    const removed = await api("DELETE", `/v1/orders/${made.order_id}/personal-data`);
    expect(removed.status).toBeLessThan(300);
    await settle(made.order_id, made.link_id);
    const late = projectionOf({ ...(before.data[0]?.order ?? paidOrder("nobody")), version: 1 });
    await project(env.DB, late);
    for (const typed of [made.phone, made.email]) expect(await found(typed)).toEqual([]);
    expect(await found(`${payment?.last4} 1500`)).not.toContainEqual([
      made.order_id,
      "card_and_amount",
    ]);
    expect(await found(payment?.rrn ?? "")).toEqual([[made.order_id, "rrn"]]);
    const left = await env.DB.prepare("SELECT term FROM lookups WHERE home = ?1")
      .bind(made.order_id)
      .all<{ readonly term: string }>();
    expect(left.results.length).toBeGreaterThan(0);
    for (const { term } of left.results) {
      expect(term).not.toContain(made.email.toLowerCase());
      expect(term.startsWith("phone:") || term.startsWith("card")).toBe(false);
    }
  });

  test("is shown with its customer masked to who may not see customers", async () => {
    const made = await paidAndRefunded();
    await lacking("customer", async () => {
      const { data } = await search(made.phone);
      expect(data[0]?.order.customer?.["email_id"]).toMatch(/^A•••@/);
      expect(JSON.stringify(data)).not.toContain(made.phone);
    });
  });
});

describe("a search", () => {
  test("offers the transfer whose UTR it is, with its orders, newest first", async () => {
    const utr = `SBIN${Date.now()}`;
    await tell({ utr, read: 1 });
    for (const n of [1, 2]) {
      const settlement = { ...NOT_SETTLED, utrs: [utr] };
      const at = new Date(Date.now() + n).toISOString();
      await project(env.DB, projectionOf(paidOrder(`${utr}-${n}`, { settlement, created_at: at })));
    }
    const answer = await search(utr.toLowerCase());
    expect(answer.settlement?.utr).toBe(utr);
    expect(answer.data.map(({ order: { id } }) => id)).toEqual([`${utr}-2`, `${utr}-1`]);
    expect([answer.more, answer.next_cursor]).toEqual([false, null]);
  });

  test.each([
    ["nothing that is known", "nobody@example.com"],
    ["markup", '<script>alert("1")</script>'],
    ["a formula", "=HYPERLINK(1)"],
    ["SQL", "' OR 1=1 --"],
    ["a pattern", "%"],
    ["nothing that can be seen", "\u200B\u202E"],
    ["right to left", "\u202Eمرحبا"],
    ["two hundred characters", "9".repeat(200)],
  ])("for %s finds nothing, and says so", async (_, q) => {
    expect(await search(q)).toEqual({ data: [], settlement: null, more: false, next_cursor: null });
  });

  test("names what is wrong with the question, and does not repeat it", async () => {
    const long = "asha@example.com ".repeat(600);
    const refused = await call("GET", `/v1/search?q=${encodeURIComponent(long)}`);
    expect(await refused.clone().text()).not.toContain("asha");
    expect(faultsOf(await expectProblem(refused, 400, "query_invalid"))).toEqual({
      q: "must be at most 200 characters long",
    });
    expect((await call("GET", "/v1/search?q=%ED%A0%BD")).status).toBe(200);
    for (const path of ["/v1/search", "/v1/search?q=", "/v1/search?q=a&limit=5"]) {
      await expectProblem(await call("GET", path), 400, "query_invalid");
    }
  });

  test("leaves nothing of the question in the log, also when the ledger gives no answer", async () => {
    const lines: string[] = [];
    const spy = vi
      .spyOn(console, "error")
      .mockImplementation((line) => void lines.push(String(line)));
    const silent = (doors: Doors): Doors => ({ ...doors, db: NO_DATABASE });
    const path = "/v1/search?q=asha%40example.com+9000000001";
    const refused = await visit(silent, path, { headers: administrator });
    spy.mockRestore();
    await expectProblem(refused, 503, "ledger_unavailable");
    expect(lines).not.toEqual([]);
    expect(lines.join("\n")).not.toMatch(/asha|9000000001/);
  });
});
