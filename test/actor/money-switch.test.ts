// The switch: while money is stopped nothing that moves money leaves, whoever asked for it, and reading
// goes on; when it is lifted, what waited goes on by itself.

import { runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { HOUR, MINUTE } from "../../src/domain/schedule";
import { faults } from "../worker";
import { turn } from "../sandbox/gateway";
import {
  api,
  closeHouse,
  crash,
  deliverWebhooks,
  holdGateway,
  openHouse,
  order,
  pass,
  ring,
  settle,
  speak,
  storageOf,
} from "./house";
import {
  capture,
  decide,
  heldOrder,
  inr,
  movedUnder,
  moves,
  paidOrder,
  readThrice,
  refund,
  voidOrder,
} from "./money";

beforeEach(openHouse);
afterEach(async () => {
  faults.access = null;
  await resume();
  closeHouse();
  vi.restoreAllMocks();
});

const stop = (reason = "a key has leaked") => api("POST", "/v1/money/stop", { reason });
const resume = () => api("POST", "/v1/money/resume", { reason: "all is well" });

/** The gateway fails before it has done anything. */
const failed = { operation: "refund.create", status: 500 };

/** When this job of the actor is due. */
async function dueAt(id: string, job: string): Promise<number> {
  const query = "SELECT json FROM state WHERE id = 1";
  const [row] = await storageOf<{ json: string }>(id, "state", query);
  const { jobs } = JSON.parse(row?.json ?? "{}") as {
    jobs: { readonly [name: string]: { readonly due_at: number } | undefined };
  };
  return jobs[job]?.due_at ?? 0;
}

async function timeline(id: string): Promise<string> {
  const rows = await storageOf<{ json: string }>(id, "timeline", "SELECT json FROM timeline");
  return rows.map(({ json }) => json).join("\n");
}

test("is thrown once, says by whom and why, and is in the audit", async () => {
  await env.DB.prepare("DELETE FROM audit").run();
  await resume();
  expect(await stop()).toMatchObject({ status: 200, body: { stopped: true } });
  pass(1_000);
  expect((await stop("again")).body).toEqual({
    stopped: true,
    since: "2031-01-15T06:00:00.000Z",
    by: "administrator",
    reason: "a key has leaked",
  });
  expect((await api("GET", "/v1/money")).body).toMatchObject({ stopped: true });
  pass(1_000);
  expect((await resume()).body).toMatchObject({ stopped: false, reason: "all is well" });
  await runDurableObjectAlarm(env.DEPLOYMENT.getByName("access"));
  const { data } = (await api<{ data: readonly Record<string, unknown>[] }>("GET", "/v1/audit"))
    .body;
  expect(data.map(({ action, kind, by, reason }) => [action, kind, by, reason])).toEqual([
    ["money_resumed", "money", "administrator", "all is well"],
    ["money_stopped", "money", "administrator", "a key has leaked"],
  ]);
  for (const body of [{}, { reason: "" }, { reason: "why", stopped: false }]) {
    expect((await api("POST", "/v1/money/stop", body)).status).toBe(422);
  }
});

describe("while money is stopped", () => {
  test("every command is refused before it is sent, and its reference stays free", async () => {
    const [paid, held] = [await paidOrder(), await heldOrder()];
    await stop();
    for (const refused of [
      await refund(paid.order_id, "back-1", { amount: inr(1_000) }),
      await capture(held.order_id, "take-1"),
      await voidOrder(held.order_id),
    ]) {
      expect(refused).toMatchObject({
        status: 409,
        body: { code: "money_stopped", reason: "a key has leaked" },
      });
    }
    expect(await moves()).toBe(0);
    expect(
      (await api<{ data: unknown[] }>("GET", `/v1/orders/${paid.order_id}/commands`)).body,
    ).toMatchObject({ data: [] });
    await resume();
    expect((await refund(paid.order_id, "back-1", { amount: inr(2_000) })).status).toBe(201);
    expect((await capture(held.order_id, "take-1")).status).toBe(201);
  });

  test("what had passed the door before it is not begun after it", async () => {
    const { order_id } = await paidOrder();
    faults.arrival = async (call) => {
      if (!/^GET .*\/orders\//.test(call)) return;
      faults.arrival = null;
      await stop();
    };
    const refused = await refund(order_id, "back-1", { amount: inr(1_000) });
    expect(refused.body.code).toBe("money_stopped");
    expect(await moves()).toBe(0);
  });

  test("a repeat of what was done before is answered as ever", async () => {
    const { order_id } = await paidOrder();
    const first = await refund(order_id, "back-1", { amount: inr(1_000) });
    await stop();
    const again = await refund(order_id, "back-1", { amount: inr(1_000) });
    expect([again.status, again.body.refund_id]).toEqual([201, first.body.refund_id]);
    expect(await movedUnder("back-1")).toBe(1);
  });

  test("what is on its way ends, and is known", async () => {
    const { order_id } = await paidOrder();
    const held = holdGateway(/POST .*refund/);
    const asked = refund(order_id, "back-1", { amount: inr(1_000) });
    await held.arrived();
    await stop();
    held.release();
    expect((await asked).status).toBe(201);
    expect(await movedUnder("back-1")).toBe(1);
  });

  test("what nobody knows is read and not sent again, says why, and goes on afterwards", async () => {
    await speak("reference");
    const { order_id } = await paidOrder();
    await turn({ answers: [failed] });
    expect((await refund(order_id, "back-1", { amount: inr(1_000) })).status).toBe(202);
    await stop();
    const before = await moves();
    await readThrice(order_id);
    const shown = await api(`GET`, `/v1/orders/${order_id}/commands/refund/back-1`);
    expect(shown.body).toMatchObject({ outcome: "unknown", sends: 1, trouble: "money is stopped" });
    expect(await timeline(order_id)).toContain("waits to be sent again: money is stopped");
    // It does not ring for nothing: the next look is minutes away, and is one look.
    expect(await dueAt(order_id, "resolve")).toBe(Date.now() + 5 * MINUTE);
    pass(5 * MINUTE);
    await ring(order_id);
    expect(await moves()).toBe(before);
    await resume();
    pass(5 * MINUTE);
    await ring(order_id);
    expect(await movedUnder("back-1")).toBe(1);
    const command = await api(`GET`, `/v1/orders/${order_id}/commands/refund/back-1`);
    expect(command.body).toMatchObject({ sends: 2, trouble: null });
  });

  test("an operator can say how it ended, and not have it sent again", async () => {
    const { order_id } = await paidOrder();
    const untold = { operation: "order.get_by_reference", status: 422, times: -1 };
    await turn({ answers: [failed, untold] });
    await refund(order_id, "back-1", { amount: inr(1_000) });
    for (let count = 0; count < 16; count += 1) {
      pass(HOUR);
      await ring(order_id);
    }
    const state = await api<{ outcome: string }>(
      "GET",
      `/v1/orders/${order_id}/commands/refund/back-1`,
    );
    expect(state.body.outcome).toBe("needs_decision");
    await stop();
    const before = await moves();
    const again = await decide(order_id, "refund/back-1", "send_again");
    expect(again).toMatchObject({ status: 409, body: { code: "money_stopped" } });
    expect(await moves()).toBe(before);
    const done = await decide(order_id, "refund/back-1", "not_done");
    expect(done.body.outcome).toBe("refused");
  });

  test("the automatic capture waits, says so once, and is done after", async () => {
    faults.settings = { AUTO_CAPTURE: "before_deadline" };
    const { order_id } = await heldOrder();
    await stop();
    const due = new Date((await order(order_id)).capture_by ?? 0).getTime() - 2 * HOUR;
    vi.setSystemTime(due + MINUTE);
    await ring(order_id);
    expect(await moves()).toBe(0);
    const told = (await timeline(order_id)).split("could not be captured by itself: money stopped");
    expect(told).toHaveLength(2);
    expect(await dueAt(order_id, "window")).toBeGreaterThan(Date.now() + MINUTE);
    pass(10 * MINUTE);
    await ring(order_id);
    expect(await moves()).toBe(0);
    await resume();
    pass(30 * MINUTE);
    await ring(order_id);
    await settle(order_id);
    expect(await order(order_id)).toMatchObject({ stage: "paid" });
  });

  test("reading goes on: messages, inquiries, verdicts", async () => {
    await stop();
    const made = await paidOrder();
    expect((await order(made.order_id)).stage).toBe("paid");
    expect((await api("POST", `/v1/orders/${made.order_id}/refresh`)).status).toBe(200);
  });
});

describe("when nobody can be asked whether money may move", () => {
  test.each(["throw", "lost_answer"] as const)(
    "(%s) nothing is sent and nothing kept",
    async (how) => {
      vi.spyOn(console, "error").mockImplementation(() => {});
      const { order_id } = await paidOrder();
      faults.access = (asked) => (asked === "permitMoney" ? how : null);
      const refused = await refund(order_id, "back-1", { amount: inr(1_000) });
      expect(refused).toMatchObject({ status: 503, body: { code: "access_unavailable" } });
      expect(await moves()).toBe(0);
      faults.access = null;
      expect((await refund(order_id, "back-1", { amount: inr(1_000) })).status).toBe(201);
    },
  );

  test("an automatic capture waits too", async () => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    faults.settings = { AUTO_CAPTURE: "before_deadline" };
    const { order_id } = await heldOrder();
    const due = new Date((await order(order_id)).capture_by ?? 0).getTime() - 2 * HOUR;
    faults.access = () => "throw";
    vi.setSystemTime(due + MINUTE);
    await ring(order_id);
    expect(await moves()).toBe(0);
    expect(await dueAt(order_id, "window")).toBeGreaterThan(Date.now() + MINUTE);
    faults.access = null;
    pass(30 * MINUTE);
    await ring(order_id);
    expect(await moves()).toBe(1);
  });

  test("the switch stays as it was thrown through a crash", async () => {
    const { order_id } = await paidOrder();
    await stop();
    await crash();
    const refused = await refund(order_id, "back-1", { amount: inr(1_000) });
    expect(refused.body.code).toBe("money_stopped");
    expect(await moves()).toBe(0);
  });
});

test("two of one reference at once are one refund, and one answer", async () => {
  const { order_id } = await paidOrder();
  await deliverWebhooks();
  const answers = await Promise.all(
    Array.from({ length: 5 }, () => refund(order_id, "back-1", { amount: inr(1_000) })),
  );
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
  expect(await movedUnder("back-1")).toBe(1);
});
