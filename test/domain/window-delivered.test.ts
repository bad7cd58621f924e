// What is due at once because it was delivered while its money was held: how often that is tried before the
// window's own time comes, and which hold is not meant.

import { describe, expect, it, test } from "vitest";
import { alertKey } from "../../src/domain/alerts";
import { attentionOf } from "../../src/domain/attention";
import { type Command, commandKey } from "../../src/domain/command";
import type { AnyWord } from "../../src/domain/observation";
import {
  evolve,
  newRecord,
  type OrderRecord,
  positionOf,
  withAlerts,
} from "../../src/domain/record";
import { DAY, HOUR, MINUTE } from "../../src/domain/schedule";
import { deriveStage } from "../../src/domain/stage";
import type { Milliseconds } from "../../src/domain/time";
import { planWindow } from "../../src/domain/window-plan";
import { command } from "./command-words";
import {
  ASKED,
  link,
  MORNING,
  observe,
  order,
  ORDER,
  payment,
  PAYMENT,
  refund,
  SECOND_ORDER,
  SECOND_PAYMENT,
} from "./words";

const HELD_AT = MORNING + 60_000;
const DELIVERED_AT = HELD_AT + HOUR;
const END = HELD_AT + 5 * DAY;
const DUE = END - 2 * HOUR;
const ON = { auth_window: { "*": 5 }, auto_capture: true };

const holding: readonly AnyWord[] = [
  order(60, { status: "AUTHORIZED", amount: ASKED }),
  payment(60, { status: "AUTHORIZED", amount: ASKED, order_id: ORDER }, PAYMENT),
];

function delivered(words: readonly AnyWord[]): OrderRecord {
  const { record } = evolve(newRecord(HELD_AT, "webhook"), observe(words), "webhook", HELD_AT);
  const fulfilled = { at: DELIVERED_AT, by: "shop", note: null, claim_id: null };
  return { ...record, handling: { ...record.handling, fulfilled } };
}

function refusedTry(count: number, at: Milliseconds): Command {
  return command({
    kind: "capture",
    state: "refused",
    reference: `auto-${count}-${ORDER}`,
    amount: ASKED,
    whole: true,
    requested_by: "chukta",
    requested_at: at,
    sent_at: at,
    ended_at: at,
  });
}

/** As the actor would: each capture that is due is sent, and refused by the gateway. */
function triesUntil(before: OrderRecord, end: Milliseconds): readonly Milliseconds[] {
  const tries: Milliseconds[] = [];
  let record = before;
  let now = DELIVERED_AT;
  while (now < end) {
    if (planWindow(record, ON, now).captures.length > 0) {
      tries.push(now);
      const refused = refusedTry(tries.length, now);
      const key = commandKey(refused.kind, refused.reference);
      record = { ...record, commands: { ...record.commands, [key]: refused } };
    }
    const next = planWindow(record, ON, now).next_at;
    if (next === null || next <= now) break;
    now = next;
  }
  return tries;
}

describe("a capture at once that is refused", () => {
  const given = (["fulfilled", "48h", "6h"] as const).map((kind) => alertKey(ORDER, kind));
  const told = withAlerts(delivered(holding), given, DELIVERED_AT).record;
  const tries = triesUntil(told, END + DAY);
  const early = tries.filter((at) => at < DUE);
  const closely = tries.filter((at) => at >= DUE);
  const pauses = (all: readonly Milliseconds[]): readonly Milliseconds[] =>
    all.slice(1).map((at, index) => at - (all[index] ?? 0));

  it("is tried again after 1, 2, 4 and at most 6 hours", () => {
    expect(early[0]).toBe(DELIVERED_AT);
    expect(pauses(early).slice(0, 5)).toEqual([HOUR, 2 * HOUR, 4 * HOUR, 6 * HOUR, 6 * HOUR]);
    expect(early.length).toBeLessThan(30);
  });

  it("comes when the window asks for it too, as closely and often as if it had not been tried", () => {
    expect(closely[0]).toBe(DUE);
    expect(pauses(closely).slice(0, 5)).toEqual([2, 4, 8, 16, 30].map((n) => n * MINUTE));
    const untried = { ...told, handling: { ...told.handling, fulfilled: null } };
    expect(triesUntil(untried, END + DAY)).toEqual(closely);
    expect(triesUntil(told, END + 30 * DAY).filter((at) => at >= DUE)).toHaveLength(100);
  });
});

describe("a hold that is not for what was delivered", () => {
  const paidByOther = [
    order(80, { status: "PROCESSED", amount: ASKED }, SECOND_ORDER),
    payment(
      80,
      { status: "PROCESSED", amount: ASKED, order_id: SECOND_ORDER, captures: [{ amount: ASKED }] },
      SECOND_PAYMENT,
    ),
  ];
  const linkPaid = link(60, { status: "PROCESSED", amount: ASKED });
  const back = (status: "PROCESSED" | "PENDING"): AnyWord =>
    refund(90, { status, amount: ASKED, parent_order_id: SECOND_ORDER });

  test.each<readonly [string, readonly AnyWord[]]>([
    [
      "is a second one beside the money that paid the order",
      [linkPaid, ...holding, ...paidByOther],
    ],
    [
      "is a second one after the goods came back and all was refunded",
      [linkPaid, ...holding, ...paidByOther, back("PROCESSED")],
    ],
    [
      "is a second one while all is on its way back",
      [linkPaid, ...holding, ...paidByOther, back("PENDING")],
    ],
    [
      "is one that stayed when another order was refunded by the gateway's word",
      [linkPaid, ...holding, ...paidByOther, order(90, { status: "FULLY_REFUNDED" }, SECOND_ORDER)],
    ],
  ])("%s", (_, words) => {
    const record = delivered(words);
    const position = positionOf(record);
    const plan = planWindow(record, ON, DELIVERED_AT + HOUR);
    expect([plan.alerts, plan.captures, plan.fulfilled]).toEqual([[], [], false]);
    const stage = deriveStage(record.facts, position);
    expect(attentionOf(record.facts, position, stage, record)).not.toContain("capture_due");
    // Its own time comes all the same.
    const kinds = planWindow(record, ON, END - HOUR).alerts.map(({ kind }) => kind);
    expect(kinds).toEqual(["6h"]);
  });

  it("is not one that a link is said to be paid with", () => {
    const record = delivered([linkPaid, ...holding]);
    const plan = planWindow(record, ON, DELIVERED_AT);
    expect(plan.alerts).toMatchObject([{ kind: "fulfilled" }]);
    expect(plan.captures).toMatchObject([{ order_id: ORDER }]);
  });
});
