// The projection: guarded by version, atomic, safe to repeat, and cheap.
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { inr } from "../../src/domain/money";
import type { OrderView } from "../../src/domain/order-view";
import { toIso } from "../../src/domain/time";
import { findHome, listOrders } from "../../src/ledger/orders";
import { project, projectAlias, type Projection } from "../../src/ledger/projection";
import { counting } from "./counting";
import {
  NOW,
  orderless,
  paidOrder,
  projectionOf,
  sampleDiscrepancy,
  sampleEvent,
  sampleLink,
  sampleMessage,
  sampleOrder,
  samplePayment,
  sampleRefund,
} from "./sample";

async function rows(table: string, home: string): Promise<readonly Record<string, unknown>[]> {
  const column = table === "orders" ? "id" : table === "messages" ? "actor" : "home";
  const statement = `SELECT * FROM ${table} WHERE ${column} = ?1 ORDER BY 1, 2`;
  return (await env.DB.prepare(statement).bind(home).all()).results;
}

async function written(projection: Projection): Promise<number> {
  const { db, tally } = counting(env.DB);
  await project(db, projection);
  return tally.rows_written;
}

/** The value back from SQL as it is in the view. */
async function shown(id: string): Promise<unknown> {
  const [row] = await rows("orders", id);
  return row === undefined ? null : JSON.parse(String(row["doc"]));
}

