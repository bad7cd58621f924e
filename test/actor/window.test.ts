// The authorization window in the whole house: alerts once each, captures in time and never twice, and
// who let go of what was held. Under both contracts; the clock is the test's.

import { env } from "cloudflare:workers";
import { runInDurableObject } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { CommandView } from "../../src/domain/command-view";
import { orderActor } from "../../src/actor/peers";
import type { TimelineEntry } from "../../src/actor/rpc";
import { DAY, HOUR, MINUTE, SECOND } from "../../src/domain/schedule";
import { ask, readOrder, turn } from "../sandbox/gateway";
import { faults } from "../worker";
import { orderEvent } from "./events";
import {
  atGateway,
  closeHouse,
  crash,
  createLink,
  deliverWebhooks,
  holdGateway,
  type Made,
  openHouse,
  order,
  pass,
  postWebhook,
  ring,
  settle,
  told,
} from "./house";

let end: number | null = null;

beforeEach(async () => {
  end = null;
  await openHouse();
});
afterEach(closeHouse);

const AUTO = { auto_capture: "before_deadline" };

/** An order that holds ₹1,500 since the start of the test; its window is the setting's five days. */
async function held(change: Record<string, unknown> = {}): Promise<Made> {
  const made = await createLink({ pre_auth: true, ...change });
  await atGateway(made.link_id, "authorize", { instrument: "card" });
  await deliverWebhooks();
  await settle(made.order_id, made.link_id);
  return made;
}

/** Moves the clock to so long before (or, negative, after) the end of the order's window. */
async function goTo({ order_id }: Made, before: number): Promise<void> {
  // The gateway's clock never goes back, so its window may begin later than the test.
  end ??= Date.parse((await order(order_id)).capture_by ?? "");
  pass(end - before + SECOND - Date.now());
}

async function alertsOf({ order_id }: Made): Promise<readonly string[]> {
  const found = await told(order_id);
  return found.filter((key) => key.startsWith("order.capture_due"));
}

async function timeline({ order_id }: Made): Promise<readonly TimelineEntry[]> {
  const reading = await orderActor(env, order_id).readTimeline();
  return reading.kind === "found" ? reading.value : [];
}

async function captures(): Promise<number> {
  const { body } = await ask("GET", "/sandbox/requests");
  return body.counts["order.capture"] ?? 0;
}

async function inquiries(): Promise<number> {
  const { body } = await ask("GET", "/sandbox/requests");
  return body.counts["order.get"] ?? 0;
}

async function commandsOf({ order_id }: Made): Promise<readonly CommandView[]> {
  const reading = await orderActor(env, order_id).readCommands();
  return reading.kind === "found" ? reading.value : [];
}

async function command(
  { order_id }: Made,
  kind: "capture" | "void",
  reference: string | null,
): Promise<void> {
  await orderActor(env, order_id).command({
    kind,
    reference,
    asked: { amount: null, payment_id: null, reason: null, split_info: null },
    named: order_id,
    requested_by: "asha",
    key_id: null,
  });
}

