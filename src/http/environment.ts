// One ledger serves one environment of the gateway. Its stamp is read until it was right once; then
// this isolate does not ask again. A ledger that gives no answer stops nothing here: what needs it
// will say so itself, and verdicts do not need it.

import type { MiddlewareHandler } from "hono";
import { withTimeLimit } from "../actor/time-limit";
import { MINUTE } from "../domain/schedule";
import type { Milliseconds } from "../domain/time";
import { checkStamp } from "../ledger/stamp";
import type { Door } from "./doors";
import { logError } from "./log";
import { problem } from "./problem";

const ANSWER_LIMIT_MS = 1_000;

export function checkEnvironment(): MiddlewareHandler<Door> {
  let isRight = false;
  let askAgainAt: Milliseconds = 0;
  return async function checkEnvironment(c, next) {
    const { db, config, now } = c.var.doors;
    if (isRight || now() < askAgainAt) return next();
    const stamp = await withTimeLimit(checkStamp(db, config.environment), ANSWER_LIMIT_MS).catch(
      () => null,
    );
    if (stamp === null) {
      askAgainAt = now() + MINUTE;
      logError({ event: "ledger_stamp_unread", request_id: c.var.request_id });
      return next();
    }
    if (!stamp.ok) {
      const { stamped, configured } = stamp.failure;
      return problem("environment_mismatch", {
        detail:
          `This ledger was made for PINELABS_ENV ${stamped}, and the setting says ${configured}. ` +
          "Use a database of its own for each environment.",
        members: { setting: "PINELABS_ENV" },
      });
    }
    isRight = true;
    return next();
  };
}
