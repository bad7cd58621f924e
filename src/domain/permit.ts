// What an order asks before it moves money, and what it may be told (decision 0019): whether money
// commands are stopped, whether the key that asked is still good, and whether its limits allow it.

import type { Amount } from "./money";
import type { LimitRefusal } from "./refund-limit";
import type { Milliseconds } from "./time";

/** A refund as it counts towards its key's day. The same key, order and reference count once. */
export interface ChargeName {
  readonly key_id: string;
  /** The gateway order. */
  readonly order_id: string;
  readonly reference: string;
  /** The Idempotency-Key of the command: only the one that was allowed last gives its amount back. */
  readonly attempt: string;
}

export interface Charge extends ChargeName {
  readonly amount: Amount;
}

export interface MoneyWish {
  /** The key that asked; null: the administrator's, or nobody (an automatic one). */
  readonly key_id: string | null;
  /** Null: it does not count towards any limit. */
  readonly charge: Charge | null;
  /** What is free again and may not have been told yet: it does not count beside the charge. */
  readonly freed: readonly ChargeName[];
}

export type PermitFailure =
  | { readonly code: "money_stopped"; readonly reason: string; readonly since: Milliseconds }
  /** The key was revoked, or ended, since it was looked at at the door. */
  | { readonly code: "key_ended" }
  | LimitRefusal
  | PermitUnknown;

/** Why a key may not say what became of a command. */
export type DecisionRefusal =
  | { readonly code: "key_ended" }
  /** A decision sends, or frees, whatever the command is of: a limit would not hold. */
  | { readonly code: "decision_not_allowed" };

/** Nobody could be asked: then nothing is sent. */
export type PermitUnknown = { readonly code: "access_unavailable" };
