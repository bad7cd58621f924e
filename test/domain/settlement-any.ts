// Any facts of an order and any lines of reports that may name it, for the laws of settlements: right
// and wrong ones, of every status, sign and size.

import * as fc from "fast-check";
import { type Amount, inr, paisa } from "../../src/domain/money";
import type { AnyWord, Observation } from "../../src/domain/observation";
import type { SettledLine, SettledLines } from "../../src/domain/settled-line";
import { PAYMENT_STATUSES, REFUND_STATUSES } from "../../src/domain/status";
import { DAY } from "../../src/domain/schedule";
import {
  MORNING,
  observe,
  order,
  ORDER,
  payment,
  refund,
  REFUND,
  SECOND_ORDER,
  SECOND_REFUND,
  usd,
} from "./words";

const ORDERS = [ORDER, SECOND_ORDER];
const PAYMENTS = ORDERS.flatMap((id) => [`${id}-cc-1`, `${id}-up-2`]);
const REFUNDS = [REFUND, SECOND_REFUND];

/** As much as the report's reader lets through, in paisa. */
const MOST = 10_000_000_000_000;

/** Few different small values, so that amounts are often equal; now and then a huge one. */
const value = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(0, 1, 2_000, 4_000, 6_000, 10_000) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: MOST }) },
);

const amount: fc.Arbitrary<Amount> = fc
  .tuple(value, fc.constantFrom("INR", "INR", "INR", "USD"))
  .map(([paid, currency]) => (currency === "USD" ? usd(paid) : inr(paid)));

const when = fc.oneof(fc.integer({ min: 0, max: 1_000_000 }), fc.constant(null));

const paymentWord: fc.Arbitrary<AnyWord> = fc
  .record({
    id: fc.constantFrom(...PAYMENTS),
    order_id: fc.constantFrom(...ORDERS),
    at: when,
    fields: fc.record(
      {
        status: fc.constantFrom("PROCESSED" as const, ...PAYMENT_STATUSES),
        amount,
        base_amount: amount,
        payment_method: fc.constantFrom("CARD", "UPI", "CREDIT_EMI"),
        is_aggregator: fc.boolean(),
        captures: fc.array(fc.record({ amount }), { maxLength: 2 }),
      },
      { requiredKeys: ["status"] },
    ),
  })
  .map(({ id, order_id, at, fields }) => payment(at, { order_id, ...fields }, id));

const refundWord: fc.Arbitrary<AnyWord> = fc
  .record({
    id: fc.constantFrom(...REFUNDS),
    at: when,
    fields: fc.record(
      {
        status: fc.constantFrom("PROCESSED" as const, ...REFUND_STATUSES),
        amount,
        parent_order_id: fc.constantFrom(...ORDERS, "v1-of-nobody"),
        payments: fc.array(
          fc.record({
            id: fc.constantFrom(...REFUNDS.map((id) => `${id}-cc-1`)),
            parent_payment_id: fc.constantFrom(...PAYMENTS, "of-nobody"),
            amount,
          }),
          { maxLength: 2 },
        ),
      },
      { requiredKeys: ["status", "amount"] },
    ),
  })
  .map(({ id, at, fields }) => refund(at, fields, id));

const orderWord: fc.Arbitrary<AnyWord> = fc
  .record({
    id: fc.constantFrom(...ORDERS),
    at: when,
    status: fc.constantFrom(
      "PROCESSED" as const,
      "PARTIALLY_REFUNDED" as const,
      "FULLY_REFUNDED" as const,
    ),
    amount,
  })
  .map(({ id, at, status, amount: whole }) => order(at, { status, amount: whole }, id));

/** What the gateway said of two orders, in a few observations. */
export const anyObservations: fc.Arbitrary<readonly Observation[]> = fc
  .array(fc.oneof(orderWord, paymentWord, paymentWord, refundWord), { maxLength: 10 })
  .map((words) => words.map((word) => observe([word])));

const figure = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(value, fc.constantFrom(1, 1, -1))
      .map(([size, sign]) => paisa(size * sign + 0)),
  },
  { weight: 1, arbitrary: fc.constant(null) },
);

const time = fc.option(fc.integer({ min: 0, max: 20 }).map((day) => MORNING + day * DAY));

const anyLine: fc.Arbitrary<SettledLine> = fc.record({
  fingerprint: fc.string({ minLength: 1, maxLength: 8 }),
  amount: figure,
  gross: figure,
  deductions: figure,
  net: figure,
  payout_status: fc.constantFrom("Success", "Pending", null),
  processed_at: time,
  settled_at: time,
  completed: fc.boolean(),
});

const NAMES = [
  ...PAYMENTS,
  ...REFUNDS,
  ...REFUNDS.map((id) => `${id}-cc-1`),
  "constructor",
  "__proto__",
  "",
];

/** Deliveries of which no two have the same number of reading. */
export const anyDeliveries: fc.Arbitrary<readonly SettledLines[]> = fc
  .array(
    fc.record({
      utr: fc.constantFrom("602009155310", "602109155311", "602209155312"),
      transaction_id: fc.constantFrom(...NAMES),
      lines: fc.array(anyLine, { maxLength: 3 }),
    }),
    { maxLength: 12 },
  )
  .chain((given) =>
    fc
      .shuffledSubarray(
        given.map((_, index) => index + 1),
        { minLength: given.length },
      )
      .map((reads) => given.map((one, index) => ({ ...one, read: reads[index] ?? 0 }))),
  );

/** The same ones in another order, and some of them again. */
export function shuffled<T>(given: readonly T[]): fc.Arbitrary<readonly T[]> {
  const again = fc.subarray([...given]);
  return again.chain((repeats) =>
    fc.shuffledSubarray([...given, ...repeats], { minLength: given.length + repeats.length }),
  );
}
