// What is known of an order after joining all its observations: a map of entities, each a map of
// fields, each the winner of everything ever said about it. Facts form a semilattice: `merge` (in
// join.ts) is commutative, associative and idempotent, so order and repeats do not matter (law 3).

import type { FieldsOf } from "./observation";
import type { EntityKind } from "./status";
import { type Milliseconds, type Version, versionToMilliseconds } from "./time";

/** `rank` and `version` are kept with the value because they decide the next tie. */
export interface Register<V> {
  readonly value: V;
  /** "" for a word without a time. */
  readonly version: Version | "";
  readonly rank: number;
}

export type Registers<F> = { readonly [field in keyof F]?: Register<F[field]> };

export interface Entity<K extends EntityKind> {
  readonly dated: Registers<FieldsOf[K]>;
  /** Read only for fields that no dated word has; one exception, the link's PROCESSED. */
  readonly undated: Registers<FieldsOf[K]>;
  /** Every status ever said, known or not, with the smallest version at which it was said. */
  readonly history: { readonly [status: string]: Version | "" };
}

export type Entities = {
  readonly [K in EntityKind]: { readonly [id: string]: Entity<K> };
};

export interface Facts extends Entities {
  /** Once true, true for ever; absent while nobody has said. */
  readonly pre_auth?: boolean;
  readonly part_payment?: boolean;
}

export const NO_FACTS: Facts = { link: {}, order: {}, payment: {}, refund: {} };

export const NO_WORDS = { dated: {}, undated: {}, history: {} } as const;

/** The field's value: of the dated words if they say anything about it, else of the undated. */
export function read<K extends EntityKind, F extends keyof FieldsOf[K]>(
  entity: Entity<K>,
  field: F,
): FieldsOf[K][F] | undefined {
  return registerOf(entity, field)?.value;
}

export function registerOf<K extends EntityKind, F extends keyof FieldsOf[K]>(
  entity: Entity<K>,
  field: F,
): Register<FieldsOf[K][F]> | undefined {
  return entity.dated[field] ?? entity.undated[field];
}

/** The link's status: PROCESSED is final and believed even without a time (design 3.3). */
export function linkStatus(link: Entity<"link">): FieldsOf["link"]["status"] | undefined {
  if (link.undated.status?.value === "PROCESSED") return "PROCESSED";
  return read(link, "status");
}

/** The gateway's newest word for this entity, known to us or not. */
export function newestWord<K extends EntityKind>(entity: Entity<K>): string | undefined {
  const known = entity.dated["status" as keyof FieldsOf[K]];
  const unknown = entity.dated["unknown_status" as keyof FieldsOf[K]];
  const winner = unknown && (!known || unknown.version > known.version) ? unknown : known;
  const word = winner ?? entity.undated["status" as keyof FieldsOf[K]];
  return typeof word?.value === "string" ? word.value : undefined;
}

/** In the order of their ids: what is shown does not depend on which came first. */
export function entries<K extends EntityKind>(
  facts: Facts,
  kind: K,
): readonly (readonly [string, Entity<K>])[] {
  const found: (readonly [string, Entity<K>])[] = Object.entries(facts[kind]);
  return found.toSorted(([a], [b]) => (a < b ? -1 : 1));
}

/** When the entity was first known to have this status, by the gateway's clock. */
export function firstSaid<K extends EntityKind>(
  entity: Entity<K>,
  status: string,
): Milliseconds | null {
  const version = entity.history[status];
  return version ? versionToMilliseconds(version) : null;
}

/**
 * The link that this home collects with: one that was paid, else the one that nobody replaced. Several
 * are possible in theory; one is chosen the same way always.
 */
export function theLink(facts: Facts): readonly [string, Entity<"link">] | null {
  const links = entries(facts, "link");
  const replaced = new Set(links.map(([, link]) => read(link, "replaces")));
  const current = links.filter(([id]) => !replaced.has(id));
  const all = [...current, ...links];
  // Of two that replaced the same link, which nobody means to happen, the later one.
  const last = current.findLast(([, link]) => read(link, "replaces") !== undefined);
  return all.find(([, link]) => linkStatus(link) === "PROCESSED") ?? last ?? all[0] ?? null;
}
