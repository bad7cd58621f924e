/**
 * The transfer of one bank day of a month: everything that is due becomes its lines. Unless
 * something is planted on it, list, totals and lines add up to the paisa.
 */
import type { BankCalendar } from "./bank-calendar";
import { Chance } from "./chance";
import type { Desk } from "./desk";
import type { Due, Month, TransferWrong, Trouble } from "./month-state";
import { PastDesk } from "./past-desk";
import { figuresOf, type Settlement } from "./settlement";
import { reportOf, rupees } from "./settlement-report";
import { newUtr } from "./settlements";

const hour_seconds = 3600;

/** The bank gets some rupees less for one plain line, and nothing says why. */
function loseSome(chance: Chance, due: readonly Due[]): { due: readonly Due[]; trouble: Due[] } {
  const plain = due.filter((one) => one.plain);
  if (plain.length === 0) return { due, trouble: [] };
  const chosen = chance.pick(plain);
  const lost = chance.between(200, 2000);
  const less = { ...chosen, line: { ...chosen.line, lost } };
  return { due: due.map((one) => (one === chosen ? less : one)), trouble: [less] };
}

/** The list says some rupees less than the detail, and calls them a deduction. */
function misstate(desk: Desk, settlement: Settlement, amount: number): void {
  const { net, deductions } = figuresOf(settlement);
  const rows = reportOf(settlement).rows.map((row) => ({
    ...(row as Record<string, unknown>),
    total_amount: rupees(net - amount),
    total_deduction_amount: rupees(deductions + amount),
  }));
  desk.settlements.plant(settlement.utr, { rows });
}

function count(month: Month, settlement: Settlement, due: readonly Due[]): void {
  const { figures } = month;
  const { mdr, gst, chargebacks, refunds, loan, net } = figuresOf(settlement);
  figures.fees += mdr;
  figures.taxes += gst;
  figures.chargebacks += chargebacks;
  figures.loans += loan;
  figures.settled += net;
  figures.not_yet_deducted -= refunds;
  figures.not_yet_settled -= due.reduce((sum, { settles }) => sum + settles, 0);
}

/** Settles what is due on this day. On a day without banks nothing happens. */
export function playTransfer(
  desk: Desk,
  month: Month,
  calendar: BankCalendar,
  { day, planted }: { readonly day: number; readonly planted: TransferWrong | undefined },
): void {
  const ready = calendar.isBankDay(day) ? month.due.filter(({ on }) => on <= day) : [];
  if (ready.length === 0) return;
  const chance = new Chance(month.seed, day);
  const past = new PastDesk(desk, chance, { at: calendar.startOf(day) });
  past.wait(7 * hour_seconds);
  const processed_at = past.tick();
  past.wait(4 * hour_seconds + chance.between(0, 1800));
  const settled_at = past.tick();
  const utr = newUtr(past);
  const kept =
    planted === "fee_unexplained" ? loseSome(chance, ready) : { due: ready, trouble: [] };
  const lines = kept.due.map(({ line }) => line);
  const { net } = figuresOf({ lines, loan: 0 });
  const wanted = planted === "loan_recovery" ? chance.between(50_000, 500_000) : 0;
  const loan = Math.max(0, Math.min(wanted, Math.floor(net / 4)));
  const settlement = { utr, processed_at, settled_at, lines, loan };
  desk.settlements.save(settlement);
  const say = (due: Due, type: Trouble["type"], amount: number): void => {
    const { order_id, line } = due;
    month.trouble.push({ type, order_id, payment_id: line.transaction_id, utr, amount });
  };
  const whole = { order_id: null, payment_id: null, utr };
  for (const due of kept.due) if (due.trouble) say(due, due.trouble.type, due.trouble.amount);
  for (const due of kept.trouble) say(due, "fee_unexplained", due.line.lost);
  if (loan > 0) month.trouble.push({ type: "loan_recovery", ...whole, amount: loan });
  if (planted === "total_differs") {
    const amount = chance.between(500, 5000);
    misstate(desk, settlement, amount);
    month.trouble.push({ type: "total_differs", ...whole, amount });
  }
  count(month, settlement, ready);
  month.due = month.due.filter((due) => !ready.includes(due));
}
