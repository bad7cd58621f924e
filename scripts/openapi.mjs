// Writes public/openapi.json from the schemas of the doors: the test that compares the two, told to
// write what it would have wanted.
import { runTool } from "./tool.mjs";

process.exitCode = await runTool("vitest", [
  "run",
  "--project=domain",
  "test/openapi/document.test.ts",
  "--update",
]);
