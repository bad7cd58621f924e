// Every cell of the table of commands (design 3.5) with facts that have that stage. The tests go over
// the table itself: a stage or a command that is new there and has no facts here fails.

import { describe, expect, it } from "vitest";
import { type CommandKind, COMMAND_KINDS } from "../../src/domain/command";
import { type Cell, COMMAND_TABLE, decide, type Wish } from "../../src/domain/command-policy";
import type { Facts } from "../../src/domain/facts";
import { type Amount, inr } from "../../src/domain/money";
import { deriveStage, type Stage, STAGES } from "../../src/domain/stage";
import { captureWish, heldOrder, refundWish, voidWish } from "./command-words";
import {
  ASKED,
  known,
  link,
  order,
  paidOrder,
  payment,
  refund,
  SECOND_ORDER,
  SECOND_PAYMENT,
} from "./words";

const all = { amount: ASKED };
const opened = link(1, { status: "CLICKED", ...all });
const part = [
  order(60, { status: "PROCESSED", amount: inr(4_000) }),
  payment(60, { status: "PROCESSED", amount: inr(4_000) }),
];
const givenBack = (amount: number) => refund(90, { status: "PROCESSED", amount: inr(amount) });
/** A payment with points beside the one by card. */
const points = payment(60, { status: "PROCESSED", amount: inr(4_000) }, SECOND_PAYMENT);

/** Facts of each stage without any money that was taken, or with it where the stage says so. */
const USUAL: { readonly [stage in Stage]: Facts } = {
  unknown: known([]),
  awaiting_payment: known([opened]),
  payment_initiated: known([link(1, { status: "PAYMENT_INITIATED", ...all })]),
  failed: known([opened, order(60, { status: "FAILED", ...all })]),
  authorized: known(heldOrder()),
  part_paid: known([opened, ...part], { part_payment: true }),
  paid: known(paidOrder()),
  partially_refunded: known([...paidOrder(), givenBack(4_000)]),
  refunded: known([...paidOrder(), givenBack(10_000)]),
  voided: known([order(90, { status: "CANCELLED", ...all })], { pre_auth: true }),
  expired: known([link(1, { status: "EXPIRED", ...all })]),
  cancelled: known([link(1, { status: "CANCELLED", ...all })]),
};

/** The same stages, and a part of the money was taken all the same. */
const CAPTURED_ALL_THE_SAME: { readonly [stage in Stage]?: Facts } = {
  authorized: known([...heldOrder(inr(6_000)), points]),
  voided: known([order(90, { status: "CANCELLED", ...all }), points], { pre_auth: true }),
  expired: known([link(90, { status: "EXPIRED", ...all }), ...part], { part_payment: true }),
  cancelled: known([link(90, { status: "CANCELLED", ...all }), ...part], { part_payment: true }),
};

/** What all that is left comes to, where a cell allows it. */
const AMOUNTS: { readonly [cell: string]: Amount } = {
  "authorized refund": inr(4_000),
  "authorized capture": ASKED,
  "authorized void": ASKED,
  "part_paid refund": inr(4_000),
  "paid refund": ASKED,
  "partially_refunded refund": inr(6_000),
  "voided refund": inr(4_000),
  "expired refund": inr(4_000),
  "cancelled refund": inr(4_000),
};

const WISHES: { readonly [kind in CommandKind]: Wish } = {
  refund: refundWish(),
  capture: captureWish(),
  void: voidWish(),
};

const CELLS = Object.entries(COMMAND_TABLE).flatMap(([stage, row]) =>
  Object.entries(row).map(([kind, cell]) => ({
    stage: stage as Stage,
    kind: kind as CommandKind,
    cell: cell satisfies Cell,
  })),
);

