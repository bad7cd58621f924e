// The console's addresses, for the tests that go to all of them. Pure: used in workerd, in Node and in a browser.

export interface ListPage {
  readonly path: string;
  /** Of a page that shows figures, or looks for something rare: how many rows it may read. */
  readonly reads?: number;
  readonly empty?: true;
}

/** What waits is counted up to 1,000 of each kind, over indexes (ledger/attention-statements.ts). */
const ATTENTION = 15_000;

/** What lists rows out of many. */
export const LISTS: readonly ListPage[] = [
  { path: "/console", reads: ATTENTION },
  { path: "/console?days=90", reads: ATTENTION },
  { path: "/console/orders" },
  { path: "/console/orders?stage=paid" },
  { path: "/console/orders?stage=authorized&sort=created_asc" },
  { path: "/console/orders?needs=fulfill" },
  { path: "/console/orders?needs=settle&sort=created_asc" },
  { path: "/console/orders?attention=any" },
  { path: "/console/orders?attention=overpaid&sort=created_asc" },
  { path: "/console/orders?attention=any&stage=paid" },
  { path: "/console/orders?sort=updated_asc" },
  { path: "/console/orders?from=2030-12-01&to=2030-12-31&sort=created_asc" },
  { path: "/console/orders?amount=100" },
  { path: "/console/orders?stage=paid&needs=fulfill&sort=updated_desc", reads: 200 },
  // Nobody paid so much: so much is looked through for a page.
  { path: "/console/orders?amount=999", reads: 200 },
  { path: "/console/orders?amount=999&sort=updated_asc", reads: 200 },
  { path: "/console/orders?amount=999&stage=paid&needs=settle", reads: 200 },
  // All of them have this card and this amount: four for each, and what tells that no id is called so. Nobody has
  // this number.
  { path: "/console/orders?q=1111+100", reads: 210 },
  { path: "/console/orders?q=999999999999", empty: true, reads: 20 },
  { path: "/console/links" },
  { path: "/console/links?stage=paid" },
  { path: "/console/uncaptured" },
  { path: "/console/settlements" },
  { path: "/console/discrepancies", reads: ATTENTION },
  { path: "/console/discrepancies?severity=loss" },
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
