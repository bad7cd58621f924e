// Chains of links: what follows from the word `replaces`, in whatever order it is heard, and when a
// link may be replaced at all.

import { describe, expect, it } from "vitest";
import { causesOf } from "../../src/domain/causes";
import { chainOf, replacementOf, rootLink } from "../../src/domain/chain";
import { type Facts, NO_FACTS, theLink } from "../../src/domain/facts";
import { join, merge, sameFacts } from "../../src/domain/join";
import { inr } from "../../src/domain/money";
import type { AnyWord, LinkFields } from "../../src/domain/observation";
import { viewOrder, viewVerdict } from "../../src/domain/order-view";
import { derivePosition } from "../../src/domain/position";
import { evolve, newRecord } from "../../src/domain/record";
import {
  decideReplacement,
  mayBeReplacement,
  replacementReference,
} from "../../src/domain/replace";
import { deriveStage } from "../../src/domain/stage";
import { surplusLinks } from "../../src/domain/surplus-link";
import { deriveVerdict } from "../../src/domain/verdict";
import {
  type Flags,
  known,
  link,
  LINK,
  MORNING,
  named,
  observe,
  order,
  ORDER,
  payment,
  PAYMENT,
  SECOND_ORDER,
  SECOND_PAYMENT,
} from "./words";

// The second is before the first in the alphabet: the order of ids decides nothing.
const SECOND = "pl-a-second";
const THIRD = "pl-m-third";
const SETTINGS = { auth_window: { "*": 7 }, fulfill_on: "paid", ours: true } as const;

const root = (fields: Partial<LinkFields> = {}) =>
  link(10, { status: "EXPIRED", reference: "cart-1", amount: inr(100_000), ...fields });
const second = (fields: Partial<LinkFields> = {}) =>
  link(20, { status: "CREATED", reference: "cart-1-r1", amount: inr(60_000), ...fields }, SECOND);
const says = (id: string, replaces: string) => link(null, { replaces }, id);
const part = [
  order(5, { status: "PROCESSED", reference: "cart-1", amount: inr(100_000) }),
  payment(5, { status: "PROCESSED", amount: inr(40_000) }),
];
const rest = [
  order(25, { status: "PROCESSED", reference: "cart-1-r1", amount: inr(60_000) }, SECOND_ORDER),
  payment(25, { status: "PROCESSED", order_id: SECOND_ORDER, amount: inr(60_000) }, SECOND_PAYMENT),
];
const late = [
  order(30, { status: "PROCESSED", reference: "cart-1", amount: inr(100_000) }),
  payment(30, { status: "PROCESSED", amount: inr(60_000) }, `${ORDER}-cc-2`),
];

describe("the chain", () => {
  const facts = known([
    root(),
    second(),
    says(SECOND, LINK),
    link(40, { status: "CREATED" }, THIRD),
    says(THIRD, SECOND),
  ]);

  it("begins with the link that replaced none, and collects with the one that none replaced", () => {
    expect(chainOf(facts).map(([id]) => id)).toEqual([LINK, SECOND, THIRD]);
    expect(rootLink(facts)?.[0]).toBe(LINK);
    expect(theLink(facts)?.[0]).toBe(THIRD);
    expect(replacementOf(facts, LINK)).toBe(SECOND);
    expect(replacementOf(facts, THIRD)).toBeNull();
  });

  it("collects with the link that was paid, wherever it stands", () => {
    const paid = join(facts, observe([link(50, { status: "PROCESSED" }, SECOND)]));
    expect(theLink(paid)?.[0]).toBe(SECOND);
    expect(rootLink(paid)?.[0]).toBe(LINK);
  });

  it("of links that replace each other has an end", () => {
    const circle = known([root(), second(), says(SECOND, LINK), says(LINK, SECOND)]);
    expect(chainOf(circle)).toHaveLength(2);
    expect(rootLink(circle)).not.toBeNull();
  });

  it("is the same whatever was heard first, and whoever heard it (law 3)", () => {
    const words: readonly AnyWord[] = [root(), second(), says(SECOND, LINK), ...part, ...rest];
    const whole = known(words, { part_payment: true });
    for (let shift = 0; shift < words.length; shift += 1) {
      const turned = [...words.slice(shift), ...words.slice(0, shift), ...words.slice(0, 2)];
      const one = turned.reduce<Facts>(
        (facts, word) => join(facts, observe([word], { part_payment: true })),
        NO_FACTS,
      );
      expect(sameFacts(one, whole)).toBe(true);
      const [a, b] = [known(turned.slice(0, 3)), known(turned.slice(3), { part_payment: true })];
      expect(sameFacts(merge(a, b), whole)).toBe(true);
      expect(sameFacts(merge(b, a), whole)).toBe(true);
    }
  });
});

