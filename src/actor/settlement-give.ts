// The lines of a transfer, given to the orders that they name: whose they are is looked up, each order is
// asked once, a few at the same time, and what an earlier reading had and this one has not is taken back.
// An order keeps what it is given once, however often it is given (domain/settled-line.ts).

import { isOrderId } from "../domain/ids";
import { failure } from "../domain/result";
import type { SettledLines } from "../domain/settled-line";
import { isPaidOut, type ReportLine } from "../domain/settlement-report";
import type { Attribution, InquiryFailure, Reading } from "./rpc";
import type { Result } from "../domain/result";
import {
  askLedger,
  logFailure,
  type OpenDesk,
  type Problem,
  type Stepped,
  STEPPED,
  type Trouble,
} from "./settlement-desk";
import { type Fate, fate } from "./settlement-lines";
import type { Cursor, Transfer } from "./settlement-state";
import { withTimeLimit } from "./time-limit";

type At<A extends Cursor["at"]> = Extract<Cursor, { readonly at: A }>;

/** An alias names its home; no chain is longer (design 3.1). */
const LONGEST_CHAIN = 4;

/** Finds out who is asked about a piece of the transactions. */
export async function findHomes(desk: OpenDesk, cursor: At<"homes">): Promise<Stepped> {
  const { storage, lines } = desk;
  const ids = lines.newTransactions(desk.limits.piece);
  if (ids.length === 0) {
    const { transfer } = cursor;
    storage.transact(() => storage.advance(desk.now(), { at: "give", transfer }));
    return STEPPED;
  }
  const named = ids.filter((id) => id !== "");
  const found = await askLedger(desk, (ledger) => ledger.findTransactionHomes(named));
  if (!found.ok) return found;
  storage.transact(() => {
    for (const id of ids) {
      const home = found.value.get(id) ?? orderNamedBy(id);
      if (home !== null) lines.askAbout(id, home);
      // It names no order of the gateway's online kind: a till's, or another system's.
      else lines.leave(id, desk.config.orders_without_link ? "unknown" : "other_business");
    }
    storage.advance(desk.now(), cursor);
  });
  return STEPPED;
}

/** A payment's id is its order's with two more groups: "v1-241008182747-aa-8JwMy9-up-k". */
function orderNamedBy(transactionId: string): string | null {
  const order = /^(.+)-[^-]+-[^-]+$/.exec(transactionId)?.[1];
  return isOrderId(order) ? order : null;
}

/** Gives lines to the next few orders. */
export async function giveLines(desk: OpenDesk, { transfer }: At<"give">): Promise<Stepped> {
  const { storage, lines } = desk;
  const homes = lines.homesToAsk(Math.max(1, Math.min(desk.limits.concurrency, desk.budget.left)));
  if (homes.length === 0) {
    const next: Cursor = { at: "forget", transfer, after: "", owed: false };
    storage.transact(() => storage.advance(desk.now(), next));
    return STEPPED;
  }
  // Each to its end: none is left behind when another one throws.
  const given = await Promise.allSettled(homes.map((home) => giveTo(desk, transfer, home)));
  const thrown = given.find((one) => one.status === "rejected");
  if (thrown !== undefined) throw thrown.reason;
  const stepped = given.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  return stepped.find((one) => !one.ok) ?? STEPPED;
}

async function giveTo(desk: OpenDesk, transfer: Transfer, home: string): Promise<Stepped> {
  const { storage, lines } = desk;
  const asked = lines.linesFor(home);
  const given = settledLines(transfer, asked);
  const ids = given.map(({ transaction_id }) => transaction_id);
  const { utr, read } = transfer;
  const fates = (answer: Answered) => asked.map((line) => ({ line, fate: fateOf(answer, line) }));
  const answer = await follow(desk, home, given, fates, {
    before: (to) => lines.noteGiven({ utr, home: to }, ids, read),
    refused: (to) => lines.noteNotGiven({ utr, home: to }, ids),
  });
  if (answer.kind === "silence") return failure(answer.trouble);
  const became = fates(answer);
  storage.transact(() => {
    if (!isAt(desk, transfer)) return;
    for (const { line, fate: fated } of became) lines.settle(line.fingerprint, fated);
    storage.advance(desk.now(), { at: "give", transfer }, (view) => ({
      problem: answer.kind === "failed" ? answer.problem : view.problem,
    }));
  });
  return STEPPED;
}

/** Whether the lines of this reading are still given: an answer may come when they no longer are. */
function isAt({ storage }: OpenDesk, { utr, read }: Transfer): boolean {
  const { cursor } = storage.readState();
  return cursor?.at === "give" && cursor.transfer.utr === utr && cursor.transfer.read === read;
}

/** By transaction, as the order keeps them. `asked` holds those of one transaction together. */
function settledLines(
  { utr, read, read_at, settled_at }: Transfer,
  asked: readonly ReportLine[],
): readonly SettledLines[] {
  const reached = settled_at !== null && settled_at <= read_at;
  return [...Map.groupBy(asked, (line) => line.transaction_id)].map(([transaction_id, lines]) => ({
    utr,
    transaction_id,
    read,
    lines: lines.map((line) => ({
      fingerprint: line.fingerprint,
      amount: line.amount,
      gross: line.gross,
      deductions: line.deductions,
      net: line.net,
      payout_status: line.payout_status,
      processed_at: line.processed_at,
      settled_at,
      // Under a UTR it stands already: it is in the transfer's own report.
      completed: isPaidOut(line) && reached,
    })),
  }));
}

