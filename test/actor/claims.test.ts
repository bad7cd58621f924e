// Law 13 in the whole house: fifty tabs and five receivers at once, answers that nobody gets, evictions,
// crashes and a refund in between, and two orders of one link. One granted at a time, one done.

import { env } from "cloudflare:workers";
import { evictDurableObject } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { orderActor } from "../../src/actor/peers";
import { MINUTE } from "../../src/domain/schedule";
import { turn } from "../sandbox/gateway";
import { faults } from "../worker";
import { type Answer, claim, end, idOf, tick, type Verdict } from "./delivering";
import { paidEvent } from "./events";
import {
  api,
  armed,
  atGateway,
  closeHouse,
  crash,
  createLink,
  deliverWebhooks,
  openHouse,
  order,
  pass,
  postWebhook,
  ring,
  settle,
} from "./house";
import { paidOrder, refund } from "./money";

beforeEach(openHouse);
afterEach(closeHouse);

/** Fifty tabs of a storefront, and five receivers of a notification with keys of their own. */
const CALLERS: readonly Caller[] = [
  ...Array.from({ length: 50 }, (_, n) => ({ by: `tab ${n}`, key: null })),
  ...Array.from({ length: 5 }, (_, n) => ({ by: `receiver ${n}`, key: `notification-${n}` })),
];

interface Caller {
  readonly by: string;
  readonly key: string | null;
}

async function storm(order_id: string): Promise<readonly Answer<Verdict>[]> {
  return Promise.all(CALLERS.map(async ({ by, key }) => claim(order_id, by, { key })));
}

function countOf(answers: readonly Answer<Verdict>[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { body } of answers) {
    const state = body.claim?.state ?? body.code;
    counts[state] = (counts[state] ?? 0) + 1;
    expect(body.fulfill).toBe(state === "granted");
  }
  return counts;
}

/** What the actor told of claims, as sentences without times. */
async function story(order_id: string): Promise<readonly string[]> {
  const reading = await orderActor(env, order_id).readTimeline();
  const entries = reading.kind === "found" ? reading.value : [];
  return entries.filter(({ what }) => what === "claim").map(({ text }) => text);
}

describe("all at once", () => {
  test("one is granted, and once it is done all are told who did it", async () => {
    const { order_id } = await paidOrder();
    const first = await storm(order_id);
    expect(countOf(first)).toEqual({ granted: 1, held: 54 });
    const winner = first.find(({ body }) => body.fulfill);
    if (!winner) throw new Error("nobody was granted");
    const said = await Promise.all([1, 2, 3].map(async () => end(order_id, idOf(winner), "done")));
    expect(said.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(countOf(await storm(order_id))).toEqual({ done: 55 });
    expect(await story(order_id)).toHaveLength(2);
  });

  test("the answer that a crash took is given again to its key, and to nobody else", async () => {
    const { order_id } = await paidOrder();
    const [, , , , receiver] = CALLERS.slice(50);
    if (!receiver) throw new Error("no receiver");
    // Nobody reads this answer.
    await claim(order_id, receiver.by, { key: receiver.key });
    await crash();
    const answers = await storm(order_id);
    expect(countOf(answers)).toEqual({ granted: 1, held: 54 });
    expect(answers[54]?.body.claim).toMatchObject({
      state: "granted",
      by: receiver.by,
      attempt: 1,
    });
  });

  test("a tab that is gone holds the order until its lease is over, not longer", async () => {
    const { order_id } = await paidOrder();
    await claim(order_id, "tab that was closed");
    pass(MINUTE - 1);
    expect(countOf(await storm(order_id))).toEqual({ held: 55 });
    pass(1);
    const answers = await storm(order_id);
    expect(countOf(answers)).toEqual({ granted: 1, held: 54 });
    expect(answers.find(({ body }) => body.fulfill)?.body.claim).toMatchObject({ attempt: 2 });
  });

  test("a tick and claims at once leave one of them", async () => {
    const { order_id } = await paidOrder();
    const [ticked, asked] = await Promise.all([tick(order_id, "fulfill"), storm(order_id)]);
    const counts = countOf(asked);
    if (ticked.status === 200) expect(counts).toEqual({ done: 55 });
    else {
      expect(ticked.body.code).toBe("claim_held");
      expect(counts).toEqual({ granted: 1, held: 54 });
    }
  });

  test("a refund lets the claim lapse, and nobody is granted another", async () => {
    const { order_id } = await paidOrder();
    const [back, before] = await Promise.all([refund(order_id, "all"), storm(order_id)]);
    expect(back.status).toBe(201);
    expect(countOf(before)["granted"] ?? 0).toBeLessThanOrEqual(1);
    expect(countOf(await storm(order_id))).toEqual({ refused: 55 });
    expect((await order(order_id)).fulfillment).toMatchObject({ state: "open" });
    const winner = before.find(({ body }) => body.fulfill);
    if (!winner) return;
    // Delivered all the same: refused, and done.
    expect((await end(order_id, idOf(winner), "done")).body.code).toBe("claim_lapsed");
    expect(countOf(await storm(order_id))).toEqual({ done: 55 });
  });

  test("a refund that the gateway refuses takes the claim from nobody", async () => {
    const { order_id } = await paidOrder();
    const first = idOf(await claim(order_id, "van", { lease: 3_600 }));
    await turn({ refunds: "refuse" });
    expect((await refund(order_id, "all")).status).toBe(422);
    expect((await end(order_id, first, "done")).status).toBe(200);
    expect((await claim(order_id, "bike")).body.claim).toMatchObject({ state: "done", by: "van" });
  });

  test("what the first one delivered too late stands once the second one gives it back", async () => {
    const { order_id } = await paidOrder();
    const first = idOf(await claim(order_id, "van"));
    pass(MINUTE);
    const second = idOf(await claim(order_id, "bike"));
    expect((await end(order_id, first, "done")).body.code).toBe("claim_ended");
    expect(await end(order_id, second, "released")).toMatchObject({
      status: 200,
      body: { state: "done", by: "van", claim_id: first },
    });
    expect((await claim(order_id, "third")).body.claim).toMatchObject({ state: "done", by: "van" });
    expect((await story(order_id)).slice(-2)).toEqual([
      "van delivered it, as it had said.",
      "bike gave its claim back: it was not delivered.",
    ]);
  });
});

/** A small generator: the same storm for the same seed. */
function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * sides);
  };
}