describe("a projection", () => {
  it("writes the order with its columns, payments, refunds and discrepancies", async () => {
    const order = paidOrder("o-whole", {
      stage: "partially_refunded",
      refunded: inr(2_500),
      refundable: inr(7_500),
      link: sampleLink("pl-whole", { status: "PROCESSED" }),
      refunds: [sampleRefund("r-whole", { order_id: "o-whole" })],
      discrepancies: [sampleDiscrepancy()],
    });
    await project(env.DB, projectionOf(order, { next_inquiry_at: NOW + 5, wake_at: NOW + 6 }));
    expect(await shown("o-whole")).toEqual(order);
    expect((await rows("orders", "o-whole"))[0]).toMatchObject({
      version: 2,
      order_id: "o-whole",
      payment_link_id: "pl-whole",
      merchant_reference: "ref-o-whole",
      stage: "partially_refunded",
      status: "PROCESSED",
      link_status: "PROCESSED",
      currency: "INR",
      amount: 10_000,
      captured: 10_000,
      refunded: 2_500,
      refundable: 7_500,
      created_at: NOW,
      next_inquiry_at: NOW + 5,
      wake_at: NOW + 6,
    });
    expect((await rows("payments", "o-whole"))[0]).toMatchObject({
      id: "o-whole-cc-1",
      order_id: "o-whole",
      status: "PROCESSED",
      payment_method: "CARD",
      amount: 10_000,
      rrn: "430712345678",
      created_at: NOW,
      doc: JSON.stringify(order.payments[0]),
    });
    expect((await rows("refunds", "o-whole"))[0]).toMatchObject({
      id: "r-whole",
      reference: "ref-r-whole",
      amount: 2_500,
      doc: JSON.stringify(order.refunds[0]),
    });
    expect((await rows("discrepancies", "o-whole"))[0]).toMatchObject({
      key: "over_refunded",
      severity: "loss",
      ours: "10000",
      theirs: "12000",
      amount: 2_000,
      closed_at: null,
    });
  });

  it("keeps an amount that nobody has told as null, not 0", async () => {
    await project(env.DB, projectionOf(sampleOrder("o-null", { amount: null, captured: null })));
    expect((await rows("orders", "o-null"))[0]).toMatchObject({ amount: null, captured: null });
  });

  it("writes nothing when it is older than what stands there", async () => {
    const newer = paidOrder("o-late", { version: 5 });
    const older = sampleOrder("o-late", {
      version: 4,
      discrepancies: [sampleDiscrepancy()],
      payments: [samplePayment("o-late-cc-1", { status: "PENDING" }), samplePayment("o-late-cc-9")],
      refunds: [sampleRefund("r-late")],
    });
    await project(env.DB, projectionOf(newer));
    expect(await written(projectionOf(older, { next_inquiry_at: NOW }))).toBe(0);
    expect(await shown("o-late")).toEqual(newer);
    expect((await rows("payments", "o-late")).map((row) => row["status"])).toEqual(["PROCESSED"]);
    expect(await rows("refunds", "o-late")).toEqual([]);
    expect(await rows("discrepancies", "o-late")).toEqual([]);
  });

  it("keeps messages and events of an older one: they belong to no version", async () => {
    await project(env.DB, projectionOf(paidOrder("o-both", { version: 5 })));
    const late = sampleOrder("o-both", { version: 3 });
    await project(
      env.DB,
      projectionOf(late, {
        messages: [sampleMessage(1, { webhook_id: "msg_both" })],
        events: [sampleEvent("evt_both")],
      }),
    );
    expect(await rows("messages", "o-both")).toHaveLength(1);
    expect(await rows("events", "o-both")).toHaveLength(1);
    expect((await rows("orders", "o-both"))[0]).toMatchObject({ version: 5, stage: "paid" });
  });

  it("writes no row when it is repeated because its answer was lost", async () => {
    const projection = projectionOf(
      paidOrder("o-again", {
        link: sampleLink("pl-again"),
        refunds: [sampleRefund("r-again")],
        discrepancies: [sampleDiscrepancy()],
      }),
      {
        next_inquiry_at: NOW + 1,
        wake_at: NOW + 2,
        messages: [sampleMessage(1, { webhook_id: "msg_again" })],
        events: [sampleEvent("evt_again")],
        aliases: ["pl-again"],
      },
    );
    expect(await written(projection)).toBeGreaterThan(0);
    const before = await rows("orders", "o-again");
    expect(await written(projection)).toBe(0);
    expect(await written(projection)).toBe(0);
    expect(await rows("orders", "o-again")).toEqual(before);
  });

  it("writes only what changed among many payments", async () => {
    const payments = Array.from({ length: 40 }, (_, index) => samplePayment(`o-many-cc-${index}`));
    await project(env.DB, projectionOf(paidOrder("o-many", { payments })));
    expect(await rows("payments", "o-many")).toHaveLength(40);
    const changed = payments.map((payment, index) =>
      index === 7 ? { ...payment, status: "FAILED" } : payment,
    );
    const next = paidOrder("o-many", { payments: changed, version: 3 });
    // The order's row and one payment's.
    expect(await written(projectionOf(next))).toBe(2);
  });

  it("takes more payments than D1 takes parameters or one statement takes rows", async () => {
    const payments = Array.from({ length: 401 }, (_, index) => samplePayment(`o-lots-cc-${index}`));
    await project(env.DB, projectionOf(paidOrder("o-lots", { payments })));
    expect(await rows("payments", "o-lots")).toHaveLength(401);
  });

  it("of an order that no row could hold writes all of its payments, and a shortened order", async () => {
    const error = { code: "U30", message: "x".repeat(1_000) };
    const payments = Array.from({ length: 2_000 }, (_, n) =>
      samplePayment(`p-huge-${n}`, { status: n < 1_990 ? "FAILED" : "PROCESSED", error }),
    );
    await project(env.DB, projectionOf(paidOrder("o-huge", { payments })));
    expect(await rows("payments", "o-huge")).toHaveLength(2_000);
    const doc = (await shown("o-huge")) as OrderView;
    expect([doc.shortened, doc.payments.length]).toEqual([true, 100]);
    expect(doc.payments.filter(({ status }) => status === "PROCESSED")).toHaveLength(10);
  });

  it("moves the next inquiry without a new version of the facts", async () => {
    const order = paidOrder("o-asked");
    await project(env.DB, projectionOf(order, { next_inquiry_at: NOW + 1 }));
    const asked = { ...order, checked_at: toIso(NOW + 9) };
    expect(await written(projectionOf(asked, { next_inquiry_at: NOW + 2 }))).toBe(2);
    expect((await rows("orders", "o-asked"))[0]).toMatchObject({ next_inquiry_at: NOW + 2 });
    expect(await shown("o-asked")).toEqual(asked);
  });

  it("closes a discrepancy and keeps its row", async () => {
    const order = paidOrder("o-closed", { discrepancies: [sampleDiscrepancy()] });
    await project(env.DB, projectionOf(order));
    const closed = sampleDiscrepancy({ closed_at: toIso(NOW + 7) });
    await project(
      env.DB,
      projectionOf(paidOrder("o-closed", { version: 3, discrepancies: [closed] })),
    );
    const found = await rows("discrepancies", "o-closed");
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ closed_at: NOW + 7 });
  });

  it("follows a time of creation that turned out to be earlier", async () => {
    await project(env.DB, projectionOf(sampleOrder("o-older")));
    const earlier = sampleOrder("o-older", { version: 2, created_at: toIso(NOW - 86_400_000) });
    await project(env.DB, projectionOf(earlier));
    const page = await listOrders(env.DB, {
      created_from: NOW - 86_400_000,
      created_to: NOW - 86_399_999,
      limit: 10,
    });
    expect(page.ok && page.value.data.map((order) => order.id)).toEqual(["o-older"]);
  });

  it("numbers thousands of orders of one millisecond apart", async () => {
    const moment = NOW + 1e9;
    const batch = (from: number): Promise<unknown>[] =>
      Array.from({ length: 100 }, (_, index) =>
        project(
          env.DB,
          projectionOf(sampleOrder(`o-burst-${from + index}`, { created_at: toIso(moment) })),
        ),
      );
    for (let from = 0; from < 1_200; from += 100) await Promise.all(batch(from));
    const found = await env.DB.prepare(
      "SELECT count(*) AS n, count(DISTINCT seq) AS seqs FROM orders WHERE id LIKE 'o-burst-%'",
    ).first();
    expect(found).toEqual({ n: 1_200, seqs: 1_200 });
  });

  it("does nothing at all when there is nothing to say", async () => {
    expect(await written(orderless("reference:nothing"))).toBe(0);
  });
});

