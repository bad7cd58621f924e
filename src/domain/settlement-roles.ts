// What each line of a report is to an order: money for one of its payments, a refund taken back, or a
// chargeback. How a refund's line looks is not documented (docs/gateway.md 5), so both forms are read:
// one under the refund's own id, and a negative one under the payment's.

import { type Entity, entries, type Facts, read } from "./facts";
import { HOME_CURRENCY, larger, type Paisa, paisa, smaller, subtract, sum, ZERO } from "./money";
import { capturedOfPayment, moneyOfOrder } from "./order-money";
import type { Settled, SettledLine, SettledLines } from "./settled-line";

/** `unknown`: nothing of this order. */
export type LineRole = "payment" | "refund" | "chargeback" | "unknown";

export interface RoledLine {
  readonly utr: string;
  readonly transaction_id: string;
  readonly line: SettledLine;
  readonly role: LineRole;
  /** The payment that it is about. */
  readonly payment_id: string | null;
  /** The refund that it takes back, where one alone can be meant. */
  readonly refund_id: string | null;
}

/** Of a refund that only its order's word tells of ("fully refunded"): made elsewhere, and without an id. */
export const UNTOLD = "";

/** A part of a refund and the payment that it returns. */
export interface RefundPart {
  /** `UNTOLD` when nobody has said. */
  readonly refund_id: string;
  readonly payment_id: string;
  readonly value: Paisa;
  readonly done: boolean;
}

/** The line's gross in whole paisa; 0 where nothing tells. */
export function grossOf(line: LineAmounts): Paisa {
  return saidGross(line) ?? ZERO;
}

type LineAmounts = Pick<SettledLine, "gross" | "amount" | "net" | "deductions">;

/**
 * Where the gross is not said, the line's other amount, or net and fee together; null when none tells.
 * One that is paid out below zero, and not because of its fee, takes back what it names.
 */
export function saidGross({ gross, amount, net, deductions }: LineAmounts): Paisa | null {
  const together = net === null || deductions === null ? null : sum([net, deductions]);
  const said = gross ?? amount ?? together;
  if (said === null || net === null || said <= ZERO || net >= ZERO) return said;
  return subtract(said, deductions ?? ZERO) === net ? said : subtract(ZERO, said);
}

/**
 * What the lines of refunds took back, as a positive amount. Whether it is written as a negative one is
 * not documented; where it is, a positive one of the same refund gives it back.
 */
export function takenBack(lines: readonly RoledLine[]): Paisa {
  const byRefund = Map.groupBy(lines, ({ refund_id }) => refund_id);
  const amounts = Array.from(byRefund.values(), (own) => {
    const said = own.map(({ line }) => grossOf(line));
    const total = sum(said);
    return said.some((gross) => gross < 0) ? larger(ZERO, subtract(ZERO, total)) : total;
  });
  return sum(amounts);
}

/**
 * What chargebacks took of a payment and did not give back: one that was won comes as one more positive
 * line, which is more than was captured.
 */
export function chargedBack(lines: readonly RoledLine[], captured: Paisa): Paisa {
  const taken = takenBack(lines.filter(({ role }) => role === "chargeback"));
  const money = lines.flatMap(({ role, line }) => (role === "payment" ? [grossOf(line)] : []));
  // One line may be more than was captured by itself: a discounted EMI.
  const once = money.reduce(larger, captured);
  return larger(ZERO, subtract(taken, larger(ZERO, subtract(sum(money), once))));
}

/** Each line with its role; the order of the lines does not depend on which came first. */
export function rolesOf(facts: Facts, settled: Settled): readonly RoledLine[] {
  const parts = refundParts(facts);
  const all = Object.values(settled).toSorted(byName);
  const own = all.flatMap((lines) => rolesByRefund(facts, parts, lines));
  const taken = new Set(own.map(({ refund_id }) => refund_id));
  // What no line under its own id takes back may be what a negative line of its payment does.
  const left = parts.filter(({ refund_id }) => !taken.has(refund_id));
  const byPayment = [...Map.groupBy(all, ({ transaction_id }) => transaction_id)].flatMap(
    ([id, named]) => (Object.hasOwn(facts.payment, id) ? rolesOfPayment(id, left, named) : []),
  );
  const known = new Set([...own, ...byPayment].map(({ transaction_id }) => transaction_id));
  const strange = all.filter(({ transaction_id }) => !known.has(transaction_id));
  const unknown = strange.flatMap((lines) =>
    lines.lines.map((line) => roled(lines, line, "unknown", null, null)),
  );
  return [...byPayment, ...own, ...unknown];
}

