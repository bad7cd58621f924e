// What the gateway sent, as the operator sees it: kept messages, raw bodies, a second application, the
// refused ones, and the doctor for signatures. And what is told to the merchant's systems.

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { sandboxDefaults } from "../../src/sandbox/settings";
import { signWebhook } from "../../src/sandbox/signing";
import { closeHouse, openHouse, order, pass, postWebhook, settle } from "../actor/house";
import { call, expectProblem, faultsOf } from "./door";

beforeEach(openHouse);
afterEach(closeHouse);

let counter = 0;

/** A paid order by webhook, in the ledger. */
async function paidByWebhook(): Promise<{
  readonly id: string;
  readonly body: string;
  readonly webhook: string;
}> {
  counter += 1;
  const id = `v1-310115060000-aa-Msg${counter}`;
  const webhook = `msg_http_${counter}`;
  const at = "2031-01-15T06:10:00.123Z";
  const money = { value: 50_000, currency: "INR" };
  const body = JSON.stringify({
    event_type: "ORDER_PROCESSED",
    data: {
      order_id: id,
      merchant_order_reference: `ref-${counter}`,
      type: "CHARGE",
      status: "PROCESSED",
      order_amount: money,
      pre_auth: false,
      purchase_details: { customer: { email_id: "asha@example.com" } },
      payments: [
        {
          id: `${id}-up-a`,
          status: "PROCESSED",
          payment_amount: money,
          payment_method: "UPI",
          created_at: at,
          updated_at: at,
        },
      ],
      created_at: at,
      updated_at: at,
    },
  });
  expect(await postWebhook(body, { id: webhook })).toMatchObject({ status: 200 });
  await settle(id);
  return { id, body, webhook };
}

interface List {
  readonly data: readonly Record<string, unknown>[];
  readonly next_cursor: string | null;
}

async function list(path: string): Promise<List> {
  const response = await call("GET", path);
  expect(response.status).toBe(200);
  return response.json();
}

describe("kept messages", () => {
  test("are listed newest first, by state, without their bodies", async () => {
    pass(86_400_000);
    const first = await paidByWebhook();
    pass(1_000);
    const second = await paidByWebhook();
    const { data } = await list("/v1/messages?limit=2");
    expect(data.map(({ webhook_id }) => webhook_id)).toEqual([second.webhook, first.webhook]);
    expect(data[0]).toEqual({
      webhook_id: second.webhook,
      actor: second.id,
      n: 1,
      event: "ORDER_PROCESSED",
      state: "applied",
      repeats: 0,
      size: second.body.length,
      body_hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      id_reused: false,
      received_at: expect.stringMatching(/Z$/),
      sent_at: expect.stringMatching(/Z$/),
    });
    const applied = await list("/v1/messages?state=applied&limit=1");
    expect(applied.data).toHaveLength(1);
    const next = await list(`/v1/messages?state=applied&limit=1&cursor=${applied.next_cursor}`);
    expect(next.data[0]).toMatchObject({ webhook_id: first.webhook });
    expect((await list("/v1/messages?state=waiting")).data).toEqual([]);
    const event = await list("/v1/messages?event=ORDER_PROCESSED&limit=2");
    expect(event.data).toEqual(data);
    expect((await list("/v1/messages?event=ORDER_FAILED")).data).toEqual([]);
  });

  test("show the raw body only when it is asked for", async () => {
    const { webhook, body } = await paidByWebhook();
    const plain = await list(`/v1/messages/${webhook}`);
    expect(JSON.stringify(plain)).not.toContain("asha");
    const raw = await list(`/v1/messages/${webhook}?raw=true`);
    expect(raw.data).toMatchObject([{ webhook_id: webhook, raw: { body, encoding: "utf8" } }]);
  });

  test("applied once more change nothing", async () => {
    const { webhook, id } = await paidByWebhook();
    const before = await order(id);
    const response = await call("POST", `/v1/messages/${webhook}/reapply`);
    expect(await response.json()).toEqual({
      data: [{ webhook_id: webhook, actor: id, n: 1, applied: true }],
      next_cursor: null,
    });
    // Except for when the gateway was last heard.
    expect(await order(id)).toEqual({ ...before, checked_at: expect.any(String) });
  });

  test("that nobody sent are 404", async () => {
    await expectProblem(await call("GET", "/v1/messages/msg_nobody"), 404, "message_unknown");
    const path = "/v1/messages/msg_nobody/reapply";
    await expectProblem(await call("POST", path), 404, "message_unknown");
  });

  test.each([
    ["/v1/messages?state=done", "state"],
    ["/v1/messages?raw=true", "raw"],
    ["/v1/messages/msg_1?raw=1", "raw"],
    ["/v1/messages/refused?limit=5", "limit"],
    ["/v1/events?after=-1", "after"],
    ["/v1/events?cursor=x", "cursor"],
    ["/v1/discrepancies?state=closed", "state"],
    ["/v1/accounting?x=1", "x"],
    ["/v1/health?x=1", "x"],
  ])("%s is 400 and names the parameter", async (path, parameter) => {
    const problem = await expectProblem(await call("GET", path), 400, "query_invalid");
    expect(Object.keys(faultsOf(problem))).toEqual([parameter]);
  });
});

