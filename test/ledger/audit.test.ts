// The audit in D1: a line is one row, written once and never changed, and found newest first.
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/domain/json";
import { type AuditRow, listAudit } from "../../src/ledger/audit";
import { listDiscrepancies } from "../../src/ledger/discrepancies";
import { project, projectAlias } from "../../src/ledger/projection";
import { counting } from "./counting";
import { NOW, orderless, projectionOf, sampleOrder } from "./sample";

beforeEach(async () => {
  await env.DB.prepare("DELETE FROM audit").run();
});

const line = (n: number, change: Partial<AuditRow> = {}): AuditRow => ({
  n,
  at: NOW + n,
  order_id: "o-1",
  doc: { n, by: "administrator" },
  ...change,
});

async function listed(order_id?: string): Promise<readonly JsonObject[]> {
  const page = await listAudit(env.DB, { order_id, limit: 100 });
  if (!page.ok) throw new Error(page.failure.code);
  return page.value.data;
}

describe("a line of the audit", () => {
  it("costs two rows, and nothing when it comes again", async () => {
    const { db, tally } = counting(env.DB);
    await project(db, orderless("a", { audit: [line(1)] }));
    expect(tally.rows_written).toBe(2);
    await project(db, orderless("a", { audit: [line(1)] }));
    expect(tally.rows_written).toBe(2);
    await project(db, orderless("a", { audit: [line(1), line(2)] }));
    expect(tally.rows_written).toBe(4);
  });

  it("is never changed by another that claims its place", async () => {
    await project(env.DB, orderless("a", { audit: [line(1)] }));
    const forged = line(1, { order_id: "o-2", doc: { by: "somebody else" } });
    await project(env.DB, orderless("a", { audit: [forged] }));
    expect(await listed()).toEqual([line(1).doc]);
  });

  it("does not depend on the version of the order that it comes with", async () => {
    const order = sampleOrder("a", { version: 7 });
    await project(env.DB, projectionOf(order));
    await project(env.DB, { ...projectionOf(order, { audit: [line(1)] }), version: 3 });
    expect(await listed()).toEqual([line(1).doc]);
  });

  it("stays when its actor hands over to another", async () => {
    await project(env.DB, projectionOf(sampleOrder("o-9"), { audit: [line(1)] }));
    await projectAlias(env.DB, { alias: "o-9", home: "o-8", payment_ids: [], refund_ids: [] });
    expect(await listed()).toEqual([line(1).doc]);
  });
});

describe("the list", () => {
  it("is newest first, of one order if asked", async () => {
    const others = [line(1, { order_id: "o-2", at: NOW + 2, doc: { of: "o-2" } })];
    await project(env.DB, orderless("a", { audit: [line(1), line(3)] }));
    await project(env.DB, orderless("b", { audit: others }));
    expect(await listed()).toEqual([line(3).doc, { of: "o-2" }, line(1).doc]);
    expect(await listed("o-1")).toEqual([line(3).doc, line(1).doc]);
    expect(await listed("o-2")).toEqual([{ of: "o-2" }]);
    expect(await listed("o-3")).toEqual([]);
  });

  it.each([
    ["whole", undefined],
    ["of one order", "o-1"],
  ])("goes on where a page ended, lines of one moment included (%s)", async (_, order_id) => {
    const lines = Array.from({ length: 7 }, (__, n) => line(n + 1, { at: NOW, doc: { n: n + 1 } }));
    await project(env.DB, orderless("a", { audit: lines }));
    const seen: JsonObject[] = [];
    let cursor: string | null = null;
    do {
      const page = await listAudit(env.DB, { order_id, limit: 3, cursor });
      if (!page.ok) throw new Error(page.failure.code);
      seen.push(...page.value.data);
      cursor = page.value.next_cursor;
    } while (cursor !== null && seen.length < 10);
    expect(seen).toEqual([7, 6, 5, 4, 3, 2, 1].map((n) => ({ n })));
  });

  it("takes no cursor of another list or of another order", async () => {
    await project(env.DB, orderless("a", { audit: [line(1), line(2)] }));
    const page = await listAudit(env.DB, { limit: 1 });
    const cursor = page.ok ? page.value.next_cursor : null;
    expect(cursor).not.toBeNull();
    const refused = { ok: false, failure: { code: "cursor_invalid" } };
    expect(await listAudit(env.DB, { order_id: "o-1", limit: 1, cursor })).toEqual(refused);
    expect(await listDiscrepancies(env.DB, { open: true, limit: 1, cursor })).toEqual(refused);
  });

  it("reads little more than it shows", async () => {
    const lines = Array.from({ length: 100 }, (_, n) => line(n + 1));
    await project(env.DB, orderless("a", { audit: lines }));
    const { db, tally } = counting(env.DB);
    await listAudit(db, { limit: 10 });
    expect(tally.rows_read).toBeLessThanOrEqual(11);
  });
});
