// How the doors ask the ledger: within a time limit, because D1 may stall for a minute. When it gives
// no answer, lists answer 503 and everything that does not need a list goes on as before (law 2).

import { withTimeLimit } from "../actor/time-limit";
import type { Result } from "../domain/result";
import type { CursorFailure, Page } from "../ledger/cursor";
import type { DoorContext } from "./doors";
import { queryProblem } from "./input";
import { problem } from "./problem";

const ANSWER_LIMIT_MS = 10_000;

/** Thrown by `askLedger`, answered once for all routes (app.ts). */
export class LedgerUnavailable extends Error {
  override readonly name = "LedgerUnavailable";
}

export async function askLedger<T>(asked: Promise<T>, limit = ANSWER_LIMIT_MS): Promise<T> {
  try {
    return await withTimeLimit(asked, limit);
  } catch (error) {
    throw new LedgerUnavailable(error instanceof Error ? error.message : "", { cause: error });
  }
}

export type ListFailure =
  | CursorFailure
  | { readonly code: "sort_conflicts" }
  | { readonly code: "settlement_unknown" }
  | { readonly code: "settlement_changed" };

/** One page of a list as the API shows it, or what was wrong with the query. */
export function answerPage<T, F extends ListFailure>(
  c: DoorContext,
  listed: Result<Page<T>, F>,
  show: (row: T) => unknown,
): Response {
  if (listed.ok) {
    const { data, next_cursor } = listed.value;
    return c.json({ data: data.map(show), next_cursor });
  }
  return listProblem(listed.failure);
}

export function listProblem(failed: ListFailure): Response {
  switch (failed.code) {
    case "cursor_invalid":
      return queryProblem([["cursor", "does not belong to this list"]]);
    case "sort_conflicts":
      return queryProblem([["sort", "must go by update when updated_after is given"]]);
    case "settlement_unknown":
      return problem("settlement_unknown", {
        detail: "No such transfer is known here. POST /v1/settlements/refresh reads the reports.",
      });
    case "settlement_changed":
      return problem("settlement_changed", {
        detail: "The transfer was read anew since that page; ask again from the first one.",
      });
  }
}
