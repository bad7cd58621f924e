// Requests made from the description of the API and then spoilt: an address with strange parts, a query of right
// and wrong names, headers of every kind, the body of the example with fields changed.

import * as fc from "fast-check";
import { requestSchema } from "../../src/openapi/convert";
import type { Operation } from "../../src/openapi/operation";
import { administrator } from "../http/door";
import { addressOf } from "../openapi/knocking";
import {
  anyBodies,
  changedText,
  changes,
  headerValues,
  type Json,
  once,
  parts,
  queries,
  utf8,
} from "./inputs";

export interface SpoiltRequest {
  /** The id of its operation. */
  readonly operation: string;
  readonly path: string;
  readonly init: RequestInit;
  /** Somebody sent it who may. */
  readonly is_ours: boolean;
}

/** In the address of a request: what stands for something that is there, filled in when it is sent. */
export const THERE = ["{unpaid}", "{paid}", "{held}"] as const;

/** `known`: parts of addresses that lead to something. */
export function requestsOf(
  operations: readonly Operation[],
  known: readonly string[] = THERE,
): fc.Arbitrary<SpoiltRequest> {
  return fc.constantFrom(...operations).chain((operation) => requestOf(operation, known));
}

function requestOf(operation: Operation, known: readonly string[]): fc.Arbitrary<SpoiltRequest> {
  return fc
    .record({
      parts: fc.array(
        fc.oneof(
          { weight: 4, arbitrary: fc.constantFrom(...known) },
          { weight: 1, arbitrary: fc.constant("") },
          { weight: 3, arbitrary: parts },
        ),
        { minLength: 3, maxLength: 3 },
      ),
      query: once(operation.method === "get" ? 2 : 8, queryOf(operation)),
      body: bodyOf(operation),
      type: fc.oneof({ weight: 4, arbitrary: fc.constant("application/json") }, headerValues),
      key: fc.oneof(
        { weight: 8, arbitrary: fc.constant(administrator.authorization) },
        { weight: 1, arbitrary: headerValues },
      ),
      idempotency: once(
        3,
        fc.oneof(
          fc.constantFrom("k1", "k2", '"k3"'),
          headerValues.map((value) => value || "-"),
        ),
      ),
      accept: once(3, fc.oneof(fc.constant("text/csv"), headerValues)),
    })
    .map(({ parts, query, body, type, key, idempotency, accept }) => {
      const sent = operation.method === "get" ? null : body;
      return {
        operation: operation.id,
        path: pathOf(operation, parts) + (query === null || query === "" ? "" : `?${query}`),
        init: {
          method: operation.method.toUpperCase(),
          headers: {
            authorization: key,
            "content-type": type,
            ...(idempotency === null ? {} : { "idempotency-key": idempotency }),
            ...(accept === null ? {} : { accept }),
          },
          ...(sent === null ? {} : { body: sent }),
        },
        is_ours: key === administrator.authorization,
      };
    });
}

/** An empty part: what the description has for one that leads nowhere. */
function pathOf(operation: Operation, parts: readonly string[]): string {
  const nowhere = addressOf(operation).split("?")[0]?.split("/") ?? [];
  let n = 0;
  return operation.path
    .split("/")
    .map((part, index) => {
      if (!part.startsWith("{")) return part;
      n += 1;
      return parts[n - 1] || (nowhere[index] ?? part);
    })
    .join("/");
}

function queryOf({ query, sampleQuery }: Operation): fc.Arbitrary<string> {
  if (query === undefined) return queries(["x", "limit", "cursor"], ["1"]);
  const { properties = {} } = requestSchema(query);
  const right = Object.values(properties).flatMap((property) =>
    typeof property === "object" && Array.isArray(property.enum) ? property.enum.map(String) : [],
  );
  const drawn = queries(Object.keys(properties), [...right, "1", "200", "2031-01-15T06:00:00Z"]);
  if (sampleQuery === undefined) return drawn;
  return fc.oneof(
    drawn,
    drawn.map((query) => (query === "" ? sampleQuery : `${sampleQuery}&${query}`)),
  );
}

function bodyOf({ body }: Operation): fc.Arbitrary<Uint8Array<ArrayBuffer> | null> {
  const nothing = fc.constant(null);
  if (body === undefined) {
    return fc.oneof({ weight: 3, arbitrary: nothing }, { weight: 1, arbitrary: anyBodies });
  }
  const { properties = {} } = requestSchema(body.schema);
  const names = Object.keys(properties);
  const example = body.example as { [name: string]: Json };
  return fc.oneof(
    {
      weight: 6,
      arbitrary: fc
        .tuple(
          fc.oneof(fc.array(changes, { maxLength: 3 }), fc.constant([])),
          fc.array(fc.constantFrom(...names, "x"), { maxLength: 2 }),
        )
        .map(([todo, added]) => {
          const renamed = todo.map((change, n) => ({ ...change, name: added[n] ?? change.name }));
          return utf8(changedText(example, renamed));
        }),
    },
    { weight: 1, arbitrary: anyBodies },
  );
}
