// Builds what `npm run deploy` would upload, without uploading it, for production and for uat;
// prints the gzipped size and fails when it is too large, holds what must not be deployed, or holds other
// packages than docs/dependencies.md says.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { prepareAssets } from "./assets.mjs";
import { listDifferences, listInBundle, readDocumented } from "./deployed-packages.mjs";
import { runTool } from "./tool.mjs";

/** Well below Cloudflare's 3 MiB for the free plan: what a cold start has to parse. */
const limit_kib = 288;

/** What must not be deployed, from esbuild's metafile: inputs that were read, or kept in an output. */
export function listForeignInputs({ inputs, outputs }) {
  const kept = Object.values(outputs).flatMap((output) => pathsOf(output.inputs));
  return [
    ...pathsOf(inputs).filter(
      (path) =>
        /(^|\/)src\/sandbox\//.test(path) ||
        // The description of the API is made when building: the Worker serves the file.
        /(^|\/)src\/openapi\//.test(path) ||
        /(^|\/)test\//.test(path) ||
        // Tools that make migrations: the ledger's queries are SQL.
        /(^|\/)node_modules\/drizzle-orm\//.test(path) ||
        /(^|\/)src\/ledger\/schema\.ts$/.test(path) ||
        // What is deployed takes zod/mini: schemas with every method weigh 12 KiB more.
        /(^|\/)zod\/v4\/classic\//.test(path),
    ),
    // zod/mini names its fifty translations, too, and the bundler leaves them out while nobody asks.
    ...kept.filter(
      (path) => /(^|\/)zod\/v4\/locales\//.test(path) && !path.endsWith("/locales/en.js"),
    ),
  ];
}

function pathsOf(inputs) {
  return Object.keys(inputs).map((path) => path.replaceAll("\\", "/"));
}

async function build(environment) {
  const folder = mkdtempSync(join(tmpdir(), "chukta-bundle-"));
  const metafile = join(folder, "meta.json");
  try {
    const { code, output } = await runTool(
      "wrangler",
      [
        "deploy",
        "--dry-run",
        `--env=${environment}`,
        `--outdir=${join(folder, "out")}`,
        `--metafile=${metafile}`,
      ],
      { capture: true },
    );
    if (code !== 0) return { fault: `wrangler could not build it\n${output}` };
    const meta = JSON.parse(readFileSync(metafile, "utf8"));
    const foreign = listForeignInputs(meta);
    if (foreign.length > 0) return { fault: `it holds ${foreign.join(", ")}` };
    const documented = readDocumented(new URL("../", import.meta.url));
    const others = listDifferences(listInBundle(meta), documented, "in the bundle");
    if (others.length > 0) return { fault: others.join("; ") };
    const script = readFileSync(join(folder, "out", "index.js"));
    const kib = gzipSync(script).length / 1024;
    if (kib > limit_kib) return { fault: `${kib.toFixed(1)} KiB gzipped, over ${limit_kib}` };
    return { kib };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  prepareAssets();
  for (const [name, environment] of [
    ["production", ""],
    ["uat", "uat"],
  ]) {
    const { kib, fault } = await build(environment);
    if (fault !== undefined) {
      console.error(`bundle of ${name}: ${fault}`);
      process.exit(1);
    }
    console.log(`bundle of ${name}: ${kib.toFixed(1)} KiB gzipped, at most ${limit_kib}`);
  }
}
