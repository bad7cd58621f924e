// Makes src/env.d.ts, the types of the Worker's bindings and settings, from wrangler.toml and
// settings.env. With `--check` it only says whether the committed file is up to date. A
// developer's own .dev.vars has no say in it.
import { runTool } from "./tool.mjs";

const code = await runTool("wrangler", [
  "types",
  "src/env.d.ts",
  "--include-runtime=false",
  "--strict-vars=false",
  "--env-file",
  "settings.env",
  ...process.argv.slice(2),
]);
process.exit(code);
