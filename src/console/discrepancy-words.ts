// What each type of discrepancy means to a person who keeps no books, whose word stands on its two sides, and
// what to do next. Closed: a new type of the domain does not compile until it is explained here.

import { DISCREPANCY_TYPES, type DiscrepancyType, type Severity } from "../domain/discrepancy";
import type { Tone } from "./words";

export interface DiscrepancyWords {
  readonly label: string;
  /** One or two sentences: what was seen. */
  readonly means: string;
  /** What a person does about it. */
  readonly next: string;
  /** Who speaks on the two sides. */
  readonly ours: string;
  readonly theirs: string;
  /** What its subject is the name of; null: it has none, or one that tells a person nothing. */
  readonly about: string | null;
}

/** Most often it is our own books against the gateway's word. */
const BOOKS = { ours: "We have", theirs: "The gateway says" } as const;
const REPORT = { ours: "We expect", theirs: "The report says" } as const;

export const DISCREPANCY_WORDS: { readonly [type in DiscrepancyType]: DiscrepancyWords } = {
  gateway_disagrees: {
    ...BOOKS,
    label: "The gateway takes back its word",
    means:
      "The gateway's newest answer says something older or other than what it had said before. We keep what it said last with a proof of its time.",
    next: "Ask again on the order's page. If it stays, ask Pine Labs which of the two is true, and deliver nothing until then.",
    about: "Of",
  },
  paid_became_unpaid: {
    label: "Paid, and then not paid any more",
    means: "The gateway had said that this was paid, and now says that it is not.",
    next: "Hold back the delivery if it is not out yet, and ask Pine Labs why the payment was taken back. Ask the customer to pay again only when they say that nothing was taken.",
    ours: "It was",
    theirs: "It is now",
    about: "Payment",
  },
  over_refunded: {
    label: "More refunded than collected",
    means: "The refunds of this order come to more than was ever captured of it.",
    next: "Compare the refunds on the order's page with the Pine Labs dashboard. One of them was made twice, or by somebody else as well.",
    ours: "Captured",
    theirs: "Refunded",
    about: null,
  },
  overpaid: {
    label: "Paid more than was asked",
    means: "The customer paid more than the order's amount, and it was not refunded yet.",
    next: "Refund the difference on the order's page, unless you agreed on something else with the customer.",
    ours: "Asked for",
    theirs: "Captured",
    about: null,
  },
  authorization_lapsed: {
    label: "Held money was let go",
    means:
      "The bank held this money for you, nobody captured it in time, and the gateway released it to the customer.",
    next: "Send the customer a new link if the order still stands. Capture earlier next time, or switch on automatic capture.",
    ours: "We had",
    theirs: "The gateway made it",
    about: "Gateway order",
  },
  refund_amount_differs: {
    label: "Another amount was refunded",
    means: "A refund of ours was made with another amount than we asked for.",
    next: "If it was too little, refund the rest on the order's page. If it was too much, speak with Pine Labs.",
    ours: "Asked for",
    theirs: "Refunded",
    about: "Refund",
  },
  capture_amount_differs: {
    label: "Another amount was captured",
    means: "A capture of ours took another amount than we asked for.",
    next: "If it was too much, refund the difference on the order's page. If it was too little, the rest can not be captured: ask the customer for it.",
    ours: "Asked for",
    theirs: "Captured",
    about: "Gateway order",
  },
  captured_elsewhere: {
    label: "Captured by somebody else",
    means:
      "We were about to capture this money, and somebody else had captured it already, for example in the Pine Labs dashboard.",
    next: "Find out who it was. If the amount is right, close this and write down who did it.",
    ours: "We would have taken",
    theirs: "Was taken",
    about: "Gateway order",
  },
  refund_without_end: {
    ...BOOKS,
    label: "A refund that does not end",
    means: "A refund is on its way for more than 30 days: neither done nor failed.",
    next: "Give Pine Labs the refund's reference and ask where it is. Do not refund again before they say that it failed.",
    about: null,
  },
  expectation_mismatch: {
    label: "Your shop expected something else",
    means:
      "Your shop asked about an order and had other things in its own books than we have. It was told not to deliver.",
    next: "Look which of the two is right. A wrong amount may be a customer's try to get a large order for a small payment.",
    ours: "We have",
    theirs: "The shop has",
    about: "Field",
  },
  redirect_signature_invalid: {
    label: "A redirect with a wrong signature",
    means:
      "A browser came back from the payment page with a signature that is not the gateway's. Nothing was believed of it: we asked the gateway itself.",
    next: "Once is most likely somebody who played with an address. If it is every redirect, check PINELABS_CALLBACK_SECRET.",
    ours: "It should be",
    theirs: "It was",
    about: null,
  },
  redirect_of_another_link: {
    label: "A redirect of another order",
    means:
      "A browser came back to this order's address and named another order. Nothing was believed of it.",
    next: "Deliver only what this page shows as paid. If it happens more often, somebody tries to get one order with the payment of another.",
    ours: "This order is",
    theirs: "The redirect named",
    about: null,
  },
  message_id_reused: {
    label: "Two messages under one name",
    means: "Two webhooks with different contents came under the same id. Both were kept.",
    next: "Look at both under Messages. If the order is right, close this; if it repeats, tell Pine Labs.",
    ours: "We expect",
    theirs: "There came",
    about: "Message",
  },
  delivered_unpaid: {
    label: "Delivered, but the money is gone",
    means: "This was delivered, and its money had gone before, or was held only and then let go.",
    next: "Ask the customer to pay: make a new link for it. If the goods can still be stopped, stop them.",
    ours: "Done",
    theirs: "The order is",
    about: "Delivery",
  },
  settlement_missing: {
    ...REPORT,
    label: "Money that did not reach the bank",
    means:
      "This was captured, its bank day is over, the reports were read past it, and it is not at the bank.",
    next: "Read the reports once more. If it is still missing tomorrow, give Pine Labs the payment's id and ask for the transfer.",
    about: "Payment",
  },
  amount_differs: {
    ...REPORT,
    label: "The report has another amount",
    means: "The settlement report gives another amount for this than was captured or refunded.",
    next: "Compare it with the Pine Labs dashboard and ask them about the difference.",
    about: "Payment or refund",
  },
  unknown_payment: {
    label: "Money for an unknown payment",
    means:
      "A transfer has money for a payment that nobody here knows, and the gateway does not know it either.",
    next: "Is another shop or terminal using the same Pine Labs account? If not, ask Pine Labs whose money it is.",
    ours: "We have",
    theirs: "The report says",
    about: "Payment",
  },
  settled_twice: {
    ...REPORT,
    label: "Settled twice",
    means: "The transfers hold more for this payment than was captured: it was paid out twice.",
    next: "Do not spend it: Pine Labs takes it back sooner or later. Tell them now, and close this when it is deducted.",
    about: "Payment",
  },
  settled_but_not_paid: {
    label: "Settled, though it is not paid",
    means: "A transfer has money for a payment that is not paid as far as the gateway says.",
    next: "Ask for the order again. If it stays unpaid there, ask Pine Labs what the money is for before you deliver.",
    ours: "The payment is",
    theirs: "The report says",
    about: "Payment",
  },
  refund_not_deducted: {
    ...REPORT,
    label: "A refund that was not deducted",
    means: "A refund was done, and no transfer has taken it from you yet though its time is over.",
    next: "It will most likely be deducted late. Keep the amount aside, and ask Pine Labs if it is large.",
    about: "Refund",
  },
  settled_after_refund: {
    ...REPORT,
    label: "Settled whole after its refund",
    means:
      "This payment was refunded, then settled as if it had not been, and the refund was not deducted.",
    next: "What went back to the customer was paid out to you as well. Keep it aside until it is deducted, and ask Pine Labs when that is.",
    about: "Payment",
  },
  fee_unexplained: {
    label: "A rest that nothing explains",
    means: "What the transfer kept back is not what its fees and deductions add up to.",
    next: "A few paisa are rounding: close it. For more, ask Pine Labs for the invoice of these fees.",
    ours: "By its deductions",
    theirs: "Was paid",
    about: null,
  },
  chargeback: {
    label: "Chargeback",
    means:
      "The customer's bank demanded money back, and it was taken from you. No refund of yours explains it.",
    next: "Look in the Pine Labs dashboard how long you can object, and send the proof of delivery there.",
    ours: "We expect",
    theirs: "Taken back",
    about: "Payment",
  },
  loan_recovery: {
    label: "A loan was paid back",
    means: "A part of this transfer went to pay back a loan.",
    next: "If you have such a loan, close this. If you have none, ask Pine Labs at once.",
    ours: "We expect",
    theirs: "Taken",
    about: null,
  },
  total_differs: {
    label: "A transfer with several totals",
    means: "The list of transfers, the transfer's own page and its lines say different totals.",
    next: "Compare with your bank's statement: what arrived there is true. Ask Pine Labs to mend the report.",
    ours: "Added up",
    theirs: "The report says",
    about: null,
  },
  report_unreadable: {
    label: "A part of a report can not be read",
    means:
      "A row of a report, or the lines of a transfer, are not written as they should be. What can not be read is counted nowhere.",
    next: "Read the reports once more. If it stays, send the row below to Pine Labs, and to who looks after this software.",
    ours: "What is wrong",
    theirs: "As it came",
    about: null,
  },
  settlement_withdrawn: {
    label: "A transfer that was taken back",
    means: "The gateway had reported this transfer and does not know it any more.",
    next: "Look at your bank's statement whether it arrived. It may come again under another number.",
    ours: "It had paid",
    theirs: "The gateway says",
    about: null,
  },
};

/** Of a type that this release does not know: an older row, or a newer release's. */
const STRANGE: DiscrepancyWords = {
  ...BOOKS,
  label: "Another kind of difference",
  means: "This version of the console does not know what kind of difference this is.",
  next: "Compare both sides, and look at the order or the transfer.",
  about: "Of",
};

export function discrepancyWords(type: string): DiscrepancyWords {
  const known = DISCREPANCY_TYPES.find((one) => one === type);
  return known === undefined ? STRANGE : DISCREPANCY_WORDS[known];
}

export const SEVERITY_WORDS: {
  readonly [severity in Severity]: {
    readonly label: string;
    readonly tone: Tone;
    readonly means: string;
  };
} = {
  loss: { label: "Loss", tone: "bad", means: "Money is gone, or does not come" },
  risk: { label: "Risk", tone: "wait", means: "Money may be wrong" },
  note: { label: "Note", tone: "plain", means: "Worth knowing" },
};
