// The messages as the ledger mirrors them: newest first, by webhook id, and counted (law 11). Their
// bodies stay with the actors that took them.

import { MESSAGE_STATES, type MessageRow, type MessageState } from "../domain/message";
import { type Result, success } from "../domain/result";
import { type CursorFailure, type ListKind, type Page, parseCursor, walkedPage } from "./cursor";

/** `actor` and `n` find the raw body. */
export interface ListedMessage extends MessageRow {
  readonly actor: string;
}

export interface MessageQuery {
  readonly state?: MessageState | undefined;
  /** The gateway's name of it. */
  readonly event?: string | undefined;
  readonly limit: number;
  readonly cursor?: string | null | undefined;
}

interface StoredMessage extends Omit<ListedMessage, "id_reused"> {
  readonly id_reused: number;
}

const KEY = ["received_at", "webhook_id", "actor", "n"] as const;

/**
 * Newest first, of one state or of all. By event there is no index, which would be a row more for every
 * message: the list is walked, so a page of a rare event may be short, or empty, and still have a next one.
 */
export async function listMessages(
  db: D1Database,
  query: MessageQuery,
): Promise<Result<Page<ListedMessage>, CursorFailure>> {
  const { state, event, limit, cursor } = query;
  const kind: ListKind = { list: "messages", filters: { state, event } };
  const place = parseCursor(kind, cursor, ["number", "string", "string", "number"]);
  if (!place.ok) return place;
  const after = place.value ? `AND (${KEY.join(", ")}) < (?1, ?2, ?3, ?4)` : "";
  const bound = place.value ?? [];
  const walk = event === undefined ? limit + 1 : walkedFor(limit);
  // The index begins with the state: the newest of all are merged from the newest of each, row by
  // row. There are five states, and a compound SELECT of D1 has five terms at most.
  const states = state === undefined ? MESSAGE_STATES : [state];
  const arms = states.map((each) => `SELECT * FROM messages WHERE state = '${each}' ${after}`);
  const statement = `${arms.join(" UNION ALL ")}
    ORDER BY ${KEY.map((column) => `${column} DESC`).join(", ")} LIMIT ${walk}`;
  const { results } = await db
    .prepare(statement)
    .bind(...bound)
    .all<StoredMessage>();
  const placeOf = (row: StoredMessage): readonly (string | number)[] =>
    KEY.map((column) => row[column]);
  const shown = (row: StoredMessage): boolean => event === undefined || row.event === event;
  return success(walkedPage({ rows: results, limit, walk, kind, shown, placeOf }, view));
}

/**
 * How many messages a page of one event looks through: with the newest of each state, which are looked at beside
 * them, four rows for each that was asked for.
 */
export function walkedFor(limit: number): number {
  return Math.max(limit + 1, 4 * limit - MESSAGE_STATES.length);
}

/** All that came under this id: more than one if another body, or another actor, met it. */
export async function findMessages(
  db: D1Database,
  webhookId: string,
): Promise<readonly ListedMessage[]> {
  const { results } = await db
    .prepare("SELECT * FROM messages WHERE webhook_id = ?1 ORDER BY actor, n LIMIT 100")
    .bind(webhookId)
    .all<StoredMessage>();
  return results.map(view);
}

function view(row: StoredMessage): ListedMessage {
  return { ...row, id_reused: row.id_reused === 1 };
}

export interface Accounting {
  /** Σ over the actors of the highest number that each gave. */
  readonly received: number;
  readonly states: { readonly [state in MessageState]: number };
  /** Repeats of messages that are counted above. */
  readonly repeats: number;
  /** Actors whose numbers have a gap: a message was taken and is not here (yet). */
  readonly actors_with_gaps: number;
  /** Both sides are equal and no actor has a gap. */
  readonly balanced: boolean;
}

/**
 * Both sides of law 11. Reads every message twice and holds one number per actor: an operator asks
 * for it by name; no page and no cron does.
 */
export async function accounting(db: D1Database): Promise<Accounting> {
  const [byState, byActor] = await db.batch<{ readonly [column: string]: string | number | null }>([
    db.prepare(
      "SELECT state, count(*) AS rows, sum(repeats) AS repeats FROM messages GROUP BY state",
    ),
    db.prepare(`SELECT sum(highest) AS received, sum(highest <> rows) AS gaps
      FROM (SELECT max(n) AS highest, count(*) AS rows FROM messages GROUP BY actor)`),
  ]);
  const rows = byState?.results ?? [];
  const count = (state: MessageState): number =>
    Number(rows.find((row) => row["state"] === state)?.["rows"] ?? 0);
  const states = {
    applied: count("applied"),
    no_change: count("no_change"),
    unrouted: count("unrouted"),
    waiting: count("waiting"),
    forwarded: count("forwarded"),
  };
  const received = Number(byActor?.results[0]?.["received"] ?? 0);
  const gaps = Number(byActor?.results[0]?.["gaps"] ?? 0);
  const counted = Object.values(states).reduce((total, each) => total + each, 0);
  return {
    received,
    states,
    repeats: rows.reduce((total, row) => total + Number(row["repeats"] ?? 0), 0),
    actors_with_gaps: gaps,
    balanced: received === counted && gaps === 0,
  };
}
