// Several captures at once: what each wants, under which reference, and how each ended. The references follow from
// the batch, so that a reload, Back or a second press asks for the same captures again and takes nothing twice.

import type { CommandView, Outcome } from "../domain/command-view";
import { fnv1a } from "../domain/hash";
import { isLinkId, isOrderId } from "../domain/ids";
import { type Amount, HOME_CURRENCY, inr, sum } from "../domain/money";
import type { OrderView } from "../domain/order-view";
import { type ApiProblem, pathTo } from "./api";
import { logBug } from "../http/log";
import type { ConsoleContext } from "./door";
import { findCommand } from "./command-outcome";
import { type Held, heldOf } from "./held";

/** At most so many in one batch. */
export const MOST_AT_ONCE = 25;

/** The gateway is asked about so many at the same time. */
const AT_A_TIME = 4;

/** One order of a batch as it stands. */
export type Row =
  /** Nothing was sent yet, and it can be. */
  | { readonly kind: "ready"; readonly held: Held; readonly amount: Amount }
  /** Nothing was sent, and nothing will be. */
  | { readonly kind: "left_out"; readonly order: OrderView | null; readonly why: string }
  | { readonly kind: "ended"; readonly order: OrderView; readonly command: CommandView }
  /** The API answered with a problem. `unread`: nothing is sent now, and an earlier press may have sent it. */
  | {
      readonly kind: "failed";
      readonly order: OrderView | null;
      readonly why: string;
      readonly state: "refused" | "not_sent" | "unknown" | "unread";
    };

export interface Entry {
  readonly id: string;
  readonly row: Row;
}

export interface Batch {
  /** Unguessable; begins every reference. */
  readonly name: string;
  readonly ids: readonly string[];
}

/** Ids that may be asked about, each once. */
export function idsOf(given: readonly string[]): readonly string[] {
  return [...new Set(given)].filter((id) => isOrderId(id) || isLinkId(id)).slice(0, MOST_AT_ONCE);
}

/** At most 50 characters; the same order of the same batch always has the same one. */
export function referenceIn(batch: string, id: string): string {
  return `${batch.slice(0, 41)}-${fnv1a(id).toString(16).padStart(8, "0")}`;
}

/** How each stands now. Reads, and sends nothing. */
export async function readBatch(c: ConsoleContext, batch: Batch): Promise<readonly Entry[]> {
  const rows = new Map<string, Row>();
  await inTurns(batch.ids, async (id) => {
    rows.set(id, await readRow(c, batch, id));
  });
  return batch.ids.flatMap((id) => {
    const row = rows.get(id);
    return row === undefined ? [] : [{ id, row }];
  });
}

async function readRow(c: ConsoleContext, batch: Batch, id: string): Promise<Row> {
  const order = await c.var.api.get<OrderView>(`/v1${pathTo("orders", id)}`);
  if (!order.ok) return notRead(null, order.failure);
  const found = await findCommand(c, order.value, "capture", referenceIn(batch.name, id));
  if (!found.ok) return notRead(order.value, found.failure);
  if (found.value !== null) return { kind: "ended", order: order.value, command: found.value };
  return rowOf(heldOf(order.value, id));
}

function notRead(order: OrderView | null, { status, title }: ApiProblem): Row {
  return status === 404
    ? { kind: "left_out", order, why: title }
    : { kind: "failed", order, why: `${title}.`, state: "unread" };
}

function rowOf(held: Held): Row {
  const { order, amount } = held;
  if (amount === null) {
    const why = "Several orders of the gateway hold money: capture them one by one";
    return { kind: "left_out", order, why };
  }
  if (amount.value > 0) return { kind: "ready", held, amount };
  const isTaken = (order.captured?.value ?? 0) > 0;
  const why = isTaken ? "The money was taken already" : "Nothing is held any more";
  return { kind: "left_out", order, why };
}

/**
 * Captures the whole of what is held of each, as it was seen: an order whose money is another by now is left
 * alone. Each end is told as it comes.
 */
export async function runBatch(
  c: ConsoleContext,
  batch: Batch,
  seen: ReadonlyMap<string, number>,
  tell: (entry: Entry) => void,
): Promise<void> {
  await inTurns(batch.ids, async (id) => {
    tell({ id, row: await runRow(c, batch, id, seen.get(id)) });
  });
}

/** A bug in one leaves the others alone: they are begun all the same. */
async function runRow(
  c: ConsoleContext,
  batch: Batch,
  id: string,
  seen: number | undefined,
): Promise<Row> {
  try {
    const row = await readRow(c, batch, id);
    return row.kind === "ready" ? await captureOne(c, batch, { ...row, id, seen }) : row;
  } catch (error) {
    logBug(error, { request_id: c.var.request_id, method: "POST", path: "/console/uncaptured" });
    const why = "Something went wrong here. Open the order to see how it stands.";
    return { kind: "failed", order: null, why, state: "unknown" };
  }
}

interface Wanted {
  readonly id: string;
  readonly held: Held;
  readonly amount: Amount;
  /** In paisa, as the question had it. */
  readonly seen: number | undefined;
}

async function captureOne(
  c: ConsoleContext,
  batch: Batch,
  { id, held, amount, seen }: Wanted,
): Promise<Row> {
  const { target, order } = held;
  if (seen !== amount.value) {
    return { kind: "left_out", order, why: "What is held is another amount by now: look at it" };
  }
  const sent = await c.var.api.send<CommandView>(
    "POST",
    `/v1${pathTo("orders", target, "capture")}`,
    { amount, expect: { authorized: amount } },
    referenceIn(batch.name, id),
  );
  if (sent.ok) return { kind: "ended", order, command: sent.value };
  const { status, title, detail } = sent.failure;
  // What goes into details often begins with the same words.
  const why = detail?.startsWith(title) === true ? detail : [title, detail ?? []].flat().join(". ");
  return { kind: "failed", order, why, state: stateAfter(status) };
}

/** 429 and 503 come before anything is sent; of any other failure of ours nobody knows. */
function stateAfter(status: number): "refused" | "not_sent" | "unknown" {
  if (status === 429 || status === 503) return "not_sent";
  return status >= 500 ? "unknown" : "refused";
}

/** A few at once, so that one slow answer holds up only its own turn. */
async function inTurns(ids: readonly string[], work: (id: string) => Promise<void>): Promise<void> {
  const waiting = [...ids];
  const turn = async (): Promise<void> => {
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) await work(id);
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, turn));
}

export type BatchState = "ready" | "left_out" | "not_sent" | "unread" | Outcome;

export function stateOf(row: Row): BatchState {
  switch (row.kind) {
    case "ready":
    case "left_out":
      return row.kind;
    case "ended":
      return row.command.outcome;
    case "failed":
      return row.state;
  }
}

export function amountOf(row: Row): Amount | null {
  if (row.kind === "ready") return row.amount;
  return row.kind === "ended" ? row.command.amount : null;
}

/** Of those in one of these states; other currencies than rupees are not added up. */
export function sumOf(entries: readonly Entry[], states: readonly BatchState[]): Amount {
  const amounts = entries
    .filter(({ row }) => states.includes(stateOf(row)))
    .map(({ row }) => amountOf(row));
  return inr(
    sum(amounts.flatMap((amount) => (amount?.currency === HOME_CURRENCY ? [amount.value] : []))),
  );
}
