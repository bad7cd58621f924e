// The law of the search: whatever an order shows is found again by typing it as the gateway, a bank's message
// or a shop would write it.

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { inr } from "../../src/domain/money";
import { formatAmount } from "../../src/domain/money-format";
import type { OrderView } from "../../src/domain/order-view";
import {
  kindOf,
  type TermKind,
  termsAsked,
  termsOf,
  utrsAsked,
} from "../../src/domain/search-terms";

/** What `termsOf` looks at; the rest of an order is nothing to it. */
function orderWith(change: object): OrderView {
  const bare = {
    id: "v1-310115060000-aa-Sample",
    order_id: null,
    order_ids: [],
    merchant_reference: null,
    amount: null,
    customer: null,
    link: null,
    links: [],
    payments: [],
    refunds: [],
    settlement: null,
  };
  return { ...bare, ...change } as unknown as OrderView;
}

function foundBy(order: OrderView, typed: string): readonly (TermKind | null)[] {
  const terms = new Set(termsOf(order, []));
  return termsAsked(typed)
    .filter((term) => terms.has(term))
    .map(kindOf);
}

const payment = { id: "pay-1", last4: null, rrn: null, payment_amount: null, base_amount: null };
const refund = { refund_id: null, merchant_refund_reference: null, rrn: null };

const id = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{2,49}$/);
const odd = fc
  .string({ unit: "binary", minLength: 1, maxLength: 100 })
  .filter((text) => /[\p{L}\p{N}\p{S}]/u.test(text));
const digits = (length: number) => fc.stringMatching(new RegExp(`^\\d{${length}}$`));

/** Ways in which the same text stands in a message, a sheet or a screenshot. */
const copied = fc.constantFrom(
  (text: string) => text,
  (text: string) => `  ${text}\t`,
  (text: string) => `\u202A${text}\u202C`,
  (text: string) => `\uFEFF${text}\n`,
  (text: string) => text.toUpperCase().toLowerCase(),
);

const grouped = fc.constantFrom(
  (text: string) => text,
  (text: string) => text.replaceAll(/(\d{4})(?=\d)/g, "$1 "),
  (text: string) => text.replaceAll(/(\d{3})(?=\d)/g, "$1-"),
);

describe("an order is found by", () => {
  const link = { payment_link_id: null, merchant_payment_link_reference: null };
  const things: readonly [TermKind, (value: string) => object, fc.Arbitrary<string>][] = [
    [
      "order_id",
      (value) => ({ order_ids: ["v1-first", value] }),
      id.filter((one) => !one.startsWith("pl-")),
    ],
    ["payment_link_id", (value) => ({ links: [{ ...link, payment_link_id: `pl-${value}` }] }), id],
    ["reference", (value) => ({ merchant_reference: value }), odd],
    [
      "reference",
      (value) => ({ links: [{ ...link, merchant_payment_link_reference: value }] }),
      id,
    ],
    [
      "refund_reference",
      (value) => ({ refunds: [{ ...refund, merchant_refund_reference: value }] }),
      odd,
    ],
    [
      "email",
      (value) => ({ customer: { email_id: value } }),
      fc.emailAddress().filter((one) => !one.includes("**")),
    ],
  ];

  test.each(things)("its %s, however it was copied", (kind, show, values) => {
    fc.assert(
      fc.property(values, copied, (value, copy) => {
        const typed = kind === "payment_link_id" ? `pl-${value}` : value;
        expect(foundBy(orderWith(show(value)), copy(typed))).toContain(kind);
      }),
    );
  });

  test("the RRN of a payment or a refund, and a UTR, in groups or not", () => {
    fc.assert(
      fc.property(digits(12), copied, grouped, (rrn, copy, group) => {
        const typed = copy(group(rrn));
        const paid = orderWith({ payments: [{ ...payment, rrn }] });
        const refunded = orderWith({ refunds: [{ ...refund, rrn }] });
        const settled = orderWith({ settlement: { utrs: [rrn] } });
        expect(foundBy(paid, typed)).toContain("rrn");
        expect(foundBy(refunded, typed)).toContain("rrn");
        expect(foundBy(settled, typed)).toContain("utr");
      }),
    );
  });

  test("the phone, by its last ten digits", () => {
    const kept = fc.constantFrom("", "+91", "91", "+91 ", "0", "+91-");
    const said = fc.constantFrom("", "+91 ", "91", "0", "+91-", "(0)", "tel:+91");
    const cut = fc.constantFrom(
      (text: string) => text,
      (text: string) => `${text.slice(0, 5)} ${text.slice(5)}`,
      (text: string) => `${text.slice(0, 3)}-${text.slice(3, 6)}-${text.slice(6)}`,
    );
    fc.assert(
      fc.property(digits(10), kept, said, cut, copied, (number, before, typed, form, copy) => {
        const order = orderWith({ customer: { mobile_number: before + number } });
        expect(foundBy(order, copy(typed + form(number)))).toContain("phone");
      }),
    );
  });

  test.each(["९८००००००१२", "９８００００００１２", "٩٨٠٠٠٠٠٠١٢", "+९१ ९८००० ०००१२"])(
    "the digits of another script: %s",
    (typed) => {
      const order = orderWith({ customer: { mobile_number: "9800000012" } });
      expect(foundBy(order, typed)).toContain("phone");
      expect(foundBy(orderWith({ customer: { mobile_number: typed } }), "9800000012")).toContain(
        "phone",
      );
    },
  );

  test("a short foreign number, with its country and without", () => {
    const order = orderWith({ customer: { mobile_number: "91234567", country_code: "65" } });
    expect(foundBy(order, "9123 4567")).toContain("phone");
    expect(foundBy(order, "+65 9123 4567")).toContain("phone");
  });

  test("the card's last four digits with the order's or the payment's amount", () => {
    const paisa = fc.integer({ min: 1, max: 10_000_000_000 });
    const mark = fc.constantFrom("", "xx", "XXXX ", "•••• ", "**** **** **** ");
    const money = fc.constantFrom(
      (value: number) => formatAmount(inr(value)),
      (value: number) => formatAmount(inr(value)).replace("₹", ""),
      (value: number) => formatAmount(inr(value)).replace("₹", "Rs. "),
      (value: number) => formatAmount(inr(value)).replace("₹", "INR ").replace(/\.00$/, ""),
      (value: number) => String(value / 100),
    );
    fc.assert(
      fc.property(
        digits(4),
        paisa,
        paisa,
        mark,
        money,
        (last4, ofOrder, ofPayment, hide, write) => {
          const order = orderWith({
            amount: inr(ofOrder),
            payments: [{ ...payment, last4, payment_amount: inr(ofPayment) }],
          });
          for (const value of [ofOrder, ofPayment]) {
            expect(foundBy(order, `${hide}${last4} ${write(value)}`)).toContain("card_and_amount");
            expect(foundBy(order, `${write(value)} ${last4}`)).toContain("card_and_amount");
          }
        },
      ),
    );
  });
});

