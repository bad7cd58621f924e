// The steps of a history as commands of fast-check: each does something to the order in the real
// Worker and then looks whether every law still holds.

import * as fc from "fast-check";
import { MINUTE, SECOND, HOUR, DAY } from "../../src/domain/schedule";
import { faults } from "../worker";
import { crash, pass, runCron } from "./house";
import {
  type Act,
  crowds,
  type Fault,
  faultLists,
  type Mood,
  moods,
  promising,
  type Scenario,
  unheard,
  unread,
  wishLists,
} from "./money-acts";
import { checkNow } from "./money-laws";
import { count } from "./money-tally";
import { decideTruly } from "./money-operator";
import { become, holdMoney, isFair, plant } from "./money-trouble";
import { carryOut, forgetOthers, poll, ringAll, type World } from "./money-world";

/** What the model knows: which gateway this is. The rest is read from its books. */
export interface Model {
  readonly scenario: Scenario;
}

abstract class Step implements fc.AsyncCommand<Model, World> {
  check(model: Readonly<Model>): boolean {
    return this.isPossible(model.scenario);
  }

  protected isPossible(_scenario: Scenario): boolean {
    return true;
  }

  async run(_: Model, world: World): Promise<void> {
    const since = world.answers.length;
    world.story.push(`— ${this.toString()}`);
    count(`step: ${this.constructor.name}`);
    await this.happen(world);
    await checkNow(world, since);
  }

  protected abstract happen(world: World): Promise<void>;
  abstract toString(): string;
}

/** Many things at the same moment, after which some calls go wrong. */
class AtOnce extends Step {
  constructor(
    readonly acts: readonly Act[],
    readonly wrong: readonly Fault[],
  ) {
    super();
  }

  protected async happen(world: World): Promise<void> {
    // Where the gateway tells the truth, what was done by hand before is known to whoever asks it.
    const first = world.scenario.wrong === "never" ? this.acts.filter(isByHand) : [];
    for (const act of first) await carryOut(world, act);
    await plant(this.wrong);
    const rest = this.acts.filter((act) => !first.includes(act));
    await Promise.all(rest.map((act) => carryOut(world, act)));
  }

  override toString(): string {
    const wrong = this.wrong.length > 0 ? ` while ${this.wrong.join(" and ")}` : "";
    return `at once ${this.acts.map(textOf).join(" | ")}${wrong}`;
  }
}

/** Nobody hears how a call ended, and it is looked for when it is due, by a gateway that may not answer. */
class Unheard extends Step {
  constructor(
    readonly act: Act,
    readonly wrong: Fault,
    readonly reading: Fault | null,
  ) {
    super();
  }

  protected async happen(world: World): Promise<void> {
    await plant([this.wrong]);
    await carryOut(world, this.act);
    await plant(this.reading === null ? [] : [this.reading]);
    for (const minutes of [3, 16]) {
      pass(minutes * MINUTE);
      await ringAll(world);
    }
  }

  override toString(): string {
    const { act, wrong, reading } = this;
    return `${textOf(act)} unheard, ${wrong}, read with ${reading ?? "no trouble"}`;
  }
}

type Meanwhile = "crash" | "too_slow" | "wait";

/** A call, or its answer, is on its way for minutes; meanwhile the actor dies, or gives up, or waits. */
class OnItsWay extends Step {
  constructor(
    readonly acts: readonly Act[],
    readonly where: "there" | "back",
    readonly meanwhile: Meanwhile,
    readonly minutes: number,
  ) {
    super();
  }

  protected async happen(world: World): Promise<void> {
    await plant([]);
    const held = holdMoney(this.where);
    // Real milliseconds: long enough for every question that is not held.
    faults.patience = this.meanwhile === "too_slow" ? 150 : 20_000;
    let over = false;
    const all = Promise.all(this.acts.map((act) => carryOut(world, act))).finally(() => {
      over = true;
    });
    const arrived = await held.arrived(() => over);
    held.holdNoMore();
    if (arrived) {
      count(`on its way: ${this.where}, ${this.meanwhile}`);
      if (this.meanwhile === "crash") await crash();
      if (this.meanwhile !== "wait") await all;
      faults.patience = 2_000;
      await this.pass(world);
    }
    await held.release();
    await all;
    faults.patience = 2_000;
  }

