// One history from its seed: drawn, lived through, brought to rest, and, if a law broke, made as short as
// fast-check can make it.

import * as fc from "fast-check";
import { pass } from "../actor/house";
import { beBank } from "./bank";
import { beClerk } from "./clerk";
import { beCustomer, beInDashboard } from "./customers";
import { keepsStill } from "./frozen";
import { type Act, histories, type History, tellStep } from "./history";
import { wrongNow } from "./laws";
import { beOperator } from "./operators";
import { bePost, beThief } from "./post";
import { comeToRest, hurry } from "./rest";
import { beRuntime, ringDue } from "./runtime";
import { beStorefront, create } from "./storefronts";
import { arrivals } from "./strike";
import { count } from "./tally";
import { calmDown, openTown, type Town } from "./town";
import { plant } from "./trouble";

/** A history that failed is made small by at most so many others, and for so many real milliseconds. */
const SHRINKS_FOR_MS = 90_000;
const MOST_SHRINKS = 120;
/** Real milliseconds; a history takes two or three seconds on a machine with other work. */
const HANGS_AFTER_MS = 120_000;
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
  let until = Infinity;
  const property = fc.asyncProperty(histories, async (history: History) => {
    if (failed && ((left -= 1) < 0 || performance.now() > until)) return;
    const told: string[] = [];
    const wrong = await inTime(live(history, told));
    if (wrong.length === 0) return;
    if (!failed) until = performance.now() + SHRINKS_FOR_MS;
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

/** A history that does not end is broken too: then nothing after its last line came back. */
async function inTime(lived: Promise<readonly string[]>): Promise<readonly string[]> {
  let timer: ReturnType<typeof setTimeout> | null = null;
  const late = new Promise<readonly string[]>((resolve) => {
    timer = setTimeout(
      () => resolve([`it hangs: no end after ${HANGS_AFTER_MS} ms`]),
      HANGS_AFTER_MS,
    );
  });
  const wrong = await Promise.race([lived, late]);
  clearTimeout(timer);
  return wrong;
}

async function live(history: History, story: string[]): Promise<readonly string[]> {
  hurry();
  const town = await openTown(history, story);
  for (const deal of town.deals) {
    await create(town, deal);
    if (deal.plan.paid) await beCustomer(town, { who: "customer", of: deal.n, do: "pay" });
  }
  for (const [index, step] of history.steps.entries()) {
    story.push(`— ${tellStep(step)}`);
    count("steps");
    town.step = index;
    if (index % CALM_EVERY === 0) await calmDown(town);
    for (const trouble of step.troubles) {
      await plant(trouble);
      town.under.add(trouble.kind);
    }
    if (step.acts.some((act) => act.do === "crash")) town.under.add("crash");
    await Promise.all(step.acts.map((act) => carryOut(town, act)));
    pass(step.seconds * 1000);
    await arrivals();
    await ringDue();
    const wrong = [...(await wrongNow(town)), ...(await keepsStill(town, step))];
    if (wrong.length > 0) return wrong;
  }
  count("histories");
  return comeToRest(town);
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
    case "bank":
      return beBank(town, act);
    case "clerk":
      return beClerk(town, act);
  }
}
