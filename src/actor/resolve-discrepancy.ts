// A person closes a discrepancy and says why. It stays closed as long as both sides stay as they are.

import { inr } from "../domain/money";
import type { Discrepancy, ResolveFailure } from "../domain/discrepancy";
import { viewDiscrepancy } from "../domain/order-view";
import type { OrderRecord } from "../domain/record";
import { resolve } from "../domain/record-checks";
import { failure, type Result, success } from "../domain/result";
import { addDeed } from "./audit-line";
import type { Part } from "./part";
import { commitEvolution } from "./record-change";
import type { Reading, ResolvedDiscrepancy, ResolveRequest } from "./rpc";

export function resolveDiscrepancy(
  part: Part,
  { key, amount, reason, resolved_by: by }: ResolveRequest,
): Reading<Result<ResolvedDiscrepancy, ResolveFailure>> {
  const before = part.storage.readState();
  if (before.home !== null) return { kind: "alias", home: before.home };
  if (before.record === null) return { kind: "absent" };
  return part.storage.transact(() => {
    const state = part.storage.readState();
    const record = state.record;
    const row = record === null ? undefined : rowOf(record, key);
    if (record === null || row === undefined) {
      return { kind: "found", value: failure({ code: "discrepancy_unknown" }) };
    }
    if (row.closed_at !== null) {
      return { kind: "found", value: failure({ code: "discrepancy_closed" }) };
    }
    if (amount !== undefined && amount !== row.amount) {
      return { kind: "found", value: failure({ code: "discrepancy_changed" }) };
    }
    const resolved = resolve(record, key, { by, at: part.now(), reason });
    const named = row.subject === "" ? row.type : `${row.type} of ${row.subject}`;
    const note = { what: "discrepancy" as const, text: `${by} closed ${named}: ${reason}` };
    const evolution = { record: resolved, changed: false, changes: [] };
    const told = commitEvolution(part, state, evolution, { by: "operator", note });
    const next = addDeed(told, {
      at: part.now(),
      by,
      action: "resolution",
      kind: "discrepancy",
      reference: key,
      order_id: part.name,
      amount: row.amount === null ? null : inr(row.amount),
      reason,
    });
    part.storage.writeState(next);
    const shown = viewDiscrepancy(next.record?.discrepancies[key] ?? row);
    return { kind: "found", value: success({ home: part.name, row: shown }) };
  });
}

/** Keys come from outside: one that every object has by birth ("constructor") is none. */
function rowOf({ discrepancies }: OrderRecord, key: string): Discrepancy | undefined {
  return Object.hasOwn(discrepancies, key) ? discrepancies[key] : undefined;
}
