// Sentences of the API as a person reads them, which are written for its readers and exact: times by the merchant's
// clock, names of events as words, and for one of its own addresses the page of the console that does the same.

import type { FC } from "hono/jsx";
import { NOTIFICATION_TYPES } from "../domain/causes";
import { Time } from "./parts";

const PAGES: { readonly [address: string]: readonly [href: string, label: string] } = {
  "GET /v1/messages/refused": ["/console/messages/refused", "Refused messages"],
  "GET /v1/settlements/refresh": ["/console/settlements", "Settlements"],
  "POST /v1/settlements/refresh": ["/console/settlements", "Read the reports now"],
  "POST /v1/money/resume": ["/console/settings/money", "Resume"],
  "GET /v1/money": ["/console/settings/money", "Money switch"],
  "GET /v1/keys": ["/console/settings/keys", "API keys"],
  "POST /v1/notifications/resume": ["/console/notifications", "Resume"],
  "POST /v1/orders/{id}/refresh": ["/console/orders", "“Ask the gateway now” on the order's page"],
  "GET /v1/orders/{id}/commands": ["/console/orders", "The order's page"],
  "GET /v1/orders/{id}/receipt": ["/console/orders", "the order's page"],
  "POST /v1/links/track": ["/console/links/track", "“Take over a link”"],
  "GET /v1/messages": ["/console/messages", "Messages"],
  "GET /v1/events": ["/console/notifications", "the list of events"],
  "GET /v1/notifications": ["/console/notifications", "Notifications"],
  "GET /v1/discrepancies?state=all": ["/console/discrepancies?state=all", "Discrepancies"],
};

const PARTS = /(\d{4}-\d\d-\d\dT\d\d:[\d:.]+Z|(?:GET|POST) \/v1\/[a-z/{}?=]+[a-z}])/;

export const Sentence: FC<{ readonly text: string }> = ({ text }) => (
  <span dir="auto">
    {text.split(PARTS).map((part) => {
      if (/^\d{4}-\d\d-\d\dT/.test(part)) return <Time at={part} />;
      const known = PAGES[part];
      return known === undefined ? withSpokenEvents(part) : <a href={known[0]}>{known[1]}</a>;
    })}
  </span>
);

/** "order.part_paid" → “order part paid”. */
function withSpokenEvents(text: string): string {
  return NOTIFICATION_TYPES.reduce(
    (said, type) =>
      said.replaceAll(new RegExp(`\\b${type}\\b`, "g"), `“${type.replaceAll(/[._]/g, " ")}”`),
    text,
  );
}
