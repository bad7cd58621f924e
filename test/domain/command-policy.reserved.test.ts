// Our own refunds keep their money from being refunded twice until the facts show them (law 7), and
// once the facts do, nothing is counted twice.

import { describe, expect, it } from "vitest";
import type { Commands } from "../../src/domain/command";
import { commitmentsOf } from "../../src/domain/command-shown";
import type { Facts } from "../../src/domain/facts";
import { type Amount, inr } from "../../src/domain/money";
import { derivePosition } from "../../src/domain/position";
import {
  command,
  commandsOf,
  exceeds,
  intent,
  intentOf as of,
  refundWish,
  TWO_PAID,
} from "./command-words";
import {
  ASKED,
  known,
  named,
  ORDER,
  paidOrder,
  refund,
  SECOND_ORDER,
  SECOND_REFUND,
  usd,
} from "./words";

const paid = known(paidOrder());
const two = known(TWO_PAID);

describe("our own refunds that the facts do not show", () => {
  const left = (facts: Facts, commands: Commands) =>
    derivePosition(facts, true, commitmentsOf(commands, facts)).refundable.value;

  it.each(
    named([
      ["sent", 6_000],
      ["unknown", 6_000],
      ["undecided", 6_000],
      ["accepted", 6_000],
      ["refused", 10_000],
    ] as const),
  )("that are %s leave this much", (_, [state, value]) => {
    const mine = commandsOf(command({ state }));
    expect(left(paid, mine)).toBe(value);
    expect(intent(paid, refundWish(), mine)).toEqual(of(ORDER, value, value === 10_000));
    expect(intent(paid, refundWish(value + 1), mine)).toEqual(exceeds(value));
  });

  it("add up", () => {
    const mine = commandsOf(
      command({ reference: "a", state: "unknown" }),
      command({ reference: "b", state: "undecided" }),
    );
    expect(intent(paid, refundWish(2_001), mine)).toEqual(exceeds(2_000));
    expect(intent(paid, refundWish(2_000), mine)).toEqual(of(ORDER, 2_000));
  });

  it("count for the gateway order that they are sent to and for no other", () => {
    const mine = commandsOf(command({ order_id: SECOND_ORDER, state: "unknown" }));
    expect(intent(two, refundWish(4_000), mine)).toEqual(of(ORDER, 4_000, true));
    expect(intent(two, refundWish(4_001), mine)).toMatchObject({ code: "refund_spans_orders" });
  });

  it("leave nothing when they are of everything", () => {
    const mine = commandsOf(command({ amount: ASKED, state: "unknown" }));
    expect(intent(paid, refundWish(), mine)).toEqual(exceeds(0));
  });

  const ours = { reference: "return-17", parent_order_id: ORDER } as const;
  const seen = (
    amount: Amount | undefined,
    status?: "CREATED" | "PENDING" | "PROCESSED" | "FAILED",
  ) =>
    refund(80, {
      ...ours,
      ...(status === undefined ? { unknown_status: "QUEUED" } : { status }),
      ...(amount === undefined ? {} : { amount }),
    });
  type Seen = readonly [name: string, word: ReturnType<typeof refund>, left: number];
  const SEEN: readonly Seen[] = [
    ["CREATED, count once", seen(inr(4_000), "CREATED"), 6_000],
    ["PENDING, count once", seen(inr(4_000), "PENDING"), 6_000],
    ["PROCESSED, count once", seen(inr(4_000), "PROCESSED"), 6_000],
    ["with a larger amount, count as the gateway says", seen(inr(4_500), "PENDING"), 5_500],
    ["with a smaller amount, count as the gateway says", seen(inr(3_000), "PENDING"), 7_000],
    ["FAILED, count no longer", seen(inr(4_000), "FAILED"), 10_000],
    ["FAILED without an amount, count no longer", seen(undefined, "FAILED"), 10_000],
    ["without an amount, count as we asked", seen(undefined, "PENDING"), 6_000],
    ["PROCESSED without an amount, count as we asked", seen(undefined, "PROCESSED"), 6_000],
    ["with a status that nobody has documented, count as we asked", seen(inr(4_000)), 6_000],
    ["in another currency, count as we asked", seen(usd(4_000), "PENDING"), 6_000],
  ];

  it.each(named(SEEN))("and then are shown %s", (_, [, word, value]) => {
    const facts = known([...paidOrder(), word]);
    expect(left(facts, commandsOf(command({ state: "accepted" })))).toBe(value);
    expect(left(facts, commandsOf(command({ state: "unknown" })))).toBe(value);
  });

  it("are known by the id of the gateway's first answer too", () => {
    const word = refund(80, { status: "PENDING", amount: inr(4_000) }, SECOND_REFUND);
    const facts = known([...paidOrder(), word]);
    const mine = command({ state: "accepted", refund_id: SECOND_REFUND });
    expect(left(facts, commandsOf(mine))).toBe(6_000);
    expect(left(facts, commandsOf({ ...mine, refund_id: null }))).toBe(2_000);
  });

  it("are not taken for a refund of another order under the same reference", () => {
    const word = refund(80, {
      status: "PENDING",
      amount: inr(4_000),
      ...ours,
      parent_order_id: SECOND_ORDER,
    });
    const facts = known([...TWO_PAID, word]);
    expect(left(facts, commandsOf(command({ state: "unknown" })))).toBe(2_000);
  });
});
