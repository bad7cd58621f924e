// The reader in the real house: the sandbox's reports through the real client, real orders, real D1.

import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { RefreshView } from "../../src/actor/settlement-rpc";
import { settlementHome } from "../../src/domain/ids";
import { settle } from "../sandbox/settlement-wire";
import { ask as askSandbox, turn } from "../sandbox/gateway";
import { faults } from "../worker";
import {
  atGateway,
  closeHouse,
  createLink,
  deliverWebhooks,
  order,
  openHouse,
  pass,
  runCron,
  settle as work,
} from "./house";
import { HOUR, openDesk, reader, readAll, refresh } from "./settlement-desk";

beforeEach(async () => {
  await openDesk();
  await openHouse();
});
afterEach(closeHouse);

async function paidLink(told = true): Promise<string> {
  const made = await createLink();
  await work(made.order_id, made.link_id);
  await atGateway(made.link_id, "pay", { instrument: "upi" });
  if (told) await deliverWebhooks();
  else await turn({ webhooks: { drop: true } });
  await work(made.order_id);
  return made.order_id;
}

async function stored(utr: string): Promise<Record<string, unknown> | null> {
  return env.DB.prepare("SELECT * FROM settlements WHERE utr = ?").bind(utr).first();
}

async function readBack(): Promise<RefreshView> {
  const today = new Date().toISOString().slice(0, 10);
  const from = new Date(Date.now() - 59 * 24 * HOUR).toISOString().slice(0, 10);
  return refresh({ from, to: today });
}

test("what the gateway settled is at its order, in the ledger and in the cron's memory", async () => {
  const id = await paidLink();
  const utr = await settle();
  pass(HOUR);
  const done = await readBack();
  expect(done).toMatchObject({
    state: "done",
    settlements: { listed: 1, read: 1, failed: 0 },
    lines: { read: 1, attributed: 1, unknown: 0, waiting: 0 },
  });
  expect(await stored(utr)).toMatchObject({ status: "completed", unfinished: 0, lines: 1 });
  const [payment] = (await order(id)).payments;
  expect(payment?.books.settled).toBeGreaterThan(0);
  expect(payment?.books.pending).toBe(0);
  expect((await reader().knowledge()).read_through).toBe(Date.now());
});

test("a payment of which no webhook told is adopted by its line", async () => {
  const id = await paidLink(false);
  expect((await order(id)).stage).not.toBe("paid");
  await settle();
  pass(HOUR);
  expect(await readBack()).toMatchObject({ lines: { attributed: 1, unknown: 0 } });
  expect((await order(id)).stage).toBe("paid");
});

test.each(["throw", "lost_answer", "hang"] as const)(
  "a D1 that does this: %s, loses nothing",
  async (how) => {
    await paidLink();
    const utr = await settle();
    pass(HOUR);
    faults.desk = { ports: {}, limits: { ledger: 50 } };
    await reader().refresh({ from: "2031-01-01", to: "2031-01-15", cause: "api" });
    let batches = 0;
    faults.batch = async () => {
      batches += 1;
      faults.d1 = batches <= 3 ? how : "ok";
    };
    expect(await readAll()).toMatchObject({ state: "done", lines: { attributed: 1 } });
    faults.batch = null;
    expect(await stored(utr)).toMatchObject({ status: "completed", lines: 1 });
    const rows = await env.DB.prepare("SELECT COUNT(*) AS n FROM settlement_lines WHERE utr = ?")
      .bind(utr)
      .first<{ n: number }>();
    expect(rows?.n).toBe(1);
  },
);

test("the hour's cron reads the reports, and its run is remembered", async () => {
  await paidLink();
  const utr = await settle();
  pass(HOUR);
  await runCron("7 * * * *");
  expect(await readAll()).toMatchObject({ state: "done", cause: "daily" });
  expect(await stored(utr)).not.toBeNull();
});

test("a transfer that the gateway has withdrawn is forgotten by its order and in the ledger", async () => {
  const id = await paidLink();
  const utr = await settle();
  pass(3 * 24 * HOUR);
  await readBack();
  expect((await order(id)).payments[0]?.books.settled).toBeGreaterThan(0);
  expect((await askSandbox("DELETE", `/sandbox/settlements/${utr}`)).status).toBeLessThan(300);
  pass(HOUR);
  expect(await readBack()).toMatchObject({ state: "done", problem: null });
  expect((await order(id)).payments[0]?.books.settled).toBe(0);
  expect(await stored(utr)).toMatchObject({ status: "listed", lines: 0, net: null });
  const open = await env.DB.prepare(
    "SELECT type, severity FROM discrepancies WHERE home = ? AND closed_at IS NULL",
  )
    .bind(settlementHome(utr))
    .all();
  expect(open.results).toEqual([{ type: "settlement_withdrawn", severity: "risk" }]);
});
