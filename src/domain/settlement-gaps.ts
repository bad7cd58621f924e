// Money that should be in a report by now and is not. Whether it is late depends on the clock, on the
// bank's days, and on how far the reports were read: nothing is missing in a report that nobody has read.

import type { Milliseconds } from "./time";

/** What is known of the reports as a whole. */
export interface ReportKnowledge {
  /** Every transfer up to this moment was read; null: never, or not without a gap. */
  readonly read_through: Milliseconds | null;
  /**
   * Transfers that deducted refunds without saying which (no line shows them), newest first, one
   * hundred at most; `value` in paisa.
   */
  readonly unlisted_refunds: readonly { readonly at: Milliseconds; readonly value: number }[];
}