describe("an order whose link was replaced", () => {
  const flags: Flags = { part_payment: true };
  const told = (...words: readonly AnyWord[]) => {
    const observation = observe([root(), second(), says(SECOND, LINK), ...words], flags);
    const { record } = evolve(newRecord(MORNING, "api"), observation, "inquiry", MORNING);
    return viewOrder(ORDER, record, SETTINGS);
  };

  it("waits for the rest; the old link's end is not its own", () => {
    expect(told(...part)).toMatchObject({
      stage: "part_paid",
      merchant_reference: "cart-1",
      amount: inr(100_000),
      amount_due: inr(60_000),
      captured: inr(40_000),
      attention: [],
      link: { payment_link_id: SECOND },
      links: [{ payment_link_id: LINK }, { payment_link_id: SECOND }],
    });
  });

  it("is paid by both links together", () => {
    expect(told(...part, ...rest)).toMatchObject({
      stage: "paid",
      captured: inr(100_000),
      amount_due: inr(0),
      overpaid: null,
      // The new link's own word is late: its order has paid it.
      attention: [],
    });
  });

  it("is overpaid by a late success on the old link", () => {
    expect(told(...part, ...rest, ...late)).toMatchObject({
      stage: "paid",
      captured: inr(160_000),
      overpaid: inr(60_000),
      attention: ["overpaid"],
    });
  });

  it("is paid by the old link after all; the new one is one too many", () => {
    expect(told(...part, ...late)).toMatchObject({
      stage: "paid",
      captured: inr(100_000),
      overpaid: null,
      attention: ["paid_twice_possible"],
    });
    const facts = known([root(), second(), says(SECOND, LINK), ...part, ...late], flags);
    expect(surplusLinks(facts, derivePosition(facts))).toEqual([SECOND]);
    const ended = join(facts, observe([link(60, { status: "CANCELLED" }, SECOND)]));
    expect(surplusLinks(ended, derivePosition(ended))).toEqual([]);
    expect(deriveStage(ended)).toBe("paid");
  });

  const lost = [
    order(30, { status: "FAILED", reference: "cart-1", amount: inr(100_000) }),
    payment(30, { status: "FAILED", amount: inr(40_000) }),
  ];

  it("is not paid by the new link alone, when what the old one took was lost again", () => {
    const paid = second({ status: "PROCESSED", amount_due: inr(0) });
    const words = [root(), paid, says(SECOND, LINK), ...part, ...rest];
    const whole = known(words, flags);
    expect(derivePosition(whole)).toMatchObject({ full: true, amount_due: inr(0) });
    const facts = join(whole, observe(lost, flags));
    const position = derivePosition(facts);
    expect(position).toMatchObject({
      full: false,
      captured: inr(60_000),
      amount_due: inr(40_000),
    });
    expect(viewVerdict({ ...newRecord(MORNING, "api"), facts }, "paid")).toMatchObject({
      fulfill: false,
    });
  });

  it("owes the whole again, when that is lost before the new link is paid", () => {
    const open = [root(), second({ amount_due: inr(60_000) }), says(SECOND, LINK), ...part];
    expect(derivePosition(known(open, flags)).amount_due).toEqual(inr(60_000));
    expect(derivePosition(known([...open, ...lost], flags)).amount_due).toEqual(inr(100_000));
  });

  it("is paid by a new link of which the gateway gave a discount", () => {
    const paid = [
      second({ status: "PROCESSED", amount_due: inr(0) }),
      order(25, { status: "PROCESSED", reference: "cart-1-r1" }, SECOND_ORDER),
      payment(
        25,
        { status: "PROCESSED", order_id: SECOND_ORDER, amount: inr(57_000) },
        SECOND_PAYMENT,
      ),
    ];
    expect(
      derivePosition(known([root(), ...paid, says(SECOND, LINK), ...part], flags)),
    ).toMatchObject({ full: true, captured: inr(97_000), amount_due: inr(0) });
  });

  it("is not cancelled because the old link's order was, later than the new one was made", () => {
    const words = [
      order(90, { status: "CANCELLED", reference: "cart-1" }),
      order(20, { status: "CREATED", reference: "cart-1-r1" }, SECOND_ORDER),
    ];
    expect(told(...words)).toMatchObject({ stage: "awaiting_payment", order_id: SECOND_ORDER });
  });
});

