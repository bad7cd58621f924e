// One history from its seed: drawn, lived through, brought to rest, and, if a law broke, made as short as
// it can be in a minute or two.

import * as fc from "fast-check";
import { pass } from "../actor/house";
import { beBank } from "./bank";
import { beClerk } from "./clerk";
import { beCustomer, beInDashboard } from "./customers";
import { keepsStill } from "./frozen";
import { type Act, histories, type History, tellStep, tellWho } from "./history";
import { wrongNow } from "./laws";
import { beOperator } from "./operators";
import { bePost, beThief } from "./post";
import { comeToRest, hurry } from "./rest";
import { formatThings, only, parseThings, shorten, thingsIn } from "./shorten";
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

/**
 * Lives through the history of this seed; null: nothing broke. `path`: what is left of it, as a failure printed
 * it.
 */
export async function liveSeed(
  seed: number,
  { path = "", shrinks = MOST_SHRINKS }: { readonly path?: string; readonly shrinks?: number } = {},
): Promise<Broken | null> {
  const drawn = draw(seed);
  const whole = path === "" ? thingsIn(drawn) : parseThings(path);
  const history = only(drawn, whole);
  let story: readonly string[] = [];
  let found: readonly string[] = [];
  const isBroken = async (lived: History): Promise<boolean> => {
    const told = [...tellWho(lived)];
    const wrong = await inTime(live(lived, told));
    if (wrong.length === 0) return false;
    story = told;
    found = wrong;
    return true;
  };
  if (!(await isBroken(history))) return null;
  let left = path === "" ? shrinks : 0;
  const until = performance.now() + SHRINKS_FOR_MS;
  const kept = await shorten(history, async (shorter) => {
    left -= 1;
    return left < 0 || performance.now() > until ? null : isBroken(shorter);
  });
  const rest = formatThings(kept.map((n) => whole[n] ?? 0));
  return { seed, path: rest, found, story: story.join("\n") };
}

/** Seeds that follow each other would be drawn alike: some kinds of merchant would never come. */
function spread(seed: number): number {
  const once = Math.imul(seed ^ (seed >>> 16), 0x85ebca6b);
  const twice = Math.imul(once ^ (once >>> 13), 0xc2b2ae35);
  return twice ^ (twice >>> 16);
}

/** The same seed is always the same history. */
function draw(seed: number): History {
  let drawn: History | null = null;
  const property = fc.property(histories, (history) => {
    drawn = history;
  });
  fc.check(property, { seed: spread(seed), numRuns: 1, plugins: [fc.unbiased()] });
  if (drawn === null) throw new Error("no history was drawn");
  return drawn;
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
    story.push(`step ${index + 1}: ${tellStep(step)}`);
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
