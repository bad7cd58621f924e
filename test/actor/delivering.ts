// Who delivers an order, as the tests ask it: through the real doors, with an Idempotency-Key of their own or
// none, and answers that may be lost.

import type { ClaimAnswerView, FulfillmentView } from "../../src/domain/fulfillment-view";
import type { StepView } from "../../src/domain/checklist";
import { knock, type Problem } from "../http/door";
import { hand } from "../http/hand";
import type { ApiAnswer } from "./house";

export interface Verdict {
  readonly verdict: string;
  readonly fulfill: boolean;
  readonly claim: ClaimAnswerView | null;
}

export type Answer<T> = ApiAnswer<T & Problem>;

async function send<T>(
  method: string,
  path: string,
  body: unknown,
  key: string | null = null,
): Promise<Answer<T>> {
  const response = await knock(path, {
    method,
    headers: {
      authorization: `Bearer ${hand.key}`,
      "content-type": "application/json",
      ...(key === null ? {} : { "idempotency-key": key }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: await response.json() };
}

/** Asks for the right to deliver the order for so many seconds. */
export async function claim(
  order_id: string,
  by: string,
  {
    key = null,
    lease = 60,
    expect,
  }: {
    readonly key?: string | null;
    readonly lease?: number;
    readonly expect?: object;
  } = {},
): Promise<Answer<Verdict>> {
  const wish = { order_id, claim: { by, lease_seconds: lease }, ...(expect ? { expect } : {}) };
  return send("POST", "/v1/verify", wish, key);
}

/** The id of a claim that was granted. */
export function idOf({ body }: Answer<Verdict>): string {
  if (body.claim?.state !== "granted") throw new Error(`not granted: ${JSON.stringify(body)}`);
  return body.claim.claim_id;
}

export async function end(
  order_id: string,
  claim_id: string,
  state: "done" | "released",
): Promise<Answer<FulfillmentView>> {
  return send("POST", `/v1/orders/${order_id}/fulfillment`, { claim_id, state });
}

export async function tick(
  order_id: string,
  step: string,
  body?: unknown,
): Promise<Answer<{ readonly checklist: readonly StepView[] }>> {
  return send("PUT", `/v1/orders/${order_id}/checklist/${step}`, body);
}
