// The days through our API: every day of the range, and whether something may be missing.

import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { DayWalk } from "../../src/actor/peers";
import type { DaysView } from "../../src/http/days";
import type { Doors } from "../../src/http/doors";
import {
  atGateway,
  closeHouse,
  createLink,
  deliverWebhooks,
  openHouse,
  pass,
  runCron,
  settle,
} from "../actor/house";
import { NOW } from "../ledger/sample";
import { administrator, call, expectProblem, faultsOf, visit } from "./door";

beforeEach(async () => {
  await env.DB.prepare("DELETE FROM days").run();
});

const WALK: DayWalk = {
  looked_at: NOW,
  orders: { updated_at: 0, seq: 0 },
  transfers: { updated_at: 0, utr: "" },
  at_end: true,
  days: [],
};

async function read(walk: () => Promise<DayWalk | null>): Promise<DaysView> {
  const deployment: Doors["deployment"] = {
    checkCredentials: async () => ({ ok: true, code: null, checked_at: NOW }),
    lastRuns: async () => ({}),
    readDayWalk: walk,
  };
  const change = (doors: Doors): Doors => ({ ...doors, deployment, now: () => NOW + 60_000 });
  const path = "/v1/days?from=2031-01-01&to=2031-01-03";
  return (await visit(change, path, { headers: administrator })).json();
}

test("every day of the range is there, with zeros where there is no money", async () => {
  await env.DB.prepare(
    `INSERT INTO days VALUES ('2031-01-02', 3, 45000, 1, 2500, 1, 19528, 10000, 15000, 19528, ?)`,
  )
    .bind(NOW)
    .run();
  const found = await read(async () => WALK);
  expect(found).toMatchObject({ time_zone: "Asia/Kolkata", currency: "INR", behind: false });
  expect(found.data.map(({ day }) => day)).toEqual(["2031-01-01", "2031-01-02", "2031-01-03"]);
  expect(found.data[0]).toMatchObject({ payments: 0, collected: { value: 0 }, computed_at: null });
  expect(found.data[1]).toMatchObject({
    collected: { value: 45_000, currency: "INR" },
    refunded: { value: 2_500 },
    settled: { value: 19_528 },
    awaiting: { value: 10_000 },
    initiated: { value: 15_000 },
    completed: { value: 19_528 },
    computed_at: "2031-01-01T00:00:00.000Z",
  });
});

test.each<[string, DayWalk | null | Error, object]>([
  ["all is counted", WALK, { behind: false, counted_through: "2031-01-01T00:00:00.000Z" }],
  [
    "days are left over",
    { ...WALK, days: ["2031-01-01"] },
    { behind: true, counted_through: null },
  ],
  ["the search is under way", { ...WALK, at_end: false }, { behind: true, counted_through: null }],
  ["the cron stands still", { ...WALK, looked_at: NOW - 20 * 60_000 }, { behind: true }],
  ["it never ran", null, { behind: true, counted_through: null }],
  ["nobody answers", new Error("planted"), { behind: null, counted_through: null }],
])("says how far it was counted: %s", async (_, walk, expected) => {
  vi.spyOn(console, "error").mockReturnValue();
  const answer = async () => {
    if (walk instanceof Error) throw walk;
    return walk;
  };
  expect(await read(answer)).toMatchObject(expected);
  vi.restoreAllMocks();
});

test.each([
  ["", ["from", "to"]],
  ["?from=2031-01-02&to=2031-01-01", ["from"]],
  ["?from=2031-01-01&to=2031-04-03", ["from"]],
  ["?from=2031-01-01&to=today", ["to"]],
  ["?from=2031-01-01&to=2031-01-02&limit=5", ["limit"]],
])("%s is 400 and names the parameters", async (query, parameters) => {
  const response = await call("GET", `/v1/days${query}`);
  expect(Object.keys(faultsOf(await expectProblem(response, 400, "query_invalid")))).toEqual(
    parameters,
  );
});

test("92 days are answered at once", async () => {
  const response = await call("GET", "/v1/days?from=2031-01-01&to=2031-04-02");
  expect((await response.json<DaysView>()).data).toHaveLength(92);
});

describe("through the house", () => {
  beforeEach(openHouse);
  afterEach(closeHouse);

  test("a payment is in its day after the minute's cron", async () => {
    const made = await createLink();
    await settle(made.order_id, made.link_id);
    await atGateway(made.link_id, "pay", { instrument: "upi" });
    await deliverWebhooks();
    await settle(made.order_id, made.link_id);
    pass(5 * 60_000);
    await runCron();
    const response = await call("GET", "/v1/days?from=2031-01-15&to=2031-01-15");
    const found = await response.json<DaysView>();
    expect(found).toMatchObject({ behind: false, data: [{ payments: 1 }] });
    expect(found.data[0]?.awaiting).toEqual(found.data[0]?.collected);
    expect(found.data[0]?.collected.value).toBeGreaterThan(0);
  });
});
