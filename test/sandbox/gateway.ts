// How the sandbox's own tests speak to it: as a merchant's server would, with a token, and as a
// test would, by its control routes. A recording stand-in takes the webhooks.
import { env } from "cloudflare:workers";
import { runInDurableObject } from "cloudflare:test";
import type { Message } from "../../src/sandbox/mailroom";
import { sandboxDefaults } from "../../src/sandbox/settings";

const origin = "http://gateway.test";

interface Money {
  readonly value: number;
  readonly currency: string;
}

/** Every field of the wire that these tests look at, present or not in a given body. */
export interface Wire {
  readonly access_token: string;
  readonly code: string;
  readonly message: string;
  readonly contract: string;
  readonly status: string;
  readonly payment_link_id: string;
  readonly merchant_payment_link_reference: string;
  readonly merchant_order_reference: string;
  readonly order_id: string;
  readonly expire_by: string;
  readonly updated_at: string;
  readonly amount_due: Money;
  readonly order_amount: Money;
  readonly pre_auth: unknown;
  readonly payments: readonly { readonly id: string; readonly capture_data: unknown }[];
  readonly purchase_details: unknown;
  readonly type: string;
  readonly refunds: readonly {
    readonly refund_id: string;
    readonly order_id: string;
    readonly merchant_order_reference: string;
  }[];
  readonly data: Wire;
  readonly link: Wire;
  readonly order: Wire;
  readonly event?: string;
  readonly event_type?: string;
  readonly eventType?: string;
  readonly messages: readonly Message[];
  readonly orders: readonly Wire[];
  readonly totals: Readonly<Record<string, unknown>>;
  readonly counts: Readonly<Record<string, number>>;
  readonly requests: readonly unknown[];
  readonly references: Readonly<Record<string, unknown>>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: Wire;
}

