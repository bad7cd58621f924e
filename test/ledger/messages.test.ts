// The mirror of kept messages: forward only, newest first, and both sides of law 11.
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { MESSAGE_STATES, type MessageState } from "../../src/domain/message";
import {
  accounting,
  findMessages,
  listMessages,
  type MessageQuery,
} from "../../src/ledger/messages";
import { project } from "../../src/ledger/projection";
import { counting } from "./counting";
import { NOW, orderless, sampleMessage } from "./sample";

beforeEach(async () => {
  await env.DB.exec("DELETE FROM messages");
});

async function list(query: MessageQuery) {
  const { db, tally } = counting(env.DB);
  const result = await listMessages(db, query);
  if (!result.ok) throw new Error(result.failure.code);
  return { ...result.value, rows_read: tally.rows_read };
}

async function stateAfter(...states: readonly MessageState[]): Promise<MessageState | undefined> {
  for (const state of states) {
    await project(env.DB, orderless("a", { messages: [sampleMessage(1, { state })] }));
  }
  return (await findMessages(env.DB, "msg_1"))[0]?.state;
}

describe("a mirrored message", () => {
  it("is found by its id, once for each actor and body that met it", async () => {
    const message = sampleMessage(1, { webhook_id: "msg_met" });
    const other = { ...message, n: 2, id_reused: true, body_hash: "1".repeat(64) };
    await project(env.DB, orderless("a", { messages: [message, other] }));
    await project(env.DB, orderless("b", { messages: [message] }));
    expect(await findMessages(env.DB, "msg_met")).toEqual([
      { ...message, actor: "a" },
      { ...other, actor: "a" },
      { ...message, actor: "b" },
    ]);
    expect(await findMessages(env.DB, "msg_nobody")).toEqual([]);
  });

  it("never goes back, whatever batch comes late", async () => {
    expect(await stateAfter("waiting", "applied", "waiting")).toBe("applied");
    expect(await stateAfter("applied", "no_change", "unrouted")).toBe("applied");
  });

  it("goes forward when it is applied at last", async () => {
    expect(await stateAfter("waiting")).toBe("waiting");
    expect(await stateAfter("waiting", "no_change")).toBe("no_change");
  });

  it("counts repeats upwards only", async () => {
    for (const repeats of [0, 3, 1]) {
      await project(env.DB, orderless("a", { messages: [sampleMessage(1, { repeats })] }));
    }
    expect((await findMessages(env.DB, "msg_1"))[0]?.repeats).toBe(3);
  });

  it("costs two rows, and none when it is sent again", async () => {
    const { db, tally } = counting(env.DB);
    const projection = orderless("a", { messages: [sampleMessage(1), sampleMessage(2)] });
    await project(db, projection);
    expect(tally.rows_written).toBe(4);
    await project(db, projection);
    expect(tally.rows_written).toBe(4);
  });
});

describe("a page of messages", () => {
  const SEED = `
    WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 100000)
    INSERT INTO messages (webhook_id, actor, n, event, state, repeats, size, body_hash, id_reused,
      received_at, sent_at)
    SELECT 'msg_' || n, 'a' || (n / 3), n % 3 + 1, 'ORDER_PROCESSED',
      CASE WHEN n % 500 = 0 THEN 'waiting' WHEN n % 500 = 1 THEN 'unrouted'
        WHEN n % 100 = 2 THEN 'forwarded' WHEN n % 3 = 0 THEN 'no_change' ELSE 'applied' END,
      0, 1000, '', 0, ${NOW} + n / 4, ${NOW} FROM numbers`;

  beforeEach(async () => {
    await env.DB.prepare(SEED).run();
  });

  it.each([undefined, ...MESSAGE_STATES])(
    "reads little more than it shows, by %s",
    async (state) => {
      const first = await list({ state, limit: 50 });
      const second = await list({ state, limit: 50, cursor: first.next_cursor });
      for (const page of [first, second]) {
        expect(page.data).toHaveLength(50);
        expect(page.rows_read).toBeLessThanOrEqual(4 * 50);
        if (state !== undefined)
          expect(new Set(page.data.map((row) => row.state))).toEqual(new Set([state]));
      }
      const rows = [...first.data, ...second.data];
      expect(new Set(rows.map((row) => row.webhook_id)).size).toBe(100);
      const times = rows.map((row) => row.received_at);
      expect(times).toEqual(times.toSorted((one, two) => two - one));
    },
  );

  it("finds an event by walking, and reads little for it", async () => {
    const rare = `UPDATE messages SET event = 'REFUND_FAILED' WHERE webhook_id IN ('msg_99990', 'msg_99800')`;
    await env.DB.exec(rare);
    const found: string[] = [];
    let cursor: string | null = null;
    for (let pages = 0; pages < 4; pages += 1) {
      const page = await list({ event: "REFUND_FAILED", limit: 50, cursor });
      expect(page.rows_read).toBeLessThanOrEqual(4 * 50);
      expect(page.next_cursor).not.toBeNull();
      found.push(...page.data.map((row) => row.webhook_id));
      cursor = page.next_cursor;
    }
    expect(found).toEqual(["msg_99990", "msg_99800"]);
    const common = await list({ event: "ORDER_PROCESSED", limit: 50 });
    expect(common.data).toHaveLength(50);
  });

  it("begins with the very newest of all states", async () => {
    const expected = await env.DB.prepare(
      `SELECT webhook_id FROM messages
       ORDER BY received_at DESC, webhook_id DESC, actor DESC, n DESC LIMIT 200`,
    ).all<{ webhook_id: string }>();
    const page = await list({ limit: 200 });
    expect(page.data.map((row) => row.webhook_id)).toEqual(
      expected.results.map((row) => row.webhook_id),
    );
  });

  it("refuses a cursor of another list", async () => {
    const { next_cursor } = await list({ limit: 5 });
    for (const cursor of [next_cursor, "x", ""]) {
      expect(await listMessages(env.DB, { state: "applied", limit: 5, cursor })).toEqual({
        ok: false,
        failure: { code: "cursor_invalid" },
      });
    }
  });
});

describe("the accounting", () => {
  it("balances when every number of every actor is there once", async () => {
    const messages = MESSAGE_STATES.map((state, index) =>
      sampleMessage(index + 1, { state, repeats: index }),
    );
    await project(env.DB, orderless("a", { messages }));
    await project(env.DB, orderless("b", { messages: messages.slice(0, 2) }));
    expect(await accounting(env.DB)).toEqual({
      received: 7,
      states: { applied: 2, no_change: 2, unrouted: 1, waiting: 1, forwarded: 1 },
      repeats: 11,
      actors_with_gaps: 0,
      balanced: true,
    });
  });

  it("shows a message that is missing", async () => {
    await project(env.DB, orderless("a", { messages: [sampleMessage(1), sampleMessage(3)] }));
    expect(await accounting(env.DB)).toMatchObject({
      received: 3,
      actors_with_gaps: 1,
      balanced: false,
    });
  });

  it("balances an empty ledger", async () => {
    expect(await accounting(env.DB)).toMatchObject({ received: 0, balanced: true });
  });
});
