// The packages that are deployed: those that docs/dependencies.md lists as deployed, that the lock does not call
// a tool's, and that esbuild put into the bundle are the same, and their licences are on a short list.
import { readFileSync } from "node:fs";

/** Licences that ask for nothing but their own text. */
const licences = ["MIT", "Apache-2.0", "ISC", "BSD-2-Clause", "BSD-3-Clause", "0BSD"];

const heading = "## In the deployed Worker";

/** The names in the first column of the table of what is deployed. */
export function listDocumented(markdown) {
  const section = markdown.split(/^(?=## )/m).find((part) => part.startsWith(heading));
  if (section === undefined) throw new Error(`docs/dependencies.md has no section "${heading}"`);
  /** @type {string[]} */
  const names = [...section.matchAll(/^\| `([^`]+)`/gm)].map(([, name]) => name);
  return names.toSorted();
}

export function readDocumented(folder) {
  return listDocumented(readFileSync(new URL("docs/dependencies.md", folder), "utf8"));
}

/** The packages of which something is in an output, from esbuild's metafile. */
export function listInBundle({ outputs }) {
  const kept = Object.values(outputs).flatMap(({ inputs }) => Object.keys(inputs));
  return namesOf(kept.map((path) => path.replaceAll("\\", "/")));
}

/** By their places in node_modules, each once. */
function namesOf(paths) {
  /** @type {string[]} */
  const names = paths.flatMap((path) => {
    const name = /.*(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1];
    return name === undefined ? [] : [name];
  });
  return [...new Set(names)].toSorted();
}

/** Sentences about what is in one list and not in the other. */
export function listDifferences(found, documented, where) {
  return [
    ...found
      .filter((name) => !documented.includes(name))
      .map(
        (name) => `${name} is ${where}, and docs/dependencies.md does not say that it is deployed`,
      ),
    ...documented
      .filter((name) => !found.includes(name))
      .map((name) => `docs/dependencies.md says that ${name} is deployed, and it is not ${where}`),
  ];
}

/** The faults of what the lock would deploy: whatever is no tool. */
export function listDeployedFaults(lock, documented) {
  const deployed = Object.entries(lock.packages).filter(
    ([path, { dev }]) => path !== "" && dev !== true,
  );
  return [
    ...listDifferences(namesOf(deployed.map(([path]) => path)), documented, "in the lock"),
    ...deployed
      .filter(([, { license }]) => !isFree(license))
      .map(([path, { license }]) => `${path} is deployed under ${license ?? "no licence"}`),
  ];
}

/** "(MIT OR Apache-2.0)": one of them is enough. */
function isFree(expression) {
  if (typeof expression !== "string" || / AND | WITH /.test(expression)) return false;
  return expression
    .replace(/^\((.*)\)$/, "$1")
    .split(" OR ")
    .some((one) => licences.includes(one));
}
