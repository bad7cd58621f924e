// How the doors ask the ledger: within a time limit, because D1 may stall for a minute. When it gives
// no answer, lists answer 503 and everything that does not need a list goes on as before (law 2).

import { withTimeLimit } from "../actor/time-limit";
import type { Result } from "../domain/result";
import type { CursorFailure, Page } from "../ledger/cursor";
import type { DoorContext } from "./doors";
import { queryProblem } from "./input";

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

export type ListFailure = CursorFailure | { readonly code: "sort_conflicts" };

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
  switch (listed.failure.code) {
    case "cursor_invalid":
      return queryProblem([["cursor", "does not belong to this list"]]);
    case "sort_conflicts":
      return queryProblem([["sort", "must go by update when updated_after is given"]]);
  }
}
