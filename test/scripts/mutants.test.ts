// A mutant whose text no longer stands in its file would never be planted, and nobody would see it:
// a refactoring that moves the text moves the mutant too, or this fails.

import { readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { fileURLToPath } from "node:url";
import { describe, expect, it, test } from "vitest";
import { MUTANTS } from "../simulation/mutants";
import { withMutant } from "../simulation/mutants/mutant";

const root = fileURLToPath(new URL("../../", import.meta.url).href);

function sourceOf(file: string): string {
  return readFileSync(`${root}${file}`, "utf8");
}

describe.each(MUTANTS)("the mutant $name", (mutant) => {
  it("has its text exactly once in its file, and says what somebody thought", () => {
    const source = sourceOf(mutant.file);
    expect(source.split(mutant.find)).toHaveLength(2);
    expect(mutant.file).toMatch(/^src\/[a-z-]+\/[a-z-]+\.ts$/);
    expect(mutant.thought).toMatch(/^[A-Z].*\.$/);
  });

  it("is another program, and one that still can be read", () => {
    const source = sourceOf(mutant.file);
    const changed = withMutant(mutant, source);
    expect(stripTypeScriptTypes(changed)).not.toBe(stripTypeScriptTypes(source));
  });
});

test("there are enough of them, and each has a name of its own", () => {
  expect(new Set(MUTANTS.map(({ name }) => name)).size).toBe(MUTANTS.length);
  expect(MUTANTS.length).toBeGreaterThanOrEqual(22);
  expect(MUTANTS.every(({ name }) => /^[a-z0-9]+(-[a-z0-9]+)*$/.test(name))).toBe(true);
});

test("a text that stands nowhere, or twice, is no place for a bug", () => {
  const [mutant] = MUTANTS;
  if (mutant === undefined) throw new Error("there is no mutant");
  expect(() => withMutant(mutant, "")).toThrow("stands 0 times");
  expect(() => withMutant(mutant, `${mutant.find}${mutant.find}`)).toThrow("stands 2 times");
});
