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
  { path: "/console/settlements/412300000001", also: ONE },
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
  { path: "/console/settings/audit?order_id=v1-310101000000-aa-Nobody", also: RARE },
  { path: "/console/settings/people" },
  { path: "/console/settings/keys" },
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
