// How commands stand, in the words of a person.

import type { Outcome } from "../domain/command-view";
import type { Tone } from "./words";

export const OUTCOMES: {
  readonly [outcome in Outcome]: { readonly label: string; readonly tone: Tone };
} = {
  in_flight: { label: "Being sent", tone: "wait" },
  unknown: { label: "Outcome not known yet", tone: "wait" },
  needs_decision: { label: "Waits for a decision", tone: "bad" },
  pending: { label: "On its way", tone: "wait" },
  done: { label: "Done", tone: "good" },
  failed: { label: "Failed", tone: "bad" },
  refused: { label: "Refused, nothing moved", tone: "bad" },
};
