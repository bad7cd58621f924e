// Claims, their end, and steps that are said to be done: what the doors take, and what they answer.

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { HOUR } from "../../src/domain/schedule";
import { claim, end, idOf, tick } from "../actor/delivering";
import {
  atGateway,
  closeHouse,
  createLink,
  openHouse,
  order,
  pass,
  ring,
  told,
} from "../actor/house";
import { heldOrder, paidOrder, refund } from "../actor/money";
import { turn } from "../sandbox/gateway";
import { faults } from "../worker";
import { call, expectProblem, faultsOf, type Problem } from "./door";
import { lacking } from "./scopes";

beforeEach(openHouse);
afterEach(closeHouse);

interface Timeline {
  readonly data: readonly { readonly what: string; readonly text: string; readonly by: string }[];
}

async function story(id: string): Promise<readonly string[]> {
  const { data }: Timeline = await (await call("GET", `/v1/orders/${id}/timeline`)).json();
  return data
    .filter(({ what }) => what === "claim" || what === "checklist")
    .map(({ by, text }) => `${by}: ${text.replaceAll(/20\d\d-[^ ]*Z/g, "TIME")}`);
}

describe("POST /v1/verify with a claim", () => {
  test("grants it, and tells the others who holds it until when", async () => {
    const { order_id, token } = await paidOrder();
    const first = await claim(order_id, "van 1", { lease: 300 });
    const until = new Date(Date.now() + 300_000).toISOString();
    expect(first).toMatchObject({
      status: 200,
      body: {
        verdict: "paid",
        fulfill: true,
        claim: { state: "granted", by: "van 1", until, attempt: 1 },
      },
    });
    const body = { token, claim: { by: "van 2", lease_seconds: 5 } };
    const second = await (await call("POST", "/v1/verify", body)).json();
    expect(second).toMatchObject({ fulfill: false, claim: { state: "held", by: "van 1", until } });
    expect(await (await call("POST", "/v1/verify", { token })).json()).toMatchObject({
      fulfill: true,
      claim: null,
    });
    expect(await order(order_id)).toMatchObject({
      fulfillment: {
        state: "claimed",
        by: "van 1",
        claims: [{ attempt: 1, state: "live", until }],
      },
      checklist: expect.arrayContaining([
        expect.objectContaining({ step: "fulfill", state: "doing", by: "van 1" }),
      ]),
    });
    expect(await story(order_id)).toEqual([
      "administrator: van 1 may deliver it until TIME (attempt 1).",
    ]);
  });

  test("refuses it while the money is not secured or something differs", async () => {
    const open = await createLink();
    const refused = { fulfill: false, claim: { state: "refused", by: "shop" } };
    expect((await claim(open.order_id, "shop")).body).toMatchObject(refused);
    const { order_id } = await paidOrder();
    const expecting = { amount: { value: 1, currency: "INR" } };
    const other = await claim(order_id, "shop", { expect: expecting });
    expect(other.body).toMatchObject({ ...refused, mismatch: ["amount"] });
    const held = await heldOrder();
    expect((await claim(held.order_id, "shop")).body).toMatchObject(refused);
    faults.settings = { FULFILL_ON: "authorized" };
    expect((await claim(held.order_id, "shop")).body).toMatchObject({ fulfill: true });
  });

  test("gives the same claim to the key whose answer was lost", async () => {
    const { order_id } = await paidOrder();
    const first = await claim(order_id, "van", { key: "try-1" });
    expect(await claim(order_id, "van", { key: "try-1" })).toEqual(first);
    expect((await claim(order_id, "van", { key: "try-2" })).body.claim?.state).toBe("held");
    const bad = await claim(order_id, "van", { key: "no spaces" });
    expect(bad).toMatchObject({ status: 422, body: { code: "idempotency_key_invalid" } });
  });

  test("needs the scope fulfill, which a verdict alone does not", async () => {
    const { order_id } = await paidOrder();
    await lacking("fulfill", async () => {
      expect(await claim(order_id, "van")).toMatchObject({
        status: 403,
        body: { code: "scope_missing" },
      });
      expect((await call("POST", "/v1/verify", { order_id })).status).toBe(200);
    });
    expect((await order(order_id)).fulfillment.state).toBe("open");
  });

  test.each([
    [{ by: "", lease_seconds: 60 }, "/claim/by"],
    [{ by: "a\u0007", lease_seconds: 60 }, "/claim/by"],
    [{ by: "x".repeat(101), lease_seconds: 60 }, "/claim/by"],
    [{ by: "a", lease_seconds: 4 }, "/claim/lease_seconds"],
    [{ by: "a", lease_seconds: 604_801 }, "/claim/lease_seconds"],
    [{ by: "a", lease_seconds: 5.5 }, "/claim/lease_seconds"],
    [{ by: "a" }, "/claim/lease_seconds"],
    [{ by: "a", lease_seconds: 5, note: "" }, "/claim/note"],
  ])("refuses the claim %o", async (wrong, pointer) => {
    const body = { order_id: "v1-260122134058-aa-H9v1uM", claim: wrong };
    const problem = await expectProblem(
      await call("POST", "/v1/verify", body),
      422,
      "body_invalid",
    );
    expect(Object.keys(faultsOf(problem))).toEqual([pointer]);
  });
});

