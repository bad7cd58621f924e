/**
 * The gateway's times. The books count microseconds since 1970, every write later
 * than the one before, so that no two snapshots carry the same version. On the wire
 * the fraction has 3, 6 or 9 digits, as in the gateway's own samples.
 */
export type Micros = number;

const isoDigits = { link: 6, order: 6, payment: 9, capture: 9 } as const;

/** `2024-07-19T11:13:21.523516426Z`; three digits where nothing is lost by it. */
export function formatTime(at: Micros, kind: keyof typeof isoDigits): string {
  const micros = at % 1000;
  const millis = new Date((at - micros) / 1000).toISOString().slice(0, -1);
  const six = millis + String(micros).padStart(3, "0");
  if (isoDigits[kind] === 9) return `${six}${String(at % 997).padStart(3, "0")}Z`;
  return micros === 0 ? `${millis}Z` : `${six}Z`;
}

/** Reads ISO 8601 UTC, with or without seconds; null when it is anything else. */
export function parseTime(text: string): Micros | null {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?Z$/.test(text)) return null;
  const millis = Date.parse(text.replace(/(\.\d{3})\d+Z$/, "$1Z"));
  return Number.isNaN(millis) ? null : millis * 1000;
}
