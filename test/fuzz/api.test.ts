// Every operation of the API, with everything about it spoilt. Each answer is one that the description has, none
// is a 5xx, and nobody without a right key is told anything. What reads moves nothing. What commands money moves
// it only where it was answered with 201 or 202, and by what these answers say: the gateway's books tell.

import { exports } from "cloudflare:workers";
import * as fc from "fast-check";
import { expect } from "vitest";
import type { CommandView } from "../../src/domain/command-view";
import type { Operation } from "../../src/openapi/operation";
import { OPERATIONS } from "../../src/openapi/operations";
import { textOf } from "../../src/pinelabs/secret-bytes";
import { createLink, type Made } from "../actor/house";
import { heldOrder, paidOrder } from "../actor/money";
import { origin } from "../http/door";
import { besiege, type ClosedDoor, door } from "./campaign";
import { anyBodies, once, parts } from "./inputs";
import { type Answered, expectAnswer, knock } from "./knock";
import { gatewayTotals, watched } from "./ours";
import { requestsOf, type SpoiltRequest } from "./requests";

const opened = watched();

/** Doors of their own have files of their own. */
const ELSEWHERE = /^\/(?:webhooks|callback)\//;
const here = OPERATIONS.filter(({ path }) => !ELSEWHERE.test(path) && path !== "/callback");
const MONEY = ["refund", "capture", "void", "decideCommand", "cancelLink", "replaceLink"];
const money = here.filter(({ id }) => MONEY.includes(id));
const reads = here.filter(({ method }) => method === "get");
const writes = here.filter((one) => one.method !== "get" && !MONEY.includes(one.id));

async function send(
  request: SpoiltRequest,
  made: Readonly<Record<string, Made>>,
): Promise<Answered> {
  const { init, is_ours } = request;
  const operation = OPERATIONS.find(({ id }) => id === request.operation);
  const path = request.path.replaceAll(
    /\{(unpaid|paid|held)\}/g,
    (_, name: string) => made[name]?.order_id ?? "",
  );
  const answered = await knock(path, init);
  expectAnswer(answered);
  // A part that is empty or has a slash in it leads elsewhere: to a door that is open, it may be.
  if (!is_ours && operation?.scope !== null && path.startsWith("/v1/")) {
    expect(answered.status).not.toBe(200);
    expect(answered.status).not.toBe(201);
  }
  return answered;
}

function untouching(
  name: string,
  usual: number,
  operations: readonly Operation[],
  gets: readonly string[],
): ClosedDoor {
  return door<SpoiltRequest>({
    name,
    usual,
    gets,
    input: requestsOf(operations),
    begin: async () => {
      const { unpaid, paid, held, expectUntouched } = await opened();
      return {
        strike: async (request) => String((await send(request, { unpaid, paid, held })).status),
        end: expectUntouched,
      };
    },
  });
}

/** One reference is one movement for ever, in all batches: each has its own. */
function renamed(request: SpoiltRequest, batch: number): SpoiltRequest {
  const { body } = request.init;
  const text = body instanceof Uint8Array ? textOf(body) : null;
  if (text === null) return request;
  const own = text.replaceAll(/"(refund|capture)_1"/g, `"$1_1_${batch}"`);
  return { ...request, init: { ...request.init, body: own } };
}

let batches = 0;
let purse: { readonly paid: Made; readonly held: Made; readonly unpaid: Made } | null = null;

const commands = door<SpoiltRequest>({
  name: "api.money",
  usual: 300,
  gets: ["201", "401", "404", "409", "422"],
  input: requestsOf(money, ["{paid}", "{paid}", "{held}", "{unpaid}"]),
  begin: async () => {
    await opened();
    purse ??= { paid: await paidOrder(), held: await heldOrder(), unpaid: await createLink() };
    const before = await readTotals();
    const accepted = new Map<string, Accepted>();
    batches += 1;
    const batch = batches;
    return {
      strike: async (request) => {
        const answered = await send(renamed(request, batch), purse ?? {});
        if (answered.status === 201 || answered.status === 202) {
          const command = JSON.parse(answered.text) as CommandView;
          const known = answered.status === 201;
          accepted.set(`${command.kind} ${command.order_id} ${command.reference}`, {
            ...command,
            known,
          });
        }
        return String(answered.status);
      },
      end: async () => {
        expectExplained(before, await readTotals(), [...accepted.values()]);
        purse = null;
      },
    };
  },
});

