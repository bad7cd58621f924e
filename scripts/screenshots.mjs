// `npm run screenshots`: pictures of every page of the console, at 390 and 1280 px, light and dark, by the browser
// test that goes to all of them, against an `npm start` of its own. With few orders, or after a month of so many a
// day.
//   npm run screenshots -- --orders 200 --folder dist/screenshots
import { rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { takeOption } from "./port.mjs";
import { root, runTool } from "./tool.mjs";

/** What the arguments ask for; throws a sentence for whoever typed them. */
export function readScreenshotArguments(args) {
  const { value: orders = "", rest } = takeOption(args, "--orders");
  const { value: folder = join("dist", "screenshots"), rest: left } = takeOption(rest, "--folder");
  if (left.length > 0) throw new Error(`What is ${left[0]}? --orders, --folder.`);
  if (!/^\d{0,5}$/.test(orders)) throw new Error(`--orders must be a number, not "${orders}".`);
  return { orders: Number(orders) > 1 ? orders : "", folder: resolve(root, folder) };
}

async function main() {
  const { orders, folder } = readScreenshotArguments(process.argv.slice(2));
  rmSync(join(folder, "console"), { recursive: true, force: true });
  console.log(`Pictures go to ${join(folder, "console")}; this takes some minutes.`);
  return runTool(
    "vitest",
    ["run", "--project", "browser", "test/browser/console-pages.test.ts", "-t", "in order"],
    { env: { CHUKTA_SCREENSHOTS: join(folder, "console"), CHUKTA_ORDERS: orders } },
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    process.exitCode = await main();
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
