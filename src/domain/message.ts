// How a kept message is shown and counted (law 11): one row per webhook, beside its raw body. The
// actor that took it from the gateway numbers it; the ledger mirrors the row.

import type { Milliseconds } from "./time";

/** How a kept message ended (law 11). */
export const MESSAGE_STATES = ["applied", "no_change", "unrouted", "waiting", "forwarded"] as const;

export type MessageState = (typeof MESSAGE_STATES)[number];

export interface MessageRow {
  /** 1, 2, 3 … without a gap, per actor. */
  readonly n: number;
  readonly webhook_id: string;
  readonly event: string | null;
  readonly state: MessageState;
  readonly repeats: number;
  readonly size: number;
  readonly body_hash: string;
  readonly received_at: Milliseconds;
  readonly sent_at: Milliseconds;
  /** Another body came under this id. */
  readonly id_reused: boolean;
}
