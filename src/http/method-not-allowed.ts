// What is answered where no route fits: 405 with `Allow` when the address exists for other methods,
// else 404. Derived from the routes themselves, so that it can not disagree with them.

import type { Hono } from "hono";
import type { Door, DoorContext } from "./doors";
import { problem } from "./problem";

/** Made once, after the last route was added. */
export function noRoute(app: Hono<Door>): (c: DoorContext) => Response {
  const routes = app.routes
    .filter(({ method, path }) => method !== "ALL" && !path.endsWith("*"))
    .map(({ method, path }) => ({ method, matches: patternOf(path) }));
  return function answerNoRoute(c) {
    const methods = new Set(
      routes.filter(({ matches }) => matches.test(c.req.path)).map(({ method }) => method),
    );
    if (methods.size === 0) {
      return problem("not_found", { detail: "See the list of addresses in the README." });
    }
    if (methods.has("GET")) methods.add("HEAD");
    const allow = [...methods].toSorted().join(", ");
    return problem("method_not_allowed", {
      detail: `This address takes ${allow}.`,
      headers: { allow },
    });
  };
}

/** Our paths know literal parts and `:name` for one part, nothing else. */
function patternOf(path: string): RegExp {
  const parts = path.split("/").map((part) => {
    if (part.startsWith(":")) return "[^/]+";
    return part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  });
  return new RegExp(`^${parts.join("/")}$`);
}
