// The console's addresses, for the tests that go to all of them. Pure: used in workerd, in Node and in a browser.

export interface ListPage {
  readonly path: string;
  /** Of a page that shows figures, or looks for something rare: how many rows it may read. */
  readonly reads?: number;
  readonly empty?: true;
}

/** What lists rows out of many. */
export const LISTS: readonly ListPage[] = [
  { path: "/console/orders" },
  { path: "/console/messages" },
  { path: "/console/messages?state=applied" },
  { path: "/console/messages?state=waiting" },
  { path: "/console/messages?event=ORDER_PROCESSED" },
  // Nobody sent one: so much is looked through for a page.
  { path: "/console/messages?event=REFUND_FAILED", reads: 200 },
  { path: "/console/messages?id=msg_S00x17_1", empty: true, reads: 4 },
  { path: "/console/notifications" },
  { path: "/console/notifications?status=dead" },
  { path: "/console/notifications?status=delivered" },
  { path: "/console/notifications?status=waiting", reads: 200 },
  { path: "/console/notifications?type=order.paid" },
];

/** What a page needs to be there before it can be looked at. */
export interface Things {
  /** A paid order with a link, a refund and notifications. */
  readonly order_id: string;
  readonly payment_link_id: string;
  readonly webhook_id: string;
  readonly notification_id: string;
  /** Of a transfer that was read. */
  readonly utr: string;
  readonly discrepancy_id: string;
}

export interface ConsolePage {
  readonly name: string;
  readonly path: (things: Things) => string;
  /** 200 unless it says otherwise. */
  readonly status?: number;
}

const at =
  (path: string): ConsolePage["path"] =>
  () =>
    path;

const NOWHERE = "/console/there-is-no-such-page";

/** Every address, with and without something to show, in order and in trouble. A new page is one line. */
export const PAGES: readonly ConsolePage[] = [
  { name: "today", path: at("/console") },
  { name: "orders", path: at("/console/orders") },
  { name: "messages", path: at("/console/messages") },
  { name: "messages-none", path: at("/console/messages?event=ORDER_FAILED&state=waiting") },
  { name: "messages-unknown-id", path: at("/console/messages?id=msg_never") },
  { name: "messages-bad-query", path: at("/console/messages?state=nonsense"), status: 400 },
  { name: "message", path: ({ webhook_id }) => `/console/messages/${webhook_id}` },
  { name: "message-unknown", path: at("/console/messages/msg_never"), status: 404 },
  { name: "messages-refused", path: at("/console/messages/refused") },
  { name: "notifications", path: at("/console/notifications") },
  { name: "notifications-none", path: at("/console/notifications?status=dead") },
  {
    name: "notification",
    path: ({ notification_id }) => `/console/notifications/${notification_id}`,
  },
  { name: "notification-unknown", path: at("/console/notifications/evt_never"), status: 404 },
  { name: "nowhere", path: at(NOWHERE), status: 404 },
];
