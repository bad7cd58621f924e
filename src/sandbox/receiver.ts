/**
 * A merchant's own system, as it receives notifications: it verifies the signature, does its work once for
 * each id, and keeps books of both. It is told to be in trouble (`ReceiverTrouble`) as such systems are. It
 * belongs to the shop and not to the gateway; it is here so that `npm start` has somebody to tell.
 */
import * as z from "zod";

const receiverTrouble = z.strictObject({
  /**
   * `fail`: answers `status` and does nothing. `hang`: keeps the caller waiting, then fails. `late`: does
   * its work, and answers 200 after that wait. `killed`: does its work and dies before it answers, of
   * which a caller sees a proxy's 502. `gone`: 410, it wants no more.
   */
  mode: z.enum(["ok", "fail", "hang", "late", "killed", "gone"]).default("ok"),
  status: z.int().min(300).max(599).default(500),
  retry_after: z.string().nullable().default(null),
  wait_ms: z.int().min(0).max(600_000).default(30_000),
  /** How many of the next notifications it concerns; null: all. */
  times: z.int().min(0).nullable().default(null),
});
export type ReceiverTrouble = z.infer<typeof receiverTrouble>;

/** Everything in order. */
const noTrouble: ReceiverTrouble = receiverTrouble.parse({});

/** One notification as it came, whatever became of it. */
export interface Received {
  readonly n: number;
  readonly at: string;
  readonly id: string;
  readonly type: string;
  readonly seq: number | null;
  readonly order_id: string | null;
  readonly signature: "valid" | "invalid";
  /** 1: its work was done when an earlier one of this id came. */
  readonly known: number;
  readonly answered: number;
  /** As they came, so that anybody may verify them again. */
  readonly timestamp: string;
  readonly signatures: string;
  readonly body: string;
}

/** Work that was done: the first time that an id came and could be done. */
export interface Effect {
  readonly id: string;
  readonly type: string;
  readonly seq: number;
  readonly order_id: string;
}

/** One as it comes in. */
interface Letter {
  readonly id: string;
  readonly timestamp: string;
  readonly signatures: string;
  readonly body: string;
}

type Row<T> = T & Record<string, SqlStorageValue>;

const kept = 100;
const schema = `
CREATE TABLE IF NOT EXISTS notified (
  n INTEGER PRIMARY KEY, at TEXT NOT NULL, id TEXT NOT NULL, type TEXT NOT NULL, seq INTEGER,
  order_id TEXT, signature TEXT NOT NULL, known INTEGER NOT NULL, answered INTEGER NOT NULL,
  timestamp TEXT NOT NULL, signatures TEXT NOT NULL, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS effects (
  n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, type TEXT NOT NULL, seq INTEGER NOT NULL,
  order_id TEXT NOT NULL);
`;

const notification = z.object({
  type: z.string(),
  timestamp: z.string(),
  data: z.object({ seq: z.int(), order: z.object({ id: z.string() }) }),
});

export class Receiver {
  readonly #storage: DurableObjectStorage;
  readonly #secret: string;

  constructor(storage: DurableObjectStorage, secret: string) {
    this.#storage = storage;
    this.#secret = secret;
    storage.sql.exec(schema);
  }

  get trouble(): ReceiverTrouble {
    const read = receiverTrouble.safeParse(this.#storage.kv.get("receiver_trouble"));
    return read.success ? read.data : noTrouble;
  }

  /** Throws a ZodError that names what it does not understand. */
  makeTrouble(change: unknown): ReceiverTrouble {
    const trouble = receiverTrouble.parse(change);
    this.#storage.kv.put("receiver_trouble", trouble);
    return trouble;
  }

  async receive(request: Request): Promise<Response> {
    const letter: Letter = {
      id: request.headers.get("webhook-id") ?? "",
      timestamp: request.headers.get("webhook-timestamp") ?? "",
      signatures: request.headers.get("webhook-signature") ?? "",
      body: await request.text(),
    };
    const isSigned = await this.#verify(letter);
    const read = notification.safeParse(parseJson(letter.body));
    if (!isSigned || !read.success) {
      const answered = isSigned ? 422 : 401;
      this.#note(letter, null, answered);
      return new Response("not believed", { status: answered });
    }
    const { type, data } = read.data;
    const effect: Effect = { id: letter.id, type, seq: data.seq, order_id: data.order.id };
    return this.#answer(letter, effect, this.#takeTrouble());
  }

  async #answer(letter: Letter, effect: Effect, trouble: ReceiverTrouble): Promise<Response> {
    const { mode, status, retry_after, wait_ms } = trouble;
    const failing = { status, headers: retry_after === null ? {} : { "retry-after": retry_after } };
    switch (mode) {
      case "ok":
        this.#work(letter, effect, 200);
        return new Response("thank you");
      case "fail":
        this.#note(letter, effect, status);
        return new Response("out of order", failing);
      case "hang":
        this.#note(letter, effect, status);
        await sleep(wait_ms);
        return new Response("out of order", failing);
      case "late":
        this.#work(letter, effect, 200);
        await sleep(wait_ms);
        return new Response("thank you");
      case "killed":
        this.#work(letter, effect, 502);
        return new Response("bad gateway", { status: 502 });
      case "gone":
        this.#note(letter, effect, 410);
        return new Response("no more, please", { status: 410 });
    }
  }

