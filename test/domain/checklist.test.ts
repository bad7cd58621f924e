// The checklist: what each step says at each stage, by facts and by what was said, and what may be said at
// all. The rows are the table; a step that is not named is not applicable.

import { describe, expect, it } from "vitest";
import {
  deriveChecklist,
  openSteps,
  rememberSteps,
  type StepName,
  STEPS,
  type StepState,
} from "../../src/domain/checklist";
import { type Handling, lapseClaims, NOTHING_HANDLED } from "../../src/domain/handling";
import { inr } from "../../src/domain/money";
import type { AnyWord } from "../../src/domain/observation";
import { checkClaims, note } from "../../src/domain/record-checks";
import { evolve, newRecord, type OrderRecord } from "../../src/domain/record";
import { deriveStage, type Stage } from "../../src/domain/stage";
import { decideTick, type SaidStep } from "../../src/domain/tick";
import {
  ASKED,
  type Flags,
  link,
  named,
  observe,
  order,
  paidOrder,
  payment,
  refund,
} from "./words";

const NOW = 5_000;
const PRE_AUTH = { pre_auth: true };

const held: readonly AnyWord[] = [
  order(60, { status: "AUTHORIZED", amount: ASKED }),
  payment(60, { status: "AUTHORIZED", amount: ASKED }),
];
const released: readonly AnyWord[] = [
  order(90, { status: "CANCELLED", amount: ASKED }),
  payment(90, { status: "CANCELLED", amount: ASKED }),
];

function recordOf(words: readonly AnyWord[], flags: Flags = {}): OrderRecord {
  return evolve(newRecord(0, "webhook"), observe(words, flags), "webhook", 0).record;
}

function handled(record: OrderRecord, change: Partial<Handling>): OrderRecord {
  return { ...record, handling: { ...NOTHING_HANDLED, ...change } };
}

function claimed(state: "live" | "over" | "released" | "lapsed"): Partial<Handling> {
  const claim = { id: "claim-1", by: "van", attempt: 1, granted_at: 0, until: 9_000, key: null };
  return { claims: [{ ...claim, state, said_done: null }] };
}

const said = { at: 1_000, by: "asha", note: null };
const news = { n: 3, type: "order.paid", at: 900, since: 950 };

function statesOf(
  record: OrderRecord,
  on: "paid" | "authorized" = "paid",
): Partial<Record<StepName, StepState>> {
  const open = deriveChecklist(record, on).filter(({ state }) => state !== "not_applicable");
  return Object.fromEntries(open.map(({ step, state }) => [step, state]));
}

type States = Partial<Record<StepName, StepState>>;

const VERIFIED: States = { verify: "done", record: "todo", confirm: "todo" };
const PAID: States = { ...VERIFIED, fulfill: "todo", settle: "doing" };

