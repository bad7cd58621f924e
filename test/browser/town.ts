// One `npm start` and one browser for a file of tests: started before the first, stopped after the
// last, however they end. Every customer who was invited must leave without a complaint.
import { join } from "node:path";
import { env } from "node:process";
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import { type Chukta, startChukta } from "./chukta";
import { launchBrowser } from "./chromium";
import { employ, type Employment, type Operator } from "./operator";
import { type Habits, invite, type Shopper } from "./shopper";

export class Town {
  #chukta: Chukta | null = null;
  #browser: Browser | null = null;
  readonly #shoppers: Shopper[] = [];
  readonly #operators: Operator[] = [];

  get chukta(): Chukta {
    if (this.#chukta === null) throw new Error("Chukta is not running.");
    return this.#chukta;
  }

  /** A new customer; without script unless the test says otherwise: nothing may need it. */
  async invite(habits: Partial<Habits> = {}): Promise<Shopper> {
    if (this.#browser === null) throw new Error("There is no browser.");
    const shopper = await invite(this.#browser, {
      script: habits.script ?? false,
      origins: [this.chukta.origin, ...(habits.origins ?? [])],
    });
    this.#shoppers.push(shopper);
    return shopper;
  }

  /** Somebody who works in the console, not signed in yet; complaints fail the test as a customer's do. */
  async employ(how: Employment = {}): Promise<Operator> {
    if (this.#browser === null) throw new Error("There is no browser.");
    const operator = await employ(this.#browser, how);
    this.#operators.push(operator);
    return operator;
  }

  async open(settings: Readonly<Record<string, string>>): Promise<void> {
    const started = [startChukta(settings), launchBrowser()] as const;
    const [chukta, browser] = await Promise.allSettled(started);
    if (chukta.status === "fulfilled") this.#chukta = chukta.value;
    if (browser.status === "fulfilled") this.#browser = browser.value;
    await Promise.all(started);
  }

  /** How everybody's page looks now, where CHUKTA_SCREENSHOTS names a folder. */
  async shoot(name: string): Promise<void> {
    const folder = env["CHUKTA_SCREENSHOTS"];
    if (!folder) return;
    const people = [...this.#shoppers, ...this.#operators];
    const pages = people.flatMap(({ page }) => page.context().pages());
    const file = name.replaceAll(/\W+/g, "-");
    for (const [at, page] of pages.entries()) {
      await page.screenshot({ path: join(folder, `failed-${file}-${at}.png`), fullPage: true });
    }
  }

  /** Closes every customer's browser and heals the gateway; returns what they complained of. */
  async clear(): Promise<readonly string[]> {
    const people = [...this.#shoppers.splice(0), ...this.#operators.splice(0)];
    const complaints = people.flatMap((person) => person.takeComplaints());
    await Promise.all(people.map(({ page }) => page.context().close()));
    await this.chukta.gateway("DELETE", "/faults");
    return complaints;
  }

  async close(): Promise<void> {
    await Promise.all([this.#browser?.close(), this.#chukta?.stop()]);
  }
}

/** Call at the top of a test file. `settings` come on top of the sandbox's own. */
export function useTown(settings: Readonly<Record<string, string>> = {}): Town {
  const town = new Town();
  let failed = false;
  beforeAll(() => town.open(settings));
  afterEach(async ({ task }) => {
    if (task.result?.state === "fail") {
      failed = true;
      await town.shoot(task.name);
    }
    expect(await town.clear()).toEqual([]);
  });
  afterAll(async () => {
    await town.close();
    if (failed) console.error(`What \`npm start\` said:\n${town.chukta.log()}`);
    // Whatever a person did, no Worker threw.
    expect(town.chukta.log()).not.toMatch(/"event":"internal_error"|\[wrangler:error\]|Uncaught/);
  });
  return town;
}
