// What must be true when all is quiet: our word about each order is the gateway's, every message is accounted
// for, the ledger is the actors' copy, everybody was told once, and nothing waits without a due time.

import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { ActorStorage } from "../../src/actor/storage";
import type { CommandView } from "../../src/domain/command-view";
import type { OrderView } from "../../src/domain/order-view";
import { api } from "../actor/house";
import { awake } from "../worker";
import { wrongInAttention } from "./attention";
import { wrongInSettlements } from "./bank";
import { wrongInCopies } from "./copies";
import { ordersOf } from "./customers";
import { wrongInAccounting, wrongInWitness } from "./kept";
import { wrongNow } from "./laws";
import { wrongInMails } from "./mailbox";
import { wrongInNews } from "./news";
import { count } from "./tally";
import { type Books, type Deal, nameOf, readBooks, type Town } from "./town";

export async function untrueAtRest(town: Town): Promise<readonly string[]> {
  const books = await readBooks(town);
  const views = await Promise.all(town.deals.map((deal) => viewOf(deal)));
  const known = views.filter((view) => view !== null);
  const found = await Promise.all([
    wrongNow(town),
    wrongInSettlements(town, known, books),
    ...town.deals.map((deal, index) => wrongInOrder(town, deal, views[index] ?? null, books)),
    wrongInAccounting(town),
    wrongInLedger(known),
    wrongInJobs(),
    wrongInNews(town, known),
  ]);
  const wrong = found.flat();
  // It asks for much: only when nothing else is to be waited for.
  if (wrong.length > 0) return [...wrong, ...(await wrongInCopies(known))];
  return [...(await wrongInCopies(known)), ...(await wrongInAttention(known))];
}

async function viewOf(deal: Deal): Promise<OrderView | null> {
  const name = nameOf(deal);
  if (name === null) return null;
  const read = await api<OrderView>("GET", `/v1/orders/${name}`);
  return read.status === 200 ? read.body : null;
}

/** Nobody has told us of it: neither our own request nor a webhook that we answered. */
function isUnheard(town: Town, { link_id, order_id }: Deal): boolean {
  if (link_id !== null) return false;
  const told = [...town.acknowledged.values()];
  return order_id === null || !told.some((body) => body.includes(order_id));
}

async function wrongInOrder(
  town: Town,
  deal: Deal,
  view: OrderView | null,
  books: Books,
): Promise<readonly string[]> {
  const ids = ordersOf(deal, books);
  if (view === null) {
    return isUnheard(town, deal) ? [] : [`order ${deal.n} is not known`];
  }
  const name = `order ${deal.n} (${view.id})`;
  const theirs = (part: "authorized" | "captured" | "refunded"): number =>
    ids.reduce((sum, id) => sum + (books.totals[id]?.[part] ?? 0), 0);
  const sums = (["authorized", "captured", "refunded"] as const).flatMap((part) =>
    (view[part]?.value ?? 0) === theirs(part)
      ? []
      : [`${name}: ${part}: the books say ${theirs(part)}, we say ${view[part]?.value}`],
  );
  const commands = await commandsOf(view.id);
  count(`stage at rest: ${view.stage}`);
  count(`delivery at rest: ${view.fulfillment.state}`);
  if (view.order_ids.length > 1) count("at rest: several gateway orders");
  if (view.links.length > 1) count("at rest: replaced links");
  for (const { kind, outcome } of commands) count(`ended: ${kind} ${outcome}`);
  return [
    ...sums,
    ...wrongRefunds(name, ids, view, books),
    ...wrongStage(name, view, theirs),
    ...wrongEnough(name, deal, view, books),
    ...wrongInWitness(name, town, view),
    ...wrongReversal(name, deal, view),
    ...commands.flatMap((command) => wrongEnd(name, command, books)),
    ...wrongInMails(town, deal, view),
  ];
}

async function commandsOf(id: string): Promise<readonly CommandView[]> {
  const listed = await api<{ data?: readonly CommandView[] }>("GET", `/v1/orders/${id}/commands`);
  return listed.body.data ?? [];
}

function wrongRefunds(
  name: string,
  ids: readonly string[],
  view: OrderView,
  books: Books,
): readonly string[] {
  const shown = view.refunds
    .filter(({ refund_id }) => refund_id !== null)
    .map((one) => `${one.refund_id} ${one.status} ${one.amount?.value}`)
    .toSorted();
  const real = books.refunds
    .filter(({ parent_order_id }) => ids.includes(parent_order_id))
    .map((one) => `${one.order_id} ${one.status} ${one.amount}`)
    .toSorted();
  return shown.join("; ") === real.join("; ")
    ? []
    : [`${name}: the books have refunds [${real.join("; ")}], we show [${shown.join("; ")}]`];
}

