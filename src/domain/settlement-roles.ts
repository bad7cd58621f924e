// What each line of a report is to an order: money for one of its payments, a refund taken back, or a
// chargeback. How a refund's line looks is not documented (docs/gateway.md 5), so both forms are read:
// one under the refund's own id, and a negative one under the payment's.

import { type Entity, entries, type Facts, read } from "./facts";
import { larger, type Paisa, paisa, smaller, subtract, sum, ZERO } from "./money";
import { refundParts, type RefundPart, UNTOLD } from "./refund-parts";
import type { Settled, SettledLine, SettledLines } from "./settled-line";
import type { Milliseconds } from "./time";

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
 * What chargebacks took of a payment and did not give back. One that was won comes as one more positive
 * line, which is more than was captured and was settled after the chargeback: one before it, or in the
 * same transfer, is the payment settled twice, whatever was taken back beside it.
 */
export function chargedBack(lines: readonly RoledLine[], captured: Paisa): Paisa {
  const back = lines.filter(({ role }) => role === "chargeback");
  if (back.length === 0) return ZERO;
  const money = lines.filter(({ role }) => role === "payment").map(({ line }) => line);
  // One line may be more than was captured by itself: a discounted EMI.
  const once = money.map(grossOf).reduce(larger, captured);
  const most = larger(ZERO, subtract(sum(money.map(grossOf)), once));
  const newestFirst = money.toSorted((a, b) => timeOf(b) - timeOf(a));
  let next = 0;
  let later: Paisa = ZERO;
  let won: Paisa = ZERO;
  // The last chargeback first: what came after it came after all the others as well.
  for (const { line } of back.toSorted((a, b) => timeOf(b.line) - timeOf(a.line))) {
    for (let one = newestFirst[next]; one !== undefined; one = newestFirst[next]) {
      if (!isLater(one, line)) break;
      later = sum([later, grossOf(one)]);
      next += 1;
    }
    const given = smaller(subtract(ZERO, grossOf(line)), subtract(smaller(later, most), won));
    won = sum([won, larger(ZERO, given)]);
  }
  return subtract(takenBack(back), won);
}

/** When a line's money moved: as the transfer was settled, else as the line was processed. */
export function movedAt({ settled_at, processed_at }: SettledLine): Milliseconds | null {
  return settled_at ?? processed_at;
}

/** Of which nobody said a time: the earliest. */
function timeOf(line: SettledLine): Milliseconds {
  return movedAt(line) ?? Number.MIN_SAFE_INTEGER;
}

function isLater(one: SettledLine, than: SettledLine): boolean {
  return movedAt(than) !== null && timeOf(one) > timeOf(than);
}

/** Each line with its role; the order of the lines does not depend on which came first. */
export function rolesOf(facts: Facts, settled: Settled): readonly RoledLine[] {
  const all = Object.values(settled).toSorted(byName);
  if (all.length === 0) return [];
  const parts = refundParts(facts);
  const strange = all.filter(({ transaction_id }) => !Object.hasOwn(facts.payment, transaction_id));
  const own = rolesByRefund(facts, parts, strange);
  const taken = new Set(own.map(({ refund_id }) => refund_id));
  // What no line under its own id takes back may be what a negative line of its payment does.
  const left = Map.groupBy(
    parts.filter(({ refund_id }) => !taken.has(refund_id)),
    ({ payment_id }) => payment_id,
  );
  const byPayment = [...Map.groupBy(all, ({ transaction_id }) => transaction_id)].flatMap(
    ([id, named]) =>
      Object.hasOwn(facts.payment, id) ? rolesOfPayment(id, left.get(id) ?? [], named) : [],
  );
  const known = new Set(own.map(({ transaction_id }) => transaction_id));
  const unknown = strange
    .filter(({ transaction_id }) => !known.has(transaction_id))
    .flatMap((lines) => lines.lines.map((line) => roled(lines, line, "unknown", null, null)));
  return [...byPayment, ...own, ...unknown];
}

