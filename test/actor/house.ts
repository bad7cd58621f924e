// The house as its tests use it: the real Worker, actors and D1, the sandbox as the gateway, and a
// clock that only the test moves. In the year 2031 no alarm rings by itself (the runtime's alarms
// follow the real clock), so a test says when one does.

import { abortAllDurableObjects, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { vi } from "vitest";
import type { OrderView } from "../../src/domain/order-view";
import { success } from "../../src/domain/result";
import type { Mail } from "../../src/notify/mailer";
import { signWebhook } from "../../src/sandbox/signing";
import { sandboxDefaults } from "../../src/sandbox/settings";
import { act, ask, type Wire } from "../sandbox/gateway";
import { faults } from "../worker";
import { hand } from "../http/hand";

export const START = Date.UTC(2031, 0, 15, 6, 0, 0);

/** Call in `beforeEach`: an empty gateway, a working D1, the clock at its start. */
export async function openHouse(): Promise<void> {
  mend();
  vi.useFakeTimers({ toFake: ["Date"], now: START });
  await ask("POST", "/sandbox/reset");
  await ask("POST", "/sandbox/faults", { webhooks: { manual: true } });
}

/** Call in `afterEach`. */
export function closeHouse(): void {
  mend();
  vi.useRealTimers();
}

/** Takes every planted fault away. */
export function mend(): void {
  faults.d1 = "ok";
  faults.translate = null;
  faults.storage = null;
  faults.absorb = null;
  faults.gateway = null;
  faults.arrival = null;
  faults.patience = 2_000;
  faults.receiver_patience = 2_000;
  faults.batch = null;
  faults.ledger = null;
  faults.peer = null;
  faults.dies = null;
  faults.readings = "ok";
  faults.job = 3_000;
  faults.access = null;
  faults.people = null;
  faults.certs = null;
  faults.settings = {};
  faults.mailer = null;
  faults.mailPatience = 2_000;
  faults.desk = null;
}

/** The account speaks this contract, and the Worker is set to it. */
export async function speak(contract: "guide" | "reference"): Promise<void> {
  await ask("POST", "/sandbox/faults", { contract });
  faults.settings = { ...faults.settings, PINELABS_CONTRACT: contract };
}

export function pass(milliseconds: number): void {
  vi.setSystemTime(Date.now() + milliseconds);
}

export interface ApiAnswer<T> {
  readonly status: number;
  readonly body: T;
}

/** A request with the key in hand: the administrator's. */
export async function api<T>(
  method: string,
  path: string,
  body?: unknown,
  key = hand.key,
): Promise<ApiAnswer<T>> {
  const response = await exports.default.fetch(`https://chukta.test${path}`, {
    method,
    headers: {
      authorization: `Bearer ${key}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    redirect: "manual",
  });
  const text = await response.text();
  const json = response.headers.get("content-type")?.includes("json");
  return { status: response.status, body: json ? JSON.parse(text) : text };
}

/** Posts a signed webhook to the real door. */
export async function postWebhook(
  body: string | object,
  options: { readonly id?: string; readonly at?: number } = {},
  send = (path: string, init: RequestInit): Promise<Response> =>
    exports.default.fetch(`https://chukta.test${path}`, init),
): Promise<ApiAnswer<{ readonly status: string }>> {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const id = options.id ?? `msg_${crypto.randomUUID().replaceAll("-", "")}`;
  const timestamp = Math.floor((options.at ?? Date.now()) / 1000);
  const signature = await signWebhook({
    secret: sandboxDefaults.webhook_secret,
    id,
    timestamp: String(timestamp),
    body: text,
  });
  const response = await send("/webhooks/pinelabs", {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "webhook-id": id,
      "webhook-timestamp": String(timestamp),
      "webhook-signature": signature,
    },
    body: text,
  });
  return { status: response.status, body: await response.json() };
}

/** Rings the alarms of these actors until nothing is due, moving the clock by two seconds a round. */
export async function settle(...names: readonly string[]): Promise<void> {
  for (let round = 0; round < 6; round += 1) {
    pass(2_000);
    const rang = await Promise.all(names.map((name) => ring(name)));
    if (!rang.some(Boolean)) return;
  }
}

export async function ring(name: string): Promise<boolean> {
  return runDurableObjectAlarm(env.ORDERS.getByName(name));
}

/** The crash: whatever an actor was doing ends, and only what was committed remains. */
export async function crash(): Promise<void> {
  await abortAllDurableObjects();
}

/** One minute of cron, as the platform fires it, or another of its times. */
export async function runCron(cron = "* * * * *"): Promise<void> {
  const worker = exports.default as unknown as {
    scheduled(controller: { cron: string; scheduledTime: Date }): Promise<unknown>;
  };
  await worker.scheduled({ cron, scheduledTime: new Date(Date.now()) });
}

let counter = 0;

export interface Made {
  readonly reference: string;
  readonly link_id: string;
  readonly order_id: string;
  readonly token: string;
}

/** A link through our own API; its order exists at the sandbox. */
export async function createLink(change: Record<string, unknown> = {}): Promise<Made> {
  counter += 1;
  const reference = `shop-${Date.now()}-${counter}`;
  const made = await api<{ payment_link_id: string; token: string }>("POST", "/v1/links", {
    amount: { value: 150_000, currency: "INR" },
    merchant_payment_link_reference: reference,
    customer: { email_id: "asha@example.com", mobile_number: "9000000001" },
    description: "Two kurtas",
    ...change,
  });
  if (made.status !== 201) throw new Error(`no link: ${JSON.stringify(made)}`);
  const link_id = made.body.payment_link_id;
  const books = await ask("GET", "/sandbox/books");
  const link = (books.body as unknown as { links: readonly Wire[] }).links.find(
    ({ payment_link_id }) => payment_link_id === link_id,
  );
  if (!link) throw new Error("the gateway does not know the link");
  const { token } = made.body;
  return { reference, link_id, order_id: link.order_id, token };
}

/** The customer pays (or fails, authorises …) at the gateway; webhooks wait there. */
export async function atGateway(
  link_id: string,
  action: string,
  body: unknown = {},
): Promise<Wire> {
  return act(link_id, action, body);
}

/** The gateway delivers what it has queued; `times` or `shuffle` as in the sandbox's own routes. */
export async function deliverWebhooks(how: unknown = { all: true }): Promise<void> {
  await ask("POST", "/sandbox/webhooks/deliver", how);
}

export async function order(id: string): Promise<OrderView> {
  const found = await api<OrderView>("GET", `/v1/orders/${id}`);
  if (found.status !== 200) throw new Error(`no order: ${JSON.stringify(found)}`);
  return found.body;
}

/**
 * What this actor tells the merchant's systems, oldest first: each cause as its type and the
 * entities that caused it.
 */
export async function told(name: string): Promise<readonly string[]> {
  const query = "SELECT key FROM events WHERE json <> '' ORDER BY n";
  const rows = await storageOf<{ key: string }>(name, "events", query);
  return rows.map(({ key }) => key);
}

/** The tables of an actor's storage. */
export async function tables(name: string): Promise<readonly string[]> {
  return runInDurableObject(env.ORDERS.getByName(name), (_, { storage }) =>
    storage.sql
      .exec<{ name: string }>(
        "SELECT name FROM sqlite_schema WHERE name NOT LIKE '\\_cf%' ESCAPE '\\' ORDER BY name",
      )
      .toArray()
      .map((row) => row.name),
  );
}

/** Rows of an actor's own storage; none of an actor without that table. */
export async function storageOf<T extends Record<string, SqlStorageValue>>(
  name: string,
  table: string,
  query: string,
): Promise<readonly T[]> {
  if (!(await tables(name)).includes(table)) return [];
  return runInDurableObject(env.ORDERS.getByName(name), (_, { storage }) =>
    storage.sql.exec<T>(query).toArray(),
  );
}

/** When this actor's alarm rings, or null. */
export async function armed(name: string): Promise<number | null> {
  return runInDurableObject(env.ORDERS.getByName(name), (_, { storage }) => storage.getAlarm());
}

export interface Held {
  /** Resolves when so many calls are being held. */
  arrived(count?: number): Promise<void>;
  release(): void;
}

/** The gateway has worked and holds the answers that match, as "GET /path 200". */
export function holdGateway(match: RegExp): Held {
  const held = hold();
  faults.gateway = async (call) => {
    if (match.test(call)) await held.here();
  };
  return held;
}

/** D1 holds every batch before it works. */
export function holdLedger(): Held {
  const held = hold();
  faults.batch = () => held.here();
  return held;
}

/** The mail service has taken each mail and holds its answer. */
export function holdMailer(mails: Mail[]): Held {
  const held = hold();
  faults.mailer = async (mail) => {
    mails.push(mail);
    await held.here();
    return success(null);
  };
  return held;
}

/** Looked at, not waited for: a promise of one request must not be resolved by another. */
function hold(): Held & { here(): Promise<void> } {
  let open = false;
  let waiting = 0;
  const until = async (holds: () => boolean): Promise<void> => {
    while (!holds()) await new Promise((resolve) => setTimeout(resolve, 1));
  };
  return {
    arrived: (count = 1) => until(() => waiting >= count),
    release: () => {
      open = true;
    },
    here: () => {
      waiting += 1;
      return until(() => open);
    },
  };
}
