// Customers at the gateway's own pages, and whoever works in its dashboard: they change the gateway's books
// and nothing of ours. What the gateway refuses is not done, and that is no failure.

import { ask } from "../sandbox/gateway";
import { knock } from "../http/door";
import type { Act, Size } from "./history";
import { count } from "./tally";
import { type Books, type Deal, dealOf, note, readBooks, type Town } from "./town";

type Deed<W extends Act["who"]> = Extract<Act, { who: W }>;

export async function beCustomer(town: Town, act: Deed<"customer">): Promise<void> {
  const deal = dealOf(town, act.of);
  const place = placeOf(deal);
  if (place === null) return;
  const held = deal.plan.kind === "held" || deal.plan.kind === "held_stranger";
  const pay = held ? "authorize" : "pay";
  switch (act.do) {
    case "open":
    case "initiate":
    case "fail":
    case "expire":
      return byHand(town, `${place}/${act.do}`, {});
    case "fail_for_good":
      return byHand(town, `${place}/fail`, { final: true });
    case "pay":
      return byHand(town, `${place}/${pay}`, {});
    case "pay_emi":
      // A discount that is the gateway's to give: what is taken is less than the order.
      return byHand(town, `${place}/${pay}`, held ? {} : { instrument: "emi" });
    case "pay_part":
      if (deal.plan.kind !== "parts") return byHand(town, `${place}/${pay}`, {});
      return byHand(town, `${place}/pay`, { instrument: "upi", amount: part(deal.plan.amount) });
    case "pay_late":
      return byHand(town, `${place}/${pay}`, { late: true });
    case "return":
      return returnToShop(town, deal);
  }
}

function part(amount: number): number {
  return Math.floor(amount * 0.6);
}

/** Where the dashboard finds the order; null: it is not there. */
function placeOf({ link_id, order_id, plan }: Deal): string | null {
  if (plan.kind === "stranger" || plan.kind === "held_stranger") {
    return order_id === null ? null : `/sandbox/orders/${order_id}`;
  }
  return link_id === null ? null : `/sandbox/links/${link_id}`;
}

async function byHand(town: Town, path: string, body: object): Promise<void> {
  const { status } = await ask("POST", path, body).catch(() => ({ status: 0 }));
  note(
    town,
    `at the gateway: ${path.replace("/sandbox/", "")} ${JSON.stringify(body)} → ${status}`,
  );
  count(status === 200 ? "at the gateway: done" : "at the gateway: refused");
}

type RedirectFields = Readonly<Record<string, string>>;

/** What the gateway's page gives the browser, signed by the gateway; null: there is nothing to tell. */
export async function redirectOf(deal: Deal): Promise<RedirectFields | null> {
  const place = placeOf(deal);
  if (place === null) return null;
  const opened = await ask("POST", `${place}/open`, {}).catch(() => null);
  const told = opened?.body as { redirect?: { fields?: RedirectFields } | null } | undefined;
  return told?.redirect?.fields ?? null;
}

/** The browser comes back with what the gateway's page gave it. */
async function returnToShop(town: Town, deal: Deal): Promise<void> {
  if (deal.token === null) return;
  const body = new URLSearchParams((await redirectOf(deal)) ?? {});
  const page = await knock(`/callback/${deal.token}`, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body,
  }).catch(() => null);
  note(town, `the customer of ${deal.n} is back → ${page?.status ?? "nothing"}`);
  count(`redirect: ${page?.status ?? "none"}`);
  await page?.text().catch(() => "");
}

export async function beInDashboard(town: Town, act: Deed<"dashboard">): Promise<void> {
  const deal = dealOf(town, act.of);
  const books = await readBooks(town);
  const ids = ordersOf(deal, books);
  const id = ids.at(-1);
  if (id === undefined) return;
  switch (act.do) {
    case "refund":
      town.byHand = true;
      deal.letGo = true;
      return byHand(town, `/sandbox/orders/${id}/refund`, paisaOf(act.size, deal));
    case "capture":
      return byHand(town, `/sandbox/orders/${id}/capture`, paisaOf(act.size, deal));
    case "void":
      deal.letGo = true;
      return byHand(town, `/sandbox/orders/${id}/void`, {});
    case "reverse":
      // The bank's doing; whatever we have sent meanwhile is not ours alone to answer for.
      town.byHand = true;
      deal.letGo = true;
      deal.reversed = true;
      return byHand(town, `/sandbox/orders/${id}/reverse`, {});
    case "end_refund":
    case "fail_refund": {
      const pending = books.refunds.find(
        ({ status, parent_order_id }) => status === "PENDING" && ids.includes(parent_order_id),
      );
      if (pending === undefined) return;
      const status = act.do === "fail_refund" ? "FAILED" : "PROCESSED";
      return byHand(town, `/sandbox/orders/${pending.order_id}/end-refund`, { status });
    }
  }
}

/** The gateway's orders of this deal, oldest first. */
export function ordersOf(deal: Deal, books: Books): readonly string[] {
  const ours = ({ merchant_order_reference, order_id }: Books["orders"][number]): boolean =>
    order_id === deal.order_id || merchant_order_reference === deal.reference;
  return books.orders
    .filter((order) => order.type === "CHARGE" && ours(order))
    .map(({ order_id }) => order_id)
    .toReversed();
}

/** Paisa; nothing: all that there is. */
export function sizeOf(size: Size, { plan: { amount } }: Deal): number | null {
  switch (size) {
    case "all":
      return null;
    case "half":
      return Math.floor(amount / 2);
    case "odd":
      return Math.floor(amount / 3) + 1;
    case "least":
      return 100;
    case "too_much":
      return amount + 1;
  }
}

function paisaOf(size: Size, deal: Deal): { readonly amount?: number } {
  const amount = sizeOf(size, deal);
  return amount === null ? {} : { amount };
}
