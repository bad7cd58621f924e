// A verdict as the API shows it: exactly these members (design section 4). What the actor adds for
// the pages (return pages, the link's token) goes to nobody who did not bring it.

import type { VerdictAnswer } from "../actor/rpc";

export function verdictJson(answer: VerdictAnswer) {
  return {
    verdict: answer.verdict,
    fulfill: answer.fulfill,
    stage: answer.stage,
    order_id: answer.order_id,
    merchant_reference: answer.merchant_reference,
    amount: answer.amount,
    amount_due: answer.amount_due,
    captured: answer.captured,
    refunded: answer.refunded,
    checked_at: answer.checked_at,
    source: answer.source,
    signature: answer.signature,
    mismatch: answer.mismatch,
    claim: answer.claim,
  };
}
