// What went back to a customer, in the words of the sentence for the phone (phone-sentence.ts). The order's own
// figure counts: where the refunds that are known one by one do not make it up, the whole is said instead.

import type { Outcome, RefundView } from "./command-view";
import { sum, ZERO } from "./money";
import { formatAmount } from "./money-format";
import type { OrderView } from "./order-view";
import { referenceIn } from "./phone-payments";
import { shownDay } from "./shown-time";
import { millisecondsOf } from "./time";

/** So many refunds are named one by one. */
const NAMED = 3;

const BANKS = ", banks take up to 5 working days";

/** How an outcome counts; `null`: it moved nothing and never will. */
const KINDS: { readonly [outcome in Outcome]: "done" | "going" | "unclear" | "failed" | null } = {
  done: "done",
  pending: "going",
  in_flight: "unclear",
  unknown: "unclear",
  needs_decision: "unclear",
  failed: "failed",
  refused: null,
};

/** Words of the gateway that mean that a refund is on its way; one that nobody knows means nothing. */
const GOING: readonly (string | null)[] = ["CREATED", "PENDING", null];

function kindOf({ outcome, status }: RefundView) {
  const kind = KINDS[outcome];
  return kind === "going" && !GOING.includes(status) ? "unclear" : kind;
}

export function refundClauses(order: OrderView, zone: string): readonly string[] {
  const of = (kind: "done" | "going" | "unclear" | "failed"): readonly RefundView[] =>
    order.refunds.filter((refund) => kindOf(refund) === kind);
  const going = of("going").map(
    (refund) =>
      `${amountOf(refund)} is being sent back${day(refund.requested_at ?? refund.created_at, zone, "since")}`,
  );
  const unclear = of("unclear").map(
    (refund) => `whether ${amountOf(refund)} was sent back is still being checked`,
  );
  const newest = order.refunds.findLast((refund) => kindOf(refund) !== null);
  const isTriedAgain = newest === undefined || kindOf(newest) !== "failed";
  const failed = isTriedAgain
    ? []
    : of("failed")
        .slice(-1)
        .map((refund) => `sending back ${amountOf(refund)} did not work`);
  return [
    ...doneClauses(order, of("done"), zone),
    ...few(going, "are being sent back"),
    ...few(unclear, "are still being checked"),
    ...failed,
  ];
}

function doneClauses(
  { refunded }: OrderView,
  done: readonly RefundView[],
  zone: string,
): readonly string[] {
  if (refunded === null) return ["some of it was sent back, how much is not known"];
  if (refunded.value === 0 && done.length === 0) return [];
  const isWhole =
    done.every(({ amount }) => amount?.currency === refunded.currency) &&
    sum(done.map(({ amount }) => amount?.value ?? ZERO)) === refunded.value;
  if (isWhole && done.length <= NAMED) {
    const each = done.map((refund) => {
      const sent = `${amountOf(refund)} sent back`;
      return (
        sent + day(refund.updated_at ?? refund.created_at, zone, "on") + referenceIn(refund.rrn)
      );
    });
    return each.map((text, index) => (index === each.length - 1 ? text + BANKS : text));
  }
  const what =
    refunded.value > 0
      ? `${formatAmount(refunded)} sent back`
      : "money sent back, how much is not known";
  const times = done.length > 1 ? ` in ${done.length} refunds` : "";
  const last = done.at(-1);
  const at = last === undefined ? "" : day(last.updated_at ?? last.created_at, zone, "the last on");
  return [`${what}${times}${done.length > 1 && at !== "" ? `,${at}` : ""}${BANKS}`];
}

/** Many of a kind are counted instead. */
function few(clauses: readonly string[], rest: string): readonly string[] {
  return clauses.length <= NAMED ? clauses : [`${clauses.length} refunds ${rest}`];
}

function amountOf({ amount }: RefundView): string {
  return amount === null ? "an amount that is not known" : formatAmount(amount);
}

function day(text: string | null, zone: string, word: string): string {
  const at = millisecondsOf(text);
  return at === null ? "" : ` ${word} ${shownDay(at, zone)}`;
}
