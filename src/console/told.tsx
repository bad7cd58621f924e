// A sentence of the API as a person reads it: moments in the merchant's zone, names of events as words. The
// sentences are written for the API's readers, who want both exact.

import type { FC } from "hono/jsx";
import { NOTIFICATION_TYPES } from "../domain/causes";
import { Time } from "./parts";

const MOMENT = /(\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z)/;

export const Told: FC<{ readonly text: string }> = ({ text }) => (
  <span dir="auto">
    {text
      .split(MOMENT)
      .map((part, index) => (index % 2 === 1 ? <Time at={part} /> : withoutNames(part)))}
  </span>
);

function withoutNames(text: string): string {
  const plain = text.replaceAll("GET /v1/events", "the list of events");
  return NOTIFICATION_TYPES.reduce(
    (said, type) => said.replaceAll(new RegExp(`\\b${type}\\b`, "g"), `“${spoken(type)}”`),
    plain,
  );
}

/** "order.part_paid" → "order part paid". */
function spoken(type: string): string {
  return type.replaceAll(/[._]/g, " ");
}
