// Somebody says that a step of the checklist is done (domain/tick.ts). That an order was delivered is taken on
// what the gateway says now, like a command, and not on what is remembered of it.

import { type StepView, viewChecklist } from "../domain/checklist";
import { failure, type Result, success } from "../domain/result";
import { decideTick } from "../domain/tick";
import { write } from "./claim";
import { introduceHome } from "./home";
import type { Part } from "./part";
import { isOurs } from "./plan";
import type { Reading, TickFailure, TickWish } from "./rpc";
import { isSettled, strangers } from "./seek";
import { spokeJustNow, type VerdictErrands } from "./verdict";

type Ticked = Reading<Result<readonly StepView[], TickFailure>>;

export async function tickStep(
  part: Part,
  errands: VerdictErrands,
  tick: TickWish,
): Promise<Ticked> {
  await errands.seek();
  const { home, record } = part.storage.readState();
  if (home !== null) return { kind: "alias", home };
  if (tick.step === "fulfill" && !spokeJustNow(part)) {
    const inquired = await errands.inquire(part.limits.gateway);
    if (!inquired.ok) return found(failure(inquired.failure));
    const { belongs_to, unseen } = inquired.value;
    if (belongs_to) return { kind: "alias", home: belongs_to };
    if (unseen) return found(failure(unseen));
    await errands.seek();
  } else if (record === null) {
    return { kind: "absent" };
  }
  // Another order of the link may have granted a claim of its own.
  if (strangers(part.name, part.storage.readState()).length > 0) await introduceHome(part);
  return decide(part, tick);
}

function decide(part: Part, tick: TickWish): Ticked {
  return part.storage.transact((): Ticked => {
    const state = part.storage.readState();
    if (state.home !== null) return { kind: "alias", home: state.home };
    const { record } = state;
    if (record === null) return { kind: "absent" };
    const whole = isSettled(part.name, state) && strangers(part.name, state).length === 0;
    if (!whole) return found(failure({ code: "order_unsettled", order_id: null }));
    if (!isOurs(part, record)) {
      const detail = "The order is none of ours (ORDERS_WITHOUT_LINK=off) and has no checklist.";
      return found(failure({ code: "step_not_applicable", detail }));
    }
    const on = part.config().fulfill_on;
    const decided = decideTick(record, tick, on, part.now());
    if (!decided.ok) return found(decided);
    const written = write(part, state, record, decided.value, tick.by);
    return found(success(viewChecklist(written ?? record, on)));
  });
}

function found(value: Result<readonly StepView[], TickFailure>): Ticked {
  return { kind: "found", value };
}
