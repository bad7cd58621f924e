// A form that somebody may not send is not shown to them either: they are told who can.

import type { Scope } from "../domain/scopes";
import type { ConsoleContext } from "./door";
import { page } from "./frame";
import type { Section } from "./sections";

/** Null: they may. The API refuses all the same what comes without a form. */
export function refusedPage(c: ConsoleContext, scope: Scope, section: Section): Response | null {
  const { scopes, operator } = c.var.here;
  if (scopes.has(scope)) return null;
  return page(
    c,
    { title: "You may not do this", section, status: 403 },
    <>
      <h1>You may not do this</h1>
      <p>
        You are signed in as <bdi>{operator.name}</bdi>, and what you may do does not include it. An
        administrator can do it, or give you a role that may.
      </p>
      <p>
        <a href="/console">Back to Today</a>
      </p>
    </>,
  );
}
