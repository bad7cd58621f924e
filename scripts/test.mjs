// Runs the tests and ends with one line, `N passed, 0 failed`. Arguments go to vitest, so
// `npm test -- --project domain money` works. A run without tests is a failure.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runTool } from "./tool.mjs";

const folder = mkdtempSync(join(tmpdir(), "chukta-tests-"));
const file = join(folder, "tally.json");

function readTally() {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    // No tally: vitest ended before it counted, and its own output says why.
    return { passed: 0, failed: 0, skipped: 0 };
  }
}

let code;
let tally;
try {
  const reporters = ["--reporter=default", "--reporter=./scripts/tally-reporter.mjs"];
  code = await runTool("vitest", ["run", ...reporters, ...process.argv.slice(2)], {
    env: { CHUKTA_TALLY: file },
  });
  tally = readTally();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

if (code !== 0 && tally.failed === 0) {
  console.error(`vitest ended with ${code} although no test failed; that counts as a failure.`);
  tally.failed = 1;
}
if (tally.passed + tally.failed === 0) {
  console.error("No test ran; that counts as a failure.");
  tally.failed = 1;
}
if (tally.skipped > 0) console.log(`${tally.skipped} skipped`);
console.log(`${tally.passed} passed, ${tally.failed} failed`);
process.exit(tally.failed === 0 ? 0 : 1);
