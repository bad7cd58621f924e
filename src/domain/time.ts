// The gateway's times as versions. A version orders what the gateway said about one thing: its
// times have three, six or nine fractional digits, so versions keep nanoseconds, as text of fixed
// width that sorts as it counts. Our own clock never becomes a version (design 3.3).

declare const instantBrand: unique symbol;
declare const versionBrand: unique symbol;

/** Nanoseconds since 1970 UTC, nineteen decimal digits: "1731049243756000000". */
export type Instant = string & { readonly [instantBrand]: true };

/**
 * The version of one word: the thing's own time, then its snapshot's. An entity inside a snapshot
 * that is older than the snapshot still wins over its own past, and between two snapshots that
 * repeat the same own time the newer snapshot wins.
 */
export type Version = string & { readonly [versionBrand]: true };

/** Epoch milliseconds of our own clock, always handed in. */
export type Milliseconds = number;

const DIGITS = 19;
const FORM =
  /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9})\d*)?)?(Z|[+-]\d{2}:?\d{2})$/i;

/**
 * Reads a gateway time: ISO 8601 with a zone, with or without seconds, any number of fractional
 * digits. Null for everything else: a time without a zone is not a point in time.
 */
export function parseInstant(text: unknown): Instant | null {
  if (typeof text !== "string") return null;
  const parts = FORM.exec(text.trim());
  if (!parts) return null;
  const [, year, month, day, hour, minute, second = "00", fraction = "", zone = "Z"] = parts;
  const date = `${year}-${month}-${day}`;
  const midnight = Date.parse(`${date}T00:00:00Z`);
  // Date.parse rolls 31 June over to 1 July; such a date is unreadable, not another day.
  if (Number.isNaN(midnight) || new Date(midnight).toISOString().slice(0, 10) !== date) return null;
  const seconds = Date.parse(`${date}T${hour}:${minute}:${second}${isoZone(zone)}`);
  if (Number.isNaN(seconds) || seconds < 0) return null;
  const nanoseconds = BigInt(seconds) * 1_000_000n + BigInt(fraction.padEnd(9, "0"));
  const digits = nanoseconds.toString().padStart(DIGITS, "0");
  return digits.length === DIGITS ? brandInstant(digits) : null;
}

function isoZone(zone: string): string {
  if (/^z$/i.test(zone)) return "Z";
  return zone.includes(":") ? zone : `${zone.slice(0, 3)}:${zone.slice(3)}`;
}

/** The newest of the given instants, or null when there is none. */
export function newest(instants: readonly (Instant | null)[]): Instant | null {
  return instants.reduce((best, next) => {
    if (next === null) return best;
    return best === null || next > best ? next : best;
  }, null);
}

export function versionOf(own: Instant, snapshot: Instant): Version {
  return brandVersion(own + snapshot);
}

/** The thing's own time inside a version. */
export function ownInstant(version: Version): Instant {
  return brandInstant(version.slice(0, DIGITS));
}

export function instantToMilliseconds(instant: Instant): Milliseconds {
  return Number(BigInt(instant) / 1_000_000n);
}

export function versionToMilliseconds(version: Version): Milliseconds {
  return instantToMilliseconds(ownInstant(version));
}

/** ISO 8601 in UTC with milliseconds, the form of every time on our wire. */
export function toIso(milliseconds: Milliseconds): string {
  return new Date(milliseconds).toISOString();
}

export function isoOrNull(milliseconds: Milliseconds | null | undefined): string | null {
  return milliseconds === null || milliseconds === undefined ? null : toIso(milliseconds);
}

function brandInstant(text: string): Instant {
  return text as Instant;
}

function brandVersion(text: string): Version {
  return text as Version;
}

/** A time as text, or null if it is absent or can not be read. */
export function millisecondsOf(text: unknown): Milliseconds | null {
  const instant = parseInstant(text);
  return instant === null ? null : instantToMilliseconds(instant);
}
