// The ledger's stamp: one ledger serves one environment of the gateway, so that UAT's orders never
// stand among production's (design section 5).

import { failure, type Result, success } from "../domain/result";

export interface StampFailure {
  readonly code: "environment_mismatch";
  readonly stamped: string;
  readonly configured: string;
}

/** The first caller's environment is the ledger's for ever; every other is refused. */
export async function checkStamp(
  db: D1Database,
  environment: string,
): Promise<Result<null, StampFailure>> {
  const [, read] = await db.batch<{ readonly environment: string }>([
    db
      .prepare("INSERT OR IGNORE INTO ledger_stamp (id, environment) VALUES (1, ?1)")
      .bind(environment),
    db.prepare("SELECT environment FROM ledger_stamp WHERE id = 1"),
  ]);
  const stamped = read?.results[0]?.environment ?? environment;
  if (stamped === environment) return success(null);
  return failure({ code: "environment_mismatch", stamped, configured: environment });
}
