// Looks for what must not be in a repository or under it: secrets, packages that run scripts or are deployed
// without being listed, and known weaknesses of what is locked.
//   npm run scan                 what can not be asked is said, and is no failure
//   npm run scan -- --required   for a build that is to fail when nobody could be asked
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { listDeployedFaults, readDocumented } from "./deployed-packages.mjs";
import { readLock } from "./lock-whole.mjs";
import { madeUpSecrets } from "./made-up-secrets.mjs";
import { takeOption } from "./port.mjs";
import { scanAdvisories } from "./scan-advisories.mjs";
import { scanSecrets } from "./scan-secrets.mjs";
import { root } from "./tool.mjs";

const list = "scripts/made-up-secrets.mjs";

/**
 * Faults and what else there is to say, as sentences.
 * @param {string} folder
 * @param {{ registry?: string | undefined, isRequired?: boolean }} options
 */
export async function scan(folder, { registry, isRequired = false } = {}) {
  const url = pathToFileURL(join(folder, "/"));
  const { lock } = readLock(url);
  const [secrets, advisories] = await Promise.all([
    scanSecrets(folder, { madeUp: madeUpSecrets, list }),
    scanAdvisories(folder, { registry }),
  ]);
  const faults = [
    ...secrets.found.map(({ file, line, what }) => `${file}:${line}: ${what}`),
    ...secrets.unused.map((value) => `${list}: "${value}" is nowhere any more: take its line out`),
    ...listDeployedFaults(lock, readDocumented(url)),
  ];
  const said = [`secrets: none in ${secrets.files} files`, "deployed packages: as documented"];
  if (advisories.kind === "checked") {
    faults.push(...advisories.bad);
    said.push(...advisories.known, "advisories: none that must not be");
  } else {
    const sentence = `advisories: NOT checked, because ${advisories.reason}`;
    (isRequired ? faults : said).push(sentence);
  }
  return { faults, said };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const registry = takeOption(process.argv.slice(2), "--registry");
  const isRequired = registry.rest.includes("--required");
  const { faults, said } = await scan(root, { registry: registry.value, isRequired });
  for (const fault of faults) console.error(`scan: ${fault}`);
  if (faults.length > 0) {
    console.error(
      `scan: ${faults.length} faults. docs/dependencies.md says what to do about each kind.`,
    );
    process.exit(1);
  }
  for (const line of said) console.log(`scan: ${line}`);
}
