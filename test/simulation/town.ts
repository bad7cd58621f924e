// One merchant, its shop and its orders, in the real Worker, actors and D1 with the sandbox as the gateway; and
// everything that was asked and answered, for the laws to look at. Each history begins with empty books.

import { abortAllDurableObjects, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { vi } from "vitest";
import { roleOf } from "../../src/domain/ids";
import { HOUR } from "../../src/domain/schedule";
import { api, type ApiAnswer } from "../actor/house";
import type { GatewayBooks, Totals } from "../actor/money";
import { RECEIVER, trouble as troubleReceiver } from "../notify/shop";
import { type Answer, ask, type Wire } from "../sandbox/gateway";
import { awake, faults } from "../worker";
import type { Clerk } from "./clerk";
import type { History, Merchant, OrderPlan } from "./history";
import { mailerOf, SENDER } from "./mailbox";
import { count } from "./tally";
import { calm } from "./trouble";

/** A delivery that the order's actor granted to one of the shop's tabs. */
export interface Grant {
  readonly claim_id: string;
  readonly at: number;
  readonly until: number;
  /** What the tab said in the end, and was believed. */
  ended: "done" | "released" | null;
}

/** One order as the shop, the customer and the thief know it. */
export interface Deal {
  readonly n: number;
  readonly plan: OrderPlan;
  /** The shop's own; of an order that came without it, the dashboard's. */
  readonly reference: string;
  /** From the answer to the creation; null: not heard yet. */
  link_id: string | null;
  token: string | null;
  order_id: string | null;
  readonly grants: Grant[];
  /** The most that we have said was captured, in paisa. */
  said: number;
  /** A bank took a payment back: what was taken once may be gone. */
  reversed: boolean;
  /** Somebody gave money back, or tried: a claim may have lapsed before its time. */
  letGo: boolean;
  /** Requests for money to move, as they were sent: the same reference always has the same body. */
  readonly wishes: Map<string, object>;
}

export interface Town {
  readonly merchant: Merchant;
  readonly deals: readonly Deal[];
  /** Every message that was answered 2xx, as its id and its body: from then on it is ours to keep. */
  readonly taken: Set<string>;
  /** Ids of webhooks that were answered 2xx, with their bodies. */
  readonly acknowledged: Map<string, string>;
  /** The most that each order of the gateway ever had, in paisa. */
  readonly ever: Map<string, Pick<Totals, "authorized" | "captured" | "refunded">>;
  /** Somebody moves money in the gateway's dashboard: law 7 is not ours alone to keep. */
  byHand: boolean;
  /** What broke a law while it happened. */
  readonly broken: string[];
  readonly story: string[];
  /** The trouble is over, also the merchant's own. */
  isOver: boolean;
  /** The number of the step. */
  step: number;
  /** Kinds of trouble since everything worked the last time, and crashes that were asked for. */
  readonly under: Set<string>;
  /** The switch that stops money was thrown in this step. */
  stopped: boolean;
  /** How often the gateway was asked to move money when it was stopped; null: it is not. */
  frozen: number | null;
  readonly clerks: Clerk[];
  /** Keys that were asked for. */
  hired: number;
  /** By the customer's address, the receipts that were sent. */
  readonly mails: Map<string, number>;
  /** UTRs; the bank was not paid those of `unpaid`. */
  readonly transfers: Set<string>;
  readonly unpaid: Set<string>;
}

let latest = Date.UTC(2031, 0, 15, 6, 0, 0);
let towns = 0;

/** Empty books, an empty ledger, nobody awake; later than every history before it. */
export async function openTown({ merchant, orders }: History, story: string[]): Promise<Town> {
  latest = Math.max(latest, Date.now()) + HOUR;
  vi.setSystemTime(latest);
  await abortAllDurableObjects();
  await forgetUnrouted();
  awake.clear();
  await emptyLedger();
  await forgetDeployment();
  await ask("POST", "/sandbox/reset");
  await calm(settingsOf(merchant));
  await ask("POST", "/sandbox/faults", {
    contract: merchant.contract,
    webhooks: { manual: true, deadline_ms: 20_000 },
    duplicate_refund: merchant.duplicate,
    over_refunds: merchant.unchecked ? "take" : "refuse",
    second_part: merchant.second_part,
  });
  towns += 1;
  const deals = orders.map((plan, n) => newDeal(plan, n));
  const town: Town = {
    merchant,
    deals,
    taken: new Set(),
    acknowledged: new Map(),
    ever: new Map(),
    byHand: false,
    broken: [],
    story,
    isOver: false,
    step: 0,
    under: new Set(),
    stopped: false,
    frozen: null,
    clerks: [],
    hired: 0,
    mails: new Map(),
    transfers: new Set(),
    unpaid: new Set(),
  };
  faults.mailer = mailerOf(town);
  return town;
}

/** Everything works again; the merchant is who it was. */
export async function calmDown(town: Town): Promise<void> {
  await calm(settingsOf(town.merchant));
  faults.mailer = mailerOf(town);
  if (!town.isOver && town.merchant.receiver === "is_dead") await troubleReceiver({ mode: "fail" });
  town.under.clear();
}

function newDeal(plan: OrderPlan, n: number): Deal {
  return {
    n,
    plan,
    reference: `t${towns}-${Date.now().toString(36)}-${n}`,
    link_id: null,
    token: null,
    order_id: null,
    grants: [],
    said: 0,
    reversed: false,
    letGo: false,
    wishes: new Map(),
  };
}

export function settingsOf(merchant: Merchant): Readonly<Partial<Record<keyof Env, string>>> {
  return {
    PINELABS_CONTRACT: merchant.contract,
    FULFILL_ON: merchant.fulfill_on,
    AUTO_CAPTURE: merchant.auto_capture,
    ...(merchant.notified ? { NOTIFY_URL: RECEIVER } : {}),
    ...(merchant.mails !== "none" ? { RECEIPT_FROM: SENDER } : {}),
  };
}

async function emptyLedger(): Promise<void> {
  const { results } = await env.DB.prepare(
    `SELECT name FROM sqlite_schema WHERE type = 'table'
     AND name NOT LIKE 'sqlite%' AND name NOT LIKE '\\_cf%' ESCAPE '\\' AND name <> 'd1_migrations'`,
  ).all<{ name: string }>();
  await env.DB.batch(results.map(({ name }) => env.DB.prepare(`DELETE FROM ${name}`)));
}

/** Their names are those of every town, and so would be their numbers of messages. */
async function forgetUnrouted(): Promise<void> {
  const keepers = [...awake].filter((name) => roleOf(name) === "unrouted");
  for (const name of keepers) {
    await runInDurableObject(env.ORDERS.getByName(name), (_, { storage }) => storage.deleteAll());
  }
}

/** The token, the switch, the pauses and the reports that were read belong to another merchant now. */
async function forgetDeployment(): Promise<void> {
  const roles = ["gateway", "door", "cron", "notify", "access"];
  const empty = (_: unknown, { storage }: DurableObjectState) => storage.deleteAll();
  for (const role of roles) await runInDurableObject(env.DEPLOYMENT.getByName(role), empty);
  await runInDurableObject(env.SETTLEMENTS.getByName("settlements"), empty);
  await abortAllDurableObjects();
}

/** A line of the story, with the time of the virtual clock. */
export function note(town: Town, text: string): void {
  town.story.push(
    `  ${new Date(Date.now()).toISOString().slice(5, 19).replace("T", " ")}  ${text}`,
  );
}

/** Without who the customer is, and without what opens a link's page. */
function tellBody(body: unknown): string {
  const untold = ["customer", "description", "token"];
  return body === undefined
    ? ""
    : JSON.stringify(body, (key, part: unknown) => (untold.includes(key) ? undefined : part));
}

/** What a caller hears; null: the answer never came, or said that nobody knows. */
export async function request<T>(
  town: Town,
  method: string,
  path: string,
  body?: unknown,
  key?: string,
): Promise<ApiAnswer<T> | null> {
  const answer = await api<T>(method, path, body, key).catch(() => null);
  const { code = "" } = (answer?.body ?? {}) as { code?: string };
  note(town, `${method} ${path} ${tellBody(body)} → ${answer?.status ?? "nothing"} ${code}`);
  count(`answer: ${answer === null ? "none" : `${answer.status} ${code}`.trim()}`);
  return answer === null || answer.status === 500 ? null : answer;
}

export interface Books extends GatewayBooks {
  readonly links: readonly Wire[];
  readonly orders: readonly (Wire & { readonly parent_order_id?: string })[];
  /** By the id of a payment or a refund's payment, the UTR of its transfer. */
  readonly settled: Readonly<Record<string, string>>;
}

/** The sandbox's own routes; a crash of everything takes its answer too, and then it is asked again. */
export async function askSandbox(method: string, path: string, body?: unknown): Promise<Answer> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await ask(method, path, body);
    } catch (error) {
      if (tries === 3) throw error;
    }
  }
}

