// The reconciliation in the console: a statement with both totals and what is behind the difference, honest
// about what was not read, with its files.

import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { paisa } from "../../src/domain/money";
import { project } from "../../src/ledger/projection";
import { closeHouse, openHouse } from "../actor/house";
import { tableOf } from "../http/table";
import {
  NOW,
  paidOrder,
  projectionOf,
  sampleBooks,
  sampleLink,
  samplePayment,
} from "../ledger/sample";
import { tell } from "../ledger/settled";
import { signInAsAdministrator, textOf, type Visitor } from "./visit";

const HOUR = 3_600_000;

let visitor: Visitor;

beforeEach(async () => {
  await openHouse();
  await env.DB.batch(
    ["settlements", "settlement_lines", "discrepancies", "payments", "orders"].map((table) =>
      env.DB.prepare(`DELETE FROM ${table}`),
    ),
  );
  visitor = await signInAsAdministrator();
});
afterEach(closeHouse);

async function text(path: string, status = 200): Promise<string> {
  const shown = await visitor.get(path);
  expect(shown.status).toBe(status);
  expect(shown.html).not.toMatch(/ style=| on[a-z]+=|<script>/);
  return textOf(shown.html);
}

describe("the reconciliation", () => {
  test("is of the last seven days unless other days are asked for", async () => {
    const shown = await text("/console/reconciliation");
    expect(shown).toContain("9 Jan 2031 to 15 Jan 2031");
    expect(shown).toContain("Every rupee is explained");
    expect(shown).toContain("The settlement reports are not read yet");
  });

  test("by transfers shows both totals, the difference, and the way to what is behind it", async () => {
    await tell({ utr: "UTR1", read: 1, row: { settled_at: NOW } });
    await tell({
      utr: "UTR2",
      read: 2,
      row: { settled_at: NOW + HOUR },
      at: NOW + 2 * HOUR,
      totals: { net: paisa(19_000) },
    });
    const path = "/console/reconciliation?from=2031-01-01&to=2031-01-01&by=settlement_date";
    const shown = await text(path);
    expect(shown).toContain("1 Jan 2031 A rest is not explained");
    expect(shown).toContain("Collected in these transfers ₹400.00");
    expect(shown).toContain("All of these together ₹394.72");
    expect(shown).toContain("Difference no record says where it is ₹5.28");
    expect(shown).toContain("never comes through Pine Labs stands in no report of transfers");
    expect(shown).toContain("Transfers that do not add up 1");
    expect(shown).not.toMatch(/[a-z]_[a-z]/);
    const { html } = await visitor.get(path);
    expect(html).toContain(
      'href="/console/settlements?from=2031-01-01&amp;to=2031-01-01&amp;holds=false"',
    );
  });

  test("by payments says where what customers paid is, and hands the payments on as a file", async () => {
    const order = paidOrder("v1-310101000000-aa-One", {
      link: sampleLink("pl-v1-310101000000-aa-One"),
      payments: [
        samplePayment("v1-310101000000-aa-One-cc-a", {
          created_at: "2031-01-01T10:00:00.000Z",
          books: sampleBooks(10_000),
        }),
      ],
    });
    await project(env.DB, projectionOf(order));
    const days = "from=2031-01-01&to=2031-01-01";
    const shown = await text(`/console/reconciliation?${days}`);
    expect(shown).toContain("Collected paid by customers ₹100.00");
    expect(shown).toContain("Tax on the fees GST counted within the fees");
    expect(shown).toContain("Payments 1");
    const file = await visitor.get(`/console/reconciliation/payments.csv?${days}`);
    expect(file.headers.get("content-disposition")).toContain("payments.csv");
    expect(tableOf(file.html)).toHaveLength(1);
    const before = "from=2030-12-30&to=2030-12-31";
    const other = await visitor.get(`/console/reconciliation/payments.csv?${before}`);
    expect(tableOf(other.html)).toEqual([]);
    for (const name of ["refunds", "orders"]) {
      const made = await visitor.get(`/console/reconciliation/${name}.csv?${days}`);
      expect(made.headers.get("content-type")).toContain("text/csv");
    }
    expect((await visitor.get("/console/reconciliation/keys.csv")).status).toBe(404);
    expect((await visitor.get("/console/reconciliation/orders.csv?from=soon")).status).toBe(400);
  });

  test.each([
    ["from=soon&to=2031-01-01", "from"],
    ["from=2031-01-01&to=2031-02-30", "to"],
    ["from=2031-01-02&to=2031-01-01", "from"],
    ["from=2029-01-01&to=2031-01-01", "from"],
  ])("of %s says so beside the field", async (query, name) => {
    const shown = await visitor.get(`/console/reconciliation?${query}`);
    expect(shown.status).toBe(400);
    expect(shown.html).toContain(`id="field-${name}-fault"`);
    expect(textOf(shown.html)).toContain("Change what is marked below");
  });

  test("by something else is told in the API's words", async () => {
    expect(await text("/console/reconciliation?by=moon", 400)).toContain("must be one of");
  });
});
