// Proves that the simulation catches fish: plants the known bugs of test/simulation/mutants.ts one at a
// time and lives through histories until a law breaks. First, the same histories without any bug: if they
// do not hold, nothing is proved. Ends with `N of N caught`, and with a failure if one was missed.
//   npm run simulate:mutants
//   npm run simulate:mutants -- --only NAME,NAME --seeds MOST --from SEED
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { MUTANTS } from "../test/simulation/mutants.ts";
import { makeScratchFolder } from "./scratch-folder.mjs";
import { takeOption } from "./port.mjs";
import { findNode, getToolFile, root, toolEnvironment } from "./tool.mjs";

/** Side by side: each is one process of vitest with one runtime. */
const AT_ONCE = 2;
const MOST_SEEDS = 100;
/** A run from which nothing is heard for so long is stuck: that is no proof of anything. */
const SILENCE_MS = 5 * 60_000;

const only = takeOption(process.argv.slice(2), "--only");
const seeds = takeOption(only.rest, "--seeds");
const from = takeOption(seeds.rest, "--from");
const names = only.value?.split(",") ?? MUTANTS.map(({ name }) => name);
const unknown = names.filter((name) => MUTANTS.every((mutant) => mutant.name !== name));
const isNumber = (value) => value === undefined || /^\d{1,9}$/.test(value);

if (from.rest.length > 0 || !isNumber(seeds.value) || !isNumber(from.value)) {
  console.error("npm run simulate:mutants [-- --only NAME,NAME] [--seeds MOST] [--from SEED]");
  process.exit(1);
}
if (unknown.length > 0) {
  console.error(`There is no mutant ${unknown.join(", ")}.`);
  process.exit(1);
}
const histories = { seeds: Number(seeds.value ?? MOST_SEEDS), from: Number(from.value ?? 1) };
const folder = makeScratchFolder("chukta-mutants-");
const children = new Set();

/** Seeds as the simulation has told them so far, each with what it broke. */
function readProgress(file) {
  const lines = existsSync(file) ? readFileSync(file, "utf8").split("\n") : [];
  // The last line may be half written.
  const whole = lines.slice(0, -1).map((line) => JSON.parse(line));
  return whole.filter((line) => "seed" in line);
}

/** Lives through histories with this bug, or with none (""), until one breaks a law. */
async function live(name) {
  const started = Date.now();
  const place = join(folder, name === "" ? "control" : name);
  mkdirSync(place);
  const [progress, note] = [join(place, "progress"), join(place, "planted")];
  const env = toolEnvironment({
    CHUKTA_MUTANT: name,
    CHUKTA_MUTANT_NOTE: note,
    CHUKTA_PROGRESS: progress,
    CHUKTA_SIMULATE: JSON.stringify({ ...histories, shrinks: 0 }),
    TMPDIR: place,
  });
  const { code, output, isStuck } = await runVitest(env, progress);
  const lived = readProgress(progress);
  const isPlanted = name === "" || existsSync(note);
  rmSync(place, { recursive: true, force: true });
  const broken = lived.find((one) => one.broken !== null)?.broken ?? null;
  const seconds = Math.round((Date.now() - started) / 1000);
  return { name, code, output, isStuck, isPlanted, lived: lived.length, broken, seconds };
}

function runVitest(env, progress) {
  const args = [
    "run",
    "--silent",
    "--reporter=dot",
    "--project",
    "workers",
    "test/simulation/simulation.test.ts",
  ];
  return new Promise((resolve, reject) => {
    const child = spawn(findNode(), [getToolFile("vitest"), ...args], {
      cwd: root,
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    children.add(child);
    let output = "";
    let isStuck = false;
    const keep = (chunk) => (output = `${output}${chunk}`.slice(-20_000));
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    let heard = { at: Date.now(), seeds: 0 };
    const watch = setInterval(() => {
      const count = readProgress(progress).length;
      if (count > heard.seeds) heard = { at: Date.now(), seeds: count };
      if (Date.now() - heard.at < SILENCE_MS) return;
      // Asked, so that it ends its runtime; told, if it does not listen.
      child.kill(isStuck ? "SIGKILL" : "SIGTERM");
      if (!isStuck) heard = { at: Date.now() - SILENCE_MS + 20_000, seeds: count };
      isStuck = true;
    }, 2_000);
    child.on("error", reject);
    child.on("close", (code) => {
      clearInterval(watch);
      children.delete(child);
      resolve({ code: code ?? 1, output, isStuck });
    });
  });
}

/** What became of a bug: a law that broke, or in its place why nothing is proved. */
function judge({ name, code, output, isStuck, isPlanted, lived, broken, seconds }) {
  const told = { name, seeds: lived, seconds };
  if (!isPlanted) return { ...told, caught: false, by: "was not planted", output };
  if (broken !== null) return { ...told, caught: true, by: broken.found[0] ?? "" };
  const leak = /the log of this (?:test|file) holds .*/.exec(output)?.[0];
  if (leak !== undefined) return { ...told, caught: true, by: leak };
  if (isStuck) return { ...told, caught: false, by: "the run got stuck", output };
  if (code !== 0) return { ...told, caught: false, by: "the run failed by itself", output };
  return { ...told, caught: false, by: "MISSED" };
}

function lineOf({ name, caught, by, seeds: lived, seconds }) {
  const { breaks = "" } = MUTANTS.find((mutant) => mutant.name === name) ?? {};
  // Ids and amounts of one run tell nobody anything; a cell of a table has no upright stroke.
  const said = by.replaceAll("|", "/").slice(0, 110);
  return `| ${name} | ${breaks} | ${caught ? said : `**${said}**`} | ${lived} | ${seconds} |`;
}

async function runAll(all) {
  const waiting = [...all];
  const verdicts = [];
  async function worker() {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      const verdict = judge(await live(name));
      verdicts.push(verdict);
      console.log(`${verdicts.length}/${all.length} ${lineOf(verdict)}`);
      if (verdict.output !== undefined) console.error(verdict.output.slice(-3_000));
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return verdicts.toSorted((a, b) => all.indexOf(a.name) - all.indexOf(b.name));
}

function stop() {
  for (const child of children) child.kill("SIGTERM");
  rmSync(folder, { recursive: true, force: true });
}
process.on("SIGINT", () => process.exit(130));
process.on("SIGTERM", () => process.exit(143));
process.on("exit", stop);

const started = Date.now();
console.log(`Without a bug: ${histories.seeds} histories from seed ${histories.from} …`);
const control = await live("");
if (control.broken !== null || control.code !== 0 || control.lived !== histories.seeds) {
  console.error(control.broken?.found.join("\n") ?? control.output.slice(-3_000));
  console.error("The histories do not hold without a bug: nothing can be proved by them.");
  process.exit(1);
}
console.log(`All hold, after ${control.seconds} s. ${names.length} bugs, one at a time:`);
const verdicts = await runAll(names);
const caught = verdicts.filter((verdict) => verdict.caught).length;
console.log("\n| bug | breaks | caught by | seeds | seconds |\n| - | - | - | -: | -: |");
for (const verdict of verdicts) console.log(lineOf(verdict));
console.log(`\n${Math.round((Date.now() - started) / 60_000)} minutes`);
console.log(`${caught} of ${names.length} caught`);
process.exit(caught === names.length ? 0 : 1);