describe("alerts", () => {
  test("are given 48 and 6 hours before the end, each once, and end with the hold", async () => {
    const made = await held();
    expect(await order(made.order_id)).toMatchObject({ attention: [], voided_by: null });
    await goTo(made, 48 * HOUR + 2 * MINUTE);
    await ring(made.order_id);
    expect(await alertsOf(made)).toEqual([]);
    await goTo(made, 48 * HOUR);
    for (let rung = 0; rung < 3; rung += 1) await ring(made.order_id);
    expect(await alertsOf(made)).toEqual([`order.capture_due|${made.order_id}|48h`]);
    expect((await order(made.order_id)).attention).toEqual(["capture_due"]);
    await goTo(made, 6 * HOUR);
    await ring(made.order_id);
    await crash();
    await ring(made.order_id);
    const both = ["48h", "6h"].map((kind) => `order.capture_due|${made.order_id}|${kind}`);
    expect(await alertsOf(made)).toEqual(both);
    expect((await order(made.order_id)).attention).toEqual(["capture_urgent"]);
    const sentences = (await timeline(made)).filter(({ what }) => what === "alert");
    expect(sentences).toHaveLength(2);
    expect(sentences[0]?.text).toContain("holds ₹1,500.00, which must be captured by 2031-");
    await atGateway(made.link_id, "capture");
    await deliverWebhooks();
    await settle(made.order_id);
    expect((await order(made.order_id)).attention).toEqual([]);
    expect(await alertsOf(made)).toEqual(both);
  });

  test("that were missed are given late, and only the most urgent one", async () => {
    const made = await held();
    await goTo(made, 5 * HOUR);
    await ring(made.order_id);
    expect(await alertsOf(made)).toEqual([`order.capture_due|${made.order_id}|6h`]);
    pass(DAY);
    await ring(made.order_id);
    expect(await alertsOf(made)).toHaveLength(1);
  });

  test("are given although the gateway can not be asked, and say so", async () => {
    const made = await held();
    await turn({ answers: [{ status: 500, times: -1 }] });
    await goTo(made, 48 * HOUR);
    await ring(made.order_id);
    expect(await alertsOf(made)).toHaveLength(1);
    const sentence = (await timeline(made)).find(({ what }) => what === "alert");
    expect(sentence?.text).toContain("did not say");
  });

  test("are not given for what was captured or let go of unheard", async () => {
    const [captured, released] = [await held(), await held()];
    await atGateway(captured.link_id, "capture");
    await atGateway(released.link_id, "void");
    await goTo(captured, 48 * HOUR);
    for (const made of [captured, released]) {
      await ring(made.order_id);
      expect(await alertsOf(made)).toEqual([]);
    }
    expect(await order(captured.order_id)).toMatchObject({ stage: "paid" });
  });

  test("survive a crash between the question and the entry", async () => {
    const made = await held();
    await goTo(made, 48 * HOUR);
    faults.storage = (_, statement) => statement.startsWith("INSERT INTO timeline");
    await ring(made.order_id);
    expect(await alertsOf(made)).toEqual([]);
    faults.storage = null;
    await crash();
    pass(5 * MINUTE);
    await ring(made.order_id);
    expect(await alertsOf(made)).toHaveLength(1);
  });
});