describe("an order is not found by", () => {
  test.each([
    [
      "an address that was masked",
      { customer: { email_id: "a•••@example.com" } },
      "a•••@example.com",
    ],
    ["a phone that was masked", { customer: { mobile_number: "••••••3210" } }, "3210"],
    ["four digits alone", { payments: [{ ...payment, last4: "4242" }] }, "4242"],
    [
      "another amount on its card",
      { amount: inr(150_000), payments: [{ ...payment, last4: "4242" }] },
      "4242 1501",
    ],
    ["nothing", { merchant_reference: "  " }, " \t\u200B"],
    ["what its customer never said", { customer: { email_id: 7, mobile_number: null } }, "7"],
  ])("%s", (_, change, typed) => {
    expect(foundBy(orderWith(change), typed)).toEqual([]);
  });
});

test("whatever is typed or was said, terms stay few and short", () => {
  const wild = fc.oneof(
    fc.string({ unit: "binary", maxLength: 12_000 }),
    fc.constantFrom(
      "\u0000",
      "\uD800",
      "=1+1",
      "x".repeat(10_000),
      " ".repeat(10_000),
      "1 ".repeat(5_000),
    ),
  );
  fc.assert(
    fc.property(wild, wild, (said, typed) => {
      const order = orderWith({
        merchant_reference: said,
        customer: { email_id: said, mobile_number: said },
        payments: Array.from({ length: 400 }, (_, n) => ({
          ...payment,
          id: `${n}${said}`,
          rrn: said,
        })),
      });
      for (const terms of [termsOf(order, []), termsAsked(typed)]) {
        expect(terms.length).toBeLessThanOrEqual(300);
        for (const term of terms) {
          expect(term.length).toBeLessThanOrEqual(120);
          expect(term.isWellFormed()).toBe(true);
          expect(kindOf(term)).not.toBeNull();
        }
      }
    }),
    { numRuns: 50 },
  );
});

test("a long reference is found by itself, for it is cut the same way", () => {
  const long = `ref ${"é".repeat(5_000)}`;
  expect(foundBy(orderWith({ merchant_reference: long }), long)).toContain("reference");
});

test.each([
  ["sbin 0310 1234", ["sbin03101234", "SBIN03101234"]],
  ["SBIN03101234", ["SBIN03101234"]],
  ["a@b", []],
  ["", []],
  ["x".repeat(51), []],
])("the transfers that %j may name", (typed, utrs) => {
  expect(utrsAsked(typed)).toEqual(utrs);
});