const ROWS: readonly (readonly [string, OrderRecord, Stage, States])[] = [
  [
    "nobody paid",
    recordOf([link(1, { status: "CREATED" })]),
    "awaiting_payment",
    { verify: "todo" },
  ],
  [
    "a payment is on its way",
    recordOf([link(1, { status: "PAYMENT_INITIATED" })]),
    "payment_initiated",
    { verify: "doing" },
  ],
  [
    "a part is paid",
    recordOf([link(1, { status: "PARTIAL_PROCESSED", amount: ASKED })]),
    "part_paid",
    { verify: "doing" },
  ],
  ["it expired", recordOf([link(1, { status: "EXPIRED" })]), "expired", {}],
  ["it is paid", recordOf(paidOrder()), "paid", PAID],
  [
    "it is paid, and verified by an answer",
    evolve(newRecord(0, "api"), observe(paidOrder()), "inquiry", 0).record,
    "paid",
    PAID,
  ],
  [
    "money is held",
    recordOf(held, PRE_AUTH),
    "authorized",
    { ...VERIFIED, fulfill: "blocked", capture: "todo" },
  ],
  [
    "money is held and it was delivered",
    handled(recordOf(held, PRE_AUTH), { fulfilled: { ...said, claim_id: null } }),
    "authorized",
    { ...VERIFIED, fulfill: "done", capture: "todo" },
  ],
  [
    "held money was let go",
    recordOf([...held, ...released], PRE_AUTH),
    "voided",
    { verify: "done", record: "todo" },
  ],
  [
    "it was captured",
    recordOf(
      [
        ...held,
        order(90, { status: "PROCESSED", amount: ASKED }),
        payment(90, { status: "PROCESSED", amount: ASKED }),
      ],
      PRE_AUTH,
    ),
    "paid",
    { ...PAID, capture: "done" },
  ],
  [
    "a refund of a part is on its way",
    recordOf([...paidOrder(), refund(70, { status: "PENDING", amount: inr(100) })]),
    "paid",
    { ...PAID, refund: "doing" },
  ],
  [
    "a refund of all is on its way",
    recordOf([...paidOrder(), refund(70, { status: "PENDING", amount: ASKED })]),
    "paid",
    { ...PAID, fulfill: "blocked", refund: "doing" },
  ],
  [
    "all went back before it was delivered",
    recordOf([...paidOrder(), refund(70, { status: "PROCESSED", amount: ASKED })]),
    "refunded",
    { verify: "done", record: "todo", refund: "done" },
  ],
  [
    "the gateway took back its word",
    recordOf([
      ...paidOrder(),
      order(90, { status: "FAILED", amount: ASKED }),
      payment(90, { status: "FAILED", amount: ASKED }),
    ]),
    "failed",
    { verify: "blocked" },
  ],
  [
    "somebody delivers it",
    handled(recordOf(paidOrder()), claimed("live")),
    "paid",
    { ...PAID, fulfill: "doing" },
  ],
  [
    "a lease ran out",
    handled(recordOf(paidOrder()), claimed("over")),
    "paid",
    { ...PAID, fulfill: "blocked" },
  ],
  ["a claim was given back", handled(recordOf(paidOrder()), claimed("released")), "paid", PAID],
  [
    "everything was said",
    handled(recordOf(paidOrder()), {
      recorded: { ...said, n: 0 },
      confirmed: said,
      fulfilled: { ...said, claim_id: "claim-1" },
    }),
    "paid",
    { ...PAID, record: "done", confirm: "done", fulfill: "done" },
  ],
  [
    "a receipt was handed over and the notification taken",
    handled(recordOf(paidOrder()), {
      receipt: { ...said, by: "e-mail" },
      news: { ...news, state: "acknowledged" },
    }),
    "paid",
    { ...PAID, record: "done", confirm: "done" },
  ],
  [
    "there is news since it was recorded",
    handled(recordOf(paidOrder()), {
      recorded: { ...said, n: 2 },
      news: { ...news, state: "waiting" },
    }),
    "paid",
    { ...PAID, record: "doing" },
  ],
  [
    "a notification is dead",
    handled(recordOf(paidOrder()), { news: { ...news, state: "dead" } }),
    "paid",
    { ...PAID, record: "blocked" },
  ],
];

describe("the checklist when", () => {
  it.each(named(ROWS))("%s", (_, [, record, stage, states]) => {
    expect(deriveStage(record.facts)).toBe(stage);
    expect(statesOf(record)).toEqual(states);
  });

  it("names every step in the guide's order, each with a sentence", () => {
    for (const [, record] of ROWS) {
      const steps = deriveChecklist(record, "paid");
      expect(steps.map(({ step }) => step)).toEqual(STEPS);
      for (const { detail } of steps) expect(detail).toMatch(/^\S.*\.$/);
    }
  });

  it("held money may be delivered by the setting, the step to do is to deliver", () => {
    expect(statesOf(recordOf(held, PRE_AUTH), "authorized")).toMatchObject({ fulfill: "todo" });
  });

  it("money is only held, nobody is told to send a receipt, because there is none", () => {
    const confirmOf = (record: OrderRecord) =>
      deriveChecklist(record, "paid").find(({ step }) => step === "confirm");
    expect(confirmOf(recordOf(held, PRE_AUTH))).toMatchObject({
      state: "todo",
      detail: expect.stringContaining("capture it first"),
    });
    expect(confirmOf(recordOf(paidOrder()))?.detail).toContain("Send the customer a receipt");
  });

  it("goods went out after the money, the step stays blocked until a person closes it", () => {
    const back = recordOf([...paidOrder(), refund(70, { status: "PROCESSED", amount: ASKED })]);
    const finding = { subject: "claim-1", ours: "van", theirs: "refunded", amount: 10_000 };
    const open = note(back, { type: "delivered_unpaid", ...finding }, NOW);
    expect(statesOf(open)).toMatchObject({ fulfill: "blocked" });
    expect(statesOf(back).fulfill).toBeUndefined();
  });

  it("has a bit for each open step and none for the others", () => {
    const bits = openSteps(deriveChecklist(recordOf(paidOrder()), "paid"));
    const open = STEPS.filter((_, index) => (bits & (1 << index)) !== 0);
    expect(open).toEqual(["record", "confirm", "fulfill", "settle"]);
  });

  it("remembers since when each step is in its state", () => {
    const steps = deriveChecklist(recordOf(paidOrder()), "paid");
    const first = rememberSteps(steps, {}, 1);
    expect(rememberSteps(steps, first, 2)).toBe(first);
    const later = deriveChecklist(handled(recordOf(paidOrder()), { confirmed: said }), "paid");
    const second = rememberSteps(later, first, 2);
    expect(second["confirm"]).toEqual({ state: "done", at: 2 });
    expect(second["verify"]).toEqual({ state: "done", at: 1 });
  });
});

