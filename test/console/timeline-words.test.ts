// A timeline's entries in a person's words: known statuses as words, unknown ones as they came.

import { expect, test } from "vitest";
import { sentenceOf, tellerLabel } from "../../src/console/timeline-words";
import type { TimelineView } from "../../src/http/orders";

const entry: TimelineView = {
  n: 1,
  at: "2031-01-15T06:00:00.000Z",
  by: "webhook",
  what: "stage",
  text: "As it was recorded.",
};

test.each([
  [
    { what: "stage", from: "awaiting_payment", to: "part_paid" },
    "The order is now: Part paid (before: Awaiting payment).",
  ],
  [{ what: "payment", from: null, to: "AUTHORIZED" }, "The payment is now: Held."],
  [
    { what: "link", from: "CREATED", to: "PROCESSED" },
    "The link is now: Completed (before: Not opened yet).",
  ],
  [{ what: "refund", from: null, to: "constructor" }, "The refund is now: “constructor”."],
  [{ what: "stage", from: null, to: "gilded" }, "The order is now: gilded."],
  [{ what: "claim" }, "As it was recorded."],
] as const)("%o reads as %s", (change, sentence) => {
  expect(sentenceOf({ ...entry, ...change })).toBe(sentence);
});

test.each([
  ["webhook", "by webhook"],
  ["operator", "by a person"],
  ["Asha Rao", "by Asha Rao"],
  ["constructor", "by constructor"],
])("what %s said is told as “%s”", (by, label) => {
  expect(tellerLabel(by)).toBe(label);
});
