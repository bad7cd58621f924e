// The versions of a snapshot and of what is inside it (design 3.3). Only the gateway's own
// `created_at` and `updated_at` count: `expire_by` lies in the future, and a time in the merchant's
// metadata is the merchant's.

import { isJsonObject, type Json, type JsonObject } from "../domain/json";
import { type Instant, newest, parseInstant, type Version, versionOf } from "../domain/time";
import { isList } from "./fields";

/** The newest readable time anywhere inside, or null: then nothing in it is dated. */
export function newestInside(value: Json): Instant | null {
  if (isList(value)) return newest(value.map(newestInside));
  if (!isJsonObject(value)) return null;
  return newest(
    Object.entries(value).map(([key, child]) => {
      if (key === "created_at" || key === "updated_at") return parseInstant(child);
      return key === "merchant_metadata" ? null : newestInside(child);
    }),
  );
}

/** The time that a thing states for itself. */
export function ownTime(value: JsonObject): Instant | null {
  return parseInstant(value.updated_at) ?? parseInstant(value.created_at);
}

/** A thing without a time of its own has its snapshot's; without any it is undated. */
export function versionIn(snapshot: Instant | null, own: Instant | null): Version | null {
  return snapshot === null ? null : versionOf(own ?? snapshot, snapshot);
}
