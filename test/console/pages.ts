// The console's addresses, for the tests that go to all of them. Pure: used in workerd, in Node and in a browser.

import { ATTENTION_CODES } from "../../src/domain/attention";
import { STEPS } from "../../src/domain/checklist";
import { DELIVERY_STATES } from "../../src/domain/delivery";
import { DISCREPANCY_TYPES, SEVERITY_LEVELS } from "../../src/domain/discrepancy";
import { MESSAGE_STATES } from "../../src/domain/message";
import { STAGES } from "../../src/domain/stage";
import { LINK_STATUSES } from "../../src/domain/status";
import { SORTS } from "../../src/console/words";

export interface ListPage {
  readonly path: string;
  /**
   * What it may read beside four rows for each that it shows: counts up to a bound, figures, or what is looked
   * through for something rare.
   */
  readonly also?: number;
  /** It may show so many rows; 50 unless it says otherwise. */
  readonly most?: number;
  /** 200 unless it says otherwise: a search that finds one order leads to it. */
  readonly status?: number;
}

/** What has no index of its own is looked for in so many rows, four for each of a page's fifty. */
const RARE = 200;
/** What names one thing costs so many whether it is there or not. */
const ONE = 16;
/** A list by a step, or by a code of attention, is merged from the combinations that there are (ledger/needs.ts). */
const COMBINATIONS = 60;
/** What waits is counted to 1,001 of each kind (ledger/attention-statements.ts): as much in any larger ledger. */
const COUNTED = 1_001;

/** As many as seedMany makes. */
const PAYMENTS_OF_A_WEEK = 7 * 24 * 60;

type More = Omit<ListPage, "path">;

const each = (values: readonly string[], path: string, more: More = {}): readonly ListPage[] =>
  values.map((value) => ({ path: path + encodeURIComponent(value), ...more }));

/** Of the oldest order that seedMany makes. */
const OLDEST = "v1-310101000000-aa-s00x0";

/** What lists rows out of many: each list, with each of its filters and sorts alone. */
export const LISTS: readonly ListPage[] = [
  // Two tables of days beside the charts.
  { path: "/console", also: 20 * COUNTED, most: 2 * 30 },
  { path: "/console?days=90", also: 20 * COUNTED, most: 2 * 90 },
  { path: "/console/orders" },
  ...each(Object.keys(SORTS), "/console/orders?sort="),
  ...each(STAGES, "/console/orders?stage="),
  ...each(STEPS, "/console/orders?needs=", { also: COMBINATIONS }),
  ...each(["any", ...ATTENTION_CODES], "/console/orders?attention=", { also: COMBINATIONS }),
  { path: "/console/orders?from=2030-12-01" },
  { path: "/console/orders?to=2030-12-01" },
  { path: "/console/orders?amount=100" },
  { path: "/console/orders?amount=77.77", also: RARE },
  { path: "/console/orders?amount_to=50", also: RARE },
  { path: "/console/orders?stage=failed&amount=77.77&sort=updated_desc", also: RARE },
  ...each(
    [OLDEST, `pl-${OLDEST}`, `${OLDEST}-cc-1`, "shop-s00x0", "430700000000", "9000000000"],
    "/console/orders?q=",
    { also: ONE, status: 303 },
  ),
  ...each(["asha.s00x0@example.com"], "/console/orders?q=", { also: ONE, status: 303 }),
  ...each(["1111 100", "no such order", "999999999999"], "/console/orders?q=", { also: ONE }),
  { path: "/console/uncaptured" },
  { path: "/console/links" },
  ...each(LINK_STATUSES, "/console/links?status="),
  ...each(STAGES, "/console/links?stage="),
  { path: "/console/links?reference=shop-s00x0", also: ONE },
  { path: "/console/links?from=2030-12-01" },
  { path: "/console/links?to=2030-12-01" },
  // Its three sums are a part of what is counted for Today.
  { path: "/console/discrepancies", also: 20 * COUNTED },
  { path: "/console/discrepancies?state=all" },
  ...each(SEVERITY_LEVELS, "/console/discrepancies?severity=", { also: ONE }),
  ...each(DISCREPANCY_TYPES, "/console/discrepancies?type=", { also: ONE }),
  { path: "/console/discrepancies?from=2030-12-01" },
  { path: "/console/discrepancies?to=2030-12-01" },
  { path: "/console/settlements" },
  ...each(["listed", "initiated", "completed"], "/console/settlements?status="),
  ...each(["true", "false"], "/console/settlements?holds="),
  { path: "/console/settlements?from=2030-12-01" },
  { path: "/console/settlements?to=2030-12-01" },
  { path: "/console/settlements?utr=412300000001", also: ONE },
  { path: "/console/settlements?transaction_id=no-such-payment", also: ONE },
  // Fifty lines, and what of its figures was checked.
  { path: "/console/settlements/412300000001", most: 75 },
  // Exact to the paisa: every payment of the days that are asked for is read, and none of other days.
  { path: "/console/reconciliation", also: 4 * PAYMENTS_OF_A_WEEK },
  { path: "/console/reconciliation?by=settlement_date", also: 4 * 7 * 4 },
  { path: "/console/messages" },
  ...each(MESSAGE_STATES, "/console/messages?state="),
  { path: "/console/messages?event=ORDER_PROCESSED" },
  { path: "/console/messages?event=REFUND_FAILED", also: RARE },
  { path: "/console/messages?id=msg_s00x17_1", also: ONE },
  { path: "/console/messages/refused" },
  { path: "/console/notifications" },
  ...each(DELIVERY_STATES, "/console/notifications?status=", { also: RARE }),
  { path: "/console/notifications?type=order.paid" },
  { path: "/console/notifications?type=order.refunded", also: RARE },
  { path: "/console/settings/audit" },
  { path: "/console/settings/audit?order_id=v1-310101000000-aa-Nobody" },
  { path: "/console/settings/people" },
  { path: "/console/settings/keys" },
];

