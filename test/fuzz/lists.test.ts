// Lists, as pages and as files. A CSV file is RFC 4180 by a strict reader, tells of each row what the JSON tells,
// and no cell of it is a formula, whatever stands in it. A cursor that was made up, cut or taken from another
// list is 400, or a page of rows of that very list; the pages of an unspoilt walk are all rows, each once.

import { env } from "cloudflare:workers";
import * as fc from "fast-check";
import { expect } from "vitest";
import { project } from "../../src/ledger/projection";
import { openHouse } from "../actor/house";
import { administrator } from "../http/door";
import { tableOf } from "../http/table";
import {
  paidOrder,
  projectionOf,
  sampleDiscrepancy,
  sampleLink,
  sampleMessage,
  samplePayment,
  sampleRefund,
} from "../ledger/sample";
import { besiege, door } from "./campaign";
import { once, texts, wholeTexts } from "./inputs";
import { expectAnswer, knock } from "./knock";

const TABLES = ["orders", "payments", "refunds", "messages", "discrepancies", "aliases"];

async function emptyTables(): Promise<void> {
  await openHouse();
  await env.DB.batch(TABLES.map((table) => env.DB.prepare(`DELETE FROM ${table}`)));
}

interface Listed {
  readonly data: readonly Readonly<Record<string, unknown>>[];
  readonly next_cursor: string | null;
}

async function list(path: string): Promise<Listed> {
  const answered = await knock(path, { headers: administrator });
  expect([path, answered.status]).toEqual([path, 200]);
  return JSON.parse(answered.text) as Listed;
}

interface Told {
  readonly words: readonly string[];
  readonly filter: string | null;
}

/** As a spreadsheet takes it for a formula, white space before it or not. */
const FORMULA = /^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/;
/** Written by us, with a sign: a number. */
const NUMBER = /^-\d+(?:\.\d+)?$/;

const FILES = ["orders", "payments", "refunds", "discrepancies"];

const files = door<Told>({
  name: "lists.csv",
  usual: 260,
  gets: ["200"],
  input: fc.record({
    words: fc.array(texts, { minLength: 6, maxLength: 6 }),
    filter: once(2, wholeTexts),
  }),
  begin: async () => {
    await emptyTables();
    let n = 0;
    return {
      strike: async ({ words, filter }) => {
        n += 1;
        await put(n, words);
        if (filter === null) return "200";
        const path = `/v1/orders?reference=${encodeURIComponent(filter)}`;
        const answered = await knock(path, { headers: { ...administrator, accept: "text/csv" } });
        expect([200, 400]).toContain(answered.status);
        if (answered.status === 200) {
          const references = tableOf(answered.text).map((row) => row["merchant_reference"]);
          for (const reference of references) expect(isSame(reference, filter)).toBe(true);
        }
        return String(answered.status);
      },
      end: async () => {
        for (const name of FILES) await compare(name);
      },
    };
  },
});

async function put(n: number, words: readonly string[]): Promise<void> {
  const [one = "", two = "", three = "", four = "", five = "", six = ""] = words;
  const id = `v1-310115060000-aa-List${n}`;
  await project(
    env.DB,
    projectionOf(
      paidOrder(id, {
        merchant_reference: one,
        description: two,
        status: three,
        customer: { email_id: four, first_name: five, mobile_number: six },
        link: sampleLink(`pl-${id}`, { merchant_payment_link_reference: one, status: three }),
        payments: [
          samplePayment(`${id}-cc-1`, {
            order_id: id,
            status: two,
            payment_method: four,
            rrn: five,
          }),
        ],
        refunds: [
          sampleRefund(`${id}-r`, {
            order_id: id,
            merchant_refund_reference: six,
            status: one,
            reason: two,
            rrn: three,
            requested_by: four,
          }),
        ],
        discrepancies: [sampleDiscrepancy({ subject: five, ours: { [six]: one }, theirs: two })],
      }),
    ),
  );
}

/** The file's rows are the list's. */
async function compare(name: string): Promise<void> {
  const { data } = await list(`/v1/${name}?limit=200`);
  const headers = { ...administrator, accept: "text/csv" };
  const answered = await knock(`/v1/${name}`, { headers });
  expect(answered.status).toBe(200);
  const rows = tableOf(answered.text);
  expect(rows).toHaveLength(data.length);
  for (const [n, row] of rows.entries()) {
    for (const [column, cell] of Object.entries(row)) {
      if (FORMULA.test(cell) && !NUMBER.test(cell)) expect.fail(`${name} ${column}: ${cell}`);
    }
    const told = Object.entries(data[n] ?? {}).filter(([column]) => column in row);
    const texts = told.filter(([, value]) => typeof value === "string");
    expect(texts.length).toBeGreaterThan(2);
    for (const [column, value] of texts) {
      const cell = row[column];
      // What two sides say may be anything: it stands there as JSON.
      const isJson = column === "ours" || column === "theirs";
      const text = isJson ? JSON.stringify(value) : String(value).toWellFormed();
      expect([column, cell, isSame(cell, text)]).toEqual([column, cell, true]);
    }
  }
}