/** Lines under the id of a refund, or of the payment inside the refund's own order. */
function rolesByRefund(
  facts: Facts,
  parts: readonly RefundPart[],
  strange: readonly SettledLines[],
): readonly RoledLine[] {
  if (strange.length === 0) return [];
  const named = refundsByPart(facts);
  const partsOf = Map.groupBy(parts, ({ refund_id }) => refund_id);
  const paymentOf = new Map(
    entries(facts, "payment")
      .toReversed()
      .map(([id, payment]) => [read(payment, "order_id"), id]),
  );
  return strange.flatMap((lines) => {
    const id = lines.transaction_id;
    const begins = namesOf(id).filter((name) => Object.hasOwn(facts.refund, name));
    const [refund_id] = [...begins, ...(named.get(id) ?? [])].toSorted();
    const refund = refund_id === undefined ? undefined : facts.refund[refund_id];
    if (refund_id === undefined || refund === undefined) return [];
    const own = partsOf.get(refund_id) ?? [];
    const payment = paymentOfRefund(facts, own, id, refund, paymentOf);
    return lines.lines.map((line) => roled(lines, line, "refund", payment, refund_id));
  });
}

/** The refunds by the ids of the payments in their own orders. */
function refundsByPart(facts: Facts): ReadonlyMap<string, readonly string[]> {
  const named = entries(facts, "refund").flatMap(([refund_id, refund]) =>
    (read(refund, "payments") ?? []).map(({ id }) => ({ id, refund_id })),
  );
  const byId = Map.groupBy(named, ({ id }) => id);
  return new Map(Array.from(byId, ([id, all]) => [id, all.map(({ refund_id }) => refund_id)]));
}

/** The id, and whatever of it stands before a dash: a payment's id begins with its order's. */
function namesOf(id: string): readonly string[] {
  const names = [id];
  for (let end = id.lastIndexOf("-"); end > 0; end = id.lastIndexOf("-", end - 1)) {
    names.push(id.slice(0, end));
  }
  return names;
}

/** The payment that a line under a refund's id is about; null when it returns several at once. */
function paymentOfRefund(
  facts: Facts,
  own: readonly RefundPart[],
  id: string,
  refund: Entity<"refund">,
  paymentOf: ReadonlyMap<string | undefined, string>,
): string | null {
  const named = (read(refund, "payments") ?? []).find((part) => part.id === id)?.parent_payment_id;
  if (named !== undefined && Object.hasOwn(facts.payment, named)) return named;
  if (own.length > 0) return own.length === 1 ? (own[0]?.payment_id ?? null) : null;
  // It failed, or nobody has said how much it is: what was taken back is missing all the same.
  const parent = read(refund, "parent_order_id");
  return parent === undefined ? null : (paymentOf.get(parent) ?? null);
}

/** The lines with each refund of several payments as what it takes of every one of them. */
export function linesByPayment(
  parts: readonly RefundPart[],
  lines: readonly RoledLine[],
): readonly RoledLine[] {
  if (lines.every(({ payment_id, refund_id }) => payment_id !== null || refund_id === null)) {
    return lines;
  }
  const left = new Map(parts.map((part) => [part, part.value]));
  const partsOf = Map.groupBy(parts, ({ refund_id }) => refund_id);
  return lines.flatMap((whole) => {
    const own = whole.refund_id === null ? [] : (partsOf.get(whole.refund_id) ?? []);
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
  const all = named.flatMap((lines) => lines.lines.map((line) => ({ lines, line })));
  const byValue = Map.groupBy(parts.toReversed(), ({ value }) => value);
  const exact = all.map(({ line }) => byValue.get(subtract(ZERO, grossOf(line)))?.pop() ?? null);
  const chosen = new Set(exact);
  let left = sum(parts.flatMap((part) => (chosen.has(part) ? [] : [part.value])));
  return all.map(({ lines, line }, index) => {
    const gross = grossOf(line);
    if (gross >= 0) return roled(lines, line, "payment", id, null);
    const part = exact[index] ?? null;
    if (part !== null) {
      return roled(lines, line, "refund", id, part.refund_id === UNTOLD ? null : part.refund_id);
    }
    const value = subtract(ZERO, gross);
    if (value > left) return roled(lines, line, "chargeback", id, null);
    left = subtract(left, value);
    return roled(lines, line, "refund", id, null);
  });
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
