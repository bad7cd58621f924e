// RETENTION_DAYS: what is over and old loses its personal data by itself, and a crash in the middle of it
// leaves nothing behind.

import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { deploymentActor, orderActor } from "../../src/actor/peers";
import { runScheduled } from "../../src/cron/connect";
import { DAY, MINUTE } from "../../src/domain/schedule";
import { turn } from "../sandbox/gateway";
import { faults } from "../worker";
import {
  api,
  armed,
  closeHouse,
  crash,
  type Made,
  mend,
  openHouse,
  order,
  pass,
  postWebhook,
  ring,
  START,
} from "./house";
import { inr } from "./money";
import { cancelledOf, newPerson, paidBy, quiet, remove } from "./person";
import { give, line, lines, paymentOf } from "./settling";
import { storedOf } from "./stored";

beforeEach(openHouse);
afterEach(closeHouse);
// Each test begins at the same moment, which for a walk is a step back in time.
beforeEach(() =>
  deploymentActor(env, "cron").writeWalk({ begun_at: START, updated_at: 0, seq: 0, keeper: 0 }),
);

let person = newPerson();
beforeEach(() => {
  person = newPerson();
});

test("a crash in the middle of a removal is finished by the alarm", async () => {
  const made = await paidBy(person);
  faults.d1 = "throw";
  await remove(made.order_id);
  await crash();
  mend();
  for (let round = 0; round < 4; round += 1) {
    pass(30_000);
    await quiet(made);
  }
  expect(await storedOf(person.planted)).toEqual([]);
});

