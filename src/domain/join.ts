// Joining: facts and an observation in, facts out. Total, pure, commutative, associative and
// idempotent (law 3, design 3.3). Every rule of who wins stands in this file and nowhere else:
// per entity and field, the greater (version, rank of the word's status, canonical JSON).

import { canonicalJson, type Json } from "./json";
import { type Entity, type Facts, NO_WORDS, type Register, type Registers } from "./facts";
import type { AnyWord, FieldsOf, Observation } from "./observation";
import { type EntityKind, rankOf } from "./status";

/** Adds what was observed to what is known. Never throws, whatever the values are. */
export function join(facts: Facts, observation: Observation): Facts {
  return merge(facts, factsOf(observation));
}

/** Joins all that two actors know of the same order. The same operation as `join`. */
export function merge(a: Facts, b: Facts): Facts {
  const preAuth = either(a.pre_auth, b.pre_auth);
  const partPayment = either(a.part_payment, b.part_payment);
  return {
    link: mergeMaps(a.link, b.link, mergeEntities),
    order: mergeMaps(a.order, b.order, mergeEntities),
    payment: mergeMaps(a.payment, b.payment, mergeEntities),
    refund: mergeMaps(a.refund, b.refund, mergeEntities),
    ...(preAuth === undefined ? {} : { pre_auth: preAuth }),
    ...(partPayment === undefined ? {} : { part_payment: partPayment }),
  };
}

/** True when joining `b` into `a` would change nothing. */
export function sameFacts(a: Facts, b: Facts): boolean {
  return canonicalJson(asJson(a)) === canonicalJson(asJson(b));
}

/** What one observation says, as facts of its own. */
function factsOf(observation: Observation): Facts {
  // Only a pre-authorization is ever AUTHORIZED, only a part payment PARTIAL_PROCESSED.
  const preAuth = says(observation, "AUTHORIZED") ?? observation.pre_auth;
  const partPayment = says(observation, "PARTIAL_PROCESSED") ?? observation.part_payment;
  const named = Object.fromEntries(observation.orders_named.map((id) => [id, NO_WORDS]));
  return {
    link: entitiesOf(observation, "link"),
    order: mergeMaps<Entity<"order">>(named, entitiesOf(observation, "order"), mergeEntities),
    payment: entitiesOf(observation, "payment"),
    refund: entitiesOf(observation, "refund"),
    ...(preAuth === undefined ? {} : { pre_auth: preAuth }),
    ...(partPayment === undefined ? {} : { part_payment: partPayment }),
  };
}

function says(observation: Observation, status: string): true | undefined {
  return observation.words.some(({ fields }) => fields.status === status) ? true : undefined;
}

/** The words of one kind, by the id that they speak of; one id may be spoken of twice. */
function entitiesOf<K extends EntityKind>(
  observation: Observation,
  kind: K,
): { readonly [id: string]: Entity<K> } {
  const entities: Record<string, Entity<K>> = {};
  for (const word of observation.words) {
    if (word.kind !== kind) continue;
    const entity = entityOf<K>(word);
    const before = Object.hasOwn(entities, word.id) ? entities[word.id] : undefined;
    entities[word.id] = before === undefined ? entity : mergeEntities(before, entity);
  }
  return entities;
}

function entityOf<K extends EntityKind>(word: AnyWord): Entity<K> {
  const known = word.fields.status;
  const rank = rankOf(word.kind, known);
  const version = word.version ?? "";
  const registers: object = Object.fromEntries(
    Object.entries<unknown>(word.fields)
      .filter(([, value]) => !isEmpty(value))
      .map(([field, value]) => [field, { value, version, rank }]),
  );
  const status = known ?? word.fields.unknown_status;
  // The word's fields are those of its kind; the loop over them forgets it.
  const said = registers as Registers<FieldsOf[K]>;
  return {
    dated: version === "" ? {} : said,
    undated: version === "" ? said : {},
    // Whatever it is at run time: what is no text can not always be made one.
    history: typeof status === "string" ? { [status]: version } : {},
  };
}

/** An absent or empty field says nothing: it never erases what an earlier word said. */
function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === "") return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}

function mergeEntities<K extends EntityKind>(a: Entity<K>, b: Entity<K>): Entity<K> {
  return {
    dated: mergeRegisters(a.dated, b.dated),
    undated: mergeRegisters(a.undated, b.undated),
    history: mergeMaps(a.history, b.history, earlier),
  };
}

function mergeRegisters<F extends FieldsOf[EntityKind]>(
  a: Registers<F>,
  b: Registers<F>,
): Registers<F> {
  return mergeMaps<Register<unknown>>(a, b, winner) as Registers<F>;
}

function winner(a: Register<unknown>, b: Register<unknown>): Register<unknown> {
  if (a.version !== b.version) return a.version > b.version ? a : b;
  if (a.rank !== b.rank) return a.rank > b.rank ? a : b;
  return canonicalJson(asJson(a.value)) >= canonicalJson(asJson(b.value)) ? a : b;
}

/** A dated first time beats an undated one: "" only says that it was said. */
function earlier<V extends string>(a: V, b: V): V {
  if (a === "" || b === "") return a === "" ? b : a;
  return a < b ? a : b;
}

function either(a: boolean | undefined, b: boolean | undefined): boolean | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return a || b;
}

function mergeMaps<V>(
  a: { readonly [key: string]: V | undefined },
  b: { readonly [key: string]: V | undefined },
  mergeValues: (a: V, b: V) => V,
): { readonly [key: string]: V } {
  const merged: Record<string, V> = {};
  for (const [key, value] of Object.entries(a)) if (value !== undefined) merged[key] = value;
  for (const [key, value] of Object.entries(b)) {
    if (value === undefined) continue;
    const before = Object.hasOwn(merged, key) ? merged[key] : undefined;
    merged[key] = before === undefined ? value : mergeValues(before, value);
  }
  return merged;
}

/** Facts and their values are JSON by construction: they are read from and written to storage as such. */
function asJson(value: unknown): Json {
  return value as Json;
}
