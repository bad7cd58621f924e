/** The sandbox's own routes of a month of business (`month.ts`); `control.ts` lists them. */
import { Hono } from "hono";
import * as z from "zod";
import type { Books } from "./books";
import { beginMonth, playDay, readMonth } from "./month";
import { readBody } from "./read-body";

const beginRequest = z.strictObject({
  seed: z.int().min(0).max(2_147_483_647),
  days: z.int().min(1).max(60).default(30),
  orders: z.int().min(1).max(1000).default(200),
});
const dayRequest = z.strictObject({ day: z.int().min(1) });

/** Mount at `/sandbox`. */
export function monthRoutes(books: Books): Hono {
  const app = new Hono();
  app.get("/month", () => Response.json(readMonth(books)));
  app.post("/month", async (c) => {
    beginMonth(books, await readBody(c, beginRequest));
    return Response.json(readMonth(books));
  });
  app.post("/month/day", async (c) => {
    const { day } = await readBody(c, dayRequest);
    return Response.json(books.inTransaction(() => playDay(books, day)));
  });
  return app;
}
