// `npm run deploy` puts production into the merchant's own Cloudflare account, `npm run deploy -- --env
// uat` the gateway's test environment beside it. The same at a terminal and in CI, where what would be
// asked for comes from environment variables. See docs/deploy.md.
import { join } from "node:path";
import { prepareAssets } from "./assets.mjs";
import { deploy } from "./deploy/deploy.mjs";
import { Refusal } from "./deploy/refusal.mjs";
import { openTerminal } from "./deploy/terminal.mjs";
import { root } from "./tool.mjs";
import { runWrangler } from "./wrangler.mjs";

try {
  prepareAssets();
  const faults = await deploy({
    args: process.argv.slice(2),
    configFile: join(root, "wrangler.toml"),
    wrangler: runWrangler,
    terminal: openTerminal(),
    environment: process.env,
    print: (line) => console.log(line),
  });
  if (faults.length === 0) {
    console.log("\nIt answers, and nothing is wrong.");
  } else {
    console.error("\nIt is deployed, but this is still wrong:");
    for (const fault of faults) console.error(`  ${fault}`);
    process.exitCode = 1;
  }
} catch (error) {
  // A bug shows where it is; a refusal says all in its message.
  console.error(error instanceof Refusal ? error.message : error);
  process.exitCode = 1;
}
