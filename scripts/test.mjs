// Runs the tests and ends with one line, `N passed, 0 failed`. Arguments go to vitest, so
// `npm test -- --project domain money` works. A run without tests is a failure, and so is a whole run in
// which a documented answer of the API was never got.
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { prepareAssets } from "./assets.mjs";
import { listUnseenAnswers } from "./documented-answers.mjs";
import { makeRoom } from "./memory-folder.mjs";
import { runTool } from "./tool.mjs";

const folder = makeRoom("chukta-tests-");
const file = join(folder, "tally.json");
const answersFile = join(folder, "answers.txt");
const isWhole = process.argv.length === 2;

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
let unseen = [];
prepareAssets();
try {
  const reporters = ["--reporter=default", "--reporter=./scripts/tally-reporter.mjs"];
  code = await runTool("vitest", ["run", ...reporters, ...process.argv.slice(2)], {
    env: { CHUKTA_TALLY: file, CHUKTA_ANSWERS: answersFile, TMPDIR: folder },
  });
  tally = readTally();
  if (isWhole && code === 0) unseen = listUnseenAnswers(answersFile);
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
if (unseen.length > 0) {
  console.error(
    "public/openapi.json documents answers that no test got: write one, or take them out.",
  );
  for (const answer of unseen) console.error(`  ${answer}`);
  tally.failed += 1;
}
if (tally.skipped > 0) console.log(`${tally.skipped} skipped`);
console.log(`${tally.passed} passed, ${tally.failed} failed`);
process.exit(tally.failed === 0 ? 0 : 1);