/** The gateway's own truth, and what it remembers of what there ever was. */
export async function readBooks(town: Town): Promise<Books> {
  const books = (await askSandbox("GET", "/sandbox/books")).body as unknown as Books;
  for (const [id, now] of Object.entries(books.totals)) {
    const before = town.ever.get(id) ?? { authorized: 0, captured: 0, refunded: 0 };
    town.ever.set(id, {
      authorized: Math.max(before.authorized, now.authorized),
      captured: Math.max(before.captured, now.captured),
      refunded: Math.max(before.refunded, now.refunded + now.refunds_pending),
    });
  }
  return books;
}

export function dealOf(town: Town, of: number): Deal {
  const deal = town.deals[of % town.deals.length];
  if (deal === undefined) throw new Error("a town without deals");
  return deal;
}

/** An order that has or had such money, if there is one; who moves money looks for one. */
export function dealWith(town: Town, part: "authorized" | "captured", of: number): Deal {
  const likely = town.deals.filter(
    ({ order_id }) => order_id !== null && (town.ever.get(order_id)?.[part] ?? 0) > 0,
  );
  return likely[of % Math.max(1, likely.length)] ?? dealOf(town, of);
}

/** By what the shop names the order to us; null: it has no name for it yet. */
export function nameOf({ order_id, link_id }: Deal): string | null {
  return order_id ?? link_id;
}
