// Requests for links without the person who was to pay: what amount, terms and reference follow from.

import { stripRequestBody } from "../domain/forgetting";
import type { LinkRequest } from "./rpc";
import type { ActorState } from "./state";

export function stripRequest(request: LinkRequest): LinkRequest {
  return { ...request, body: stripRequestBody(request.body) };
}

/** The same of replacements of which nobody knows whether they were made. */
export function stripReplacing(state: ActorState): ActorState {
  const replacing = Object.entries(state.replacing).map(
    ([link, intent]) => [link, { ...intent, request: stripRequest(intent.request) }] as const,
  );
  return { ...state, replacing: Object.fromEntries(replacing) };
}
