// Lives through whole histories of a merchant's days with everything going wrong (test/simulation/):
//   npm run simulate -- --seeds 1000 --from 1       so many, on every core; progress on the way
//   npm run simulate -- --from 17 --path 0-3,17     the one that a failure printed, and no other
// Ends with what was struck how often and `N histories, M broken`; the exit code is not zero if any broke.
import { existsSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { takeOption } from "./port.mjs";
import { makeScratchFolder } from "./scratch-folder.mjs";
import { runTool } from "./tool.mjs";

/** A process keeps its actors' memory: after so many it ends, and the next one begins. */
const SEEDS_A_PROCESS = 50;
/**
 * A process that says nothing for so long has died with its own runtime, whose objects a history kills too: what
 * it has not lived through is begun again in another one, and a seed that ends two of them has failed.
 */
const SILENT_MS = 150_000;
const MOST_BEGINNINGS = 2;
/** One that has said everything is not waited for longer than this. */
const LEAVING_MS = 10_000;
const DEFAULT_SEEDS = 100;

const seeds = takeOption(process.argv.slice(2), "--seeds");
const from = takeOption(seeds.rest, "--from");
const path = takeOption(from.rest, "--path");
const isNumber = (text) => /^\d{1,9}$/.test(text ?? "1");
if (path.rest.length > 0 || !isNumber(seeds.value) || !isNumber(from.value)) {
  console.error("npm run simulate -- [--seeds N] [--from S] [--path P, as a failure prints it]");
  process.exit(1);
}
const first = Number(from.value ?? 1);
const wanted = path.value === undefined ? Number(seeds.value ?? DEFAULT_SEEDS) : 1;

const parts = [];
for (let seed = first; seed < first + wanted; seed += SEEDS_A_PROCESS) {
  parts.push({ from: seed, seeds: Math.min(SEEDS_A_PROCESS, first + wanted - seed) });
}
const started_ms = Date.now();
const broken = [];
const tallies = {};
let done = 0;

/** One process; what it found, from the lines that it wrote on its way. */
async function runPart({ from: seed, seeds: count, beginnings = 1 }) {
  const folder = makeScratchFolder("chukta-simulation-");
  const file = join(folder, "progress.jsonl");
  let read = 0;
  let heard_ms = Date.now();
  const silence = new AbortController();
  const look = () => {
    const lines = existsSync(file) ? readFileSync(file, "utf8").split("\n").slice(0, -1) : [];
    for (const line of lines.slice(read)) note(JSON.parse(line));
    if (lines.length > read) heard_ms = Date.now();
    const patience_ms = lines.length > count ? LEAVING_MS : SILENT_MS;
    if (Date.now() - heard_ms > patience_ms) silence.abort();
    read = lines.length;
  };
  const watch = setInterval(look, 2_000);
  const simulate = {
    from: seed,
    seeds: count,
    all: true,
    ...(path.value === undefined ? {} : { path: path.value }),
  };
  const where = "test/simulation/simulation.test.ts";
  const { code, output } = await runTool(
    "vitest",
    ["run", "--project", "workers", "--silent=true", where],
    {
      capture: true,
      signal: silence.signal,
      env: { CHUKTA_SIMULATE: JSON.stringify(simulate), CHUKTA_PROGRESS: file, TMPDIR: folder },
    },
  );
  clearInterval(watch);
  look();
  rmSync(folder, { recursive: true, force: true });
  if (silence.signal.aborted) {
    beginAgain({ seed, count, lived: read, beginnings });
    return;
  }
  if (code !== 0 && broken.length === 0) {
    broken.push({
      seed,
      text: `The process of these seeds ended with ${code}:\n${output.slice(-4_000)}`,
    });
  }
}

/** `lived`: lines that were heard, one for each history and one for the whole. */
function beginAgain({ seed, count, lived, beginnings }) {
  if (lived > count) return;
  const next = seed + lived;
  const again = lived === 0 ? beginnings + 1 : 1;
  console.log(`A process fell silent at seed ${next}.`);
  if (again > MOST_BEGINNINGS) {
    broken.push({ seed: next, text: `The process of seed ${next} fell silent each time.` });
    return;
  }
  parts.push({ from: next, seeds: count - lived, beginnings: again });
}

function note(line) {
  if (line.tallies !== undefined) {
    // Said here, because a process that does not end by itself is not asked how its test ended.
    for (const text of line.little) {
      broken.push({ seed: first, text });
      console.log(text);
    }
    for (const [name, times] of Object.entries(line.tallies)) {
      tallies[name] = (tallies[name] ?? 0) + times;
    }
    return;
  }
  done += 1;
  if (line.broken !== null) {
    const { seed, path: way, found, story } = line.broken;
    const again = `npm run simulate -- --from ${seed} --path ${way}`;
    broken.push({
      seed,
      text: [`The history of seed ${seed} breaks a law:`, ...found, "", story, "", again].join(
        "\n",
      ),
    });
    console.log(`\n${broken.at(-1).text}\n`);
  }
  const minutes = ((Date.now() - started_ms) / 60_000).toFixed(1);
  if (done % 10 === 0 || done === wanted) {
    console.log(`${done} of ${wanted} histories, ${broken.length} broken, ${minutes} min`);
  }
}

async function worker() {
  for (let part = parts.shift(); part !== undefined; part = parts.shift()) await runPart(part);
}

await Promise.all(Array.from({ length: Math.max(1, availableParallelism()) }, worker));

console.log("");
for (const name of Object.keys(tallies).toSorted()) {
  console.log(`${String(tallies[name]).padStart(8)}  ${name}`);
}
const crashed = broken.filter(({ text }) => text.startsWith("The process"));
for (const { text } of crashed) console.error(text);
console.log(`${done} histories, ${broken.length} broken`);
process.exit(broken.length === 0 && done === wanted ? 0 : 1);