describe("an order whose first link was paid late, and whose bank took the money back", () => {
  it("is not paid, whatever the link that had replaced the first one says", () => {
    const words = [
      root({ status: "PROCESSED", amount_due: inr(0) }),
      second({ status: "EXPIRED" }),
      says(SECOND, LINK),
      order(25, { status: "CREATED", reference: "cart-1-r1" }, SECOND_ORDER),
      order(30, { status: "PROCESSED", reference: "cart-1", amount: inr(100_000) }),
      payment(30, { status: "PROCESSED", amount: inr(100_000) }),
    ];
    expect(derivePosition(known(words)).full).toBe(true);
    const gone = [
      order(40, { status: "FAILED", reference: "cart-1" }),
      payment(40, { status: "FAILED", amount: inr(100_000) }),
    ];
    expect(derivePosition(known([...words, ...gone])).full).toBe(false);
  });
});

describe("an order whose second link ends like the first", () => {
  const ended = [root(), second({ status: "EXPIRED" }), says(SECOND, LINK)];

  it("is told of again, once", () => {
    expect(causesOf(known([root()]))).toEqual([{ type: "order.expired", entities: [] }]);
    expect(causesOf(known([root(), second(), says(SECOND, LINK)]))).toEqual([]);
    expect(causesOf(known(ended))).toEqual([{ type: "order.expired", entities: [SECOND] }]);
  });

  it("has not failed because a try of the first one did", () => {
    const tried = [
      order(5, { status: "ATTEMPTED", reference: "cart-1" }),
      payment(6, { status: "FAILED" }),
    ];
    const facts = known([root(), second(), says(SECOND, LINK), ...tried]);
    expect(deriveVerdict(facts, derivePosition(facts))).toBe("pending");
    const again = [
      order(25, { status: "ATTEMPTED", reference: "cart-1-r1" }, SECOND_ORDER),
      payment(26, { status: "FAILED", order_id: SECOND_ORDER }, SECOND_PAYMENT),
    ];
    const both = known([root(), second(), says(SECOND, LINK), ...tried, ...again]);
    expect(deriveVerdict(both, derivePosition(both))).toBe("failed");
  });

  it("has a link too many while the whole is held on the first", () => {
    const hold = (value: number) => [
      order(30, { status: "AUTHORIZED", reference: "cart-1", amount: inr(100_000) }),
      payment(30, { status: "AUTHORIZED", amount: inr(value) }),
    ];
    const words = [root(), second({ amount: inr(100_000) }), says(SECOND, LINK)];
    const facts = known([...words, ...hold(100_000)], { pre_auth: true });
    expect(surplusLinks(facts, derivePosition(facts))).toEqual([SECOND]);
    const half = known([...words, ...hold(50_000)], { pre_auth: true });
    expect(surplusLinks(half, derivePosition(half))).toEqual([]);
    const own = known([
      ...words,
      order(30, { status: "AUTHORIZED", reference: "cart-1-r1" }, SECOND_ORDER),
      payment(30, { status: "AUTHORIZED", order_id: SECOND_ORDER, amount: inr(100_000) }),
    ]);
    expect(surplusLinks(own, derivePosition(own))).toEqual([]);
  });

  it("loses no link that nobody made in its place", () => {
    const facts = known([root(), second(), ...part, ...late], { part_payment: true });
    expect(surplusLinks(facts, derivePosition(facts))).toEqual([]);
  });
});