interface Totals {
  readonly authorized: number;
  readonly captured: number;
  readonly refunded: number;
  readonly refunds_pending: number;
}

async function readTotals(): Promise<Readonly<Record<string, Totals>>> {
  return (await gatewayTotals()) as Readonly<Record<string, Totals>>;
}

type Accepted = CommandView & {
  /** Else nobody knows yet whether it moved anything. */
  readonly known: boolean;
};

/** What moved at the gateway is what our answers said. */
function expectExplained(
  before: Readonly<Record<string, Totals>>,
  after: Readonly<Record<string, Totals>>,
  accepted: readonly Accepted[],
): void {
  for (const [order_id, now] of Object.entries(after)) {
    const then = before[order_id] ?? NOTHING;
    const own = accepted.filter((command) => command.order_id === order_id);
    const back = now.refunded + now.refunds_pending - then.refunded - then.refunds_pending;
    expectBetween("refund", back, own);
    expectBetween("capture", now.captured - then.captured, own);
    const isHeld = own.every(({ kind }) => kind === "refund");
    if (isHeld) expect([order_id, now.authorized]).toEqual([order_id, then.authorized]);
  }
}

function expectBetween(kind: string, moved: number, own: readonly Accepted[]): void {
  const sum = (some: readonly Accepted[]): number =>
    some.filter((one) => one.kind === kind).reduce((sum, { amount }) => sum + amount.value, 0);
  const least = sum(own.filter(({ known }) => known));
  const isExplained = moved >= least && moved <= sum(own);
  expect(isExplained ? "" : `${kind}: ${moved} moved, ${least} to ${sum(own)} were said`).toBe("");
}

const NOTHING: Totals = { authorized: 0, captured: 0, refunded: 0, refunds_pending: 0 };

interface Stray {
  readonly method: string;
  readonly path: string;
  readonly body: Uint8Array<ArrayBuffer> | null;
}

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND", "LOCK"];
const KNOWN = [...OPERATIONS.map(({ path }) => path), "/", "/console", "/docs", "/openapi.json"];

/** The real Worker, its rooms chosen by address. */
const nowhere = door<Stray>({
  name: "api.nowhere",
  usual: 300,
  gets: ["401", "404", "405"],
  input: fc.record({
    method: fc.constantFrom(...METHODS),
    path: fc
      .tuple(fc.constantFrom(...KNOWN), parts, fc.constantFrom("/", "//", "", ".", "%2f", "?", ";"))
      .map(
        ([known, part, joint]) => `${known.replaceAll(/\{[a-z_]+\}/g, part || "x")}${joint}${part}`,
      ),
    body: once(3, anyBodies),
  }),
  begin: async () => {
    const { expectUntouched } = await opened();
    return {
      strike: async ({ method, path, body }) => {
        const isBodiless = method === "GET" || method === "HEAD" || body === null;
        const init = { method, redirect: "manual", ...(isBodiless ? {} : { body }) } as const;
        const response = await exports.default.fetch(`${origin}${path}`, init);
        const text = await response.text();
        if (response.status >= 500) expect.fail(`answered ${response.status}: ${text}`);
        const { pathname } = new URL(`${origin}${path}`);
        const isOpen = pathname.startsWith("/v1/verdicts/");
        if (pathname.startsWith("/v1/") && !isOpen) expect(response.status).toBeGreaterThan(399);
        return String(response.status);
      },
      end: expectUntouched,
    };
  },
});

besiege([
  untouching("api.reads", 700, reads, ["200", "400", "401", "404"]),
  untouching("api.writes", 400, writes, ["200", "201", "400", "401", "404", "422"]),
  commands,
  nowhere,
]);
