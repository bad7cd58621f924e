// Today: every number that waits leads to a page, worst first; what is well is said in one sentence; and the
// charts say what their tables say.

import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { consoleAddress } from "../../src/console/addresses";
import { scaleTop } from "../../src/console/chart";
import { SECTIONS } from "../../src/console/sections";
import { createConsole } from "../../src/console/site";
import { waitingOf } from "../../src/console/waiting";
import { ATTENTION_CODES } from "../../src/domain/attention";
import { inr } from "../../src/domain/money";
import { success } from "../../src/domain/result";
import { MINUTE } from "../../src/domain/schedule";
import { toIso } from "../../src/domain/time";
import { createApp } from "../../src/http/app";
import { attentionJson, type AttentionView } from "../../src/http/attention-json";
import { connect } from "../../src/http/connect";
import type { Connect, Doors } from "../../src/http/doors";
import type { Counted } from "../../src/ledger/attention";
import { project } from "../../src/ledger/projection";
import { closeHouse, openHouse, START } from "../actor/house";
import { origin, withAccess } from "../http/door";
import {
  openChecklist,
  orderless,
  paidOrder,
  projectionOf,
  sampleDiscrepancy,
  sampleMessage,
  sampleOrder,
} from "../ledger/sample";
import { signInAsAdministrator, textOf, type Visitor } from "./visit";

const NONE: Counted = { count: 0, more: false, amount: 0, oldest: null };
const ONE: Counted = { count: 1, more: false, amount: 500, oldest: { id: "v1-a", at: START } };

/** All of it at once: each number is `each`. */
function attentionOf(each: Counted, codes: readonly string[] = ATTENTION_CODES): AttentionView {
  return attentionJson({
    now: START,
    ledger: {
      uncaptured: {
        lapsed: each,
        under_6h: each,
        under_24h: each,
        under_48h: each,
        later: each,
        unknown: each,
      },
      stuck: each,
      fulfillment: each,
      refunds: each,
      refunds_without_end: each,
      discrepancies: { loss: each, risk: each, note: each },
      attention: Object.fromEntries(codes.map((code) => [code, each])),
      notifications: { dead: each, retrying: each, paused: each },
      messages: { waiting: each, unrouted: each },
      payments: [],
      last_webhook_at: null,
    },
    webhooks: { silent: false, since: null, orders: 0 },
    webhook_url: "https://chukta.test/webhooks/pinelabs",
    refused: [],
    reports: null,
    receiver: { pause: null },
    money: { stopped: false, since: null, by: null, reason: null },
  });
}

/** Every address in an answer, wherever it stands. */
function hrefsIn(value: unknown): readonly string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    name === "href" && typeof inner === "string" ? [inner] : hrefsIn(inner),
  );
}

describe("what waits", () => {
  test("every address of the attention has a page of the console, with the same filters", () => {
    const pages = [...SECTIONS.map(({ href }) => href), "/console/messages/refused"] as string[];
    const hrefs = hrefsIn({ ...attentionOf(ONE), refused: { href: "/v1/messages/refused" } });
    expect(hrefs.length).toBeGreaterThan(25);
    for (const href of [...hrefs, "/v1/settlements/refresh"]) {
      const [path = "", query] = consoleAddress(href).split("?");
      expect(pages, href).toContain(path);
      if (path !== "/console/uncaptured") expect(query, href).toBe(href.split("?")[1]);
    }
  });

  test("every number is a line, but those that another number counts already", () => {
    const attention = attentionOf(ONE);
    const shown = new Set(waitingOf(attention).lines.map(({ href }) => href));
    const elsewhere = /attention=(capture_due|capture_urgent|notification_dead)$/;
    const plain = ["/v1/messages", "/v1/messages/refused", "/v1/settlements/refresh"];
    for (const href of hrefsIn(attention)) {
      if (elsewhere.test(href) || plain.includes(href)) continue;
      expect(shown, href).toContain(consoleAddress(href));
    }
  });

  test("the worst stands first", () => {
    const { lines, clear } = waitingOf(attentionOf(ONE));
    const urgencies = lines.map(({ urgency }) => urgency);
    expect(urgencies).toEqual([
      ...urgencies.filter((urgency) => urgency === "now"),
      ...urgencies.filter((urgency) => urgency === "today"),
      ...urgencies.filter((urgency) => urgency === "going"),
    ]);
    expect(lines[0]).toMatchObject({
      label: "hold past the deadline",
      amount: { value: 500, currency: "INR" },
      oldest_is: "ends",
    });
    expect(clear).toEqual([]);
  });

  test("a code of another release is shown all the same", () => {
    const { lines } = waitingOf(attentionOf(ONE, ["something_new"]));
    expect(lines).toContainEqual(
      expect.objectContaining({
        label: "order to look at",
        href: "/console/orders?attention=any",
      }),
    );
  });

  test("nothing is a line where nothing waits, and every area is clear", () => {
    const { lines, clear } = waitingOf(attentionOf(NONE));
    expect(lines).toEqual([]);
    expect(clear).toContain("held money");
    expect(clear).toHaveLength(8);
  });
});

