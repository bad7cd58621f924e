// Histories of one order, many of them: each is drawn from a seed, lived through in the real Worker,
// and brought to rest. One that breaks a law is made small and printed with its seed.

import { env } from "cloudflare:workers";
import * as fc from "fast-check";
import { vi } from "vitest";
import { DAY, MINUTE, SECOND } from "../../src/domain/schedule";
import { pass } from "./house";
import { type Scenario, scenarios } from "./money-acts";
import { checkNow, complain, differencesAtRest } from "./money-laws";
import { type Model, steps } from "./money-steps";
import { count } from "./money-tally";
import { become, isFair, plant, takeTroubleAway } from "./money-trouble";
import { commandsOf, decideTruly } from "./money-operator";
import {
  type ContractName,
  deliverRest,
  openWorld,
  poll,
  ringAll,
  type World,
} from "./money-world";

const MOST_STEPS = 12;
/** A history that failed is made small by at most so many others. */
const MOST_SHRINKS = 60;

/** `guide:SEED`, `guide:SEED:PATH` or `guide:SEED:PATH/REPLAY`, as a failure prints it. */
export interface Start {
  readonly contract: string;
  readonly seed: number;
  readonly path: string;
  readonly steps: string;
}

export function readStart(text: string): Start {
  const [head = "", replay = ""] = text.split("/");
  const [contract = "", seed = "", ...path] = head.split(":");
  return { contract, seed: Number(seed), path: path.join(":"), steps: replay };
}

/** Which history to live through, or how many of them; from `npm run replay`. */
export const wanted = {
  only: env.REPLAY === "" ? null : readStart(env.REPLAY),
  runs: env.HISTORIES === "" ? null : Number(env.HISTORIES),
  from: env.HISTORIES_FROM === "" ? null : Number(env.HISTORIES_FROM),
};

/** Lives through them; null, or the smallest history that broke a law, as a text. */
export async function liveThrough(
  contract: ContractName,
  runs: number,
  seed: number,
): Promise<string | null> {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.UTC(2031, 0, 15, 6) });
  const { only } = wanted;
  let left = MOST_SHRINKS;
  let failed = false;
  let story: readonly string[] = [];
  const property = fc.asyncProperty(
    scenarios,
    fc.commands(steps, {
      maxCommands: MOST_STEPS,
      size: "max",
      ...(only === null ? {} : { replayPath: only.steps }),
    }),
    async (scenario, commands) => {
      if (failed && (left -= 1) < 0) return;
      const told: string[] = [];
      try {
        await live(contract, scenario, commands, told);
      } catch (error) {
        failed = true;
        story = told;
        throw error;
      }
    },
  );
  const result = await fc.check(property, {
    numRuns: only === null || only.path === "" ? runs : 1,
    seed: only?.seed ?? seed,
    ...(only === null || only.path === "" ? {} : { path: only.path }),
    endOnFailure: only !== null,
  });
  return result.failed ? describe(contract, result, story) : null;
}

async function live(
  contract: ContractName,
  scenario: Scenario,
  commands: Iterable<fc.AsyncCommand<Model, World>>,
  told: string[],
): Promise<void> {
  const opened = await openWorld(contract, scenario);
  const world: World = { ...opened, story: told };
  const model: Model = { scenario };
  if (scenario.wrong === "at_first") await become({ hide_references: 2, refunds_on_parent: false });
  for (const mood of scenario.begins) if (isFair(mood, scenario)) await become(mood);
  await fc.asyncModelRun(() => ({ model, real: world }), commands);
  await comeToRest(world);
  count("histories");
  for (const { outcome, kind, sends } of await commandsOf(world)) {
    count(`ended: ${kind} ${outcome}`);
    if (sends > 1) count(`sent again: ${kind}`);
  }
}

/** No more trouble: time passes and alarms ring until nothing is left to find out. */
async function comeToRest(world: World): Promise<void> {
  world.story.push("— the trouble is over");
  await takeTroubleAway(world.contract);
  await plant([]);
  if (world.scenario.post_comes) await deliverRest();
  for (const delay of [2 * SECOND, 3 * MINUTE, 16 * MINUTE, 7 * 60 * MINUTE, DAY, 3 * DAY]) {
    const since = world.answers.length;
    pass(delay);
    await ringAll(world);
    await decideTruly(world, world.scenario.if_absent);
    await poll(world);
    await checkNow(world, since);
    if ((await differencesAtRest(world)).length === 0) return;
  }
  for (const days of [5, 9, 30]) {
    pass(days * DAY);
    await poll(world);
    await ringAll(world);
  }
  complain(await differencesAtRest(world));
}

function describe(
  contract: ContractName,
  result: fc.RunDetails<[Scenario, Iterable<fc.AsyncCommand<Model, World>>]>,
  story: readonly string[],
): string {
  const { seed, counterexample, counterexamplePath, numRuns, errorInstance } = result;
  const [scenario, commands] = counterexample ?? [];
  const replay = /replayPath="(.*?)"/.exec(fc.stringify(commands))?.[1] ?? "";
  return [
    `History ${numRuns} under the contract ${contract} breaks a law:`,
    errorInstance instanceof Error ? errorInstance.message : fc.stringify(errorInstance),
    "",
    JSON.stringify(scenario),
    ...story,
    "",
    `npm run replay -- ${contract}:${seed}:${counterexamplePath ?? ""}/${replay}`,
  ].join("\n");
}
