// Whatever somebody outside wrote stays text on every page: in an order's every field, in a message's name and
// body, in what is typed into searches and the doctor.

import { env } from "cloudflare:workers";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { formatDiscrepancyId } from "../../src/domain/discrepancy-id";
import { newDelivery } from "../../src/domain/delivery";
import { savedDelivery } from "../../src/ledger/notifications";
import { project } from "../../src/ledger/projection";
import { closeHouse, openHouse, postWebhook, settle, START } from "../actor/house";
import { NOW, paidOrder, projectionOf, sampleDiscrepancy, sampleEvent } from "../ledger/sample";
import { sampleLines, tell } from "../ledger/settled";
import {
  expectOnlyText,
  HOSTILE,
  hostileEvent,
  hostileLink,
  hostileOrder,
  linkOf,
  strangersIn,
} from "./hostile";
import { LISTS } from "./pages";
import { signInAsAdministrator, type Visitor } from "./visit";

let visitor: Visitor;

beforeAll(async () => {
  await openHouse();
  visitor = await signInAsAdministrator();
});
beforeEach(() => void vi.setSystemTime(START));
afterAll(closeHouse);

async function expectText(path: string): Promise<void> {
  const shown = await visitor.get(path);
  // Refused or unknown is an answer; that we could not is none.
  expect([path, shown.status < 500]).toEqual([path, true]);
  await expectOnlyText(path, shown.html);
}

describe("an order full of", () => {
  test.each(HOSTILE)("%s is text on every page of its own", async (name, text) => {
    const n = HOSTILE.findIndex(([one]) => one === name);
    const at = "2031-01-15T05:59:00.000Z";
    const { order_id, webhook_id, body } = hostileOrder(text, n, at);
    const link = hostileLink(text, n, at);
    expect(await postWebhook(body, { id: webhook_id })).toMatchObject({ status: 200 });
    expect(await postWebhook(link.body, { id: link.webhook_id })).toMatchObject({ status: 200 });
    await settle(order_id);
    for (const path of [
      `/console/orders/${order_id}`,
      `/console/orders/${order_id}/refund`,
      `/console/links/${linkOf(n)}`,
      `/console/messages/${webhook_id}`,
      `/console/messages/${link.webhook_id}`,
    ]) {
      await expectText(path);
    }
  });
});

describe("records full of", () => {
  test.each(HOSTILE)("%s are text where they are shown", async (name, text) => {
    const n = HOSTILE.findIndex(([one]) => one === name);
    const utr = `EVIL${n}`;
    const home = `v1-310115060000-aa-Record${n}`;
    const safe = text.toWellFormed();
    const found = sampleDiscrepancy({
      type: n % 2 === 0 ? "gateway_disagrees" : "expectation_mismatch",
      subject: safe,
      ours: { [safe.slice(0, 50)]: safe },
      theirs: safe,
      resolution: null,
    });
    const event = { ...sampleEvent(`evt_evil_${n}`), type: "order.paid" };
    const attempt = { n: 1, at: NOW, duration: 5, status: 500, error: null, answer: safe };
    const delivery = { ...newDelivery(1, NOW), state: "dead" as const, attempts: [attempt] };
    await project(
      env.DB,
      projectionOf(paidOrder(home, { discrepancies: [found], description: safe }), {
        events: [{ ...event, delivery: savedDelivery(event.id, delivery).delivery }],
      }),
    );
    await tell({
      utr,
      read: 1,
      lines: sampleLines(2, { program: safe, system: safe, acquirer: safe, payout_status: safe }),
      totals: { bank_name: safe, bank_account: safe, programs: [safe] },
      row: { bank_name: safe, bank_account: safe, programs: [safe] },
    });
    const key = await env.DB.prepare("SELECT key FROM discrepancies WHERE home = ?1")
      .bind(home)
      .first<string>("key");
    const id = formatDiscrepancyId({ home, key: key ?? "" });
    for (const path of [
      `/console/discrepancies/resolve?id=${id}`,
      `/console/settlements/${utr}`,
      `/console/notifications/${event.id}`,
    ]) {
      await expectText(path);
    }
  });

  test.each(HOSTILE)("%s as a person's name are text", async (_, text) => {
    const typed = { name: text, email: text, role: "viewer" };
    const shown = await visitor.post("/console/settings/people/invite", typed);
    expect(shown.status).toBeLessThan(500);
    await expectOnlyText("the invitation", shown.html);
    const reason = await visitor.post("/console/settings/money", { reason: text });
    await expectOnlyText("the money switch", reason.html);
  });
});

