// One history from its seed: drawn, lived through, brought to rest, and, if a law broke, made as short as
// fast-check can make it.

import * as fc from "fast-check";
import { pass } from "../actor/house";
import { beCustomer, beInDashboard } from "./customers";
import { type Act, histories, type History, tellStep } from "./history";
import { wrongNow } from "./laws";
import { countTurnedAway } from "./mail";
import { beOperator } from "./operators";
import { bePost, beThief } from "./post";
import { comeToRest, hurry } from "./rest";
import { beRuntime, ringDue } from "./runtime";
import { beStorefront, create } from "./storefronts";
import { arrivals } from "./strike";
import { allTallies, count } from "./tally";
import { openTown, settingsOf, type Town } from "./town";
import { calm, plant } from "./trouble";

/** A history that failed is made small by at most so many others. */
const MOST_SHRINKS = 120;
/** In one step trouble goes on into the next; in every third it is taken away. */
const CALM_EVERY = 3;

export interface Broken {
  readonly seed: number;
  readonly path: string;
  /** What was found, one law after the other. */
  readonly found: readonly string[];
  /** The shortest history that still does it, as a text. */
  readonly story: string;
}

/** Lives through the history of this seed; null: nothing broke. `path`: the way to a shorter one. */
export async function liveSeed(
  seed: number,
  { path, shrinks = MOST_SHRINKS }: { readonly path?: string; readonly shrinks?: number } = {},
): Promise<Broken | null> {
  let left = shrinks;
  let failed = false;
  let story: readonly string[] = [];
  const property = fc.asyncProperty(histories, async (history: History) => {
    if (failed && (left -= 1) < 0) return;
    const told: string[] = [];
    const wrong = await live(history, told);
    if (wrong.length === 0) return;
    failed = true;
    story = [JSON.stringify(history.merchant), JSON.stringify(history.orders), ...told];
    throw new Error(wrong.join("\n"));
  });
  const result = await fc.check(property, {
    seed,
    numRuns: 1,
    plugins: [fc.unbiased()],
    ...(path === undefined || path === "" ? {} : { path }),
    endOnFailure: shrinks === 0,
  });
  if (!result.failed) return null;
  const { counterexamplePath, errorInstance } = result;
  const found = errorInstance instanceof Error ? errorInstance.message : String(errorInstance);
  return {
    seed,
    path: counterexamplePath ?? "",
    found: found.split("\n"),
    story: story.join("\n"),
  };
}

async function live(history: History, story: string[]): Promise<readonly string[]> {
  hurry();
  const town = { ...(await openTown(history)), story };
  for (const deal of town.deals) {
    await create(town, deal);
    if (deal.plan.paid) await beCustomer(town, { who: "customer", of: deal.n, do: "pay" });
  }
  for (const [index, step] of history.steps.entries()) {
    story.push(`— ${tellStep(step)}`);
    count("steps");
    if (index % CALM_EVERY === 0) await calm(settingsOf(town.merchant));
    for (const trouble of step.troubles) await plant(trouble);
    const deaths = countDeaths();
    await Promise.all(step.acts.map((act) => carryOut(town, act)));
    pass(step.seconds * 1000);
    await arrivals();
    await ringDue();
    const wrong = [...(await wrongAtTheDoor(town, deaths)), ...(await wrongNow(town))];
    if (wrong.length > 0) return wrong;
  }
  count("histories");
  return comeToRest(town);
}

const DEADLY = /^struck: (dies_|all_die|commit_fails|message_unkept)|^runtime: crash$/;

/** How often an actor died, or could not keep what it was told. */
function countDeaths(): number {
  const deadly = Object.entries(allTallies()).filter(([name]) => DEADLY.test(name));
  return deadly.reduce((sum, [, times]) => sum + times, 0);
}

/** Law 2: whatever D1 does, a webhook is turned away only where its actor could not keep it. */
async function wrongAtTheDoor(town: Town, deaths: number): Promise<readonly string[]> {
  const before = town.turnedAway;
  town.turnedAway = await countTurnedAway();
  return town.turnedAway > before && countDeaths() === deaths
    ? [`${town.turnedAway - before} webhooks were turned away, and no actor had died`]
    : [];
}

async function carryOut(town: Town, act: Act): Promise<void> {
  count(`${act.who}: ${act.do}`);
  switch (act.who) {
    case "customer":
      return beCustomer(town, act);
    case "storefront":
      return beStorefront(town, act);
    case "operator":
      return beOperator(town, act);
    case "dashboard":
      return beInDashboard(town, act);
    case "post":
      return bePost(town, act);
    case "thief":
      return beThief(town, act);
    case "runtime":
      return beRuntime(town, act);
  }
}
