// Whatever somebody outside wrote stays text on every page: in an order's every field, in a message's name and
// body, in what is typed into searches and the doctor.

import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { closeHouse, openHouse, postWebhook, settle, START } from "../actor/house";
import { expectOnlyText, HOSTILE, hostileEvent, hostileOrder, strangersIn } from "./hostile";
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
  test.each(HOSTILE)("%s is text on every page", async (name, text) => {
    const n = HOSTILE.findIndex(([one]) => one === name);
    const { order_id, webhook_id, body } = hostileOrder(text, n, "2031-01-15T05:59:00.000Z");
    expect(await postWebhook(body, { id: webhook_id })).toMatchObject({ status: 200 });
    await settle(order_id);
    for (const path of [
      "/console",
      "/console/orders",
      `/console/orders/${order_id}`,
      "/console/messages",
      `/console/messages/${webhook_id}`,
      "/console/notifications",
    ]) {
      await expectText(path);
    }
  });
});

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
