// How often people may ask: apart from the keys of the API, and from the pages that they left open.

import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createConsole } from "../../src/console/site";
import { success } from "../../src/domain/result";
import { createApp } from "../../src/http/app";
import { connect } from "../../src/http/connect";
import { closeHouse, openHouse } from "../actor/house";
import { paidOrder } from "../actor/money";
import { origin } from "../http/door";
import { invite, signInAsAdministrator, textOf, Visitor } from "./visit";

beforeEach(openHouse);
afterEach(closeHouse);

const POLL = { "x-console-poll": "1" };

let counted: string[] = [];
let isFull = (_rate: string): boolean => false;

const api = createApp((bindings) => {
  const doors = connect(bindings);
  if (!doors.ok) return doors;
  const perKey = async (rate: string): Promise<boolean> => {
    counted.push(rate);
    return !isFull(rate);
  };
  return success({ ...doors.value, limits: { ...doors.value.limits, perKey } });
});
const site = createConsole(api, connect);
const ask = async (path: string, init: RequestInit = {}): Promise<Response> =>
  site.fetch(new Request(`${origin}${path}`, { redirect: "manual", ...init }), env);

/** The same cookie, at a console whose counting is seen. */
const counting = ({ cookie, csrf }: Visitor): Visitor =>
  Object.assign(new Visitor(ask), { cookie, csrf });

test("what each person asks counts for themselves, never for a key", async () => {
  const administrator = await signInAsAdministrator();
  const asha = await invite(administrator, "Asha", "operator");
  for (const visitor of [administrator, asha]) {
    counted = [];
    await counting(visitor).get("/console/orders");
    await counting(visitor).get("/console/orders", POLL);
    const name = visitor === asha ? asha.id : "administrator";
    expect(new Set(counted)).toEqual(new Set([`console ${name}`, `console polls ${name}`]));
  }
});

test("who has too many pages open can still act, and the pages say that they are not followed", async () => {
  const { order_id } = await paidOrder();
  const administrator = await signInAsAdministrator();
  await administrator.get("/console");
  const visitor = counting(administrator);
  isFull = (rate) => rate.startsWith("console polls ");
  const address = `/console/orders/${order_id}`;
  expect((await visitor.get(address, POLL)).status).toBe(429);
  const done = await visitor.post(`${address}/steps/fulfill`, { note: "AWB 4711" });
  expect(done).toMatchObject({ status: 303, location: `${address}?said=delivered` });
  isFull = () => true;
  const shown = await visitor.get(address);
  expect(shown.status).toBe(429);
  expect(textOf(shown.html)).toContain("Too much was asked under your name within a minute.");
});
