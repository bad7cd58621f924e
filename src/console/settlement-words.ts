// What the console calls the parts of a transfer to the bank, its checks, its lines, and the reading of the
// reports. Closed sets: what the domain or the API adds does not compile until it has words here.

import type { RefreshCause, RefreshState, RefreshView } from "../actor/settlement-rpc";
import type { IdentityName, LineState, SettlementStatus } from "../domain/settlement-check";
import type { LineRole } from "../domain/settlement-roles";
import type { Tone } from "./words";
import type { Bar } from "./waterfall";

export const SETTLEMENT_STATES: {
  readonly [status in SettlementStatus]: {
    readonly label: string;
    readonly tone: Tone;
    readonly means: string;
  };
} = {
  listed: {
    label: "Announced",
    tone: "plain",
    means: "The gateway names this transfer; what is in it was not read yet.",
  },
  initiated: {
    label: "On its way",
    tone: "wait",
    means: "The gateway is sending it to your bank; some of it is not paid out yet.",
  },
  completed: {
    label: "At the bank",
    tone: "good",
    means: "By the gateway's word all of it was paid to your bank.",
  },
};

interface PartWords {
  readonly label: string;
  /** Beside its amount in a picture that is 16 rem wide. */
  readonly short: string;
  readonly means: string;
}

export const WATERFALL_WORDS: { readonly [name in Bar["name"]]: PartWords } = {
  gross: {
    label: "Collected from customers",
    short: "Collected",
    means: "before anything was kept back",
  },
  refunds: { label: "Refunds", short: "Refunds", means: "given back to customers" },
  fees: { label: "Fees", short: "Fees", means: "what Pine Labs charges (MDR and others)" },
  taxes: { label: "Tax on fees", short: "Tax on fees", means: "GST" },
  recoveries: {
    label: "Chargebacks and loans",
    short: "Chargebacks, loans",
    means: "taken back by banks and lenders",
  },
  split: { label: "Shares of others", short: "Shares of others", means: "went to other merchants" },
  beside: {
    label: "Convenience fees and cashback",
    short: "Cashback and such",
    means: "stands beside the sum in the report",
  },
  unexplained: {
    label: "Not explained",
    short: "Not explained",
    means: "the report gives no reason for it",
  },
  net: {
    label: "Paid to your bank",
    short: "Paid to your bank",
    means: "what the bank's statement should show",
  },
};

export const LINE_STATES: {
  readonly [state in LineState]: { readonly label: string; readonly tone: Tone };
} = {
  attributed: { label: "Known order", tone: "good" },
  unknown: { label: "Unknown payment", tone: "bad" },
  other_business: { label: "Other business of this account", tone: "plain" },
  waiting: { label: "Its order is being asked for", tone: "wait" },
};

export const LINE_ROLES: { readonly [role in LineRole]: string } = {
  payment: "Payment",
  refund: "Refund, taken back",
  chargeback: "Chargeback",
  unknown: "Not clear",
};

export interface CheckWords {
  /** What is true when it holds. */
  readonly holds: string;
  /** What a person is told when it does not. */
  readonly fails: string;
  readonly left: string;
  readonly right: string;
  readonly unit: "money" | "lines";
}

export const CHECKS: { readonly [name in IdentityName]: CheckWords } = {
  list_net_is_detail_net: {
    holds: "The list and the transfer's own page say the same payout.",
    fails: "The list and the transfer's own page name different payouts.",
    left: "In the list",
    right: "On its own page",
    unit: "money",
  },
  detail_net_is_lines: {
    holds: "The payout is the sum of its lines.",
    fails: "The payout is not the sum of its lines.",
    left: "Payout",
    right: "Its lines together",
    unit: "money",
  },
  gross_less_deductions_is_net: {
    holds: "What was collected, less everything kept back, is the payout.",
    fails: "What was collected, less everything kept back, is not the payout.",
    left: "Collected less kept back",
    right: "Payout",
    unit: "money",
  },
  list_gross_is_detail_gross: {
    holds: "The list and the transfer's own page say the same amount collected.",
    fails: "The list and the transfer's own page name different amounts collected.",
    left: "In the list",
    right: "On its own page",
    unit: "money",
  },
  detail_gross_is_lines: {
    holds: "What was collected is the sum of its lines.",
    fails: "What was collected is not the sum of its lines.",
    left: "Collected",
    right: "Its lines together",
    unit: "money",
  },
  list_gross_less_deductions_is_net: {
    holds: "In the list too, collected less kept back is the payout.",
    fails: "In the list, collected less kept back is not the payout.",
    left: "Collected less kept back",
    right: "Payout",
    unit: "money",
  },
  refunds_are_lines: {
    holds: "Every refund that was kept back has its line.",
    fails: "The refunds that were kept back are not those of its lines.",
    left: "Refunds kept back",
    right: "Lines of refunds",
    unit: "money",
  },
  chargebacks_are_lines: {
    holds: "Every chargeback that was kept back has its line.",
    fails: "The chargebacks that were kept back are not those of its lines.",
    left: "Chargebacks kept back",
    right: "Lines of chargebacks",
    unit: "money",
  },
  list_count_is_lines: {
    holds: "The list counts as many transactions as there are lines.",
    fails: "The list counts another number of transactions than there are lines.",
    left: "Counted in the list",
    right: "Lines",
    unit: "lines",
  },
  detail_count_is_lines: {
    holds: "The transfer's own page counts as many transactions as there are lines.",
    fails: "The transfer's own page counts another number of transactions than there are lines.",
    left: "Counted on its page",
    right: "Lines",
    unit: "lines",
  },
  lines_balance: {
    holds: "Each line adds up in itself.",
    fails: "Some lines do not add up in themselves.",
    left: "Lines that do not",
    right: "Should be",
    unit: "lines",
  },
};

export const REFRESH_STATES: {
  readonly [state in RefreshState]: { readonly label: string; readonly tone: Tone };
} = {
  waiting: { label: "Waits for its turn", tone: "plain" },
  running: { label: "Being read now", tone: "wait" },
  paused: { label: "Paused, goes on by itself", tone: "wait" },
  done: { label: "Done", tone: "good" },
  failed: { label: "Failed", tone: "bad" },
};

export const REFRESH_PHASES: {
  readonly [phase in NonNullable<RefreshView["phase"]>]: string;
} = {
  list: "Reads the list of transfers",
  detail: "Reads what is in each transfer",
  attribute: "Finds the orders of the lines",
};

export const REFRESH_CAUSES: { readonly [cause in RefreshCause]: string } = {
  hourly: "By itself, every hour",
  daily: "By itself, every day",
  api: "Asked for by a person",
};
