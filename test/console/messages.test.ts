// The messages' pages: found by id, event and state, opened to their bodies for who may, applied again; the
// refused ones in words, and the doctor that finds out why.

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parseHeaderLines } from "../../src/console/header-lines";
import { sandboxDefaults } from "../../src/sandbox/settings";
import { signWebhook } from "../../src/sandbox/signing";
import { closeHouse, openHouse, postWebhook, settle } from "../actor/house";
import { knock } from "../http/door";
import { signInAsAdministrator, textOf, type Visitor } from "./visit";

beforeEach(openHouse);
afterEach(closeHouse);

let counter = 0;

async function paidByWebhook() {
  counter += 1;
  const id = `v1-310115060000-aa-Cons${counter}`;
  const webhook = `msg_console_${counter}`;
  const at = "2031-01-15T06:10:00.123Z";
  const money = { value: 50_000, currency: "INR" };
  const data = {
    order_id: id,
    merchant_order_reference: `ref-${counter}`,
    type: "CHARGE",
    status: "PROCESSED",
    order_amount: money,
    pre_auth: false,
    payments: [{ id: `${id}-up-a`, status: "PROCESSED", payment_amount: money, created_at: at }],
    created_at: at,
    updated_at: at,
  };
  const body = JSON.stringify({ event_type: "ORDER_PROCESSED", data });
  expect(await postWebhook(body, { id: webhook })).toMatchObject({ status: 200 });
  await settle(id);
  return { id, webhook, body };
}

async function read(visitor: Visitor, path: string): Promise<string> {
  const shown = await visitor.get(path);
  expect(shown.status).toBe(200);
  return textOf(shown.html);
}

describe("the list of messages", () => {
  test("shows what came, by what it says and what became of it", async () => {
    const { id, webhook } = await paidByWebhook();
    await postWebhook({ event_type: "CUSTOMER_ACTIVATED", data: {} }, { id: "msg_of_nobody" });
    const visitor = await signInAsAdministrator();
    const row = `Order paid ${id} Applied once`;
    expect(await read(visitor, "/console/messages")).toContain(row);
    expect(await read(visitor, "/console/messages?event=ORDER_PROCESSED&state=applied")).toContain(
      row,
    );
    expect(await read(visitor, `/console/messages?id=${webhook}`)).toContain(row);
    expect(await read(visitor, "/console/messages?event=REFUND_FAILED")).toContain(
      "No message is like this",
    );
  });

  test("says where to look for an id that nobody sent", async () => {
    const visitor = await signInAsAdministrator();
    const text = await read(visitor, "/console/messages?id=msg_never");
    expect(text).toContain("No message with this id was kept");
    expect(text).toContain("refused messages");
  });
});

describe("a message", () => {
  test("shows its body, and hands out its exact bytes", async () => {
    const { id, webhook, body } = await paidByWebhook();
    const visitor = await signInAsAdministrator();
    const shown = await visitor.get(`/console/messages/${webhook}`);
    expect(textOf(shown.html)).toContain('"event_type": "ORDER_PROCESSED"');
    const path = `/console/messages/${webhook}/raw?actor=${id}&n=1`;
    const raw = await knock(path, { headers: { cookie: visitor.cookie } });
    expect(new TextDecoder().decode(await raw.arrayBuffer())).toBe(body);
    expect(raw.headers.get("content-disposition")).toBe(`attachment; filename="${webhook}.json"`);
    expect(raw.headers.get("content-type")).toBe("application/octet-stream");
  });

  test("shows each of several bodies that came under one id", async () => {
    const { webhook, body } = await paidByWebhook();
    await postWebhook(body.replace("50000", "60000"), { id: webhook });
    await settle(`v1-310115060000-aa-Cons${counter}`);
    const visitor = await signInAsAdministrator();
    const text = await read(visitor, `/console/messages/${webhook}`);
    expect(text).toContain("2 messages came under this id, with different bodies.");
    expect(text.match(/"event_type": "ORDER_PROCESSED"/g)).toHaveLength(2);
  });

  test("is applied once more, and says so", async () => {
    const { webhook } = await paidByWebhook();
    const visitor = await signInAsAdministrator();
    const sent = await visitor.post(`/console/messages/${webhook}/reapply`);
    expect(sent).toMatchObject({
      status: 303,
      location: `/console/messages/${webhook}?said=applied_again`,
    });
    expect(await read(visitor, sent.location ?? "")).toContain("It was applied once more.");
  });

  test("that is no text is shown as base64, and downloaded as it came", async () => {
    const bytes = new Uint8Array([0xff, 0xfe, 0x00, 0x41]);
    const timestamp = String(Math.floor(Date.now() / 1000));
    const id = "msg_binary";
    const payload = new TextEncoder().encode(`${id}.${timestamp}.`);
    const key = await crypto.subtle.importKey(
      "raw",
      new TextEncoder().encode(sandboxDefaults.webhook_secret),
      { name: "HMAC", hash: "SHA-256" },
      false,
      ["sign"],
    );
    const signed = await crypto.subtle.sign("HMAC", key, new Uint8Array([...payload, ...bytes]));
    const signature = `v1,${btoa(String.fromCharCode(...new Uint8Array(signed)))}`;
    const headers = {
      "webhook-id": id,
      "webhook-timestamp": timestamp,
      "webhook-signature": signature,
    };
    const answered = await knock("/webhooks/pinelabs", { method: "POST", headers, body: bytes });
    expect(await answered.json()).toEqual({ status: "unreadable" });
    await settle(...Array.from({ length: 16 }, (_, n) => `unrouted:${n.toString(16)}`));
    const visitor = await signInAsAdministrator();
    const shown = await visitor.get(`/console/messages/${id}`);
    expect(textOf(shown.html)).toContain("It is no text. This is base64: //4AQQ==");
    const link = /href="([^"]+\/raw\?[^"]+)"/.exec(shown.html)?.[1] ?? "";
    const path = link.replaceAll("&amp;", "&");
    const file = await knock(path, { headers: { cookie: visitor.cookie } });
    expect(new Uint8Array(await file.arrayBuffer())).toEqual(bytes);
  });

  test("that nobody sent is a page that says so", async () => {
    const visitor = await signInAsAdministrator();
    expect((await visitor.get("/console/messages/msg_never")).status).toBe(404);
  });
});

