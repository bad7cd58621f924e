// The gateway's door. What is not rightly signed gets 401 (or 413) and moves nothing: each order's money stays
// what the gateway's books say. What is rightly signed is the gateway's word, however strange: it is kept and
// answered with 200, each order that it tells of can be shown, a repeat of it changes nothing (law 3), every
// message is accounted for (law 11), and no other order is touched.

import * as fc from "fast-check";
import { expect } from "vitest";
import type { OrderView } from "../../src/domain/order-view";
import { homeOf, parseEvent } from "../../src/pinelabs/event";
import { textOf } from "../../src/pinelabs/secret-bytes";
import { unroutedActor } from "../../src/domain/ids";
import { sha256Hex } from "../../src/http/request-body";
import { settle } from "../actor/house";
import { expectOnlyText } from "../console/hostile";
import { administrator } from "../http/door";
import { besiege, door } from "./campaign";
import { anyBodies, headerValues, utf8 } from "./inputs";
import { type Answered, expectAnswer, knock } from "./knock";
import {
  type ChangedEvent,
  changedEvents,
  forge,
  type Forgery,
  forgeries,
  linksIn,
  signed,
  textFor,
} from "./messages";
import { expectRight, signedIn } from "./operator";
import { expectSane, moneyIn, watched } from "./ours";

const DOOR = "/webhooks/pinelabs";
const LIMIT = 256 * 1024;

const opened = watched();

let numbers = 0;

/** An id that no batch had before. */
function fresh(what: string): string {
  numbers += 1;
  return `v1-310115060000-${what}-${numbers}`;
}

async function post(
  body: Uint8Array<ArrayBuffer>,
  headers: Record<string, string>,
): Promise<Answered> {
  const answered = await knock(DOOR, { method: "POST", headers, body });
  expectAnswer(answered);
  return answered;
}

const forged = door<{ readonly event: ChangedEvent; readonly forgery: Forgery }>({
  name: "webhook.forged",
  usual: 700,
  gets: ["401"],
  input: fc.record({ event: changedEvents, forgery: forgeries }),
  begin: async () => {
    const ours = await opened();
    return {
      strike: async ({ event, forgery }) => {
        const about = [ours.unpaid, ours.paid, ours.held][event.changes.length % 3] ?? ours.unpaid;
        const body = utf8(textFor(event, about.order_id));
        const answered = await post(body, await forge(body, forgery, Date.now()));
        expect(answered).toMatchObject({ status: 401, code: "message_refused" });
        // Why is nobody's business.
        expect(JSON.parse(answered.text)).toEqual(REFUSAL);
        return "401";
      },
      end: ours.expectUntouched,
    };
  },
});

const REFUSAL = {
  code: "message_refused",
  status: 401,
  title: expect.any(String),
  type: "urn:chukta:problem:message_refused",
};

interface Garbage {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly id: string;
  /** Filled up with spaces to this length. */
  readonly length: number;
}

const garbage = door<Garbage>({
  name: "webhook.garbage",
  usual: 600,
  gets: ["200 accepted", "200 duplicate", "200 unrouted", "200 unreadable", "413"],
  input: fc.record({
    body: anyBodies,
    id: fc.oneof(headerValues, fc.constantFrom("msg_1", "msg_2", "msg_3")),
    length: fc.oneof(
      { weight: 60, arbitrary: fc.constant(0) },
      { weight: 1, arbitrary: fc.constantFrom(LIMIT - 1, LIMIT, LIMIT + 1, 2 * LIMIT) },
    ),
  }),
  begin: async () => {
    const ours = await opened();
    const book = new Book();
    return {
      strike: async ({ body, id, length }) => {
        const whole = filled(body, length);
        const answered = await post(whole, { ...(await signed(whole, { id, at: Date.now() })) });
        if (whole.length > LIMIT) {
          expect(answered.status).toBe(413);
          return "413";
        }
        // Without an id nothing can be signed.
        if (id === "") {
          expect(answered.status).toBe(401);
          return "401";
        }
        return book.note(id, textOf(whole), answered);
      },
      end: async () => {
        await book.close();
        await ours.expectUntouched();
      },
    };
  },
});

function filled(body: Uint8Array<ArrayBuffer>, length: number): Uint8Array<ArrayBuffer> {
  if (body.length >= length) return body;
  const whole = new Uint8Array(length).fill(32);
  whole.set(body);
  return whole;
}

const events = door<ChangedEvent>({
  name: "webhook.signed",
  usual: 120,
  batch: 8,
  gets: ["200 accepted", "200 unreadable", "200 unrouted"],
  input: changedEvents,
  begin: async () => {
    const ours = await opened();
    const order_id = fresh("ev");
    const book = new Book();
    const given: ChangedEvent[] = [];
    const sent: { readonly body: Uint8Array<ArrayBuffer>; readonly id: string }[] = [];
    return {
      strike: async (event) => {
        given.push(event);
        const body = utf8(textFor(event, order_id));
        const earlier = event.known_id ? sent.at(-1) : undefined;
        const id = earlier?.id ?? fresh("msg");
        sent.push({ body, id });
        const headers = await signed(body, { id, at: Date.now() });
        return book.note(id, textOf(body), await post(body, { ...headers }));
      },
      end: async () => {
        const before = await book.close();
        for (const { body, id } of sent) {
          const again = await post(body, { ...(await signed(body, { id, at: Date.now() })) });
          expect(JSON.parse(again.text)).toEqual({ status: "duplicate" });
        }
        expect(await book.close()).toEqual(before);
        if (book.isAbout(order_id)) {
          const twin = await tellBackwards(given, fresh("tw"));
          expect(twin).toEqual(await factsOf(order_id));
        }
        await ours.expectUntouched();
      },
    };
  },
});

