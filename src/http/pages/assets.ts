// What pages, browsers and robots fetch: the style sheet, no icon (asked for by itself wherever a
// page names none), and the word that there is nothing here to index.

import { Hono } from "hono";
import type { Door } from "../doors";
import { STYLE, STYLE_PATH } from "./style";

export const assets = new Hono<Door>()
  .get(STYLE_PATH, (c) =>
    c.body(STYLE, 200, {
      "content-type": "text/css; charset=utf-8",
      "cache-control": "public, max-age=3600",
    }),
  )
  .get("/favicon.ico", (c) => c.body(null, 204, { "cache-control": "public, max-age=86400" }))
  .get("/robots.txt", (c) => c.text("User-agent: *\nDisallow: /\n"));
