// Whether money commands are stopped (POST /v1/money/stop), in a sentence that says what to do.

import type { MoneySwitch } from "../domain/money-switch";
import { toIso } from "../domain/time";
import type { DoorContext } from "./doors";
import { answerOf } from "./report-health";

/** Null: who keeps the switch gave no answer. */
export async function readMoneySwitch(c: DoorContext): Promise<MoneySwitch | null> {
  return answerOf(c, "access", c.var.doors.access.moneySwitch());
}

export function moneySentences(money: MoneySwitch | null): readonly string[] {
  if (money === null) {
    return [
      "Who keeps the keys and the money switch gives no answer: no money moves, and no key but the first one passes.",
    ];
  }
  if (!money.stopped) return [];
  const since = money.since === null ? "" : ` since ${toIso(money.since)}`;
  return [
    `Money commands are stopped${since} by ${money.by ?? "nobody known"}: POST /v1/money/resume once they may go on.`,
  ];
}