describe("of all of these", () => {
  const lists = [...new Set(LISTS.map(({ path }) => path.replace(/\?.*/, "")))];
  test.each(lists)("the list %s is text", async (path) => {
    await expectText(path);
    await expectText(`${path}?state=all`);
  });

  const days = "from=2031-01-01&to=2031-01-31";
  test.each([
    "/console/orders.csv",
    "/console/discrepancies.csv?state=all",
    "/console/settlements.csv",
    "/console/settlements/EVIL12.csv",
    "/console/settlements/EVIL13.csv",
    `/console/reconciliation/payments.csv?${days}`,
    `/console/reconciliation/refunds.csv?${days}`,
    `/console/reconciliation/orders.csv?${days}`,
  ])("no cell of %s is a formula", async (path) => {
    const { status, html: csv } = await visitor.get(path);
    expect(status).toBe(200);
    const cells = cellsOf(csv);
    expect(cells.filter((cell) => /^[=+@\t\r]|^-(?!\d+(?:\.\d+)?$)/.test(cell))).toEqual([]);
    expect(cells.length).toBeGreaterThan(5);
  });
});

/** As a spreadsheet reads it. */
function cellsOf(csv: string): readonly string[] {
  const cells = csv.matchAll(/(?:^|,|\r\n)(?:"((?:[^"]|"")*)"|([^",\r\n]*))/g);
  return [...cells].map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? "");
}

describe("an event that is called", () => {
  test.each(HOSTILE)("%s is text on its page", async (name, text) => {
    const id = `msg_called_${HOSTILE.findIndex(([one]) => one === name)}`;
    expect(await postWebhook(hostileEvent(text), { id })).toMatchObject({ status: 200 });
    await settle(...Array.from({ length: 16 }, (_, n) => `unrouted:${n.toString(16)}`));
    await expectText(`/console/messages/${id}`);
    await expectText("/console/messages");
  });
});

describe("somebody who types", () => {
  test.each(HOSTILE)("%s gets it back as text", async (_, text) => {
    const typed = encodeURIComponent(text.toWellFormed().slice(0, 2_000));
    const paths = LISTS.map(({ path }) => path.replace(/\?.*/, ""));
    for (const path of new Set(paths)) {
      for (const names of [
        ["id"],
        ["cursor"],
        ["q", "event", "said"],
        ["state", "status", "type"],
      ]) {
        await expectText(`${path}?${names.map((name) => `${name}=${typed}`).join("&")}`);
      }
    }
    await expectText(`/console/messages/${typed}`);
    await expectText(`/console/notifications/${typed}`);
    for (const fields of [
      { headers: text, body: text },
      { headers: `webhook-id: 1\nx-other: ${text}`, body: text },
    ]) {
      const shown = await visitor.post("/console/messages/refused", fields);
      expect(shown.status).toBeLessThan(500);
      await expectOnlyText("the doctor", shown.html);
    }
  });
});

test("the check itself sees each way in which text can become more", async () => {
  const bad = [
    "<evil-element>",
    "<p evil=1>",
    '<p onclick="x">',
    '<a href="javascript:1">',
    '<a href="//evil.test">',
    '<a href="/\\evil.test">',
    "<script>1</script>",
    "<img src=/x>",
    "<!-- x -->",
    '<p style="x">',
  ];
  for (const html of bad) expect(await strangersIn(html)).not.toEqual([]);
  expect(await strangersIn('<a href="/console">x</a><p>&lt;script&gt;</p>')).toEqual([]);
});
