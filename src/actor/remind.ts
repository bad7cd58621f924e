// Job `remind`: sends what is due of a link's reminders. The gateway is asked first, because the
// customer may have paid a moment ago; that a reminder is begun is committed before it is sent, so
// that no crash and no lost answer ever sends it twice.

import { theLink } from "../domain/facts";
import type { Observation } from "../domain/observation";
import { evolve, learnReminders, type OrderRecord } from "../domain/record";
import {
  awaitsCustomer,
  type ReminderResult,
  type Reminders,
  type ReminderStep,
  reminderStep,
} from "../domain/reminders";
import { HOUR, MINUTE } from "../domain/schedule";
import type { Milliseconds } from "../domain/time";
import type { Answer } from "../pinelabs/gateway";
import { type Inquired, isAllShown } from "./inquire";
import type { Part } from "./part";
import { commitEvolution } from "./record-change";
import { planReminders } from "./reminder-plan";
import { isSettled } from "./seek";
import type { ActorState } from "./state";

/** Plans its own next time: when that is follows from the record. */
export async function remind(part: Part, inquire: () => Promise<Inquired>): Promise<"planned"> {
  if (isAnyDue(part)) {
    const inquired = await inquire();
    const reminder = inquired.ok ? begin(part, inquired.value.shown) : null;
    if (reminder !== null) await send(part, reminder, inquire);
  }
  part.storage.transact(() => {
    const state = part.storage.readState();
    // Whatever happened, an alarm that has just worked is not due again at once.
    part.storage.writeState(planReminders(part, state, part.now() + patienceWith(part, state)));
  });
  return "planned";
}

/** One that is due still, because nobody knows how things are, waits as long again as it has waited. */
function patienceWith(part: Part, state: ActorState): Milliseconds {
  const moments = state.record?.terms?.reminders ?? [];
  const waited = (stepOf(part, state)?.due ?? []).map(
    (number) => part.now() - (moments[number - 1] ?? 0),
  );
  return waited.length === 0 ? MINUTE : Math.min(HOUR, Math.max(MINUTE, ...waited));
}

/** Notes what will never be sent; says whether something is to be. */
function isAnyDue(part: Part): boolean {
  return part.storage.transact(() => {
    const state = part.storage.readState();
    const step = stepOf(part, state);
    if (step === null) return false;
    for (const number of step.missed) {
      write(part, marks(part, [number], "skipped"), `Reminder ${number} came too late: skipped.`);
    }
    for (const number of step.unanswered) {
      const text = `Nobody knows whether reminder ${number} was sent. It is not sent again.`;
      write(part, marks(part, [number], "unknown"), text);
    }
    return step.due.length > 0;
  });
}

interface Begun {
  readonly number: number;
  readonly link: string;
}

/**
 * Decides again by what the gateway has just said, and commits that the reminder is on its way. Not by
 * half of it: what is not shown may be paid.
 */
function begin(part: Part, shown: readonly string[]): Begun | null {
  return part.storage.transact(() => {
    const state = part.storage.readState();
    if (state.record === null || !isAllShown(state.record.facts, shown)) return null;
    const [number, ...others] = stepOf(part, state)?.due ?? [];
    const link = theLink(state.record.facts)?.[0];
    if (number === undefined || link === undefined) return null;
    const begun = { ...marks(part, [number], "begun", link), ...marks(part, others, "merged") };
    const also = others.map((other) => ` Reminder ${other} is one with it.`).join("");
    write(part, begun, `Reminder ${number} is being sent.${also}`);
    return { number, link };
  });
}

function stepOf(part: Part, state: ActorState): ReminderStep | null {
  if (state.record === null || !isSettled(part.name, state)) return null;
  return reminderStep(state.record, part.config().merchant.time_zone, part.now());
}

async function send(
  part: Part,
  { number, link }: Begun,
  inquire: () => Promise<unknown>,
): Promise<void> {
  const answer = await part.gateway().notifyLink(link, crypto.randomUUID(), part.limits.gateway);
  const result = resultOf(answer);
  // "Only links that are CREATED" may also mean that it was paid a moment ago.
  if (result === "refused") await inquire();
  part.storage.transact(() => {
    const record = part.storage.readState().record;
    const open = record !== null && awaitsCustomer(record.facts);
    const end = result === "refused" && !open ? "not_needed" : result;
    const said = answer.ok ? answer.value : null;
    write(part, marks(part, [number], end, link), sentenceOf(number, end), said);
  });
}

type Ending = Extract<ReminderResult, "sent" | "put_off" | "refused" | "not_needed" | "unknown">;

function resultOf(answer: Answer): Ending {
  if (answer.ok) return "sent";
  switch (answer.failure.code) {
    case "gateway_refused":
    case "gateway_not_found":
      return "refused";
    // Turned away at the door: nothing was done.
    case "gateway_rate_limited":
    case "gateway_unauthorized":
      return "put_off";
    case "gateway_duplicate":
    case "gateway_unavailable":
      return "unknown";
  }
}

function sentenceOf(number: number, ending: Ending): string {
  switch (ending) {
    case "sent":
      return `Reminder ${number} was sent by the gateway.`;
    case "put_off":
      return `The gateway does not take reminder ${number} now. It is sent later.`;
    case "refused":
      return `The gateway refused reminder ${number}. The notification asks you to send it.`;
    case "not_needed":
      return `The gateway refused reminder ${number}, and the link waits for nothing any more.`;
    case "unknown":
      return `Nobody knows whether reminder ${number} was sent. It is not sent again.`;
  }
}

function marks(
  part: Part,
  numbers: readonly number[],
  result: ReminderResult,
  link?: string,
): Reminders {
  const reminder = { at: part.now(), result, ...(link === undefined ? {} : { link }) };
  return Object.fromEntries(numbers.map((number) => [number, reminder]));
}

/** What became of reminders and what the gateway said, as one change of the record. */
function write(part: Part, news: Reminders, text: string, said: Observation | null = null): void {
  const state = part.storage.readState();
  if (state.record === null) return;
  const now = part.now();
  const record: OrderRecord = learnReminders(state.record, news, now);
  const evolution =
    said === null ? { record, changed: false, changes: [] } : evolve(record, said, "command", now);
  const teller = { by: "system", note: { what: "reminder" as const, text } };
  part.storage.writeState(commitEvolution(part, state, evolution, teller));
}
