/**
 * Webhooks on their way: queued with a fixed body, signed anew at each attempt under
 * the same id, tried by the documented schedule (retries page: eight attempts) until a
 * 2xx within the deadline. The log keeps every attempt. When to wake is the object's
 * matter. These times are the machine's own clock, in milliseconds, never shifted.
 */
import type { Knobs } from "./knobs";
import { newMessageId } from "./ids";
import { signWebhook } from "./signing";

/** Wait before each attempt, in seconds, before the knob scales it. */
const schedule_seconds = [0, 5, 300, 1800, 7200, 18_000, 36_000, 36_000] as const;

const schema = `
CREATE TABLE IF NOT EXISTS webhooks (
  seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, event TEXT NOT NULL, body TEXT NOT NULL,
  state TEXT NOT NULL, due INTEGER, attempts TEXT NOT NULL, failures INTEGER NOT NULL, repeats INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS webhooks_by_due ON webhooks (due) WHERE due IS NOT NULL;
`;

/** One try: the answer's status, or null when there was none. */
export interface Attempt {
  readonly at: string;
  readonly status: number | null;
  readonly took_ms: number;
  /** The first characters of the merchant's answer. */
  readonly answer?: string;
  readonly error?: string;
}

export interface Message {
  readonly seq: number;
  readonly id: string;
  readonly event: string;
  readonly body: string;
  readonly state: "queued" | "delivered" | "dropped" | "given_up";
  /** Epoch milliseconds; null when nothing more will be tried. */
  readonly due: number | null;
  readonly attempts: readonly Attempt[];
}

interface Row extends Record<string, SqlStorageValue> {
  seq: number;
  id: string;
  event: string;
  body: string;
  state: string;
  due: number | null;
  attempts: string;
  failures: number;
  repeats: number;
}

/** Sends one signed request and answers with the merchant's status. */
export type Send = (headers: Headers, body: string) => Promise<Response>;

type WebhookKnobs = Knobs["webhooks"];

function shuffle<T>(items: readonly T[]): T[] {
  const keyed = items.map((item) => ({ item, key: crypto.randomUUID() }));
  return keyed.toSorted((a, b) => (a.key < b.key ? -1 : 1)).map(({ item }) => item);
}

export class Mailroom {
  readonly #sql: SqlStorage;
  readonly #secret: string;
  readonly #send: Send;

  constructor(storage: DurableObjectStorage, secret: string, send: Send) {
    this.#sql = storage.sql;
    this.#secret = secret;
    this.#send = send;
    this.#sql.exec(schema);
  }

