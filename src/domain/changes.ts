// What changed between two states of the facts, in sentences for the timeline. Only known words are
// interpreted; an unknown status is named as it came (law 9).

import { type Entity, entries, type Facts, newestWord } from "./facts";
import { derivePosition } from "./position";
import { deriveStage } from "./stage";
import type { EntityKind } from "./status";

export interface Change {
  /** `stage`, or the kind of entity whose status changed. */
  readonly what: "stage" | EntityKind;
  /** The entity's id; absent for the stage. */
  readonly id?: string;
  readonly from: string | null;
  readonly to: string;
}

export function changesBetween(before: Facts, after: Facts): readonly Change[] {
  const stageBefore = deriveStage(before, derivePosition(before));
  const stageAfter = deriveStage(after, derivePosition(after));
  const stage: readonly Change[] =
    stageBefore === stageAfter ? [] : [{ what: "stage", from: stageBefore, to: stageAfter }];
  return [
    ...entityChanges("link", before, after),
    ...entityChanges("order", before, after),
    ...entityChanges("payment", before, after),
    ...entityChanges("refund", before, after),
    ...stage,
  ];
}

function entityChanges<K extends EntityKind>(
  kind: K,
  before: Facts,
  after: Facts,
): readonly Change[] {
  const earlier = new Map(entries(before, kind));
  return entries(after, kind).flatMap(([id, entity]) => {
    const was = earlier.get(id);
    const from = was ? wordFor(kind, was) : null;
    const to = wordFor(kind, entity);
    return to === null || from === to ? [] : [{ what: kind, id, from, to }];
  });
}

function wordFor<K extends EntityKind>(kind: K, entity: Entity<K>): string | null {
  const isFinal = kind === "link" && entity.undated.status?.value === "PROCESSED";
  return isFinal ? "PROCESSED" : (newestWord(entity) ?? null);
}
