// What waits for a person, as the API shows it: every number with the oldest that it counts and the address
// of the list, so that a page makes links of them. Pure.

import { ATTENTION_CODES } from "../domain/attention";
import { inr } from "../domain/money";
import { type MoneySwitch, viewSwitch } from "../domain/money-switch";
import { type Refusal, REFUSALS_KEPT } from "../domain/refusal";
import { isoOrNull, type Milliseconds, toIso } from "../domain/time";
import type { Silence } from "../domain/webhooks-silent";
import type { Counted, LedgerTrouble } from "../ledger/attention";
import { COUNTED } from "../ledger/attention-statements";
import { type ReceiverReading, receiverSentences } from "./receiver-health";
import { type ReportReading, reportSentences } from "./report-health";

export interface Known {
  readonly now: Milliseconds;
  readonly ledger: LedgerTrouble;
  readonly webhooks: Silence;
  /** Where the gateway should send them. */
  readonly webhook_url: string;
  /** Of the last day, newest first; null: who keeps them gave no answer. */
  readonly refused: readonly Refusal[] | null;
  readonly reports: ReportReading | null;
  /** Null: who keeps its pause gave no answer. */
  readonly receiver: ReceiverReading | null;
  /** Null: who keeps the switch gave no answer. */
  readonly money: MoneySwitch | null;
}

export function attentionJson(known: Known) {
  const { now, ledger, webhooks } = known;
  const { uncaptured, discrepancies, notifications, messages } = ledger;
  return {
    at: toIso(now),
    /** Where a number says `more`, it is this one, and there are others. */
    counted_to: COUNTED,
    uncaptured: each(uncaptured, () => "/v1/orders?stage=authorized&sort=created_asc", true),
    stuck: shown(ledger.stuck, "/v1/orders?stage=payment_initiated&sort=created_asc", true),
    fulfillment: shown(ledger.fulfillment, "/v1/orders?needs=fulfill&sort=created_asc"),
    refunds: {
      open: shown(ledger.refunds, "/v1/orders?needs=refund&sort=created_asc"),
      without_end: shown(
        ledger.refunds_without_end,
        "/v1/discrepancies?type=refund_without_end",
        true,
      ),
    },
    orders: each({ ...NO_CODES, ...ledger.attention }, hrefOfCode),
    discrepancies: each(
      discrepancies,
      (severity) => `/v1/discrepancies?severity=${severity}`,
      true,
    ),
    notifications: {
      ...each(notifications, (status) => `/v1/notifications?status=${status}`),
      receiver: receiverJson(known.receiver),
    },
    messages: {
      ...each(messages, (state) => `/v1/messages?state=${state}`),
      refused: refusedJson(known.refused),
    },
    money: known.money && viewSwitch(known.money),
    webhooks_silent: webhooks.silent,
    webhooks: {
      silent: webhooks.silent,
      since: isoOrNull(webhooks.since),
      orders: webhooks.orders,
      last_received_at: isoOrNull(ledger.last_webhook_at),
      webhook_url: known.webhook_url,
      detail: webhooks.silent ? silentSentence(known) : null,
      href: "/v1/messages",
    },
    settlements: settlementsJson(known),
  };
}

/** What GET /v1/attention answers. */
export type AttentionView = ReturnType<typeof attentionJson>;

const NONE: Counted = { count: 0, more: false, amount: 0, oldest: null };

const NO_CODES: { readonly [code: string]: Counted } = Object.fromEntries(
  ATTENTION_CODES.map((code) => [code, NONE]),
);

/** A code that an order got from another release has no list of its own. */
function hrefOfCode(code: string): string {
  const isKnown = ATTENTION_CODES.some((known) => known === code);
  return `/v1/orders?attention=${isKnown ? code : "any"}`;
}

function each<K extends string>(
  kinds: { readonly [kind in K]: Counted },
  href: (kind: string) => string,
  isMoney = false,
) {
  const entries = Object.entries<Counted>(kinds).map(([kind, counted]) => [
    kind,
    shown(counted, href(kind), isMoney),
  ]);
  return Object.fromEntries(entries) as { readonly [kind in K]: ReturnType<typeof shown> };
}

function shown({ count, more, amount, oldest }: Counted, href: string, isMoney = false) {
  return {
    count,
    more,
    ...(isMoney ? { amount: inr(amount) } : {}),
    oldest: oldest && { id: oldest.id, at: isoOrNull(oldest.at) },
    href,
  };
}

function refusedJson(refused: readonly Refusal[] | null) {
  if (refused === null) return null;
  const oldest = refused.at(-1);
  const codes = [...new Set(refused.map(({ code }) => code))].toSorted();
  return {
    count: refused.length,
    more: refused.length === REFUSALS_KEPT,
    oldest: oldest ? { id: oldest.webhook_id, at: toIso(oldest.at) } : null,
    codes: Object.fromEntries(
      codes.map((code) => [code, refused.filter((one) => one.code === code).length]),
    ),
    href: "/v1/messages/refused",
  };
}

function receiverJson(receiver: ReceiverReading | null) {
  if (receiver === null) return null;
  const { pause } = receiver;
  return {
    paused: pause !== null,
    since: isoOrNull(pause?.paused_at ?? null),
    detail: receiverSentences(receiver)[0] ?? null,
  };
}

function silentSentence({ webhooks, webhook_url, refused }: Known): string {
  const told = `The last ${webhooks.orders} orders with money are known only because we asked the gateway; no webhook told of them.`;
  return refused !== null && refused.length > 0
    ? `${told} Webhooks came and were refused: GET /v1/messages/refused says why.`
    : `${told} Check in the Pine Labs dashboard that webhooks are on and go to ${webhook_url}.`;
}

function settlementsJson({ reports, now }: Known) {
  if (reports === null) return null;
  const wrong = reportSentences(reports.progress, reports.read_through, now);
  return {
    behind: wrong.length > 0,
    read_through: isoOrNull(reports.read_through),
    wrong,
    href: "/v1/settlements/refresh",
  };
}
