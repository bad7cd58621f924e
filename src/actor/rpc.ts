// What actors say to each other and to the doors: plain data, results instead of exceptions
// (messages of errors that cross RPC can not be relied on).

import type { Asked, CommandKind, Decision } from "../domain/command";
import type { PolicyRefusal } from "../domain/command-policy";
import type { CommandView } from "../domain/command-view";
import type { ClaimAnswerView } from "../domain/fulfillment-view";
import type { ClaimRequest, Handling, Said } from "../domain/handling";
import type { EndRequest } from "../domain/handling-end";
import type { ReceiptMail } from "../domain/receipt-mail";
import type { DiscrepancyView, LinkView, OrderView, VerdictView } from "../domain/order-view";
import type { Amount } from "../domain/money";
import type { AutoCaptureWish, OrderRecord } from "../domain/record";
import type { DecisionRefusal, PermitFailure } from "../domain/permit";
import type { ReminderRule, Reminders } from "../domain/reminders";
import type { ReplaceRefusal } from "../domain/replace";
import type { LineRole } from "../domain/settlement-roles";
import type { ToldKind } from "../domain/story";
import type { Tick, TickRefusal } from "../domain/tick";
import type { Unfinished } from "../domain/unfinished";
import type { FulfillOn } from "../domain/verdict";
import type { Json, JsonObject } from "../domain/json";
import type { Result } from "../domain/result";
import type { Milliseconds } from "../domain/time";
import type { GatewayFailure } from "../pinelabs/gateway";

/** One webhook as received, its signature already verified. */
export interface Message {
  readonly webhook_id: string;
  /** `webhook-timestamp`: the time of the attempt, in epoch milliseconds. Never a version. */
  readonly sent_at: Milliseconds;
  readonly received_at: Milliseconds;
  /** The raw body, byte for byte, when it is UTF-8; base64 of it otherwise. */
  readonly body: string;
  readonly encoding: "utf8" | "base64";
  /** SHA-256 of the raw body, lower-case hex. */
  readonly body_hash: string;
  /** Of the raw body, in bytes. */
  readonly size: number;
  readonly request_id: string;
}

/** A kept message's raw body. */
export type Kept = Pick<Message, "body" | "encoding">;

export type MessageStatus = "accepted" | "duplicate" | "unrouted" | "unreadable";

/** Reads through an alias name the home; the caller asks there (actor/orders.ts does). */
export type Reading<T> =
  | { readonly kind: "found"; readonly value: T }
  | { readonly kind: "alias"; readonly home: string }
  | { readonly kind: "absent" };

export type InquiryFailure =
  | GatewayFailure
  /** Neither we nor the gateway know it; nothing was stored. */
  | { readonly code: "order_unknown" }
  /** A bug of ours; it is logged, counted, and the order is asked about again later. */
  | { readonly code: "inquiry_failed" };

/** A money command that passed the door. */
export interface CommandRequest {
  readonly kind: CommandKind;
  /** Null: a void, or an automatic capture, which number themselves. */
  readonly reference: string | null;
  readonly asked: Asked;
  /** The id in the caller's address: of several orders that hold money it says which is meant. */
  readonly named: string | null;
  /** What could be refunded, or was held, when the caller looked; a repeat is not asked for it. */
  readonly expected?: Amount | undefined;
  /** The key or operator that asks. */
  readonly requested_by: string;
  /** The key, if it is one that was made here: its limits count. */
  readonly key_id: string | null;
}

/** What an operator says of an outcome that nobody can read. */
export interface DecisionRequest {
  readonly kind: CommandKind;
  readonly reference: string;
  readonly decision: Decision;
  readonly reason: string;
  readonly requested_by: string;
  readonly key_id: string | null;
}

/** What an operator says of a discrepancy. */
export interface ResolveRequest {
  /** Type and subject (domain/discrepancy.ts). */
  readonly key: string;
  /** Of the difference that was looked at, in paisa; undefined: whatever it is now. */
  readonly amount?: number | null | undefined;
  readonly reason: string;
  readonly resolved_by: string;
}

/** A discrepancy that a person closed, and whose it is: the home that was found through its aliases. */
export interface ResolvedDiscrepancy {
  readonly home: string;
  readonly row: DiscrepancyView;
}

