// The actor's SQLite as typed rows. JSON in a row was written by this file, so it is trusted when it
// is read; everything else is parsed at the doors. Creates the tables at the first write.

import type { MessageRow, MessageState } from "../domain/message";
import { NOTHING_HANDLED } from "../domain/handling";
import type { Milliseconds } from "../domain/time";
import { roleOf } from "../domain/ids";
import { nextDue } from "./jobs";
import { isCreated, migrate } from "./schema";
import type { Kept, Message, TimelineEntry } from "./rpc";
import { type ActorState, EMPTY_STATE } from "./state";

/** What a record of an earlier release does not have. */
const ADDED = {
  commands: {},
  alerts: {},
  settled: {},
  handling: NOTHING_HANDLED,
  forgotten_at: null,
};

export interface QueuedEvent {
  readonly n: number;
  /** Type, order and causing entities: the source of the public id (law 10). */
  readonly key: string;
  readonly at: Milliseconds;
  readonly json: string;
}

type MessageColumns = {
  n: number;
  webhook_id: string;
  body_hash: string;
  event: string | null;
  state: MessageState;
  repeats: number;
  id_reused: number;
  size: number;
  sent_at: number;
  received_at: number;
  request_id: string;
};

const MESSAGE_COLUMNS =
  "n, webhook_id, body_hash, event, state, repeats, id_reused, size, sent_at, received_at, request_id";

/** A message that came with an empty body had size 0. */
const BODY_REMOVED = "body = '' AND size > 0";

/** The name under which this storage was first written, or null in an empty one. */
export function storedName(sql: SqlStorage): string | null {
  if (!isCreated(sql)) return null;
  const found = sql.exec<{ name: string | null }>(
    "SELECT json ->> '$.name' AS name FROM state WHERE id = 1",
  );
  return found.toArray()[0]?.name ?? null;
}

export class ActorStorage {
  readonly #storage: DurableObjectStorage;
  readonly #sql: SqlStorage;
  readonly #name: string;
  #created: boolean;
  /** What the alarm was last set to by this instance; null: not known, so set it. */
  #armed: Milliseconds | "running" | null = null;

  constructor(storage: DurableObjectStorage, name: string) {
    this.#storage = storage;
    this.#sql = storage.sql;
    this.#name = name;
    this.#created = isCreated(this.#sql);
    if (this.#created) storage.transactionSync(() => this.#migrate());
  }

  get isEmpty(): boolean {
    return !this.#created;
  }

  /** Runs `work` as one storage transaction: all of it is kept, with the alarm, or nothing. */
  transact<T>(work: () => T): T {
    const armed = this.#armed;
    const created = this.#created;
    try {
      return this.#storage.transactionSync(() => {
        if (!this.#created) this.#migrate();
        return work();
      });
    } catch (error) {
      this.#armed = armed;
      this.#created = created;
      throw error;
    }
  }

  #migrate(): void {
    migrate(this.#sql, { manyMessages: roleOf(this.#name) === "unrouted" });
    this.#created = true;
  }

