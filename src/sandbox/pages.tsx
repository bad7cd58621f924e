/**
 * The pages' routes and forms. A form ends in a redirect or a page; what it changes is
 * done by `actions.ts`. The start page makes its link through the merchant's own API,
 * by the merchant's public door and with the merchant's key.
 */
import { type Context, Hono } from "hono";
import * as z from "zod";
import { type Action, act, type ActionRequest, actionRequest } from "./actions";
import type { Books } from "./books";
import { getLink, getOrder } from "./desk";
import { GatewayError } from "./gateway-error";
import { abandonedPage, checkoutPage, returnPage } from "./checkout-page";
import { dashboardPage } from "./dashboard-page";
import { linkObject } from "./link";
import type { Order } from "./order";
import { currentOrder, openLink } from "./payments";
import { redirectOf } from "./redirect";
import { closeBooks } from "./settlements";
import { type MadeLink, startPage } from "./start-page";

type Fields = Readonly<Record<string, string>>;

async function readForm(c: Context): Promise<Fields> {
  const form = await c.req.parseBody();
  const texts = Object.entries(form).filter(
    (entry): entry is [string, string] => typeof entry[1] === "string",
  );
  return Object.fromEntries(texts);
}

/** Rupees as typed into a form → paisa; undefined when the field is empty. */
function paisa(rupees: string | undefined): number | undefined {
  return rupees ? Math.round(Number(rupees) * 100) : undefined;
}

function seeOther(path: string): Response {
  return new Response(null, { status: 303, headers: { location: path } });
}

/** The checkout's buttons as actions. "Abandon" is none: the customer just goes. */
const checkoutActions: Readonly<
  Record<string, { action: Action; final?: boolean; part?: boolean }>
> = {
  pay: { action: "pay" },
  "pay-part": { action: "pay", part: true },
  fail: { action: "fail" },
  "fail-final": { action: "fail", final: true },
  wait: { action: "initiate" },
  "bank-yes": { action: "pay" },
  "bank-no": { action: "fail" },
};

async function onCheckout(books: Books, c: Context): Promise<Response> {
  const link = getLink(books, c.req.param("id") ?? "");
  const fields = await readForm(c);
  const button = checkoutActions[fields["do"] ?? ""];
  if (!button) return abandonedPage(link);
  const request: ActionRequest = actionRequest.parse({
    ...(fields["instrument"] ? { instrument: fields["instrument"] } : {}),
    amount: button.part ? (paisa(fields["rupees"]) ?? 0) : undefined,
    final: button.final,
  });
  let order: Order;
  try {
    order = books.inTransaction(() =>
      act(books, currentOrder(books, link), button.action, request),
    );
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    const again = getLink(books, link.id);
    return checkoutPage(again, currentOrder(books, again), error.message);
  }
  const redirect = await redirectOf(books, order);
  return returnPage(redirect, redirect.fields["status"] ?? order.status);
}

/** Settles all that there is to settle, of all links. */
function onSettle(books: Books, link_id: string): Response | Promise<Response> {
  try {
    books.inTransaction(() => closeBooks(books, { hold: [], settled: true, late_days: 0 }));
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    return dashboardPage(books, getLink(books, link_id), error.message);
  }
  return seeOther(`/sandbox/dashboard/${link_id}`);
}

async function onDashboard(books: Books, c: Context, order: Order): Promise<Response> {
  const fields = await readForm(c);
  const { rupees, status } = fields;
  const request = actionRequest.parse({ amount: paisa(rupees), status });
  const link_id = order.link_id ?? "";
  try {
    books.inTransaction(() => act(books, order, fields["do"] as Action, request));
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    return dashboardPage(books, getLink(books, link_id), error.message);
  }
  return seeOther(`/sandbox/dashboard/${link_id}`);
}

const createdLink = z.looseObject({
  payment_link_id: z.string(),
  verdict_url: z.string().nullish(),
  receipt_url: z.string().nullish(),
});

