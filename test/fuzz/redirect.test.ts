// The customer's redirect and the questions of a storefront. None of it proves anything (law 5): whatever the
// fields say, signed or not, here and in the gateway's books each order is what it was. Nobody is sent to a page
// that the merchant did not name, and what was sent stands on a page as text only.

import * as fc from "fast-check";
import { expect } from "vitest";
import { signCallback } from "../../src/sandbox/signing";
import { sandboxDefaults } from "../../src/sandbox/settings";
import { pass } from "../actor/house";
import { expectOnlyText } from "../console/hostile";
import { administrator } from "../http/door";
import { besiege, door } from "./campaign";
import {
  anyBodies,
  changedText,
  type Change,
  changes,
  headerValues,
  once,
  parts,
  utf8,
  wholeTexts,
} from "./inputs";
import { type Answered, expectAnswer, knock } from "./knock";
import { watched, type Watched } from "./ours";

const SHOP = "https://shop.test";
const opened = watched({ callback_url: `${SHOP}/thanks?cart=7` });

const WHOSE = ["unpaid", "paid", "held"] as const;

interface Arrival {
  readonly whose: (typeof WHOSE)[number];
  /** In the place of the token. */
  readonly part: string | null;
  readonly method: "GET" | "POST";
  readonly fields: readonly (readonly [string, string])[];
  /** Our own ids stand in the fields. */
  readonly named: (typeof WHOSE)[number] | null;
  readonly is_signed: boolean;
  readonly type: string;
  /** In the place of the fields. */
  readonly body: Uint8Array<ArrayBuffer> | null;
}

const NAMES = [
  "order_id",
  "payment_link_id",
  "status",
  "signature",
  "payment_status",
  "n",
  "chukta",
];

const arrivals: fc.Arbitrary<Arrival> = fc.record({
  whose: fc.constantFrom(...WHOSE),
  part: once(3, parts),
  method: fc.constantFrom("GET", "POST"),
  fields: fc.array(
    fc.tuple(
      fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...NAMES) }, wholeTexts),
      fc.oneof(wholeTexts, fc.constantFrom("PROCESSED", "SUCCESS", "AUTHORIZED", "FAILED")),
    ),
    { maxLength: 6 },
  ),
  named: fc.option(fc.constantFrom(...WHOSE)),
  is_signed: fc.boolean(),
  type: fc.oneof(
    { weight: 3, arbitrary: fc.constant("application/x-www-form-urlencoded") },
    { weight: 1, arbitrary: fc.constant("application/json") },
    { weight: 1, arbitrary: fc.constant("multipart/form-data; boundary=x") },
    { weight: 1, arbitrary: headerValues },
  ),
  body: once(3, anyBodies),
});

async function fieldsOf(ours: Watched, arrival: Arrival): Promise<Record<string, string>> {
  const made = arrival.named === null ? null : ours[arrival.named];
  const fields: Record<string, string> = {
    ...Object.fromEntries(arrival.fields),
    ...(made === null ? {} : { order_id: made.order_id, payment_link_id: made.link_id }),
  };
  if (!arrival.is_signed) return fields;
  const { signature: _, n: __, ...others } = fields;
  return { ...others, signature: await signCallback(sandboxDefaults.callback_secret, others) };
}

/** As a browser sends it, or a liar. */
async function arrive(ours: Watched, path: string, arrival: Arrival): Promise<Answered> {
  const fields = await fieldsOf(ours, arrival);
  if (arrival.method === "GET") return knock(`${path}?${new URLSearchParams(fields).toString()}`);
  const text = arrival.type.includes("json")
    ? JSON.stringify(fields)
    : new URLSearchParams(fields).toString();
  const body = arrival.body ?? utf8(text);
  return knock(path, { method: "POST", headers: { "content-type": arrival.type }, body });
}

async function expectTruthful(path: string, answered: Answered): Promise<string> {
  expectAnswer(answered);
  const location = answered.headers.get("location");
  expect(location === null || new URL(location).origin === SHOP).toBe(true);
  if (answered.headers.get("content-type")?.startsWith("text/html") === true) {
    await expectOnlyText(path, answered.text);
  }
  return String(answered.status);
}

function arriving(name: string, gets: readonly string[], path: (token: string) => string) {
  return door<Arrival>({
    name,
    usual: 450,
    gets,
    input: arrivals,
    begin: async () => {
      const ours = await opened();
      // An order is asked about once in five seconds: each batch causes an inquiry.
      pass(6_000);
      return {
        strike: async (arrival) => {
          const at = path(arrival.part ?? encodeURIComponent(ours[arrival.whose].token));
          return expectTruthful(at, await arrive(ours, at, arrival));
        },
        end: ours.expectUntouched,
      };
    },
  });
}

const byToken = arriving("redirect.token", ["200", "303", "404"], (token) => `/callback/${token}`);
const bare = arriving("redirect.bare", ["200", "400", "404"], () => "/callback");

interface Question {
  readonly whose: (typeof WHOSE)[number];
  readonly part: string | null;
  readonly origin: string;
  readonly by: "token" | "verify";
  readonly asks: "order_id" | "payment_link_id" | "reference" | "token" | "fields";
  readonly changes: readonly Change[];
  readonly status: string;
}

const question = door<Question>({
  name: "redirect.verdict",
  usual: 450,
  gets: ["200", "404", "422"],
  input: fc.record({
    whose: fc.constantFrom(...WHOSE),
    part: once(3, parts),
    origin: headerValues,
    by: fc.constantFrom("token", "verify", "verify"),
    asks: fc.constantFrom("order_id", "payment_link_id", "reference", "token", "fields"),
    changes: fc.array(changes, { maxLength: 2 }),
    status: wholeTexts,
  }),
  begin: async () => {
    const ours = await opened();
    pass(6_000);
    return {
      strike: async ({ whose, part, origin, by, asks, changes, status }) => {
        const { order_id, link_id, reference, token } = ours[whose];
        if (by === "token") {
          const path = `/v1/verdicts/${part ?? encodeURIComponent(token)}`;
          return expectTruthful(path, await knock(path, { headers: { origin } }));
        }
        const ids = { order_id, payment_link_id: link_id, reference, token };
        const fields = { order_id, status, signature: status };
        const right =
          asks === "fields"
            ? { fields }
            : { [asks]: ids[asks], expect: { amount: { value: 150_000, currency: "INR" } } };
        const answered = await knock("/v1/verify", {
          method: "POST",
          headers: { ...administrator, "content-type": "application/json" },
          body: changedText(right, changes),
        });
        return expectTruthful("/v1/verify", answered);
      },
      end: ours.expectUntouched,
    };
  },
});

besiege([byToken, bare, question]);
