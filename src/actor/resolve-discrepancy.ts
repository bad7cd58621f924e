// A person closes a discrepancy and says why. It stays closed as long as both sides stay as they are.

import { type DiscrepancyView, viewDiscrepancy } from "../domain/order-view";
import { resolve } from "../domain/record-checks";
import { failure, type Result, success } from "../domain/result";
import type { Part } from "./part";
import { commitEvolution } from "./record-change";
import type { Reading, ResolveFailure, ResolveRequest } from "./rpc";

export function resolveDiscrepancy(
  part: Part,
  { key, reason, resolved_by: by }: ResolveRequest,
): Reading<Result<DiscrepancyView, ResolveFailure>> {
  const before = part.storage.readState();
  if (before.home !== null) return { kind: "alias", home: before.home };
  if (before.record === null) return { kind: "absent" };
  return part.storage.transact(() => {
    const state = part.storage.readState();
    const record = state.record;
    const row = record?.discrepancies[key];
    if (record === null || row === undefined) {
      return { kind: "found", value: failure({ code: "discrepancy_unknown" }) };
    }
    if (row.closed_at !== null) {
      return { kind: "found", value: failure({ code: "discrepancy_closed" }) };
    }
    const resolved = resolve(record, key, { by, at: part.now(), reason });
    const named = row.subject === "" ? row.type : `${row.type} of ${row.subject}`;
    const note = { what: "discrepancy", text: `${by} closed ${named}: ${reason}` };
    const evolution = { record: resolved, changed: false, changes: [] };
    const next = commitEvolution(part, state, evolution, { by: "operator", note });
    part.storage.writeState(next);
    const shown = next.record?.discrepancies[key] ?? row;
    return { kind: "found", value: success(viewDiscrepancy(shown)) };
  });
}
