// Today: what needs attention, worst first, as numbers that are links.

import { Hono } from "hono";
import type { ConsoleDoor } from "../door";
import { page } from "../frame";

export const today = new Hono<ConsoleDoor>().get("/console", (c) =>
  page(c, { title: "Today", section: "today" }, <h1>Today</h1>),
);