export type CommandFailure =
  | InquiryFailure
  /** Not sent at all: what is known of the order does not allow it. Nothing was stored. */
  | { readonly code: "command_refused"; readonly refusal: PolicyRefusal }
  /** The same reference with another body; `first` is what the first one said. */
  | {
      readonly code: "command_differs";
      readonly differing: readonly { readonly field: keyof Asked; readonly first: Json }[];
    }
  | { readonly code: "command_unknown" }
  /** Money is stopped, or the key that asks may not so much; nothing was stored. */
  | PermitFailure
  /** Only of a decision. */
  | DecisionRefusal
  /** Only a command whose outcome nobody can read is decided, and each time once. */
  | { readonly code: "decision_not_needed"; readonly command: CommandView }
  /** Which orders belong together is not settled yet, or what `order_id` still has to tell us. */
  | { readonly code: "order_unsettled"; readonly order_id: string | null };

export type ResendFailure =
  | { readonly code: "notification_unknown" }
  /** There is no NOTIFY_URL to send it to. */
  | { readonly code: "notify_not_configured" };

/** A redirect as the door parsed it. The signature's verdict changes nothing but a discrepancy. */
export interface RedirectHint {
  readonly order_id: string | null;
  readonly status: string | null;
  readonly signature: SignatureCheck;
}

export type SignatureCheck = "valid" | "invalid" | "absent" | "unchecked";

/** What the storefront has in its own books. */
export interface Expectation {
  readonly merchant_reference?: string;
  readonly payment_link_id?: string;
  readonly order_id?: string;
  readonly amount?: { readonly value: number; readonly currency: string };
}

export interface VerdictQuestion {
  readonly reason: "verify" | "redirect";
  readonly hint?: RedirectHint;
  readonly expect?: Expectation;
  /** Who wants to deliver it, if anybody does. */
  readonly claim?: ClaimWish;
  /** Milliseconds to wait for the gateway; afterwards the answer is from the facts. */
  readonly limit: Milliseconds;
}

/** Somebody wants to deliver the order; `requested_by`: with which key. */
export interface ClaimWish extends ClaimRequest {
  readonly requested_by: string;
}

/** The end of a claim; `requested_by`: the key that says so. */
export interface EndWish extends EndRequest {
  readonly requested_by: string;
}

/** Somebody says that a step of the checklist is done. */
export type TickWish = Tick;

export type TickFailure =
  | InquiryFailure
  | TickRefusal
  /** Which orders belong together is not settled yet. */
  | { readonly code: "order_unsettled"; readonly order_id: null };

export interface VerdictAnswer extends VerdictView {
  readonly signature: SignatureCheck;
  readonly mismatch: readonly (keyof Expectation)[];
  /** Null when none was asked for. With one, `fulfill` says whether it was granted. */
  readonly claim: ClaimAnswerView | null;
  /** As new as the question: the gateway answered it, or what it said a moment ago still stands. */
  readonly current: boolean;
  /** The home's id, and what the page needs to send the customer on. */
  readonly id: string;
  readonly return_url: string | null;
  readonly failure_return_url: string | null;
  readonly payment_link: string | null;
  readonly token: string | null;
}

/** A link request that passed the door: our own words, every field within its limits. */
export interface LinkRequest {
  readonly reference: string;
  /** The gateway's request body, without callback URLs and our metadata: those are added here. */
  readonly body: JsonObject;
  readonly amount: { readonly value: number; readonly currency: string };
  readonly pre_auth: boolean;
  readonly part_payment: boolean;
  readonly return_url: string | null;
  readonly failure_return_url: string | null;
  readonly fulfill_on: FulfillOn | null;
  readonly auto_capture: AutoCaptureWish | null;
  readonly auto_capture_amount: Amount | null;
  readonly reminders?: readonly ReminderRule[];
  /** The link that it is made in place of, and the home of its order, which becomes the new one's. */
  readonly replaces?: { readonly home: string; readonly payment_link_id: string };
}

/** Which link is to be replaced, and what its successor does not take over from it. */
export interface ReplaceQuestion {
  /** A payment_link_id, or an order's id, which means the order's current link. */
  readonly id: string;
  readonly expire_by: Milliseconds | null;
  /** Where the caller reached us; used when PUBLIC_URL is not set. */
  readonly origin: string;
}

/** A link as the API shows it: the gateway's object in our words, and the ways to follow it. */
export interface LinkAnswer {
  readonly link: LinkView;
  readonly order: OrderView;
  readonly token: string | null;
  readonly receipt_token: string | null;
}

/** The redirect's token asks for a verdict; the receipt's shows a receipt and nothing else. */
export type TokenKind = "link" | "receipt";

/** Who wants the receipt sent, and where that caller reached us. */
export interface ReceiptRequest {
  readonly by: string;
  readonly origin: string;
}

