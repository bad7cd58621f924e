// The console as somebody else than the administrator sees it: the same Worker, where the session is theirs.

import { env } from "cloudflare:workers";
import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { createConsole } from "../../src/console/site";
import type { Operator } from "../../src/domain/people";
import { success } from "../../src/domain/result";
import { app } from "../../src/http/app";
import { connect } from "../../src/http/connect";
import type { Doors } from "../../src/http/doors";
import { origin, withAccess } from "../http/door";
import type { Visitor } from "./visit";

export interface SeenBy {
  /** A page, or a form that is sent with these fields. */
  (
    path: string,
    fields?: Readonly<Record<string, string>>,
  ): Promise<{
    readonly status: number;
    readonly html: string;
    readonly location: string | null;
  }>;
}

/** `visitor` is signed in: it is their cookie, and another person's name. */
export function seenBy(visitor: Visitor, operator: Operator): SeenBy {
  const readSession: Doors["access"]["readSession"] = async () => ({
    id: "session",
    operator,
    opened_at: 0,
    expires_at: Number.MAX_SAFE_INTEGER,
  });
  const site = createConsole(app, (bindings) => {
    const doors = connect(bindings);
    return doors.ok ? success(withAccess(doors.value, { readSession })) : doors;
  });
  return async (path, fields) => {
    const context = createExecutionContext();
    const headers = { cookie: visitor.cookie, origin };
    const sent =
      fields === undefined
        ? {}
        : { method: "POST", body: new URLSearchParams({ csrf: visitor.csrf, ...fields }) };
    const response = await site.fetch(
      new Request(origin + path, { headers, redirect: "manual", ...sent }),
      env,
      context,
    );
    const html = await response.text();
    await waitOnExecutionContext(context);
    return { status: response.status, html, location: response.headers.get("location") };
  };
}

export const VIEWER: Operator = { person_id: "person-1", name: "Vera", role: "viewer" };
export const OPERATOR: Operator = { person_id: "person-2", name: "Omar", role: "operator" };
