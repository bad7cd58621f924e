// A receiver that answers 410 is told nothing more, about any order, until somebody resumes it or names
// another address; and one that never took a notification has it again when somebody sends it again.

import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { OrderView } from "../../src/domain/order-view";
import type { NotificationView } from "../../src/ledger/notifications";
import type { TimelineEntry } from "../../src/actor/rpc";
import { HOUR, MINUTE } from "../../src/domain/schedule";
import { faults } from "../worker";
import { paidEvent } from "../actor/events";
import { api, armed, closeHouse, order, pass, postWebhook, runCron, settle } from "../actor/house";
import {
  books,
  done,
  events,
  expectAllDoneOnce,
  live,
  notifications,
  openShop,
  RECEIVER,
  trouble,
} from "./shop";

beforeEach(openShop);
afterEach(closeHouse);

let counter = 0;

async function paidOrder(): Promise<string> {
  counter += 1;
  const id = `v1-pause-${counter}`;
  expect((await postWebhook(paidEvent(id))).status).toBe(200);
  return id;
}

function record(view: OrderView): string | undefined {
  return view.checklist.find(({ step }) => step === "record")?.state;
}

async function timeline(id: string): Promise<readonly TimelineEntry[]> {
  const answer = await api<{ data: readonly TimelineEntry[] }>("GET", `/v1/orders/${id}/timeline`);
  return answer.body.data.filter(({ what }) => what === "notification");
}

const resume = () =>
  api<{ resumed: boolean; paused_at: string | null; paused_by: string | null }>(
    "POST",
    "/v1/notifications/resume",
  );

describe("410", () => {
  it("stops all notifications of all orders, and what is told meanwhile waits", async () => {
    await trouble({ mode: "gone" });
    const [first, second] = [await paidOrder(), await paidOrder()];
    await settle(first);
    await settle(second);
    await live([first, second], 24 * HOUR);
    const { received } = await books();
    expect(received.map(({ order_id, answered }) => [order_id, answered])).toEqual([[first, 410]]);
    expect((await notifications("&status=paused")).map(({ order_id }) => order_id)).toEqual([
      second,
      first,
    ]);
    expect(record(await order(first))).toBe("blocked");
    expect(record(await order(second))).toBe("blocked");
    // Said once, where it was answered so.
    expect((await timeline(first)).length).toBe(1);
    expect((await timeline(first))[0]?.text).toContain("410");
    expect(await timeline(second)).toEqual([]);
    expect(await armed(second)).toBeNull();
  });

  it("is over when somebody resumes, and each is sent then", async () => {
    await trouble({ mode: "gone" });
    const names = [await paidOrder(), await paidOrder(), await paidOrder()];
    for (const name of names) await settle(name);
    await trouble({ mode: "ok" });
    await runCron();
    await live(names, HOUR);
    expect(await done()).toEqual([]);
    const [cause] = await events();
    const lifted = await resume();
    expect(lifted).toMatchObject({ status: 200, body: { resumed: true, paused_by: cause?.id } });
    await runCron();
    await live(names, MINUTE);
    expect((await done()).toSorted()).toEqual(names.map((name) => `order.paid ${name}`));
    await expectAllDoneOnce();
    expect((await resume()).body).toEqual({ resumed: false, paused_at: null, paused_by: null });
  });

  it("is of one address: at another one everybody is told at once", async () => {
    await trouble({ mode: "gone" });
    const name = await paidOrder();
    await settle(name);
    await trouble({ mode: "ok" });
    faults.settings = { NOTIFY_URL: `${RECEIVER}?system=new` };
    await runCron();
    await live([name], MINUTE);
    await expectAllDoneOnce();
  });

  it("stands in the audit when it is lifted, and not when there was nothing to lift", async () => {
    await trouble({ mode: "gone" });
    const name = await paidOrder();
    await settle(name);
    await live([name], MINUTE);
    expect((await resume()).body.resumed).toBe(true);
    expect((await resume()).body.resumed).toBe(false);
    const { body } = await api<{ data: readonly unknown[] }>("GET", "/v1/audit");
    expect(body.data).toHaveLength(1);
    expect(body.data[0]).toEqual({
      at: new Date(Date.now()).toISOString(),
      order_id: null,
      by: "administrator",
      action: "resume",
      kind: "notification",
      reference: null,
      amount: null,
      reason: null,
      decision: null,
    });
  });
});