describe("an alias", () => {
  it("loses its own rows and never gets them back", async () => {
    const alias = paidOrder("o-alias", {
      version: 9,
      payments: [samplePayment("p-shared")],
      refunds: [sampleRefund("r-shared")],
      discrepancies: [sampleDiscrepancy()],
    });
    const home = paidOrder("o-home", {
      payments: [samplePayment("p-shared")],
      refunds: [sampleRefund("r-shared")],
    });
    await project(env.DB, projectionOf(alias));
    await project(env.DB, projectionOf(home));
    const retirement = {
      alias: "o-alias",
      home: "o-home",
      payment_ids: ["p-shared"],
      refund_ids: ["r-shared"],
    };
    await projectAlias(env.DB, retirement);
    const late = { ...alias, version: 10 };
    await project(env.DB, projectionOf(late));
    for (const table of ["orders", "payments", "refunds", "discrepancies"]) {
      expect(await rows(table, "o-alias")).toEqual([]);
    }
    expect(await shown("o-home")).toEqual(home);
    expect(await rows("payments", "o-home")).toHaveLength(1);
    expect(await rows("refunds", "o-home")).toHaveLength(1);
    expect(await findHome(env.DB, "o-alias")).toBe("o-home");

    const { db, tally } = counting(env.DB);
    await projectAlias(db, retirement);
    expect(tally.rows_written).toBe(0);
  });

  it("still has its messages mirrored: it took them from the gateway", async () => {
    await project(env.DB, projectionOf(paidOrder("o-heir"), { aliases: ["pl-giver"] }));
    await project(
      env.DB,
      orderless("pl-giver", { messages: [sampleMessage(1, { state: "forwarded" })] }),
    );
    expect(await rows("messages", "pl-giver")).toHaveLength(1);
  });

  it("disappears in the same batch in which its home takes over", async () => {
    const made = sampleOrder("pl-first", { order_id: null, link: sampleLink("pl-first") });
    await project(env.DB, projectionOf(made));
    const [before] = await rows("orders", "pl-first");
    const order = paidOrder("o-second", { link: sampleLink("pl-first") });
    await project(env.DB, projectionOf(order, { aliases: ["pl-first"] }));
    await project(env.DB, projectionOf({ ...made, version: 7 }));
    expect(await shown("o-second")).toEqual(order);
    expect((await rows("orders", "o-second"))[0]?.["seq"]).toBe(before?.["seq"]);
    expect(await rows("orders", "pl-first")).toEqual([]);
    expect(await findHome(env.DB, "pl-first")).toBe("o-second");
    expect(await findHome(env.DB, "o-second")).toBe("o-second");
    expect(await findHome(env.DB, "o-nobody")).toBeNull();
  });

  it("keeps its first home for ever, and a home never becomes one", async () => {
    await project(env.DB, projectionOf(paidOrder("o-one"), { aliases: ["pl-fixed", "o-one"] }));
    await project(env.DB, projectionOf(paidOrder("o-two"), { aliases: ["pl-fixed"] }));
    await projectAlias(env.DB, {
      alias: "o-one",
      home: "pl-fixed",
      payment_ids: [],
      refund_ids: [],
    });
    expect(await findHome(env.DB, "pl-fixed")).toBe("o-one");
    expect(await findHome(env.DB, "o-one")).toBe("o-one");
    expect(await rows("orders", "o-one")).toHaveLength(1);
  });
});

