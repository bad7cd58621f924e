// Whose order a link belongs to that was made in place of another (decision 12). Its messages may come
// before the answer to its creation: the actor of its reference knew its home before it called.

import { type Facts, read } from "../domain/facts";
import { CHUKTA_REFERENCE, isReference, referenceActor } from "../domain/ids";
import { mayBeReplacement } from "../domain/replace";
import type { Part } from "./part";
import { referencesOf } from "./seek";

/**
 * A link that replaces another belongs to that one's home from the moment at which it was asked for:
 * its messages may come before the answer to its creation does.
 */
export async function homeOfReplacement(part: Part, reference: string): Promise<string | null> {
  if (!mayBeReplacement(reference)) return null;
  const request = await part.peer(referenceActor(reference)).requestOfReference();
  return request?.replaces?.home ?? null;
}

/**
 * The same by what is known of a link: our mark in its metadata first, then its reference. Of a link
 * that an order's event only named, its orders bear both.
 */
export async function homeOfLink(part: Part, facts: Facts, linkId: string): Promise<string | null> {
  const link = facts.link[linkId];
  const mark = link && read(link, "merchant_metadata")?.[CHUKTA_REFERENCE];
  const own = [mark, link && read(link, "reference")].filter(isReference);
  const names = [...own, ...referencesOf(facts)];
  for (const reference of new Set(names)) {
    const home = await homeOfReplacement(part, reference);
    if (home !== null) return home;
  }
  return null;
}
