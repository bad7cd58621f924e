// Discrepancies in the console: the list in plain words, and closing one with a reason, once.

import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { AccountFinding } from "../../src/domain/discrepancy";
import { formatDiscrepancyId } from "../../src/domain/discrepancy-id";
import { closeHouse, createLink, openHouse, settle } from "../actor/house";
import { call } from "../http/door";
import { tableOf } from "../http/table";
import { NOW } from "../ledger/sample";
import { tell } from "../ledger/settled";
import { signInAs } from "./others";
import { signInAsAdministrator, textOf, type Visitor } from "./visit";

let visitor: Visitor;

beforeEach(async () => {
  await openHouse();
  await env.DB.batch(
    ["settlements", "settlement_lines", "discrepancies", "audit"].map((table) =>
      env.DB.prepare(`DELETE FROM ${table}`),
    ),
  );
  visitor = await signInAsAdministrator();
});
afterEach(closeHouse);

const finding = (change: Partial<AccountFinding>): AccountFinding => ({
  type: "unknown_payment",
  severity: "risk",
  subject: "t-1",
  ours: null,
  theirs: { gross: 10_000, net: 9_700 },
  amount: 10_000,
  ...change,
});

const UNKNOWN = formatDiscrepancyId({ home: "settlement:UTR1", key: "unknown_payment:t-1" });
const PATH = "/console/discrepancies/resolve";

async function found(read: number, ...findings: readonly AccountFinding[]): Promise<void> {
  await tell({ utr: "UTR1", read, at: NOW + read, findings });
}

async function text(path: string, status = 200): Promise<string> {
  const shown = await visitor.get(path);
  expect(shown.status).toBe(status);
  expect(shown.html).not.toMatch(/ style=| on[a-z]+=|<script>/);
  return textOf(shown.html);
}

async function close(id: string, amount: string, reason: string) {
  return visitor.post(PATH, { id, amount, reason });
}

async function auditLines(): Promise<number> {
  const { data } = await (await call("GET", "/v1/audit")).json<{ data: { action: string }[] }>();
  return data.filter(({ action }) => action === "resolution").length;
}

