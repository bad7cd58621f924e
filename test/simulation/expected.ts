// What must have happened in a run of many histories, and how often at least: a run in which nothing happened
// proves nothing. A third or so of what is usual, because a history is not the same to the millisecond twice.

import { tallyOf } from "./tally";
import { ALARMS, KINDS, STRIKES } from "./trouble";

/** Of a hundred histories at least so many. */
const EXPECTED: Readonly<Record<string, number>> = {
  histories: 100,
  steps: 1_200,
  "webhooks acknowledged": 150,
  "deliveries that must be taken": 120,
  "messages applied": 100,
  "messages no_change": 80,
  "messages forwarded": 3,
  "messages unrouted": 2,
  "strange words": 20,
  "forged: 401": 80,
  "thief: 200": 40,
  "redirect: 200": 30,
  "at the gateway: done": 100,
  "answer: 409 money_stopped": 5,
  "answer: 409 reference_reused": 1,
  "answer: 422 refund_exceeds_captured": 10,
  "answer: 503 gateway_unavailable": 20,
  "ended: refund done": 40,
  "ended: refund refused": 4,
  "ended: capture done": 6,
  "money stood still": 25,
  "clerk: 201": 6,
  "clerk: 422": 20,
  "claims granted": 25,
  "claims done": 5,
  "claims released": 2,
  "delivery at rest: open": 100,
  "delivery at rest: done": 10,
  "delivery at rest: claim_over": 10,
  "stage at rest: awaiting_payment": 2,
  "stage at rest: authorized": 15,
  "stage at rest: paid": 40,
  "stage at rest: partially_refunded": 15,
  "stage at rest: refunded": 6,
  "stage at rest: expired": 12,
  "stage at rest: voided": 1,
  "at rest: several gateway orders": 5,
  "at rest: replaced links": 2,
  "at rest: settled orders": 30,
  "bank: transfer, settle": 10,
  "bank: transfer, settle_later": 10,
  "mails taken": 10,
  "mails refused": 3,
  "mails unanswered": 3,
  "told: order.paid": 60,
  "told: order.part_paid": 8,
  "told: order.authorized": 25,
  "told: order.captured": 6,
  "told: order.refunded": 25,
  "told: order.settled": 30,
  "told: order.expired": 14,
  "verdict: paid, deliver": 30,
  "verdict: authorized, deliver": 2,
  "discrepancy: expectation_mismatch": 15,
  "discrepancy: redirect_signature_invalid": 20,
  "discrepancy: gateway_disagrees": 4,
  "forgotten: 200": 15,
  "forgotten: 409": 5,
  "applied anew: 200": 60,
  ...Object.fromEntries(KINDS.map((kind) => [`planted: ${kind}`, 6])),
  ...Object.fromEntries(STRIKES.map((kind) => [`struck: ${kind}`, 3])),
  ...Object.fromEntries(Object.keys(ALARMS).map((kind) => [`struck: ${kind}`, 8])),
};

/** What should have happened in so many histories, and did not, or too seldom. */
export function missing(histories: number): readonly string[] {
  // A few histories are for a look, and show what they show.
  if (histories < 50) return [];
  return Object.entries(EXPECTED).flatMap(([name, often]) => {
    const least = Math.floor((often * histories) / 100);
    const times = tallyOf(name);
    return times >= least ? [] : [`${name}: ${times} of at least ${least}`];
  });
}
