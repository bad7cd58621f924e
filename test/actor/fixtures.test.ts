/// <reference types="vite/client" />
// Every payload that is supported: one file each, posted, signed, through the real door to the real
// actor. The list of fixtures is the list of what is supported; the expectations were derived from
// the design by hand, with the reason beside each (test/fixtures/expected.json).

import { afterEach, beforeEach, expect, test } from "vitest";
import { turn } from "../sandbox/gateway";
import { closeHouse, openHouse, order, postWebhook } from "./house";
import expected from "../fixtures/expected.json";

beforeEach(async () => {
  await openHouse();
  // What is expected is what one webhook says alone, before any inquiry is answered.
  await turn({ answers: [{ operation: "*", times: -1, status: 503 }] });
});
afterEach(closeHouse);

const payloads = import.meta.glob<string>("../fixtures/webhook-*.json", {
  query: "?raw",
  import: "default",
  eager: true,
});

/** Not a message: the documented vector of the signature. */
const NO_PAYLOAD = "webhook-signature-vector.json";

const files = Object.entries(payloads)
  .map(([path, body]) => [path.replace("../fixtures/", ""), body] as const)
  .filter(([file]) => file !== NO_PAYLOAD);

interface Expected {
  readonly actor: string;
  readonly answer: string;
  readonly stage: string | null;
  readonly status: string | null;
  readonly amount: number | null;
  readonly captured: number | null;
  readonly authorized: number | null;
  readonly refunded: number | null;
  readonly payments: number | null;
  readonly refunds: number | null;
}

const table: { readonly [file: string]: Expected | undefined } = expected;

test("every fixture has its expectation and every expectation its fixture", () => {
  expect(files.map(([file]) => file).toSorted()).toEqual(Object.keys(table).toSorted());
});

/** Several fixtures tell one story of one order; each is read alone, under an order id of its own. */
function alone(file: string, body: string, actor: string): { body: string; actor: string } {
  if (actor === "unrouted") return { body, actor };
  const mine = `${actor.slice(0, 30)}${file.length}${file.slice(-12, -5)}`.replaceAll("_", "-");
  return { body: body.replaceAll(actor, mine), actor: mine };
}

test.each(files)("%s is understood as expected", async (file, payload) => {
  const expectation = table[file];
  if (!expectation) throw new Error(`no expectation for ${file}`);
  const { body, actor } = alone(file, payload, expectation.actor);
  const answer = await postWebhook(body);
  expect(answer).toEqual({ status: 200, body: { status: expectation.answer } });
  if (actor === "unrouted") return;
  const found = await order(actor);
  expect({
    stage: found.stage,
    status: found.status,
    amount: found.amount?.value ?? null,
    captured: found.captured?.value ?? null,
    authorized: found.authorized.value,
    refunded: found.refunded?.value ?? null,
    payments: found.payments.length,
    refunds: found.refunds.length,
  }).toEqual({
    stage: expectation.stage,
    status: expectation.status,
    amount: expectation.amount,
    captured: expectation.captured,
    authorized: expectation.authorized,
    refunded: expectation.refunded,
    payments: expectation.payments,
    refunds: expectation.refunds,
  });
});
