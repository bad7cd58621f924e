// Somebody else at the console: the pages as a person of another role sees them, over the real API, with only
// the question who is signed in answered by the test.

import { env } from "cloudflare:workers";
import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { createConsole } from "../../src/console/site";
import type { Role } from "../../src/domain/people";
import { success } from "../../src/domain/result";
import { app } from "../../src/http/app";
import { connect } from "../../src/http/connect";
import { origin, withAccess } from "../http/door";
import { signInAsAdministrator } from "./visit";

/** Asks with an administrator's cookie, which is taken for this role's. */
export async function getAs(
  role: Role,
  path: string,
): Promise<{ readonly status: number; readonly html: string }> {
  const { cookie } = await signInAsAdministrator();
  const site = createConsole(app, (bindings) => {
    const doors = connect(bindings);
    if (!doors.ok) return doors;
    return success(
      withAccess(doors.value, {
        readSession: async (secret) => {
          const session = await doors.value.access.readSession(secret);
          const operator = { person_id: null, name: "Viewing Vidya", role };
          return session === null ? null : { ...session, operator };
        },
      }),
    );
  });
  const context = createExecutionContext();
  const response = await site.fetch(
    new Request(origin + path, { headers: { cookie } }),
    env,
    context,
  );
  await waitOnExecutionContext(context);
  return { status: response.status, html: await response.text() };
}
