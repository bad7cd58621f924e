// Whether a request for a link is the one that came first under its reference (design 3.1).

import { canonicalJson, type JsonObject } from "../domain/json";
import { stripRequest } from "./forget-request";
import type { LinkFailure, LinkRequest } from "./rpc";

type Reused = Extract<LinkFailure, { readonly code: "reference_reused" }>;

/** Null: it is the same. What was removed with the customer's data can not be compared any more. */
export function compareRequests(first: LinkRequest, now: LinkRequest): Reused | null {
  if (differences(first, now).length === 0) return null;
  // Every request names a customer, so this is one of which the data was removed.
  const removed = differences(first, stripRequest(first)).length === 0;
  const differing = differences(first, removed ? stripRequest(now) : now);
  return { code: "reference_reused", differing, removed };
}

/** The names of the fields in which two requests of one reference differ. */
function differences(before: LinkRequest, now: LinkRequest): readonly string[] {
  const [a, b] = [flat(before), flat(now)];
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])].toSorted();
  return names.filter((name) => canonicalJson(a[name] ?? null) !== canonicalJson(b[name] ?? null));
}

function flat(request: LinkRequest): JsonObject {
  const { return_url, failure_return_url, fulfill_on } = request;
  const { auto_capture, auto_capture_amount, reminders = null, replaces = null } = request;
  const wishes = { return_url, failure_return_url, fulfill_on, auto_capture, auto_capture_amount };
  return { ...request.body, ...wishes, reminders, replaces };
}
