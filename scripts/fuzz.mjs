// Hostile input at every door (test/fuzz), as much of it as one likes:
//   npm run fuzz -- --inputs 100000 [--from SEED]    spread over the doors, in slices of their own processes
//   npm run fuzz -- --replay DOOR:SEED:PATH          the batch that a failure printed
// Ends with what each door answered, and with 1 if one input got what it must not.
import { readFileSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { takeOption } from "./port.mjs";
import { makeScratchFolder } from "./scratch-folder.mjs";
import { runTool } from "./tool.mjs";

/** Of a hundred inputs, how many are for the doors of each file. What is dear gets fewer. */
const SHARES = {
  webhook: 32,
  redirect: 22,
  api: 18,
  console: 6,
  lists: 19.5,
  gateway: 2,
  settlements: 0.5,
};
/** Inputs of one process: its memory grows with the orders that it has met. */
const SLICE = 5_000;
/** Of the dear ones, which take a hundred times as long. */
const DEAR_SLICE = 500;
const DEAR = ["gateway", "settlements"];

const inputs = takeOption(process.argv.slice(2), "--inputs");
const from = takeOption(inputs.rest, "--from");
const replay = takeOption(from.rest, "--replay");
const wanted = Number(inputs.value ?? "10000");
const first = Number(from.value ?? "1");
const replayed = /^([a-z]+)\.[\w-]+:-?\d+(?::[\d:]+)?$/.exec(replay.value ?? "")?.[1];
const isRight =
  replay.rest.length === 0 &&
  Number.isSafeInteger(wanted) &&
  wanted > 0 &&
  Number.isSafeInteger(first) &&
  (replay.value === undefined || replayed in SHARES);

if (!isRight) {
  console.error("npm run fuzz -- --inputs N [--from SEED], or --replay as a failure prints it");
  process.exit(1);
}

function besiege(file, env, how) {
  const args = ["run", "--project", "workers", `test/fuzz/${file}.test.ts`];
  return runTool("vitest", [...args, ...how.args], { capture: how.capture, env });
}

if (replayed !== undefined) {
  const env = { CHUKTA_FUZZ_REPLAY: replay.value };
  process.exit(await besiege(replayed, env, { args: [], capture: false }));
}

/** Each file's inputs in slices of about the same size, the files mixed. */
function slicesOf(total) {
  const slices = Object.entries(SHARES).flatMap(([file, share]) => {
    const inputs = Math.ceil((total * share) / 100);
    const count = Math.ceil(inputs / (DEAR.includes(file) ? DEAR_SLICE : SLICE));
    return Array.from({ length: count }, (_, n) => ({
      file,
      inputs: Math.ceil(inputs / count),
      place: n / count,
    }));
  });
  return slices
    .toSorted((one, other) => one.place - other.place)
    .map((slice, n) => ({ ...slice, seed: first + n }));
}

const folder = makeScratchFolder("chukta-fuzz-");
const began = Date.now();
const slices = slicesOf(wanted);
const doors = new Map();
const failures = [];
let next = 0;
let done = 0;

function note(line) {
  const { door, inputs, got, failures } = JSON.parse(line);
  const known = doors.get(door) ?? { inputs: 0, got: {}, failures: 0 };
  known.inputs += inputs;
  known.failures += failures;
  for (const [label, count] of Object.entries(got)) {
    known.got[label] = (known.got[label] ?? 0) + count;
  }
  doors.set(door, known);
}

function read(file) {
  try {
    return readFileSync(file, "utf8").split("\n").filter(Boolean);
  } catch {
    // No door came to its end, and the output says why.
    return [];
  }
}

function byName(entries) {
  return entries.toSorted(([one], [other]) => (one < other ? -1 : 1));
}

async function work() {
  for (;;) {
    const n = next;
    const slice = slices[n];
    if (slice === undefined) return;
    next += 1;
    const { file, inputs, seed } = slice;
    const tally = join(folder, `${n}.jsonl`);
    const env = {
      CHUKTA_FUZZ_INPUTS: String(inputs),
      CHUKTA_FUZZ_FROM: String(seed),
      CHUKTA_FUZZ_TALLY: tally,
      TMPDIR: folder,
    };
    const { code, output } = await besiege(file, env, {
      args: ["--silent", "--reporter=dot"],
      capture: true,
    });
    for (const line of read(tally)) note(line);
    done += 1;
    const seconds = Math.round((Date.now() - began) / 1000);
    const how = code === 0 ? "" : " FAILED";
    console.log(`${seconds} s: ${done} of ${slices.length}, ${file} from ${seed}: ${inputs}${how}`);
    if (code === 0) continue;
    failures.push(file);
    console.error(output);
  }
}

try {
  await Promise.all(Array.from({ length: Math.max(2, availableParallelism()) }, work));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

let sum = 0;
console.log("\n| Door | Inputs | What they got | Failures |\n| --- | ---: | --- | ---: |");
for (const [door, { inputs, got, failures }] of byName([...doors])) {
  sum += inputs;
  const labels = byName(Object.entries(got));
  const text = labels.map(([label, count]) => `${label}: ${count}`).join(", ");
  console.log(`| ${door} | ${inputs} | ${text} | ${failures} |`);
}
const seconds = Math.max(1, Math.round((Date.now() - began) / 1000));
const rate = Math.round(sum / seconds);
console.log(`\n${sum} inputs in ${seconds} s (${rate} a second), ${failures.length} slices failed`);
process.exit(failures.length === 0 ? 0 : 1);