/** Lines under the id of a refund, or of the payment inside the refund's own order. */
function rolesByRefund(
  facts: Facts,
  parts: readonly RefundPart[],
  lines: SettledLines,
): readonly RoledLine[] {
  const id = lines.transaction_id;
  if (Object.hasOwn(facts.payment, id)) return [];
  const refund = entries(facts, "refund").find(
    ([refundId, entity]) =>
      id === refundId ||
      id.startsWith(`${refundId}-`) ||
      (read(entity, "payments") ?? []).some((part) => part.id === id),
  );
  if (refund === undefined) return [];
  const payment = paymentOfRefund(facts, parts, id, refund);
  return lines.lines.map((line) => roled(lines, line, "refund", payment, refund[0]));
}

/** The payment that a line under a refund's id is about; null when it returns several at once. */
function paymentOfRefund(
  facts: Facts,
  parts: readonly RefundPart[],
  id: string,
  [refund_id, refund]: readonly [string, Entity<"refund">],
): string | null {
  const named = (read(refund, "payments") ?? []).find((part) => part.id === id)?.parent_payment_id;
  if (named !== undefined && Object.hasOwn(facts.payment, named)) return named;
  const own = parts.filter((part) => part.refund_id === refund_id);
  if (own.length > 0) return own.length === 1 ? (own[0]?.payment_id ?? null) : null;
  // It failed, or nobody has said how much it is: what was taken back is missing all the same.
  const parent = read(refund, "parent_order_id");
  const payments = entries(facts, "payment").filter(
    ([, payment]) => parent !== undefined && read(payment, "order_id") === parent,
  );
  return payments[0]?.[0] ?? null;
}

/** The lines with each refund of several payments as what it takes of every one of them. */
export function linesByPayment(
  parts: readonly RefundPart[],
  lines: readonly RoledLine[],
): readonly RoledLine[] {
  const left = new Map(parts.map((part) => [part, part.value]));
  return lines.flatMap((whole) => {
    const own = parts.filter(({ refund_id }) => refund_id === whole.refund_id);
    if (whole.payment_id !== null || own.length === 0) return [whole];
    let rest = whole.line;
    return own.map((part, index): RoledLine => {
      const open = left.get(part) ?? ZERO;
      const isLast = index === own.length - 1;
      const line = isLast ? rest : shareOf(rest, open);
      left.set(part, subtract(open, smaller(open, paisa(Math.abs(grossOf(line))))));
      rest = { ...rest, ...lessOf(rest, line) };
      return { ...whole, payment_id: part.payment_id, line };
    });
  });
}

/** So much of a line, and no fee. */
function shareOf(line: SettledLine, value: Paisa): SettledLine {
  const most = (amount: Paisa): Paisa =>
    paisa(Math.sign(amount) * Math.min(Math.abs(amount), value));
  const net = line.net === null ? null : most(line.net);
  return { ...line, gross: most(grossOf(line)), amount: null, deductions: ZERO, net };
}

function lessOf(
  line: SettledLine,
  share: SettledLine,
): Pick<SettledLine, "gross" | "amount" | "net"> {
  const net = line.net === null ? null : subtract(line.net, share.net ?? ZERO);
  return { gross: subtract(grossOf(line), grossOf(share)), amount: null, net };
}

/**
 * A negative line takes back a refund of that amount, or as much of the refunds as is left; else it is
 * a chargeback. Exact amounts choose first: a chargeback must not take a refund's place.
 */
function rolesOfPayment(
  id: string,
  parts: readonly RefundPart[],
  named: readonly SettledLines[],
): readonly RoledLine[] {
  const open = parts.filter(({ payment_id }) => payment_id === id);
  const all = named.flatMap((lines) => lines.lines.map((line) => ({ lines, line })));
  const exact = all.map(({ line }) => {
    const index = open.findIndex(({ value }) => value === subtract(ZERO, grossOf(line)));
    return index === -1 ? null : (open.splice(index, 1)[0] ?? null);
  });
  return all.map(({ lines, line }, index) => {
    const gross = grossOf(line);
    if (gross >= 0) return roled(lines, line, "payment", id, null);
    const part = exact[index] ?? null;
    if (part !== null) {
      return roled(lines, line, "refund", id, part.refund_id === UNTOLD ? null : part.refund_id);
    }
    const value = subtract(ZERO, gross);
    if (value > sum(open.map((part) => part.value))) {
      return roled(lines, line, "chargeback", id, null);
    }
    spend(open, value);
    return roled(lines, line, "refund", id, null);
  });
}