async function onCreate(books: Books, c: Context): Promise<Response> {
  const fields = await readForm(c);
  const response = await books.callMerchant("/v1/links", {
    method: "POST",
    headers: {
      authorization: `Bearer ${books.account.api_key}`,
      "content-type": "application/json",
    },
    body: JSON.stringify({
      amount: { value: paisa(fields["rupees"]) ?? 0, currency: "INR" },
      merchant_payment_link_reference: `start-${crypto.randomUUID().slice(0, 8)}`,
      description: fields["description"] ?? "",
      customer: { first_name: "Asha", email_id: "asha@example.com", mobile_number: "9876543210" },
      part_payment: fields["part_payment"] === "yes",
      pre_auth: fields["pre_auth"] === "yes",
    }),
  });
  const text = await response.text();
  if (!response.ok) return startPage(books, undefined, `${response.status} ${text}`);
  const body = createdLink.safeParse(JSON.parse(text));
  if (!body.success) return startPage(books, undefined, `No link in the answer: ${text}`);
  const made: MadeLink = {
    payment_link_id: body.data.payment_link_id,
    verdict_url: body.data.verdict_url ?? null,
    receipt_url: body.data.receipt_url ?? null,
  };
  books.store.write(`made:${made.payment_link_id}`, made);
  return seeOther(`/sandbox?made=${made.payment_link_id}`);
}

async function onKnobs(books: Books, c: Context): Promise<Response> {
  const fields = await readForm(c);
  const answers = fields["answers"] === "on" ? [{ operation: "*", times: -1, status: 500 }] : [];
  books.changeKnobs({
    refunds: fields["refunds"],
    answers,
    webhooks: { drop: fields["webhooks"] === "drop", repeat: Number(fields["repeat"] ?? 0) },
  });
  return seeOther("/sandbox");
}

/**
 * The merchant's JSON about an order, laid out to be read: a click cannot send a bearer token, so the
 * sandbox does.
 */
async function viewOrder(books: Books, c: Context): Promise<Response> {
  const path = `/v1/orders/${encodeURIComponent(c.req.param("id") ?? "")}`;
  const headers = { authorization: `Bearer ${books.account.api_key}` };
  const response = await books.callMerchant(path, { headers });
  return new Response(JSON.stringify(await response.json(), null, 2), {
    status: response.status,
    headers: { "content-type": response.headers.get("content-type") ?? "application/json" },
  });
}

/** Mount at `/sandbox`. */
export function pageRoutes(books: Books): Hono {
  const app = new Hono();
  app.get("/", (c) => {
    const made = books.store.read(`made:${c.req.query("made") ?? ""}`);
    return startPage(books, made as MadeLink | undefined);
  });
  app.post("/start/links", (c) => onCreate(books, c));
  app.post("/start/knobs", (c) => onKnobs(books, c));
  app.get("/view/orders/:id", (c) => viewOrder(books, c));
  app.get("/view/links/:id", (c) => Response.json(linkObject(getLink(books, c.req.param("id")))));
  app.get("/checkout/:id", (c) => {
    const link = getLink(books, c.req.param("id"));
    const order = books.inTransaction(() => openLink(books, link));
    return checkoutPage(link, order);
  });
  app.post("/checkout/:id", (c) => onCheckout(books, c));
  app.get("/dashboard/:id", (c) => dashboardPage(books, getLink(books, c.req.param("id"))));
  app.post("/dashboard/:id", (c) => {
    const link = getLink(books, c.req.param("id"));
    return onDashboard(books, c, currentOrder(books, link));
  });
  app.post("/dashboard/:id/settle", (c) => onSettle(books, c.req.param("id")));
  app.post("/dashboard/orders/:id", (c) =>
    onDashboard(books, c, getOrder(books, c.req.param("id"))),
  );
  app.post("/dashboard/webhooks/:id", async (c) => {
    const fields = await readForm(c);
    await books.mailroom.deliver([c.req.param("id")], books.knobs.webhooks);
    return seeOther(`/sandbox/dashboard/${fields["link"] ?? ""}`);
  });
  return app;
}
