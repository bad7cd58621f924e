// The audit of an order, while its lines wait for D1 (project.ts): each is numbered here and nowhere else, and
// never changed again.

import type { ActorState, AuditEntry } from "./state";

/** The state with these lines behind those it has. */
export function addLines(state: ActorState, lines: readonly Omit<AuditEntry, "n">[]): ActorState {
  if (lines.length === 0) return state;
  const numbered = lines.map((line, index) => ({ ...line, n: state.audited + index + 1 }));
  return {
    ...state,
    audit: [...state.audit, ...numbered],
    audited: state.audited + lines.length,
  };
}

/** What a person did that moved no money by itself: without an amount or a reason where none is given. */
export function addDeed(
  state: ActorState,
  deed: Omit<AuditEntry, "n" | "decision" | "amount" | "reason"> &
    Partial<Pick<AuditEntry, "amount" | "reason">>,
): ActorState {
  return addLines(state, [{ amount: null, reason: null, ...deed, decision: null }]);
}
