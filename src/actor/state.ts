// Everything an actor remembers besides its messages, timeline and events: one JSON row, written in
// the transaction that changes it. Read here and written here, nowhere else.

import type { Change } from "../domain/changes";
import type { CommandKind, Decision } from "../domain/command";
import type { Delivery } from "../domain/delivery";
import type { Amount } from "../domain/money";
import type { ChargeName } from "../domain/permit";
import type { OrderRecord } from "../domain/record";
import type { Stage } from "../domain/stage";
import type { Milliseconds } from "../domain/time";
import type { Jobs } from "./jobs";
import type { LinkRequest } from "./rpc";

export interface ActorState {
  /** What is known of the order; null in an actor that only keeps messages or a register. */
  readonly record: OrderRecord | null;
  readonly jobs: Jobs;
  /** Set once this actor is an alias: the home of its link. Never unset. */
  readonly home: string | null;
  /** In the actor named by a payment_link_id: the first order that claimed the link, for ever. */
  readonly register: string | null;
  /** In a home: the link whose register named us. */
  readonly claimed: string | null;
  /** References that were looked up at their own actors, and whether the gateway was asked too. */
  readonly looked_up: readonly string[];
  readonly asked_by_reference: boolean;
  /** Who has handed over to us, and what of theirs we have already. */
  readonly absorbed: { readonly [alias: string]: Absorbed };
  /** In a home: gateway orders of our link whose own actors know that they are aliases. */
  readonly introduced: readonly string[];
  /** Of those, the ones that are homes of their own: their money is not moved here. */
  readonly not_ours: readonly string[];
  readonly handed_over: boolean;
  /** In an alias: numbers of the messages that the home has not got yet. */
  readonly to_forward: readonly number[];
  /** Messages and events up to these numbers are in D1; older ones in `touched` changed since. */
  readonly projected_message: number;
  readonly projected_event: number;
  readonly touched: readonly number[];
  /** The last inquiry that a redirect caused. */
  readonly redirect_asked_at: Milliseconds | null;
  /** The stage when the merchant's systems were last told something, and what changed since. */
  readonly told_stage: Stage | null;
  readonly untold: readonly Change[];
  /** Notifications that are on their way, or whose end is not in D1 yet; oldest first. */
  readonly deliveries: readonly Delivery[];
  /** Who asked for what, or decided: the entries that are not in D1 yet, and the number of all. */
  readonly audit: readonly AuditEntry[];
  readonly audited: number;
  /** Of an order that came without us: the secret of its receipt's token, once somebody asked for it. */
  readonly receipt_secret: string | null;
  /** A row of D1 says when to wake this actor, which has no order's row to say it in. */
  readonly wake_projected: boolean;
  /** In a home: by the link that is being replaced, what was asked of the new one's actor. */
  readonly replacing: { readonly [paymentLinkId: string]: Replacing };
  /** The number of the last reference that a replacement of this order was given. */
  readonly replacements: number;
  /** Links that the gateway would not cancel, with the status that they had: `id:status`. */
  readonly uncancellable: readonly string[];
  /** While the job `window` waits, because what is due could not be done. */
  readonly window_pause: WindowPause | null;
  /** When the raw bodies and personal data kept here were removed: later ones go once they were used. */
  readonly forgotten_at: Milliseconds | null;
  /** In a keeper of unrouted messages: the raw bodies up to this number were removed. */
  readonly bodies_removed: number;
  /** By gateway order, why it was not captured by itself the last time; told once. */
  readonly window_failures: { readonly [orderId: string]: string };
  /** Keys under which a link was sent again, the newest last: the same press does not send it twice. */
  readonly notified: readonly string[];
  /** Refunds that moved nothing and still count towards their keys' limits. */
  readonly to_give_back: readonly ChargeName[];
}

export interface WindowPause {
  readonly until: Milliseconds;
  /** What was held when it began: other holds are looked at anew. */
  readonly holds: string;
}

/** Committed before anything is sent, so that a repeat sends the same. */
export interface Replacing {
  readonly n: number;
  readonly request: LinkRequest;
}

/**
 * One line of the audit: money was asked for, a person decided about it or about a discrepancy, or had
 * personal data removed. Never changed.
 */
export interface AuditEntry {
  readonly n: number;
  readonly at: Milliseconds;
  readonly by: string;
  /**
   * refund, capture, void, decision, the resolution of a discrepancy, a notification sent again, the removal
   * of personal data.
   */
  readonly action: CommandKind | "decision" | "resolution" | "resend" | "removal";
  readonly kind: CommandKind | "discrepancy" | "notification" | "personal_data";
  /** Of the command; of a discrepancy its key; of a notification its id; of a removal the id that was asked for. */
  readonly reference: string;
  /** The gateway order that the money is on; of a discrepancy and of a removal the home. */
  readonly order_id: string;
  readonly amount: Amount | null;
  readonly reason: string | null;
  readonly decision: Decision | null;
  /** Of a command that a made key asked for: which key. */
  readonly key_id?: string;
}

export interface Absorbed {
  /** Entries of its timeline. */
  readonly timeline: number;
  /** Numbers of the messages that it has forwarded. */
  readonly messages: readonly number[];
}

export const EMPTY_STATE: ActorState = {
  record: null,
  jobs: {},
  home: null,
  register: null,
  claimed: null,
  looked_up: [],
  asked_by_reference: false,
  absorbed: {},
  introduced: [],
  not_ours: [],
  handed_over: false,
  to_forward: [],
  projected_message: 0,
  projected_event: 0,
  touched: [],
  redirect_asked_at: null,
  told_stage: null,
  untold: [],
  deliveries: [],
  audit: [],
  audited: 0,
  receipt_secret: null,
  wake_projected: false,
  replacing: {},
  replacements: 0,
  uncancellable: [],
  window_pause: null,
  window_failures: {},
  to_give_back: [],
  notified: [],
  forgotten_at: null,
  bodies_removed: 0,
};