/** The stage says no less and no more than the money does. */
function wrongStage(
  name: string,
  view: OrderView,
  theirs: (part: "authorized" | "captured" | "refunded") => number,
): readonly string[] {
  const captured = theirs("captured");
  const refunded = theirs("refunded");
  const isTaken = ["paid", "partially_refunded", "refunded"].includes(view.stage);
  const isWhole = captured > 0 && captured >= (view.amount?.value ?? Infinity);
  const wrong =
    (isTaken && captured === 0) ||
    (view.stage === "authorized" && theirs("authorized") === 0) ||
    (captured > 0 && refunded === captured && view.stage !== "refunded") ||
    (isWhole && refunded === 0 && view.stage !== "paid") ||
    (isWhole && refunded > 0 && refunded < captured && view.stage !== "partially_refunded");
  return wrong
    ? [
        `${name} is ${view.stage} of ${view.amount?.value}: ${captured} captured, ${refunded} refunded`,
      ]
    : [];
}

/** Law 8: what was paid by our own word and is not any more stands in the differences. */
function wrongReversal(name: string, { said }: Deal, view: OrderView): readonly string[] {
  const isGone = said > 0 && (view.captured?.value ?? 0) === 0 && !TAKEN.includes(view.stage);
  const isSaid = view.discrepancies.some(({ type }) => type === "paid_became_unpaid");
  return isGone && !isSaid
    ? [`${name} was paid with ${said}, is ${view.stage}, and nothing says so`]
    : [];
}

const TAKEN: readonly string[] = ["paid", "partially_refunded", "refunded"];
const PROCESSED: readonly string[] = ["PROCESSED", "PARTIALLY_REFUNDED", "FULLY_REFUNDED"];

/**
 * What is collected in parts is paid when the parts are enough; anything else when the gateway says that its order
 * is, be it by less money for a discount.
 */
function wrongEnough(
  name: string,
  { plan, n, link_id }: Deal,
  view: OrderView,
  books: Books,
): readonly string[] {
  // Of a link that was replaced, the other one's money is counted too: the sums say enough.
  if (view.links.length > 1) return [];
  const isTaken = TAKEN.includes(view.stage);
  if (plan.kind === "parts") {
    const link = books.links.find(({ payment_link_id }) => payment_link_id === link_id);
    const isEnough = link?.status === "PROCESSED" || (view.captured?.value ?? 0) >= plan.amount;
    return isTaken && !isEnough && view.stage !== "refunded"
      ? [`${name} is ${view.stage}, and only ${view.captured?.value} of ${plan.amount} came`]
      : [];
  }
  const orders = books.orders.filter(({ order_id }) => view.order_ids.includes(order_id));
  const isPaid = orders.some(({ status }) => PROCESSED.includes(status));
  return isPaid && !isTaken ? [`${name} (${n}) is ${view.stage}, and the gateway says paid`] : [];
}

/** Every command has ended, or waits with a due time for a refund that is pending. */
function wrongEnd(name: string, command: CommandView, books: Books): readonly string[] {
  const { kind, reference, outcome } = command;
  const what = `${name}: ${kind} ${reference} is ${outcome} (${command.trouble ?? ""})`;
  if (["in_flight", "unknown", "needs_decision"].includes(outcome)) return [what];
  if (kind !== "refund") return [];
  const real = books.refunds.find((one) => one.reference === reference)?.status ?? "absent";
  const right = { PROCESSED: "done", PENDING: "pending", FAILED: "failed", absent: "refused" }[
    real
  ];
  return right === undefined || right === outcome ? [] : [`${what}, and by the books ${right}`];
}

/** D1 holds what the actors say, and nothing else. */
async function wrongInLedger(views: readonly OrderView[]): Promise<readonly string[]> {
  const { body } = await api<{ data: readonly OrderView[] }>("GET", "/v1/orders?limit=200");
  const homes = new Map(views.map((view) => [view.id, view]));
  const listed = new Set(body.data.map(({ id }) => id));
  return [
    ...body.data.flatMap((row) => {
      const view = homes.get(row.id);
      if (view === undefined) return [`the ledger lists ${row.id}, which is no order's home`];
      const fields = Object.keys(view) as (keyof OrderView)[];
      return fields
        .filter((field) => JSON.stringify(row[field]) !== JSON.stringify(view[field]))
        .map(
          (field) =>
            `${row.id}: the ledger has ${field} ${JSON.stringify(row[field])}, its actor ${JSON.stringify(view[field])}`,
        );
    }),
    ...[...homes.keys()].filter((id) => !listed.has(id)).map((id) => `${id} is not in the ledger`),
  ];
}

/** Whoever has something to do has an alarm, and nothing is overdue. */
async function wrongInJobs(): Promise<readonly string[]> {
  const found = await Promise.all(
    [...awake].map((name) =>
      runInDurableObject(env.ORDERS.getByName(name), async (_, { storage }) => {
        const kept = new ActorStorage(storage, name);
        if (kept.isEmpty) return [];
        const jobs = Object.entries(kept.readState().jobs);
        const alarm = await storage.getAlarm();
        const first = Math.min(...jobs.map(([, { due_at }]) => due_at));
        if (jobs.length === 0 || (alarm !== null && alarm <= first)) return [];
        const { home } = kept.readState();
        return [
          `${name} has ${JSON.stringify(jobs)} to do, and its alarm is ${alarm} (home ${home})`,
        ];
      }),
    ),
  );
  return found.flat();
}
