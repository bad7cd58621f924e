// What the customer is told about a payment, as data: one entry per verdict, in plain words that
// promise nothing we do not know. Amounts and ways on are shown only to who holds the link's token.

import { formatAmount } from "../../domain/money-format";
import type { Amount } from "../../domain/money";
import type { Stage } from "../../domain/stage";
import type { Verdict } from "../../domain/verdict";
import type { Tone } from "./layout";

/** What the page needs of a verdict. */
export interface OutcomeSubject {
  readonly verdict: Verdict;
  readonly stage: Stage;
  readonly amount: Amount | null;
  readonly amount_due: Amount | null;
  readonly captured: Amount | null;
  readonly refunded: Amount | null;
  readonly merchant_reference: string | null;
}

export interface Outcome {
  readonly tone: Tone;
  readonly title: string;
  readonly lines: readonly string[];
  /** The words on the button back to the payment link, where going back makes sense. */
  readonly again: string | null;
  /** Whether something may still change by itself soon. */
  readonly waiting: boolean;
  readonly amounts: readonly (readonly [label: string, amount: string])[];
}

const SETTLED = { again: null, waiting: false } as const;

export function outcomeOf(subject: OutcomeSubject): Outcome {
  const { amount, amount_due, captured, refunded } = subject;
  switch (subject.verdict) {
    case "paid":
      return {
        ...SETTLED,
        tone: "good",
        title: "Payment received",
        lines: ["Thank you. Your payment is complete; there is nothing more to do."],
        amounts: [
          ...row("Amount paid", amount ?? captured),
          ...(subject.stage === "partially_refunded" ? row("Refunded", refunded) : []),
        ],
      };
    case "authorized":
      return {
        ...SETTLED,
        tone: "good",
        title: "Payment authorised",
        lines: [
          "Your bank is holding the amount for this order. It has not been taken yet.",
          "There is nothing more to do, and you do not need to pay again.",
        ],
        amounts: row("Amount held", amount),
      };
    case "part_paid":
      return {
        tone: "wait",
        title: "Part of the payment is received",
        lines: ["Thank you. An amount is still due."],
        again: "Pay the rest",
        waiting: false,
        amounts: [...row("Received so far", captured), ...row("Still due", amount_due)],
      };
    case "pending":
      return pendingOutcome(subject);
    case "failed":
      return {
        tone: "bad",
        title: "The payment did not go through",
        lines: [
          "We have not received this payment.",
          "If money has left your account, please get in touch before you pay again.",
        ],
        again: "Try again",
        waiting: false,
        amounts: row("Amount", amount),
      };
    case "expired":
      return {
        ...SETTLED,
        tone: "bad",
        title: "This payment link has expired",
        lines: [
          "The payment was not completed in time, and this link takes no more payments.",
          "If money has left your account, please get in touch; do not pay again.",
        ],
        amounts: row("Amount", amount),
      };
    case "cancelled":
      return subject.stage === "voided"
        ? {
            ...SETTLED,
            tone: "wait",
            title: "The payment was released",
            lines: ["The amount that was held for this order will not be taken."],
            amounts: row("Amount released", amount),
          }
        : {
            ...SETTLED,
            tone: "bad",
            title: "This payment was cancelled",
            lines: ["This link takes no more payments."],
            amounts: row("Amount", amount),
          };
    case "refunded":
      return {
        ...SETTLED,
        tone: "wait",
        title: "This payment was refunded",
        lines: ["The money is on its way back, or there already. Your bank can tell you which."],
        amounts: row("Refunded", refunded ?? captured),
      };
  }
}

function pendingOutcome(subject: OutcomeSubject): Outcome {
  const opened = subject.stage !== "awaiting_payment";
  return {
    tone: "wait",
    title: opened ? "Your payment is being confirmed" : "Waiting for your payment",
    lines: [
      "We have not received confirmation from the bank yet.",
      "If you have paid, you do not need to pay again.",
    ],
    again: opened ? null : "Open the payment page",
    waiting: true,
    amounts: row("Amount", subject.amount),
  };
}

function row(label: string, amount: Amount | null): readonly (readonly [string, string])[] {
  return amount === null ? [] : [[label, formatAmount(amount)]];
}