describe.each(["guide", "reference"] as const)("auto-capture under the %s contract", (contract) => {
  beforeEach(async () => {
    faults.settings = { PINELABS_CONTRACT: contract, AUTO_CAPTURE: "before_deadline" };
    await turn({ contract });
  });

  test("takes all that is held, once, two hours before the end", async () => {
    const made = await held();
    await goTo(made, 2 * HOUR + 2 * MINUTE);
    await ring(made.order_id);
    expect(await captures()).toBe(0);
    await goTo(made, 2 * HOUR);
    for (let rung = 0; rung < 3; rung += 1) await ring(made.order_id);
    expect(await captures()).toBe(1);
    expect(await order(made.order_id)).toMatchObject({
      stage: "paid",
      captured: { value: 150_000 },
      voided_by: null,
    });
    expect(await commandsOf(made)).toMatchObject([
      { kind: "capture", outcome: "done", requested_by: "chukta", amount: { value: 150_000 } },
    ]);
    pass(30 * DAY);
    await ring(made.order_id);
    expect(await captures()).toBe(1);
  });

  test("takes the link's own amount and lets the rest go", async () => {
    const made = await held({ auto_capture_amount: { value: 100_000, currency: "INR" } });
    await goTo(made, 2 * HOUR);
    await ring(made.order_id);
    expect(await order(made.order_id)).toMatchObject({
      captured: { value: 100_000 },
      released: { value: 50_000 },
      authorized: { value: 0 },
    });
  });

  test("is off for a link that says so", async () => {
    const made = await held({ auto_capture: "off" });
    for (const before of [2 * HOUR, 0, -DAY]) {
      await goTo(made, before);
      await ring(made.order_id);
    }
    expect(await captures()).toBe(0);
    expect((await order(made.order_id)).stage).toBe("authorized");
  });

  test("whose answer was lost is read, and not sent again", async () => {
    const made = await held();
    await turn({ answers: [{ operation: "order.capture", after_work: true, status: 500 }] });
    await goTo(made, 2 * HOUR);
    await ring(made.order_id);
    for (let rung = 0; rung < 10; rung += 1) {
      pass(5 * MINUTE);
      await ring(made.order_id);
    }
    expect(await captures()).toBe(1);
    expect(await order(made.order_id)).toMatchObject({ captured: { value: 150_000 } });
    expect(await commandsOf(made)).toMatchObject([{ outcome: "done" }]);
  });

  test("that crashed on its way is read, and not sent again", async () => {
    const made = await held();
    await goTo(made, 2 * HOUR);
    const gate = holdGateway(/^PUT .*\/capture/);
    const rung = ring(made.order_id).catch(() => false);
    await gate.arrived();
    await crash();
    gate.release();
    await rung;
    faults.gateway = null;
    // An alarm that ended with its actor is repeated by the platform; here the watchdog does it.
    await orderActor(env, made.order_id).wake();
    for (let round = 0; round < 10; round += 1) {
      pass(5 * MINUTE);
      await ring(made.order_id);
    }
    expect(await captures()).toBe(1);
    expect(await order(made.order_id)).toMatchObject({ captured: { value: 150_000 } });
  });

  test("that is refused is tried again under the next number, with longer pauses", async () => {
    const made = await held();
    const refused = { operation: "order.capture", status: 422, times: 3 };
    await turn({
      answers: [{ ...refused, body: '{"code":"OPERATION_NOT_ALLOWED","message":"no"}' }],
    });
    await goTo(made, 2 * HOUR);
    const tries: number[] = [];
    for (let minute = 0; minute < 20; minute += 1) {
      await ring(made.order_id);
      tries.push(await captures());
      pass(MINUTE);
    }
    expect(tries.slice(0, 3)).toEqual([1, 1, 2]);
    expect(tries.indexOf(3)).toBe(6);
    expect(tries.indexOf(4)).toBe(14);
    expect(tries.at(-1)).toBe(4);
    const kept = await commandsOf(made);
    expect(kept.map(({ outcome }) => outcome)).toEqual(["refused", "refused", "refused", "done"]);
    expect(kept.map(({ reference }) => reference.slice(0, 7))).toEqual([
      "auto-1-",
      "auto-2-",
      "auto-3-",
      "auto-4-",
    ]);
    expect(await order(made.order_id)).toMatchObject({ captured: { value: 150_000 } });
  });

  test("sends nothing while the gateway can not be asked, and does afterwards", async () => {
    const made = await held();
    await turn({ answers: [{ operation: "order.get", status: 500, times: -1 }] });
    await goTo(made, 2 * HOUR);
    for (let round = 0; round < 5; round += 1) {
      await ring(made.order_id);
      pass(MINUTE);
    }
    expect(await captures()).toBe(0);
    // Each question is repeated twice within its time; two were asked, 2 and 4 minutes apart.
    expect(await inquiries()).toBeLessThan(15);
    await turn({ answers: [] });
    pass(30 * MINUTE);
    await ring(made.order_id);
    expect(await captures()).toBe(1);
    expect(await order(made.order_id)).toMatchObject({ captured: { value: 150_000 } });
  });

  test("stops when the gateway has let go, and says who did", async () => {
    await turn({ auth_window_days: 5 - 1 / 24 });
    const made = await held();
    await goTo(made, 2 * HOUR);
    await turn({ answers: [{ operation: "order.capture", status: 500, times: -1 }] });
    await ring(made.order_id);
    for (let round = 0; round < 30; round += 1) {
      pass(5 * MINUTE);
      await ring(made.order_id);
    }
    expect(await order(made.order_id)).toMatchObject({ stage: "voided", captured: { value: 0 } });
    const before = await captures();
    pass(DAY);
    await ring(made.order_id);
    expect(await captures()).toBe(before);
  });

  test("that fails at the gateway is over: nothing is held any more", async () => {
    const made = await held();
    await turn({ captures: "fail" });
    await goTo(made, 2 * HOUR);
    for (let round = 0; round < 5; round += 1) {
      await ring(made.order_id);
      pass(30 * MINUTE);
    }
    expect(await captures()).toBe(1);
    expect(await order(made.order_id)).toMatchObject({ stage: "failed", voided_by: null });
    expect(await commandsOf(made)).toMatchObject([
      { outcome: "refused", refusal: { code: "capture_failed" } },
    ]);
  });

  test("and an operator's capture at the same moment are one capture", async () => {
    const made = await held();
    await goTo(made, 2 * HOUR);
    await Promise.all([ring(made.order_id), command(made, "capture", "mine")]);
    pass(10 * MINUTE);
    await ring(made.order_id);
    expect(await captures()).toBe(1);
    expect(await readOrder(made.order_id)).toMatchObject({ status: "PROCESSED" });
    expect(await commandsOf(made)).toHaveLength(1);
  });

  test("does nothing while a void is open, nor after it", async () => {
    const made = await held();
    await turn({ answers: [{ operation: "order.cancel", after_work: true, status: 500 }] });
    await goTo(made, 2 * HOUR);
    const gate = holdGateway(/^PUT .*\/cancel/);
    const voided = command(made, "void", null);
    await gate.arrived();
    await ring(made.order_id);
    expect(await captures()).toBe(0);
    gate.release();
    await voided;
    pass(5 * MINUTE);
    await settle(made.order_id);
    expect(await captures()).toBe(0);
    expect(await order(made.order_id)).toMatchObject({ stage: "voided", voided_by: "merchant" });
  });
});

