// The lists of attacks are not longer than the tests: each proof that docs/attacks.md and SECURITY.md link to,
// as `[words](path "the test's name")`, is there under that name.
import { existsSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url).href);

interface Proof {
  readonly file: string;
  readonly name: string;
}

function proofsOf(document: string): readonly Proof[] {
  const text = readFileSync(join(root, document), "utf8");
  return [...text.matchAll(/\]\(([^\s)"]+\.ts) "([^"]*)"\)/g)].map(([, path = "", name = ""]) => ({
    file: posix.join(posix.dirname(document), path),
    name,
  }));
}

/** A test, or a row of one, is named by a whole text between quotes. */
function isThere({ file, name }: Proof): boolean {
  const path = join(root, file);
  return existsSync(path) && readFileSync(path, "utf8").includes(`"${name}"`);
}

it.each([
  ["docs/attacks.md", 70],
  ["SECURITY.md", 15],
])("each proof in %s is a test, and there are more than %d", (document, count) => {
  const proofs = proofsOf(document);
  const missing = proofs.filter((proof) => !isThere(proof));
  expect(missing.map(({ file, name }) => `${file}: ${name}`)).toEqual([]);
  expect(proofs.length).toBeGreaterThan(count);
});

it("a test that is not there is missed", () => {
  const file = "test/http/webhook.test.ts";
  expect(isThere({ file, name: "is refused because of the weather" })).toBe(false);
  expect(isThere({ file: "test/http/nothing.test.ts", name: "" })).toBe(false);
});
