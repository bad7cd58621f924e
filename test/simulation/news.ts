// Laws 8 and 10: each effect once and under one id, paid before refunded, what was paid and is not any more is
// said; and the merchant's system has all of it, each id with one body.

import type { OrderView } from "../../src/domain/order-view";
import { api } from "../actor/house";
import { books as receiverBooks } from "../notify/shop";
import { count } from "./tally";
import { request, type Town } from "./town";

interface Event {
  readonly id: string;
  readonly type: string;
  readonly seq: number;
  readonly data: { readonly order: { readonly id: string } };
}

const TAKEN: readonly string[] = ["order.paid", "order.part_paid", "order.captured"];

export async function wrongInNews(
  town: Town,
  views: readonly OrderView[],
): Promise<readonly string[]> {
  const { body } = await api<{ data: readonly Event[] }>("GET", "/v1/events?limit=200");
  const ids = body.data.map(({ id }) => id);
  const wrong = [
    ...views.flatMap((view) => wrongInStory(town, view, body.data)),
    ...(new Set(ids).size === ids.length ? [] : ["two notifications have one id"]),
  ];
  return town.merchant.notified ? [...wrong, ...(await wrongAtReceiver(views, body.data))] : wrong;
}

function wrongInStory(
  { byHand }: Town,
  view: OrderView,
  events: readonly Event[],
): readonly string[] {
  const told = events.filter(({ data }) => data.order.id === view.id);
  const of = (type: string): readonly Event[] => told.filter((event) => event.type === type);
  for (const { type } of told) count(`told: ${type}`);
  const paid = of("order.paid");
  // A part may go back before the rest is paid.
  const first = told.find(({ type }) => TAKEN.includes(type));
  const back = of("order.refunded");
  const done = view.refunds.filter(({ status }) => status === "PROCESSED").length;
  const isTaken = ["paid", "partially_refunded", "refunded"].includes(view.stage);
  const whole = view.amount?.value === view.captured?.value;
  const isReversed = paid.length > 0 && (view.captured?.value ?? 0) === 0;
  const isOpen = view.discrepancies.some(
    ({ type, closed_at }) => type === "paid_became_unpaid" && closed_at === null,
  );
  return [
    ...(paid.length > 1 ? [`${view.id}: order.paid was told ${paid.length} times`] : []),
    ...(isTaken && whole && paid.length === 0
      ? [`${view.id} is ${view.stage}, and nobody was told`]
      : []),
    // Of a refund by other hands that is not shown yet is told twice: that there is one, and which.
    ...(back.length === done || (byHand && back.length > done)
      ? []
      : [`${view.id}: ${done} refunds, and ${back.length} were told`]),
    ...(back.some(({ seq }) => seq < (first?.seq ?? 0))
      ? [`${view.id}: refunded was told before it was told that money came`]
      : []),
    ...(isReversed && (of("order.paid_reversed").length === 0 || !isOpen)
      ? [`${view.id} was told as paid, is ${view.stage}, and nothing says so`]
      : []),
  ];
}

async function wrongAtReceiver(
  views: readonly OrderView[],
  events: readonly Event[],
): Promise<readonly string[]> {
  // What is sent after the customer was forgotten names no customer any more.
  const forgotten = views.filter(({ forgotten_at }) => forgotten_at !== null).map(({ id }) => id);
  const { effects, received } = await receiverBooks();
  const arrived = new Set(effects.map(({ id }) => id));
  const bodies = new Map<string, string>();
  const changed = received.filter(({ id, body, order_id }) => {
    const first = bodies.get(id) ?? body;
    bodies.set(id, first);
    return first !== body && !forgotten.includes(order_id ?? "");
  });
  return [
    ...events
      .filter(({ id }) => !arrived.has(id))
      .map(({ type, id }) => `${type} ${id} never arrived`),
    ...(effects.length > events.length
      ? [`${effects.length} effects of ${events.length} notifications`]
      : []),
    ...changed.map(({ type, id }) => `${type} ${id} came with two bodies`),
  ];
}

interface Notification {
  readonly id: string;
  readonly status: string;
}

/** An operator sends again what no try is made of any more. */
export async function resendDead(town: Town): Promise<void> {
  if (!town.merchant.notified) return;
  const listed = await api<{ data?: readonly Notification[] }>(
    "GET",
    "/v1/notifications?status=dead&limit=200",
  );
  for (const { id, status } of listed.body.data ?? []) {
    if (status !== "dead") continue;
    await request(town, "POST", `/v1/notifications/${id}/resend`);
    count("dead notifications resent");
  }
}