describe("POST /v1/doctor/signature", () => {
  const body = '{"event":"payment_link.processed"}';

  async function suspect(secret: string, at = Date.now()) {
    const timestamp = String(Math.floor(at / 1000));
    const id = "msg_doctor";
    return {
      "Webhook-Id": id,
      "Webhook-Timestamp": timestamp,
      "Webhook-Signature": await signWebhook({ secret, id, timestamp, body }),
    };
  }

  interface Diagnosis {
    readonly accepted: boolean;
    readonly checks: readonly { readonly check: string; readonly ok: boolean }[];
  }

  async function diagnose(question: unknown): Promise<Diagnosis> {
    const response = await call("POST", "/v1/doctor/signature", question);
    expect(response.status).toBe(200);
    return response.json();
  }

  test("says that a good one is good, as text and as base64", async () => {
    const headers = await suspect(sandboxDefaults.webhook_secret);
    expect(await diagnose({ headers, body })).toMatchObject({ accepted: true });
    expect(await diagnose({ headers, body_base64: btoa(body) })).toMatchObject({ accepted: true });
  });

  test("says what is wrong, and never a secret", async () => {
    const headers = await suspect("another secret");
    const diagnosis = await diagnose({ headers, body });
    expect(diagnosis.accepted).toBe(false);
    expect(diagnosis.checks.filter(({ ok }) => !ok).map(({ check }) => check)).toEqual([
      "signature",
    ]);
    for (const secret of [sandboxDefaults.webhook_secret, sandboxDefaults.client_secret]) {
      expect(JSON.stringify(diagnosis)).not.toContain(secret);
    }
  });

  test("takes the time of arrival, if it is known", async () => {
    const at = Date.now() - 3_600_000;
    const headers = await suspect(sandboxDefaults.webhook_secret, at);
    expect(await diagnose({ headers, body })).toMatchObject({ accepted: false });
    const received_at = new Date(at + 1_000).toISOString();
    expect(await diagnose({ headers, body, received_at })).toMatchObject({ accepted: true });
  });

  test("takes a body as large as the door's own limit", async () => {
    const body_base64 = btoa("x".repeat(256 * 1024));
    expect(await diagnose({ headers: {}, body_base64 })).toMatchObject({ accepted: false });
  });

  test.each([
    ["no body", { headers: {} }, [""]],
    ["two bodies", { headers: {}, body: "", body_base64: "" }, [""]],
    ["no headers", { body: "" }, ["/headers"]],
    ["a header that is no text", { headers: { a: 1 }, body: "" }, ["/headers/a"]],
    ["broken base64", { headers: {}, body_base64: "%%%" }, ["/body_base64"]],
    ["an unreadable time", { headers: {}, body: "", received_at: "noon" }, ["/received_at"]],
    ["an unknown field", { headers: {}, body: "", secret: "x" }, ["/secret"]],
  ])("%s is 422", async (_, question, pointers) => {
    const response = await call("POST", "/v1/doctor/signature", question);
    const problem = await expectProblem(response, 422, "body_invalid");
    expect(Object.keys(faultsOf(problem))).toEqual(pointers);
  });
});

describe("GET /v1/events", () => {
  test("goes on after the last one that the caller has", async () => {
    const first = await paidByWebhook();
    const second = await paidByWebhook();
    const all: Record<string, unknown>[] = [];
    let after: string | null = "0";
    while (after !== null) {
      const page: List = await list(`/v1/events?after=${after}&limit=1`);
      all.push(...page.data);
      after = page.next_cursor;
    }
    const paid = all.filter(({ type }) => type === "order.paid");
    const orders = paid.map(({ data }) => (data as { order: { order_id: string } }).order.order_id);
    expect(orders).toEqual(expect.arrayContaining([first.id, second.id]));
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    const seqs = all.map(({ seq }) => Number(seq));
    expect(seqs).toEqual(seqs.toSorted((a, b) => a - b));
    expect(JSON.stringify(all)).not.toContain("asha@example.com");
  });
});

describe("the deployment", () => {
  test("accounts for every message", async () => {
    await paidByWebhook();
    const response = await call("GET", "/v1/accounting");
    expect(await response.json()).toMatchObject({ balanced: true, actors_with_gaps: 0 });
  });

  test("lists differences, open ones unless all are asked for", async () => {
    const { id, webhook } = await paidByWebhook();
    const other = JSON.stringify({
      event_type: "ORDER_PROCESSED",
      data: { order_id: id, note: 1 },
    });
    await postWebhook(other, { id: webhook });
    await settle(id);
    for (const path of ["/v1/discrepancies", "/v1/discrepancies?state=all"]) {
      const { data } = await list(path);
      expect(data).toContainEqual(
        expect.objectContaining({ home: id, type: "message_id_reused", closed_at: null }),
      );
    }
  });

  test("says how it is, what is wrong, and where webhooks go", async () => {
    await paidByWebhook();
    const response = await call("GET", "/v1/health");
    expect([response.status, await response.json()]).toEqual([
      200,
      {
        ok: false,
        wrong: [expect.stringContaining("cron has not run yet")],
        environment: "sandbox",
        contract: "guide",
        webhook_url: "http://localhost:8787/webhooks/pinelabs",
        gateway: { ok: true, code: null, checked_at: expect.stringMatching(/Z$/) },
        ledger: {
          ok: true,
          oldest_inquiry_due_at: expect.any(String),
          oldest_wake_due_at: null,
        },
        webhooks: { last_received_at: expect.stringMatching(/^2031-/) },
        cron: { last_run_at: null },
        retention: { last_run_at: null, left_over: null },
        days: { last_run_at: null, left_over: null },
        settlements: { read_through: null, last_refresh_at: null },
      },
    ]);
  });
});