/** What a page needs to be there before it can be looked at. */
export interface Things {
  /** A paid order with a link, a refund and notifications. */
  readonly order_id: string;
  /** Its money is held. */
  readonly held_id: string;
  /** Its link is open. */
  readonly unpaid_id: string;
  readonly payment_link_id: string;
  readonly webhook_id: string;
  readonly notification_id: string;
  /** Of a transfer that was read. */
  readonly utr: string;
  readonly discrepancy_id: string;
  readonly person_id: string;
  readonly key_id: string;
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

const order = (page = ""): ConsolePage["path"] => {
  return ({ order_id }) => `/console/orders/${order_id}${page}`;
};
const held = (page = ""): ConsolePage["path"] => {
  return ({ held_id }) => `/console/orders/${held_id}${page}`;
};
const unpaid = (page = ""): ConsolePage["path"] => {
  return ({ unpaid_id }) => `/console/orders/${unpaid_id}${page}`;
};

const NOWHERE = "/console/there-is-no-such-page";
const NOBODY = "v1-310101000000-aa-Nobody";

/** Every address, with and without something to show, in order and in trouble. A new page is one line. */
export const PAGES: readonly ConsolePage[] = [
  { name: "today", path: at("/console") },
  { name: "today-90-days", path: at("/console?days=90") },
  { name: "orders", path: at("/console/orders") },
  { name: "orders-filtered", path: at("/console/orders?stage=paid&from=2020-01-01&amount=1500") },
  { name: "orders-none", path: at("/console/orders?attention=overpaid") },
  { name: "orders-bad-query", path: at("/console/orders?amount=lots"), status: 400 },
  { name: "orders-found", path: at("/console/orders?q=9000000001") },
  { name: "orders-not-found", path: at("/console/orders?q=no+such+order") },
  { name: "order", path: order() },
  { name: "order-held", path: held() },
  { name: "order-unpaid", path: unpaid() },
  { name: "order-unknown", path: at(`/console/orders/${NOBODY}`), status: 404 },
  { name: "refund", path: order("/refund") },
  { name: "refund-nothing-paid", path: unpaid("/refund") },
  { name: "capture", path: held("/capture") },
  { name: "void", path: held("/void") },
  { name: "link-cancel", path: unpaid("/link/cancel") },
  { name: "link-notify", path: unpaid("/link/notify") },
  { name: "link-replace", path: unpaid("/link/replace") },
  { name: "decide-nothing", path: order("/commands/refund/none/decide"), status: 404 },
  { name: "uncaptured", path: at("/console/uncaptured") },
  { name: "uncaptured-all", path: at("/console/uncaptured?chosen=all&none=1") },
  { name: "capture-none", path: at("/console/uncaptured/capture") },
  { name: "links", path: at("/console/links") },
  { name: "links-none", path: at("/console/links?reference=nobody") },
  { name: "links-bad-query", path: at("/console/links?status=nonsense"), status: 400 },
  { name: "link", path: ({ payment_link_id }) => `/console/links/${payment_link_id}` },
  { name: "link-unknown", path: at(`/console/links/pl-${NOBODY}`), status: 404 },
  { name: "link-new", path: at("/console/links/new") },
  { name: "link-track", path: at("/console/links/track") },
  { name: "settlements", path: at("/console/settlements") },
  { name: "settlements-none", path: at("/console/settlements?utr=NOSUCH") },
  { name: "settlements-bad-query", path: at("/console/settlements?status=nonsense"), status: 400 },
  { name: "settlement", path: ({ utr }) => `/console/settlements/${utr}` },
  { name: "settlement-unknown", path: at("/console/settlements/NOSUCH"), status: 404 },
  { name: "discrepancies", path: at("/console/discrepancies") },
  { name: "discrepancies-all", path: at("/console/discrepancies?state=all") },
  { name: "discrepancies-none", path: at("/console/discrepancies?to=2020-01-01") },
  {
    name: "resolve",
    path: ({ discrepancy_id }) => `/console/discrepancies/resolve?id=${discrepancy_id}`,
  },
  { name: "resolve-unknown", path: at("/console/discrepancies/resolve?id=x"), status: 404 },
  { name: "reconciliation", path: at("/console/reconciliation") },
  {
    name: "reconciliation-bad-query",
    path: at("/console/reconciliation?from=2026-02-01&to=2026-01-01"),
    status: 400,
  },
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
  { name: "settings", path: at("/console/settings") },
  { name: "health", path: at("/console/settings/health?count=messages") },
  { name: "money-switch", path: at("/console/settings/money") },
  { name: "keys", path: at("/console/settings/keys") },
  { name: "key-new", path: at("/console/settings/keys/new") },
  { name: "key-revoke", path: ({ key_id }) => `/console/settings/keys/${key_id}/revoke` },
  { name: "audit", path: at("/console/settings/audit") },
  { name: "audit-bad-query", path: at("/console/settings/audit?order_id=x"), status: 400 },
  { name: "people", path: at("/console/settings/people") },
  { name: "person-invite", path: at("/console/settings/people/invite") },
  { name: "person", path: ({ person_id }) => `/console/settings/people/${person_id}` },
  {
    name: "person-remove",
    path: ({ person_id }) => `/console/settings/people/${person_id}/remove`,
  },
  { name: "you", path: at("/console/settings/you") },
  { name: "nowhere", path: at(NOWHERE), status: 404 },
];

/** A form as somebody sends it, and a text of the page that answers: the form again, or the question. */
export interface ConsoleForm {
  readonly name: string;
  readonly path: (things: Things) => string;
  readonly choose?: readonly string[];
  readonly type?: readonly (readonly [label: string, text: string])[];
  readonly press: string;
  readonly shows: string | RegExp;
}

export const FORMS: readonly ConsoleForm[] = [
  { name: "refund-refused", path: order("/refund"), press: "Continue", shows: "Choose one" },
  {
    name: "refund-asked",
    path: order("/refund"),
    choose: ["A part of it"],
    type: [["Amount of the part", "10"]],
    press: "Continue",
    shows: "Change it",
  },
  { name: "capture-refused", path: held("/capture"), press: "Continue", shows: "Choose one" },
  {
    name: "capture-asked",
    path: held("/capture"),
    choose: ["All that is held"],
    press: "Continue",
    shows: "Change it",
  },
  { name: "void-asked", path: held("/void"), press: "Continue", shows: "Change it" },
  {
    name: "capture-many-asked",
    path: at("/console/uncaptured"),
    press: "Capture all",
    shows: "Capture ₹",
  },
  {
    name: "link-new-refused",
    path: at("/console/links/new"),
    press: "Create the link",
    shows: "No link was made yet",
  },
  {
    name: "link-track-refused",
    path: at("/console/links/track"),
    press: "Follow it",
    shows: "Write the link",
  },
  {
    name: "key-new-refused",
    path: at("/console/settings/keys/new"),
    press: "Make the key",
    shows: "No key was made yet",
  },
  {
    name: "person-invite-refused",
    path: at("/console/settings/people/invite"),
    press: "Make the invitation",
    shows: /./,
  },
  { name: "money-refused", path: at("/console/settings/money"), press: "Stop money", shows: /./ },
  {
    name: "doctor",
    path: at("/console/messages/refused"),
    type: [["Its headers", "webhook-id: msg_1"]],
    press: "Examine it",
    shows: /./,
  },
];
