// A vitest reporter that counts, and writes what it counted to the file named by CHUKTA_TALLY.
// What failed outside a test (a file that does not load, a hook, an error nobody caught) counts
// as failed: a run is green only if everything in it was.
import { writeFileSync } from "node:fs";
import { env } from "node:process";

export default class TallyReporter {
  onTestRunEnd(modules, unhandledErrors) {
    const tally = { passed: 0, failed: unhandledErrors.length, skipped: 0 };
    for (const module of modules) {
      tally.failed += module.errors().length;
      for (const suite of module.children.allSuites()) tally.failed += suite.errors().length;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === "passed") tally.passed += 1;
        else if (state === "skipped") tally.skipped += 1;
        else tally.failed += 1;
      }
    }
    const file = env["CHUKTA_TALLY"];
    if (file !== undefined) writeFileSync(file, JSON.stringify(tally));
  }
}
