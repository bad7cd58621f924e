// Refunds, captures and voids, decisions about them, and the audit (http/commands.ts, http/audit.ts).

import { auditQuery } from "../http/audit";
import { captureSchema, decisionSchema, refundSchema, voidSchema } from "../http/command-schema";
import { auditPage, command, commandPage, refund, refundPage } from "./command-answers";
import type { Answer, Operation } from "./operation";
import { GATEWAY_FAILURES } from "./shared-problems";

const moved: { readonly [status: number]: Answer } = {
  201: { schema: command, headers: ["Location"], description: "Done, or taken by the gateway." },
  202: {
    schema: command,
    headers: ["Location", "Retry-After"],
    description: "Nobody knows yet: the gateway is read. Send the same again to ask.",
  },
};

/** What every command can meet before it is sent, and how each can end. */
const ofCommands = [
  "order_unknown",
  "too_many_commands",
  "money_stopped",
  "order_unsettled",
  "order_changed",
  "gateway_refused",
  ...GATEWAY_FAILURES,
] as const;

const IN_PLACE_OF_REFERENCE = "Stands in for the reference where the body has none.";

const ofHolds = [
  "command_in_progress",
  "not_authorized",
  "already_captured",
  "authorization_gone",
  "order_ambiguous",
] as const;

export const moneyOperations: readonly Operation[] = [
  {
    id: "refund",
    method: "post",
    path: "/v1/orders/{id}/refunds",
    tag: "Money",
    summary: "Give back captured money",
    description: "One reference is one movement, for ever. Without an amount: all that is left.",
    scope: "refund",
    body: {
      schema: refundSchema,
      example: {
        merchant_refund_reference: "refund_1",
        amount: { value: 2_500, currency: "INR" },
        reason: "One kurta came back",
      },
    },
    idempotencyKey: IN_PLACE_OF_REFERENCE,
    answers: moved,
    problems: [
      ...ofCommands,
      "reference_reused",
      "reference_taken",
      "idempotency_key_invalid",
      "nothing_captured",
      "void_instead",
      "refund_exceeds_captured",
      "refund_exceeds_payment",
      "refund_amount_required",
      "refund_spans_orders",
      "refund_failed",
      "payment_unknown",
      "amount_below_minimum",
      "currency_differs",
      "split_info_required",
      "split_info_unexpected",
      "split_info_differs",
      "key_limit_refund",
      "key_limit_day",
      "key_limit_currency",
      "reference_used_elsewhere",
      "decided_not_done",
    ],
  },
  {
    id: "capture",
    method: "post",
    path: "/v1/orders/{id}/capture",
    tag: "Money",
    summary: "Take held money, once",
    scope: "capture",
    body: {
      schema: captureSchema,
      example: { merchant_capture_reference: "capture_1" },
      optional: true,
    },
    idempotencyKey: IN_PLACE_OF_REFERENCE,
    answers: moved,
    problems: [
      ...ofCommands,
      ...ofHolds,
      "reference_reused",
      "idempotency_key_invalid",
      "capture_exceeds_authorized",
      "amount_below_minimum",
      "currency_differs",
      "captured_elsewhere",
      "capture_failed",
      "decided_not_done",
    ],
  },
  {
    id: "void",
    method: "post",
    path: "/v1/orders/{id}/void",
    tag: "Money",
    summary: "Let held money go",
    scope: "capture",
    body: { schema: voidSchema, example: { reason: "Out of stock" }, optional: true },
    answers: moved,
    problems: [...ofCommands, ...ofHolds],
  },
  {
    id: "listRefunds",
    method: "get",
    path: "/v1/orders/{id}/refunds",
    tag: "Money",
    summary: "All refunds of an order, those made elsewhere too",
    scope: "read",
    answers: { 200: { schema: refundPage, description: "The whole list." } },
    problems: ["order_unknown"],
  },
  {
    id: "getRefund",
    method: "get",
    path: "/v1/orders/{id}/refunds/{reference}",
    tag: "Money",
    summary: "One refund, by its reference or its refund_id",
    scope: "read",
    answers: { 200: { schema: refund, description: "The refund." } },
    problems: ["order_unknown", "command_unknown"],
  },
  {
    id: "listCommands",
    method: "get",
    path: "/v1/orders/{id}/commands",
    tag: "Money",
    summary: "All commands of an order",
    scope: "read",
    answers: { 200: { schema: commandPage, description: "The whole list." } },
    problems: ["order_unknown"],
  },
  {
    id: "getCommand",
    method: "get",
    path: "/v1/orders/{id}/commands/{kind}/{reference}",
    tag: "Money",
    summary: "One command",
    scope: "read",
    answers: { 200: { schema: command, description: "The command." } },
    problems: ["order_unknown", "command_unknown"],
  },
  {
    id: "decideCommand",
    method: "post",
    path: "/v1/orders/{id}/commands/{kind}/{reference}/decision",
    tag: "Money",
    summary: "Say what became of a command of which nobody can read it",
    description: "The scope is refund for a refund, and capture for a capture or void.",
    scope: ["refund", "capture"],
    body: {
      schema: decisionSchema,
      example: { decision: "done", reason: "Seen in the gateway's dashboard" },
    },
    answers: { 200: { schema: command, description: "The command as it is then." } },
    problems: [
      "order_unknown",
      "command_unknown",
      "decision_not_allowed",
      "decision_not_needed",
      "money_stopped",
      "gateway_refused",
      ...GATEWAY_FAILURES,
    ],
  },
  {
    id: "listAudit",
    method: "get",
    path: "/v1/audit",
    tag: "Money",
    summary: "Who asked for money and who decided, newest first",
    scope: "admin",
    query: auditQuery,
    asksLedger: true,
    answers: { 200: { schema: auditPage, description: "A page of lines." } },
  },
];
