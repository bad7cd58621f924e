/**
 * Where the trouble of a month goes, drawn before the first day is played: one order in a
 * hundred is settled wrongly, one in fifty loses its webhooks, a few transfers do not add up.
 * Each has days enough after it to be seen; in a month too short for one, that one is left out.
 */
import type { BankCalendar } from "./bank-calendar";
import { Chance } from "./chance";
import { type TransferWrong, transferWrongs, type Wrong, wrongs } from "./month-state";

export type Planned = Wrong | "missed";

export interface Plan {
  /** What is planted on an order of a day, both counted from 1; undefined: nothing. */
  of(day: number, order: number): Planned | undefined;
  /** What is planted on the transfer of a bank day. */
  readonly transfers: ReadonlyMap<number, TransferWrong>;
}

/** Bank days that must follow the order's day, its own settlement and what it waits for included. */
const days_needed = {
  settlement_missing: 4,
  amount_differs: 1,
  settled_twice: 2,
  settled_but_not_paid: 1,
  refund_not_deducted: 6,
  settled_after_refund: 4,
  unknown_payment: 1,
  missed: 1,
} as const satisfies Record<Planned, number>;

/** Transfers of each kind: one in so many. */
const transfers_for_one = 8;

interface Size {
  readonly seed: number;
  readonly days: number;
  readonly orders: number;
}

function planOrders(size: Size, calendar: BankCalendar, chance: Chance): Map<string, Planned> {
  const total = size.days * size.orders;
  const wrong = Array.from({ length: Math.floor(total / 100) }, (_, index) => {
    return wrongs[index % wrongs.length] ?? "settlement_missing";
  });
  const missed = Array.from({ length: Math.floor(total / 50) }, () => "missed" as const);
  const all_days = Array.from({ length: size.days }, (_, index) => index + 1);
  const days_left = new Map(all_days.map((day) => [day, calendar.bankDaysLeft(day)]));
  const planned = new Map<string, Planned>();
  for (const kind of [...wrong, ...missed]) {
    const places = all_days
      .filter((day) => (days_left.get(day) ?? 0) >= days_needed[kind])
      .map((day) => `${day}/${chance.between(1, size.orders)}`)
      .filter((place) => !planned.has(place));
    if (places.length > 0) planned.set(chance.pick(places), kind);
  }
  return planned;
}

function planTransfers(calendar: BankCalendar, chance: Chance): Map<number, TransferWrong> {
  const days = Array.from({ length: calendar.days - 1 }, (_, index) => index + 2);
  const banks = chance.shuffle(days.filter((day) => calendar.isBankDay(day)));
  const each = Math.ceil(banks.length / transfers_for_one);
  const kinds = transferWrongs.flatMap((kind) => Array<TransferWrong>(each).fill(kind));
  return new Map(
    banks.slice(0, kinds.length).map((day, index) => [day, kinds[index] ?? "loan_recovery"]),
  );
}

export function planMonth(size: Size, calendar: BankCalendar): Plan {
  const chance = new Chance(size.seed);
  const planned = planOrders(size, calendar, chance);
  return {
    of: (day, order) => planned.get(`${day}/${order}`),
    transfers: planTransfers(calendar, chance),
  };
}