test.each([
  [0, 100],
  [100, 100],
  [101, 200],
  [250_00, 500_00],
  [5_000_001, 10_000_000],
  [999_999_999, 1_000_000_000],
])("a scale for %i paisa ends at %i", (most, top) => {
  expect(scaleTop(most)).toBe(top);
});

describe("the page", () => {
  let visitor: Visitor;
  beforeEach(async () => {
    await openHouse();
    await env.DB.batch(
      ["orders", "payments", "discrepancies", "events", "messages", "days"].map((table) =>
        env.DB.prepare(`DELETE FROM ${table}`),
      ),
    );
    visitor = await signInAsAdministrator();
  });
  afterEach(() => {
    vi.restoreAllMocks();
    closeHouse();
  });

  /** The same session at a house of which some doors are others. */
  async function shownBy(change: (doors: Doors) => Doors, path = "/console"): Promise<string> {
    const open: Connect = (of) => {
      const doors = connect(of);
      return doors.ok ? success(change(doors.value)) : doors;
    };
    const site = createConsole(createApp(open), open);
    const request = new Request(origin + path, { headers: { cookie: visitor.cookie } });
    const response = await site.fetch(request, env, createExecutionContext());
    expect(response.status).toBe(200);
    return response.text();
  }

  const put = (id: string, change: Parameters<typeof sampleOrder>[1]) =>
    project(env.DB, projectionOf(sampleOrder(id, change)));

  const putDay = (day: string, ...sums: readonly number[]) =>
    env.DB.prepare(`INSERT INTO days VALUES (?, ${"?, ".repeat(9)} ?)`)
      .bind(day, ...sums, START)
      .run();

  test("of a fresh deployment says what to do first", async () => {
    const shown = textOf((await visitor.get("/console")).html);
    expect(shown).toContain("First steps");
    expect(shown).toContain("/webhooks/pinelabs");
    expect(shown).toContain("Create a payment link");
    expect(shown).not.toContain("Nothing waits");
    expect(shown).not.toContain("day by day");
  });

  test("of a good day says that nothing waits, and what was looked at", async () => {
    await project(env.DB, projectionOf(paidOrder("v1-a", { checklist: openChecklist() })));
    const shown = textOf((await visitor.get("/console")).html);
    expect(shown).toContain("Nothing waits for you.");
    expect(shown).toContain("held money, payments on their way, refunds");
    expect(shown).not.toContain("First steps");
  });

  test("of a day with trouble has each number as a link, with its amount and its oldest", async () => {
    await put("v1-held", {
      stage: "authorized",
      capture_by: toIso(START + 120 * MINUTE),
      authorized: inr(150_000),
    });
    await put("v1-lost", {
      discrepancies: [sampleDiscrepancy({ first_seen_at: toIso(START - 180 * MINUTE) })],
    });
    await project(
      env.DB,
      orderless("unrouted:1", {
        messages: [sampleMessage(1, { state: "unrouted", received_at: START - MINUTE })],
      }),
    );
    const { html } = await visitor.get("/console");
    const shown = textOf(html);
    expect(shown).toMatch(/1 hold ends within 6 hours ₹1,500\.00 · ends in/);
    expect(shown).toMatch(/₹20\.00 · since 3 hours ago/);
    expect(html).toContain('href="/console/uncaptured"');
    expect(html).toContain('href="/console/messages?state=unrouted"');
    expect(shown).not.toContain("Nothing waits");
    expect(shown.indexOf("Needs you now")).toBeLessThan(shown.indexOf("To look at today"));
  });

  test("says 1,000+ where there are more than are counted", async () => {
    await env.DB.prepare(
      `WITH RECURSIVE some (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM some WHERE n < 1001)
       INSERT INTO messages SELECT 'msg_' || n, 'unrouted:1', n, NULL, 'unrouted', 0, 1, '', 0, ?1, ?1
       FROM some`,
    )
      .bind(START - MINUTE)
      .run();
    const shown = textOf((await visitor.get("/console")).html);
    expect(shown).toContain(
      "1,000+ webhooks of the last week belong to no order the oldest 1 minute ago",
    );
    // What waits is shown on the first day too.
    expect(shown).toContain("First steps");
  });

  test("stands where one of those who are asked gives no answer, and says so", async () => {
    vi.spyOn(console, "error").mockReturnValue();
    await project(env.DB, projectionOf(paidOrder("v1-a", { checklist: openChecklist() })));
    const silent = async (): Promise<never> => Promise.reject(new Error("planted"));
    const html = await shownBy((doors) => ({
      ...doors,
      refusals: { ...doors.refusals, listRefusals: silent },
      deployment: { checkCredentials: silent, lastRuns: silent, readDayWalk: silent },
    }));
    const shown = textOf(html);
    expect(shown).toContain("Not known at the moment: whether webhooks were refused");
    expect(shown).toContain("Up to when this is counted is not known");
  });

  test("says that money is stopped before everything else", async () => {
    await project(env.DB, projectionOf(paidOrder("v1-a", { checklist: openChecklist("fulfill") })));
    const stopped = { stopped: true, since: START, by: "Asha", reason: "audit" };
    const html = await shownBy((doors) => withAccess(doors, { moneySwitch: async () => stopped }));
    const shown = textOf(html);
    expect(shown).toMatch(/Money is stopped No refund, capture or void is sent since .* by Asha/);
    expect(shown).not.toContain("Nothing waits");
    expect(shown.indexOf("Money is stopped")).toBeLessThan(shown.indexOf("order to fulfill"));
  });

  test("has two charts, each with a table of the same numbers", async () => {
    await project(env.DB, projectionOf(paidOrder("v1-a", { checklist: openChecklist() })));
    await putDay(
      "2031-01-14",
      2,
      15_000_000,
      1,
      250_000,
      1,
      9_000_000,
      4_000_000,
      1_000_000,
      9_000_000,
    );
    await putDay("2031-01-02", 1, 20_000, 0, 0, 0, 0, 20_000, 0, 0);
    const { html } = await visitor.get("/console?days=7");
    const shown = textOf(html);
    expect(html.match(/role="img"/g)).toHaveLength(4);
    expect(html.match(/<caption/g)).toHaveLength(2);
    expect(shown).toContain("Collected ₹1,50,000.00");
    expect(shown).toContain("14 Jan: At the bank ₹90,000.00");
    expect(shown).toContain("₹2 L");
    // Seven days are seven rows, the newest first.
    expect(html.match(/<tr>/g)).toHaveLength(2 * (1 + 7));
    expect(html).not.toMatch(/ style=| on\w+="/);
    const month = textOf((await visitor.get("/console")).html);
    expect(month).toContain("Collected ₹1,50,200.00");
    expect((await visitor.get("/console?days=8")).html.match(/<tr>/g)).toHaveLength(2 * (1 + 30));
  });
});
