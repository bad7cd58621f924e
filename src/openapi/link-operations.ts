// Payment links (http/links.ts).

import { track } from "../http/links";
import { linkSchema, replaceSchema } from "../http/link-schema";
import { linkQuery } from "../http/list-query";
import { link, linkPage } from "./link-answers";
import type { Operation } from "./operation";
import { GATEWAY_FAILURES } from "./shared-problems";

/** `expire_by` is held against the clock; what is described of it does not depend on the time. */
const ANY_TIME = 0;

const replaceFailures = [
  "link_unknown",
  "payment_in_flight",
  "payment_authorized",
  "nothing_due",
  "link_still_payable",
  "link_not_replaceable",
] as const;

export const linkOperations: readonly Operation[] = [
  {
    id: "createLink",
    method: "post",
    path: "/v1/links",
    tag: "Links",
    summary: "Make a link through the gateway",
    description: "The same body under the same reference answers the same link, however often.",
    scope: "links",
    body: {
      schema: linkSchema(ANY_TIME),
      example: {
        amount: { value: 150_000, currency: "INR" },
        merchant_payment_link_reference: "order_ref_12345",
        customer: { email_id: "kevin.bob@example.com" },
        description: "Two kurtas",
      },
    },
    answers: {
      201: { schema: link, headers: ["Location"], description: "The link, now or made before." },
    },
    problems: [
      "reference_reused",
      "link_differs",
      "gateway_duplicate",
      "link_unknown",
      "gateway_refused",
      ...GATEWAY_FAILURES,
    ],
  },
  {
    id: "trackLink",
    method: "post",
    path: "/v1/links/track",
    tag: "Links",
    summary: "Take over a link that exists at the gateway",
    scope: "links",
    body: { schema: track, example: { merchant_payment_link_reference: "order_ref_12345" } },
    answers: { 200: { schema: link, description: "The link, with a token from now on." } },
    problems: ["link_unknown", "gateway_refused", ...GATEWAY_FAILURES],
  },
  {
    id: "listLinks",
    method: "get",
    path: "/v1/links",
    tag: "Links",
    summary: "List links, newest first",
    scope: "read",
    query: linkQuery,
    asksLedger: true,
    answers: { 200: { schema: linkPage, description: "A page of links, without tokens." } },
  },
  {
    id: "getLink",
    method: "get",
    path: "/v1/links/{id}",
    tag: "Links",
    summary: "One link, from what is known",
    scope: "read",
    answers: { 200: { schema: link, description: "The link." } },
    problems: ["link_unknown"],
  },
  {
    id: "refreshLink",
    method: "post",
    path: "/v1/links/{id}/refresh",
    tag: "Links",
    summary: "Ask the gateway about a link now",
    scope: "read",
    answers: { 200: { schema: link, description: "The link." } },
    problems: ["link_unknown", ...GATEWAY_FAILURES],
  },
  {
    id: "cancelLink",
    method: "post",
    path: "/v1/links/{id}/cancel",
    tag: "Links",
    summary: "Cancel a link",
    scope: "links",
    answers: { 200: { schema: link, description: "The link, also if it was cancelled before." } },
    problems: ["link_unknown", "link_not_active", ...GATEWAY_FAILURES],
  },
  {
    id: "notifyLink",
    method: "post",
    path: "/v1/links/{id}/notify",
    tag: "Links",
    summary: "Have the gateway send a link to its customer again",
    scope: "links",
    idempotencyKey: "Names this one time: a repeat under the same key sends nothing more.",
    answers: { 200: { schema: link, description: "The link." } },
    problems: ["link_unknown", "link_not_active", "idempotency_key_invalid", ...GATEWAY_FAILURES],
  },
  {
    id: "replaceLink",
    method: "post",
    path: "/v1/links/{id}/replace",
    tag: "Links",
    summary: "Make a new link for what is still due of one that has ended",
    scope: "links",
    body: { schema: replaceSchema(ANY_TIME), example: {}, optional: true },
    answers: {
      201: { schema: link, headers: ["Location"], description: "The new link, now or before." },
    },
    problems: [...replaceFailures, "gateway_refused", ...GATEWAY_FAILURES],
  },
];
