// The parts of the console in the order of its navigation, and the sentences that a page begins with when
// something was just done: addresses name them by a word, so that no text of an address is ever shown.

export const SECTIONS = [
  { section: "today", label: "Today", href: "/console" },
  { section: "orders", label: "Orders", href: "/console/orders" },
  { section: "uncaptured", label: "Uncaptured", href: "/console/uncaptured" },
  { section: "links", label: "Links", href: "/console/links" },
  { section: "settlements", label: "Settlements", href: "/console/settlements" },
  { section: "discrepancies", label: "Discrepancies", href: "/console/discrepancies" },
  { section: "reconciliation", label: "Reconciliation", href: "/console/reconciliation" },
  { section: "messages", label: "Messages", href: "/console/messages" },
  { section: "notifications", label: "Notifications", href: "/console/notifications" },
  { section: "settings", label: "Settings", href: "/console/settings" },
] as const;

export type Section = (typeof SECTIONS)[number]["section"];

/** `?said=…` → what was done. */
export const SAID: { readonly [word: string]: string } = {
  resolved: "The discrepancy is closed, under your name and with your words.",
  resent:
    "It is sent again now, under the same id. What comes of it stands below in a few seconds.",
  resumed: "Your system is told everything again. What waited is sent within the next minutes.",
  not_paused: "Nothing was paused: your system is told everything already.",
  applied_again: "It was applied once more. What it had changed before, it did not change again.",
  person_changed: "It was changed. They are signed out and come in anew.",
  person_removed: "They were removed, and are signed out everywhere.",
  password_changed: "Your password was changed. You are signed out everywhere else.",
  session_ended: "It is signed out.",
  sessions_ended: "You are signed out everywhere else.",
  refreshed: "The gateway was asked just now; this is what it said.",
  delivered: "It is noted that the order was delivered.",
  confirmed: "It is noted that the customer knows.",
  recorded: "It is noted that the payment is recorded.",
  given_back: "It was given back: somebody else may deliver the order now.",
  receipt_sent: "The receipt was sent to the customer.",
  receipt_going: "The receipt is on its way to the customer; its state stands below.",
  refund_done: "The refund was done: the money is on its way back to the customer.",
  refund_pending:
    "The gateway took the refund. It is on its way; this page shows when it has ended.",
  capture_done: "The money was captured.",
  void_done: "The money was released: it is the customer's again.",
  money_unknown:
    "It was sent, and the gateway has not said yet how it ended. Chukta keeps asking and this page will show it. Do not do it again.",
  money_undecided:
    "It was sent, and the gateway can not tell how it ended. Look in the Pine Labs dashboard, then decide on this page. Do not do it again.",
  decided: "Your decision was kept.",
  link_cancelled: "The link was cancelled: nobody can pay with it any more.",
  link_replaced: "A new link was made for what is still due.",
  link_notified: "The gateway was asked to send the link to the customer again.",
  link_created: "The payment link is ready. Now bring it to the customer.",
  link_tracked: "This link is looked after from now on.",
  key_revoked: "The key is revoked. It opens nothing any more.",
  money_stopped: "Done. The reason stands in the audit, under your name.",
  money_resumed: "Done: money may move again. The reason stands in the audit, under your name.",
};
