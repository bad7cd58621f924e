// The pages under Settings, beside each other: what one may not open is not offered.

import type { FC } from "hono/jsx";
import type { Scope } from "../domain/scopes";
import { useHere } from "./here";

const PAGES = [
  { page: "overview", label: "Overview", href: "/console/settings", scope: "read" },
  { page: "health", label: "Health", href: "/console/settings/health", scope: "read" },
  { page: "money", label: "Money switch", href: "/console/settings/money", scope: "read" },
  { page: "keys", label: "API keys", href: "/console/settings/keys", scope: "admin" },
  { page: "people", label: "People", href: "/console/settings/people", scope: "admin" },
  { page: "audit", label: "Audit", href: "/console/settings/audit", scope: "admin" },
  { page: "you", label: "You", href: "/console/settings/you", scope: "read" },
] as const satisfies readonly {
  readonly page: string;
  readonly label: string;
  readonly href: string;
  readonly scope: Scope;
}[];

export type SettingsPage = (typeof PAGES)[number]["page"];

export const SettingsNav: FC<{ readonly page: SettingsPage }> = ({ page }) => {
  const { scopes } = useHere();
  return (
    <nav aria-label="Settings">
      <ul class="tabs">
        {PAGES.filter(({ scope }) => scopes.has(scope)).map((one) => (
          <li>
            <a href={one.href} aria-current={one.page === page ? "page" : undefined}>
              {one.label}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
};
