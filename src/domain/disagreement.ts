// Where an inquiry's answer lost the join. An answer is current by nature, so a loss is a
// discrepancy and never silence (design 3.3). Compared are the fields that decide about money.

import type { Discrepancies, Finding } from "./discrepancy";
import type { Entity, Facts, Register } from "./facts";
import { linkStatus } from "./facts";
import { canonicalJson, type Json, type JsonObject } from "./json";
import type { AnyWord, Observation } from "./observation";
import type { EntityKind } from "./status";

const DECIDING = ["status", "amount", "amount_due", "base_amount", "captures"] as const;

export interface Comparison {
  /** One per entity in which the facts did not follow the answer. */
  readonly findings: readonly Finding[];
  /** Entities in which they did. */
  readonly agreed: readonly string[];
}

/** Compares the facts, after the answer was joined, with the answer itself. */
export function compareAnswer(facts: Facts, answer: Observation): Comparison {
  const findings: Finding[] = [];
  const agreed: string[] = [];
  for (const word of answer.words) {
    const lost = fieldsLost(facts, word);
    if (lost.length === 0) agreed.push(word.id);
    else findings.push(findingOf(word, lost));
  }
  return { findings, agreed };
}

/**
 * Whether the gateway, asked, said something else than the facts and was not heard to agree since. Nobody
 * knows then how things are, so nothing that can not be taken back is done on the facts alone
 * (docs/decisions/0023).
 */
export function isDisputed(discrepancies: Discrepancies): boolean {
  return Object.values(discrepancies).some(
    ({ type, closed_at }) => type === "gateway_disagrees" && closed_at === null,
  );
}

interface LostField {
  readonly field: string;
  readonly ours: Json;
  readonly theirs: Json;
}

function fieldsLost(facts: Facts, word: AnyWord): readonly LostField[] {
  const kept = shownFields(facts, word);
  const said: { readonly [field: string]: unknown } = word.fields;
  return DECIDING.flatMap((field) => {
    const theirs = asJson(said[field]);
    const ours = kept[field] ?? null;
    const silent = theirs === undefined || canonicalJson(theirs) === "[]";
    if (silent || canonicalJson(ours) === canonicalJson(theirs)) return [];
    return [{ field, ours, theirs }];
  });
}

/** The winners of an entity's fields, by name. */
function shownFields(facts: Facts, word: AnyWord): JsonObject {
  const entity: Entity<EntityKind> | undefined = facts[word.kind][word.id];
  if (entity === undefined) return {};
  const shown = { ...valuesOf(entity.undated), ...valuesOf(entity.dated) };
  const link = word.kind === "link" ? facts.link[word.id] : undefined;
  // The link's PROCESSED is final, whatever is dated.
  return link && linkStatus(link) === "PROCESSED" ? { ...shown, status: "PROCESSED" } : shown;
}

function valuesOf(registers: object): JsonObject {
  const pairs = Object.entries<Register<Json>>({ ...registers });
  return Object.fromEntries(pairs.map(([field, register]) => [field, register.value]));
}

function findingOf(word: AnyWord, lost: readonly LostField[]): Finding {
  const sideOf = (side: "ours" | "theirs"): Json =>
    Object.fromEntries(lost.map((field) => [field.field, field[side]]));
  return {
    type: "gateway_disagrees",
    subject: word.id,
    ours: sideOf("ours"),
    theirs: sideOf("theirs"),
    amount: word.fields.amount?.value ?? null,
  };
}

/** Fields of an observation are JSON by construction. */
function asJson(value: unknown): Json | undefined {
  return value as Json | undefined;
}
