// Which other origins' pages may read an answer in a browser: the storefronts of STOREFRONT_ORIGINS,
// each by its exact name, without cookies. Everybody else gets the answer and no permission to read
// it; the API key's routes give none at all.

import type { MiddlewareHandler } from "hono";
import type { Door } from "./doors";

/** How long a browser may remember a preflight's answer, in seconds. */
const PREFLIGHT_AGE_S = 3_600;

/** Answers the preflight itself; adds the permission to what the route answers. */
export const storefrontCors: MiddlewareHandler<Door> = async function storefrontCors(c, next) {
  const origin = c.req.header("origin");
  const isStorefront =
    origin !== undefined && c.var.doors.config.storefront_origins.includes(origin);
  if (c.req.method === "OPTIONS") {
    c.res = new Response(null, { status: 204, headers: { allow: "GET, HEAD, OPTIONS" } });
    if (isStorefront) {
      c.res.headers.set("access-control-allow-methods", "GET");
      c.res.headers.set("access-control-max-age", String(PREFLIGHT_AGE_S));
    }
  } else {
    await next();
  }
  c.res.headers.append("vary", "origin");
  if (isStorefront) {
    c.res.headers.set("access-control-allow-origin", origin);
    c.res.headers.set("access-control-expose-headers", "x-request-id");
  }
};
