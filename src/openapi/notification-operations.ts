// Events and notifications (http/events.ts, http/notifications.ts).

import { eventQuery } from "../http/events";
import { notificationQuery, nothing } from "../http/notifications";
import {
  eventPage,
  notificationPage,
  receiver,
  resent,
  resumed,
  wholeNotification,
} from "./notification-answers";
import type { Operation } from "./operation";

export const notificationOperations: readonly Operation[] = [
  {
    id: "listEvents",
    method: "get",
    path: "/v1/events",
    tag: "Events",
    summary: "What happened to all orders, oldest first",
    scope: "read",
    query: eventQuery,
    asksLedger: true,
    answers: { 200: { schema: eventPage, description: "Those after the one that you have." } },
  },
  {
    id: "listNotifications",
    method: "get",
    path: "/v1/notifications",
    tag: "Events",
    summary: "List all events and how their delivery stands, newest first",
    description:
      "A page of a filtered list may be short, or empty, and have a next_cursor all the same.",
    scope: "read",
    query: notificationQuery,
    asksLedger: true,
    answers: { 200: { schema: notificationPage, description: "A page of notifications." } },
  },
  {
    id: "getReceiver",
    method: "get",
    path: "/v1/notifications/receiver",
    tag: "Events",
    summary: "Whether your system is told anything, or asked for no more",
    scope: "read",
    answers: { 200: { schema: receiver, description: "How it stands with your system." } },
  },
  {
    id: "getNotification",
    method: "get",
    path: "/v1/notifications/{id}",
    tag: "Events",
    summary: "One notification, with its event",
    scope: "read",
    asksLedger: true,
    answers: { 200: { schema: wholeNotification, description: "The notification." } },
    problems: ["notification_unknown"],
  },
  {
    id: "resendNotification",
    method: "post",
    path: "/v1/notifications/{id}/resend",
    tag: "Events",
    summary: "Send a notification again, whatever became of it",
    scope: "admin",
    body: { schema: nothing, example: {}, optional: true },
    asksLedger: true,
    answers: { 202: { schema: resent, description: "It is sent in its own time." } },
    problems: ["notification_unknown", "notify_not_configured"],
  },
  {
    id: "resumeNotifications",
    method: "post",
    path: "/v1/notifications/resume",
    tag: "Events",
    summary: "Send notifications again to a system that had asked for no more",
    scope: "admin",
    body: { schema: nothing, example: {}, optional: true },
    asksLedger: true,
    answers: { 200: { schema: resumed, description: "Whether there was a pause to lift." } },
  },
];