  /** An actor that waits for its own call may wait for ever; what another sent is not that late. */
  async pass(world: World): Promise<void> {
    const times = this.meanwhile === "wait" ? [this.minutes, 3, 18] : [this.minutes];
    for (const minutes of times) {
      pass(minutes * MINUTE);
      await ringAll(world);
    }
  }

  override toString(): string {
    const { acts, where, meanwhile, minutes } = this;
    return `${acts.map(textOf).join(" | ")} on its way ${where} for ${minutes} min, ${meanwhile}`;
  }
}

class Becomes extends Step {
  constructor(readonly mood: Mood) {
    super();
  }

  protected override isPossible(scenario: Scenario): boolean {
    return isFair(this.mood, scenario);
  }

  protected async happen(): Promise<void> {
    await become(this.mood);
  }

  override toString(): string {
    return `gateway ${JSON.stringify(this.mood)}`;
  }
}

class Later extends Step {
  constructor(
    readonly seconds: number,
    readonly then: "ring" | "poll" | "cron",
  ) {
    super();
  }

  protected async happen(world: World): Promise<void> {
    pass(this.seconds * SECOND);
    if (this.then === "cron") {
      await forgetOthers(world);
      await runCron();
    } else if (this.then === "poll") await poll(world);
    await ringAll(world);
  }

  override toString(): string {
    return `${this.seconds} s later ${this.then}`;
  }
}

class Crash extends Step {
  protected async happen(): Promise<void> {
    await crash();
  }

  override toString(): string {
    return "crash";
  }
}

class Decide extends Step {
  constructor(readonly if_absent: "not_done" | "send_again") {
    super();
  }

  protected async happen(world: World): Promise<void> {
    await plant([]);
    await decideTruly(world, this.if_absent);
  }

  override toString(): string {
    return `the operator looks, and says done or ${this.if_absent}`;
  }
}

function isByHand(act: Act): boolean {
  return act.do.startsWith("dashboard");
}

function textOf(act: Act): string {
  const { do: name, ...rest } = act;
  const details = Object.values(rest).join(" ");
  return details === "" ? name : `${name} ${details}`;
}

const seconds = fc.constantFrom(
  1,
  30,
  61,
  (2 * MINUTE) / SECOND,
  (5 * MINUTE) / SECOND,
  (16 * MINUTE) / SECOND,
  (16 * MINUTE) / SECOND,
  HOUR / SECOND,
  (7 * HOUR) / SECOND,
  DAY / SECOND,
);

const atOnce = fc.tuple(crowds, faultLists).map(([acts, wrong]) => new AtOnce(acts, wrong));
const later = fc
  .tuple(
    seconds,
    fc.constantFrom("ring" as const, "ring" as const, "ring" as const, "poll" as const),
  )
  .map(([time, then]) => new Later(time, then));

/** Steps in the proportions in which they are worth their time. */
export const steps: fc.Arbitrary<fc.AsyncCommand<Model, World>>[] = [
  atOnce,
  atOnce,
  atOnce,
  later,
  later,
  later,
  fc.tuple(promising, unheard, unread).map((drawn) => new Unheard(...drawn)),
  fc.tuple(promising, unheard, unread).map((drawn) => new Unheard(...drawn)),
  fc
    .tuple(
      wishLists,
      fc.constantFrom("there" as const, "back" as const),
      fc.constantFrom<Meanwhile>("crash", "crash", "wait", "too_slow"),
      fc.constantFrom(0, 1, 3, 13),
    )
    .map(([acts, where, meanwhile, minutes]) => new OnItsWay(acts, where, meanwhile, minutes)),
  moods.map((mood) => new Becomes(mood)),
  moods.map((mood) => new Becomes(mood)),
  fc.constantFrom("not_done" as const, "send_again" as const).map((said) => new Decide(said)),
  fc.oneof(
    { weight: 2, arbitrary: fc.constant(null).map(() => new Crash()) },
    { weight: 1, arbitrary: seconds.map((time) => new Later(time, "cron")) },
  ),
];