// What D1 bills, counted so that a change that costs more is seen. Indexes count.
describe("the rows written", () => {
  const link = sampleLink("pl-price", { merchant_payment_link_reference: "price" });

  it("of a payment's life, from the link to a refund", async () => {
    const made = sampleOrder("pl-price", {
      order_id: null,
      status: null,
      merchant_reference: "price",
      link,
    });
    const paid = paidOrder("o-price", {
      merchant_reference: "price",
      link: { ...link, status: "PAYMENT_INITIATED" },
    });
    const linkDone = {
      ...paid,
      version: 3,
      link: { ...link, status: "PROCESSED" },
      updated_at: toIso(NOW + 1),
    };
    const asked = { ...linkDone, checked_at: toIso(NOW + 2) };
    const refunded = {
      ...linkDone,
      version: 4,
      stage: "partially_refunded" as const,
      refunds: [sampleRefund("r-price")],
      updated_at: toIso(NOW + 3),
    };
    const price = {
      made: await written(projectionOf(made, { next_inquiry_at: NOW + 1 })),
      paid: await written(
        projectionOf(paid, {
          next_inquiry_at: NOW + 2,
          messages: [sampleMessage(1, { webhook_id: "msg_price_1" })],
          events: [sampleEvent("evt_price_1")],
          aliases: ["pl-price"],
        }),
      ),
      link_done: await written(
        projectionOf(linkDone, {
          aliases: ["pl-price"],
          next_inquiry_at: NOW + 3,
          messages: [sampleMessage(2, { webhook_id: "msg_price_2" })],
        }),
      ),
      asked: await written(
        projectionOf(asked, { next_inquiry_at: NOW + 4, aliases: ["pl-price"] }),
      ),
      refunded: await written(
        projectionOf(refunded, {
          aliases: ["pl-price"],
          next_inquiry_at: NOW + 5,
          messages: [sampleMessage(3, { webhook_id: "msg_price_3" })],
          events: [sampleEvent("evt_price_2", "order.refunded")],
        }),
      ),
    };
    // By a reference and an e-mail address it is found from the first; its home says these two anew, and the
    // RRN and the card with its amount; then the refund's reference. Ids are found by the keys of their tables.
    expect(price).toEqual({ made: 8 + 2, paid: 14 + 2 + 4, link_done: 6, asked: 2, refunded: 12 });
  });

  it("of an order that a webhook brings paid", async () => {
    const order = paidOrder("o-price-2", {
      link: sampleLink("pl-price-2", { status: "PROCESSED" }),
    });
    const projection = projectionOf(order, {
      next_inquiry_at: NOW + 1,
      messages: [1, 2].map((n) => sampleMessage(n, { webhook_id: `msg_price2_${n}` })),
      events: [sampleEvent("evt_price2")],
    });
    // Row, id, stage, update, reference, inquiry; a payment and its time; two messages and an event at two each;
    // and its link's id (no alias of it here), reference, e-mail address, RRN, and card with amount.
    expect(await written(projection)).toBe(15 + 5);
  });
});