/** One request to the sandbox; a body that is not a string is sent as JSON. */
export async function ask(
  method: string,
  path: string,
  payload?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await env.SANDBOX.fetch(`${origin}${path}`, {
    method,
    headers: {
      ...(payload === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    ...(payload === undefined
      ? {}
      : { body: typeof payload === "string" ? payload : JSON.stringify(payload) }),
    redirect: "manual",
  });
  const text = await response.text();
  const json = response.headers.get("content-type")?.startsWith("application/json");
  const body = (json ? JSON.parse(text) : {}) as Wire;
  return { status: response.status, headers: response.headers, text, body };
}

export const credentials = {
  client_id: sandboxDefaults.client_id,
  client_secret: sandboxDefaults.client_secret,
  grant_type: "client_credentials",
};

/** A fresh token and a function that calls the API with it. */
export async function signIn(): Promise<typeof ask> {
  const { body } = await ask("POST", "/sandbox/api/auth/v1/token", credentials);
  const authorization = `Bearer ${body.access_token}`;
  return (method, path, payload, headers = {}) =>
    ask(method, `/sandbox/api/pay/v1${path}`, payload, { authorization, ...headers });
}

let counter = 0;

/** The body of a valid link request, with a reference of its own. */
export function linkRequest(change: Record<string, unknown> = {}): Record<string, unknown> {
  counter += 1;
  return {
    amount: { value: 100_000, currency: "INR" },
    merchant_payment_link_reference: `test-${counter}`,
    customer: { email_id: "asha@example.com" },
    callback_url: "https://shop.test/paid",
    ...change,
  };
}

/** Creates a link and returns its object. */
export async function createLink(change: Record<string, unknown> = {}): Promise<Wire> {
  const api = await signIn();
  const { status, body } = await api("POST", "/paymentlink", linkRequest(change));
  if (status !== 200) throw new Error(`the link was not created: ${JSON.stringify(body)}`);
  return body;
}

/** Does something to a link's current order; throws `refused: CODE`. As `POST /sandbox/links/{id}/{action}` does. */
export async function act(link_id: string, action: string, request: unknown = {}): Promise<Wire> {
  const { status, body } = await ask("POST", `/sandbox/links/${link_id}/${action}`, request);
  if (status !== 200) throw new Error(`refused: ${body.code}`);
  return body;
}

/** Rupees in paisa, as the wire has them. */
export function money(value: number): Money {
  return { value, currency: "INR" };
}

/** A paid order of ₹1,000, by its id. */
export async function paidOrder(change: Record<string, unknown> = {}): Promise<string> {
  const link = await createLink(change);
  return (await act(link.payment_link_id, "pay")).order.order_id;
}

/** An order that holds ₹1,000, by its id. */
export async function authorizedOrder(instrument = "card"): Promise<string> {
  const link = await createLink({ pre_auth: "true" });
  return (await act(link.payment_link_id, "authorize", { instrument })).order.order_id;
}

/** An order as the API shows it. */
export async function readOrder(order_id: string): Promise<Wire> {
  const api = await signIn();
  return (await api("GET", `/orders/${order_id}`)).body.data;
}

/** Asks for a refund as the account's contract has it. */
export async function askRefund(
  order_id: string,
  amount: number,
  reference: string,
  more: Record<string, unknown> = {},
): Promise<Answer> {
  const api = await signIn();
  const { body: knobs } = await ask("GET", "/sandbox/faults");
  if (knobs.contract === "guide") {
    const request = { amount: money(amount), merchant_refund_reference: reference, ...more };
    return api("POST", `/orders/${order_id}/refund`, request);
  }
  const request = { order_amount: money(amount), merchant_order_reference: reference, ...more };
  return api("POST", `/refunds/${order_id}`, request);
}

/** The bodies of all webhooks, oldest first. */
export async function events(): Promise<Wire[]> {
  const { body } = await ask("GET", "/sandbox/webhooks");
  return body.messages.map((message) => JSON.parse(message.body) as Wire);
}

export async function eventNames(): Promise<string[]> {
  return (await events()).map((e) => e.event_type ?? e.eventType ?? e.event ?? "");
}

/** Turns knobs. */
export async function turn(knobs: unknown): Promise<void> {
  const { status, body } = await ask("POST", "/sandbox/faults", knobs);
  if (status !== 200) throw new Error(JSON.stringify(body));
}

/** Starts from empty books; nothing is delivered by itself. */
export async function emptyBooks(): Promise<void> {
  await ask("POST", "/sandbox/reset");
  await turn({ webhooks: { manual: true } });
}

export interface Received {
  readonly id: string;
  readonly timestamp: string;
  readonly signature: string;
  readonly text: string;
  readonly event: Wire;
}

/** Puts a stand-in in the place of the merchant's Worker, until the object is evicted. */
export async function plantMerchant(
  fetch: (url: string, init: RequestInit) => Promise<Response>,
): Promise<void> {
  await runInDurableObject(env.BOOKS.getByName("books"), (books) => {
    const open = books as unknown as { env: Record<string, unknown> };
    open.env = { ...open.env, MERCHANT: { fetch } };
  });
}

/** Puts a recorder in the place of the merchant; `answer` decides the status of each delivery. */
export async function recordWebhooks(answer: () => number = () => 200): Promise<Received[]> {
  const received: Received[] = [];
  await plantMerchant(async (_url, init) => {
    const headers = new Headers(init.headers);
    const text = typeof init.body === "string" ? init.body : "";
    received.push({
      id: headers.get("webhook-id") ?? "",
      timestamp: headers.get("webhook-timestamp") ?? "",
      signature: headers.get("webhook-signature") ?? "",
      text,
      event: JSON.parse(text),
    });
    return new Response("ok", { status: answer() });
  });
  return received;
}

/** Delivers what is due and returns the log of those messages. */
export async function deliver(request: unknown = {}): Promise<readonly Message[]> {
  const { body } = await ask("POST", "/sandbox/webhooks/deliver", request);
  return body.messages;
}
