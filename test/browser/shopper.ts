// A customer with a telephone of 360 × 740 and a browser of its own: knows how to pay at the
// sandbox's checkout, looks at every page closely, and remembers whatever went wrong on the way:
// console errors (a broken content security policy is one), exceptions, requests to other hosts.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { env } from "node:process";
import type { Browser, Locator, Page } from "playwright-core";
import { expect } from "vitest";
import { GROUND, LOOKS } from "./looks";

const PHONE = { width: 360, height: 740 } as const;
const DESK = { width: 1280, height: 800 } as const;

export interface Habits {
  /** Whether the browser runs script. */
  readonly script: boolean;
  /** Origins that the browser may ask. */
  readonly origins: readonly string[];
}

export class Shopper {
  readonly page: Page;
  readonly #complaints: string[];

  constructor(page: Page, complaints: string[]) {
    this.page = page;
    this.#complaints = complaints;
  }

  /** What the browser complained of since the last time it was asked. */
  takeComplaints(): readonly string[] {
    return this.#complaints.splice(0);
  }

  /** Presses a button, or follows a link that looks like one or not, and waits for the page. */
  async press(name: string): Promise<void> {
    await this.button(name).click();
    await this.page.waitForLoadState();
  }

  button(name: string): Locator {
    const exact = { name, exact: true };
    return this.page.getByRole("button", exact).or(this.page.getByRole("link", exact));
  }

  /** Waits until the page with this heading is there. */
  async sees(heading: string): Promise<void> {
    await this.page.getByRole("heading", { level: 1, name: heading, exact: true }).waitFor();
  }

  /** The amounts and the reference of our own page, as they stand there. */
  async readTerms(): Promise<Readonly<Record<string, string>>> {
    const rows = await this.page.locator("dl > div").all();
    const pairs = rows.map(async (row) => [
      await row.locator("dt").innerText(),
      await row.locator("dd").innerText(),
    ]);
    return Object.fromEntries(await Promise.all(pairs)) as Record<string, string>;
  }

  /** Opens the link, and presses this button there. */
  async payAt(paymentLink: string, ...buttons: readonly string[]): Promise<void> {
    await this.page.goto(paymentLink);
    await this.sees("Checkout");
    for (const button of buttons) await this.press(button);
  }

  /**
   * Looks at the page as it stands, in light and dark, on a telephone and on a desk; any fault
   * fails the test. With CHUKTA_SCREENSHOTS set to a folder, pictures are left there.
   */
  async expectGoodLooks(name: string): Promise<void> {
    const faults: string[] = [];
    for (const colorScheme of ["light", "dark"] as const) {
      await this.page.emulateMedia({ colorScheme });
      const found: string[] = await this.page.evaluate(LOOKS);
      faults.push(...found.map((fault) => `${name}, ${colorScheme}: ${fault}`));
      const ground: number = await this.page.evaluate(GROUND);
      if (ground > 0.5 !== (colorScheme === "light")) faults.push(`${name} is not ${colorScheme}`);
      await this.#shoot(`${name}-phone-${colorScheme}`);
    }
    await this.page.emulateMedia({ colorScheme: null });
    if (env["CHUKTA_SCREENSHOTS"]) {
      await this.page.setViewportSize(DESK);
      await this.#shoot(`${name}-desk`);
      await this.page.setViewportSize(PHONE);
    }
    expect(faults).toEqual([]);
  }

  async #shoot(name: string): Promise<void> {
    const folder = env["CHUKTA_SCREENSHOTS"];
    if (!folder) return;
    mkdirSync(folder, { recursive: true });
    await this.page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
  }
}

let visitors = 0;

/** A new customer, from an address of his own (the callback's limit counts by address). */
export async function invite(browser: Browser, habits: Habits): Promise<Shopper> {
  visitors += 1;
  const context = await browser.newContext({
    viewport: PHONE,
    locale: "en-IN",
    javaScriptEnabled: habits.script,
    extraHTTPHeaders: { "cf-connecting-ip": `2001:db8:${visitors.toString(16)}::1` },
  });
  context.setDefaultTimeout(20_000);
  const complaints: string[] = [];
  context.on("console", (message) => {
    const type = message.type();
    if (type === "error" || type === "warning") complaints.push(`${type}: ${message.text()}`);
  });
  context.on("weberror", (error) => complaints.push(`exception: ${String(error.error())}`));
  context.on("request", (request) => {
    const { protocol, origin } = new URL(request.url());
    if (protocol !== "data:" && !habits.origins.includes(origin)) {
      complaints.push(`request to ${request.url()}`);
    }
  });
  return new Shopper(await context.newPage(), complaints);
}
