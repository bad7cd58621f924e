/**
 * The sandbox's own routes of settlements and chargebacks; `control.ts` lists them. Amounts
 * are paisa, and the answers say what a transfer is in the books, not how it is reported.
 */
import { type Context, Hono } from "hono";
import * as z from "zod";
import type { Books } from "./books";
import { parseTime } from "./clock";
import { GatewayError } from "./gateway-error";
import { readBody } from "./read-body";
import { figuresOf, type Settlement } from "./settlement";
import { chargeBack, closeBooks, payOut, recoverLoan } from "./settlements";

const closeRequest = z.strictObject({
  through: z
    .string()
    .transform((text, context) => parseTime(text) ?? (context.addIssue("ISO 8601 in UTC"), z.NEVER))
    .optional(),
  hold: z.array(z.string()).default([]),
  settled: z.boolean().default(true),
  late_days: z.int().min(0).max(60).default(0),
});
const plantRequest = z.strictObject({
  rows: z.array(z.unknown()).optional(),
  totals: z.record(z.string(), z.unknown()).optional(),
  lines: z.array(z.unknown()).optional(),
});
const loanRequest = z.strictObject({ amount: z.int().min(1) });
const chargebackRequest = z.strictObject({
  payment_id: z.string(),
  amount: z.int().min(1).optional(),
});

function iso(micros: number | null): string | null {
  return micros === null ? null : new Date(micros / 1000).toISOString();
}

/** A transfer with its sums. */
function show(settlement: Settlement): Response {
  const { utr, processed_at, settled_at, lines } = settlement;
  return Response.json({
    utr,
    processed_at: iso(processed_at),
    settled_at: iso(settled_at),
    transactions: lines.map((line) => line.transaction_id),
    figures: figuresOf(settlement),
  });
}

function utrOf(c: Context): string {
  return c.req.param("utr") ?? "";
}

/** Mount at `/sandbox`. */
export function settlementRoutes(books: Books): Hono {
  const app = new Hono();
  app.get("/settlements", () => Response.json({ settlements: books.settlements.listReports() }));
  app.post("/settlements", async (c) => {
    const request = await readBody(c, closeRequest);
    return show(books.inTransaction(() => closeBooks(books, request)));
  });
  app.put("/settlements/:utr", async (c) => {
    const utr = utrOf(c);
    books.settlements.plant(utr, await readBody(c, plantRequest));
    return Response.json({ utr, ...books.settlements.findReport(utr) });
  });
  app.delete("/settlements/:utr", (c) => {
    const utr = utrOf(c);
    if (!books.settlements.has(utr)) {
      throw new GatewayError("SETTLEMENT_NOT_FOUND", `No settlement ${utr}`);
    }
    books.inTransaction(() => books.settlements.remove(utr));
    return Response.json({ ok: true });
  });
  app.post("/settlements/:utr/settle", (c) =>
    show(books.inTransaction(() => payOut(books, utrOf(c)))),
  );
  app.post("/settlements/:utr/loan", async (c) => {
    const { amount } = await readBody(c, loanRequest);
    return show(books.inTransaction(() => recoverLoan(books, utrOf(c), amount)));
  });
  app.post("/chargebacks", async (c) => {
    const { payment_id, amount } = await readBody(c, chargebackRequest);
    const taken = books.inTransaction(() => chargeBack(books, payment_id, amount));
    return Response.json({ payment_id, amount: taken });
  });
  return app;
}
