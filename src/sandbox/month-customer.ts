/**
 * One order of a month: the link, and what its customer does with it, by the same rules as a
 * customer at the checkout. How its money is settled is `month-due.ts`.
 */
import type { Chance } from "./chance";
import { getLink } from "./desk";
import { cancelLink, createLink } from "./gateway-links";
import { capture } from "./holds";
import type { Instrument } from "./instruments";
import type { Link } from "./link";
import type { Planned } from "./month-plan";
import type { Call } from "./operation";
import { authorizedOf, type Order } from "./order";
import type { PastDesk } from "./past-desk";
import { currentOrder, expireLink, fail, initiate, openLink, succeed } from "./payments";

/** How an order without trouble goes, and how many of a thousand do. */
export const usual = new Map([
  ["plain", 640],
  ["late", 30],
  ["emi", 40],
  ["emi_discount", 30],
  ["pre_auth", 20],
  ["pre_auth_part", 15],
  ["parts", 40],
  ["retried", 40],
  ["failed", 30],
  ["expired", 20],
  ["cancelled", 15],
  ["refund_full", 25],
  ["refund_part", 35],
  ["chargeback", 4],
  ["outside", 16],
] as const);
export type Usual = Parameters<typeof usual.get>[0];
export type Course = Usual | Planned;

const methods = new Map<Instrument, number>([
  ["upi", 45],
  ["card", 35],
  ["netbanking", 12],
  ["wallet", 8],
]);
const hour_seconds = 3600;

export interface Shopper {
  readonly desk: PastDesk;
  readonly origin: string;
  /** Of the link. */
  readonly reference: string;
}

function callOf(origin: string, id: string, body: unknown): Call {
  return {
    origin,
    param: () => id,
    parse: (schema) => schema.parse(body),
    query: (schema) => schema.parse({}),
  };
}

/** Rupees and paisa as shops have them: many small amounts, few great ones. */
function drawAmount(chance: Chance): number {
  return chance.between(10_000, chance.pick([80_000, 300_000, 2_000_000]));
}

function makeLink({ desk, origin, reference }: Shopper, course: Course): Link {
  const hours = desk.chance.between(4, 6);
  const request = {
    amount: { value: drawAmount(desk.chance), currency: "INR" },
    merchant_payment_link_reference: reference,
    customer: { email_id: `${reference.toLowerCase()}@example.com`, first_name: "Asha" },
    description: "Tea",
    expire_by: new Date(desk.now_ms() + hours * hour_seconds * 1000).toISOString(),
    pre_auth: course === "pre_auth" || course === "pre_auth_part" ? "true" : "false",
    part_payment: course === "parts",
    callback_url: "https://shop.example/paid",
  };
  createLink(desk, callOf(origin, "", request));
  const link = desk.store.findLinkByReference(reference);
  if (!link) throw new Error(`the link ${reference} was not made`);
  return link;
}

function pay(desk: PastDesk, link_id: string, instrument: Instrument, amount?: number): Order {
  const order = currentOrder(desk, getLink(desk, link_id));
  initiate(desk, order, { instrument, amount });
  desk.wait(desk.chance.between(10, 90));
  succeed(desk, order);
  return order;
}

function tryInVain(desk: PastDesk, link_id: string, final: boolean): void {
  const order = currentOrder(desk, getLink(desk, link_id));
  initiate(desk, order, { instrument: desk.chance.weigh(methods) });
  desk.wait(desk.chance.between(10, 90));
  fail(desk, order, { final });
}

function takeHold(desk: PastDesk, order: Order, course: "pre_auth" | "pre_auth_part"): void {
  desk.wait(desk.chance.between(1, 4) * hour_seconds);
  const held = authorizedOf(order);
  const amount = course === "pre_auth" ? held : desk.chance.between(100, held - 1);
  capture(desk, order, { amount, reference: `take-${order.reference}` });
}

/** The whole amount in two or three parts. */
function payInParts(desk: PastDesk, link: Link): void {
  const count = desk.chance.between(2, 3);
  for (let part = 1; part < count; part += 1) {
    const amount = Math.floor(link.amount.value / (count + 1)) + desk.chance.below(100);
    pay(desk, link.id, desk.chance.weigh(methods), amount);
    desk.wait(desk.chance.between(600, hour_seconds));
  }
  pay(desk, link.id, desk.chance.weigh(methods));
}

function runOut(desk: PastDesk, link_id: string): void {
  const link = getLink(desk, link_id);
  desk.waitUntil(link.expire_by);
  expireLink(desk, link);
}

function act(desk: PastDesk, link: Link, course: Course): void {
  const { chance } = desk;
  switch (course) {
    case "emi":
      pay(desk, link.id, "emi_full");
      return;
    case "emi_discount":
      pay(desk, link.id, "emi");
      return;
    case "pre_auth":
    case "pre_auth_part":
      takeHold(desk, pay(desk, link.id, "card"), course);
      return;
    case "parts":
      payInParts(desk, link);
      return;
    case "retried":
      tryInVain(desk, link.id, false);
      desk.wait(chance.between(30, 600));
      pay(desk, link.id, chance.weigh(methods));
      return;
    case "failed":
      tryInVain(desk, link.id, chance.below(2) === 0);
      runOut(desk, link.id);
      return;
    case "settled_but_not_paid":
      tryInVain(desk, link.id, true);
      runOut(desk, link.id);
      return;
    case "expired":
      runOut(desk, link.id);
      return;
    case "cancelled":
      cancelLink(desk, callOf("", link.id, {}));
      return;
    case "plain":
    case "late":
    case "refund_full":
    case "refund_part":
    case "chargeback":
    case "outside":
    case "settlement_missing":
    case "amount_differs":
    case "settled_twice":
    case "refund_not_deducted":
    case "settled_after_refund":
    case "unknown_payment":
    case "missed":
      pay(desk, link.id, chance.weigh(methods));
  }
}

/** Plays the order to its end, all on one day, and returns link and order as they are then. */
export function playOrder(shopper: Shopper, course: Course): { link: Link; order: Order } {
  const { desk } = shopper;
  const { id } = makeLink(shopper, course);
  desk.wait(desk.chance.between(60, 900));
  openLink(desk, getLink(desk, id));
  desk.wait(desk.chance.between(20, 300));
  act(desk, getLink(desk, id), course);
  const link = getLink(desk, id);
  return { link, order: currentOrder(desk, link) };
}
