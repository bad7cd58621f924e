// What to do next, for problems that are the same sentence wherever they come from. A door that knows more
// says it instead (`detail`).

import type { ProblemCode } from "./problem";

export const ADVICE: { readonly [code in ProblemCode]?: string } = {
  order_unknown:
    "No such order is known here. POST /v1/orders/{id}/refresh asks the gateway for it.",
  link_unknown:
    "No such link is known here. POST /v1/links/track takes over one that exists at the gateway.",
  token_unknown: "No link has this token. It is in the answer that made the link, as `token`.",
  message_unknown: "No message was kept under this id: GET /v1/messages lists those that were.",
  command_unknown:
    "The order has no such command: GET /v1/orders/{id}/commands lists those that it has.",
  notification_unknown: "No notification has this id: GET /v1/notifications lists them.",
  discrepancy_unknown: "No discrepancy has this id: GET /v1/discrepancies?state=all lists them.",
  key_unknown: "No key has this id: GET /v1/keys lists them. The id is not the key itself.",
  body_removed:
    "Its raw body was removed with the personal data of its order, and can not be shown or applied any more.",
  customer_email_unknown:
    "Nobody told us the customer's e-mail address. Give them the receipt's address instead: GET /v1/orders/{id}/receipt has it.",
  order_unsettled:
    "Which orders belong to this payment link is still being settled. Try again in a few seconds.",
  message_not_kept: "It could not be kept in time. Send it again.",
  ledger_unavailable: "Lists can not be read at the moment; single orders can. Try again shortly.",
  gateway_rate_limited: "The gateway asks for fewer requests. Try again after Retry-After seconds.",
  internal_error:
    "It is our mistake and not your request's. Try again; if it stays, its x-request-id finds it in the log.",
};
