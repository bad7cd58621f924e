// What goes wrong between the house and the world, drawn as plain values: the gateway's answers, D1, the
// actors' lives, their alarms, the merchant's own system and the clock. Planted before a step; strikes what
// comes next (strike.ts) until it is used up or `calm` ends it.

import * as fc from "fast-check";
import { vi } from "vitest";
import { SECOND } from "../../src/domain/schedule";
import type { ReceiverTrouble } from "../../src/sandbox/receiver";
import { mend } from "../actor/house";
import { trouble as troubleReceiver } from "../notify/shop";
import { ask, turn } from "../sandbox/gateway";
import { faults } from "../worker";
import { alarms, forgetStrikes, openToStrikes, strikeLater, type StrikeKind } from "./strike";
import { count } from "./tally";

const PROXY = "<html><body>not here</body></html>";

/** The gateway's next answers, whatever they are about. */
const ANSWERS = {
  gateway_500: { status: 500 },
  gateway_500_lost: { status: 502, after_work: true },
  gateway_504_lost: { status: 504, after_work: true, body: PROXY },
  gateway_half: { status: 200, after_work: true, body: '{"order_id":' },
  gateway_429: { status: 429, retry_after_seconds: 30 },
  gateway_429_lost: { status: 429, after_work: true },
  gateway_proxy_404: { status: 404, body: PROXY },
  /** Longer than an actor waits (`faults.patience`); the work is done. */
  gateway_slow: { delay_ms: 400 },
} as const;

const DUPLICATE = {
  status: 422,
  after_work: true,
  body: JSON.stringify({ code: "DUPLICATE_REQUEST", message: "used before" }),
} as const;

/** A gateway that hides a refund in two ways at once would be paid twice whatever we did. */
const SHOWN = { lag_order_snapshots: 0, hide_references: 0, refunds_on_parent: true } as const;

/** What becomes of refunds at the gateway from now on. */
const REFUNDS = {
  refunds_pending: "pending",
  refunds_fail: "fail",
  refunds_refused: "refuse",
} as const;

/** What the merchant's own system does with the next notifications. */
const RECEIVER: { readonly [kind in ReceiverKind]: Partial<ReceiverTrouble> } = {
  receiver_fails: { mode: "fail" },
  receiver_hangs: { mode: "hang", wait_ms: 200 },
  receiver_late: { mode: "late", wait_ms: 200 },
  receiver_killed: { mode: "killed" },
  receiver_gone: { mode: "gone" },
  receiver_away: { mode: "fail", status: 503, retry_after: "120" },
};
const RECEIVER_KINDS = [
  "receiver_fails",
  "receiver_hangs",
  "receiver_late",
  "receiver_killed",
  "receiver_gone",
  "receiver_away",
] as const;
type ReceiverKind = (typeof RECEIVER_KINDS)[number];

/** The runtime rings an alarm at least once, but not on time; `lost`: see docs/proof.md. */
const ALARMS = { alarm_late: "late", alarm_twice: "twice", alarm_lost: "lost" } as const;

const OTHERS = [
  "tokens_revoked",
  /** What the gateway says from now on never leaves it. */
  "webhooks_dropped",
  /** A bug of ours: every other message can not be translated. */
  "translation_throws",
  "snapshots_lag",
  /** Not found by their references, or not listed by their orders; never both at once. */
  "refunds_hidden",
  /** A refund is done, and its answer says that there had been one before. */
  "refund_duplicate",
  /** The doors and the cron get no answer from D1. */
  "d1_deaf",
  "clock_back",
  "clock_ahead",
  "gateway_clock",
] as const;

const STRIKES: readonly StrikeKind[] = [
  "gateway_unreachable",
  "gateway_answer_lost",
  "all_die_asking_gateway",
  "all_die_answered_by_gateway",
  "d1_throws",
  "d1_answer_lost",
  "d1_hangs",
  "d1_late",
  "dies_before_batch",
  "dies_after_batch",
  "dies_after_commit",
  "commit_fails",
  "message_unkept",
  "untranslatable",
  "gateway_late",
  "money_call_lost",
  "money_answer_lost",
  "dies_asking",
  "dies_answered",
  "peer_unreachable",
  "peer_answer_lost",
  "commit_fails",
  "mail_refused",
  "mail_unanswered",
];

type Kind =
  | StrikeKind
  | ReceiverKind
  | keyof typeof ANSWERS
  | keyof typeof REFUNDS
  | keyof typeof ALARMS
  | (typeof OTHERS)[number];

export interface Trouble {
  readonly kind: Kind;
  /** How many of the next ones it strikes, and how many it lets pass before. */
  readonly times: number;
  readonly after: number;
}

