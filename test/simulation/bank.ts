// The gateway settles: what was taken and what went back becomes a transfer to the merchant's bank, and its
// reports say so. What our reader makes of them is held against the sandbox's own books.

import { env } from "cloudflare:workers";
import { runDurableObjectAlarm } from "cloudflare:test";
import * as fc from "fast-check";
import { settlementActor } from "../../src/actor/peers";
import type { OrderView } from "../../src/domain/order-view";
import { api, pass } from "../actor/house";
import { ask } from "../sandbox/gateway";
import { cron } from "./runtime";
import { count } from "./tally";
import type { Books, Town } from "./town";

/** `settle_later`: the transfer is reported, and the bank is paid by `pay_out` or when the trouble is over. */
export interface BankAct {
  readonly who: "bank";
  readonly do: "settle" | "settle_later" | "pay_out";
}

export const bankActs: fc.Arbitrary<BankAct> = fc.record({
  who: fc.constant("bank" as const),
  do: fc.constantFrom("settle", "settle", "settle_later", "pay_out"),
});

export async function beBank(town: Town, { do: deed }: BankAct): Promise<void> {
  if (deed === "pay_out") return payOut(town);
  const made = await ask("POST", "/sandbox/settlements", { settled: deed === "settle" }).catch(
    () => null,
  );
  if (made?.status !== 200) return;
  const { utr } = made.body as unknown as { readonly utr: string };
  town.transfers.add(utr);
  if (deed === "settle_later") town.unpaid.add(utr);
  count(`bank: transfer, ${deed}`);
}

/** The bank is paid what was only on its way. */
export async function payOut(town: Town): Promise<void> {
  for (const utr of town.unpaid) {
    const paid = await ask("POST", `/sandbox/settlements/${utr}/settle`).catch(() => null);
    if (paid?.status === 200) town.unpaid.delete(utr);
  }
}

/** The hour's cron, and the reader's alarms until it has read what it wants. */
export async function readReports(town: Town): Promise<void> {
  if (town.transfers.size === 0) return;
  await cron("7 * * * *");
  const reader = env.SETTLEMENTS.getByName("settlements");
  for (let round = 0; round < 30; round += 1) {
    const { running, waiting } = await settlementActor(env).progress();
    if (running === null && waiting.length === 0) return;
    await runDurableObjectAlarm(reader);
    pass(1_500);
  }
}

/** Each order knows where its money is, and the ledger knows all transfers and no other. */
export async function wrongInSettlements(
  town: Town,
  views: readonly OrderView[],
  books: Books,
): Promise<readonly string[]> {
  if (town.transfers.size === 0) return [];
  const listed = await api<{ data: readonly { readonly utr: string }[] }>(
    "GET",
    "/v1/settlements?limit=200",
  );
  const known = listed.body.data.map(({ utr }) => utr).toSorted();
  const made = [...town.transfers].toSorted();
  return [
    ...(known.join() === made.join()
      ? []
      : [`the gateway made the transfers [${made.join()}], we know [${known.join()}]`]),
    ...views.flatMap((view) => wrongInLines(view, books)),
    ...(await wrongInReconciliation()),
  ];
}

function wrongInLines(view: OrderView, books: Books): readonly string[] {
  const own = new Set(view.order_ids);
  const refunds = books.refunds.filter(({ parent_order_id }) => own.has(parent_order_id));
  const ids = [...own, ...refunds.map(({ order_id }) => order_id)];
  const theirs = Object.entries(books.settled)
    .filter(([transaction]) => ids.some((id) => transaction.startsWith(`${id}-`)))
    .map(([transaction, utr]) => `${transaction} in ${utr}`)
    .toSorted();
  const lines = view.settlement?.lines ?? [];
  const ours = lines.map(({ transaction_id, utr }) => `${transaction_id} in ${utr}`).toSorted();
  if (theirs.length > 0) count("at rest: settled orders");
  return theirs.join() === ours.join()
    ? []
    : [`${view.id}: the gateway settled [${theirs.join()}], we show [${ours.join()}]`];
}

interface Reconciliation {
  readonly collected: { readonly value: number };
  readonly rows: readonly { readonly amount: { readonly value: number } | null }[];
}

/** What was collected is where the rows say that it is: nothing is left over. */
async function wrongInReconciliation(): Promise<readonly string[]> {
  const to = new Date(Date.now()).toISOString().slice(0, 10);
  const from = new Date(Date.now() - 80 * 86_400_000).toISOString().slice(0, 10);
  const path = `/v1/reconciliation?from=${from}&to=${to}&by=payment_date`;
  const { status, body } = await api<Reconciliation>("GET", path);
  if (status !== 200) return [`the reconciliation answers ${status}`];
  const sum = body.rows.reduce((total, { amount }) => total + (amount?.value ?? 0), 0);
  return sum === body.collected.value
    ? []
    : [`collected ${body.collected.value}, and the rows of the reconciliation add up to ${sum}`];
}
