// Orders with money in them, as the tests of money commands need them, and what the gateway's own
// books say about them.

import { MINUTE } from "../../src/domain/schedule";
import { ask } from "../sandbox/gateway";
import {
  api,
  type ApiAnswer,
  atGateway,
  createLink,
  deliverWebhooks,
  type Made,
  pass,
  ring,
  settle,
} from "./house";
import type { CommandView } from "../../src/domain/command-view";
import type { Problem } from "../http/door";

export const inr = (value: number) => ({ value, currency: "INR" });

/** A link that was paid in full, and known as such. */
export async function paidOrder(change: Record<string, unknown> = {}): Promise<Made> {
  const made = await createLink(change);
  await atGateway(made.link_id, "pay");
  await deliverWebhooks();
  await settle(made.order_id);
  return made;
}

/** A pre-authorized link whose money is held, and known as such. */
export async function heldOrder(change: Record<string, unknown> = {}): Promise<Made> {
  const made = await createLink({
    pre_auth: true,
    allowed_payment_methods: ["CARD"],
    ...change,
  });
  await atGateway(made.link_id, "authorize");
  await deliverWebhooks();
  await settle(made.order_id);
  return made;
}

export type CommandAnswer = ApiAnswer<CommandView & Problem>;

export async function refund(
  id: string,
  reference: string,
  change: Record<string, unknown> = {},
): Promise<CommandAnswer> {
  return api("POST", `/v1/orders/${id}/refunds`, {
    merchant_refund_reference: reference,
    ...change,
  });
}

export async function capture(
  id: string,
  reference: string,
  change: Record<string, unknown> = {},
): Promise<CommandAnswer> {
  return api("POST", `/v1/orders/${id}/capture`, {
    merchant_capture_reference: reference,
    ...change,
  });
}

export async function voidOrder(id: string): Promise<CommandAnswer> {
  return api("POST", `/v1/orders/${id}/void`);
}

export interface Totals {
  readonly authorized: number;
  readonly captured: number;
  readonly refunded: number;
  readonly refunds_pending: number;
}

export interface GatewayBooks {
  readonly totals: Readonly<Record<string, Totals>>;
  readonly refunds: readonly {
    readonly order_id: string;
    readonly parent_order_id: string;
    readonly reference: string;
    readonly status: string;
    readonly amount: number;
  }[];
  readonly references: Readonly<
    Record<string, { readonly moved: number; readonly pending: number }>
  >;
  readonly orders: readonly {
    readonly order_id: string;
    readonly order_amount: { readonly value: number };
  }[];
}

/** What the gateway itself says about its money, whatever its answers are made to say. */
export async function gatewayBooks(): Promise<GatewayBooks> {
  return (await ask("GET", "/sandbox/books")).body as unknown as GatewayBooks;
}

/** So many requests that move money have reached the gateway. */
export async function moves(): Promise<number> {
  const { counts } = (await ask("GET", "/sandbox/requests")).body;
  const kinds = ["refund.create", "order.capture", "order.cancel"];
  return kinds.reduce((total, kind) => total + (counts[kind] ?? 0), 0);
}

/** So many requests of this kind have reached the gateway. */
export async function requests(operation: string): Promise<number> {
  return (await ask("GET", "/sandbox/requests")).body.counts[operation] ?? 0;
}

/** So many times money has moved under this reference. */
export async function movedUnder(reference: string): Promise<number> {
  return (await gatewayBooks()).references[reference]?.moved ?? 0;
}

/** Somebody does it in the gateway's dashboard. */
export async function inDashboard(id: string, action: string, body: unknown = {}): Promise<void> {
  const { status, text } = await ask("POST", `/sandbox/orders/${id}/${action}`, body);
  if (status !== 200) throw new Error(`refused: ${text}`);
}

/** The gateway is read about a command three times, as it is after a call that nobody answered. */
export async function readThrice(id: string): Promise<void> {
  for (const minutes of [1, 2, 15]) {
    pass(minutes * MINUTE);
    await ring(id);
  }
}

export async function decide(
  id: string,
  command: string,
  decision: string,
): Promise<CommandAnswer> {
  const reason = "seen in the dashboard";
  return api("POST", `/v1/orders/${id}/commands/${command}/decision`, { decision, reason });
}