  #takeTrouble(): ReceiverTrouble {
    const { trouble } = this;
    if (trouble.times === null) return trouble;
    if (trouble.times === 0) return noTrouble;
    this.#storage.kv.put("receiver_trouble", { ...trouble, times: trouble.times - 1 });
    return trouble;
  }

  /** Its work and the note that it is done are one transaction, as they should be at every receiver. */
  #work(letter: Letter, effect: Effect, answered: number): void {
    this.#storage.transactionSync(() => {
      this.#note(letter, effect, answered);
      this.#storage.sql.exec(
        `INSERT INTO effects (id, type, seq, order_id) VALUES (?, ?, ?, ?)
         ON CONFLICT (id) DO NOTHING`,
        effect.id,
        effect.type,
        effect.seq,
        effect.order_id,
      );
    });
  }

  /** Without an effect: it was not believed. */
  #note(letter: Letter, effect: Effect | null, answered: number): void {
    const { sql } = this.#storage;
    const known = sql.exec("SELECT 1 FROM effects WHERE id = ?", letter.id).toArray().length;
    const [row] = sql
      .exec<{ n: number }>(
        `INSERT INTO notified (at, id, type, seq, order_id, signature, known, answered,
           timestamp, signatures, body)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING n`,
        new Date().toISOString(),
        letter.id,
        effect?.type ?? "",
        effect?.seq ?? null,
        effect?.order_id ?? null,
        effect === null ? "invalid" : "valid",
        known,
        answered,
        letter.timestamp,
        letter.signatures,
        letter.body,
      )
      .toArray();
    sql.exec("DELETE FROM notified WHERE n <= ?", (row?.n ?? 0) - kept);
  }

  async #verify(letter: Letter): Promise<boolean> {
    const age = Math.abs(Date.now() / 1000 - Number(letter.timestamp));
    if (letter.id === "" || !(age <= tolerance_seconds)) return false;
    const expected = await signNotification(this.#secret, letter);
    return letter.signatures.split(" ").includes(expected);
  }

  /** Newest first; the last hundred. */
  listReceived(): readonly Received[] {
    return this.#storage.sql
      .exec<Row<Received>>("SELECT * FROM notified ORDER BY n DESC")
      .toArray();
  }

  /** In the order in which they were done. */
  listEffects(): readonly Effect[] {
    return this.#storage.sql
      .exec<Row<Effect>>("SELECT id, type, seq, order_id FROM effects ORDER BY n")
      .toArray();
  }

  clear(): void {
    this.#storage.sql.exec("DELETE FROM notified");
    this.#storage.sql.exec("DELETE FROM effects");
    this.#storage.kv.delete("receiver_trouble");
  }
}

/** Standard Webhooks: older or newer ones are somebody's replay. */
const tolerance_seconds = 300;

/** The value of one signature, `v1,` and base64. The secret is `whsec_` and base64 of the key. */
export async function signNotification(
  secret: string,
  message: { readonly id: string; readonly timestamp: string; readonly body: string },
): Promise<string> {
  const raw = atob(secret.replace(/^whsec_/, ""));
  const key = Uint8Array.from(raw, (character) => character.charCodeAt(0));
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const imported = await crypto.subtle.importKey("raw", key, algorithm, false, ["sign"]);
  const signed = new TextEncoder().encode(`${message.id}.${message.timestamp}.${message.body}`);
  const mac = new Uint8Array(await crypto.subtle.sign("HMAC", imported, signed));
  return `v1,${btoa(String.fromCharCode(...mac))}`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
