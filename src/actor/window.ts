// Job `window`: the authorization window of held money (design 3.5). When something is due the gateway
// is asked first and it is decided anew: an alert is given even if it can not be asked, because a
// forgotten hold is the worse mistake; a capture is not, and goes through the one way of commands.

import { alertKey } from "../domain/alerts";
import { type AutoCapture, CHUKTA } from "../domain/auto-capture";
import { formatAmount } from "../domain/money-format";
import { MINUTE } from "../domain/schedule";
import { moneyOfOrder } from "../domain/order-money";
import { type OrderRecord, positionOf, withAlerts } from "../domain/record";
import { reasonOf } from "../domain/redact";
import { type Milliseconds, toIso } from "../domain/time";
import type { Alert, WindowPlan } from "../domain/window-plan";
import type { Errands } from "./alarm";
import { type Answered, runCommand } from "./command";
import type { Inquired } from "./inquire";
import { plan } from "./jobs";
import type { Part } from "./part";
import { holdsKey, nextWindowRun, NO_PLAN, windowPlanOf } from "./plan";
import { commitEvolution } from "./record-change";
import type { CommandFailure } from "./rpc";
import { isSettled } from "./seek";
import type { ActorState, WindowPause } from "./state";

type CommandAnswer = Extract<Answered, { readonly kind: "found" }>["value"];

/** What could not be done is tried again as much later as it is late, between these. */
const SOONEST = 2 * MINUTE;
const LATEST = 30 * MINUTE;

export async function watchWindow(part: Part, errands: Errands): Promise<void> {
  try {
    if (isDue(part, currentPlan(part))) await doWhatIsDue(part, errands);
  } catch (error) {
    // Whatever it was, it must not be asked for again every two seconds.
    const reason = reasonOf(error);
    console.error(JSON.stringify({ event: "job_failed", actor: part.name, job: "window", reason }));
  }
  part.storage.transact(() => {
    const state = part.storage.readState();
    const planned = planIn(part, state);
    const window_pause = pauseAfter(planned, part.now());
    const jobs = plan(state.jobs, "window", nextWindowRun(planned, window_pause));
    part.storage.writeState({ ...state, window_pause, jobs });
  });
}

/** Null when nothing is due. Nothing else that comes due waits for what could not be done. */
function pauseAfter(planned: WindowPlan, now: Milliseconds): WindowPause | null {
  const { next_at, later_at } = planned;
  if (next_at === null || next_at > now) return null;
  const again = now + Math.min(Math.max(now - next_at, SOONEST), LATEST);
  return { until: Math.min(again, later_at ?? again), holds: holdsKey(planned) };
}

async function doWhatIsDue(part: Part, errands: Errands): Promise<void> {
  const inquired = await errands.inquire();
  giveAlerts(part, inquired);
  if (!inquired.ok) return;
  await sendCaptures(part, errands, inquired);
}

/**
 * Every hold once, each as the capture before it has left things, and those that could not be captured
 * the last time after the others. None begins so late that the job would run out of its time.
 */
async function sendCaptures(part: Part, errands: Errands, inquired: Inquired): Promise<void> {
  const last = part.now() + part.limits.gateway;
  const tried = new Set<string>();
  while (part.now() <= last) {
    const { window_failures } = part.storage.readState();
    const left = currentPlan(part).captures.filter(({ order_id }) => !tried.has(order_id));
    const capture = left.find(({ order_id }) => !(order_id in window_failures)) ?? left[0];
    if (!capture) return;
    tried.add(capture.order_id);
    const answered = await send(part, errands, inquired, capture);
    if (answered.kind === "found") keepFailure(part, capture.order_id, answered.value);
  }
}

/** The command's own inquiry is the one that was just answered. */
async function send(
  part: Part,
  errands: Errands,
  inquired: Inquired,
  { order_id, asked }: AutoCapture,
): Promise<Answered> {
  const informed = { ...errands, inquire: () => Promise.resolve(inquired) };
  return runCommand(part, informed, {
    kind: "capture",
    reference: null,
    asked,
    named: order_id,
    requested_by: CHUKTA,
    key_id: null,
  });
}

/** What never became a command stands nowhere else: it is told, and again only when it is another. */
function keepFailure(part: Part, order_id: string, answer: CommandAnswer): void {
  const said = answer.ok ? null : whyNot(answer.failure);
  part.storage.transact(() => {
    const state = part.storage.readState();
    const { [order_id]: before, ...others } = state.window_failures;
    if ((before ?? null) === said) return;
    if (said === null) {
      part.storage.writeState({ ...state, window_failures: others });
      return;
    }
    const text = `Order ${order_id} could not be captured by itself: ${said}. It is tried again.`;
    part.storage.addTimeline(part.now(), [{ at: part.now(), by: "system", what: "capture", text }]);
    part.storage.writeState({ ...state, window_failures: { ...others, [order_id]: said } });
  });
}

/** In words that stay the same while the reason does. */
function whyNot(failed: CommandFailure): string {
  const { code } = failed.code === "command_refused" ? failed.refusal : failed;
  return code.replaceAll("_", " ");
}

function giveAlerts(part: Part, inquired: Inquired): void {
  part.storage.transact(() => {
    const before = part.storage.readState();
    const { alerts } = planIn(part, before);
    const shown = inquired.ok ? inquired.value.shown : [];
    const after = alerts.reduce(
      (state, alert) => give(part, state, alert, shown.includes(alert.order_id)),
      before,
    );
    if (after !== before) part.storage.writeState(after);
  });
}

function give(part: Part, state: ActorState, alert: Alert, asked: boolean): ActorState {
  if (state.record === null) return state;
  const key = alertKey(alert.order_id, alert.kind);
  const evolution = withAlerts(state.record, [key], part.now());
  const text = sentenceOf(state.record, alert, asked, part.now());
  return commitEvolution(part, state, evolution, { by: "system", note: { what: "alert", text } });
}

function sentenceOf(record: OrderRecord, alert: Alert, asked: boolean, now: number): string {
  const { order_id, capture_by } = alert;
  const { currency } = positionOf(record).authorized;
  const money = moneyOfOrder(record.facts, order_id, currency, []);
  const held = formatAmount({ value: money.held, currency });
  const must = capture_by > now ? "must be captured by" : "was to be captured by";
  const doubt = asked ? "" : " The gateway did not say whether it still holds it.";
  if (alert.kind === "fulfilled") {
    return `Order ${order_id} holds ${held} for what was delivered: capture it now.${doubt}`;
  }
  return `Order ${order_id} holds ${held}, which ${must} ${toIso(capture_by)}.${doubt}`;
}

function currentPlan(part: Part): WindowPlan {
  return planIn(part, part.storage.readState());
}

/** Nothing is due in an alias, or before every order of the link is known to belong to it. */
function planIn(part: Part, state: ActorState): WindowPlan {
  const settled = isSettled(part.name, state);
  return settled ? windowPlanOf(part, state) : NO_PLAN;
}

function isDue(part: Part, { next_at }: WindowPlan): boolean {
  return next_at !== null && next_at <= part.now();
}
