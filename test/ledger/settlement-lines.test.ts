// Pages of a transfer's lines while the transfer is read anew: all of one reading, or none.
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { success } from "../../src/domain/result";
import { listLines, readSettlement } from "../../src/ledger/settlement-lines";
import { listSettlements } from "../../src/ledger/settlements";
import { writeLines } from "../../src/ledger/settlement-store";
import { sampleLine, sampleLines, tell } from "./settled";

const UTR = "UTR1";

beforeEach(async () => {
  await env.DB.batch(
    ["settlements", "settlement_lines", "discrepancies"].map((table) =>
      env.DB.prepare(`DELETE FROM ${table}`),
    ),
  );
});

async function firstCursor(): Promise<string | null> {
  const first = await listLines(env.DB, UTR, { limit: 5 });
  if (!first.ok) throw new Error(first.failure.code);
  return first.value.next_cursor;
}

describe("the lines of a transfer that is read anew between two pages", () => {
  const changed = { ok: false, failure: { code: "settlement_changed" } };

  it.each([
    ["in another order", sampleLines(10).toReversed()],
    ["with other words", sampleLines(10, { payout_status: "Pending" })],
    ["the same", sampleLines(10)],
  ])("are asked for from the first page again: %s", async (_, lines) => {
    await tell({ utr: UTR, read: 1, lines: sampleLines(10) });
    const cursor = await firstCursor();
    await tell({ utr: UTR, read: 2, lines });
    expect(await listLines(env.DB, UTR, { limit: 5, cursor })).toEqual(changed);
    expect(await readSettlement(env.DB, UTR, { limit: 5, cursor, discrepancies: 5 })).toEqual(
      changed,
    );
    const again = await listLines(env.DB, UTR, { limit: 5, cursor: await firstCursor() });
    expect(again.ok && again.value.data.map(({ n }) => n)).toEqual([5, 6, 7, 8, 9]);
  });

  it("go on while another reading is under way and not over", async () => {
    const lines = sampleLines(10);
    await tell({ utr: UTR, read: 1, lines });
    const cursor = await firstCursor();
    await writeLines(env.DB, { utr: UTR, read: 2, first: 0 }, lines.toReversed());
    const rest = await listLines(env.DB, UTR, { limit: 5, cursor });
    expect(rest.ok && rest.value.data.map((line) => line.transaction_id)).toEqual(
      lines.slice(5).map((line) => line.transaction_id),
    );
  });
});

describe("a transfer and its first page", () => {
  it("are of one moment, its discrepancies too", async () => {
    const told = await tell({ utr: UTR, read: 1, lines: sampleLines(2), row: { net: null } });
    const found = await readSettlement(env.DB, UTR, { limit: 1, discrepancies: 5 });
    expect(found).toMatchObject(
      success({
        settlement: { utr: UTR, read: 1 },
        lines: { data: [{ n: 0 }] },
        discrepancies: told.findings.map(({ type }) => ({ type })),
      }),
    );
  });

  it("are unknown together", async () => {
    const unknown = { ok: false, failure: { code: "settlement_unknown" } };
    expect(await readSettlement(env.DB, "NOBODY", { limit: 1, discrepancies: 5 })).toEqual(unknown);
    expect(await listLines(env.DB, "NOBODY", { limit: 1 })).toEqual(unknown);
  });
});

describe("a transaction", () => {
  const late = "v1-250101000000-aa-late-up-k";
  const named = async (transaction_id: string): Promise<readonly string[]> => {
    const listed = await listSettlements(env.DB, { transaction_id, limit: 5 });
    if (!listed.ok) throw new Error(listed.failure.code);
    return listed.value.data.map(({ utr }) => utr);
  };

  it("names no transfer while the reading that has it is not over", async () => {
    await tell({ utr: UTR, read: 1, lines: [sampleLine(0)] });
    await writeLines(env.DB, { utr: UTR, read: 2, first: 0 }, [
      sampleLine(0, { transaction_id: late }),
    ]);
    expect(await named(late)).toEqual([]);
    expect(await named(sampleLine(0).transaction_id)).toEqual([UTR]);
    await tell({ utr: UTR, read: 2, lines: [sampleLine(0, { transaction_id: late })] });
    expect(await named(late)).toEqual([UTR]);
    expect(await named(sampleLine(0).transaction_id)).toEqual([]);
  });

  it("names its transfer also while it is read anew, at another place", async () => {
    await tell({ utr: UTR, read: 1, lines: [sampleLine(0), sampleLine(1)] });
    await writeLines(env.DB, { utr: UTR, read: 2, first: 0 }, [sampleLine(1), sampleLine(0)]);
    expect(await named(sampleLine(1).transaction_id)).toEqual([UTR]);
  });
});