interface Holder extends Caller {
  readonly claim_id: string;
}

/** What the callers know; half of the answers never reach them. */
class Callers {
  readonly holders = new Map<string, Holder>();
  readonly done = new Set<string>();
  /** Claims that somebody was told are granted, whether or not it was heard. */
  readonly granted = new Set<string>();
  /** Who was told that another's claim is theirs. */
  readonly misled: string[] = [];

  hear(caller: Caller, answer: Answer<Verdict>, lost: boolean): void {
    if (answer.status !== 200 || answer.body.claim?.state !== "granted") return;
    const { claim_id, by } = answer.body.claim;
    if (by !== caller.by) this.misled.push(`${caller.by} was given the claim of ${by}`);
    this.granted.add(claim_id);
    if (!lost) this.holders.set(claim_id, { ...caller, claim_id });
  }
}

describe("a storm", () => {
  test.each([1, 2, 3, 4])("of seed %i leaves at most one holder and one delivery", async (seed) => {
    const roll = dice(seed);
    const { order_id } = await paidOrder();
    const callers = new Callers();
    let refunded = false;
    for (let round = 0; round < 12; round += 1) {
      const asking = Array.from({ length: 12 }, () => CALLERS[roll(CALLERS.length)]).filter(
        (one) => one !== undefined,
      );
      const asked = asking.map(async (caller) => {
        const lost = roll(2) === 0;
        callers.hear(
          caller,
          await claim(order_id, caller.by, { key: caller.key, lease: 30 }),
          lost,
        );
      });
      const ends = [...callers.holders.values()].map(async ({ claim_id }) => {
        const state = roll(3) === 0 ? "done" : "released";
        if (roll(3) === 0) return;
        const answer = await end(order_id, claim_id, state);
        if (state === "done" && answer.status === 200) callers.done.add(claim_id);
      });
      const trouble = roll(6);
      const strike = async (): Promise<void> => {
        if (trouble === 0) await crash();
        if (trouble === 1) await evictDurableObject(env.ORDERS.getByName(order_id));
        if (trouble === 2 && round > 8 && !refunded) {
          refunded = (await refund(order_id, "all")).status === 201;
        }
      };
      // A crash takes requests with it: whoever asked heard nothing.
      await Promise.allSettled([...asked, ...ends, strike()]);
      await order(order_id);
      const { fulfillment } = await order(order_id);
      const states = fulfillment.claims.map(({ state }) => state);
      expect(states.filter((state) => state === "live").length).toBeLessThanOrEqual(1);
      expect(states.filter((state) => state === "done").length).toBeLessThanOrEqual(1);
      expect(callers.done.size).toBeLessThanOrEqual(1);
      if (fulfillment.state === "done") expect(states).not.toContain("live");
      pass(roll(3) * 15_000);
      await ring(order_id);
    }
    // Else nothing was tried.
    expect(callers.granted.size).toBeGreaterThan(0);
    expect(callers.misled).toEqual([]);
    const { fulfillment } = await order(order_id);
    for (const claim_id of callers.done) {
      expect(fulfillment).toMatchObject({ state: "done", claim_id });
    }
    // Whatever was granted is known, under an attempt of its own, and was told once.
    const known = fulfillment.claims.map(({ claim_id }) => claim_id);
    expect(known).toEqual(expect.arrayContaining([...callers.granted]));
    const attempts = fulfillment.claims.map(({ attempt }) => attempt);
    expect(new Set(attempts).size).toBe(attempts.length);
    const told = await story(order_id);
    expect(told.filter((text) => text.includes(" may deliver it until "))).toHaveLength(
      Math.max(0, ...attempts),
    );
    expect(told.filter((text) => text.endsWith(" delivered it.")).length).toBeLessThanOrEqual(1);
  });
});

