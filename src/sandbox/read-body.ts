/** How the sandbox's own routes read what they are sent: JSON, or nothing at all. */
import type { Context } from "hono";
import type { z } from "zod";

/** Throws a SyntaxError or a ZodError that says what is wrong; an empty body is `{}`. */
export async function readBody<T>(c: Context, schema: z.ZodType<T>): Promise<T> {
  const text = await c.req.text();
  return schema.parse(text === "" ? {} : JSON.parse(text));
}
