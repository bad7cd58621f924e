// What the console calls notifications, how their delivery stands, and what a person does about it.

import type { NotificationType } from "../domain/causes";
import type { AttemptError, DeliveryState } from "../domain/delivery";
import type { Word } from "./words";

export const NOTIFICATIONS: { readonly [type in NotificationType]: string } = {
  "order.payment_initiated": "Payment on its way",
  "order.part_paid": "Part paid",
  "order.authorized": "Money held",
  "order.capture_due": "Capture is due",
  "order.paid": "Paid",
  "order.captured": "Captured",
  "order.failed": "Failed",
  "order.expired": "Expired",
  "order.voided": "Released",
  "order.refund_requested": "Refund asked for",
  "order.refunded": "Refunded",
  "order.refund_failed": "Refund failed",
  "order.settled": "Settled to the bank",
  "order.paid_reversed": "Payment taken back",
  "order.attention": "Somebody must look",
  "link.reminder_due": "Reminder is due",
};

interface DeliveryWord extends Word {
  /** What it means, and what a person does; one or two sentences. */
  readonly meaning: string;
}

export const DELIVERIES: { readonly [state in DeliveryState]: DeliveryWord } = {
  recorded: {
    label: "Recorded only",
    tone: "plain",
    meaning:
      "It was sent nowhere: no address of yours was set (NOTIFY_URL). Your system can fetch it from the list of events.",
  },
  waiting: {
    label: "To be sent",
    tone: "wait",
    meaning: "It is sent within seconds. Nothing has to be done.",
  },
  delivered: {
    label: "Delivered",
    tone: "good",
    meaning: "Your system took it.",
  },
  retrying: {
    label: "To be tried again",
    tone: "wait",
    meaning:
      "Your system did not take it yet. It is tried again by itself, for about a day; the tries below say what your system answered.",
  },
  paused: {
    label: "Paused",
    tone: "bad",
    meaning:
      "Your system asked for no more notifications (410), so this one waits. Resume once your system wants them again.",
  },
  dead: {
    label: "Given up",
    tone: "bad",
    meaning:
      "Your system took it in none of the tries, and it is not tried again by itself. Look at what your system answered, mend that, then send it again: it keeps its id, so that your system can tell a repeat.",
  },
};

export const ATTEMPT_ERRORS: { readonly [error in AttemptError]: string } = {
  no_answer_in_time: "No answer in time",
  no_connection: "Could not be reached",
};
