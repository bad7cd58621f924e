// axe-core in a page, whatever the page's own policy allows: what it finds that is serious or critical.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";

const source = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

interface Violation {
  readonly id: string;
  readonly impact: string | null;
  readonly help: string;
  readonly nodes: readonly { readonly html: string; readonly target: readonly string[] }[];
}

/** Each as one line: the rule, what it asks for, and where. */
export async function seriousFaults(page: Page): Promise<readonly string[]> {
  // As text: what is evaluated by the browser's own tools is not bound by the page's policy.
  await page.evaluate(source);
  const violations = await page.evaluate<readonly Violation[]>(
    `axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) => violations)`,
  );
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, help, nodes }) => {
      const where = nodes.slice(0, 3).map(({ html }) => html.slice(0, 200));
      return `${id}: ${help}: ${where.join(" | ")}`;
    });
}
