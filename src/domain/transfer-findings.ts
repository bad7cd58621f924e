// What one transfer makes a discrepancy of its own by its totals (settlement-check.ts says when). Each is
// there or it is not: none or one row of a kind.

import type { AccountFinding } from "./discrepancy";
import { type Paisa, ZERO } from "./money";

/** The three sums of one transfer; null is what was not said. */
export function totalDiffers(
  list: Paisa | null,
  detail: Paisa | null,
  lines: Paisa | null,
): readonly AccountFinding[] {
  const said = [list, detail, lines].filter((one) => one !== null);
  const amount = said.length === 0 ? 0 : Math.max(...said) - Math.min(...said);
  if (amount === 0) return [];
  const sides = { ours: { lines }, theirs: { list, detail } };
  return [{ type: "total_differs", severity: "risk", subject: "", ...sides, amount }];
}

/** Those that have a line are the order's own. */
export function chargebackFinding(amount: Paisa): readonly AccountFinding[] {
  if (amount === ZERO) return [];
  return [{ type: "chargeback", severity: "loss", subject: "", ours: 0, theirs: amount, amount }];
}

export function loanFinding(amount: Paisa): readonly AccountFinding[] {
  if (amount <= ZERO) return [];
  return [
    { type: "loan_recovery", severity: "note", subject: "", ours: 0, theirs: amount, amount },
  ];
}

/** A transfer whose lines could not be read: what is in it nobody knows. `code` says what went wrong. */
export function unreadFinding(net: Paisa | null, code: string | null): AccountFinding {
  return {
    type: "report_unreadable",
    severity: "risk",
    subject: "",
    ours: "its lines could not be read",
    theirs: code,
    amount: net,
  };
}

/** A transfer that the gateway has taken back: its money is not there, or comes under another UTR. */
export function withdrawnFinding(net: Paisa | null): AccountFinding {
  const sides = { ours: net, theirs: null, amount: net === null ? null : Math.abs(net) };
  return { type: "settlement_withdrawn", severity: "risk", subject: "", ...sides };
}