describe("the table of commands", () => {
  it("has a cell for each stage and command", () => {
    expect(CELLS.map(({ stage, kind }) => `${stage} ${kind}`).toSorted()).toEqual(
      STAGES.flatMap((stage) => COMMAND_KINDS.map((kind) => `${stage} ${kind}`)).toSorted(),
    );
  });

  it.each(CELLS)("is tried at the stage $stage", ({ stage }) => {
    expect(deriveStage(USUAL[stage])).toBe(stage);
    const captured = CAPTURED_ALL_THE_SAME[stage];
    if (captured) expect(deriveStage(captured)).toBe(stage);
  });
});

const allowed = CELLS.filter(({ cell }) => cell === "allowed");
const conditional = CELLS.flatMap(({ stage, kind, cell }) =>
  typeof cell === "object" ? [{ stage, kind, code: cell.if_captured }] : [],
);
const refused = CELLS.flatMap(({ stage, kind, cell }) =>
  typeof cell === "string" && cell !== "allowed" ? [{ stage, kind, code: cell }] : [],
);

describe("an allowed command", () => {
  it.each(allowed)("$kind at $stage acts on all there is", ({ stage, kind }) => {
    expect(decide(USUAL[stage], {}, WISHES[kind])).toMatchObject({
      ok: true,
      value: { amount: AMOUNTS[`${stage} ${kind}`] },
    });
  });
});

describe("a command that the stage forbids", () => {
  it.each(refused)("$kind at $stage is refused: $code", ({ stage, kind, code }) => {
    const facts = [USUAL[stage], CAPTURED_ALL_THE_SAME[stage]].flatMap((one) => one ?? []);
    for (const one of facts) {
      expect(decide(one, {}, WISHES[kind])).toMatchObject({ ok: false, failure: { code } });
    }
  });
});

describe("a command that needs captured money", () => {
  it.each(conditional)("$kind at $stage without any: $code", ({ stage, kind, code }) => {
    expect(decide(USUAL[stage], {}, WISHES[kind])).toEqual({ ok: false, failure: { code } });
  });

  it.each(conditional)("$kind at $stage with some takes it back", ({ stage, kind }) => {
    const facts = CAPTURED_ALL_THE_SAME[stage];
    if (!facts) throw new Error(`no facts of ${stage} with captured money`);
    expect(decide(facts, {}, WISHES[kind])).toMatchObject({
      ok: true,
      value: { amount: AMOUNTS[`${stage} ${kind}`] },
    });
  });
});

describe("money of another gateway order that is held", () => {
  const held = heldOrder(inr(2_500), SECOND_ORDER, SECOND_PAYMENT);
  const others: readonly (readonly [Stage, Facts])[] = [
    ["paid", known([...paidOrder(90), ...held])],
    ["partially_refunded", known([...paidOrder(80), givenBack(4_000), ...held])],
    ["refunded", known([...paidOrder(80), givenBack(10_000), ...held])],
    ["part_paid", known([opened, ...part, ...held], { part_payment: true })],
    ["voided", known([order(90, { status: "CANCELLED", ...all }), ...held], { pre_auth: true })],
    ["failed", known([opened, order(90, { status: "FAILED", ...all }), ...held])],
  ];

  it.each(others)("is captured and voided at the stage %s too", (stage, facts) => {
    expect(deriveStage(facts)).toBe(stage);
    const expected = { ok: true, value: { order_id: SECOND_ORDER, amount: inr(2_500) } };
    expect(decide(facts, {}, captureWish())).toMatchObject(expected);
    expect(decide(facts, {}, voidWish())).toMatchObject(expected);
  });
});

describe("where only the link or the order itself speaks", () => {
  it("a refund of an order that is paid by the word of its link alone is refused", () => {
    const facts = known([link(1, { status: "PROCESSED", ...all })], { pre_auth: false });
    expect(deriveStage(facts)).toBe("paid");
    expect(decide(facts, {}, refundWish(100))).toEqual({
      ok: false,
      failure: { code: "nothing_captured" },
    });
  });

  it("nothing is captured of an authorized order whose payment is not known", () => {
    const facts = known([order(60, { status: "AUTHORIZED", ...all })]);
    expect(decide(facts, {}, captureWish())).toEqual({
      ok: false,
      failure: { code: "not_authorized" },
    });
  });
});
