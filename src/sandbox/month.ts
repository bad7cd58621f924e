/**
 * A month of business in the gateway's books, day by day, that ended yesterday (in India): links,
 * payments, refunds, webhooks, one transfer each bank day, and trouble, all drawn from a seed. The
 * rules are those of any other day; only the clock and the chance are other ones.
 */
import { BankCalendar, day_length, indianMidnight } from "./bank-calendar";
import type { Books } from "./books";
import { Chance } from "./chance";
import { getOrder } from "./desk";
import { GatewayError } from "./gateway-error";
import { type Course, playOrder, usual } from "./month-customer";
import { sequelOf } from "./month-due";
import { planMonth } from "./month-plan";
import { emptyMonth, type Later, type Month } from "./month-state";
import { playTransfer } from "./month-transfer";
import { capturedOf } from "./order";
import { PastDesk } from "./past-desk";
import { beginRefund, endRefund } from "./refunds";
import { indianTime } from "./settlement-report";
import { linesOf } from "./settlements";

const place = "month";

function findMonth(books: Books): Month | undefined {
  return (books.store.read(place) ?? undefined) as Month | undefined;
}

function getMonth(books: Books): Month {
  const month = findMonth(books);
  if (!month) throw new GatewayError("NOT_FOUND", "No month was begun");
  return month;
}

/** What was played so far. */
export function readMonth(books: Books): Record<string, unknown> {
  const { due: _, later: __, first, ...month } = getMonth(books);
  const date = (day: number): string => indianTime(first + (day - 1) * day_length).slice(0, 10);
  return { ...month, from: date(1), to: date(month.days) };
}

/** Begins a month of so many days, of which the last was yesterday. Books have one at most. */
export function beginMonth(books: Books, wish: Pick<Month, "seed" | "days" | "orders">): void {
  if (findMonth(books)) {
    throw new GatewayError("OPERATION_NOT_ALLOWED", "These books have their month: reset them");
  }
  const today = indianMidnight(books.now_ms() * 1000);
  books.store.write(place, emptyMonth(wish, today - wish.days * day_length));
}

/** What a day of the month brought. */
export interface PlayedDay {
  readonly day: number;
  readonly orders: readonly string[];
  readonly links: readonly string[];
  /** Orders whose webhooks are lost. */
  readonly lost: readonly string[];
  /** Orders, most of them of earlier days, of which something was refunded. */
  readonly refunded: readonly string[];
}

interface Stage {
  readonly books: Books;
  readonly month: Month;
  readonly calendar: BankCalendar;
  readonly day: number;
}

/** One customer, between 8 and 16 h in India, so that all of it ends on the same day. */
function playCustomer(stage: Stage, number: number, planned: Course | undefined): string[] {
  const { books, month, calendar, day } = stage;
  const chance = new Chance(month.seed, day, number);
  const course = planned ?? chance.weigh(usual);
  const desk = new PastDesk(books, chance, {
    at: calendar.startOf(day) + chance.below(1_000_000),
    silent: course === "missed",
    is_aggregator: course !== "outside",
  });
  desk.wait(chance.between(8 * 3600, 16 * 3600));
  const reference = `M${month.seed}-${day}-${number}`;
  const { link, order } = playOrder({ desk, origin: books.origin, reference }, course);
  const { due, later, trouble } = sequelOf({ calendar, day, desk, order }, course);
  month.due.push(...due);
  month.later.push(...later);
  month.trouble.push(...trouble);
  const captured = capturedOf(order);
  const { figures } = month;
  figures.orders += 1;
  figures.collected += captured;
  if (course === "outside") figures.outside += captured;
  else figures.not_yet_settled += captured;
  return [link.id, order.id];
}

/** A refund, late in the evening, when all customers have gone. */
function playRefund(stage: Stage, later: Later, number: number): void {
  const { books, month, calendar, day } = stage;
  const chance = new Chance(month.seed, day, -1 - number);
  const desk = new PastDesk(books, chance, { at: calendar.startOf(day) });
  desk.wait(chance.between(22 * 3600, 23 * 3600));
  const parent = getOrder(desk, later.order_id);
  const reference = `${parent.reference}-back`;
  const refund = beginRefund(desk, parent, { amount: later.amount ?? undefined, reference });
  desk.wait(chance.between(30, 600));
  endRefund(desk, refund, "PROCESSED");
  const amount = refund.amount.value;
  month.figures.refunded += amount;
  month.figures.not_yet_deducted += amount;
  const base = { order_id: parent.id, plain: false, settles: 0, trouble: null };
  const on = calendar.bankDayAfter(day);
  const lines = linesOf([refund]);
  if (later.deducted) month.due.push(...lines.map((line) => ({ ...base, line, on })));
  if (later.trouble) {
    const payment_id = refund.payments.at(0)?.id ?? null;
    const type = "refund_not_deducted";
    month.trouble.push({ type, order_id: parent.id, payment_id, utr: null, amount });
  }
}

/** Plays the next day; `day` says which one the caller takes that for. */
export function playDay(books: Books, day: number): PlayedDay {
  const month = getMonth(books);
  if (day !== month.played + 1 || day > month.days) {
    const played = `${month.played} of ${month.days} days are played`;
    throw new GatewayError("OPERATION_NOT_ALLOWED", `${played}: day ${day} is not the next`);
  }
  const calendar = new BankCalendar(month.first, month.days);
  const plan = planMonth(month, calendar);
  const stage = { books, month, calendar, day };
  playTransfer(books, month, calendar, { day, planted: plan.transfers.get(day) });
  const orders: string[] = [];
  const links: string[] = [];
  const lost: string[] = [];
  for (let number = 1; number <= month.orders; number += 1) {
    const planned = plan.of(day, number);
    const [link_id = "", order_id = ""] = playCustomer(stage, number, planned);
    links.push(link_id);
    orders.push(order_id);
    if (planned === "missed") lost.push(order_id);
  }
  const due = month.later.filter(({ on }) => on === day);
  for (const [number, later] of due.entries()) playRefund(stage, later, number);
  month.later = month.later.filter(({ on }) => on > day);
  month.played = day;
  books.store.write(place, month);
  return { day, orders, links, lost, refunded: due.map(({ order_id }) => order_id) };
}

/** The books are emptied: the month never was. */
export function forgetMonth(books: Books): void {
  books.store.write(place, null);
}
