/// <reference types="vite/client" />
// What comes back from the gateway's address when it is not the gateway's answer, or a strange one: a proxy's
// page, half a body, another kind of JSON, a right answer with fields changed, under any status.

import * as fc from "fast-check";
import { ask } from "../sandbox/gateway";
import { anyBodies, changedText, type Change, changes, type Json } from "./inputs";

const files = import.meta.glob<string>(
  "../fixtures/{order,link,refund-response,token-response,settlement,error}-*.json",
  { query: "?raw", import: "default", eager: true },
);
const samples = Object.values(files).map((text) => text.trim());

const PAGE = "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>";

export interface Lie {
  /** In the place of which answer. */
  readonly operation: string;
  readonly status: number;
  readonly how: "changed" | "sample" | "cut" | "page" | "any";
  readonly changes: readonly Change[];
  readonly sample: string;
  readonly any: string;
  readonly at: number;
  readonly after_work: boolean;
  readonly retry_after_seconds: number;
}

export function lies(operations: readonly string[]): fc.Arbitrary<Lie> {
  return fc.record({
    operation: fc.constantFrom(...operations),
    status: fc.oneof(
      { weight: 4, arbitrary: fc.constant(200) },
      { weight: 2, arbitrary: fc.constantFrom(201, 202, 206, 301, 302, 304, 400, 401, 403, 404) },
      { weight: 1, arbitrary: fc.constantFrom(408, 409, 418, 422, 425, 429, 500, 502, 503, 599) },
    ),
    how: fc.constantFrom("changed", "changed", "changed", "sample", "cut", "page", "any"),
    changes: fc.array(changes, { minLength: 1, maxLength: 3 }),
    sample: fc.constantFrom(...samples),
    any: anyBodies.map((bytes) => new TextDecoder().decode(bytes)),
    at: fc.nat(2_000),
    after_work: fc.boolean(),
    retry_after_seconds: fc.constantFrom(0, 1, 86_400, 2 ** 40),
  });
}

/** Whether it can be taken for the gateway's own word: then it is one. */
export function isBelievable({ how, status }: Lie): boolean {
  return status < 300 && how !== "page" && how !== "cut";
}

/** `right`: what the gateway would have said. */
export function lieBody({ how, changes, sample, any, at }: Lie, right: string): string {
  switch (how) {
    case "changed":
      return changedText(JSON.parse(right) as Json, changes);
    case "sample":
      return changedText(JSON.parse(sample) as Json, changes.slice(1));
    case "cut":
      return right.slice(0, at % right.length);
    case "page":
      return PAGE;
    case "any":
      return any;
  }
}

/** From now on the answers of this operation are this one, until the truth is told. */
export async function tellLie(lie: Lie, right: string): Promise<void> {
  const { operation, status, after_work, retry_after_seconds } = lie;
  const body = lieBody(lie, right);
  // Who is asked to wait waits, for a day if need be, which takes a test long.
  const times = status === 429 ? 3 : -1;
  const answer = { operation, times, status, after_work, retry_after_seconds, body };
  const { status: planted } = await ask("POST", "/sandbox/faults", { answers: [answer] });
  if (planted !== 200) throw new Error("the sandbox does not take this lie");
}

export async function tellTruth(): Promise<void> {
  await ask("POST", "/sandbox/faults", { answers: [] });
}
