// How the facts end a command, whoever told them (design 3.5): refunds by id or reference, captures by
// reference or amount, voids by the order.

import { describe, expect, it } from "vitest";
import {
  accept,
  becomeUnknown,
  type Command,
  type CommandRefusal,
  refuse,
} from "../../src/domain/command";
import { followFacts } from "../../src/domain/command-shown";
import type { Facts } from "../../src/domain/facts";
import { inr } from "../../src/domain/money";
import type { Capture, OrderFields, PaymentFields } from "../../src/domain/observation";
import { command, commandsOf, heldOrder, NOW } from "./command-words";
import {
  ASKED,
  known,
  named,
  order,
  paidOrder,
  payment,
  REFUND,
  refund,
  SECOND_ORDER,
  SECOND_PAYMENT,
  SECOND_REFUND,
} from "./words";

const LATER = NOW + 1_000_000;

const unknown = (fields: Partial<Command>) =>
  becomeUnknown(command(fields), { trouble: "no answer", refusal: null }, NOW);

const denied = (code: CommandRefusal["code"], fields: Partial<Command> = {}) =>
  refuse(command(fields), { code, message: "No." }, NOW);

/** What became of a command: its end, or that it is what it was. */
function end(given: Command, facts: Facts, others: readonly Command[] = []): string {
  const now = followFacts(given, facts, commandsOf(given, ...others), LATER);
  if (now === given) return "unchanged";
  expect(now).toMatchObject({ read_at: null, ended_at: LATER, trouble: null });
  return now.refusal?.code ?? `${now.state} ${now.refund_id ?? ""}`.trim();
}

type Row = readonly [name: string, given: Command, facts: Facts, expected: string];

describe("a refund", () => {
  const ours = { amount: inr(4_000), reference: "return-17" };
  const shown = known([...paidOrder(), refund(80, { status: "PENDING", ...ours })]);
  const named_elsewhere = known([
    ...paidOrder(),
    refund(80, { status: "PENDING", ...ours, parent_order_id: SECOND_ORDER }),
  ]);
  const waiting = unknown({});
  const ROWS: readonly Row[] = [
    ["that is unknown was taken when the facts show it", waiting, shown, `accepted ${REFUND}`],
    [
      "that needs a decision needs none then",
      { ...waiting, state: "undecided" },
      shown,
      `accepted ${REFUND}`,
    ],
    [
      "that FAILED was taken too: it is the gateway's, and it has an end",
      waiting,
      known([...paidOrder(), refund(80, { status: "FAILED", ...ours })]),
      `accepted ${REFUND}`,
    ],
    ["waits for the answer of its own call", command(), shown, "unchanged"],
    ["that was taken stays so", accept(command(), SECOND_REFUND, NOW), shown, "unchanged"],
    [
      "that was refused and is shown all the same was done",
      denied("gateway_refused"),
      shown,
      `accepted ${REFUND}`,
    ],
    [
      "that an operator took for not done, too",
      denied("decided_not_done"),
      shown,
      `accepted ${REFUND}`,
    ],
    ["is not one of another order under its reference", waiting, named_elsewhere, "unchanged"],
    [
      "is not one of the same order under another reference",
      waiting,
      known([...paidOrder(), refund(80, { status: "PENDING", ...ours, reference: "return-18" })]),
      "unchanged",
    ],
    ["that is nowhere to be seen is what it was", waiting, known(paidOrder()), "unchanged"],
  ];

  it.each(named(ROWS))("%s", (_, [, given, facts, expected]) => {
    expect(end(given, facts)).toBe(expected);
  });
});

/** The order after a capture of these amounts, as one snapshot. */
function captured(captures: readonly Capture[], fields: Partial<PaymentFields> = {}): Facts {
  return known([
    ...heldOrder(),
    order(90, { status: "PROCESSED", amount: ASKED }),
    payment(90, { status: "PROCESSED", captures, ...fields }),
  ]);
}

const orderSays = (status: NonNullable<OrderFields["status"]>) =>
  known([...heldOrder(), order(90, { status, amount: ASKED })]);
/** A payment by points beside the hold: taken, although the order is only authorized. */
const points = payment(60, { status: "PROCESSED", amount: inr(4_000) }, SECOND_PAYMENT);