describe("the list of discrepancies", () => {
  test("without any says that nothing is open", async () => {
    expect(await text("/console/discrepancies")).toContain("Nothing is open");
    expect(await text("/console/discrepancies?severity=loss")).toContain("Nothing is like that");
  });

  test("says in plain words what each is, whose, and both sides, with their sum", async () => {
    await found(
      1,
      finding({}),
      finding({ type: "chargeback", severity: "loss", subject: "", ours: 0, theirs: 5, amount: 5 }),
    );
    const shown = await text("/console/discrepancies");
    expect(shown).toContain("Money for an unknown payment Risk");
    expect(shown).toContain("Transfer UTR1 Payment t-1 We have nothing");
    expect(shown).toContain("The report says Collected: ₹100.00 Paid out: ₹97.00");
    expect(shown).toContain("Chargeback Loss");
    expect(shown).toContain("2 on this page, together ₹100.05 .");
    expect(shown).toContain("1 open: loss Loss ₹0.05");
    expect(shown).not.toMatch(/unknown_payment|\{"/);
    const losses = await text("/console/discrepancies?severity=loss&type=&from=");
    expect(losses).toContain("One on this page");
    expect(losses).not.toContain("Money for an unknown payment Risk");
    const file = await visitor.get("/console/discrepancies.csv?severity=loss&type=");
    expect(tableOf(file.html).map(({ type }) => type)).toEqual(["chargeback"]);
  });

  test.each([
    ["from=2031-02-30", "from"],
    ["type=overcharged", "type"],
    ["severity=high", "severity"],
    ["state=closed", "state"],
  ])("asked for by %s says so beside the field", async (query, name) => {
    const shown = await visitor.get(`/console/discrepancies?${query}`);
    expect(shown.status).toBe(400);
    expect(shown.html).toContain(`id="field-${name}-fault"`);
  });

  test("folds what has no known shape, and shows hostile texts as texts", async () => {
    const evil = '</pre><img src=x onerror="alert(1)">\u202E';
    const raw = JSON.stringify({ utr_number: evil, long: "x".repeat(900) });
    await found(
      1,
      finding({ type: "report_unreadable", severity: "note", subject: evil, theirs: raw }),
      finding({ subject: `=1+1${evil}`, theirs: { colour: evil } }),
    );
    const shown = await visitor.get("/console/discrepancies");
    expect(shown.status).toBe(200);
    expect(shown.html).not.toContain("<img");
    expect(shown.html).toContain("<summary>Show it as it came</summary>");
    expect(shown.html).toContain("&quot;colour&quot;");
  });
});

describe("closing one", () => {
  test("shows it once more, wants a reason, and says who did it", async () => {
    await found(1, finding({}));
    const looked = await visitor.get(`${PATH}?id=${UNKNOWN}`);
    expect(looked.html).toContain('name="amount" value="10000"');
    expect(textOf(looked.html)).toContain("Is another shop or terminal using the same");
    const short = await close(UNKNOWN, "10000", "ab");
    expect(short.status).toBe(422);
    expect(short.html).toContain('id="field-reason-fault"');
    expect(short.html).toContain('value="ab"');
    const done = await close(UNKNOWN, "10000", "another shop of ours <b>");
    const location = `${PATH}?id=${UNKNOWN}&said=resolved`;
    expect(done).toMatchObject({ status: 303, location });
    const shown = await text(location);
    expect(shown).toContain("The discrepancy is closed, under your name");
    expect(shown).toContain("By administrator ,");
    expect(shown).toContain("another shop of ours <b>");
    expect(shown).not.toContain("Close this discrepancy");
    expect(await text("/console/discrepancies")).toContain("Nothing is open");
    expect(await text("/console/discrepancies?state=all")).toContain("Closed");
  });

  test("an order's own is closed on the page at once", async () => {
    const { order_id } = await createLink();
    const body = { order_id, expect: { amount: { value: 5, currency: "INR" } } };
    expect((await call("POST", "/v1/verify", body)).status).toBe(200);
    await settle(order_id);
    const id = formatDiscrepancyId({ home: order_id, key: "expectation_mismatch:amount" });
    const looked = await visitor.get(`${PATH}?id=${id}`);
    expect(textOf(looked.html)).toContain("The shop has ₹0.05");
    expect(looked.html).toContain('name="amount" value="none"');
    expect((await close(id, "none", "a typing mistake")).status).toBe(303);
    expect(await text(`${PATH}?id=${id}`)).toContain("a typing mistake");
  });

  test("twice by one press too many closes it once", async () => {
    await found(1, finding({}));
    await visitor.get("/console/discrepancies");
    const both = await Promise.all([
      close(UNKNOWN, "10000", "another shop of ours"),
      close(UNKNOWN, "10000", "another shop of ours"),
    ]);
    expect(both.map(({ status }) => status)).toEqual([303, 303]);
    expect(await auditLines()).toBe(1);
  });

  test("after somebody else says who was first, and changes nothing", async () => {
    await found(1, finding({}));
    await close(UNKNOWN, "10000", "another shop of ours");
    const other = await signInAs("operator");
    const fields = { id: UNKNOWN, amount: "10000", reason: "written off" };
    const second = await other.post(PATH, fields);
    expect(second.status).toBe(409);
    const shown = textOf(second.html);
    expect(shown).toContain("By administrator ,");
    expect(shown).toContain("another shop of ours");
    expect(shown).not.toContain("written off");
    expect(await auditLines()).toBe(1);
  });

  test("that has changed meanwhile shows it anew and leaves it open", async () => {
    await found(1, finding({}));
    await found(2, finding({ amount: 20_000, theirs: { gross: 20_000, net: 19_400 } }));
    const tried = await close(UNKNOWN, "10000", "another shop of ours");
    expect(tried.status).toBe(409);
    expect(textOf(tried.html)).toContain("It has changed while you looked at it");
    expect(textOf(tried.html)).toContain("₹200.00");
    expect(tried.html).toContain('name="amount" value="20000"');
    expect(tried.html).toContain('value="another shop of ours"');
    expect(await auditLines()).toBe(0);
    expect((await close(UNKNOWN, "20000", "another shop of ours")).status).toBe(303);
  });

  test("with an amount that is none is refused", async () => {
    await found(1, finding({}));
    for (const amount of ["", "1.5", "a lot"]) {
      expect([409, 422]).toContain((await close(UNKNOWN, amount, "looked at it")).status);
    }
    expect(await auditLines()).toBe(0);
  });

  test("is not for a viewer: there is no form, and one that is sent is refused", async () => {
    await found(1, finding({}));
    await visitor.get("/console/discrepancies");
    const viewer = await signInAs("viewer");
    const seen = await viewer.get(`${PATH}?id=${UNKNOWN}`);
    expect(seen.status).toBe(200);
    expect(seen.html).not.toContain("Close this discrepancy");
    expect(textOf(seen.html)).toContain("An operator or an administrator can close it.");
    const fields = { id: UNKNOWN, amount: "10000", reason: "looked at it" };
    expect((await viewer.post(PATH, fields)).status).toBe(403);
    expect(await auditLines()).toBe(0);
  });

  test.each(["", "?id=", "?id=dis_nobody", `?id=${"x".repeat(3_000)}`])(
    "%s is of nobody",
    async (query) => {
      expect((await visitor.get(`${PATH}${query}`)).status).toBe(404);
    },
  );
});
