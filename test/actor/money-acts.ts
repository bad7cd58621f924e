// What can happen to one order, as plain values that fast-check draws, shrinks and prints: what the
// merchant asks for, what is done in the gateway's own dashboard, and what goes wrong on the way.

import * as fc from "fast-check";

/** Without a link or with one; of `part` a rest is unpaid, `parts` are two orders of the gateway. */
export type OrderKind =
  | "paid"
  | "held"
  | "paid_link"
  | "held_link"
  | "part"
  | "parts"
  | "two_payments";

/** What one history is about; drawn once. */
export interface Scenario {
  readonly order: OrderKind;
  /** Nobody refunds in the dashboard: every refund there is was asked for by us. */
  readonly alone: boolean;
  /** The gateway does not add up the refunds of an order: law 7 is ours to keep. Only if alone. */
  readonly unchecked: boolean;
  readonly duplicate: "refuse" | "return_existing" | "second";
  /**
   * Which of its answers about refunds the gateway may be wrong in. One that is wrong in both and
   * keeps no reference apart would move money twice whatever we did, so then it keeps them apart.
   * `at_first`: in both, but by reference only for the first two questions.
   */
  readonly wrong: "never" | "by_reference" | "on_order" | "both" | "at_first";
  /** What the operator says of a command that moved nothing, once all trouble is over. */
  readonly if_absent: "not_done" | "send_again";
  /** What the gateway is like from the beginning, where that is fair. */
  readonly begins: readonly Mood[];
  /** What was not delivered is delivered in the end, late. */
  readonly post_comes: boolean;
}

export type Size = "all" | "half" | "third" | "least" | "odd" | "too_much";

export type Act =
  | {
      readonly do: "refund";
      readonly ref: number;
      readonly size: Size;
      readonly of_payment: boolean;
    }
  | { readonly do: "capture"; readonly ref: number; readonly size: Size }
  | { readonly do: "void" }
  /** A request that was made before, by its number. */
  | { readonly do: "again"; readonly which: number; readonly otherwise: boolean }
  | { readonly do: "dashboard_refund"; readonly size: Size; readonly on_second: boolean }
  | { readonly do: "dashboard_capture"; readonly size: Size }
  | { readonly do: "dashboard_void" }
  | { readonly do: "end_refund"; readonly which: number; readonly as: "PROCESSED" | "FAILED" }
  | { readonly do: "pay_rest" }
  | { readonly do: "post"; readonly order: number; readonly most: number; readonly times: number }
  | { readonly do: "ring" }
  | { readonly do: "poll" };

const refs = fc.nat({ max: 9 });
const sizes = fc.constantFrom<Size>(
  "all",
  "half",
  "third",
  "third",
  "least",
  "least",
  "odd",
  "odd",
  "too_much",
);

const refundAct: fc.Arbitrary<Act> = fc.record({
  do: fc.constant("refund" as const),
  ref: refs,
  size: sizes,
  of_payment: fc.nat({ max: 4 }).map((n) => n === 0),
});
const captureAct: fc.Arbitrary<Act> = fc.record({
  do: fc.constant("capture" as const),
  ref: refs,
  size: sizes,
});
const voidAct: fc.Arbitrary<Act> = fc.constant({ do: "void" });
const againAct: fc.Arbitrary<Act> = fc.record({
  do: fc.constant("again" as const),
  which: fc.nat({ max: 7 }),
  otherwise: fc.nat({ max: 3 }).map((n) => n === 0),
});
const refundByHand: fc.Arbitrary<Act> = fc.record({
  do: fc.constant("dashboard_refund" as const),
  size: sizes,
  on_second: fc.boolean(),
});
const dashboardAct: fc.Arbitrary<Act> = fc.oneof(
  { weight: 4, arbitrary: refundByHand },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("dashboard_capture" as const), size: sizes }),
  },
  { weight: 1, arbitrary: fc.constant({ do: "dashboard_void" } as const) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("end_refund" as const),
      which: fc.nat({ max: 3 }),
      as: fc.constantFrom("PROCESSED", "FAILED"),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ do: "pay_rest" } as const) },
);
const postAct: fc.Arbitrary<Act> = fc.record({
  do: fc.constant("post" as const),
  order: fc.nat({ max: 99 }),
  most: fc.integer({ min: 1, max: 4 }),
  times: fc.constantFrom(1, 1, 2),
});
const clockAct: fc.Arbitrary<Act> = fc.constantFrom({ do: "ring" }, { do: "poll" });

/** Asked of us, so that a call to the gateway may follow. */
const wishes = fc.oneof(
  { weight: 5, arbitrary: refundAct },
  { weight: 2, arbitrary: captureAct },
  { weight: 1, arbitrary: voidAct },
  { weight: 2, arbitrary: againAct },
);
const anything = fc.oneof(
  { weight: 8, arbitrary: wishes },
  { weight: 3, arbitrary: dashboardAct },
  { weight: 2, arbitrary: postAct },
  { weight: 1, arbitrary: clockAct },
);

