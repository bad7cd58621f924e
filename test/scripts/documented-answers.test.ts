// What serves the description: which answers it documents, as the end of a whole run counts them, what is
// uploaded beside it, and that the bundle never holds the schemas that it is made of.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { prepareAssets, takeIcons } from "../../scripts/assets.mjs";
import { listForeignInputs } from "../../scripts/bundle.mjs";
import { listDocumentedAnswers, listUnseenAnswers } from "../../scripts/documented-answers.mjs";
import { root } from "../../scripts/tool.mjs";
import { describeApi } from "../../src/openapi/document";

const problem = (...codes: readonly string[]) => ({
  content: { "application/problem+json": { schema: { properties: { code: { enum: codes } } } } },
});

test("an answer is documented by its type, or by each of its codes", () => {
  const answers = listDocumentedAnswers({
    paths: {
      "/x": {
        get: {
          operationId: "getX",
          responses: {
            200: { content: { "application/json": {}, "text/csv": {} } },
            204: {},
            401: { $ref: "#/components/responses/unauthorized" },
            404: problem("a", "b"),
          },
        },
      },
    },
    components: { responses: { unauthorized: problem("unauthorized") } },
  });
  expect(answers).toEqual([
    "getX 200 application/json",
    "getX 200 text/csv",
    "getX 204 none",
    "getX 401 unauthorized",
    "getX 404 a",
    "getX 404 b",
  ]);
});

test("what a run did not get is told, and what it got is not", () => {
  const folder = mkdtempSync(join(tmpdir(), "chukta-answers-"));
  try {
    const all: readonly string[] = listDocumentedAnswers(describeApi());
    expect(all).toContain("refund 422 nothing_captured");
    const file = join(folder, "answers.txt");
    expect(listUnseenAnswers(file)).toEqual(all);
    writeFileSync(file, all.slice(1).join("\n"));
    expect(listUnseenAnswers(file)).toEqual(all.slice(0, 1));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("the icons of Swagger UI's style sheet become files, each once", () => {
  const data = (svg: string) => `url("data:image/svg+xml;charset=utf-8,${svg}")`;
  const arrow = data(String.raw`<svg fill=\"%23fff\"/>`);
  const { style, icons } = takeIcons(`a{b:${arrow};c:${arrow}}d{e:${data("<svg/>")}}`);
  expect(style).toBe(
    'a{b:url("swagger-ui-icon-1.svg");c:url("swagger-ui-icon-1.svg")}d{e:url("swagger-ui-icon-2.svg")}',
  );
  expect(icons).toEqual(['<svg fill="#fff"/>', "<svg/>"]);
});

test("what is uploaded asks for no icon by data and for nothing elsewhere", () => {
  prepareAssets();
  const style = readFileSync(join(root, "public", "docs", "swagger-ui.css"), "utf8");
  expect(style).not.toContain("data:image/svg");
  expect(style).not.toMatch(/url\(["']?https?:|@import/);
});

test("a bundle that holds the description's schemas is refused", () => {
  const inputs = { "src/index.ts": {}, "src/openapi/document.ts": {} };
  expect(listForeignInputs({ inputs, outputs: {} })).toEqual(["src/openapi/document.ts"]);
});

test("a bundle with the whole of zod is refused", () => {
  const inputs = {
    "node_modules/zod/v4/mini/schemas.js": {},
    "node_modules/zod/v4/classic/schemas.js": {},
  };
  expect(listForeignInputs({ inputs, outputs: {} })).toEqual([
    "node_modules/zod/v4/classic/schemas.js",
  ]);
});

test("translations of zod's messages may be read but not kept", () => {
  const [en, fr] = ["node_modules/zod/v4/locales/en.js", "node_modules/zod/v4/locales/fr.js"];
  const inputs = { [en]: {}, [fr]: {} };
  const kept = (locales: object) => ({ inputs, outputs: { "index.js": { inputs: locales } } });
  expect(listForeignInputs(kept({ [en]: {} }))).toEqual([]);
  expect(listForeignInputs(kept({ [en]: {}, [fr]: {} }))).toEqual([fr]);
});