export interface ReceiptStatus {
  readonly token: string;
  /** Whether there is a receipt: some money was received. */
  readonly ready: boolean;
  readonly handed_over: Said | null;
  readonly mail: ReceiptMail | null;
}

export type ReceiptFailure =
  /** Neither a sender nor a way to send is set up. */
  | { readonly code: "receipt_not_configured" }
  | { readonly code: "nothing_paid" }
  | { readonly code: "customer_email_unknown" }
  | { readonly code: "order_unsettled" }
  | { readonly code: "order_unknown" };

export type LinkFailure =
  | GatewayFailure
  /** The same reference with another body. */
  | {
      readonly code: "reference_reused";
      readonly differing: readonly string[];
      /** Of the first one the customer's data was removed; `differing` is what differs besides. */
      readonly removed: boolean;
    }
  /** The gateway has another link under this reference, which was not made by this request. */
  | { readonly code: "link_differs"; readonly field: "amount"; readonly theirs: number }
  | { readonly code: "link_unknown" }
  /** Only an active link can be cancelled or sent again; `status` is what the gateway says now. */
  | { readonly code: "link_not_active"; readonly status: string }
  | ReplaceRefusal;

/** What became of one line that was given to an order. */
export interface Attribution {
  readonly utr: string;
  readonly transaction_id: string;
  readonly fingerprint: string;
  /** `unknown`: the order is known, and nothing of it has this id. */
  readonly role: LineRole;
  /** The order's home. */
  readonly home: string;
  /** The gateway order and the payment that it is about. */
  readonly order_id: string | null;
  readonly payment_id: string | null;
  /** False: of the account's other business (ORDERS_WITHOUT_LINK=off). */
  readonly ours: boolean;
}

export interface TimelineEntry {
  readonly n: number;
  readonly at: Milliseconds;
  /** One of TOLD_BY, or the name of who asked for it. */
  readonly by: string;
  readonly what: ToldKind;
  /** One sentence for a person. */
  readonly text: string;
  /** The webhook id, when a message said it. */
  readonly webhook_id?: string;
  readonly from?: string | null;
  readonly to?: string;
  readonly id?: string;
}

/** What an alias hands to its home, once (design 3.1). */
export interface HandOver {
  readonly from: string;
  readonly record: OrderRecord;
  readonly timeline: readonly TimelineEntry[];
  /** Keys of the notifications that the alias has queued: the home does not queue them again. */
  readonly events: readonly string[];
}

/** What became of something that was given to a home. `moved`: it is an alias itself by now. */
export type Delivery =
  | { readonly kind: "taken" }
  | { readonly kind: "moved"; readonly home: string }
  /** It could not be taken now; to be given again. */
  | { readonly kind: "refused" };

/**
 * What an order answers to the home of its link. `other_home`: it is a home itself, or belongs to
 * another; `later`: a command of its own is not over, or it could not hand over now.
 */
export type Met = "handed_over" | "other_home" | "later";

/** What a link's register answers. */
export interface Registration {
  readonly home: string;
  /** To the home: keys of what the link's actor told while it was the home itself. */
  readonly told: readonly string[];
  /** The same of the reminders that it has begun. */
  readonly reminders: Reminders;
  /** The same of the claims that it has granted, and of what was said. */
  readonly handling: Handling;
}

export type LinkResult = Result<LinkAnswer, LinkFailure>;

/** The payment_link_id of the new link. */
export type Replaced = Result<string, LinkFailure | InquiryFailure>;

/** How many raw bodies of messages and bodies of notifications are gone, those of aliases too. */
export interface Removed {
  readonly messages: number;
  readonly notifications: number;
}

export type ForgetAnswer = Result<
  {
    /** The order's home. */
    readonly id: string;
    readonly forgotten_at: Milliseconds;
    /** `removing`: what other actors or D1 still hold goes by itself, with retry. */
    readonly state: "removed" | "removing";
    readonly removed: Removed;
  },
  /** Personal data may still be needed; nothing was removed. */
  { readonly code: "order_not_finished"; readonly waits_for: readonly Unfinished[] }
>;

/** What became of an order that may be old enough. `absent`: it is no home, or not known. */
export type Forgotten = "removed" | "removed_before" | "not_over" | "absent";

/** What an actor answers that may be an alias of the order. `absorbed`: who had handed over to it. */
export type AliasForgotten =
  | { readonly kind: "forgotten"; readonly removed: Removed; readonly absorbed: readonly string[] }
  | { readonly kind: "not_ours" }
  /** It has not handed over everything yet. */
  | { readonly kind: "later" };
