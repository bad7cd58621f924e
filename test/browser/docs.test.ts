// The description of the API as a person reads it at /docs: every operation is there, nothing is asked of
// another host, the content security policy holds, and "try it out" works with a key that was typed in.
// What the browser complains of (another host, a broken policy, an error) fails the test (town.ts).
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { env } from "node:process";
import { expect, test } from "vitest";
import { OPERATIONS } from "../../src/openapi/operations";
import { sandboxDefaults } from "../../src/sandbox/settings";
import type { Shopper } from "./shopper";
import { useTown } from "./town";

const town = useTown();

const WIDTHS = [390, 1280] as const;

/** On every screen whole: nothing is wider than it. With CHUKTA_SCREENSHOTS pictures are left there. */
async function expectFits(shopper: Shopper, name: string): Promise<void> {
  const { page } = shopper;
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 900 });
    const folder = env["CHUKTA_SCREENSHOTS"];
    if (folder) {
      mkdirSync(folder, { recursive: true });
      await page.screenshot({ path: join(folder, `${name}-${width}.png`) });
    }
    const wide: number = await page.evaluate("document.documentElement.scrollWidth");
    expect(wide, `${name} at ${width}`).toBeLessThanOrEqual(width);
  }
}

test("shows every operation, and asks no other host", async () => {
  const shopper = await town.invite({ script: true });
  const { page } = shopper;
  const opened = await page.goto(`${town.chukta.origin}/docs`);
  expect(opened?.headers()["content-security-policy"]).toContain("default-src 'self'");
  await page.locator(".opblock").first().waitFor();
  const shown = await Promise.all(
    (await page.locator(".opblock-summary").all()).map(async (summary) => {
      const method = await summary.locator(".opblock-summary-method").innerText();
      const path = await summary.locator(".opblock-summary-path").getAttribute("data-path");
      return `${method.toLowerCase()} ${path}`;
    }),
  );
  const described = OPERATIONS.map(({ method, path }) => `${method} ${path}`);
  expect(shown.toSorted()).toEqual(described.toSorted());
  await expectFits(shopper, "docs");
});

test("tries an operation out with a key that was typed in", async () => {
  const shopper = await town.invite({ script: true });
  const { page } = shopper;
  await page.goto(`${town.chukta.origin}/docs`);
  await page.getByRole("button", { name: "Authorize", exact: true }).click();
  await page.locator(".modal-ux input").fill(sandboxDefaults.api_key);
  await page.locator(".modal-ux").getByRole("button", { name: "Apply credentials" }).click();
  await page.locator(".modal-ux").getByRole("button", { name: "Close", exact: true }).click();
  const block = page.locator("#operations-Orders-listOrders");
  await block.locator(".opblock-summary-control").click();
  await block.getByRole("button", { name: "Try it out" }).click();
  await block.getByRole("button", { name: "Execute" }).click();
  const answer = block.locator(".live-responses-table .response").first();
  await answer.waitFor();
  expect(await answer.locator(".response-col_status").innerText()).toMatch(/^200/);
  expect(await answer.innerText()).toContain('"next_cursor": null');
  await expectFits(shopper, "docs-tried");
});