/** What a batch was answered, and the actors that it told. */
class Book {
  readonly #homes = new Set<string>();
  readonly #others = new Set<string>();

  async note(id: string, text: string | null, answered: Answered): Promise<string> {
    expect(answered.status).toBe(200);
    const { status } = JSON.parse(answered.text) as { readonly status: string };
    const home = homeOf(parseEvent(text));
    if (home.kind === "none") this.#others.add(unroutedActor(await sha256Hex(utf8(id))));
    else this.#homes.add(home.id);
    for (const name of linksIn(text ?? "")) this.#others.add(name);
    return `200 ${status}`;
  }

  /** Nothing was said of any other order or link, or of this one under another name. */
  isAbout(order_id: string): boolean {
    const own = [order_id, `pl-${order_id}`];
    const others = [...this.#others].filter((name) => !name.startsWith("unrouted:"));
    return this.#homes.has(order_id) && [...this.#homes, ...others].every((id) => own.includes(id));
  }

  /** All alarms rung: every order that was told of can be shown, and every message is accounted for. */
  async close(): Promise<readonly string[]> {
    await settle(...new Set([...this.#homes, ...this.#others]));
    const shown: string[] = [];
    for (const home of this.#homes) shown.push(await show(home));
    await expectAccounted();
    return shown;
  }
}

/** The same messages about another order, the last one first (law 3). */
async function tellBackwards(given: readonly ChangedEvent[], order_id: string): Promise<unknown> {
  const book = new Book();
  for (const event of given.toReversed()) {
    const body = utf8(textFor(event, order_id));
    const id = fresh("msg");
    const headers = await signed(body, { id, at: Date.now() });
    await book.note(id, textOf(body), await post(body, { ...headers }));
  }
  await book.close();
  return factsOf(order_id);
}

/** What is known of an order, whatever it is called and whenever we heard of it. */
async function factsOf(id: string): Promise<unknown> {
  const answered = await knock(`/v1/orders/${id}`, { headers: administrator });
  expect(answered.status).toBe(200);
  const order = JSON.parse(answered.text.replaceAll(id, "{id}")) as OrderView;
  const { stage, status, amount, amount_due, authorized, captured, refunded, refundable } = order;
  const { pre_auth, part_payment, verified_by, merchant_reference, description, customer } = order;
  const money = { stage, status, amount, amount_due, authorized, captured, refunded, refundable };
  const words = { pre_auth, part_payment, verified_by, merchant_reference, description, customer };
  const { link, merchant_metadata } = order;
  const parts = [order.payments, order.refunds].map((some) =>
    some.map((part) => JSON.stringify(part)).toSorted(),
  );
  return { ...money, ...words, link, merchant_metadata, parts };
}

async function show(home: string): Promise<string> {
  const headers = administrator;
  const answered = await knock(`/v1/orders/${home}`, { headers });
  expectAnswer(answered);
  if (answered.status !== 200) return `${home}: ${answered.status}`;
  const order = JSON.parse(answered.text) as OrderView;
  expectSane(order);
  const timeline = await knock(`/v1/orders/${home}/timeline`, { headers });
  expect(timeline.status).toBe(200);
  const page = `/console/orders/${home}`;
  // Another id of an order leads to its home.
  expect(["200", "303"]).toContain(await expectRight(page, await (await signedIn()).get(page)));
  await expectReceipt(home);
  return `${home}: ${moneyIn(order)}`;
}

async function expectReceipt(home: string): Promise<void> {
  const answered = await knock(`/v1/orders/${home}/receipt`, { headers: administrator });
  expect(answered.status).toBe(200);
  const { receipt_url } = JSON.parse(answered.text) as { readonly receipt_url: string | null };
  if (receipt_url === null) return;
  const { pathname } = new URL(receipt_url);
  const page = await knock(pathname);
  expect(page.status).toBe(200);
  await expectOnlyText(pathname, page.text);
}

interface Sums {
  readonly received: number;
  readonly states: Readonly<Record<string, number>>;
}

async function expectAccounted(): Promise<void> {
  const answered = await knock("/v1/accounting", { headers: administrator });
  expect(answered.status).toBe(200);
  const sums = JSON.parse(answered.text) as Sums;
  const counted = Object.values(sums.states).reduce((sum, count) => sum + count, 0);
  expect({ ...sums, counted }).toMatchObject({
    received: counted,
    actors_with_gaps: 0,
    balanced: true,
  });
  expect(sums.states).toMatchObject({ waiting: 0 });
}

besiege([forged, garbage, events]);
