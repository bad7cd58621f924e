// The sums of a reconciliation: every payment once, none left out, and the account's other business apart.
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { paisa } from "../../src/domain/money";
import { toIso } from "../../src/domain/time";
import { project } from "../../src/ledger/projection";
import { reconciliation } from "../../src/ledger/reconciliation";
import { findSettlement } from "../../src/ledger/settlements";
import { NOW, paidOrder, projectionOf, sampleBooks, sampleLink, samplePayment } from "./sample";
import { tell } from "./settled";

const DAY = 86_400_000;
const LINK = "pl-one";

beforeEach(async () => {
  await env.DB.batch(
    ["orders", "payments", "aliases", "settlements", "settlement_lines", "discrepancies"].map(
      (table) => env.DB.prepare(`DELETE FROM ${table}`),
    ),
  );
});

async function byPayment(orders_without_link = true, range = { from: NOW, before: NOW + DAY }) {
  return reconciliation(env.DB, { ...range, by: "payment_date", orders_without_link });
}

const settled = {
  ...sampleBooks(10_000),
  fees: paisa(236),
  settled: paisa(9_764),
  pending: paisa(0),
};

describe("a payment that two gateway orders of a link know", () => {
  const payment = samplePayment("shared-up-k");
  const link = sampleLink(LINK);
  const known = (home: string, books = sampleBooks(10_000)) =>
    paidOrder(home, { link, payments: [{ ...payment, books }] });

  it.each([
    ["v1-a", "v1-b"],
    ["v1-b", "v1-a"],
  ])("is counted once while one of them waits: %s is the home of %s", async (home, other) => {
    await project(env.DB, projectionOf(known(other)));
    await project(env.DB, projectionOf(known(home, settled), { aliases: [LINK] }));
    expect(await byPayment()).toMatchObject({
      collected: 10_000,
      counts: { payments: 1 },
      rows: expect.arrayContaining([
        { name: "settled", amount: 9_764 },
        { name: "not_yet_settled", amount: 0 },
      ]),
    });
    expect(await byPayment(false)).toMatchObject({ collected: 10_000, other_business: 0 });
    await project(env.DB, projectionOf(known(home, settled), { aliases: [LINK, other] }));
    expect(await byPayment()).toMatchObject({ collected: 10_000, counts: { payments: 1 } });
  });

  it("counts with the smaller name while nobody is the home", async () => {
    await project(env.DB, projectionOf(known("v1-b")));
    await project(env.DB, projectionOf(known("v1-a", settled)));
    await project(env.DB, projectionOf(known("v1-c")));
    const found = await byPayment();
    expect(found).toMatchObject({ collected: 10_000, counts: { payments: 1 } });
    expect(found.rows).toContainEqual({ name: "settled", amount: 9_764 });
  });

  it("is counted once though the two put it on different days", async () => {
    const undated = { ...payment, created_at: null };
    const first = paidOrder("v1-a", { created_at: toIso(NOW + 2 * DAY), payments: [undated] });
    await project(env.DB, projectionOf(first));
    await project(env.DB, projectionOf(paidOrder("v1-b", { payments: [payment] })));
    expect(await byPayment()).toMatchObject({ collected: 0 });
    const whole = { from: 0, before: NOW + 3 * DAY };
    expect(await byPayment(true, whole)).toMatchObject({ collected: 10_000 });
  });
});

describe("a payment whose time nobody has said", () => {
  it("counts when its order began, and by its own time once that is known", async () => {
    const at = toIso(NOW + DAY);
    const order = paidOrder("v1-undated", {
      created_at: at,
      payments: [samplePayment("undated-up-k", { created_at: null })],
    });
    await project(env.DB, projectionOf(order));
    expect(await byPayment()).toMatchObject({ collected: 0 });
    const next = { from: NOW + DAY, before: NOW + 2 * DAY };
    expect(await byPayment(true, next)).toMatchObject({ collected: 10_000 });
    const dated = [samplePayment("undated-up-k", { created_at: toIso(NOW + 5) })];
    await project(env.DB, projectionOf({ ...order, payments: dated, version: 3 }));
    expect(await byPayment()).toMatchObject({ collected: 10_000 });
    expect(await byPayment(true, next)).toMatchObject({ collected: 0 });
  });
});

describe("the account's other business", () => {
  it("is counted apart where orders without a link are not ours, and the setting decides at once", async () => {
    const ours = paidOrder("v1-ours", { link: sampleLink("pl-ours") });
    const other = paidOrder("v1-other", {
      payments: [
        samplePayment("v1-other-1", { books: settled }),
        samplePayment("v1-other-2", { books: sampleBooks(700) }),
      ],
    });
    await project(env.DB, projectionOf(ours));
    await project(env.DB, projectionOf(other));
    expect(await byPayment(false)).toMatchObject({
      collected: 10_000,
      other_business: 10_700,
      counts: { payments: 1, payments_not_counted: 0, payments_other_business: 2 },
      balance: 0,
    });
    expect(await byPayment(true)).toMatchObject({
      collected: 20_700,
      other_business: 0,
      counts: { payments: 3, payments_other_business: 0 },
    });
    // Its link is found out later: it was ours all along.
    const linked = { ...other, link: sampleLink("pl-late"), version: 3 };
    await project(env.DB, projectionOf(linked));
    expect(await byPayment(false)).toMatchObject({ collected: 20_700, other_business: 0 });
  });
});

describe("what a transfer leaves unexplained", () => {
  it.each([
    ["nothing", {}],
    ["a detail that keeps more than it says", { totals: { net: paisa(9_000) } }],
    [
      "a list that says what the detail does not",
      { totals: { net: paisa(9_000) }, row: { net: paisa(19_528) } },
    ],
    ["a transfer of which only the list is known", { totals: null }],
    ["a list without a gross", { totals: null, row: { gross: null } }],
  ] as const)("is the rest of its own figures, and of the reconciliation: %s", async (_, told) => {
    await tell({ utr: "UTR1", read: 1, ...told });
    const found = await findSettlement(env.DB, "UTR1");
    if (found === null) throw new Error("no such transfer");
    const { refunds, fees, taxes, recoveries, split, beside, net, gross, unexplained } = found;
    const parts = [refunds, fees, taxes, recoveries, split, beside, net];
    const rest = parts.reduce((left, part) => left - (part?.value ?? 0), gross?.value ?? 0);
    expect(unexplained?.value).toBe(rest);
    const range = { from: NOW, before: NOW + 1 };
    const sums = await reconciliation(env.DB, {
      ...range,
      by: "settlement_date",
      orders_without_link: true,
    });
    expect(sums.rows).toContainEqual({ name: "unexplained", amount: rest });
    expect(sums.other_business).toBeNull();
  });

  it("is not said where nobody has said anything", async () => {
    const row = { gross: null, net: null, deductions: null };
    await tell({ utr: "UTR1", read: 1, totals: null, row });
    expect(await findSettlement(env.DB, "UTR1")).toMatchObject({ unexplained: null });
  });
});
