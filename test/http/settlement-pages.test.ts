// A transfer that is read anew while somebody reads its lines: pages and files are of one reading, or say
// that they are not; and what breaks off is logged.

import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { sampleLines, tell } from "../ledger/settled";
import { administrator, call, expectProblem, visit } from "./door";
import { tableOf } from "./table";

const UTR = "UTR1";
const LINES = sampleLines(2_203);

const logged = vi.spyOn(console, "error");

beforeEach(async () => {
  logged.mockImplementation(() => {});
  await env.DB.batch(
    ["settlements", "settlement_lines", "discrepancies"].map((table) =>
      env.DB.prepare(`DELETE FROM ${table}`),
    ),
  );
});
afterEach(() => logged.mockReset());

/** A database in which something happens right before the n-th batch. */
function before(n: number, happen: () => Promise<unknown>): D1Database {
  let batches = 0;
  return new Proxy(env.DB, {
    get: (real, key) => {
      const value: unknown = Reflect.get(real, key);
      if (key === "batch") {
        return async (statements: D1PreparedStatement[]) => {
          batches += 1;
          if (batches === n) await happen();
          return real.batch(statements);
        };
      }
      return isMethod(value) ? value.bind(real) : value;
    },
  });
}

function isMethod(value: unknown): value is (...given: unknown[]) => unknown {
  return typeof value === "function";
}

async function file(db: D1Database): Promise<Response> {
  return visit((doors) => ({ ...doors, db }), `/v1/settlements/${UTR}`, {
    headers: { ...administrator, accept: "text/csv" },
  });
}

const readAnew = async () =>
  tell({ utr: UTR, read: 2, lines: LINES.map((line) => ({ ...line, payout_status: "Paid" })) });

test("a page of another reading is 409, and the first one is of the new reading", async () => {
  await tell({ utr: UTR, read: 1, lines: LINES.slice(0, 10) });
  const first = await call("GET", `/v1/settlements/${UTR}?limit=5`);
  const { lines } = await first.json<{ readonly lines: { readonly next_cursor: string } }>();
  await tell({ utr: UTR, read: 2, lines: LINES.slice(0, 10).toReversed() });
  const path = `/v1/settlements/${UTR}?limit=5&cursor=${lines.next_cursor}`;
  await expectProblem(await call("GET", path), 409, "settlement_changed");
  const again = await call("GET", `/v1/settlements/${UTR}?limit=5`);
  expect(await again.json()).toMatchObject({
    lines: { data: [{ transaction_id: LINES[9]?.transaction_id }, {}, {}, {}, {}] },
  });
});

test("a file that begins after the transfer was read anew is of the new reading", async () => {
  await tell({ utr: UTR, read: 1, lines: LINES });
  // The first batch is the ledger's stamp.
  const response = await file(before(2, readAnew));
  const table = tableOf(await response.text());
  expect(table).toHaveLength(LINES.length);
  expect(new Set(table.map((row) => row["payout_status"]))).toEqual(new Set(["Paid"]));
});

test("a file in whose middle the transfer is read anew breaks off, and that is logged", async () => {
  await tell({ utr: UTR, read: 1, lines: LINES });
  const response = file(before(3, readAnew)).then(async (answer) => answer.text());
  await expect(response).rejects.toThrow("settlement_changed");
  expect(logged.mock.calls.map(([line]) => JSON.parse(String(line)) as unknown)).toMatchObject([
    { event: "internal_error", file: `settlement-${UTR}`, broke_off: "in the middle" },
  ]);
});

test("a file that the ledger fails in the middle of breaks off, and that is logged", async () => {
  await tell({ utr: UTR, read: 1, lines: LINES });
  const fails = async (): Promise<never> => {
    throw new Error("D1_ERROR: planted");
  };
  const response = file(before(3, fails)).then(async (answer) => answer.text());
  await expect(response).rejects.toThrow("planted");
  expect(logged.mock.calls.map(([line]) => JSON.parse(String(line)) as unknown)).toMatchObject([
    { event: "internal_error", name: "LedgerUnavailable", message: "D1_ERROR: planted" },
  ]);
});
