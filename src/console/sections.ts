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
  refreshed: "The gateway was asked just now; this is what it said.",
  link_created: "The payment link is ready. Now bring it to the customer.",
  link_tracked: "This link is looked after from now on.",
  key_revoked: "The key is revoked. It opens nothing any more.",
  money_stopped: "Done. The reason stands in the audit, under your name.",
  money_resumed: "Done: money may move again. The reason stands in the audit, under your name.",
};