describe("what D1 shows as paused and is not", () => {
  it("is told as it stands, and does not stand before what is paused", async () => {
    const name = await paidOrder();
    await settle(name);
    await live([name], MINUTE);
    await expectAllDoneOnce();
    // As after a restoration of D1.
    await env.DB.prepare(
      `UPDATE events SET trouble = 'paused',
         delivery = json_set(delivery, '$.state', 'paused', '$.rev', ?1)`,
    )
      .bind(Date.now() + HOUR)
      .run();
    expect(await notifications("&status=paused")).toHaveLength(1);
    await runCron();
    await live([name], MINUTE);
    expect(await notifications("&status=paused")).toEqual([]);
    await expectAllDoneOnce();
  });
});

describe("a notification that nobody took in any try", () => {
  async function dead(): Promise<readonly [string, NotificationView]> {
    const name = await paidOrder();
    await trouble({ mode: "fail" });
    await settle(name);
    await live([name], 40 * HOUR);
    const [found] = await notifications("&status=dead");
    if (!found) throw new Error("it is not dead");
    return [name, found];
  }

  it("is dead and visible everywhere", async () => {
    const [name, { attempts, next_attempt_at }] = await dead();
    expect(attempts.map(({ n }) => n)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(next_attempt_at).toBeNull();
    const view = await order(name);
    expect(view.attention).toContain("notification_dead");
    expect(record(view)).toBe("blocked");
    expect((await timeline(name)).map(({ text }) => text)).toEqual([
      expect.stringContaining("answered 500 to order.paid at the last try"),
    ]);
    const listed = await api<{ data: readonly { id: string }[] }>(
      "GET",
      "/v1/orders?attention=notification_dead",
    );
    expect(listed.body.data.map(({ id }) => id)).toEqual([name]);
    expect(await armed(name)).toBeNull();
  });

  it("is sent again with the same id, and is nobody's trouble any more", async () => {
    const [name, { id }] = await dead();
    await trouble({ mode: "ok" });
    const again = await api("POST", `/v1/notifications/${id}/resend`);
    expect(again).toEqual({ status: 202, body: { id, status: "waiting" } });
    await settle(name);
    const [taken] = await notifications();
    expect(taken?.attempts.map(({ n, status }) => [n, status])).toEqual([
      ...[1, 2, 3, 4, 5, 6, 7, 8].map((n) => [n, 500]),
      [9, 200],
    ]);
    const view = await order(name);
    expect(view.attention).not.toContain("notification_dead");
    expect(record(view)).toBe("done");
    await expectAllDoneOnce();
    const audit = await api<{ data: readonly unknown[] }>("GET", `/v1/audit?order_id=${name}`);
    expect(audit.body.data).toMatchObject([
      { action: "resend", kind: "notification", reference: id, by: "administrator" },
    ]);
  });

  it("has the whole plan before it when it is sent again", async () => {
    const [name, { id }] = await dead();
    await api("POST", `/v1/notifications/${id}/resend`);
    await settle(name);
    expect(await notifications("&status=retrying")).toMatchObject([{ id }]);
    await live([name], 40 * HOUR);
    const [again] = await notifications("&status=dead");
    // The last ten of sixteen.
    expect(again?.attempts.map(({ n }) => n)).toEqual([7, 8, 9, 10, 11, 12, 13, 14, 15, 16]);
  });
});

describe("sending again", () => {
  it("sends what was taken once more, which the receiver knows", async () => {
    const name = await paidOrder();
    await settle(name);
    const [taken] = await notifications();
    pass(HOUR);
    await api("POST", `/v1/notifications/${taken?.id}/resend`);
    await settle(name);
    const { received, effects } = await books();
    expect(received.map(({ known }) => known)).toEqual([1, 0]);
    expect(effects.length).toBe(1);
    expect((await notifications())[0]?.attempts.map(({ n }) => n)).toEqual([1, 2]);
    await expectAllDoneOnce();
  });

  it("sends what was recorded before there was an address", async () => {
    faults.settings = {};
    const name = await paidOrder();
    await settle(name);
    const [recorded] = await notifications("&status=recorded");
    const path = `/v1/notifications/${recorded?.id}/resend`;
    expect(await api("POST", path)).toMatchObject({
      status: 409,
      body: { code: "notify_not_configured" },
    });
    faults.settings = { NOTIFY_URL: RECEIVER };
    expect((await api("POST", path)).status).toBe(202);
    await settle(name);
    await expectAllDoneOnce();
    expect(record(await order(name))).toBe("done");
  });

  it("knows only what was told", async () => {
    const path = "/v1/notifications/evt_00000000000000000000000000000000";
    const unknown = { status: 404, body: { code: "notification_unknown" } };
    expect(await api("POST", `${path}/resend`)).toMatchObject(unknown);
    expect(await api("GET", path)).toMatchObject(unknown);
  });
});
