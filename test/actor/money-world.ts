// One order in the real Worker, its actor and the sandbox, and all that was asked and answered about
// it. Carries out what money-acts.ts draws; what must hold is money-laws.ts.

import { env } from "cloudflare:workers";
import { vi } from "vitest";
import type { CommandKind } from "../../src/domain/command";
import type { CommandView, Outcome } from "../../src/domain/command-view";
import { orderActor } from "../../src/actor/peers";
import { HOUR } from "../../src/domain/schedule";
import type { Problem } from "../http/door";
import { ask } from "../sandbox/gateway";
import { faults } from "../worker";
import { api, createLink, deliverWebhooks, mend, ring } from "./house";
import { inr, gatewayBooks } from "./money";
import type { Act, OrderKind, Scenario, Size } from "./money-acts";
import { count } from "./money-tally";

export const TOTAL = 150_000;
const PART = 90_000;
export type ContractName = "guide" | "reference";

/** A request for money to move, as it was sent. */
export interface Wish {
  readonly kind: CommandKind;
  /** A void has none of its own. */
  readonly reference: string | null;
  readonly body: { readonly [field: string]: unknown };
}

export interface Answered {
  readonly wish: Wish;
  /** Null: the caller heard nothing. */
  readonly status: number | null;
  readonly code: string | null;
  readonly command: CommandView | null;
}

export interface World {
  readonly contract: ContractName;
  readonly scenario: Scenario;
  readonly made: MadeOrder;
  /** Every request, in the order in which they were sent. */
  readonly wishes: Wish[];
  readonly answers: Answered[];
  /** The outcome of each command when it was last looked at. */
  readonly seen: Map<string, Outcome>;
  /** What happened, for whoever reads a history that failed. */
  readonly story: string[];
}

let latest = Date.UTC(2031, 0, 15, 6, 0, 0);

/** An order of this kind, known to us as it is, in an empty gateway. */
export async function openWorld(contract: ContractName, scenario: Scenario): Promise<World> {
  mend();
  // The gateway's books never give out a time twice: each history is later than all before it.
  latest = Math.max(latest, Date.now()) + HOUR;
  vi.setSystemTime(latest);
  await ask("POST", "/sandbox/reset");
  await ask("POST", "/sandbox/faults", {
    contract,
    webhooks: { manual: true },
    duplicate_refund: scenario.duplicate,
    over_refunds: scenario.unchecked ? "take" : "refuse",
    second_part: scenario.order === "parts" ? "new_order" : "same_order",
  });
  faults.settings = { PINELABS_CONTRACT: contract };
  const made = await makeOrder(scenario.order);
  await deliverWebhooks();
  return {
    contract,
    scenario,
    made,
    wishes: [],
    answers: [],
    seen: new Map(),
    story: [],
  };
}

/** Orders of earlier histories are nobody's business any more, least of all the cron's. */
export async function forgetOthers({ made }: World): Promise<void> {
  const { order_id } = made;
  await env.DB.batch([
    env.DB.prepare("DELETE FROM orders WHERE id <> ?").bind(order_id),
    env.DB.prepare("DELETE FROM wakes"),
  ]);
}

interface MadeOrder {
  readonly order_id: string;
  /** Where the dashboard finds it. */
  readonly at: string;
  readonly link_id: string | null;
  readonly payment_id: string;
}

async function makeOrder(kind: OrderKind): Promise<MadeOrder> {
  const pre_auth = kind === "held" || kind === "held_link";
  if (kind === "paid" || kind === "held") {
    const made = await ask("POST", "/sandbox/orders", { amount: TOTAL, pre_auth });
    const { order_id } = made.body.order;
    return payFirst({ order_id, link_id: null, at: `/sandbox/orders/${order_id}` }, pre_auth, {});
  }
  const whole = kind === "paid_link" || kind === "held_link";
  const { order_id, link_id } = await createLink({
    ...(whole ? {} : { part_payment: true }),
    ...(pre_auth ? { pre_auth, allowed_payment_methods: ["CARD"] } : {}),
  });
  const made = { order_id, link_id, at: `/sandbox/links/${link_id}` };
  const paid = await payFirst(made, pre_auth, whole ? {} : { instrument: "upi", amount: PART });
  if (kind === "parts" || kind === "two_payments") {
    await ask("POST", `${made.at}/pay`, { instrument: "upi" });
  }
  return paid;
}

async function payFirst(
  made: Omit<MadeOrder, "payment_id">,
  pre_auth: boolean,
  how: object,
): Promise<MadeOrder> {
  const paid = await ask("POST", `${made.at}/${pre_auth ? "authorize" : "pay"}`, how);
  return { ...made, payment_id: paid.body.order.payments[0]?.id ?? "" };
}

const AMOUNTS: { readonly [size in Exclude<Size, "all">]: number } = {
  half: TOTAL / 2,
  third: TOTAL / 3,
  least: 100,
  odd: 40_001,
  too_much: TOTAL + 1,
};

function amountOf(size: Size): { readonly amount?: ReturnType<typeof inr> } {
  return size === "all" ? {} : { amount: inr(AMOUNTS[size]) };
}

function paisaOf(size: Size): { readonly amount?: number } {
  return size === "all" ? {} : { amount: AMOUNTS[size] };
}