describe("the lease", () => {
  test("that runs out is noted once, also after a crash, and rings no more", async () => {
    const { order_id } = await paidOrder();
    await claim(order_id, "van", { lease: 90 });
    await settle(order_id);
    expect(await armed(order_id)).toBeLessThanOrEqual(Date.now() + 90_000);
    await crash();
    pass(90_000);
    for (let times = 0; times < 3; times += 1) await ring(order_id);
    expect(await order(order_id)).toMatchObject({
      attention: ["claim_over"],
      checklist: expect.arrayContaining([
        expect.objectContaining({ step: "fulfill", state: "blocked" }),
      ]),
    });
    expect((await story(order_id)).filter((text) => text.includes("ran out"))).toHaveLength(1);
    await settle(order_id);
    expect((await armed(order_id)) ?? Infinity).toBeGreaterThan(Date.now());
    const row = await env.DB.prepare("SELECT attention FROM orders WHERE id = ?")
      .bind(order_id)
      .first();
    expect(row).toEqual({ attention: " claim_over " });
  });

  test("lapses with the money that a webhook takes back, and can not be delivered on", async () => {
    const { order_id, link_id } = await paidOrder();
    const id = idOf(await claim(order_id, "van"));
    await atGateway(link_id, "refund", { amount: 150_000 });
    await deliverWebhooks();
    await settle(order_id);
    expect((await order(order_id)).fulfillment.claims).toMatchObject([{ state: "lapsed" }]);
    expect((await end(order_id, id, "done")).body.code).toBe("claim_lapsed");
    await settle(order_id);
    const found = await env.DB.prepare(
      "SELECT type FROM discrepancies WHERE type = 'delivered_unpaid'",
    ).all();
    expect(found.results).toHaveLength(1);
    expect((await claim(order_id, "bike")).body.claim).toMatchObject({ state: "done", by: "van" });
  });
});

/** A link paid in two gateway orders, the second of which does not know yet that it belongs to it. */
async function twoOrders() {
  await turn({ second_part: "new_order" });
  const made = await createLink({ part_payment: true });
  await atGateway(made.link_id, "pay", { amount: 50_000 });
  await deliverWebhooks();
  await settle(made.order_id, made.link_id);
  const second = (await atGateway(made.link_id, "pay", { amount: 100_000 })).order.order_id;
  // Somebody else's word of it names neither the link nor a reference.
  await postWebhook(paidEvent(second, { amount: 100_000 }));
  return { ...made, second };
}

test.each(["on", "off"])("an order without a link, ORDERS_WITHOUT_LINK=%s", async (setting) => {
  faults.settings = { ORDERS_WITHOUT_LINK: setting };
  const order_id = `v1-260301100000-aa-stray${setting}`;
  await postWebhook(paidEvent(order_id));
  await settle(order_id);
  const { body } = await claim(order_id, "van");
  const state = setting === "on" ? "granted" : "refused";
  expect(body).toMatchObject({ fulfill: setting === "on", claim: { state, by: "van" } });
  expect((await order(order_id)).fulfillment.claims).toHaveLength(setting === "on" ? 1 : 0);
});

