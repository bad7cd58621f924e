// What may be captured or voided, and of which gateway order (laws 6 and 7).

import { describe, expect, it } from "vitest";
import type { CommandState } from "../../src/domain/command";
import { decide, type Wish } from "../../src/domain/command-policy";
import type { Facts } from "../../src/domain/facts";
import { inr } from "../../src/domain/money";
import {
  captureWish,
  command,
  commandsOf,
  heldOrder,
  intent,
  intentOf as of,
  refundWish,
  voidWish,
} from "./command-words";
import {
  ASKED,
  known,
  named,
  order,
  ORDER,
  payment,
  SECOND_ORDER,
  SECOND_PAYMENT,
  usd,
} from "./words";

const held = known(heldOrder());
const both = known([...heldOrder(), ...heldOrder(inr(2_500), SECOND_ORDER, SECOND_PAYMENT)]);
const ambiguous = { code: "order_ambiguous", order_ids: [SECOND_ORDER, ORDER].toSorted() };
const inDollars = (wish: Wish): Wish => ({ ...wish, asked: { ...wish.asked, amount: usd(100) } });

type Row = readonly [name: string, facts: Facts, wish: Wish, expected: unknown];

const expecting = (wish: Wish, value: number): Wish => ({ ...wish, expected: inr(value) });

const CAPTURES: readonly Row[] = [
  ["on what the caller saw is sent", held, expecting(captureWish(2_500), 10_000), of(ORDER, 2_500)],
  [
    "on another amount than the caller saw is refused",
    held,
    expecting(captureWish(2_500), 9_999),
    { code: "order_changed", now: ASKED },
  ],
  [
    "on what the caller saw in another currency is refused",
    held,
    { ...captureWish(), expected: usd(10_000) },
    { code: "order_changed", now: ASKED },
  ],
  [
    "is about the order that is meant, not about all that is held",
    both,
    { ...expecting(captureWish(), 2_500), named: SECOND_ORDER },
    of(SECOND_ORDER, 2_500, true),
  ],
  ["without an amount is of all that is held", held, captureWish(), of(ORDER, 10_000, true)],
  ["may name all of it", held, captureWish(10_000), of(ORDER, 10_000, true)],
  ["may be of a part", held, captureWish(2_500), of(ORDER, 2_500)],
  [
    "beyond what is held is refused (law 7)",
    held,
    captureWish(10_001),
    { code: "capture_exceeds_authorized", authorized: ASKED },
  ],
  [
    "below the gateway's least amount is refused",
    held,
    captureWish(99),
    { code: "amount_below_minimum", left: ASKED },
  ],
  ["of the least amount is sent", held, captureWish(100), of(ORDER, 100)],
  [
    "in another currency is refused",
    held,
    inDollars(captureWish()),
    { code: "currency_differs", currency: "INR" },
  ],
  [
    "of an order that was captured in part finds nothing held",
    known([
      order(60, { status: "PARTIALLY_CAPTURED", amount: ASKED }),
      payment(60, { status: "PROCESSED", amount: ASKED, captures: [{ amount: inr(4_000) }] }),
    ]),
    captureWish(100),
    { code: "already_captured" },
  ],
  [
    "of an order that was released finds nothing held, whatever its payment says",
    known([
      order(90, { status: "CANCELLED", amount: ASKED }),
      payment(60, { status: "AUTHORIZED", amount: ASKED }),
    ]),
    captureWish(),
    { code: "authorization_gone" },
  ],
  ["that may mean either of two holds is refused", both, captureWish(), ambiguous],
  [
    "that names one of them is of that one",
    both,
    captureWish(null, ORDER),
    of(ORDER, 10_000, true),
  ],
  [
    "that names the other is of the other",
    both,
    captureWish(2_500, SECOND_ORDER),
    of(SECOND_ORDER, 2_500, true),
  ],
  [
    "never takes more than the named one holds",
    both,
    captureWish(2_501, SECOND_ORDER),
    { code: "capture_exceeds_authorized", authorized: inr(2_500) },
  ],
  [
    "that names a third is refused",
    both,
    captureWish(null, "v1-260301090000-aa-Zz9YyX"),
    ambiguous,
  ],
];

describe("a capture", () => {
  it.each(named(CAPTURES))("%s", (_, [, facts, wish, expected]) => {
    expect(intent(facts, wish)).toEqual(expected);
  });

  it("never brings a split", () => {
    expect(decide(held, {}, captureWish())).toMatchObject({ value: { split_info: null } });
  });
});

describe("a void", () => {
  it.each(
    named([
      ["is of all that is held", held, voidWish(), of(ORDER, 10_000, true)],
      ["that may mean either of two holds is refused", both, voidWish(), ambiguous],
      [
        "that names one of them is of that one",
        both,
        voidWish(SECOND_ORDER),
        of(SECOND_ORDER, 2_500, true),
      ],
    ] satisfies readonly Row[]),
  )("%s", (_, [, facts, wish, expected]) => {
    expect(intent(facts, wish)).toEqual(expected);
  });
});

describe("while a capture or a void of a gateway order has no end", () => {
  const open = ["sent", "unknown", "undecided"] as const satisfies readonly CommandState[];
  const cases = open.flatMap((state) =>
    (["capture", "void"] as const).flatMap((kind) => [
      { state, kind, wish: captureWish(null, ORDER) },
      { state, kind, wish: voidWish(ORDER) },
    ]),
  );

  it.each(cases)("a $wish.kind waits for the $kind that is $state", ({ state, kind, wish }) => {
    const mine = commandsOf(command({ kind, reference: "first", state }));
    expect(intent(held, wish, mine)).toEqual({
      code: "command_in_progress",
      kind,
      reference: "first",
    });
  });

  it.each(open)("another gateway order does not wait for one that is %s", (state) => {
    const mine = commandsOf(command({ kind: "capture", reference: "first", state }));
    expect(intent(both, captureWish(null, SECOND_ORDER), mine)).toEqual(
      of(SECOND_ORDER, 2_500, true),
    );
  });

  it("naming nothing stays ambiguous, and never falls on the order that is free", () => {
    const mine = commandsOf(command({ kind: "capture", reference: "first", state: "unknown" }));
    expect(intent(both, captureWish(), mine)).toEqual(ambiguous);
  });

  it("a refused one is no reason to wait", () => {
    const mine = commandsOf(command({ kind: "capture", reference: "first", state: "refused" }));
    expect(intent(held, captureWish(), mine)).toEqual(of(ORDER, 10_000, true));
  });

  it("a refund of ours is no reason to wait", () => {
    const mine = commandsOf(command({ state: "unknown" }));
    expect(intent(held, captureWish(), mine)).toEqual(of(ORDER, 10_000, true));
  });

  it("money that may be captured already is not refunded before the facts show it", () => {
    const mine = commandsOf(command({ kind: "capture", reference: "first", state: "unknown" }));
    expect(intent(held, refundWish(), mine)).toEqual({ code: "void_instead" });
  });
});