/** Does it; what the gateway's dashboard refuses is not done, and that is no failure. */
export async function carryOut(world: World, act: Act): Promise<void> {
  const { made, scenario } = world;
  // What was never held is neither captured nor voided; to try it now and then is often enough.
  const held = scenario.order === "held" || scenario.order === "held_link";
  if ((act.do === "capture" || act.do === "void") && !held && world.wishes.length % 4 > 0) {
    const instead = { ref: world.wishes.length % 10, size: "least", of_payment: false } as const;
    return carryOut(world, { ...instead, do: "refund" });
  }
  switch (act.do) {
    case "refund":
      return send(world, {
        kind: "refund",
        reference: `back-${act.ref}`,
        body: {
          merchant_refund_reference: `back-${act.ref}`,
          ...amountOf(act.size),
          ...(act.of_payment ? { payment_id: world.made.payment_id } : {}),
        },
      });
    case "capture": {
      const reference = `take-${act.ref}`;
      const body = { merchant_capture_reference: reference, ...amountOf(act.size) };
      return send(world, { kind: "capture", reference, body });
    }
    case "void":
      return send(world, { kind: "void", reference: null, body: {} });
    case "again":
      return repeat(world, act.which, act.otherwise);
    case "dashboard_refund":
      return refundByHand(world, act.size, act.on_second);
    case "dashboard_capture":
      return byHand(`${made.at}/capture`, paisaOf(act.size));
    case "dashboard_void":
      return byHand(`${made.at}/void`, {});
    case "end_refund": {
      const { refunds } = await gatewayBooks();
      const pending = refunds.filter(({ status }) => status === "PENDING");
      const one = pending[act.which % Math.max(1, pending.length)];
      if (one) await byHand(`/sandbox/orders/${one.order_id}/end-refund`, { status: act.as });
      return;
    }
    case "pay_rest":
      return byHand(`${made.at}/pay`, { instrument: "card" });
    case "post":
      return deliver(act.order, act.most, act.times);
    case "ring":
      return ringAll(world);
    case "poll":
      return poll(world);
  }
}

async function byHand(path: string, body: object): Promise<void> {
  const { status } = await ask("POST", path, body);
  count(status === 200 ? "by hand: done" : "by hand: refused");
}

async function refundByHand(world: World, size: Size, on_second: boolean): Promise<void> {
  if (world.scenario.alone) return;
  const orders = Object.keys((await gatewayBooks()).totals);
  const id =
    (on_second ? orders.find((one) => one !== world.made.order_id) : null) ?? world.made.order_id;
  await byHand(`/sandbox/orders/${id}/refund`, paisaOf(size));
}

const ADDRESSES: { readonly [kind in CommandKind]: string } = {
  refund: "refunds",
  capture: "capture",
  void: "void",
};

async function send(world: World, wish: Wish): Promise<void> {
  world.wishes.push(wish);
  const path = `/v1/orders/${world.made.order_id}/${ADDRESSES[wish.kind]}`;
  const answer = await api<CommandView & Problem>("POST", path, wish.body).catch(() => null);
  const heard = understand(wish, answer);
  world.answers.push(heard);
  world.story.push(tell(heard));
  count(`answer: ${heard.command?.outcome ?? heard.code ?? heard.status ?? "none"}`);
}

function understand(
  wish: Wish,
  answer: { readonly status: number; readonly body: CommandView & Problem } | null,
): Answered {
  // 500 is what is left of an actor that died under the request.
  if (answer === null || answer.status === 500) {
    return { wish, status: null, code: null, command: null };
  }
  const { status, body } = answer;
  if (status < 300) return { wish, status, code: null, command: body };
  return { wish, status, code: body.code, command: (body["command"] as CommandView) ?? null };
}

function tell({ wish, status, code, command }: Answered): string {
  const asked = `${wish.kind} ${JSON.stringify(wish.body)}`;
  return `${asked} → ${status ?? "no answer"} ${code ?? ""} ${command?.outcome ?? ""}`;
}

async function repeat(world: World, which: number, otherwise: boolean): Promise<void> {
  const wish = world.wishes[which % Math.max(1, world.wishes.length)];
  if (!wish) return;
  const { kind, reference, body } = wish;
  const other = kind === "void" ? body : { ...body, amount: inr(12_345) };
  await send(world, { kind, reference, body: otherwise ? other : body });
}

/** Some of the webhooks that the gateway has sent, in an order of our own, perhaps more than once. */
async function deliver(order: number, most: number, times: number): Promise<void> {
  const { messages } = (await ask("GET", "/sandbox/webhooks")).body;
  const mixed = messages
    .slice(-8)
    .map(({ id }, n) => ({ id, key: ((n + 1) * (order * 2 + 1) * 7919) % 101 }))
    .toSorted((a, b) => a.key - b.key);
  const ids = mixed.slice(0, most).map(({ id }) => id);
  await ask("POST", "/sandbox/webhooks/deliver", { ids, shuffle: false, times });
}

/** Everything that was not delivered yet. */
export async function deliverRest(): Promise<void> {
  await deliverWebhooks({ all: true, shuffle: false });
}

/** The alarms of every actor that this order may have. */
export async function ringAll(world: World): Promise<void> {
  const names = await actorsOf(world);
  await Promise.all(names.map((name) => ring(name).catch(() => false)));
}

async function actorsOf({ made }: World): Promise<readonly string[]> {
  if (made.link_id === null) return [made.order_id];
  const { totals } = await gatewayBooks();
  return [...new Set([made.order_id, made.link_id, ...Object.keys(totals)])];
}

/** The cron's question about this order: it asks the gateway if it is due by its own reckoning. */
export async function poll(world: World): Promise<void> {
  await orderActor(env, world.made.order_id)
    .poll(15_000)
    .catch(() => null);
}