/** The text itself, or with the one apostrophe that keeps it from being a formula. */
function isSame(cell: string | undefined, text: string): boolean {
  return cell === text || cell === `'${text}`;
}

const ROWS = 30;
const LISTS = ["orders", "links", "payments", "refunds", "messages", "discrepancies"] as const;

interface Spoilt {
  readonly list: (typeof LISTS)[number];
  readonly other: (typeof LISTS)[number];
  readonly limit: number;
  readonly how: "none" | "cut" | "letter" | "longer" | "other_list" | "forged" | "text";
  readonly at: number;
  readonly text: string;
  readonly place: readonly (string | number | null | boolean)[];
}

let seeded = false;

async function seed(): Promise<void> {
  if (seeded) return;
  seeded = true;
  await emptyTables();
  for (let n = 0; n < ROWS; n += 1) {
    await put(n, [`ref-${n % 7}`, "w", "PROCESSED", "a@b.in", "r", `b-${n}`]);
    const home = `v1-310115060000-aa-Msg${n}`;
    await project(env.DB, projectionOf(paidOrder(home), { messages: [sampleMessage(n + 1)] }));
  }
}

const values = fc.oneof(
  fc.constantFrom<(string | number | null | boolean)[]>(
    0,
    -1,
    "1e400",
    1e308,
    2 ** 53,
    null,
    true,
    "",
    "a",
  ),
  fc.integer(),
  wholeTexts,
);

const cursors = door<Spoilt>({
  name: "lists.cursors",
  usual: 400,
  gets: ["200", "400"],
  input: fc.record({
    list: fc.constantFrom(...LISTS),
    other: fc.constantFrom(...LISTS),
    limit: fc.integer({ min: 1, max: 40 }),
    how: fc.constantFrom(
      "none",
      "cut",
      "letter",
      "longer",
      "other_list",
      "forged",
      "forged",
      "text",
    ),
    at: fc.nat(200),
    text: wholeTexts,
    place: fc.array(values, { maxLength: 4 }),
  }),
  begin: async () => {
    await seed();
    return {
      strike: async (spoilt) => {
        const all = await list(`/v1/${spoilt.list}?limit=200`);
        const known = all.data.map((row) => JSON.stringify(row));
        expect(known.length).toBeGreaterThanOrEqual(ROWS);
        if (spoilt.how === "none") return walk(spoilt, known);
        const cursor = encodeURIComponent((await spoil(spoilt)).toWellFormed());
        const path = `/v1/${spoilt.list}?limit=${spoilt.limit}&cursor=${cursor}`;
        const answered = await knock(path, { headers: administrator });
        expectAnswer(answered);
        if (answered.status !== 200) {
          expect(answered).toMatchObject({ status: 400, code: "query_invalid" });
          return "400";
        }
        const page = JSON.parse(answered.text) as Listed;
        for (const row of page.data) expect(known).toContain(JSON.stringify(row));
        return "200";
      },
    };
  },
});

async function walk({ list: name, limit }: Spoilt, known: readonly string[]): Promise<string> {
  const met: string[] = [];
  let cursor: string | null = "";
  while (cursor !== null) {
    const more: string = cursor === "" ? "" : `&cursor=${cursor}`;
    const page: Listed = await list(`/v1/${name}?limit=${limit}${more}`);
    met.push(...page.data.map((row) => JSON.stringify(row)));
    cursor = page.next_cursor;
    expect(met.length).toBeLessThanOrEqual(known.length);
  }
  expect(met).toEqual(known);
  return "200 walk";
}

async function spoil({ list: name, other, how, at, text, place }: Spoilt): Promise<string> {
  const of = how === "other_list" ? other : name;
  const cursor = (await list(`/v1/${of}?limit=3`)).next_cursor ?? "";
  switch (how) {
    case "none":
    case "other_list":
      return cursor;
    case "cut":
      return cursor.slice(0, at % cursor.length);
    case "letter":
      return `${cursor.slice(0, at % cursor.length)}${text.slice(0, 1)}${cursor.slice((at % cursor.length) + 1)}`;
    case "longer":
      return cursor + text;
    case "text":
      return text;
    case "forged": {
      const [kind, hash, ...right] = JSON.parse(decoded(cursor)) as unknown[];
      const [value = null] = place;
      const forged = right.map((was, n) => (n === at % right.length ? value : was));
      return encoded(JSON.stringify([kind, hash, ...forged, ...place.slice(3)]));
    }
  }
}

function decoded(cursor: string): string {
  const bytes = atob(cursor.replaceAll("-", "+").replaceAll("_", "/"));
  return new TextDecoder().decode(Uint8Array.from(bytes, (byte) => byte.charCodeAt(0)));
}

function encoded(text: string): string {
  // JSON that is a number, and none that a database takes.
  const hostile = text.replaceAll('"1e400"', "1e400").slice(0, 700);
  const bytes = String.fromCharCode(...new TextEncoder().encode(hostile));
  return btoa(bytes).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

besiege([files, cursors]);
