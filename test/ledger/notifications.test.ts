// The list of notifications: every one once, page by page, whatever is asked for, and no page reads more
// than a few rows for each that it may show.

import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it, test } from "vitest";
import type { NotificationType } from "../../src/domain/causes";
import { DELIVERY_STATES, type DeliveryState, newDelivery } from "../../src/domain/delivery";
import { toIso } from "../../src/domain/time";
import {
  findStandings,
  listNotifications,
  type NotificationView,
  pausedHomes,
  savedDelivery,
} from "../../src/ledger/notifications";
import { project } from "../../src/ledger/projection";
import { counting } from "./counting";
import { NOW, orderless, sampleEvent } from "./sample";

const COUNT = 600;

/** Trouble is rare: each fiftieth is dead, retrying or paused, in turn. */
function stateOf(n: number): DeliveryState {
  if (n % 50 === 0) return (["dead", "retrying", "paused"] as const)[(n / 50) % 3] ?? "dead";
  return n % 97 === 0 ? "waiting" : n % 89 === 0 ? "recorded" : "delivered";
}

const typeOf = (n: number): NotificationType => (n % 150 === 0 ? "order.failed" : "order.paid");

const idOf = (n: number): string => `evt_${String(n).padStart(5, "0")}`;

beforeAll(async () => {
  const numbers = Array.from({ length: COUNT }, (_, index) => index + 1);
  for (let first = 0; first < COUNT; first += 200) {
    const some = numbers.slice(first, first + 200);
    const events = some.map((n) => sampleEvent(idOf(n), typeOf(n)));
    await project(env.DB, orderless(`v1-home-${first}`, { events }));
    const deliveries = some
      .filter((n) => stateOf(n) !== "recorded")
      .map((n) => {
        const state = stateOf(n);
        const delivered_at = state === "delivered" ? NOW + n : null;
        return savedDelivery(idOf(n), {
          ...newDelivery(n, NOW),
          rev: NOW,
          state,
          delivered_at,
          next_at: state === "retrying" ? NOW + n : null,
        });
      });
    await project(env.DB, orderless(`v1-home-${first}`, { deliveries }));
  }
});

interface Asked {
  readonly status?: DeliveryState;
  readonly type?: NotificationType;
}

/** All pages of a list, and the most rows that one of them read. */
async function pages(query: Asked, limit: number) {
  const rows: NotificationView[] = [];
  let cursor: string | null = null;
  let most = 0;
  let count = 0;
  do {
    const { db, tally } = counting(env.DB);
    const page = await listNotifications(db, { ...query, limit, cursor });
    if (!page.ok) throw new Error(page.failure.code);
    rows.push(...page.value.data);
    expect(page.value.data.length).toBeLessThanOrEqual(limit);
    most = Math.max(most, tally.rows_read);
    cursor = page.value.next_cursor;
    count += 1;
  } while (cursor !== null && count < 1_000);
  return { rows, most, count };
}

describe("the list", () => {
  const asked: readonly Asked[] = [
    {},
    ...DELIVERY_STATES.map((status) => ({ status })),
    { type: "order.failed" },
    { type: "order.voided" },
    { type: "order.paid", status: "dead" },
    { type: "order.failed", status: "paused" },
  ];

  test.each(asked)(
    "shows each of %j once, newest first, and reads little for it",
    async (query) => {
      const limit = 10;
      const { rows, most } = await pages(query, limit);
      const expected = Array.from({ length: COUNT }, (_, index) => COUNT - index).filter(
        (n) =>
          (query.status === undefined || stateOf(n) === query.status) &&
          (query.type === undefined || typeOf(n) === query.type),
      );
      expect(rows.map(({ id }) => id)).toEqual(expected.map(idOf));
      expect(most).toBeLessThanOrEqual(limit * 4);
    },
  );

  it("finds what is in trouble without looking at what is not", async () => {
    const { db, tally } = counting(env.DB);
    const page = await listNotifications(db, { status: "dead", limit: 50 });
    expect(page.ok && page.value).toMatchObject({ next_cursor: null });
    expect(tally.rows_read).toBeLessThan(10);
  });

  it("takes no cursor of another list", async () => {
    const page = await listNotifications(env.DB, { limit: 1 });
    const cursor = page.ok ? page.value.next_cursor : null;
    expect(await listNotifications(env.DB, { limit: 1, status: "dead", cursor })).toEqual({
      ok: false,
      failure: { code: "cursor_invalid" },
    });
  });

  it("shows when it is tried next", async () => {
    const { rows } = await pages({ status: "retrying" }, 50);
    expect(rows.at(-1)).toMatchObject({ id: idOf(50), next_attempt_at: toIso(NOW + 50) });
  });
});

describe("what is paused", () => {
  it("is found by its homes, each once", async () => {
    expect(await pausedHomes(env.DB, 40)).toEqual(["v1-home-0", "v1-home-200", "v1-home-400"]);
    expect(await pausedHomes(env.DB, 2)).toEqual(["v1-home-0", "v1-home-200"]);
  });
});

describe("a delivery on its way into the ledger", () => {
  const id = "evt_of_its_own";
  const attempt = {
    n: 1,
    at: NOW,
    duration: 12,
    status: 500,
    error: null,
    answer: "out of order",
  } as const;

  const write = async (change: object): Promise<number> => {
    const { db, tally } = counting(env.DB);
    const delivery = savedDelivery(id, { ...newDelivery(1, NOW), ...change });
    await project(db, orderless("v1-home-own", { deliveries: [delivery] }));
    return tally.rows_written;
  };

  it("costs one row when it was taken at once", async () => {
    const delivery = savedDelivery(id, newDelivery(1, NOW)).delivery;
    const event = { ...sampleEvent(id), delivery };
    await project(env.DB, orderless("v1-home-own", { events: [event] }));
    const taken = { rev: 5, state: "delivered", delivered_at: NOW, attempts: [attempt] };
    expect(await write(taken)).toBe(1);
    expect(await write(taken)).toBe(0);
  });

  it("only goes forward, and keeps the tries and the time of what it does not name", async () => {
    expect(await write({ rev: 4, state: "retrying" })).toBe(0);
    await write({ rev: 6, state: "waiting", attempts: [] });
    const standing = (await findStandings(env.DB, [id])).get(id);
    expect(standing?.attempts).toEqual([attempt]);
    const row = await env.DB.prepare("SELECT delivered_at, trouble FROM events WHERE id = ?")
      .bind(id)
      .first();
    expect(row).toEqual({ delivered_at: NOW, trouble: null });
  });

  it("has no standing where the ledger has no event", async () => {
    expect((await findStandings(env.DB, ["evt_unknown"])).size).toBe(0);
  });
});
