// One door as it is described: who may ask, what goes in, what comes out. Entries stand in a file for each
// topic (…-operations.ts) and name what is their own; what doors of a kind share is in shared-problems.ts.

import type * as z from "zod";
import type { ZodMiniType } from "zod/mini";
import type { Scope } from "../http/doors";
import type { ProblemCode } from "../http/problem";
import type { FieldWords } from "./fields";

export const METHODS = ["get", "post", "put", "patch", "delete", "options"] as const;

export type Method = (typeof METHODS)[number];

export type ContentType =
  | "application/json"
  | "text/csv"
  | "text/html"
  | "text/css"
  | "text/plain"
  /** No body at all. */
  | "none";

/** A header of an answer, described once in document.ts. */
export type HeaderName = "Location" | "Retry-After";

export interface Answer {
  /** Of a JSON body: a strict schema with an id of its own. */
  readonly schema?: z.ZodType;
  /** JSON if there is a schema, and nothing said here. */
  readonly types?: readonly ContentType[];
  readonly headers?: readonly HeaderName[];
  readonly description: string;
}

/** Of a list that is a file as well, for who sends `Accept: text/csv`. */
export const TABLE = { types: ["application/json", "text/csv"] } satisfies Partial<Answer>;

export interface Body {
  /** The schema with which the door itself validates. */
  readonly schema: ZodMiniType;
  /** A body that the schema takes; shown in the description, and sent by tests. */
  readonly example: { readonly [field: string]: unknown };
  /** The door takes the request without a body, too. */
  readonly optional?: true;
}

export interface Operation {
  /** Unique: the name of a generated client's method. */
  readonly id: string;
  readonly method: Method;
  /** As OpenAPI writes it: /v1/orders/{id}. */
  readonly path: string;
  readonly tag: Tag;
  readonly summary: string;
  readonly description?: string;
  /** What the header Idempotency-Key is for; where it is not said, the door reads none. */
  readonly idempotencyKey?: string;
  /** Null: open to anybody. Several: which one follows from the address. */
  readonly scope: Scope | readonly Scope[] | null;
  /** The schema with which the door itself validates the query, and a query that it takes. */
  readonly query?: ZodMiniType;
  readonly sampleQuery?: string;
  /** What fields of the query are that mean something else here than anywhere. */
  readonly words?: { readonly [field: string]: FieldWords };
  readonly body?: Body;
  /** By HTTP status: everything but problem documents. */
  readonly answers: { readonly [status: number]: Answer };
  /** The codes that only this door answers; shared ones are added. */
  readonly problems?: readonly ProblemCode[];
  /** It reads lists from the ledger (D1). */
  readonly asksLedger?: true;
}

export const TAGS = {
  Links: "Payment links: made through the gateway, followed, cancelled, sent again, replaced.",
  Verdicts: "Is it paid, and may it be delivered?",
  Delivery: "What your side has done with an order.",
  Orders: "What is known of an order.",
  Money: "Refunds, captures and voids, and the switch that stops them.",
  Keys: "API keys: made, listed, revoked.",
  Settlements: "The way of the money to the bank, and what does not add up.",
  Messages: "What the gateway sent, and why it was refused.",
  Events: "What happened to all orders, and how your system was told.",
  Deployment: "How the deployment is doing.",
  "Open doors": "For the gateway, the customer's browser and robots. No key.",
} as const;

export type Tag = keyof typeof TAGS;

/** As Hono writes a path, so that routes and operations can be held against each other. */
export function honoPath(path: string): string {
  return path.replaceAll(/\{([a-z_]+)\}/g, ":$1");
}