/** Several things at the same moment. */
export const crowds: fc.Arbitrary<readonly Act[]> = fc.oneof(
  fc.array(anything, { minLength: 1, maxLength: 6, size: "max" }),
  fc.array(refundAct, { minLength: 2, maxLength: 6, size: "max" }),
  fc.tuple(dashboardAct, wishes),
  fc.tuple(refundByHand, refundAct),
  fc.tuple(dashboardAct, postAct, wishes),
  fc.tuple(captureAct, voidAct),
  fc.tuple(voidAct, captureAct, captureAct),
);
/** Such that a call to the gateway probably follows. */
export const promising: fc.Arbitrary<Act> = fc.oneof(
  refundAct.map((act) => ({ ...act, size: "least" as const, of_payment: false })),
  refundAct,
  captureAct.map((act) => ({ ...act, size: "odd" as const })),
  voidAct,
);
export const wishLists: fc.Arbitrary<readonly Act[]> = fc
  .tuple(promising, fc.array(wishes, { maxLength: 2 }))
  .map(([first, others]) => [first, ...others]);

/** How calls to the gateway go wrong. `lost_…`: the work is done, and its answer is not heard. */
export const FAULTS = [
  "error",
  "lost_error",
  "lost_gateway_timeout",
  "lost_half",
  "too_many",
  "lost_too_many",
  "elsewhere",
  "proxy_404",
  "lost_proxy_404",
  "duplicate",
  "lost_duplicate",
  "refused",
  "locked_out",
  "read_404",
  "lookup_404",
  "read_refused",
  "read_limited",
  "read_error",
] as const;
export type Fault = (typeof FAULTS)[number];

/** After these nobody has heard how the call ended. */
export const unheard = fc.constantFrom<Fault>(
  "error",
  "lost_error",
  "lost_gateway_timeout",
  "lost_half",
  "lost_too_many",
  "lost_proxy_404",
  "lost_duplicate",
  "duplicate",
  "proxy_404",
);
/** These strike when the gateway is read, or when it is asked again. */
export const unread = fc.constantFrom<Fault | null>(
  null,
  null,
  "read_404",
  "lookup_404",
  "lookup_404",
  "read_refused",
  "read_error",
  "refused",
  "lost_error",
);

export const faultLists = fc.array(fc.constantFrom(...FAULTS), { maxLength: 2 });

/** What the gateway is like from now on. */
export type Mood =
  | { readonly refunds: "process" | "pending" | "fail" | "refuse" }
  | { readonly captures: "process" | "fail" }
  | { readonly empty_refund_lists: boolean }
  | { readonly hide_references: number; readonly refunds_on_parent?: boolean }
  | { readonly refunds_lag: number }
  | { readonly refunds_on_parent: boolean }
  | { readonly lag_order_snapshots: number };

export const moods: fc.Arbitrary<Mood> = fc.oneof(
  fc.constantFrom<Mood>(
    { refunds: "process" },
    { refunds: "pending" },
    { refunds: "pending" },
    { refunds: "fail" },
    { refunds: "refuse" },
  ),
  fc.constantFrom<Mood>({ captures: "process" }, { captures: "fail" }),
  fc.constantFrom<Mood>({ empty_refund_lists: true }, { empty_refund_lists: true }),
  fc.constantFrom<Mood>({ hide_references: 0 }, { hide_references: 2 }, { hide_references: -1 }),
  fc.constantFrom<Mood>(
    { refunds_lag: 0 },
    { refunds_lag: 1 },
    { refunds_on_parent: false },
    { refunds_on_parent: true },
    { lag_order_snapshots: 0 },
    { lag_order_snapshots: 1 },
  ),
);

export const scenarios: fc.Arbitrary<Scenario> = fc
  .record({
    order: fc.constantFrom<OrderKind>(
      "paid",
      "paid",
      "held",
      "held",
      "paid_link",
      "held_link",
      "part",
      "parts",
      "two_payments",
    ),
    alone: fc.boolean(),
    unchecked: fc.boolean(),
    duplicate: fc.constantFrom("refuse", "second", "second", "return_existing"),
    wrong: fc.constantFrom("never", "never", "by_reference", "on_order", "both", "at_first"),
    if_absent: fc.constantFrom("not_done", "send_again"),
    begins: fc.array(moods, { maxLength: 2 }),
    post_comes: fc.boolean(),
  })
  .map(fairly);

/** A gateway that is wrong is so from the beginning. */
const NOT_LISTED: readonly Mood[] = [{ refunds_on_parent: false }];
const NOTHING_SHOWN: readonly Mood[] = [{ hide_references: -1 }, { refunds_on_parent: false }];

function fairly(drawn: Scenario): Scenario {
  const both = drawn.wrong === "both";
  return {
    ...drawn,
    unchecked: drawn.alone && drawn.unchecked && !both,
    begins: [
      ...(both ? NOTHING_SHOWN : drawn.wrong === "on_order" ? NOT_LISTED : []),
      ...drawn.begins,
    ],
    duplicate:
      (both || drawn.wrong === "at_first") && drawn.duplicate === "second"
        ? "refuse"
        : drawn.duplicate,
  };
}
