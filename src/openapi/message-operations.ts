// What the gateway sent (http/messages.ts).

import { messageQuery } from "../http/list-query";
import { oneMessage, suspect } from "../http/messages";
import { diagnosis, messagePage, reapplied, refusedMessages } from "./message-answers";
import type { Operation } from "./operation";

export const messageOperations: readonly Operation[] = [
  {
    id: "listMessages",
    method: "get",
    path: "/v1/messages",
    tag: "Messages",
    summary: "List the webhooks that were kept, newest first",
    description: "With event, a page may be short, or empty, and have a next_cursor all the same.",
    scope: "read",
    query: messageQuery,
    asksLedger: true,
    answers: { 200: { schema: messagePage, description: "A page of messages." } },
  },
  {
    id: "listRefusedMessages",
    method: "get",
    path: "/v1/messages/refused",
    tag: "Messages",
    summary: "The last 100 webhooks that were refused, newest first",
    scope: "read",
    answers: { 200: { schema: refusedMessages, description: "Without bodies and signatures." } },
  },
  {
    id: "getMessage",
    method: "get",
    path: "/v1/messages/{webhook_id}",
    tag: "Messages",
    summary: "All that came under one webhook id",
    description: "?raw=true also needs the scope messages:raw.",
    scope: "read",
    query: oneMessage,
    asksLedger: true,
    answers: { 200: { schema: messagePage, description: "One, or several with other bodies." } },
    problems: ["message_unknown", "body_removed"],
  },
  {
    id: "reapplyMessage",
    method: "post",
    path: "/v1/messages/{webhook_id}/reapply",
    tag: "Messages",
    summary: "Apply a kept message once more",
    scope: "read",
    asksLedger: true,
    answers: { 200: { schema: reapplied, description: "Whether each could be applied." } },
    problems: ["message_unknown", "body_removed"],
  },
  {
    id: "diagnoseSignature",
    method: "post",
    path: "/v1/doctor/signature",
    tag: "Messages",
    summary: "Why a webhook was or would be refused",
    description: "The body may have 1 MiB. Exactly one of body and body_base64.",
    scope: "read",
    body: {
      schema: suspect,
      example: {
        headers: {
          "webhook-id": "msg_1",
          "webhook-timestamp": "1763800000",
          "webhook-signature": "v1,c2lnbmF0dXJl",
        },
        body: "{}",
      },
    },
    answers: { 200: { schema: diagnosis, description: "What was checked, and what to change." } },
  },
];
