// What the totals of a transfer deduct and no line of it shows. How a refund or a chargeback looks in a
// report is not documented, nor that it has a line at all: what a line may mean counts as shown.

import { larger, type Paisa, smaller, subtract, sum, ZERO } from "./money";
import type { ReportTotals } from "./settlement-report";

/** What the lines take back, as positive amounts, and what they pay together. */
export interface ShownByLines {
  readonly net: Paisa | null;
  readonly refunds: Paisa;
  readonly chargebacks: Paisa;
  /** Of which nobody knows which of the two it is. */
  readonly unclear: Paisa;
}

export interface WithoutLine {
  readonly loans: Paisa;
  readonly refunds: Paisa;
  readonly chargebacks: Paisa;
  /** Fees of the transfer as a whole. */
  readonly fees: Paisa;
}

/** `shown` is null where no line was read yet. */
export function recoveriesWithoutLine(
  totals: ReportTotals | null,
  shown: ShownByLines | null,
): WithoutLine {
  const of = (said: Paisa | null | undefined, listed: Paisa | undefined): Paisa =>
    larger(ZERO, subtract(said ?? ZERO, listed ?? ZERO));
  const { deductions } = totals ?? {};
  const apart = withoutUnclear(
    of(deductions?.refund, shown?.refunds),
    of(deductions?.chargeback, shown?.chargebacks),
    shown?.unclear ?? ZERO,
  );
  return {
    loans: deductions?.loan ?? ZERO,
    ...apart,
    fees: sumSaid([
      deductions?.platform_fee ?? null,
      deductions?.late_settlement_fee ?? null,
      deductions?.other ?? null,
      deductions?.split ?? null,
    ]),
  };
}

/**
 * Lines that nobody could place are what the totals mean, chargebacks first, so that none is told of as a
 * loss which has a line; unless they are exactly the refunds.
 */
function withoutUnclear(
  refunds: Paisa,
  chargebacks: Paisa,
  unclear: Paisa,
): Pick<WithoutLine, "refunds" | "chargebacks"> {
  const areRefunds = unclear === refunds && unclear !== chargebacks;
  const asChargebacks = areRefunds ? ZERO : smaller(unclear, chargebacks);
  const asRefunds = smaller(refunds, subtract(unclear, asChargebacks));
  return {
    refunds: subtract(refunds, asRefunds),
    chargebacks: subtract(chargebacks, asChargebacks),
  };
}

/** What the lines say was paid: their sum, less what was kept back without a line where that explains it. */
export function linesNet(
  { net }: ShownByLines,
  totals: ReportTotals | null,
  { loans, refunds, chargebacks, fees }: WithoutLine,
): Paisa | null {
  if (net === null) return null;
  const back = sum([loans, refunds, chargebacks]);
  const ways = [ZERO, loans, back, fees, sum([back, fees])].map((off) => subtract(net, off));
  return ways.find((way) => way === totals?.net) ?? subtract(net, back);
}

/** What nobody said counts as nothing. */
export function sumSaid(values: readonly (Paisa | null)[]): Paisa {
  return sum(values.filter((value) => value !== null));
}
