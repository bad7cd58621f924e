// What a storefront may do now: the table at the end of design 3.4, as data. `fulfill` is the only
// word that releases goods, and it is false for everything that is not known to be secured.

import { isOfReplacedLink } from "./chain";
import { type Entity, entries, type Facts, read } from "./facts";
import { inr } from "./money";
import { keptOf, type Position } from "./position";
import { deriveStage, type Stage } from "./stage";

export type Verdict =
  | "pending"
  | "failed"
  | "part_paid"
  | "authorized"
  | "paid"
  | "refunded"
  | "cancelled"
  | "expired";

/** Which stage releases goods: settings `FULFILL_ON` and a link's own `fulfill_on`. */
export type FulfillOn = "paid" | "authorized";

const VERDICTS: { readonly [stage in Stage]: Verdict } = {
  awaiting_payment: "pending",
  payment_initiated: "pending",
  unknown: "pending",
  part_paid: "part_paid",
  authorized: "authorized",
  paid: "paid",
  partially_refunded: "paid",
  refunded: "refunded",
  voided: "cancelled",
  cancelled: "cancelled",
  expired: "expired",
  failed: "failed",
};

/** Nothing more will come of these by itself; the customer can be sent on. */
const FINAL: readonly Verdict[] = [
  "paid",
  "authorized",
  "refunded",
  "cancelled",
  "expired",
  "failed",
];

export function deriveVerdict(facts: Facts, position: Position): Verdict {
  const stage = deriveStage(facts, position);
  return triedAndFailed(facts, position, stage) ? "failed" : VERDICTS[stage];
}

/**
 * The customer tried, the try failed, and nothing is on its way: the page offers another try. A link
 * goes on saying PAYMENT_INITIATED after a failed try, so that stage is looked at too
 * (docs/decisions/0009).
 */
function triedAndFailed(facts: Facts, position: Position, stage: Stage): boolean {
  if (stage !== "awaiting_payment" && stage !== "payment_initiated") return false;
  const payments = entries(facts, "payment").map(([, payment]) => read(payment, "status"));
  const onItsWay = position.word?.status === "PENDING" || payments.includes("PENDING");
  return !onItsWay && newestPaymentStatus(facts) === "FAILED";
}

export function isFinal(verdict: Verdict): boolean {
  return FINAL.includes(verdict);
}

/** Whether the merchant may deliver now, from the gateway's own words and nothing else. */
export function mayFulfill(facts: Facts, position: Position, on: FulfillOn): boolean {
  if (position.provisional) return false;
  const stage = deriveStage(facts, position);
  if (stage === "authorized") {
    return on === "authorized" && position.authorized.value > 0 && !position.voiding;
  }
  return (stage === "paid" || stage === "partially_refunded") && keptOf(position) > 0;
}

/**
 * Whether money covers the order still, taken or held: less than `mayFulfill` asks for, because what is only
 * on its way back, or waits for a setting, may stay. Nothing follows where the position is provisional.
 */
export function isCovered({ authorized, captured, amount, refunded, full }: Position): boolean {
  if (authorized.value > 0) return true;
  const back = refunded?.value ?? 0;
  return full && (back === 0 || (captured ?? amount ?? ZERO_RUPEES).value > back);
}

const ZERO_RUPEES = inr(0);

/** Of the tries that count now: nobody has tried a link yet that replaced another. */
function newestPaymentStatus(facts: Facts): string | undefined {
  const tries = entries(facts, "payment").filter(([, payment]) => !isPast(facts, payment));
  const newest = tries.toSorted(([idA, a], [idB, b]) => {
    const versionA = a.dated.status?.version ?? "";
    const versionB = b.dated.status?.version ?? "";
    if (versionA !== versionB) return versionA > versionB ? -1 : 1;
    return idA > idB ? -1 : 1;
  })[0];
  return newest && read(newest[1], "status");
}

function isPast(facts: Facts, payment: Entity<"payment">): boolean {
  const order = facts.order[read(payment, "order_id") ?? ""];
  return order !== undefined && isOfReplacedLink(facts, order);
}