describe("a link may be replaced", () => {
  const decide = (words: readonly AnyWord[], flags: Flags = {}, asked = true) => {
    const { record } = evolve(newRecord(MORNING, "api"), observe(words, flags), "inquiry", MORNING);
    return decideReplacement(asked ? { ...record, asked_at: MORNING } : record, LINK);
  };
  const created = order(5, { status: "CREATED", amount: inr(100_000) });

  it.each(["EXPIRED", "CANCELLED"] as const)("when it is %s, for what is due", (status) => {
    expect(decide([root({ status }), created])).toEqual({ kind: "replace", amount: inr(100_000) });
    expect(decide([root({ status }), ...part], { part_payment: true })).toEqual({
      kind: "replace",
      amount: inr(60_000),
    });
  });

  it.each(["CREATED", "CLICKED"] as const)("when it is %s, once it is cancelled", (status) => {
    expect(decide([root({ status }), created])).toEqual({ kind: "cancel_first" });
  });

  const ended = root();
  const refused: readonly (readonly [string, string, readonly AnyWord[], Flags?])[] = [
    [
      "a payment is on its way",
      "payment_in_flight",
      [ended, created, payment(6, { status: "PENDING" })],
    ],
    [
      "a payment has a status that nobody knows",
      "payment_in_flight",
      [ended, created, payment(6, { unknown_status: "AWAITING_BANK", amount: inr(100_000) })],
    ],
    [
      "an order is pending and shows no payment",
      "payment_in_flight",
      [ended, order(5, { status: "PENDING" })],
    ],
    [
      "money is held",
      "payment_authorized",
      [
        ended,
        order(5, { status: "AUTHORIZED" }),
        payment(6, { status: "AUTHORIZED", amount: inr(100_000) }),
      ],
    ],
    [
      "all is paid",
      "nothing_due",
      [ended, order(5, { status: "PROCESSED", amount: inr(100_000) })],
    ],
    [
      "less than a rupee is due",
      "nothing_due",
      [ended, part[0] ?? ended, payment(5, { status: "PROCESSED", amount: inr(99_950) })],
      { part_payment: true },
    ],
    [
      "the customer can go on paying",
      "link_still_payable",
      [root({ status: "PARTIAL_PROCESSED" }), ...part],
      { part_payment: true },
    ],
    [
      "nobody knows the gateway's word for it",
      "link_still_payable",
      [ended, link(60, { unknown_status: "UNDER_REVIEW" }), created],
    ],
    ["nobody knows its amount", "link_not_replaceable", [link(10, { status: "EXPIRED" })]],
  ];
  it.each(named(refused))("not while %s", (_, [, code, words, flags]) => {
    expect(decide(words, flags)).toMatchObject({ kind: "refused", refusal: { code } });
  });

  it("although an order is pending for its second part", () => {
    const words = [ended, order(5, { status: "PENDING" }), part[1] ?? ended];
    expect(decide(words, { part_payment: true })).toMatchObject({ kind: "replace" });
  });

  it("not while the gateway's own words differ", () => {
    const { record } = evolve(newRecord(MORNING, "api"), observe([ended]), "inquiry", MORNING);
    const row = { subject: LINK, ours: "EXPIRED", theirs: "CREATED", amount: null };
    const seen = { first_seen_at: MORNING, last_seen_at: MORNING, closed_at: null };
    const disagrees = { type: "gateway_disagrees" as const, ...row, ...seen };
    expect(decideReplacement({ ...record, discrepancies: { x: disagrees } }, LINK)).toMatchObject({
      refusal: { code: "payment_in_flight" },
    });
  });
});

describe("the new reference", () => {
  it("is the first link's with a number", () => {
    expect(replacementReference("cart-1", 1)).toBe("cart-1-r1");
    expect(replacementReference("x".repeat(47), 3)).toBe(`${"x".repeat(47)}-r3`);
  });

  it.each([
    ["too long", "y".repeat(49)],
    ["of other characters", "INV 001/24"],
    ["of none", "कुर्ता"],
    ["empty", ""],
  ])("fits the gateway when the first one is %s", (_, reference) => {
    expect(replacementReference(reference, 12)).toMatch(/^[A-Za-z0-9_-]{1,50}$/);
    expect(mayBeReplacement(replacementReference(reference, 12))).toBe(true);
  });

  it("of two long ones with one beginning are two", () => {
    const [a, b] = ["a", "b"].map((end) => replacementReference("z".repeat(49) + end, 1));
    expect(a).not.toBe(b);
    expect(replacementReference("INV 1/2", 1)).not.toBe(replacementReference("INV 1_2", 1));
  });

  it("is not looked for behind every reference", () => {
    expect(mayBeReplacement("cart-1")).toBe(false);
    expect(mayBeReplacement(PAYMENT)).toBe(false);
  });
});
