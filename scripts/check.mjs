// Everything that must hold before a change is good, cheapest first; stops at the first failure.
// The last line is that of the tests: `N passed, 0 failed`.
import { join } from "node:path";
import { spawn } from "node:child_process";
import { findNode, root, runTool, toolEnvironment } from "./tool.mjs";

/** Runs one of the project's own scripts; resolves to its exit code. */
function runScript(file, ...args) {
  return new Promise((resolve, reject) => {
    const child = spawn(findNode(), [join(root, "scripts", file), ...args], {
      cwd: root,
      env: toolEnvironment(),
      stdio: "inherit",
    });
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? 1));
  });
}

const steps = [
  ["lock file whole", () => runScript("lock-whole.mjs")],
  ["generated types up to date", () => runScript("types.mjs", "--check")],
  ["migrations match the schema", () => runScript("migrations-current.mjs")],
  ["types of the Worker", () => runTool("tsc", ["-p", "src"], { packageName: "typescript" })],
  ["types of all", () => runTool("tsc", ["-p", "."], { packageName: "typescript" })],
  ["lint", () => runTool("oxlint", ["--type-aware", "--deny-warnings"])],
  ["format", () => runTool("oxfmt", ["--check"])],
  ["scan", () => runScript("scan.mjs")],
  ["bundles", () => runScript("bundle.mjs")],
  ["simulation", () => runScript("simulate.mjs", "--seeds", "100", "--from", "1")],
  ["tests", () => runScript("test.mjs")],
];

for (const [name, run] of steps) {
  console.log(`\n── ${name}`);
  const started_ms = Date.now();
  const code = await run();
  const seconds = ((Date.now() - started_ms) / 1000).toFixed(1);
  if (code !== 0) {
    console.error(`── ${name}: failed after ${seconds} s`);
    process.exit(1);
  }
  // The tests' last line is the last line of the check.
  if (name !== "tests") console.log(`── ${name}: ok, ${seconds} s`);
}
