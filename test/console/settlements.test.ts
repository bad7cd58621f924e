// Settlements in the console: the list and its filters, one transfer with its waterfall and its lines, and the
// reading of the reports.

import { runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { settlementActor } from "../../src/actor/peers";
import { paisa } from "../../src/domain/money";
import { closeHouse, openHouse, pass } from "../actor/house";
import { tableOf } from "../http/table";
import { NOW } from "../ledger/sample";
import { sampleLine, sampleLines, tell } from "../ledger/settled";
import { signInAs } from "./others";
import { signInAsAdministrator, textOf, type Visitor } from "./visit";

const DAY = 86_400_000;

let visitor: Visitor;

beforeEach(async () => {
  await openHouse();
  await env.DB.batch(
    ["settlements", "settlement_lines", "discrepancies"].map((table) =>
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

describe("the list of transfers", () => {
  test("without any says when the first one is to be expected", async () => {
    // Wednesday, 15 January 2031, and the next bank day.
    const shown = await text("/console/settlements");
    expect(shown).toContain("No transfers yet");
    expect(shown).toContain("at your bank by 16 Jan 2031 , 1 bank day later.");
  });

  test("is newest first, says what adds up, and is a table of its own", async () => {
    await tell({ utr: "UTR1", read: 1, row: { settled_at: NOW } });
    await tell({
      utr: "UTR2",
      read: 2,
      row: { settled_at: NOW + DAY },
      at: NOW + 2 * DAY,
      totals: { net: paisa(19_000) },
    });
    await tell({ utr: "UTR3", read: 3, row: { settled_at: null }, totals: null });
    const shown = await text("/console/settlements");
    expect(shown).toMatch(/UTR2 2 Jan 2031 ₹200\.00 ₹10\.00 ₹190\.00 At the bank Does not add up/);
    expect(shown).toMatch(/UTR1 1 Jan 2031 ₹200\.00 ₹4\.72 ₹195\.28 At the bank Adds up/);
    expect(shown).toMatch(/UTR3 Not paid yet, since .* Announced Not read yet/);
    expect(shown.indexOf("UTR2")).toBeLessThan(shown.indexOf("UTR1"));
    const only = await text("/console/settlements?holds=false&from=&to=");
    expect([only.includes("UTR2"), only.includes("UTR1 ")]).toEqual([true, false]);
    expect(await text("/console/settlements?utr=NOBODY")).toContain("No transfer is like that");
    const file = await visitor.get("/console/settlements.csv?holds=false&from=&cursor=x");
    expect(file.headers.get("content-disposition")).toContain("settlements.csv");
    expect(tableOf(file.html).map(({ utr }) => utr)).toEqual(["UTR2"]);
  });

  test("has pages that keep what was asked for", async () => {
    for (let n = 0; n < 27; n += 1) {
      await tell({ utr: `UTR${n + 10}`, read: n + 1, row: { settled_at: NOW + n * DAY } });
    }
    const { html } = await visitor.get("/console/settlements?status=&to=2031-03-01");
    const next = /rel="next" href="([^"]+)"/.exec(html)?.[1]?.replaceAll("&amp;", "&") ?? "";
    expect(next).toContain("to=2031-03-01");
    const rest = await text(next);
    expect([rest.includes("UTR11"), rest.includes("UTR10"), rest.includes("UTR12")]).toEqual([
      true,
      true,
      false,
    ]);
    expect(rest).toContain("First page");
  });

  test.each([
    ["from=2031-02-30", "field-from-fault"],
    ["to=soon", "field-to-fault"],
    ["utr=a-b", "field-utr-fault"],
    ["status=done", "field-status-fault"],
  ])("asked for by %s says so beside the field", async (query, fault) => {
    const shown = await visitor.get(`/console/settlements?${query}`);
    expect(shown.status).toBe(400);
    expect(shown.html).toContain(`id="${fault}"`);
    expect(textOf(shown.html)).toContain("Change what is marked below");
  });

  test("with a place that is none says that in words", async () => {
    expect(await text("/console/settlements?cursor=abc", 400)).toContain("cursor");
    const file = await visitor.get("/console/settlements.csv?from=soon");
    expect(file.status).toBe(400);
    expect(file.headers.get("content-type")).toContain("text/html");
  });
});

describe("a transfer", () => {
  test("leads from what was collected to what was paid, in a picture and in numbers", async () => {
    const refund = sampleLine(2, { role: "refund", gross: paisa(-500), net: paisa(-500) });
    await tell({
      utr: "UTR1",
      read: 1,
      lines: [...sampleLines(2), { ...refund, deductions: paisa(0), amount: paisa(-500) }],
      totals: {
        gross: paisa(20_000),
        net: paisa(19_028),
        deductions: {
          refund: paisa(500),
          chargeback: null,
          loan: null,
          mdr: paisa(400),
          additional_mdr: null,
          gst: paisa(72),
          mar: null,
          platform_fee: null,
          late_settlement_fee: null,
          other: null,
          split: null,
        },
      },
    });
    const { html, status } = await visitor.get("/console/settlements/UTR1");
    expect(status).toBe(200);
    const svg = /<svg class="waterfall"[\s\S]*?<\/svg>/.exec(html)?.[0] ?? "";
    expect(svg).toContain('role="img"');
    expect(textOf(svg)).toContain(
      "Collected from customers: ₹200.00; Refunds: − ₹5.00; Fees: − ₹4.00; Tax on fees: − ₹0.72; Paid to your bank: ₹190.28.",
    );
    expect(svg.match(/<rect/g)).toHaveLength(5);
    const shown = textOf(html);
    expect(shown).toContain("less refunds given back to customers ₹5.00");
    expect(shown).toContain("less chargebacks and loans taken back by banks and lenders –");
    expect(shown).toContain("Refund, taken back");
    expect(html).toContain('href="/console/orders/v1-250101000000-aa-0"');
    expect(html).toContain('href="/console/settlements/UTR1.csv"');
    const file = await visitor.get("/console/settlements/UTR1.csv");
    expect(tableOf(file.html)).toHaveLength(3);
  });

  test("that does not add up says which of its figures contradict each other", async () => {
    await tell({ utr: "UTR1", read: 1, totals: { net: paisa(19_000) } });
    const shown = await text("/console/settlements/UTR1");
    expect(shown).toContain("This transfer does not add up");
    expect(shown).toContain(
      "The payout is not the sum of its lines. Payout: ₹190.00 ; its lines together: ₹195.28 .",
    );
    expect(shown).toContain("Not explained");
    expect(shown).toContain("What was found wrong with it");
    expect(shown).toContain("A transfer with several totals");
  });

  test("names lines of payments that nobody knows, in words", async () => {
    const lines = [
      sampleLine(0, { state: "unknown", role: null, home: null, order_id: null }),
      sampleLine(1, { state: "other_business" }),
      sampleLine(2, { state: "waiting", role: null, home: null, order_id: null }),
    ];
    await tell({ utr: "UTR1", read: 1, lines });
    const shown = await text("/console/settlements/UTR1");
    for (const words of [
      "Unknown payment",
      "Other business of this account",
      "Its order is being asked for",
    ]) {
      expect(shown).toContain(words);
    }
    expect(shown).not.toMatch(/\b(?:other_business|attributed)\b/);
  });

  test("whose lines were not read says that, and draws nothing that nobody said", async () => {
    await tell({ utr: "UTR1", read: 1, totals: null, row: { gross: null } });
    const shown = await text("/console/settlements/UTR1");
    expect(shown).toContain("Its lines were not read yet");
    expect(shown).toContain("there is nothing to draw");
  });

  test("that was read anew between two pages offers the first one", async () => {
    await tell({ utr: "UTR1", read: 1, lines: sampleLines(60) });
    const { html } = await visitor.get("/console/settlements/UTR1");
    const next = /rel="next" href="([^"]+)"/.exec(html)?.[1] ?? "";
    expect((await visitor.get(next)).status).toBe(200);
    await tell({ utr: "UTR1", read: 2, lines: sampleLines(61) });
    const shown = await visitor.get(next);
    expect(shown.status).toBe(409);
    expect(textOf(shown.html)).toContain("This transfer was read anew");
    expect(shown.html).toContain('class="button" href="/console/settlements/UTR1"');
  });

  test("shows hostile texts of a report as texts", async () => {
    const evil = '<img src=x onerror="alert(1)">';
    const line = sampleLine(0, {
      transaction_id: `${evil}=HYPERLINK("http://evil.example")`,
      payout_status: `\u202E${evil}${"x".repeat(10_000)}`,
      state: "unknown",
      role: null,
      home: null,
    });
    const totals = { bank_name: evil, programs: [evil], bank_account: "••••1" };
    await tell({ utr: "UTR1", read: 1, lines: [line], totals });
    const shown = await visitor.get("/console/settlements/UTR1");
    expect(shown.status).toBe(200);
    expect(shown.html).not.toContain("<img");
    expect(shown.html).toContain("&lt;img src=x");
    expect(shown.html.length).toBeLessThan(60_000);
  });

  test("that nobody knows is no page", async () => {
    for (const utr of ["NOBODY", "a-b", "..%2Forders", "x".repeat(60)]) {
      expect(await text(`/console/settlements/${utr}`, 404)).toContain("settlement");
    }
    expect((await visitor.get("/console/settlements/NOBODY.csv")).status).toBe(404);
  });
});

describe("the reports", () => {
  const ring = async () => runDurableObjectAlarm(env.SETTLEMENTS.getByName("settlements"));

  test("are read when somebody presses the button, and the page says how far it is", async () => {
    const pressed = await visitor.post("/console/settlements/refresh");
    expect(pressed).toMatchObject({ status: 303, location: "/console/settlements?watch=reports" });
    const during = await visitor.get("/console/settlements?watch=reports");
    expect(during.headers.get("refresh")).toBe("4");
    expect(textOf(during.html)).toContain("0 of 0 transfers read so far. This page comes again");
    // Who did not press it is not disturbed.
    expect((await visitor.get("/console/settlements")).headers.get("refresh")).toBeNull();
    for (let n = 0; n < 10; n += 1) {
      const { running, waiting } = await settlementActor(env).progress();
      if (running === null && waiting.length === 0) break;
      pass(2_000);
      await ring();
    }
    const after = await visitor.get("/console/settlements?watch=reports");
    expect(after.headers.get("refresh")).toBeNull();
    expect(textOf(after.html)).toContain("The reports were read. 0 transfers found");
    expect(await visitor.get("/console/settlements/refresh")).toMatchObject({
      status: 303,
      location: "/console/settlements",
    });
  });

  test("are not for a viewer to read: there is no button, and the form is refused", async () => {
    await visitor.get("/console/settlements");
    const viewer = await signInAs("viewer");
    const seen = await viewer.get("/console/settlements");
    expect(seen.status).toBe(200);
    expect(seen.html).not.toContain("Read the reports now");
    expect((await viewer.post("/console/settlements/refresh")).status).toBe(403);
  });
});