describe("RETENTION_DAYS", () => {
  /** The cron of an hour on a deployment that keeps personal data for so many days, or for ever. */
  async function hour(days: number | ""): Promise<void> {
    await runScheduled("7 * * * *", { ...env, RETENTION_DAYS: String(days) });
  }

  /** So many days later; everything that was due in between has been asked. */
  async function live(made: Made, days: number): Promise<void> {
    for (let day = 0; day < days; day += 1) {
      pass(DAY);
      await orderActor(env, made.order_id).poll(MINUTE);
      await ring(made.order_id);
    }
  }

  async function runs() {
    const health = await api<{ retention: object }>("GET", "/v1/health");
    return health.body.retention;
  }

  test("removes what is over and was not changed for so long, and shows its run", async () => {
    const made = await cancelledOf(person);
    await live(made, 20);
    await hour(30);
    expect(await storedOf(person.planted)).toEqual(person.planted);
    await live(made, 12);
    await hour(30);
    await quiet(made);
    expect(await storedOf(person.planted)).toEqual([]);
    expect(await runs()).toMatchObject({ last_run_at: expect.stringMatching(/^2031-02-1/) });
    const timeline = await api("GET", `/v1/orders/${made.link_id}/timeline`);
    expect(JSON.stringify(timeline.body)).toContain("RETENTION_DAYS are over");
    const row = await env.DB.prepare("SELECT forgotten_at FROM orders WHERE payment_link_id = ?1")
      .bind(made.link_id)
      .first<{ forgotten_at: number | null }>();
    expect(row?.forgotten_at).toBeGreaterThan(START);
  });

  test("that is not set removes nothing", async () => {
    const made = await cancelledOf(person);
    await live(made, 32);
    await hour("");
    expect(await storedOf(person.planted)).toEqual(person.planted);
  });

  test("leaves an order alone whose money differs, until a person has looked at it", async () => {
    const made = await paidBy(person);
    await give(made.order_id, lines(await paymentOf(made.order_id), [line(140_000)]));
    await live(made, 62);
    const open = async () =>
      (await order(made.order_id)).discrepancies.filter(({ closed_at }) => closed_at === null);
    const [differs] = await open();
    expect(differs?.type).toBe("amount_differs");
    await hour(30);
    await quiet(made);
    expect(await storedOf(person.planted)).toEqual(person.planted);
    const listed = await api<{ data: readonly { id: string; order_id: string }[] }>(
      "GET",
      "/v1/discrepancies",
    );
    const id = listed.body.data.find(({ order_id }) => order_id === made.order_id)?.id ?? "";
    const resolve = `/v1/discrepancies/${encodeURIComponent(id)}/resolve`;
    expect((await api("POST", resolve, { reason: "the bank has it" })).status).toBe(200);
    await live(made, 32);
    await hour(30);
    expect(await storedOf(person.planted)).toEqual(person.planted);
    // The walk has passed it by; a week later it begins anew.
    await live(made, 8);
    await hour(30);
    await hour(30);
    await quiet(made);
    expect(await storedOf(person.planted)).toEqual([]);
  });

  test("finishes what a crash left, in the next run at the latest", async () => {
    const made = await cancelledOf(person);
    await live(made, 32);
    await hour(30);
    await crash();
    await quiet(made);
    expect(await storedOf(person.planted)).toEqual([]);
  });

  test("empties messages that concern no order, and leaves young ones", async () => {
    const old = { event_type: "CUSTOMER_CREATED", data: person.about };
    await postWebhook(old);
    pass(31 * DAY);
    const young = newPerson().about;
    await postWebhook({ event_type: "CUSTOMER_CREATED", data: young });
    expect(await storedOf([...person.planted, young.description])).toHaveLength(10);
    for (let keeper = 0; keeper < 16; keeper += 1) await hour(30);
    expect(await storedOf([...person.planted, young.description])).toEqual([young.description]);
    expect((await api("GET", "/v1/accounting")).body).toMatchObject({ balanced: true });
  });

  test("that is behind for two days without a break is said by GET /v1/health", async () => {
    faults.settings = { RETENTION_DAYS: "30" };
    const ran = (left_over: number): Promise<void> =>
      deploymentActor(env, "cron").recordRun("retention", {
        at: Date.now(),
        due: 80,
        asked: 35,
        changed: 35,
        failed: 0,
        left_over,
      });
    const isSaid = async (): Promise<boolean> => {
      const { body } = await api<{ wrong: readonly string[] }>("GET", "/v1/health");
      return body.wrong.some((sentence) => sentence.includes("RETENTION_DAYS"));
    };
    const said: boolean[] = [];
    for (const left_over of [45, 45, 10, 0, 45]) {
      await ran(left_over);
      said.push(await isSaid());
      pass(DAY + MINUTE);
    }
    expect(said).toEqual([false, false, true, false, false]);
  });

  test("that is set later finds a request that made no link, too", async () => {
    await turn({ answers: [{ operation: "link.create", status: 500 }] });
    const reference = "never-made-2";
    const request = { amount: inr(5_000), merchant_payment_link_reference: reference };
    await api("POST", "/v1/links", { ...request, ...person.about });
    for (let day = 0; day < 40; day += 1) {
      pass(DAY);
      await ring(`reference:${reference}`);
      expect(await armed(`reference:${reference}`)).toBe(Date.now() + DAY);
    }
    expect(await storedOf(person.planted)).toEqual(person.planted);
    faults.settings = { RETENTION_DAYS: "30" };
    pass(DAY);
    await ring(`reference:${reference}`);
    expect(await storedOf(person.planted)).toEqual([]);
    expect(await armed(`reference:${reference}`)).toBeNull();
  });

  test("removes the person from a request of which nobody learnt whether it made a link", async () => {
    faults.settings = { RETENTION_DAYS: "30" };
    await turn({ answers: [{ operation: "link.create", status: 500 }] });
    const reference = "never-made-1";
    const request = { amount: inr(5_000), merchant_payment_link_reference: reference };
    const asked = await api("POST", "/v1/links", { ...request, ...person.about });
    expect(asked.status).toBe(503);
    pass(2 * MINUTE);
    await ring(`reference:${reference}`);
    expect(await storedOf(person.planted)).toEqual(person.planted);
    pass(29 * DAY);
    await ring(`reference:${reference}`);
    expect(await storedOf(person.planted)).toEqual(person.planted);
    pass(2 * DAY);
    await ring(`reference:${reference}`);
    expect(await storedOf(person.planted)).toEqual([]);
    const again = await api("POST", "/v1/links", { ...request, ...person.about });
    expect(again).toMatchObject({ status: 409, body: { code: "reference_reused" } });
  });
});
