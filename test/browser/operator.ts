// An operator at a desk, at a telephone, or at the smallest of them: signed in to the console, remembers whatever
// the browser complained of, and looks closely at pages.

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { env } from "node:process";
import type { Browser, BrowserContext, Locator, Page } from "playwright-core";
import { seriousFaults } from "./axe";
import { GROUND, LOOKS } from "./looks";

export const DESK = { width: 1280, height: 850 } as const;
export const PHONE = { width: 390, height: 844 } as const;
const SMALLEST = { width: 320, height: 568 } as const;

export class Operator {
  readonly page: Page;
  readonly #complaints: string[];

  constructor(page: Page, complaints: string[]) {
    this.page = page;
    this.#complaints = complaints;
  }

  /** What the browser keeps of a session: another one who has it is signed in too. */
  async cookies(): Promise<Cookies> {
    return this.page.context().cookies();
  }

  takeComplaints(): readonly string[] {
    return this.#complaints.splice(0);
  }

  async signIn(origin: string, name = "administrator", password = PASSWORD): Promise<void> {
    await this.page.goto(`${origin}/console/sign-in`);
    await this.giveName(name, password);
  }

  /** At the page to sign in, wherever it leads then. */
  async giveName(name = "administrator", password = PASSWORD): Promise<void> {
    await this.page.getByLabel("Name", { exact: true }).fill(name);
    await this.page.getByLabel("Password", { exact: true }).fill(password);
    await this.page.getByRole("button", { name: "Sign in" }).click();
    await this.page.getByRole("button", { name: "Sign out" }).waitFor();
  }

  /** Another tab of the same browser. */
  async openTab(): Promise<Operator> {
    return new Operator(await this.page.context().newPage(), this.#complaints);
  }

  /** A button, or a link, by exactly what it says. */
  button(name: string): Locator {
    const exact = { name, exact: true };
    return this.page.getByRole("button", exact).or(this.page.getByRole("link", exact));
  }

  /** Presses it, and waits for the page that comes. */
  async press(...names: readonly string[]): Promise<void> {
    for (const name of names) {
      await this.button(name).first().click();
      await this.page.waitForLoadState();
    }
  }

  async type(label: string, text: string): Promise<void> {
    await this.page.getByLabel(label, { exact: true }).fill(text);
  }

  /** Waits until the page with this heading is there. */
  async sees(heading: string): Promise<void> {
    await this.page.getByRole("heading", { level: 1, name: heading, exact: true }).waitFor();
  }

  /** Waits until the page begins with what was just done. */
  async isTold(sentence: string | RegExp): Promise<void> {
    await this.page.locator("main > .notice", { hasText: sentence }).waitFor();
  }

  /** The rows of a table, each cell under the name of its column. */
  async readTable(caption: string): Promise<readonly Row[]> {
    const script = `(${READ_TABLE})(${JSON.stringify(caption)})`;
    return this.page.evaluate<readonly Row[]>(script);
  }

  /** Goes there, and looks around. */
  async visit(name: string, address: string): Promise<Visited> {
    const answered = await this.page.goto(address);
    return { status: answered?.status() ?? null, faults: await this.lookAround(name) };
  }

  /** Invites somebody by the console's own form; returns their id. */
  async invitePerson(origin: string, name: string): Promise<string> {
    const { page } = this;
    await page.goto(`${origin}/console/settings/people/invite`);
    await page.getByLabel("Name", { exact: true }).fill(name);
    await page.getByRole("radio").first().check();
    await this.press("Make the invitation");
    await page.goto(`${origin}/console/settings/people`);
    const href = await page.getByRole("link", { name }).getAttribute("href");
    return decodeURIComponent(href?.split("/").at(-1) ?? "");
  }

  /** What the form makes of itself: also what a browser would not let through, as without its checks. */
  async insist(button: string): Promise<void> {
    await this.page.evaluate("for (const form of document.forms) form.noValidate = true");
    const pressed = this.page.getByRole("main").getByRole("button", { name: button }).first();
    await Promise.all([this.page.waitForEvent("load"), pressed.click()]);
  }

  /**
   * What somebody would complain of in the page as it stands: at a desk and on a telephone, in light and dark,
   * and on the smallest one. With CHUKTA_SCREENSHOTS set to a folder, pictures are left there.
   */
  async lookAround(name: string): Promise<readonly string[]> {
    const faults: string[] = [];
    for (const { size, scheme, axe } of VIEWS) {
      await this.page.emulateMedia({ colorScheme: scheme });
      await this.page.setViewportSize(size);
      const looks = await this.page.evaluate<readonly string[]>(LOOKS);
      const ground = await this.page.evaluate<number>(GROUND);
      const found = [
        ...looks,
        ...(axe ? await seriousFaults(this.page) : []),
        ...(ground > 0.5 === (scheme === "light") ? [] : [`is not ${scheme}`]),
      ];
      faults.push(...found.map((fault) => `${size.width} px, ${scheme}: ${fault}`));
      if (FOLDER) await this.#shoot(FOLDER, `${name}-${size.width}-${scheme}`);
    }
    await this.page.emulateMedia({ colorScheme: null });
    return faults;
  }

  async #shoot(folder: string, name: string): Promise<void> {
    mkdirSync(folder, { recursive: true });
    await this.page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
  }
}

type Row = Readonly<Record<string, string>>;

/** Runs in the page. A table that is not there has no rows. */
const READ_TABLE = `(caption) => {
  const tables = [...document.querySelectorAll("table")];
  const table = tables.find((one) => one.caption?.textContent === caption);
  return [...(table?.tBodies[0].rows ?? [])].map((row) => Object.fromEntries(
    [...row.cells].map((cell) => [cell.dataset.label, cell.innerText.trim()]),
  ));
}`;

export interface Visited {
  readonly status: number | null;
  readonly faults: readonly string[];
}

/** As src/sandbox/merchant.toml has it. */
type Cookies = Awaited<ReturnType<BrowserContext["cookies"]>>;

export interface Employment {
  readonly script?: boolean;
  /** What a test makes happen and the browser complains of, such as a page that is not there. */
  readonly allowed?: RegExp;
  /** Of somebody who has signed in. */
  readonly cookies?: Cookies;
}

const PASSWORD = "sandbox-console-password";

const FOLDER = env["CHUKTA_SCREENSHOTS"];

const VIEWS = [
  { size: DESK, scheme: "light", axe: true },
  { size: DESK, scheme: "dark", axe: false },
  { size: PHONE, scheme: "dark", axe: true },
  { size: PHONE, scheme: "light", axe: false },
  { size: SMALLEST, scheme: "light", axe: false },
] as const;

export async function employ(
  browser: Browser,
  { script = true, allowed = /$^/, cookies = [] }: Employment = {},
): Promise<Operator> {
  const context = await browser.newContext({
    viewport: DESK,
    locale: "en-IN",
    javaScriptEnabled: script,
  });
  await context.addCookies(cookies);
  context.setDefaultTimeout(20_000);
  const complaints: string[] = [];
  context.on("console", (message) => {
    const isBad = message.type() === "error" || message.type() === "warning";
    if (isBad && !allowed.test(message.text())) complaints.push(message.text());
  });
  context.on("weberror", (error) => complaints.push(`exception: ${String(error.error())}`));
  return new Operator(await context.newPage(), complaints);
}
