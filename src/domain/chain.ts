// Links that stand in each other's place: root → … → current. The root asked for the whole amount,
// each later one for what was still due when it was made. Derived from the word `replaces` alone, so
// it does not depend on which link was heard of first (law 3).

import { type Entity, entries, type Facts, read, theLink } from "./facts";
import { CHUKTA_REFERENCE } from "./ids";

type NamedLink = readonly [string, Entity<"link">];

/** All links, each after the one that it replaces; of those that nothing joins, by their ids. */
export function chainOf(facts: Facts): readonly NamedLink[] {
  return entries(facts, "link")
    .map((link) => ({ link, depth: backFrom(facts, link).length }))
    .toSorted((a, b) => a.depth - b.depth)
    .map(({ link }) => link);
}

/** The first link of the chain in which `theLink` stands: it has the order's amount and reference. */
export function rootLink(facts: Facts): NamedLink | null {
  const link = theLink(facts);
  return link && (backFrom(facts, link).at(-1) ?? link);
}

/** The link that was made in place of this one. */
export function replacementOf(facts: Facts, linkId: string): string | null {
  const found = entries(facts, "link").findLast(([, link]) => read(link, "replaces") === linkId);
  return found?.[0] ?? null;
}

/** The link that a gateway order was made for, by our mark in its metadata or its reference. */
export function linkOfOrder(facts: Facts, order: Entity<"order">): string | null {
  const links = entries(facts, "link");
  const names = [read(order, "merchant_metadata")?.[CHUKTA_REFERENCE], read(order, "reference")];
  for (const name of names.filter((text) => typeof text === "string")) {
    const found = links.find(([, link]) => read(link, "reference") === name);
    if (found) return found[0];
  }
  return null;
}

/** Nothing is expected of this order any more: its link gave way. Held money speaks all the same. */
export function isOfReplacedLink(facts: Facts, order: Entity<"order">): boolean {
  if (read(order, "status") === "AUTHORIZED" || Object.keys(facts.link).length < 2) return false;
  const link = linkOfOrder(facts, order);
  return link !== null && replacementOf(facts, link) !== null;
}

/** The links that this one replaced, the nearest first. A circle, which nobody made, ends. */
function backFrom(facts: Facts, [id, link]: NamedLink): readonly NamedLink[] {
  const back: NamedLink[] = [];
  const seen = new Set([id]);
  for (let at = read(link, "replaces"); at !== undefined && !seen.has(at);) {
    const before = Object.hasOwn(facts.link, at) ? facts.link[at] : undefined;
    if (before === undefined) break;
    seen.add(at);
    back.push([at, before]);
    at = read(before, "replaces");
  }
  return back;
}
