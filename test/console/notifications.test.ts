// The notifications' pages: how each delivery stands, every try with its answer, sending one again, and the
// pause that a person lifts.

import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createConsole } from "../../src/console/site";
import { createApp } from "../../src/http/app";
import { connect } from "../../src/http/connect";
import type { Connect } from "../../src/http/doors";
import { origin } from "../http/door";
import { paidEvent } from "../actor/events";
import { closeHouse, postWebhook, settle } from "../actor/house";
import { faults } from "../worker";
import { HOUR } from "../../src/domain/schedule";
import { live, notifications, openShop, RECEIVER, trouble } from "../notify/shop";
import { signInAsAdministrator, textOf, type Visitor } from "./visit";

beforeEach(openShop);
afterEach(closeHouse);

let counter = 0;

async function paidOrder(): Promise<string> {
  counter += 1;
  const id = `v1-told-${counter}`;
  expect((await postWebhook(paidEvent(id))).status).toBe(200);
  await settle(id);
  return id;
}

async function read(visitor: Visitor, path: string): Promise<string> {
  const shown = await visitor.get(path);
  expect(shown.status).toBe(200);
  return textOf(shown.html);
}

/** The page of a deployment that has somebody to tell: doors have their settings when they are opened. */
async function readWhereTold(visitor: Visitor, path: string): Promise<string> {
  const open: Connect = (bindings) => connect({ ...bindings, NOTIFY_URL: RECEIVER });
  const site = createConsole(createApp(open), open);
  const request = new Request(`${origin}${path}`, { headers: { cookie: visitor.cookie } });
  const context = createExecutionContext();
  const shown = await site.fetch(request, env, context);
  await waitOnExecutionContext(context);
  return textOf(await shown.text());
}

async function only(): Promise<string> {
  const [told] = await notifications();
  if (told === undefined) throw new Error("nothing was told");
  return `/console/notifications/${told.id}`;
}

describe("the list of notifications", () => {
  test("says that there are none, and that nobody is told", async () => {
    faults.settings = {};
    const visitor = await signInAsAdministrator();
    const text = await read(visitor, "/console/notifications");
    expect(text).toContain("No notifications yet");
    expect(text).toContain("no address is set (NOTIFY_URL)");
  });

  test("shows what was told, by how it stands and what it is", async () => {
    const id = await paidOrder();
    const visitor = await signInAsAdministrator();
    const row = `Paid ${id} Delivered 1 None`;
    expect(await read(visitor, "/console/notifications")).toContain(row);
    const path = "/console/notifications?status=delivered&type=order.paid";
    expect(await read(visitor, path)).toContain(row);
    expect(await read(visitor, "/console/notifications?status=dead")).toContain(
      "No notification is like this",
    );
  });

  test("names the pause, and ends it", async () => {
    await trouble({ mode: "gone" });
    await paidOrder();
    const visitor = await signInAsAdministrator();
    expect(await readWhereTold(visitor, "/console/notifications")).toContain(
      "Your system is told nothing It asked for no more notifications (410)",
    );
    await trouble({ mode: "ok" });
    const sent = await visitor.post("/console/notifications/resume");
    expect(sent).toMatchObject({ status: 303, location: "/console/notifications?said=resumed" });
    const text = await readWhereTold(visitor, "/console/notifications?said=resumed");
    expect(text).toContain("Your system is told everything again.");
    expect(text).not.toContain("asked for no more");
    const twice = await visitor.post("/console/notifications/resume");
    expect(twice.location).toBe("/console/notifications?said=not_paused");
  });
});

describe("a notification", () => {
  test("that was given up says what to do, shows each answer, and is sent again", async () => {
    await trouble({ mode: "fail", status: 500 });
    const id = await paidOrder();
    await live([id], 48 * HOUR);
    const visitor = await signInAsAdministrator();
    const path = await only();
    const text = await read(visitor, path);
    expect(text).toContain("Given up");
    expect(text).toContain("then send it again");
    expect(text).toContain("Not taken (500)");
    expect(text).toContain("What your system answered to try 8");
    await trouble({ mode: "ok" });
    const sent = await visitor.post(`${path}/resend`);
    expect(sent).toMatchObject({ status: 303, location: `${path}?said=resent` });
    await settle(id);
    expect(await read(visitor, path)).toContain("Your system took it.");
  });

  test("is not sent again where there is nobody to tell, and stays on its page", async () => {
    await paidOrder();
    faults.settings = {};
    const visitor = await signInAsAdministrator();
    const refused = await visitor.post(`${await only()}/resend`);
    expect(refused.status).toBe(409);
    expect(textOf(refused.html)).toContain("There is no NOTIFY_URL");
    expect(textOf(refused.html)).toContain("What is sent");
  });

  test("that nobody told is a page that says so", async () => {
    const visitor = await signInAsAdministrator();
    expect((await visitor.get("/console/notifications/evt_none")).status).toBe(404);
  });
});