describe("held money that nobody captured", () => {
  const lapses = async (made: Made) =>
    (await order(made.order_id)).discrepancies.filter(
      ({ type }) => type === "authorization_lapsed",
    );

  test("lapses by the gateway's word, which is a loss", async () => {
    await turn({ auth_window_days: 5 });
    const made = await held(AUTO);
    await turn({ answers: [{ operation: "order.capture", status: 503, times: -1 }] });
    await goTo(made, MINUTE);
    expect(await order(made.order_id)).toMatchObject({ stage: "authorized", voided_by: null });
    await goTo(made, -3 * MINUTE);
    // The sandbox lets go when it is next asked anything.
    await ring(made.order_id);
    for (let round = 0; round < 20; round += 1) {
      pass(MINUTE);
      await ring(made.order_id);
    }
    expect(await order(made.order_id)).toMatchObject({ stage: "voided", voided_by: "gateway" });
    expect(await lapses(made)).toMatchObject([
      { subject: made.order_id, amount: 150_000, closed_at: null },
    ]);
  });

  test("is not called lapsed before the gateway says so", async () => {
    const made = await held();
    await goTo(made, -DAY);
    await ring(made.order_id);
    expect(await order(made.order_id)).toMatchObject({
      stage: "authorized",
      voided_by: null,
      attention: ["capture_urgent"],
    });
    expect(await lapses(made)).toEqual([]);
  });

  test("was let go of elsewhere when that was before the end", async () => {
    const made = await held();
    pass(DAY);
    await atGateway(made.link_id, "void");
    await deliverWebhooks();
    await settle(made.order_id);
    expect(await order(made.order_id)).toMatchObject({ stage: "voided", voided_by: "elsewhere" });
    expect(await lapses(made)).toEqual([]);
  });

  test("was let go of by the merchant with a void of ours, even after the end", async () => {
    const made = await held();
    await goTo(made, -HOUR);
    await command(made, "void", null);
    expect(await order(made.order_id)).toMatchObject({ stage: "voided", voided_by: "merchant" });
    expect(await lapses(made)).toEqual([]);
  });
});

test.each(["on", "off"])("an order without a link, ORDERS_WITHOUT_LINK=%s", async (setting) => {
  faults.settings = { ORDERS_WITHOUT_LINK: setting, AUTO_CAPTURE: "before_deadline" };
  const order_id = `v1-stray-aa-${setting}`;
  await postWebhook(
    orderEvent("ORDER_AUTHORIZED", { order_id, status: "AUTHORIZED", payment: "AUTHORIZED" }),
  );
  await settle(order_id);
  pass(30 * DAY);
  await ring(order_id);
  expect(await told(order_id)).toHaveLength(setting === "on" ? 2 : 0);
  expect((await order(order_id)).attention).toEqual(setting === "on" ? ["capture_urgent"] : []);
  // The gateway knows no such order: nothing is captured on what one message said, and it is not
  // asked again and again.
  const asked = await inquiries();
  for (let rung = 0; rung < 5; rung += 1) await ring(order_id);
  expect(await inquiries()).toBe(asked);
  expect(await captures()).toBe(0);
});

test("an alias rings no alerts of its own", async () => {
  const made = await held();
  await goTo(made, 48 * HOUR);
  await ring(made.link_id);
  expect(await told(made.link_id)).not.toContain(`order.capture_due|${made.order_id}|48h`);
  const jobs = await runInDurableObject(
    env.ORDERS.getByName(made.link_id),
    (_, { storage }) =>
      storage.sql.exec<{ json: string }>("SELECT json FROM state WHERE id = 1").one().json,
  );
  expect(JSON.parse(jobs)).toMatchObject({ jobs: {} });
});
