// Orders by an open step on a large ledger: each once, in order, and little more is read than is shown.
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { STEPS, type StepName } from "../../src/domain/checklist";
import { toIso } from "../../src/domain/time";
import { listOrders, type OrderQuery } from "../../src/ledger/orders";
import { project } from "../../src/ledger/projection";
import { counting } from "./counting";
import { fillLedger, MINUTE, ORDERS, START } from "./large";
import { NOW, projectionOf, sampleOrder } from "./sample";

const LIMIT = 50;
const DAY = 1_440 * MINUTE;

beforeAll(fillLedger);

async function page(query: OrderQuery) {
  const { db, tally } = counting(env.DB);
  const result = await listOrders(db, query);
  if (!result.ok) throw new Error(result.failure.code);
  return {
    ...result.value,
    ids: result.value.data.map(({ id }) => id),
    rows_read: tally.rows_read,
  };
}

async function all(query: Omit<OrderQuery, "limit">, limit: number) {
  const ids: string[] = [];
  let cursor: string | null = null;
  let rows_read = 0;
  do {
    const next: Awaited<ReturnType<typeof page>> = await page({ ...query, limit, cursor });
    ids.push(...next.ids);
    rows_read += next.rows_read;
    cursor = next.next_cursor;
  } while (cursor !== null);
  return { ids, rows_read };
}

/** What a walk over every order finds. */
async function expected(condition: string, direction = "DESC"): Promise<readonly string[]> {
  const { results } = await env.DB.prepare(
    `SELECT id FROM orders NOT INDEXED WHERE ${condition} ORDER BY seq ${direction}`,
  ).all<{ readonly id: string }>();
  return results.map(({ id }) => id);
}

const bit = (step: StepName) => `needs & ${1 << STEPS.indexOf(step)}`;

describe("a page of orders by an open step", () => {
  it.each(STEPS)("reads at most four rows for each it shows, by %s", async (needs) => {
    for (const sort of ["created_desc", "created_asc"] as const) {
      const first = await page({ needs, sort, limit: LIMIT });
      const second = await page({ needs, sort, limit: LIMIT, cursor: first.next_cursor });
      const direction = sort === "created_desc" ? "DESC" : "ASC";
      expect([...first.ids, ...second.ids]).toEqual(
        (await expected(bit(needs), direction)).slice(0, 2 * LIMIT),
      );
      for (const { rows_read, ids } of [first, second]) {
        expect(ids).toHaveLength(LIMIT);
        expect(rows_read).toBeLessThanOrEqual(4 * LIMIT);
      }
    }
  });

  it("shows every order once, in order, to the end of the list, and reads no more there", async () => {
    const found = await all({ needs: "refund" }, LIMIT);
    expect(found.ids).toEqual(await expected(bit("refund")));
    expect(found.ids).toHaveLength(1_500);
    expect(found.rows_read).toBeLessThanOrEqual(4 * 1_500);
    const latest = START + (ORDERS - 2_000) * MINUTE;
    const range = `${bit("fulfill")} AND created_at >= ${latest}`;
    const newest = await all({ needs: "fulfill", created_from: latest }, LIMIT);
    expect(newest.ids).toEqual(await expected(range));
    expect(newest.rows_read).toBeLessThanOrEqual(4 * newest.ids.length);
    const oldest = await all(
      { needs: "fulfill", created_from: latest, sort: "created_asc" },
      LIMIT,
    );
    expect(oldest.ids).toEqual(newest.ids.toReversed());
    expect(oldest.rows_read).toBeLessThanOrEqual(4 * oldest.ids.length);
  });

  const middle = START + 50_000 * MINUTE;
  const combined: readonly [string, Omit<OrderQuery, "limit">, string][] = [
    [
      "a range",
      { needs: "settle", created_from: middle, created_to: middle + DAY },
      `created_at >= ${middle} AND created_at < ${middle + DAY}`,
    ],
    [
      "a stage",
      { needs: "fulfill", stage: "authorized", created_to: middle },
      `stage = 'authorized' AND created_at < ${middle}`,
    ],
    ["a status", { needs: "refund", status: "PROCESSED" }, "status = 'PROCESSED'"],
    ["a status of nobody", { needs: "refund", status: "CREATED" }, "false"],
    ["a reference", { needs: "confirm", reference: "reference-50000" }, "id = 'seed-50000'"],
    [
      "updated_after",
      { needs: "capture", updated_after: NOW - DAY, sort: "updated_desc" },
      `updated_at > ${NOW - DAY}`,
    ],
  ];

  it.each(combined)("is combined with %s", async (_, query, condition) => {
    const { ids } = await all(query, 20);
    expect(ids).toEqual(await expected(`${bit(query.needs ?? "verify")} AND ${condition}`));
  });

  it("is combined with attention", async () => {
    const order = sampleOrder("seed-1", {
      version: 2,
      attention: ["overpaid"],
      created_at: toIso(START + MINUTE),
      checklist: [{ step: "refund", state: "todo", at: null, by: null, detail: "" }],
    });
    await project(env.DB, projectionOf(order));
    const asked = { attention: "overpaid", limit: LIMIT } as const;
    expect((await page({ ...asked, needs: "refund" })).ids).toEqual(["seed-1"]);
    expect((await page({ ...asked, needs: "settle" })).ids).toEqual([]);
  });

  it("has a cursor that fits no other step", async () => {
    const { next_cursor } = await page({ needs: "settle", limit: 5 });
    for (const needs of ["fulfill", undefined] as const) {
      const refused = await listOrders(env.DB, { needs, limit: 5, cursor: next_cursor });
      expect(refused).toEqual({ ok: false, failure: { code: "cursor_invalid" } });
    }
  });

  it("follows the order: a step that is done is in the list no more", async () => {
    const step = (state: "todo" | "blocked" | "done") =>
      ({ step: "fulfill", state, at: null, by: null, detail: "" }) as const;
    const at = { created_at: toIso(NOW + DAY) };
    for (const [version, state] of [
      [1, "todo"],
      [2, "blocked"],
      [3, "done"],
    ] as const) {
      const order = sampleOrder("follows", { ...at, version, checklist: [step(state)] });
      await project(env.DB, projectionOf(order));
      const { ids } = await page({ needs: "fulfill", limit: 1 });
      expect(ids[0] === "follows").toBe(state !== "done");
    }
  });

  it("reads at most three rows more for each combination, were there all that can be", async () => {
    const spread = env.DB.prepare(
      "UPDATE orders SET needs = 1 + seq / ?1 % 127 WHERE seq > ?2 AND needs <> 0",
    );
    const unit = MINUTE * 1024;
    await spread.bind(unit, (START + 80_000 * MINUTE) * 1024).run();
    for (const needs of STEPS) {
      const found = await page({ needs, limit: LIMIT });
      expect(found.ids).toEqual((await expected(bit(needs))).slice(0, LIMIT));
      expect(found.rows_read).toBeLessThanOrEqual(4 * LIMIT + 3 * 127);
    }
  });
});

