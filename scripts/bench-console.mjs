// `npm run bench:console`: how long each page of the console takes and how many rows of D1 it reads, through the
// real Worker in the local runtime, at a thousand orders and at a hundred thousand. Prints a table with what the
// hundredfold costs. Takes a few minutes and stops by itself.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runTool } from "./tool.mjs";

const limit_ms = 15 * 60_000;
const mark = "bench ";

/** The lines that test/bench/console.bench.ts wrote so far, as objects. */
export function readMeasurements(text) {
  return text
    .split("\n")
    .filter((line) => line.startsWith(mark))
    .map((line) => JSON.parse(line.slice(mark.length)));
}

/** The pages by their names, each with both sizes and what the larger costs more; null without two sizes. */
export function comparisonRows(measured) {
  const pages = measured.filter(({ path }) => path !== undefined);
  const sizes = [...new Set(pages.map(({ orders }) => orders))].toSorted((a, b) => a - b);
  const [few, many] = [sizes[0], sizes.at(-1)];
  return [...new Set(pages.map(({ path }) => path))].map((path) => {
    const of = (orders) => pages.find((one) => one.path === path && one.orders === orders);
    const [small, large] = [of(few), of(many)];
    const ratio = small === large || !small || !large ? null : large.ms / small.ms;
    return { path, small, large, ratio };
  });
}

export function comparisonText(measured) {
  const cells = comparisonRows(measured).map(({ path, small, large, ratio }) => [
    path,
    ...[small, large].flatMap((one) =>
      one === undefined ? ["-", "-"] : [one.ms.toFixed(1), String(one.rows_read)],
    ),
    large === undefined ? "-" : String(large.rows_shown),
    ratio === null ? "-" : `${ratio.toFixed(2)}x`,
  ]);
  const head = ["page", "ms, few", "rows read", "ms, many", "rows read", "rows shown", "time"];
  const rows = [head, ...cells];
  const widths = head.map((_, at) => Math.max(...rows.map((row) => row[at].length)));
  return rows
    .map((row) =>
      row
        .map((cell, at) => (at === 0 ? cell.padEnd(widths[at]) : cell.padStart(widths[at])))
        .join("  "),
    )
    .join("\n");
}

async function main() {
  const folder = mkdtempSync(join(tmpdir(), "chukta-bench-"));
  const file = join(folder, "measured");
  writeFileSync(file, "");
  let told = 0;
  const progress = setInterval(() => {
    const measured = readMeasurements(readFileSync(file, "utf8"));
    for (const { orders, path, seeded_ms } of measured.slice(told)) {
      const what = path ?? `seeded in ${(seeded_ms / 1_000).toFixed(1)} s`;
      console.log(`  ${orders} orders: ${what}`);
    }
    told = measured.length;
  }, 1_000);
  const tooLong = setTimeout(() => {
    console.error("This took too long; whatever is slow is worse than a figure would say.");
    process.exit(1);
  }, limit_ms);
  try {
    const { code, output } = await runTool("vitest", ["run", "--silent", "--project", "workers"], {
      capture: true,
      env: { CHUKTA_BENCH: "console", CHUKTA_ANSWERS: file },
    });
    if (code !== 0) {
      console.error(output);
      return 1;
    }
    console.log(`\n${comparisonText(readMeasurements(readFileSync(file, "utf8")))}`);
    return 0;
  } finally {
    clearInterval(progress);
    clearTimeout(tooLong);
    rmSync(folder, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.exitCode = await main();
}
