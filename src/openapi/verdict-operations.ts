// Verdicts (http/verdicts.ts).

import { question } from "../http/verdicts";
import { verdict } from "./link-answers";
import type { Operation } from "./operation";
import { GATEWAY_FAILURES } from "./shared-problems";

export const verdictOperations: readonly Operation[] = [
  {
    id: "verify",
    method: "post",
    path: "/v1/verify",
    tag: "Verdicts",
    summary: "Is it really paid, and is it what was expected?",
    description:
      "Give exactly one of order_id, payment_link_id, reference and token, or the fields of a redirect. A claim needs the scope fulfill, too.",
    scope: "read",
    body: {
      schema: question,
      example: {
        reference: "order_ref_12345",
        expect: { amount: { value: 150_000, currency: "INR" } },
      },
    },
    idempotencyKey:
      "Of a claim: the same key and the same `by` are given the same claim again, should its answer be lost.",
    answers: { 200: { schema: verdict, description: "The verdict." } },
    problems: [
      "order_unknown",
      "link_unknown",
      "token_unknown",
      "idempotency_key_invalid",
      ...GATEWAY_FAILURES,
    ],
  },
  {
    id: "getVerdict",
    method: "get",
    path: "/v1/verdicts/{token}",
    tag: "Verdicts",
    summary: "The verdict for a storefront's page, by the link's token",
    scope: null,
    answers: { 200: { schema: verdict, description: "The verdict." } },
    problems: ["token_unknown", "rate_limited", ...GATEWAY_FAILURES],
  },
  {
    id: "preflightVerdict",
    method: "options",
    path: "/v1/verdicts/{token}",
    tag: "Verdicts",
    summary: "Whether a page of this origin may read it (CORS)",
    scope: null,
    answers: { 204: { types: ["none"], description: "The permission is in the headers." } },
  },
];