describe("the rows by which an order is found", () => {
  async function termsOf(home: string): Promise<readonly string[]> {
    const found = await rows("lookups", home);
    const [order] = await rows("orders", home);
    const terms = found.map((row) => String(row["term"]));
    // The order's own row says which there are.
    if (order !== undefined) {
      expect(terms).toEqual((JSON.parse(String(order["terms"])) as string[]).toSorted());
    }
    return terms;
  }

  const made = (id: string, change: Partial<OrderView> = {}) =>
    sampleOrder(id, { customer: { email_id: `${id}@example.com` }, ...change });

  it("come with it, change with it, and cost nothing while they stay", async () => {
    await project(env.DB, projectionOf(made("o-found")));
    expect(await termsOf("o-found")).toEqual([
      "email:o-found@example.com",
      "reference:ref-o-found",
    ]);
    const staged = made("o-found", { version: 2, stage: "payment_initiated" });
    // The order's row, its stage's index, and those of what changes more often: as before there were terms.
    expect(await written(projectionOf(staged))).toBe(5);
    const customer = { email_id: "NEW@example.com" };
    const changed = { ...staged, version: 3, customer };
    // The order's row; one of these goes and one comes.
    expect(await written(projectionOf(changed))).toBe(1 + 2);
    expect(await written(projectionOf(changed))).toBe(0);
    expect(await termsOf("o-found")).toContain("email:new@example.com");
    expect(await termsOf("o-found")).not.toContain("email:o-found@example.com");
  });

  it("are never those of an older projection, however late it comes", async () => {
    const person = made("o-forgotten", { version: 4, customer: { mobile_number: "9000000001" } });
    const forgotten = made("o-forgotten", { version: 5, customer: null, forgotten_at: toIso(NOW) });
    await project(env.DB, projectionOf(person));
    expect(await termsOf("o-forgotten")).toContain("phone:9000000001");
    await project(env.DB, projectionOf(forgotten));
    const left = ["reference:ref-o-forgotten"];
    expect(await termsOf("o-forgotten")).toEqual(left);
    expect(await written(projectionOf(person))).toBe(0);
    expect(await termsOf("o-forgotten")).toEqual(left);
  });

  it("of one that an earlier release wrote come with its next projection", async () => {
    await project(env.DB, projectionOf(made("o-before")));
    const expected = await termsOf("o-before");
    await env.DB.batch([
      env.DB.prepare("DELETE FROM lookups WHERE home = 'o-before'"),
      env.DB.prepare("UPDATE orders SET terms = NULL WHERE id = 'o-before'"),
    ]);
    await project(env.DB, projectionOf(made("o-before")));
    expect(await termsOf("o-before")).toEqual(expected);
  });

  it("of an alias go with its row, whichever way it goes, and do not come back", async () => {
    const link = sampleLink("pl-searched");
    const first = made("pl-searched", { order_id: null, order_ids: [], link });
    await project(env.DB, projectionOf(first));
    expect(await termsOf("pl-searched")).toContain("reference:ref-pl-searched");
    const home = made("o-searched", { version: 2, link });
    await project(env.DB, projectionOf(home, { aliases: ["pl-searched"] }));
    expect(await termsOf("pl-searched")).toEqual([]);
    expect(await termsOf("o-searched")).toContain("reference:ref-o-searched");

    const other = made("o-other", { version: 9 });
    await project(env.DB, projectionOf(other));
    const retirement = { home: "o-searched", payment_ids: [], refund_ids: [] };
    await projectAlias(env.DB, { alias: "o-other", ...retirement });
    for (const late of [
      { ...first, version: 7 },
      { ...other, version: 10 },
    ]) {
      await project(env.DB, projectionOf(late));
    }
    expect(await termsOf("pl-searched")).toEqual([]);
    expect(await termsOf("o-other")).toEqual([]);
    expect(await termsOf("o-searched")).toHaveLength(2);
    // A home that turns out to be another's alias loses them all.
    await project(env.DB, projectionOf(made("o-claims"), { aliases: ["o-searched"] }));
    expect(await termsOf("o-searched")).toEqual([]);
  });
});
