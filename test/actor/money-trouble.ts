// Trouble between us and the gateway, for the histories of money: answers that go wrong once, calls
// that are held on their way there or back, and a gateway that is not what it was.

import { turn } from "../sandbox/gateway";
import { faults } from "../worker";
import { mend } from "./house";
import type { Fault, Mood, Scenario } from "./money-acts";
import { count } from "./money-tally";

/** Calls that move money; the dashboard's own do not count. */
const MONEY = /^(POST|PUT) \/sandbox\/api\/.*\/(refunds?|capture|cancel)\b/;

const PROXY = "<html><body>not here</body></html>";
const NO_CODE = JSON.stringify({ message: "not here" });
const SEEN_BEFORE = JSON.stringify({ code: "DUPLICATE_REQUEST", message: "used before" });
const MONEY_OPERATIONS = ["refund.create", "order.capture", "order.cancel"];
const READS = ["order.get", "order.get_by_reference"];

interface Planted {
  readonly on: readonly string[];
  readonly answer: { readonly [field: string]: unknown };
}

function answerOf(fault: Fault): readonly Planted[] {
  const money = (answer: Planted["answer"]): readonly Planted[] => [
    { on: MONEY_OPERATIONS, answer },
  ];
  const reads = (answer: Planted["answer"]): readonly Planted[] => [{ on: READS, answer }];
  switch (fault) {
    case "error":
      return money({ status: 500 });
    case "lost_error":
      return money({ status: 502, after_work: true });
    case "lost_gateway_timeout":
      return money({ status: 504, after_work: true, body: PROXY });
    case "lost_half":
      return money({ status: 200, body: '{"order_id":', after_work: true });
    case "too_many":
      return money({ status: 429, retry_after_seconds: 30 });
    case "lost_too_many":
      return money({ status: 429, after_work: true });
    case "elsewhere":
      return money({ status: 302, location: "https://elsewhere.test/", after_work: true });
    case "proxy_404":
      return money({ status: 404, body: PROXY });
    case "lost_proxy_404":
      return money({ status: 404, body: PROXY, after_work: true });
    case "duplicate":
      return money({ status: 422, body: SEEN_BEFORE });
    case "lost_duplicate":
      return money({ status: 422, body: SEEN_BEFORE, after_work: true });
    case "refused":
      return money({ status: 400 });
    case "locked_out":
      return [
        { on: MONEY_OPERATIONS, answer: { status: 401 } },
        { on: ["token"], answer: { status: 403, body: PROXY } },
      ];
    case "read_404":
      return reads({ status: 404, body: NO_CODE, times: 4 });
    case "lookup_404":
      return [{ on: ["order.get_by_reference"], answer: { status: 404, body: NO_CODE, times: 4 } }];
    case "read_refused":
      return reads({ status: 400 });
    case "read_limited":
      return reads({ status: 429, retry_after_seconds: 60 });
    case "read_error":
      return reads({ status: 503, retry_after_seconds: 60 });
  }
}

/** The next calls of these kinds go wrong; what was planted before and did not strike is taken away. */
export async function plant(wrong: readonly Fault[]): Promise<void> {
  for (const fault of wrong) count(`fault: ${fault}`);
  const answers = wrong
    .flatMap(answerOf)
    .flatMap(({ on, answer }) => on.map((operation) => ({ operation, times: 1, ...answer })));
  await turn({ answers });
}

export interface HeldCalls {
  /** Waits until a call is held, or until `over` says that none will come. */
  arrived(over: () => boolean): Promise<boolean>;
  /** Later calls go through; those that are held stay so. */
  holdNoMore(): void;
  /** Lets them go, and waits until the gateway is done with them. */
  release(): Promise<void>;
}

/** Holds calls that move money on their way to the gateway, or their answers on the way back. */
export function holdMoney(where: "there" | "back"): HeldCalls {
  let open = false;
  let holds = true;
  let waiting = 0;
  const here = async (call: string): Promise<void> => {
    if (!holds || !MONEY.test(call)) return;
    waiting += 1;
    await until(() => open);
    waiting -= 1;
  };
  let working = 0;
  if (where === "back") faults.gateway = here;
  else {
    faults.arrival = async (call) => {
      if (!MONEY.test(call)) return;
      working += 1;
      await here(call);
    };
    faults.gateway = async (call) => {
      if (MONEY.test(call)) working -= 1;
    };
  }
  return {
    arrived: async (over) => {
      await until(() => waiting > 0 || over());
      return waiting > 0;
    },
    holdNoMore: () => {
      holds = false;
    },
    release: async () => {
      open = true;
      // Bounded: the platform may have ended a call whose sender died.
      await until(() => waiting === 0 && working === 0, 30);
      faults.arrival = null;
      faults.gateway = null;
    },
  };
}

/** Looked at, not waited for: a promise of one request must not be resolved by another. */
async function until(holds: () => boolean, most = Infinity): Promise<void> {
  for (let looks = 0; looks < most && !holds(); looks += 1) {
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

/** Whether a gateway of this scenario may be so. */
export function isFair(mood: Mood, { wrong }: Scenario): boolean {
  if ("hide_references" in mood) return wrong === "by_reference" || wrong === "both";
  if ("refunds_lag" in mood || "refunds_on_parent" in mood || "lag_order_snapshots" in mood) {
    return wrong === "on_order" || wrong === "both";
  }
  return true;
}

export async function become(mood: Mood): Promise<void> {
  for (const [name, value] of Object.entries(mood)) count(`mood: ${name} ${String(value)}`);
  await turn(mood);
}

/** The gateway is itself again; what was drawn for the whole history stays. */
export async function takeTroubleAway(contract: "guide" | "reference"): Promise<void> {
  mend();
  faults.settings = { PINELABS_CONTRACT: contract };
  await turn({
    refunds: "process",
    captures: "process",
    hide_references: 0,
    refunds_lag: 0,
    refunds_on_parent: true,
    lag_order_snapshots: 0,
    answers: [],
  });
}