/** Takes so much off the parts, the first ones first. */
function spend(parts: RefundPart[], value: Paisa): void {
  let left = value;
  while (left > ZERO) {
    const [first] = parts;
    if (first === undefined) return;
    if (first.value > left) {
      parts[0] = { ...first, value: subtract(first.value, left) };
      return;
    }
    left = subtract(left, first.value);
    parts.shift();
  }
}

/**
 * Every refund that has not failed, by the payments that it returns: as the refund itself says, else
 * the captured payments of its order in the order of their ids, each as far as it reaches.
 */
export function refundParts(facts: Facts): readonly RefundPart[] {
  const room = new Map<string, Paisa>(
    entries(facts, "payment").map(([id, payment]) => [
      id,
      capturedOfPayment(payment, HOME_CURRENCY),
    ]),
  );
  const told = entries(facts, "refund").flatMap(([refund_id, refund]) => {
    if (read(refund, "status") === "FAILED") return [];
    const done = read(refund, "status") === "PROCESSED";
    const shares = namedShares(facts, refund) ?? spreadShares(facts, refund, room);
    for (const [payment_id, value] of shares) {
      room.set(payment_id, subtract(room.get(payment_id) ?? ZERO, value));
    }
    return shares.map(([payment_id, value]) => ({ refund_id, payment_id, value, done }));
  });
  return [...told, ...untoldParts(facts, room)];
}

/**
 * What an order's word says was refunded beside the refunds that we know: all of it, or nobody knows
 * how much, which then is what is taken back (order-money.ts).
 */
function untoldParts(facts: Facts, room: ReadonlyMap<string, Paisa>): readonly RefundPart[] {
  return entries(facts, "order").flatMap(([order_id]) => {
    const { refunded, refunded_known } = moneyOfOrder(facts, order_id, HOME_CURRENCY, []);
    if (refunded !== null && refunded <= refunded_known) return [];
    const payments = entries(facts, "payment").filter(
      ([, payment]) => read(payment, "order_id") === order_id,
    );
    return payments.flatMap(([payment_id]) => {
      const value = room.get(payment_id) ?? ZERO;
      return value > ZERO
        ? [{ refund_id: UNTOLD, payment_id, value, done: refunded !== null }]
        : [];
    });
  });
}

type Shares = readonly (readonly [paymentId: string, value: Paisa])[];

function namedShares(facts: Facts, refund: Entity<"refund">): Shares | null {
  const parts = read(refund, "payments") ?? [];
  const shares = parts.flatMap(({ parent_payment_id: id, amount, status }) => {
    const ours = id !== undefined && Object.hasOwn(facts.payment, id);
    const usable = ours && amount?.currency === HOME_CURRENCY;
    return usable && status !== "FAILED" ? [[id, amount.value] as const] : [];
  });
  const whole = read(refund, "amount")?.value;
  const named = sum(shares.map(([, value]) => value));
  return shares.length > 0 && (whole === undefined || named === whole) ? shares : null;
}

function spreadShares(
  facts: Facts,
  refund: Entity<"refund">,
  room: ReadonlyMap<string, Paisa>,
): Shares {
  const amount = read(refund, "amount");
  if (amount?.currency !== HOME_CURRENCY) return [];
  const parent = read(refund, "parent_order_id");
  const payments = entries(facts, "payment").filter(
    ([id, payment]) => read(payment, "order_id") === parent && (room.get(id) ?? ZERO) > ZERO,
  );
  let left: Paisa = amount.value;
  const shares = payments.flatMap(([id]): Shares => {
    const value = paisa(Math.min(left, larger(ZERO, room.get(id) ?? ZERO)));
    left = subtract(left, value);
    return value > ZERO ? [[id, value]] : [];
  });
  return shares;
}

function roled(
  { utr, transaction_id }: SettledLines,
  line: SettledLine,
  role: LineRole,
  payment_id: string | null,
  refund_id: string | null,
): RoledLine {
  return { utr, transaction_id, line, role, payment_id, refund_id };
}

function byName(a: SettledLines, b: SettledLines): number {
  const [left, right] = [`${a.utr}/${a.transaction_id}`, `${b.utr}/${b.transaction_id}`];
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
