/**
 * When and how the money of an order of a month is settled, and what is refunded of it later:
 * on the next bank day, unless it is late or something is planted on it.
 */
import type { BankCalendar } from "./bank-calendar";
import type { Chance } from "./chance";
import { newOrderId, newPaymentId } from "./ids";
import type { Course } from "./month-customer";
import type { Due, Later, Trouble, TroubleType } from "./month-state";
import type { Order } from "./order";
import type { PastDesk } from "./past-desk";
import { deductionLine, type Line, paymentLine } from "./settlement";
import { linesOf } from "./settlements";

/** What comes of one order after its day. */
export interface Sequel {
  readonly due: readonly Due[];
  readonly later: readonly Later[];
  readonly trouble: readonly Trouble[];
}

const nothing: Sequel = { due: [], later: [], trouble: [] };

interface Scene {
  readonly calendar: BankCalendar;
  readonly day: number;
  readonly desk: PastDesk;
  readonly order: Order;
}

function dueOf(scene: Scene, line: Line, more: Partial<Due> = {}): Due {
  return {
    line,
    on: scene.calendar.bankDayAfter(scene.day),
    order_id: scene.order.id,
    plain: false,
    settles: Math.max(0, line.gross),
    trouble: null,
    ...more,
  };
}

/** Settled later than usual by 1 to 3 bank days, if there are so many left. */
function lateDay({ calendar, day, desk }: Scene): number {
  const later = calendar.bankDayAfter(day, 1 + desk.chance.between(1, 3));
  return later <= calendar.days ? later : calendar.bankDayAfter(day);
}

/** A discounted payment may be shown with its order's amount; what is settled is the same. */
function emiLine(line: Line, order: Order, chance: Chance): Line {
  const shown = chance.pick([line.gross, order.amount.value]);
  return paymentLine(line, shown);
}

/** A payment that no order of the books has. */
function phantom(desk: PastDesk, like: Line): Line {
  const id = newOrderId(desk);
  return { ...like, transaction_id: newPaymentId(desk, { id, payments: [] }, "up") };
}

function failedLine(order: Order): Line {
  const payment = order.payments.at(-1);
  if (payment?.status !== "FAILED") throw new Error(`${order.id} has no payment that failed`);
  const { id, method, updated_at: at, amount } = payment;
  return paymentLine({ transaction_id: id, method, at, gross: amount.value });
}

function refundLater(scene: Scene, on: number, amount: number | null): Later[] {
  if (on > scene.calendar.days) return [];
  return [{ on, order_id: scene.order.id, amount, deducted: true, trouble: false }];
}

/** A part of the payment, between a fifth and three fifths. */
function partOf(line: Line, chance: Chance): number {
  return Math.floor((line.gross * chance.between(20, 60)) / 100);
}

/** Of an order with exactly one captured payment. */
function sequelOfOne(scene: Scene, course: Course, line: Line): Sequel {
  const { calendar, day, desk } = scene;
  const { chance } = desk;
  const is = (type: TroubleType, amount: number): Partial<Due> => ({ trouble: { type, amount } });
  const normal = dueOf(scene, line);
  switch (course) {
    case "plain":
      return { ...nothing, due: [{ ...normal, plain: true }] };
    case "late":
      return { ...nothing, due: [{ ...normal, on: lateDay(scene) }] };
    case "emi_discount":
      return { ...nothing, due: [dueOf(scene, emiLine(line, scene.order, chance))] };
    case "refund_full":
      return { ...nothing, due: [normal], later: refundLater(scene, day + chance.below(6), null) };
    case "refund_part": {
      const later = refundLater(scene, day + chance.below(6), partOf(line, chance));
      return { ...nothing, due: [normal], later };
    }
    case "chargeback": {
      const on = calendar.bankDayAfter(day, chance.between(3, 6));
      if (on > calendar.days) return { ...nothing, due: [normal] };
      const taken = chance.pick([line.gross, partOf(line, chance)]);
      const back = dueOf(scene, deductionLine("chargeback", line, taken), is("chargeback", taken));
      return { ...nothing, due: [normal, { ...back, on }] };
    }
    case "missed":
      return { ...nothing, due: [dueOf(scene, line, is("missed", line.gross))] };
    case "settlement_missing": {
      const { transaction_id: payment_id, gross: amount } = line;
      const order_id = scene.order.id;
      const trouble = [{ type: course, order_id, payment_id, utr: null, amount }];
      return { ...nothing, trouble };
    }
    case "amount_differs": {
      const less = chance.between(100, 2000);
      const short = paymentLine({ ...line, gross: line.gross - less });
      return {
        ...nothing,
        due: [dueOf(scene, short, { settles: line.gross, ...is(course, less) })],
      };
    }
    case "settled_twice": {
      const on = calendar.bankDayAfter(day, 2);
      const again = dueOf(scene, line, { on, settles: 0, ...is(course, line.gross) });
      return { ...nothing, due: [normal, again] };
    }
    case "refund_not_deducted": {
      const amount = partOf(line, chance);
      const later = refundLater(scene, normal.on + 1, amount);
      return {
        ...nothing,
        due: [normal],
        later: later.map((refund) => ({ ...refund, deducted: false, trouble: true })),
      };
    }
    case "settled_after_refund": {
      const later = refundLater(scene, day, null);
      return {
        ...nothing,
        due: [dueOf(scene, line, is(course, line.gross))],
        later: later.map((refund) => ({ ...refund, deducted: false })),
      };
    }
    case "unknown_payment": {
      const stranger = is(course, line.gross);
      const unknown = dueOf(scene, phantom(desk, line), { settles: 0, ...stranger });
      return { ...nothing, due: [normal, { ...unknown, order_id: null }] };
    }
    case "emi":
    case "pre_auth":
    case "pre_auth_part":
    case "parts":
    case "retried":
    case "failed":
    case "settled_but_not_paid":
    case "expired":
    case "cancelled":
    case "outside":
      return { ...nothing, due: [normal] };
  }
}

export function sequelOf(scene: Scene, course: Course): Sequel {
  if (course === "settled_but_not_paid") {
    const line = failedLine(scene.order);
    const trouble = { type: course, amount: line.gross };
    return { ...nothing, due: [dueOf(scene, line, { settles: 0, trouble })] };
  }
  const lines = linesOf([scene.order]);
  const [only] = lines;
  if (only && lines.length === 1) return sequelOfOne(scene, course, only);
  return { ...nothing, due: lines.map((line) => dueOf(scene, line)) };
}