describe("a capture", () => {
  const fields = { kind: "capture", reference: "cap-1", amount: inr(4_000) } as const;
  const byReference = unknown(fields);
  const byAmount = unknown({ ...fields, known_by_reference: false });
  const mine = { merchant_capture_reference: "cap-1", amount: inr(4_000) };
  const others = { merchant_capture_reference: "cap-9", amount: inr(4_000) };
  const ROWS: readonly Row[] = [
    ["is known by its reference", byReference, captured([mine]), "accepted"],
    [
      "under another reference is another's, be the amount the same",
      byReference,
      captured([others]),
      "captured_elsewhere",
    ],
    [
      "is known by its amount where no capture bears a reference",
      byReference,
      captured([{ amount: inr(4_000) }]),
      "accepted",
    ],
    [
      "of another amount without a reference is another's",
      byReference,
      captured([{ amount: inr(4_001) }]),
      "captured_elsewhere",
    ],
    [
      "is known by its amount where the gateway keeps no reference of ours",
      byAmount,
      captured([others]),
      "accepted",
    ],
    [
      "of another amount is another's there",
      byAmount,
      captured([{ amount: inr(9_000) }]),
      "captured_elsewhere",
    ],
    [
      "of the whole is known where the gateway lists no captures",
      unknown({ ...fields, amount: ASKED, known_by_reference: false }),
      captured([], { amount: ASKED }),
      "accepted",
    ],
    [
      "waits while the order is said to be paid and no payment says how much",
      byAmount,
      known([...heldOrder(), order(90, { status: "PROCESSED", amount: ASKED })]),
      "unchanged",
    ],
    [
      "of money that was released moved nothing",
      byReference,
      orderSays("CANCELLED"),
      "authorization_gone",
    ],
    ["that FAILED moved nothing", byReference, orderSays("FAILED"), "capture_failed"],
    ["of money that is still held has no end", byReference, known(heldOrder()), "unchanged"],
    [
      "has no end while the money is held, whatever another payment took",
      byAmount,
      known([...heldOrder(inr(6_000)), points]),
      "unchanged",
    ],
    ["waits for the answer of its own call", command(fields), captured([mine]), "unchanged"],
    [
      "that needs a decision needs none then",
      { ...byReference, state: "undecided" },
      captured([mine]),
      "accepted",
    ],
    [
      "is not seen in another gateway order",
      { ...byReference, order_id: SECOND_ORDER },
      captured([mine]),
      "unchanged",
    ],
  ];

  it.each(named(ROWS))("%s", (_, [, given, facts, expected]) => {
    expect(end(given, facts)).toBe(expected);
  });
});

describe("a void", () => {
  const fields = { kind: "void", reference: "void-1", amount: ASKED } as const;
  const waiting = unknown(fields);
  const ROWS: readonly Row[] = [
    ["was done when the order is CANCELLED", waiting, orderSays("CANCELLED"), "accepted"],
    [
      "of money that was captured moved nothing",
      waiting,
      captured([{ amount: inr(4_000) }]),
      "already_captured",
    ],
    [
      "of an order that is said to be paid moved nothing",
      waiting,
      orderSays("PROCESSED"),
      "already_captured",
    ],
    [
      "of an order that FAILED released nothing",
      waiting,
      orderSays("FAILED"),
      "authorization_gone",
    ],
    ["of money that is still held has no end", waiting, known(heldOrder()), "unchanged"],
    [
      "has no end while the money is held, whatever another payment took",
      waiting,
      known([...heldOrder(inr(6_000)), points]),
      "unchanged",
    ],
    [
      "was done when the order is CANCELLED and its points are not given back yet",
      waiting,
      known([...heldOrder(inr(6_000)), points, order(90, { status: "CANCELLED" })]),
      "accepted",
    ],
    ["waits for the answer of its own call", command(fields), orderSays("CANCELLED"), "unchanged"],
  ];

  it.each(named(ROWS))("%s", (_, [, given, facts, expected]) => {
    expect(end(given, facts)).toBe(expected);
  });
});

describe("of two captures of one hold that the gateway knows by their amount", () => {
  const capture = { kind: "capture", known_by_reference: false, amount: ASKED } as const;
  const taken = known([
    ...heldOrder(),
    order(90, { status: "PROCESSED", amount: ASKED }),
    payment(90, { status: "PROCESSED", amount: ASKED }),
  ]);
  const decided = refuse(
    unknown({ ...capture, reference: "auto-1" }),
    { code: "decided_not_done", message: "No." },
    NOW,
  );
  const later = { ...capture, reference: "auto-2", sent_at: NOW + 1 };

  it("one that was decided not to be done was done if there is no other", () => {
    expect(end(decided, taken)).toBe("accepted");
  });

  it.each([
    ["was done", accept(command(later), null, LATER)],
    ["is on its way", command(later)],
    [
      "was refused later",
      refuse(unknown(later), { code: "decided_not_done", message: "No." }, NOW),
    ],
  ])("it was not when another one %s", (_, other) => {
    expect(end(decided, taken, [other])).toBe("unchanged");
  });
});