  #rows(where: string, ...bindings: SqlStorageValue[]): Row[] {
    return this.#sql.exec<Row>(`SELECT * FROM webhooks ${where}`, ...bindings).toArray();
  }

  /** Queues a message; what the knobs say now about dropping and delay holds for it. */
  queue(event: string, body: unknown, knobs: WebhookKnobs): string {
    const dropped = knobs.drop || knobs.drop_events.includes(event);
    const id = newMessageId();
    this.#sql.exec(
      `INSERT INTO webhooks (id, event, body, state, due, attempts, failures, repeats)
       VALUES (?, ?, ?, ?, ?, '[]', 0, ?)`,
      id,
      event,
      typeof body === "string" ? body : JSON.stringify(body),
      dropped ? "dropped" : "queued",
      dropped ? null : Date.now() + knobs.delay_ms,
      knobs.repeat,
    );
    return id;
  }

  /** Oldest first; with ids, those only. */
  list(ids?: readonly string[]): Message[] {
    const rows = ids
      ? this.#rows("WHERE id IN (SELECT value FROM json_each(?)) ORDER BY seq", JSON.stringify(ids))
      : this.#rows("ORDER BY seq");
    return rows.map((row) => ({
      seq: row.seq,
      id: row.id,
      event: row.event,
      body: row.body,
      state: row.state as Message["state"],
      due: row.due,
      attempts: JSON.parse(row.attempts) as Attempt[],
    }));
  }

  /** Those that name one of these ids, oldest first. */
  listAbout(ids: readonly string[]): Message[] {
    const found = this.#sql.exec<{ id: string }>(
      "SELECT id FROM webhooks WHERE EXISTS (SELECT 1 FROM json_each(?) WHERE instr(body, value))",
      JSON.stringify(ids),
    );
    return this.list(found.toArray().map(({ id }) => id));
  }

  /** How many are on their way. */
  countQueued(): number {
    const query = "SELECT count(*) AS queued FROM webhooks WHERE due IS NOT NULL";
    return this.#sql.exec<{ queued: number }>(query).one().queued;
  }

  /** When the next message is due, or null. */
  nextDue(): number | null {
    const [row] = this.#sql
      .exec<{ due: number | null }>("SELECT min(due) AS due FROM webhooks")
      .toArray();
    return row?.due ?? null;
  }

  /** Ids of what is due now; with `early`, of everything still queued. */
  listDue(early = false): string[] {
    const now = early ? Number.MAX_SAFE_INTEGER : Date.now();
    return this.#rows("WHERE due <= ? ORDER BY due, seq LIMIT 100", now).map((row) => row.id);
  }

  /** Delivers these messages, `at_once` side by side, whatever their state. */
  async deliver(
    ids: readonly string[],
    knobs: WebhookKnobs,
    { shuffled = knobs.reorder, at_once = 1 } = {},
  ): Promise<void> {
    const left = shuffled ? shuffle(ids) : [...ids];
    while (left.length > 0) {
      await Promise.all(left.splice(0, at_once).map((id) => this.#attempt(id, knobs)));
    }
  }

  async #attempt(id: string, knobs: WebhookKnobs): Promise<void> {
    const [message] = this.#rows("WHERE id = ?", id);
    if (!message) return;
    const started = Date.now();
    const timestamp = String(Math.floor((started + knobs.timestamp_shift_ms) / 1000));
    const secret = knobs.wrong_signature ? `${this.#secret} but wrong` : this.#secret;
    const signature = await signWebhook({ secret, id, timestamp, body: message.body });
    const headers = new Headers({
      "content-type": "application/json",
      "user-agent": "PineLabs-Webhooks/1.0 (sandbox)",
      "webhook-id": id,
      "webhook-timestamp": timestamp,
      "webhook-signature": signature,
    });
    const outcome = await this.#call(headers, message.body, knobs.deadline_ms);
    const took_ms = Date.now() - started;
    this.#record(id, { at: new Date(started).toISOString(), took_ms, ...outcome }, knobs);
  }

  async #call(
    headers: Headers,
    body: string,
    deadline_ms: number,
  ): Promise<Omit<Attempt, "at" | "took_ms">> {
    let timer: ReturnType<typeof setTimeout> | null = null;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () => reject(new Error(`no answer within ${deadline_ms} ms`)),
        deadline_ms,
      );
    });
    const sent = this.#send(headers, body).then(async (response) => {
      const answer = (await response.text()).slice(0, 300);
      return { status: response.status, answer };
    });
    // A failure after the deadline has nobody left to tell.
    sent.catch(() => undefined);
    try {
      return await Promise.race([sent, late]);
    } catch (error) {
      return { status: null, error: error instanceof Error ? error.message : String(error) };
    } finally {
      clearTimeout(timer);
    }
  }

  #record(id: string, attempt: Attempt, knobs: WebhookKnobs): void {
    // Read again: the books may have been emptied, or another delivery may have ended.
    const [message] = this.#rows("WHERE id = ?", id);
    if (!message) return;
    const attempts = [...(JSON.parse(message.attempts) as Attempt[]), attempt];
    const good = attempt.status !== null && attempt.status >= 200 && attempt.status < 300;
    const next = this.#next(message, good, knobs);
    this.#sql.exec(
      "UPDATE webhooks SET state = ?, due = ?, attempts = ?, failures = ?, repeats = ? WHERE id = ?",
      next.state,
      next.due,
      JSON.stringify(attempts),
      message.failures + (good ? 0 : 1),
      good ? Math.max(0, message.repeats - 1) : message.repeats,
      id,
    );
  }

  #next(message: Row, good: boolean, knobs: WebhookKnobs): { state: string; due: number | null } {
    if (good) {
      const again = message.repeats > 0 && message.state === "queued";
      return again ? { state: "queued", due: Date.now() } : { state: "delivered", due: null };
    }
    if (message.state !== "queued") return { state: message.state, due: null };
    const wait_seconds = schedule_seconds[message.failures + 1];
    if (wait_seconds === undefined) return { state: "given_up", due: null };
    return {
      state: "queued",
      due: Date.now() + Math.round(wait_seconds * 1000 * knobs.retry_scale),
    };
  }

  clear(): void {
    this.#sql.exec("DELETE FROM webhooks");
  }
}
