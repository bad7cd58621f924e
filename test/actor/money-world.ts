// One order in the real Worker, its actor and the sandbox, and all that was asked and answered about
// it. Carries out what money-acts.ts draws; what must hold is money-laws.ts.

import { env } from "cloudflare:workers";
import { vi } from "vitest";
import type { CommandKind } from "../../src/domain/command";
import type { CommandView, Outcome } from "../../src/domain/command-view";
import { orderActor } from "../../src/actor/peers";
import { HOUR } from "../../src/domain/schedule";
import type { Problem } from "../http/door";
import { ask, turn } from "../sandbox/gateway";
import { faults } from "../worker";
import { api, atGateway, createLink, deliverWebhooks, type Made, mend, pass, ring } from "./house";
import { inr, gatewayBooks } from "./money";
import type { Act, Scenario, Size } from "./money-acts";
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
  readonly made: Made;
  readonly payment_id: string;
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
  await forgetLedger();
  await ask("POST", "/sandbox/reset");
  await ask("POST", "/sandbox/faults", {
    contract,
    webhooks: { manual: true },
    duplicate_refund: scenario.duplicate,
    over_refunds: scenario.alone && scenario.unchecked ? "take" : "refuse",
    second_part: scenario.order === "parts" ? "new_order" : "same_order",
  });
  faults.settings = { PINELABS_CONTRACT: contract };
  const made = await makeOrder(scenario.order);
  await deliverWebhooks();
  for (const name of [made.order_id, made.link_id, made.order_id]) {
    pass(2_000);
    await ring(name);
  }
  const known = await api<{ payments: readonly { id: string }[] }>(
    "GET",
    `/v1/orders/${made.order_id}`,
  );
  return {
    contract,
    scenario,
    made,
    payment_id: known.body.payments[0]?.id ?? "",
    wishes: [],
    answers: [],
    seen: new Map(),
    story: [],
  };
}

/** Orders of earlier histories are nobody's business any more, least of all the poll's. */
async function forgetLedger(): Promise<void> {
  const names = ["orders", "payments", "refunds", "messages", "events", "discrepancies", "aliases"];
  await env.DB.batch(names.map((name) => env.DB.prepare(`DELETE FROM ${name}`)));
}

async function makeOrder(kind: Scenario["order"]): Promise<Made> {
  switch (kind) {
    case "paid": {
      const made = await createLink();
      await atGateway(made.link_id, "pay");
      return made;
    }
    case "held": {
      const made = await createLink({ pre_auth: true, allowed_payment_methods: ["CARD"] });
      await atGateway(made.link_id, "authorize");
      return made;
    }
    case "part":
    case "parts":
    case "two_payments": {
      const made = await createLink({ part_payment: true });
      await atGateway(made.link_id, "pay", { instrument: "upi", amount: PART });
      if (kind !== "part") await atGateway(made.link_id, "pay", { instrument: "upi" });
      return made;
    }
  }
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
  const { made } = world;
  switch (act.do) {
    case "refund":
      return send(world, {
        kind: "refund",
        reference: `back-${act.ref}`,
        body: {
          merchant_refund_reference: `back-${act.ref}`,
          ...amountOf(act.size),
          ...(act.of_payment ? { payment_id: world.payment_id } : {}),
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
      return byHand(`/sandbox/links/${made.link_id}/capture`, paisaOf(act.size));
    case "dashboard_void":
      return byHand(`/sandbox/links/${made.link_id}/void`, {});
    case "end_refund": {
      const { refunds } = await gatewayBooks();
      const pending = refunds.filter(({ status }) => status === "PENDING");
      const one = pending[act.which % Math.max(1, pending.length)];
      if (one) await byHand(`/sandbox/orders/${one.order_id}/end-refund`, { status: act.as });
      return;
    }
    case "pay_rest":
      return byHand(`/sandbox/links/${made.link_id}/pay`, { instrument: "card" });
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

async function actorsOf({ made, scenario }: World): Promise<readonly string[]> {
  if (!["parts", "held", "part"].includes(scenario.order)) return [made.order_id];
  const { totals } = await gatewayBooks();
  return [...new Set([made.order_id, made.link_id, ...Object.keys(totals)])];
}

/** The cron's question about this order: it asks the gateway if it is due by its own reckoning. */
export async function poll(world: World): Promise<void> {
  await orderActor(env, world.made.order_id)
    .poll(15_000)
    .catch(() => null);
}

export async function commandsOf({ made }: World): Promise<readonly CommandView[]> {
  const listed = await api<{ data: readonly CommandView[] }>(
    "GET",
    `/v1/orders/${made.order_id}/commands`,
  );
  if (listed.status !== 200) throw new Error(`no commands: ${JSON.stringify(listed)}`);
  return listed.body.data;
}

/** An operator who looks into the gateway's own books decides what nobody else can. */
export async function decideTruly(
  world: World,
  if_absent: "not_done" | "send_again",
): Promise<void> {
  for (const command of await commandsOf(world)) {
    if (command.outcome !== "needs_decision") continue;
    const decision = (await wasDone(world, command)) ? "done" : if_absent;
    const { kind, reference } = command;
    const path = `/v1/orders/${world.made.order_id}/commands/${kind}/${reference}/decision`;
    const answer = await api<Problem>("POST", path, { decision, reason: "as its books say" });
    world.story.push(
      `${kind} ${reference} decided ${decision} → ${answer.status} ${answer.body.code ?? ""}`,
    );
    count(`decision: ${answer.status < 300 ? decision : (answer.body.code ?? decision)}`);
  }
}

async function wasDone({ contract }: World, command: CommandView): Promise<boolean> {
  const { totals, references, refunds } = await gatewayBooks();
  const order = totals[command.order_id];
  switch (command.kind) {
    case "refund":
      return refunds.some(({ reference }) => reference === command.reference);
    case "capture":
      return contract === "reference"
        ? (references[command.reference]?.moved ?? 0) > 0
        : order?.captured === command.amount.value;
    case "void":
      return order?.authorized === 0 && order.captured === 0;
  }
}

/** The gateway is itself again; what was drawn for the whole history stays. */
export async function takeTroubleAway(world: World): Promise<void> {
  mend();
  faults.settings = { PINELABS_CONTRACT: world.contract };
  await turn({
    refunds: "process",
    captures: "process",
    hide_references: 0,
    refunds_lag: 0,
    refunds_on_parent: true,
    lag_order_snapshots: 0,
    answers: [],
  });
}
