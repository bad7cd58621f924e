// Which answers public/openapi.json documents, and which of them no test ever got: an answer that is
// described and that nobody has seen is a promise that nobody has checked.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./tool.mjs";

const problemType = "application/problem+json";

/** Each as "operation status code"; where there is no code the content type, or "none" without a body. */
export function listDocumentedAnswers(document) {
  return Object.values(document.paths)
    .flatMap((operations) => Object.values(operations))
    .flatMap(({ operationId, responses }) =>
      Object.entries(responses).flatMap(([status, response]) =>
        namesOf(document, response).map((name) => `${operationId} ${status} ${name}`),
      ),
    );
}

function namesOf(document, response) {
  const shared = response.$ref?.split("/").at(-1);
  const { content = {} } = shared === undefined ? response : document.components.responses[shared];
  const types = Object.keys(content);
  if (types.length === 0) return ["none"];
  return types.flatMap((type) =>
    type === problemType ? content[type].schema.properties.code.enum : [type],
  );
}

/** Those that the file of a run's answers does not name; the file holds one a line, repeated at will. */
export function listUnseenAnswers(file) {
  const document = JSON.parse(readFileSync(join(root, "public", "openapi.json"), "utf8"));
  const lines = existsSync(file) ? readFileSync(file, "utf8").split("\n") : [];
  const seen = new Set(lines);
  return listDocumentedAnswers(document).filter((answer) => !seen.has(answer));
}