describe("a page of orders to look at, of which there are thousands", () => {
  const COMBINATIONS = [
    " overpaid ",
    " capture_due ",
    " capture_due overpaid ",
    " needs_decision ",
  ];

  beforeAll(async () => {
    const words = COMBINATIONS.map((words, n) => `WHEN ${n} THEN '${words}'`).join(" ");
    await env.DB.prepare(
      `UPDATE orders SET attention = CASE (seq / ${MINUTE * 1024}) % 7 ${words} END WHERE seq > ?1`,
    )
      .bind((START + 95_000 * MINUTE) * 1024)
      .run();
  });

  const asked: readonly [string, Omit<OrderQuery, "limit">, string][] = [
    ["any", { attention: "any" }, "attention IS NOT NULL"],
    ["one code", { attention: "overpaid" }, "instr(attention, ' overpaid ') > 0"],
    ["a code of none", { attention: "claim_over" }, "false"],
    ["a stage", { attention: "any", stage: "paid" }, "attention IS NOT NULL AND stage = 'paid'"],
    ["a step", { attention: "any", needs: "settle" }, `attention IS NOT NULL AND ${bit("settle")}`],
    [
      "a range",
      { attention: "overpaid", created_from: START + 99_000 * MINUTE },
      `instr(attention, ' overpaid ') > 0 AND created_at >= ${START + 99_000 * MINUTE}`,
    ],
  ];

  it.each(asked)("shows each once, in order, and reads little: %s", async (_, query, condition) => {
    for (const sort of ["created_desc", "created_asc"] as const) {
      const first = await page({ ...query, sort, limit: LIMIT });
      expect(first.rows_read).toBeLessThanOrEqual(4 * LIMIT);
      const found = await all({ ...query, sort }, 200);
      const direction = sort === "created_desc" ? "DESC" : "ASC";
      expect(found.ids).toEqual(await expected(condition, direction));
    }
  });

  it("by update shows the same ones", async () => {
    const condition = "instr(attention, ' overpaid ') > 0";
    const found = await all({ attention: "overpaid", sort: "updated_desc" }, 200);
    expect(found.ids.toSorted()).toEqual((await expected(condition)).toSorted());
  });
});
