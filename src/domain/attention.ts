// What a person should look at: stable codes, derived from what is known now, so that each goes away
// by itself when its reason does. Nothing here says what to do about it; docs/api.md does.

import { alertKey, type Alerts } from "./alerts";
import type { Facts } from "./facts";
import { holdingOrders } from "./window";

/** In the order of the alphabet, each once. */
export function attentionOf(facts: Facts, alerts: Alerts): readonly string[] {
  const codes = [
    ...one("capture_due", isCaptureDue(facts, alerts)),
    ...one("capture_urgent", isCaptureUrgent(facts, alerts)),
  ];
  return codes.toSorted();
}

/** Money is held, and the first alert of it was given but not yet the last. */
function isCaptureDue(facts: Facts, alerts: Alerts): boolean {
  return holdingOrders(facts).some(
    (id) => alertKey(id, "48h") in alerts && !(alertKey(id, "6h") in alerts),
  );
}

function isCaptureUrgent(facts: Facts, alerts: Alerts): boolean {
  return holdingOrders(facts).some((id) => alertKey(id, "6h") in alerts);
}

function one(code: string, holds: boolean): readonly string[] {
  return holds ? [code] : [];
}