  readState(): ActorState {
    const state = { ...EMPTY_STATE, ...this.#readJson<Partial<ActorState>>(1) };
    if (state.record === null) return state;
    const record = { ...ADDED, ...state.record };
    return {
      ...state,
      record: { ...record, handling: { ...NOTHING_HANDLED, ...record.handling } },
    };
  }

  /** Writes the state and arms the alarm for its earliest job. Call inside `transact`. */
  writeState(state: ActorState): void {
    // With its name: the platform does not promise to know it when an alarm rings.
    this.writeDocument(1, { ...state, name: this.#name });
    this.#arm(state);
  }

  /** While the alarm runs nothing arms it: the runtime repeats a handler that did not come to its end. */
  alarmBegins(): void {
    this.#armed = "running";
  }

  /** Arms the alarm for whatever is left to do, whatever it was armed for before. */
  rearm(notBefore: Milliseconds = 0): void {
    this.#armed = null;
    if (this.#created) this.#arm(this.readState(), notBefore);
  }

  #arm(state: ActorState, notBefore: Milliseconds = 0): void {
    const next = nextDue(state.jobs);
    if (next === null || this.#armed === "running") return;
    const due = Math.max(next, notBefore);
    if (this.#armed !== null && this.#armed <= due) return;
    void this.#storage.setAlarm(due);
    this.#armed = due;
  }

  readDocument<T>(id: 2): T | null {
    return this.#readJson<T>(id);
  }

  writeDocument(id: 1 | 2, value: unknown): void {
    this.#sql.exec(
      "INSERT INTO state (id, json) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET json = excluded.json",
      id,
      JSON.stringify(value),
    );
  }

  #readJson<T>(id: number): T | null {
    if (!this.#created) return null;
    const row = this.#sql
      .exec<{ json: string }>("SELECT json FROM state WHERE id = ?", id)
      .toArray()[0];
    return row ? (JSON.parse(row.json) as T) : null;
  }

  /** All messages under this id: more than one when another body came under it. */
  findMessages(webhookId: string): readonly MessageRow[] {
    return this.#messages("WHERE webhook_id = ? ORDER BY n", webhookId);
  }

  addMessage(
    message: Message,
    outcome: {
      readonly state: MessageState;
      readonly event: string | null;
      readonly idReused: boolean;
    },
  ): number {
    const row = this.#sql.exec<{ n: number }>(
      `INSERT INTO messages (webhook_id, body_hash, event, state, repeats, id_reused, size, sent_at,
         received_at, request_id, encoding, body)
       VALUES (?, ?, ?, ?, 0, ?, ?, ?, ?, ?, ?, ?) RETURNING n`,
      message.webhook_id,
      message.body_hash,
      outcome.event,
      outcome.state,
      outcome.idReused ? 1 : 0,
      message.size,
      message.sent_at,
      message.received_at,
      message.request_id,
      message.encoding,
      message.body,
    );
    return row.one().n;
  }

  countRepeat(n: number): void {
    this.#sql.exec("UPDATE messages SET repeats = repeats + 1 WHERE n = ?", n);
  }

  settleMessage(n: number, state: MessageState, event: string | null): void {
    this.#sql.exec("UPDATE messages SET state = ?, event = ? WHERE n = ?", state, event, n);
  }

  waitingAfter(n: number, limit: number): readonly MessageRow[] {
    return this.#messages("WHERE state = 'waiting' AND n > ? ORDER BY n LIMIT ?", n, limit);
  }

  messagesAfter(n: number, limit: number): readonly MessageRow[] {
    return this.#messages("WHERE n > ? ORDER BY n LIMIT ?", n, limit);
  }

  getMessage(n: number): MessageRow | null {
    return this.#messages("WHERE n = ?", n)[0] ?? null;
  }

  /** Null: there is no such message, or its body was removed. */
  readBody(n: number): Kept | null {
    if (!this.#created) return null;
    const found = this.#sql.exec<{ body: string; encoding: "utf8" | "base64" }>(
      `SELECT body, encoding FROM messages WHERE n = ? AND NOT (${BODY_REMOVED})`,
      n,
    );
    return found.toArray()[0] ?? null;
  }

  /** Of messages `from` to `to`; one that waits to be applied keeps its body. Hash and size stay. */
  removeBodies(from: number, to: number): void {
    this.#sql.exec(
      "UPDATE messages SET body = '' WHERE n BETWEEN ? AND ? AND state <> 'waiting' AND body <> ''",
      from,
      to,
    );
  }

  countRemovedBodies(): number {
    if (!this.#created) return 0;
    const query = `SELECT count(*) AS removed FROM messages WHERE ${BODY_REMOVED}`;
    return this.#sql.exec<{ removed: number }>(query).one().removed;
  }

  /** The event as it is told from now on. Call inside `transact`. */
  rewriteEvent(n: number, json: string): void {
    this.#sql.exec("UPDATE events SET json = ? WHERE n = ? AND json <> ?", json, n, json);
  }

  #messages(where: string, ...values: (string | number)[]): readonly MessageRow[] {
    if (!this.#created) return [];
    const rows = this.#sql.exec<MessageColumns>(
      `SELECT ${MESSAGE_COLUMNS} FROM messages ${where}`,
      ...values,
    );
    return rows.toArray().map((row) => ({ ...row, id_reused: row.id_reused === 1 }));
  }

  /** One row per cause; a cause may have several entries. */
  addTimeline(at: Milliseconds, entries: readonly Omit<TimelineEntry, "n">[]): void {
    if (entries.length === 0) return;
    this.#sql.exec("INSERT INTO timeline (at, json) VALUES (?, ?)", at, JSON.stringify(entries));
  }

  /** Oldest first; numbered as they are shown. */
  readTimeline(): readonly TimelineEntry[] {
    if (!this.#created) return [];
    const rows = this.#sql.exec<{ json: string }>("SELECT json FROM timeline ORDER BY at, n");
    const entries = rows
      .toArray()
      .flatMap((row) => JSON.parse(row.json) as Omit<TimelineEntry, "n">[]);
    return entries.map((entry, index) => ({ ...entry, n: index + 1 }));
  }

  eventKeys(): ReadonlySet<string> {
    if (!this.#created) return new Set();
    const rows = this.#sql.exec<{ key: string }>("SELECT key FROM events");
    return new Set(rows.toArray().map((row) => row.key));
  }

  addEvent(key: string, at: Milliseconds, json: string): void {
    this.#sql.exec("INSERT INTO events (key, at, json) VALUES (?, ?, ?)", key, at, json);
  }

  /** The number of the newest event, told by us or by another; 0 before there is one. */
  lastEvent(): number {
    if (!this.#created) return 0;
    const rows = this.#sql.exec<{ n: number }>("SELECT n FROM events ORDER BY n DESC LIMIT 1");
    return rows.toArray()[0]?.n ?? 0;
  }

  /** A cause that another actor has told: kept so that it is not told again, never sent from here. */
  addToldEvent(key: string, at: Milliseconds): void {
    this.#sql.exec("INSERT INTO events (key, at, json) VALUES (?, ?, '')", key, at);
  }

  /** Only those that are ours to tell. */
  eventsAfter(n: number, limit: number): readonly QueuedEvent[] {
    if (!this.#created) return [];
    const rows = this.#sql.exec<QueuedEvent & Record<string, SqlStorageValue>>(
      "SELECT n, key, at, json FROM events WHERE n > ? AND json <> '' ORDER BY n LIMIT ?",
      n,
      limit,
    );
    return rows.toArray();
  }

  /** Null: no event of ours has this number. */
  getEvent(n: number): QueuedEvent | null {
    return this.eventsAfter(n - 1, 1).find((event) => event.n === n) ?? null;
  }
}
