// What somebody may not do they are not shown a form for either: they are told who can.

import type { Scope } from "../domain/scopes";
import type { ConsoleContext } from "./door";
import { page } from "./frame";
import type { Section } from "./sections";
import { ROLE_WORDS } from "./words";

/** Null: they may. The API refuses all the same what comes without a form. */
export function refusedPage(c: ConsoleContext, scope: Scope, section: Section): Response | null {
  return c.var.here.scopes.has(scope) ? null : forbiddenPage(c, section);
}

export function forbiddenPage(c: ConsoleContext, section: Section): Response {
  const { name, role } = c.var.here.operator;
  return page(
    c,
    { title: "You may not do this", section, status: 403 },
    <>
      <h1>You may not do this</h1>
      <p>
        Nothing was done. You are signed in as <bdi>{name}</bdi> ({ROLE_WORDS[role].label}). Ask an
        administrator to do it, or to give you a role that may.
      </p>
      <p>
        <a class="button" href="/console">
          Back to Today
        </a>
      </p>
    </>,
  );
}
