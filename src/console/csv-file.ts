// A file of the API handed on to the browser as it comes, piece by piece; what the API refused is a page.

import type { ApiProblem, Query } from "./api";
import type { ConsoleContext } from "./door";
import { failurePage } from "./failure";
import type { Section } from "./sections";

const HANDED_ON = ["content-type", "content-disposition"] as const;

export async function csvFile(
  c: ConsoleContext,
  asked: { readonly path: string; readonly query: Query; readonly section: Section },
): Promise<Response> {
  const answered = await c.var.api.raw(asked.path, asked.query, { accept: "text/csv" });
  if (!answered.ok) {
    return failurePage(c, await answered.json<ApiProblem>(), asked.section);
  }
  const headers = new Headers({ "cache-control": "no-store" });
  for (const name of HANDED_ON) headers.set(name, answered.headers.get(name) ?? "");
  return new Response(answered.body, { headers });
}