test("a link that spoke for itself leaves its claim to the order that becomes its home", async () => {
  await turn({ order_at_creation: false });
  const reference = "shop-claimed-link-1";
  const amount = { value: 90_000, currency: "INR" };
  const made = await api<{ readonly payment_link_id: string }>("POST", "/v1/links", {
    amount,
    merchant_payment_link_reference: reference,
    customer: { email_id: "ravi@example.com" },
  });
  const { payment_link_id } = made.body;
  await settle(payment_link_id);
  const { link } = await order(payment_link_id);
  // The gateway says that the link is paid before it names an order.
  const paid = {
    payment_link_id,
    merchant_payment_link_reference: reference,
    status: "PROCESSED",
    amount,
    amount_due: { value: 0, currency: "INR" },
    pre_auth: false,
    // By the gateway's clock, which never goes back between tests.
    updated_at: new Date(Date.parse(link?.updated_at ?? "") + 1_000).toISOString(),
  };
  await turn({
    answers: [{ operation: "link.get", status: 200, times: -1, body: JSON.stringify(paid) }],
  });
  pass(11_000);
  const asked = { claim: { by: "van", lease_seconds: 3_600 }, payment_link_id };
  const granted = await api<Verdict>("POST", "/v1/verify", asked);
  expect(granted.body.claim).toMatchObject({ state: "granted", by: "van" });
  await turn({ answers: [] });
  const { order_id } = (await atGateway(payment_link_id, "pay")).order;
  // The order stands in the ledger before it can learn that there was a claim.
  faults.storage = (actor) => actor === payment_link_id;
  await deliverWebhooks();
  await settle(order_id);
  const held = async (): Promise<unknown> => {
    const row = await env.DB.prepare("SELECT doc FROM orders WHERE id = ?")
      .bind(order_id)
      .first<{ readonly doc: string }>();
    const doc: unknown = JSON.parse(row?.doc ?? "{}");
    return doc;
  };
  expect(await held()).toMatchObject({ fulfillment: { state: "open" } });
  faults.storage = null;
  // The link hands over later: its register alone tells the home of the claim.
  faults.absorb = () => true;
  await settle(order_id);
  expect(await held()).toMatchObject({ fulfillment: { state: "claimed", by: "van" } });
  const steps = (await order(order_id)).checklist;
  expect(steps.find(({ step }) => step === "fulfill")).toMatchObject({
    state: "doing",
    by: "van",
    at: expect.any(String),
  });
  pass(11_000);
  const home = (await api<{ readonly order_id: string }>("POST", "/v1/verify", asked)).body;
  expect(home).toMatchObject({ fulfill: false, claim: { state: "held", by: "van" } });
  faults.absorb = null;
  const again = await claim(home.order_id, "bike");
  expect(again.body.claim).toMatchObject({ state: "held", by: "van" });
  const claim_id = granted.body.claim?.state === "granted" ? granted.body.claim.claim_id : "";
  expect((await end(payment_link_id, claim_id, "done")).status).toBe(200);
  expect((await order(home.order_id)).fulfillment).toMatchObject({ state: "done", by: "van" });
});

describe("an order that turns out to belong to another's link", () => {
  test("takes its claim along: it is held and ended at the home", async () => {
    const { order_id, second } = await twoOrders();
    const id = idOf(await claim(second, "van", { lease: 3_600 }));
    pass(11_000);
    await deliverWebhooks();
    await settle(second, order_id);
    expect((await order(second)).id).toBe(order_id);
    expect((await claim(order_id, "bike")).body.claim).toMatchObject({ state: "held", by: "van" });
    expect(await end(second, id, "done")).toMatchObject({ status: 200, body: { state: "done" } });
    expect((await claim(second, "bike")).body.claim?.state).toBe("done");
    expect((await story(order_id)).filter((text) => text === "van delivered it.")).toHaveLength(1);
  });

  test("stops every claim of its home until it has handed over what it granted", async () => {
    const { order_id, second } = await twoOrders();
    const id = idOf(await claim(second, "van", { lease: 3_600 }));
    faults.absorb = (home) => home === order_id;
    pass(11_000);
    await deliverWebhooks();
    expect((await claim(order_id, "bike")).body).toMatchObject({
      fulfill: false,
      claim: { state: "refused" },
    });
    expect((await tick(order_id, "fulfill")).body.code).toBe("order_unsettled");
    faults.absorb = null;
    expect((await claim(order_id, "bike")).body.claim).toMatchObject({ state: "held", by: "van" });
    expect((await end(order_id, id, "done")).status).toBe(200);
  });

  test("keeps the earlier of two claims, and the other one is told", async () => {
    const { order_id, second } = await twoOrders();
    const first = idOf(await claim(second, "van", { lease: 3_600 }));
    const reading = await orderActor(env, second).linkOfReference();
    if (reading === null) throw new Error("no record");
    pass(1_000);
    const other = await paidOrder();
    const late = idOf(await claim(other.order_id, "bike", { lease: 3_600 }));
    const given = { from: second, record: reading, timeline: [], events: [] };
    expect(await orderActor(env, other.order_id).absorb(given)).toEqual({ kind: "taken" });
    expect((await order(other.order_id)).fulfillment.claims).toMatchObject([
      { claim_id: first, state: "live" },
      { claim_id: late, state: "superseded" },
    ]);
    expect((await end(other.order_id, late, "done")).body.code).toBe("claim_ended");
    expect((await end(other.order_id, first, "done")).status).toBe(200);
    expect((await story(other.order_id)).join(" ")).toContain("The claim of bike ended");
    expect((await order(order_id)).fulfillment.claims).toEqual([]);
  });
});