describe("POST /v1/orders/{id}/fulfillment", () => {
  test("ends it as done, once, and answers a repeat alike", async () => {
    const { order_id, link_id } = await paidOrder();
    const id = idOf(await claim(order_id, "van"));
    const done = await end(link_id, id, "done");
    expect(done).toMatchObject({
      status: 200,
      body: { state: "done", by: "van", claim_id: id, claims: [{ state: "done" }] },
    });
    expect(await end(order_id, id, "done")).toEqual(done);
    expect((await claim(order_id, "bike")).body).toMatchObject({
      fulfill: false,
      claim: { state: "done", by: "van", at: done.body.at },
    });
    expect(await end(order_id, id, "released")).toMatchObject({
      status: 409,
      body: { code: "fulfilled_already", by: "van", at: done.body.at },
    });
    expect(await story(order_id)).toEqual([
      "administrator: van may deliver it until TIME (attempt 1).",
      "administrator: van delivered it.",
    ]);
  });

  test("gives it back, and the next one has the next attempt", async () => {
    const { order_id } = await paidOrder();
    const id = idOf(await claim(order_id, "van"));
    const back = await end(order_id, id, "released");
    expect(back).toMatchObject({ status: 200, body: { state: "open", by: null } });
    expect(await end(order_id, id, "released")).toEqual(back);
    const next = await claim(order_id, "bike");
    expect(next.body.claim).toMatchObject({ attempt: 2, by: "bike" });
    expect(await end(order_id, id, "done")).toMatchObject({
      status: 409,
      body: { code: "claim_ended", claim_state: "released" },
    });
  });

  test("takes it back that it was given back, while nobody else has it", async () => {
    const { order_id } = await paidOrder();
    const id = idOf(await claim(order_id, "van"));
    await end(order_id, id, "released");
    expect(await end(order_id, id, "done")).toMatchObject({
      status: 200,
      body: { state: "done", by: "van", claim_id: id },
    });
  });

  test("of a claim that lapsed is refused, and what was said is a loss that nobody overlooks", async () => {
    const { order_id } = await paidOrder();
    const id = idOf(await claim(order_id, "van"));
    expect((await refund(order_id, "all")).status).toBe(201);
    for (let times = 0; times < 2; times += 1) {
      expect(await end(order_id, id, "done")).toMatchObject({
        status: 409,
        body: { code: "claim_lapsed" },
      });
    }
    const after = await order(order_id);
    expect(after.discrepancies).toMatchObject([
      {
        type: "delivered_unpaid",
        subject: id,
        theirs: "refunded",
        amount: 150_000,
        closed_at: null,
      },
    ]);
    expect(after.fulfillment).toMatchObject({
      state: "done",
      claim_id: id,
      claims: [{ state: "lapsed", said_done_at: expect.stringMatching(/^2031/) }],
    });
    const fulfill = after.checklist.find(({ step }) => step === "fulfill");
    expect(fulfill).toMatchObject({ state: "done", by: "van" });
    expect(await story(order_id)).toEqual([
      "administrator: van may deliver it until TIME (attempt 1).",
      "command: The claim of van lapsed: the money is not secured any more.",
      "administrator: van said that it was delivered, after its claim had lapsed because the money went.",
    ]);
  });

  test("of a lease that ran out is in attention, and may be done until the next is granted", async () => {
    const { order_id } = await paidOrder();
    const first = idOf(await claim(order_id, "van"));
    pass(60_000);
    await ring(order_id);
    expect(await order(order_id)).toMatchObject({
      attention: ["claim_over"],
      fulfillment: { state: "claim_over", by: "van" },
    });
    const second = idOf(await claim(order_id, "bike"));
    expect((await order(order_id)).attention).toEqual([]);
    expect((await end(order_id, first, "done")).body.code).toBe("claim_ended");
    pass(60_000);
    await ring(order_id);
    // Nobody delivers it now, and van said that it did.
    expect(await order(order_id)).toMatchObject({
      attention: [],
      fulfillment: { state: "done", by: "van", claim_id: first },
    });
    expect((await end(order_id, first, "done")).status).toBe(200);
    expect((await end(order_id, second, "done")).body.code).toBe("fulfilled_already");
  });

  test("knows only claims of its order", async () => {
    const { order_id } = await paidOrder();
    expect((await end(order_id, "claim_x", "done")).body.code).toBe("claim_unknown");
    expect((await end("v1-nobody-aa-1", "claim_x", "done")).body.code).toBe("order_unknown");
    expect((await end("nonsense", "claim_x", "done")).body.code).toBe("order_unknown");
  });
});