describe("a commit", () => {
  it("lets claims lapse when the money goes, and leaves what was delivered", () => {
    const back = recordOf([...paidOrder(), refund(70, { status: "PROCESSED", amount: ASKED })]);
    const lapsed = checkClaims(handled(back, claimed("live")), NOW);
    expect(lapsed.handling.claims).toMatchObject([{ state: "lapsed" }]);
    const delivered = handled(back, { ...claimed("live"), fulfilled: { ...said, claim_id: null } });
    expect(checkClaims(delivered, NOW).handling.fulfilled).not.toBeNull();
    expect(lapseClaims(delivered.handling)).toBe(delivered.handling);
  });

  it("leaves claims alone while a part of the money stays", () => {
    const record = handled(
      recordOf([...paidOrder(), refund(70, { status: "PENDING", amount: inr(100) })]),
      claimed("live"),
    );
    expect(checkClaims(record, NOW)).toBe(record);
  });
});

type TickRow = readonly [
  name: string,
  step: SaidStep,
  record: OrderRecord,
  /** The refusal, or null: it is taken. */
  refused: string | null,
];

const paid = recordOf(paidOrder());

const TICKS: readonly TickRow[] = [
  ["fulfill of a paid order", "fulfill", paid, null],
  ["fulfill of held money", "fulfill", recordOf(held, PRE_AUTH), null],
  [
    "fulfill of an unpaid order",
    "fulfill",
    recordOf([link(1, { status: "CREATED" })]),
    "not_secured",
  ],
  [
    "fulfill of an order that was let go",
    "fulfill",
    recordOf([...held, ...released], PRE_AUTH),
    "not_secured",
  ],
  [
    "fulfill beside a refund of all",
    "fulfill",
    ROWS.find(([name]) => name === "a refund of all is on its way")?.[1] ?? paid,
    "not_secured",
  ],
  ["fulfill while somebody delivers it", "fulfill", handled(paid, claimed("live")), "claim_held"],
  ["fulfill after a lease ran out", "fulfill", handled(paid, claimed("over")), null],
  [
    "fulfill of what was delivered",
    "fulfill",
    handled(paid, { fulfilled: { ...said, claim_id: null } }),
    "step_done",
  ],
  ["confirm of a paid order", "confirm", paid, null],
  ["confirm after a receipt", "confirm", handled(paid, { receipt: said }), "step_done"],
  ["confirm twice", "confirm", handled(paid, { confirmed: said }), "step_done"],
  ["confirm of an unpaid order", "confirm", recordOf([]), "step_not_applicable"],
  ["record of a paid order", "record", paid, null],
  [
    "record twice without news",
    "record",
    handled(paid, { recorded: { ...said, n: 0 } }),
    "step_done",
  ],
  [
    "record of newer news",
    "record",
    handled(paid, { recorded: { ...said, n: 2 }, news: { ...news, state: "dead" } }),
    null,
  ],
  [
    "record of what was acknowledged",
    "record",
    handled(paid, { news: { ...news, state: "acknowledged" } }),
    "step_done",
  ],
  ["record of an unpaid order", "record", recordOf([]), "step_not_applicable"],
];

describe("saying that a step is done:", () => {
  it.each(named(TICKS))("%s", (_, [, step, record, refused]) => {
    const decided = decideTick(record, { step, by: "asha", note: "seen" }, "paid", NOW);
    if (!decided.ok) {
      expect(decided.failure.code).toBe(refused);
      return;
    }
    expect(refused).toBeNull();
    const after = { ...record, handling: decided.value };
    expect(statesOf(after)[step]).toBe("done");
    const again = decideTick(after, { step, by: "ravi", note: null }, "paid", NOW + 1);
    expect(again).toMatchObject({ failure: { code: "step_done", by: "asha", at: NOW } });
  });

  it("a lease that ran out by then holds nobody up", () => {
    const record = handled(paid, claimed("live"));
    const decided = decideTick(record, { step: "fulfill", by: "asha", note: null }, "paid", 9_000);
    expect(decided).toMatchObject({
      value: { claims: [{ state: "over" }], fulfilled: { by: "asha", claim_id: null } },
    });
  });
});
