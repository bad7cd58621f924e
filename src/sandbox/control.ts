/**
 * The sandbox's own routes, which the real gateway does not have: faults, reset, the
 * truth, webhooks, direct actions, the request log. Everything under `/sandbox` is put
 * together here. JSON in, JSON out; a refusal has the gateway's error body.
 *
 *   GET, POST, DELETE /sandbox/faults     the knobs of `knobs.ts`, merged, or put back
 *   POST /sandbox/reset                   empties the books, logs and knobs
 *   GET  /sandbox/books                   `truth.ts`: links and orders as they are, with their sums
 *   GET  /sandbox/requests                counts per operation, the last requests
 *   GET  /sandbox/webhooks                the delivery log
 *   GET  /sandbox/webhooks/queue          how many are on their way
 *   POST /sandbox/webhooks/deliver        {ids?, all?, shuffle?, times?, at_once?} → the log of those
 *   POST /sandbox/webhooks/send           {event, body} signs and queues any body
 *   POST /sandbox/tokens/revoke           every token stops working
 *   POST /sandbox/orders                  an order without a link
 *   POST /sandbox/orders/{id}/{action}    `actions.ts` → {link, order, redirect}
 *   POST /sandbox/links/{id}/{action}     the same for the link's current order
 *   POST /sandbox/settlements             {through?, hold?, settled?, late_days?} → a new transfer
 *   GET  /sandbox/settlements             all transfers as they are reported
 *   PUT, DELETE /sandbox/settlements/{utr}  {rows?, totals?, lines?}: any JSON in their place; forgets it
 *   POST /sandbox/settlements/{utr}/settle  the bank is paid
 *   POST /sandbox/settlements/{utr}/loan  {amount} kept back for a loan
 *   POST /sandbox/chargebacks             {payment_id, amount?} deducted by the next transfer
 *   POST /sandbox/month                   {seed, days?, orders?} begins a month of business
 *   POST /sandbox/month/day               {day} plays the next day → its orders and links
 *   GET  /sandbox/month                   what was played: sums, and the trouble that was put in
 */
import { type Context, Hono } from "hono";
import { z, ZodError } from "zod";
import { act, type Action, actionRequest, actions } from "./actions";
import type { Books } from "./books";
import { getLink, getOrder, showOrder } from "./desk";
import { gatewayRoutes } from "./gateway";
import { GatewayError } from "./gateway-error";
import { linkObject } from "./link";
import type { Order } from "./order";
import { monthRoutes } from "./month-routes";
import { pageRoutes } from "./pages";
import { currentOrder, makeOrder } from "./payments";
import { readBody } from "./read-body";
import { receiverRoutes } from "./receiver-page";
import { redirectOf } from "./redirect";
import { settlementRoutes } from "./settlement-routes";
import { readTruth } from "./truth";

const deliverRequest = z.strictObject({
  ids: z.array(z.string()).optional(),
  all: z.boolean().default(false),
  shuffle: z.boolean().optional(),
  times: z.int().min(1).max(20).default(1),
  at_once: z.int().min(1).max(100).default(1),
});
const sendRequest = z.strictObject({ event: z.string(), body: z.unknown() });
const orderRequest = z.strictObject({
  amount: z.int().min(100),
  pre_auth: z.boolean().default(false),
  reference: z.string().optional(),
  merchant_metadata: z.record(z.string(), z.string()).optional(),
});

function onError(error: Error, c: Context): Response {
  if (error instanceof GatewayError) return Response.json(error.toBody(), { status: error.status });
  if (error instanceof ZodError || error instanceof SyntaxError) {
    return Response.json({ code: "INVALID_REQUEST", message: error.message }, { status: 400 });
  }
  console.error(`sandbox: ${c.req.method} ${c.req.path}`, error);
  return Response.json({ code: "SANDBOX_BUG", message: String(error) }, { status: 500 });
}

async function runAction(books: Books, c: Context, find: () => Order): Promise<Response> {
  const request = await readBody(c, actionRequest);
  const action = c.req.param("action") as Action;
  if (!actions.includes(action)) {
    throw new GatewayError("NOT_FOUND", `No action ${action}; there are ${actions.join(", ")}`);
  }
  const order = books.inTransaction(() => act(books, find(), action, request));
  const link = order.link_id ? books.store.findLink(order.link_id) : undefined;
  return Response.json({
    link: link ? linkObject(link) : null,
    order: showOrder(books, order),
    redirect: order.payments.length > 0 ? await redirectOf(books, order) : null,
  });
}

function controlRoutes(books: Books): Hono {
  const app = new Hono();
  app.get("/faults", () => Response.json(books.knobs));
  app.post("/faults", async (c) => {
    return Response.json(books.changeKnobs(await readBody(c, z.unknown())));
  });
  app.delete("/faults", () => Response.json(books.resetKnobs()));
  app.post("/reset", () => {
    books.reset();
    return Response.json({ ok: true });
  });
  app.get("/books", () => Response.json(readTruth(books)));
  app.get("/requests", () => Response.json(books.requests.read()));
  app.post("/tokens/revoke", () => {
    books.store.revokeTokens();
    return Response.json({ ok: true });
  });
  app.get("/webhooks", () => Response.json({ messages: books.mailroom.list() }));
  app.get("/webhooks/queue", () => Response.json({ queued: books.mailroom.countQueued() }));
  app.post("/webhooks/deliver", async (c) => {
    const request = await readBody(c, deliverRequest);
    const { webhooks } = books.knobs;
    const ids = request.ids ?? books.mailroom.listDue(request.all);
    for (let round = 0; round < request.times; round += 1) {
      await books.mailroom.deliver(ids, webhooks, {
        shuffled: request.shuffle ?? webhooks.reorder,
        at_once: request.at_once,
      });
    }
    return Response.json({ messages: books.mailroom.list(ids) });
  });
  app.post("/webhooks/send", async (c) => {
    const { event, body } = await readBody(c, sendRequest);
    return Response.json({ id: books.mailroom.queue(event, body, books.knobs.webhooks) });
  });
  app.post("/orders", async (c) => {
    const request = await readBody(c, orderRequest);
    const { merchant_metadata } = request;
    const order = makeOrder(books, {
      link_id: null,
      reference: request.reference ?? crypto.randomUUID(),
      amount: { value: request.amount, currency: "INR" },
      pre_auth: request.pre_auth,
      part_payment: false,
      purchase_details: merchant_metadata ? { merchant_metadata } : {},
    });
    return Response.json({ link: null, order: showOrder(books, order), redirect: null });
  });
  app.post("/orders/:id/:action", (c) =>
    runAction(books, c, () => getOrder(books, c.req.param("id"))),
  );
  app.post("/links/:id/:action", (c) =>
    runAction(books, c, () => currentOrder(books, getLink(books, c.req.param("id")))),
  );
  return app;
}

/** Every path of the sandbox. */
export function sandboxRoutes(books: Books): Hono {
  const app = new Hono();
  app.onError(onError);
  app.route("/sandbox/api", gatewayRoutes(books));
  app.route("/sandbox", controlRoutes(books));
  app.route("/sandbox", settlementRoutes(books));
  app.route("/sandbox", monthRoutes(books));
  app.route("/sandbox/receiver", receiverRoutes(books));
  app.route("/sandbox", pageRoutes(books));
  return app;
}
