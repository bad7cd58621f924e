// Requests made from the description: an address with every part filled in, the body of the example, the
// key. Who documents a new operation gets its generated tests with it.

import { env } from "cloudflare:workers";
import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { formatDiscrepancyId } from "../../src/domain/discrepancy-id";
import { success } from "../../src/domain/result";
import { createApp } from "../../src/http/app";
import { connect } from "../../src/http/connect";
import type { Connect, Doors, Scope } from "../../src/http/doors";
import type { Operation } from "../../src/openapi/operation";
import { hand } from "../http/hand";
import { hold } from "./held";

/** What a part of an address is like; nothing of this is known to anybody. */
const PARTS: { readonly [name: string]: string } = {
  id: "v1-310115060000-aa-NoBody",
  reference: "nobody_1",
  kind: "refund",
  webhook_id: "msg_nobody",
  utr: "UTR0NOBODY",
  step: "record",
  token: `${"nobody-0".repeat(3)}.nobody_1`,
};

/** What {id} is where it is no order's. */
const IDS: readonly (readonly [before: string, id: string])[] = [
  [
    "/v1/discrepancies/",
    formatDiscrepancyId({ home: "settlement:UTR0NOBODY", key: "total_differs" }),
  ],
  ["/v1/keys/", "nobodynobody"],
  ["/v1/notifications/", "evt_00000000000000000000000000000000"],
];

export function addressOf({ path, sampleQuery }: Operation): string {
  const id = IDS.find(([before]) => path.startsWith(before))?.[1] ?? PARTS["id"];
  const filled = path.replaceAll(/\{([a-z_]+)\}/g, (_, name: string) => {
    const part = name === "id" ? id : PARTS[name];
    if (part === undefined) throw new Error(`knocking.ts has no {${name}}`);
    return part;
  });
  return sampleQuery === undefined ? filled : `${filled}?${sampleQuery}`;
}

/** The scope that the address of `addressOf` asks for. */
export function scopeOf({ scope }: Operation): Scope | null {
  return typeof scope === "string" || scope === null ? scope : (scope[0] ?? null);
}

/** The real doors with something behind them changed. */
export function changed(change: (doors: Doors) => Doors): Connect {
  return (bindings) => {
    const doors = connect(bindings);
    return doors.ok ? success(change(doors.value)) : doors;
  };
}

export interface Knock {
  /** Without it the example. */
  readonly body?: string;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Without it the key in hand, the administrator's. */
  readonly key?: string | null;
}

/** One request to a Worker whose doors open as the test says; the answer is held to the description. */
export async function knockAt(
  open: Connect,
  operation: Operation,
  { body, query, headers = {}, key = hand.key }: Knock = {},
): Promise<{ readonly status: number; readonly code?: unknown }> {
  const address = addressOf(operation);
  const joint = address.includes("?") ? "&" : "?";
  const sent = body ?? (operation.body && JSON.stringify(operation.body.example));
  const request = new Request(
    `https://chukta.test${address}${query === undefined ? "" : `${joint}${query}`}`,
    {
      method: operation.method.toUpperCase(),
      headers: { ...(key === null ? {} : { authorization: `Bearer ${key}` }), ...headers },
      ...(sent === undefined ? {} : { body: sent }),
    },
  );
  const context = createExecutionContext();
  const response = await createApp(open).fetch(request, env, context);
  await waitOnExecutionContext(context);
  await hold(request, response);
  const type = response.headers.get("content-type") ?? "";
  const document = type.includes("json") ? await response.json<{ code?: unknown }>() : {};
  return { status: response.status, ...("code" in document ? { code: document.code } : {}) };
}
