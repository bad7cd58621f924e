// The doors without a key: the gateway's, the customer's, and what browsers and robots fetch
// (http/webhook.ts, http/callback.tsx, http/receipt.tsx, http/pages/assets.ts). Pages are HTML.

import { received } from "./message-answers";
import type { Answer, Method, Operation } from "./operation";

const page = (description: string): Answer => ({ types: ["text/html"], description });

const later = (description: string): Answer => ({
  types: ["text/html"],
  headers: ["Retry-After"],
  description,
});

const sentOn: Answer = {
  types: ["none"],
  headers: ["Location"],
  description: "On to the merchant's own page, with ?chukta={token}.",
};

const forCustomers = {
  200: page("A page that says what is true."),
  404: page("Nobody knows it."),
  413: page("The fields are too large."),
  429: later("Too many visits."),
  503: later("It could not be looked up."),
};

/** A redirect's fields come as query, form or JSON, and are never believed: no schema refuses them. */
function callback(method: Method, byToken: boolean): Operation {
  const { 413: tooLarge, ...others } = forCustomers;
  return {
    id: `${method}Callback${byToken ? "ByToken" : ""}`,
    method,
    path: byToken ? "/callback/{token}" : "/callback",
    tag: "Open doors",
    summary: byToken ? "The customer comes back from the gateway" : "The same without a token",
    description: "30 a minute for one address. The fields come as query, form or JSON.",
    scope: null,
    answers: {
      ...others,
      ...(method === "post" ? { 413: tooLarge } : {}),
      ...(byToken ? { 303: sentOn } : { 400: page("The fields can not be read.") }),
    },
  };
}

export const openOperations: readonly Operation[] = [
  {
    id: "receiveWebhook",
    method: "post",
    path: "/webhooks/pinelabs",
    tag: "Open doors",
    summary: "A message of the gateway, signed by Standard Webhooks",
    description: "At most 256 KiB. The signature is over the raw bytes.",
    scope: null,
    answers: { 200: { schema: received, description: "It was committed, now or before." } },
    problems: ["message_refused", "body_too_large", "message_not_kept"],
  },
  {
    id: "explainWebhook",
    method: "get",
    path: "/webhooks/pinelabs",
    tag: "Open doors",
    summary: "Says what this address is for; every method but POST does",
    scope: null,
    answers: {},
    problems: ["method_not_allowed"],
  },
  callback("get", true),
  callback("post", true),
  callback("get", false),
  callback("post", false),
  {
    id: "getReceipt",
    method: "get",
    path: "/receipt/{token}",
    tag: "Open doors",
    summary: "The receipt of a link that is paid, by a token of its own",
    scope: null,
    answers: {
      200: page("The receipt, or that there is none yet."),
      404: page("No link has this token."),
      429: later("Too many visits."),
      503: later("It could not be looked up."),
    },
  },
  {
    id: "getStyle",
    method: "get",
    path: "/assets/page.css",
    tag: "Open doors",
    summary: "The style sheet of the pages",
    scope: null,
    answers: { 200: { types: ["text/css"], description: "The style sheet." } },
  },
  {
    id: "getIcon",
    method: "get",
    path: "/favicon.ico",
    tag: "Open doors",
    summary: "There is no icon",
    scope: null,
    answers: { 204: { types: ["none"], description: "Nothing." } },
  },
  {
    id: "getRobots",
    method: "get",
    path: "/robots.txt",
    tag: "Open doors",
    summary: "Nothing here is to be indexed",
    scope: null,
    answers: { 200: { types: ["text/plain"], description: "The word for robots." } },
  },
];
