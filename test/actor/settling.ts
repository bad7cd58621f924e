// Lines of settlement reports as the tests give them to orders, and what an order says of them.

import { env } from "cloudflare:workers";
import { orderActor } from "../../src/actor/peers";
import type { Attribution } from "../../src/actor/rpc";
import { paisa } from "../../src/domain/money";
import type { SettledLine, SettledLines } from "../../src/domain/settled-line";
import { ask } from "../sandbox/gateway";
import { api, order } from "./house";

export const UTR = "410092786849";

export function line(gross: number, change: Partial<SettledLine> = {}): SettledLine {
  const deductions = gross > 0 ? Math.round(gross * 0.02) : 0;
  return {
    fingerprint: `row-${gross}`,
    amount: paisa(gross),
    gross: paisa(gross),
    deductions: paisa(deductions),
    net: paisa(gross - deductions),
    payout_status: "Success",
    processed_at: Date.now(),
    settled_at: Date.now(),
    completed: true,
    ...change,
  };
}

export function lines(
  transaction_id: string,
  given: readonly SettledLine[],
  change: Partial<SettledLines> = {},
): SettledLines {
  return { utr: UTR, transaction_id, read: 1, lines: given, ...change };
}

export async function give(id: string, ...given: readonly SettledLines[]) {
  return orderActor(env, id).settle(given);
}

export async function calls(): Promise<number> {
  const counts = (await ask("GET", "/sandbox/requests")).body.counts;
  return Object.entries(counts ?? {}).reduce(
    (sum, [operation, n]) => sum + (operation === "token" ? 0 : n),
    0,
  );
}

export async function timeline(id: string): Promise<readonly string[]> {
  const answer = await api<{ data: { text: string }[] }>("GET", `/v1/orders/${id}/timeline`);
  return answer.body.data.map(({ text }) => text);
}

/** A paid order's only payment. */
export async function paymentOf(id: string): Promise<string> {
  const [payment] = (await order(id)).payments;
  if (payment === undefined) throw new Error("no payment");
  return payment.id;
}

export function attributions(answer: Awaited<ReturnType<typeof give>>): readonly Attribution[] {
  if (answer.kind !== "found" || !answer.value.ok) throw new Error(JSON.stringify(answer));
  return answer.value.value;
}

export async function gatewayPayment(order_id: string): Promise<string> {
  const books = (await ask("GET", "/sandbox/books")).body;
  const found = books.orders.find((one) => one.order_id === order_id);
  const [payment] = found?.payments ?? [];
  if (payment === undefined) throw new Error("the gateway has no such payment");
  return payment.id;
}
