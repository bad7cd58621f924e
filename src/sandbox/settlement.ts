/**
 * A transfer to the merchant's bank: its lines, what each costs, and the sums of them. Whole
 * paisa throughout; how the report writes them is in `settlement-report.ts`. A line of money
 * that goes back is negative and costs nothing. A loan that is recovered has no line.
 */
import type { Micros } from "./clock";

export interface Line {
  /** A payment's id; of a refund, the id of the refund order's own payment. */
  readonly transaction_id: string;
  readonly kind: "payment" | "refund" | "chargeback";
  readonly method: string;
  /** When the money moved. */
  readonly at: Micros;
  /** Shown as `transaction_amount`. */
  readonly amount: number;
  /** Shown as `actual_transaction_amount`: what the transfer reckons with. */
  readonly gross: number;
  readonly mdr: number;
  readonly gst: number;
  /** Paisa that the bank got less than gross and fees explain. */
  readonly lost: number;
}

export interface Settlement {
  readonly utr: string;
  readonly processed_at: Micros;
  /** When the bank is paid, which may lie ahead; null: nobody knows yet. */
  readonly settled_at: Micros | null;
  readonly lines: readonly Line[];
  readonly loan: number;
}

/** Sums of one transfer. `net` is what the bank gets, `deductions` all that explains the rest. */
export interface Figures {
  readonly gross: number;
  readonly refunds: number;
  readonly chargebacks: number;
  readonly loan: number;
  readonly mdr: number;
  readonly gst: number;
  readonly deductions: number;
  readonly net: number;
}

/** The gateway's share by method, in hundredths of a per cent. */
const rates: Readonly<Record<string, number>> = {
  UPI: 40,
  NETBANKING: 150,
  WALLET: 180,
};
/** Cards, whole or in instalments, and whatever else is paid by one. */
const card_rate = 200;
const gst_per_cent = 18;

/** `whole` × `share` ÷ `of`, half up. */
function share(whole: number, share: number, of: number): number {
  return Math.floor((whole * share * 2 + of) / (2 * of));
}

/** A payment's line: `gross` is reckoned with, `amount` is shown beside it. */
export function paymentLine(
  payment: Pick<Line, "transaction_id" | "method" | "at" | "gross">,
  amount: number = payment.gross,
): Line {
  const mdr = share(payment.gross, rates[payment.method] ?? card_rate, 10_000);
  return { ...payment, kind: "payment", amount, mdr, gst: share(mdr, gst_per_cent, 100), lost: 0 };
}

/** The line of money that goes back; `taken` is positive. */
export function deductionLine(
  kind: "refund" | "chargeback",
  { transaction_id, method, at }: Pick<Line, "transaction_id" | "method" | "at">,
  taken: number,
): Line {
  const gross = -taken;
  return { transaction_id, kind, method, at, amount: gross, gross, mdr: 0, gst: 0, lost: 0 };
}

/** Paisa that this line brings to the bank. */
export function settledOf(line: Line): number {
  return line.gross - line.mdr - line.gst - line.lost;
}

export function figuresOf({ lines, loan }: Pick<Settlement, "lines" | "loan">): Figures {
  const sum = (of: (line: Line) => number, kind?: Line["kind"]): number =>
    lines.reduce((all, line) => all + (!kind || line.kind === kind ? of(line) : 0), 0);
  const refunds = -sum((line) => line.gross, "refund");
  const chargebacks = -sum((line) => line.gross, "chargeback");
  const mdr = sum((line) => line.mdr);
  const gst = sum((line) => line.gst);
  return {
    gross: sum((line) => line.gross, "payment"),
    refunds: refunds + 0,
    chargebacks: chargebacks + 0,
    loan,
    mdr,
    gst,
    deductions: refunds + chargebacks + loan + mdr + gst,
    net: sum(settledOf) - loan,
  };
}
