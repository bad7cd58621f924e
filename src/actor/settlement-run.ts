// The reader's alarm: a bounded number of steps, each committed before the next one, then the alarm is
// armed again. What goes wrong puts the refresh off, or gives up one transfer or the whole refresh; the
// others go on. Safe to run twice, late or never.

import type { Config } from "../config";
import { DAY, MINUTE, retryDelay, SECOND } from "../domain/schedule";
import { failure, type Result } from "../domain/result";
import type { Milliseconds } from "../domain/time";
import {
  Budget,
  type Desk,
  type DeskPorts,
  logFailure,
  type OpenDesk,
  type Stepped,
  type Trouble,
} from "./settlement-desk";
import { beginTransfer, putAside, readDetailPage } from "./settlement-detail";
import { findHomes, forgetLines, giveLines } from "./settlement-give";
import { chooseTransfers } from "./settlement-choose";
import { FIRST_WINDOW, leaveWindow, noteUnreadableRows, readListPage } from "./settlement-list";
import { askForAbsent, findAbsent, leaveAbsent, leaveWithdrawn } from "./settlement-absent";
import { isUnderWay } from "./settlement-queue";
import { type Cursor, phaseOf } from "./settlement-state";
import { closeTransfer, endRefresh, finish, writeLines } from "./settlement-write";
import { withTimeLimit } from "./time-limit";

/** An alarm that does not come to its end is rung again after this. */
const GUARD = MINUTE;

/** A refresh that took no step for so long is given up. */
const GIVE_UP_AFTER = DAY;

export async function runAlarm(desk: Desk): Promise<void> {
  const { storage, limits } = desk;
  if (!isUnderWay(desk)) return;
  let rest = limits.pause;
  try {
    storage.arm(desk.now() + GUARD);
    await runSteps(desk);
  } catch (error) {
    // A bug of ours: at once the same would happen again.
    rest = GUARD;
    logFailure("alarm", error);
  } finally {
    // From its end on: an alarm may have taken longer than the pause.
    if (isUnderWay(desk)) storage.arm(Math.max(storage.readState().due_at, desk.now() + rest));
    else storage.disarm();
  }
}

async function runSteps(desk: Desk): Promise<void> {
  const { limits, storage } = desk;
  const budget = new Budget(limits.calls);
  const began = desk.now();
  for (let steps = 0; budget.left > 0 && desk.now() - began < limits.alarm; steps += 1) {
    startNext(desk);
    const { cursor, due_at } = storage.readState();
    if (cursor === null || due_at > desk.now()) return;
    const silence = steps === 0 ? await silenceOf(desk) : null;
    if (silence !== null) {
      putOff(desk, silence);
      return;
    }
    const open = openDesk(desk, budget);
    const trouble = open.ok ? await takeStep(open.value, cursor) : open.failure;
    if (trouble !== null && !giveUpPart(desk, cursor, trouble)) {
      putOff(desk, trouble);
      return;
    }
  }
}

async function takeStep(desk: OpenDesk, cursor: Cursor): Promise<Trouble | null> {
  try {
    const stepped = await take(desk, cursor);
    if (stepped.ok) return null;
    if (stepped.failure.code === "silence") await shareSilence(desk, stepped.failure.wait);
    return stepped.failure;
  } catch (error) {
    logFailure(cursor.at, error);
    const message = "This step failed by a fault of the program; see its log.";
    return { code: "step_failed", problem: { code: "step_failed", message } };
  }
}

/** The first that waits, where nothing runs. */
function startNext(desk: Desk): void {
  const { storage } = desk;
  storage.transact(() => {
    const [next] = storage.readWaiting();
    if (storage.readRunning() !== null || next === undefined) return;
    const at = desk.now();
    storage.writeState({ ...storage.readState(), whole: true, fallen: 0 });
    storage.writeRefresh({ ...next, view: { ...next.view, state: "running", started_at: at } });
    storage.advance(at, FIRST_WINDOW);
  });
}

/** Nothing is read on half a configuration. */
function openDesk(desk: Desk, budget: Budget): Result<OpenDesk, Trouble> {
  const config: ReturnType<Desk["ports"]["config"]> = desk.ports.config();
  if (config.ok) return { ok: true, value: withConfig(desk, budget, config.value) };
  const { code, message } = config.failure;
  return failure({ code: "put_off", problem: { code, message }, wait: null });
}

function withConfig(desk: Desk, budget: Budget, config: Config): OpenDesk {
  return { ...desk, budget, config };
}