function fateOf(answer: Answered, line: ReportLine): Fate {
  switch (answer.kind) {
    case "absent":
      return fate("unknown");
    case "failed":
      return fate("waiting");
    case "attributed": {
      const said = answer.attributions.find(
        ({ transaction_id, fingerprint }) =>
          transaction_id === line.transaction_id && fingerprint === line.fingerprint,
      );
      if (said === undefined) return fate("waiting");
      const { role, home, order_id, payment_id, ours } = said;
      const known = role === "unknown" ? "unknown" : "attributed";
      return { state: ours ? known : "other_business", role, home, order_id, payment_id };
    }
  }
}

type Answered =
  | { readonly kind: "attributed"; readonly attributions: readonly Attribution[] }
  /** Nobody knows the order, the gateway neither. */
  | { readonly kind: "absent" }
  | { readonly kind: "failed"; readonly problem: Problem };

type Silence = { readonly kind: "silence"; readonly trouble: Trouble };

/**
 * Asks the order, and from an alias its home. What goes wrong in one order stops no other, neither does
 * an answer that can not be understood: `understand` throws at one.
 */
async function follow(
  desk: OpenDesk,
  first: string,
  given: readonly SettledLines[],
  understand: (answer: Answered) => unknown,
  note: { readonly before: (home: string) => void; readonly refused: (home: string) => void },
): Promise<Answered | Silence> {
  const { storage } = desk;
  let home = first;
  for (let step = 0; step < LONGEST_CHAIN; step += 1) {
    storage.transact(() => note.before(home));
    const heard = await askOrder(desk, home, given, understand);
    if (heard.kind !== "elsewhere" && heard.kind !== "nobody") return heard;
    storage.transact(() => note.refused(home));
    if (heard.kind === "nobody") return { kind: "absent" };
    ({ home } = heard);
  }
  return { kind: "failed", problem: brokenOrder(first) };
}

type Heard =
  | Answered
  | Silence
  | { readonly kind: "elsewhere"; readonly home: string }
  | { readonly kind: "nobody" };

async function askOrder(
  desk: OpenDesk,
  home: string,
  given: readonly SettledLines[],
  understand: (answer: Answered) => unknown = () => null,
): Promise<Heard> {
  desk.budget.spend(1);
  try {
    const asked = desk.ports.peer(home).settle(given);
    const heard = heardOf(await withTimeLimit(asked, desk.limits.order));
    if (heard.kind === "attributed") understand(heard);
    return heard;
  } catch (error) {
    logFailure(home, error);
    return { kind: "failed", problem: brokenOrder(home) };
  }
}

function heardOf(reading: Reading<Result<readonly Attribution[], InquiryFailure>>): Heard {
  switch (reading.kind) {
    case "found":
      return answered(reading.value);
    case "alias":
      return { kind: "elsewhere", home: reading.home };
    case "absent":
      return { kind: "nobody" };
  }
}

function answered(result: Result<readonly Attribution[], InquiryFailure>): Answered | Silence {
  if (result.ok) return { kind: "attributed", attributions: result.value };
  const { failure: failed } = result;
  switch (failed.code) {
    case "order_unknown":
      return { kind: "absent" };
    case "gateway_rate_limited": {
      const problem = { code: failed.code, message: "The gateway asked for silence." };
      return { kind: "silence", trouble: { code: "silence", problem, wait: failed.retry_after } };
    }
    case "inquiry_failed":
      return { kind: "failed", problem: { code: failed.code, message: "An inquiry failed." } };
    case "gateway_unavailable":
    case "gateway_not_found":
    case "gateway_unauthorized":
    case "gateway_duplicate":
    case "gateway_refused":
      return { kind: "failed", problem: { code: failed.code, message: failed.message } };
  }
}

function brokenOrder(home: string): Problem {
  return { code: "order_unavailable", message: `The order ${home} could not be asked.` };
}

/** Tells one more order which of the transfer's transactions this reading has no longer. */
export async function forgetLines(desk: OpenDesk, cursor: At<"forget">): Promise<Stepped> {
  const { storage, lines } = desk;
  const { transfer, after, owed } = cursor;
  const { utr, read } = transfer;
  const [home] = lines.homesToForget(utr, read, after, 1);
  if (home === undefined) {
    const next: Cursor = { at: "write", transfer, after: 0, owed };
    storage.transact(() => storage.advance(desk.now(), next));
    return STEPPED;
  }
  const ids = lines.transactionsToForget({ utr, home }, read);
  const told = await tellGone(desk, transfer, home, ids);
  if (told.kind === "silence") return failure(told.trouble);
  storage.transact(() => {
    if (told.kind !== "failed") lines.noteNotGiven({ utr, home }, ids);
    storage.advance(
      desk.now(),
      { at: "forget", transfer, after: home, owed: owed || told.kind === "failed" },
      ({ problem }) => ({ problem: told.kind === "failed" ? told.problem : problem }),
    );
  });
  return STEPPED;
}

/** An order that has become an alias has handed them over; its home may have been given them by now. */
async function tellGone(
  desk: OpenDesk,
  { utr, read }: Transfer,
  first: string,
  ids: readonly string[],
): Promise<Answered | Silence> {
  let home = first;
  for (let step = 0; step < LONGEST_CHAIN; step += 1) {
    const kept = new Set(desk.lines.givenNow({ utr, home }, ids, read));
    const gone = ids.filter((id) => !kept.has(id));
    if (gone.length === 0) return { kind: "absent" };
    const given = gone.map((transaction_id) => ({ utr, transaction_id, read, lines: [] }));
    const heard = await askOrder(desk, home, given);
    if (heard.kind === "nobody") return { kind: "absent" };
    if (heard.kind !== "elsewhere") return heard;
    ({ home } = heard);
  }
  return { kind: "failed", problem: brokenOrder(first) };
}
