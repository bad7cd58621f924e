// Lives through histories of one order's money again (test/actor/money-histories.ts):
//   npm run replay -- SEED                      the history that a failure printed
//   npm run replay -- --runs 2000 --from 7      so many others of each contract, from this seed
// SEED is `guide:SEED`, `guide:SEED:PATH` or `guide:SEED:PATH/STEPS`, or the same of `reference`.
import { takeOption } from "./port.mjs";
import { runTool } from "./tool.mjs";

const runs = takeOption(process.argv.slice(2), "--runs");
const from = takeOption(runs.rest, "--from");
const [start = "", ...others] = from.rest;
const contract = /^(guide|reference):-?\d+(:\d+)*(\/[\w:+=]*)?$/.exec(start)?.[1];
const wanted = { runs: runs.value ?? "", from: from.value ?? "" };
const right =
  others.length === 0 &&
  (start === "" ? wanted.runs !== "" || wanted.from !== "" : contract !== undefined) &&
  [wanted.runs, wanted.from].every((value) => /^\d*$/.test(value));

if (!right) {
  console.error("npm run replay -- SEED, as a failure prints it, or --runs N and --from SEED");
  process.exit(1);
}
const file = `test/actor/money.model${contract === undefined ? "" : `.${contract}`}`;
const code = await runTool("vitest", ["run", "--project", "workers", file], {
  env: {
    CHUKTA_REPLAY: start,
    CHUKTA_HISTORIES: wanted.runs,
    CHUKTA_HISTORIES_FROM: wanted.from,
  },
});
process.exit(code);
