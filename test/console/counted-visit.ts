// Pages of the console by the real Worker, with the rows that it read for them in D1 and how long they took.

import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { createConsole } from "../../src/console/site";
import { createApp } from "../../src/http/app";
import { connect } from "../../src/http/connect";
import type { Connect } from "../../src/http/doors";
import { origin } from "../http/door";
import { counting } from "../ledger/counting";
import { signInAsAdministrator } from "./visit";

export interface Measured {
  readonly status: number;
  readonly html: string;
  /** As D1 bills them. */
  readonly rows_read: number;
  readonly statements: number;
  /** Rows of the page's tables. */
  readonly rows_shown: number;
  readonly took_ms: number;
}

/**
 * Opens pages in the name of the administrator, who has signed in. What an isolate reads once (whose ledger it
 * is) was read before.
 */
export async function countingVisitor(): Promise<(path: string) => Promise<Measured>> {
  const { cookie } = await signInAsAdministrator();
  const { db, tally } = counting(env.DB);
  const open: Connect = (bindings) => connect({ ...bindings, DB: db });
  const site = createConsole(createApp(open), open);
  const look = async (path: string): Promise<Measured> => {
    const before = { ...tally };
    const context = createExecutionContext();
    const request = new Request(`${origin}${path}`, { headers: { cookie } });
    const began = performance.now();
    const shown = await site.fetch(request, env, context);
    const html = await shown.text();
    const took_ms = performance.now() - began;
    await waitOnExecutionContext(context);
    return {
      status: shown.status,
      html,
      rows_read: tally.rows_read - before.rows_read,
      statements: tally.statements - before.statements,
      rows_shown: rowsOf(html),
      took_ms,
    };
  };
  await look("/console/orders");
  return look;
}

function rowsOf(html: string): number {
  const bodies = html.match(/<tbody>[\s\S]*?<\/tbody>/g) ?? [];
  return bodies.reduce((count, body) => count + (body.match(/<tr\b/g) ?? []).length, 0);
}

/** Where the next page is, by its link. */
export function nextOf(html: string): string | null {
  const href = /<a rel="next" href="([^"]+)"/.exec(html)?.[1];
  return href === undefined ? null : href.replaceAll("&amp;", "&");
}
