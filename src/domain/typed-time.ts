// Days and times as a browser's own fields send them ("2026-11-03", "2026-11-03T18:00"), read by the clock of the
// merchant's zone, and back again to fill such a field. Pure.

import { type Milliseconds, toIso } from "./time";
import { momentShowing, wallText } from "./wall-clock";

/** The moment of "2026-11-03T18:00", to the minute. Null: not such a time. */
export function typedMoment(text: string, zone: string): Milliseconds | null {
  const [, minute] = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2})(?::00)?$/.exec(text) ?? [];
  return minute === undefined ? null : momentOf(`${minute}:00Z`, zone);
}

/** The first moment of "2026-11-03". Null: not such a day. */
export function typedDay(text: string, zone: string): Milliseconds | null {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) ? momentOf(`${text}T00:00:00Z`, zone) : null;
}

/** "2026-11-03T18:00": what the field shows of this moment. */
export function momentField(at: Milliseconds, zone: string): string {
  return wallText(at, zone).slice(0, 16).replace(" ", "T");
}

function momentOf(shown: string, zone: string): Milliseconds | null {
  const at = Date.parse(shown);
  // A 31st of November would be taken for another day.
  if (Number.isNaN(at) || !toIso(at).startsWith(shown.slice(0, 16))) return null;
  return momentShowing(at, zone);
}