/** What is rare by itself and strikes where it hurts. */
const OFTEN: readonly Kind[] = [
  "money_answer_lost",
  "money_answer_lost",
  "money_call_lost",
  "gateway_late",
  "refunds_pending",
  "refunds_pending",
  "untranslatable",
  "message_unkept",
];

/** All kinds; which of them are likelier than the others stands above. */
export const KINDS: readonly Kind[] = [
  ...OFTEN,
  ...namesOf(ANSWERS),
  ...namesOf(REFUNDS),
  ...RECEIVER_KINDS,
  ...namesOf(ALARMS),
  ...STRIKES,
  ...OTHERS,
];

export const troubles: fc.Arbitrary<Trouble> = fc.record({
  kind: fc.constantFrom(...KINDS),
  times: fc.constantFrom(1, 1, 2, 5),
  after: fc.constantFrom(0, 0, 1, 2, 3, 5, 8),
});

/** Real milliseconds for one answer of the gateway: long for a machine that does nothing else. */
const PATIENCE_MS = 800;
const SHORT_PATIENCE_MS = 120;
/** So far the clock steps at once: enough for a wrong order, and within the tolerance of signatures. */
const CLOCK_STEP = 20 * SECOND;

/** The gateway's, as planted: they are told to it as a whole. */
let answers: object[] = [];

export async function plant({ kind, times, after }: Trouble): Promise<void> {
  count(`planted: ${kind}`);
  if (isIn(ANSWERS, kind)) {
    if (kind === "gateway_slow") faults.patience = SHORT_PATIENCE_MS;
    answers.push({ operation: "*", times, ...ANSWERS[kind] });
    return turn({ answers });
  }
  if (isIn(REFUNDS, kind)) return turn({ refunds: REFUNDS[kind] });
  if (isIn(RECEIVER, kind)) {
    faults.receiver_patience = SHORT_PATIENCE_MS;
    return troubleReceiver({ ...RECEIVER[kind], times });
  }
  if (isIn(ALARMS, kind)) {
    alarms[ALARMS[kind]] += times;
    return;
  }
  if (!isOther(kind)) {
    strikeLater({ kind, times, after });
    return;
  }
  switch (kind) {
    case "tokens_revoked":
      await ask("POST", "/sandbox/tokens/revoke");
      return;
    case "webhooks_dropped":
      return turn({ webhooks: { drop: true } });
    case "translation_throws":
      faults.translate = (event) => JSON.stringify(event).length % 2 === after % 2;
      return;
    case "snapshots_lag":
      return turn({ ...SHOWN, lag_order_snapshots: times });
    case "refunds_hidden":
      return turn({
        ...SHOWN,
        ...(after % 2 === 0 ? { hide_references: -1 } : { refunds_on_parent: false }),
      });
    case "refund_duplicate":
      answers.push({ operation: "refund.create", times, ...DUPLICATE });
      return turn({ answers });
    case "d1_deaf":
      faults.readings = "throw";
      return;
    case "clock_back":
      vi.setSystemTime(Date.now() - times * CLOCK_STEP);
      return;
    case "clock_ahead":
      vi.setSystemTime(Date.now() + times * CLOCK_STEP);
      return;
    case "gateway_clock":
      return turn({ clock_shift_ms: (after % 2 === 0 ? 1 : -1) * times * CLOCK_STEP });
  }
}

/** Whether the gateway may hear no 2xx although it signed rightly: somebody dies, or can not keep anything. */
export function mayRefuseWebhooks(under: ReadonlySet<string>): boolean {
  return [...under].some((kind) => /dies?_|die_|commit_fails|message_unkept|crash/.test(kind));
}

/** Everything works again, and so do the gateway and the merchant's system. */
export async function calm(settings: (typeof faults)["settings"]): Promise<void> {
  mend();
  faults.settings = settings;
  faults.patience = PATIENCE_MS;
  forgetStrikes();
  openToStrikes();
  answers = [];
  await turn({
    answers,
    refunds: "process",
    clock_shift_ms: 0,
    webhooks: { drop: false },
    ...SHOWN,
  });
  await troubleReceiver({ mode: "ok" });
}

function isOther(kind: Kind): kind is (typeof OTHERS)[number] {
  return OTHERS.some((other) => other === kind);
}

function isIn<T extends object>(table: T, kind: string): kind is Extract<keyof T, string> {
  return kind in table;
}

function namesOf<T extends object>(table: T): readonly Extract<keyof T, string>[] {
  return Object.keys(table).filter((name) => isIn(table, name));
}