describe("refused messages", () => {
  test("are shown in words, with what to do", async () => {
    await knock("/webhooks/pinelabs", { method: "POST", body: "{}" });
    const visitor = await signInAsAdministrator();
    const text = await read(visitor, "/console/messages/refused");
    expect(text).toContain("A header is missing");
    expect(text).not.toMatch(/missing_header|signature_mismatch/);
  });

  test("are diagnosed by the doctor, whatever their line breaks became in the form", async () => {
    const body = '{\n  "event_type": "ORDER_PROCESSED"\n}';
    const timestamp = String(Math.floor(Date.now() / 1000) - 86_400);
    const given = { id: "msg_doctor", timestamp, body };
    const secret = sandboxDefaults.webhook_secret;
    const headers = [
      `webhook-id: msg_doctor`,
      `Webhook-Timestamp: ${timestamp}`,
      `webhook-signature: ${await signWebhook({ secret, ...given })}`,
    ].join("\r\n");
    const visitor = await signInAsAdministrator();
    const typed = { headers, body: body.replaceAll("\n", "\r\n") };
    const kept = await visitor.post("/console/messages/refused", { ...typed, kept: "yes" });
    expect(textOf(kept.html)).toContain("This message is in order");
    const old = await visitor.post("/console/messages/refused", typed);
    expect(textOf(old.html)).toContain("Its age. The message is 86400 seconds old");
    const other = { ...typed, body: "{}", kept: "yes" };
    const wrong = await visitor.post("/console/messages/refused", other);
    expect(textOf(wrong.html)).toContain("No configured secret made this signature");
  });

  test("lose nothing that was typed when it can not be examined", async () => {
    const visitor = await signInAsAdministrator();
    const typed = { headers: "this is no header", body: "\n<b>two</b> lines" };
    const shown = await visitor.post("/console/messages/refused", typed);
    expect(shown.status).toBe(422);
    expect(textOf(shown.html)).toContain("This line is no header: “this is no header”.");
    expect(shown.html).toContain(">\nthis is no header</textarea>");
    expect(shown.html).toContain(">\n\n&lt;b&gt;two&lt;/b&gt; lines</textarea>");
    const base64 = { headers: "webhook-id: 1", body: "***", base64: "yes" };
    const wrong = await visitor.post("/console/messages/refused", base64);
    expect(textOf(wrong.html)).toContain("This is not base64");
    expect(wrong.html).toContain(">\n***</textarea>");
  });
});

describe("headers as people copy them", () => {
  const expected = { "webhook-id": "msg_1", "Webhook-Timestamp": "17" };

  test.each([
    ["lines", "webhook-id: msg_1\nWebhook-Timestamp:17"],
    ["Windows lines", "webhook-id: msg_1\r\n\r\nWebhook-Timestamp: 17\r\n"],
    ["curl's", "> POST /webhooks/pinelabs HTTP/1.1\n> webhook-id: msg_1\n> Webhook-Timestamp: 17"],
    ["a JSON object", '{"webhook-id": "msg_1", "Webhook-Timestamp": 17}'],
    ["a JSON object of lists", '{"webhook-id": ["msg_1"], "Webhook-Timestamp": ["17"]}'],
    ["quoted lines", "\"webhook-id\": \"msg_1\",\n'Webhook-Timestamp': '17'"],
  ])("are read from %s", (_, text) => {
    expect(parseHeaderLines(text)).toEqual({ ok: true, value: expected });
  });
});