async function take(desk: OpenDesk, cursor: Cursor): Promise<Stepped> {
  switch (cursor.at) {
    case "list":
      return readListPage(desk, cursor);
    case "note":
      return noteUnreadableRows(desk, cursor);
    case "absent":
      return findAbsent(desk, cursor);
    case "ask":
      return askForAbsent(desk, cursor);
    case "choose":
      return chooseTransfers(desk, cursor);
    case "next":
      return beginTransfer(desk);
    case "detail":
      return readDetailPage(desk, cursor);
    case "aside":
      return putAside(desk, cursor);
    case "homes":
      return findHomes(desk, cursor);
    case "give":
      return giveLines(desk, cursor);
    case "forget":
      return forgetLines(desk, cursor);
    case "write":
      return writeLines(desk, cursor);
    case "close":
      return closeTransfer(desk, cursor);
    case "end":
      return endRefresh(desk);
  }
}

/** A page of a list is tried so often: fifteen minutes. */
const LIST_TRIES = 5;

/** Too much went wrong with one list or transfer: it is left to the next refresh, and the others go on. */
function giveUpPart(desk: Desk, cursor: Cursor, trouble: Trouble): boolean {
  const { storage } = desk;
  if (cursor.at === "list") {
    if (trouble.code !== "page_failed" || storage.readState().tries + 1 < LIST_TRIES) return false;
    leaveWindow(desk, cursor, trouble.problem);
    return true;
  }
  const { utr } = phaseOf(cursor);
  if (utr === null || cursor.at === "aside") return false;
  const { tries, fallen } = storage.readState();
  const { problem } = trouble;
  const down = problem.code === "gateway_unavailable";
  // Several in a row: it is the gateway's trouble, and not theirs.
  const most = down && fallen >= MANY_FALLEN ? OUTAGE_TRIES : triesFor(trouble);
  if (tries + 1 < most) return false;
  const withdrawn = "transfer" in cursor ? cursor.transfer.withdrawn : null;
  storage.transact(() => {
    storage.writeState({ ...storage.readState(), fallen: down ? fallen + 1 : fallen });
    if (cursor.at === "ask") leaveAbsent(desk, cursor.absent);
    else if (withdrawn !== null) leaveWithdrawn(desk, utr);
    else storage.advance(desk.now(), { at: "aside", utr }, () => ({ problem }));
  });
  return true;
}

/** With so many transfers put aside one after the other the next one waits for the gateway. */
const MANY_FALLEN = 3;

/** Two hours; then it is put aside as well, because it may be these transfers after all. */
const OUTAGE_TRIES = 8;

/** How often the same step of one transfer is tried; what is not the transfer's own fault, always again. */
function triesFor(trouble: Trouble): number {
  switch (trouble.code) {
    case "page_failed":
    case "step_failed":
      return 3;
    case "ledger_failed":
      // D1 may be down for all of them; a transfer that it never takes must not stop the others for ever.
      return 8;
    case "put_off":
    case "silence":
    case "refused":
      return Infinity;
  }
}

/** The refresh waits, or is given up; what it has done is kept. */
function putOff(desk: Desk, trouble: Trouble): void {
  const { storage } = desk;
  storage.transact(() => {
    const running = storage.readRunning();
    if (running === null) return;
    const state = storage.readState();
    const { problem } = trouble;
    const now = desk.now();
    if (trouble.code === "refused" || now - state.moved_at >= GIVE_UP_AFTER) {
      finish(desk, running, { state: "failed", problem });
      return;
    }
    const failures = state.failures + 1;
    const tries = state.tries + (triesFor(trouble) === Infinity ? 0 : 1);
    const wait = "wait" in trouble ? trouble.wait : null;
    const next_try_at = now + Math.max(wait ?? retryDelay(failures), SECOND);
    storage.writeState({ ...state, failures, tries, due_at: next_try_at });
    const { view } = running;
    storage.writeRefresh({
      ...running,
      view: { ...view, state: "paused", problem, next_try_at, updated_at: now },
    });
  });
}

/** The gateway asked the poll for silence: it holds for this reader too. */
async function silenceOf(desk: Desk): Promise<Trouble | null> {
  const until = await askKeeper(desk, (silence) => silence.pausedUntil());
  const wait = (until ?? 0) - desk.now();
  if (wait <= 0) return null;
  const problem = { code: "gateway_rate_limited", message: "The gateway asked for silence." };
  return { code: "silence", problem, wait };
}

/** Without Retry-After a 429 is honoured for this long. */
const DEFAULT_SILENCE = 30 * SECOND;

/** The poll is silent as well; never shorter than somebody else was told. */
async function shareSilence(desk: Desk, wait: Milliseconds | null): Promise<void> {
  const until = desk.now() + (wait ?? DEFAULT_SILENCE);
  await askKeeper(desk, async (silence) => {
    if ((await silence.pausedUntil()) < until) await silence.pauseUntil(until);
    return until;
  });
}

/** Null where the keeper of the silence gave no answer: then nobody is held up by it. */
async function askKeeper(
  { ports, limits }: Desk,
  ask: (keeper: DeskPorts["silence"]) => Promise<Milliseconds>,
): Promise<Milliseconds | null> {
  try {
    return await withTimeLimit(ask(ports.silence), limits.ledger);
  } catch (error) {
    logFailure("silence", error);
    return null;
  }
}
