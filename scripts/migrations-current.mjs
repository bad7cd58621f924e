// Proves that migrations/ is what drizzle-kit makes of src/ledger/schema.ts: generates into a
// copy and fails when that adds a file. The remedy is `npm run migrations`.
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { root, runTool } from "./tool.mjs";

const list = (folder) => readdirSync(folder, { recursive: true }).map(String).toSorted();

async function run(args) {
  const { code, output } = await runTool("drizzle-kit", args, { capture: true });
  if (code !== 0) {
    console.error(output);
    process.exit(1);
  }
  return output;
}

// drizzle-kit wants a path below the project's folder.
mkdirSync(join(root, "node_modules", ".cache"), { recursive: true });
const copy = mkdtempSync(join(root, "node_modules", ".cache", "migrations-"));
try {
  cpSync(join(root, "migrations"), copy, { recursive: true });
  const before = list(copy);
  const out = relative(root, copy).replaceAll("\\", "/");
  const places = ["--dialect=sqlite", `--out=./${out}`];
  await run(["check", ...places]);
  const output = await run(["generate", ...places, "--schema=./src/ledger/schema.ts"]);
  const added = list(copy).filter((file) => !before.includes(file));
  if (added.length > 0) {
    console.error(
      "The ledger's schema has changed without a migration; `npm run migrations` makes",
    );
    console.error(`one. It would add: ${added.join(", ")}`);
    process.exitCode = 1;
  } else if (!/No schema changes/.test(output)) {
    console.error(`drizzle-kit did not say that nothing has changed:\n${output}`);
    process.exitCode = 1;
  } else {
    console.log("migrations/ is what the ledger's schema says.");
  }
} finally {
  rmSync(copy, { recursive: true, force: true });
}