describe("PUT /v1/orders/{id}/checklist/{step}", () => {
  test.each(["record", "confirm", "fulfill"])("says that %s is done, once", async (step) => {
    const { order_id } = await paidOrder();
    const done = await tick(order_id, step, { note: "by hand" });
    expect(done.status).toBe(200);
    expect(done.body.checklist.find((one) => one.step === step)).toMatchObject({
      state: "done",
      by: "administrator",
      at: expect.stringMatching(/^2031/),
    });
    expect(await tick(order_id, step)).toMatchObject({
      status: 409,
      body: { code: "step_done", by: "administrator", at: expect.stringMatching(/^2031/) },
    });
    expect(await story(order_id)).toEqual([
      `administrator: administrator said that the step ${step} is done.`,
    ]);
  });

  test.each(["verify", "capture", "settle", "refund"])("tells what makes %s done", async (step) => {
    const { order_id } = await paidOrder();
    const { status, body } = await tick(order_id, step);
    expect([status, body.code, body.detail]).toEqual([
      422,
      "step_derived",
      expect.stringMatching(/^It is done once /),
    ]);
  });

  test("knows the steps and the orders", async () => {
    const { order_id } = await paidOrder();
    expect(await tick(order_id, "pack")).toMatchObject({
      status: 404,
      body: { code: "step_unknown" },
    });
    expect((await tick("v1-nobody-aa-1", "confirm")).body.code).toBe("order_unknown");
    expect((await tick("v1-nobody-aa-1", "fulfill")).body.code).toBe("order_unknown");
    const problem: Problem = (await tick(order_id, "confirm", { notes: "x" })).body;
    expect(faultsOf(problem)).toEqual({ "/notes": "is not a known field" });
    await lacking("fulfill", async () => {
      expect((await tick(order_id, "confirm")).status).toBe(403);
    });
  });

  test("fulfill waits for the money, and for whoever holds a claim", async () => {
    const open = await createLink();
    expect(await tick(open.order_id, "fulfill")).toMatchObject({
      status: 422,
      body: { code: "not_secured", stage: "awaiting_payment" },
    });
    expect(await tick(open.order_id, "confirm")).toMatchObject({
      status: 422,
      body: { code: "step_not_applicable" },
    });
    const { order_id } = await paidOrder();
    await claim(order_id, "van");
    expect(await tick(order_id, "fulfill")).toMatchObject({
      status: 409,
      body: { code: "claim_held", by: "van" },
    });
    pass(60_000);
    expect((await tick(order_id, "fulfill")).status).toBe(200);
    expect((await claim(order_id, "bike")).body.claim).toMatchObject({
      state: "done",
      by: "administrator",
    });
  });

  test("fulfill asks the gateway first, and takes no silence for an answer", async () => {
    const { order_id, link_id } = await paidOrder();
    pass(11_000);
    await turn({ answers: [{ operation: "*", times: -1, status: 500 }] });
    expect((await tick(order_id, "fulfill")).status).toBe(503);
    expect((await order(order_id)).fulfillment.state).toBe("open");
    await turn({ answers: [] });
    await atGateway(link_id, "refund", { amount: 150_000 });
    expect((await tick(order_id, "fulfill")).body.code).toBe("not_secured");
  });

  test("fulfill of held money makes the capture due at once, and it is told once", async () => {
    const { order_id } = await heldOrder();
    expect((await tick(order_id, "fulfill")).status).toBe(200);
    expect(await order(order_id)).toMatchObject({
      stage: "authorized",
      attention: ["capture_due"],
    });
    for (let times = 0; times < 3; times += 1) await ring(order_id);
    const due = (await told(order_id)).filter((key) => key.startsWith("order.capture_due"));
    expect(due).toEqual([`order.capture_due|${order_id}|fulfilled`]);
    pass(HOUR);
    await ring(order_id);
    expect(await order(order_id)).toMatchObject({
      stage: "authorized",
      attention: ["capture_due"],
    });
  });

  test("fulfill of held money captures it now where captures are automatic", async () => {
    faults.settings = { FULFILL_ON: "authorized" };
    const ticked = await heldOrder({ auto_capture: "before_deadline" });
    await tick(ticked.order_id, "fulfill");
    const claimed = await heldOrder({ auto_capture: "before_deadline" });
    await end(claimed.order_id, idOf(await claim(claimed.order_id, "van")), "done");
    for (const { order_id } of [ticked, claimed]) {
      await ring(order_id);
      expect(await order(order_id)).toMatchObject({
        stage: "paid",
        captured: { value: 150_000 },
        attention: [],
        fulfillment: { state: "done" },
      });
    }
  });
});
