// A shop with one product: takes an order, sends the customer to a payment link of Chukta's, and delivers
// once when Chukta says that it is paid. Node 20.10, nothing to install.
//
//   CHUKTA_URL=https://pay.shop.example CHUKTA_KEY=… ORIGIN=https://shop.example PORT=3000 node storefront.mjs
//
// That the customer comes back proves nothing, whatever the address says: each look at the order page asks
// Chukta. The books are one file, a line for each thing that happened. One process: more need a database.
import { randomUUID } from "node:crypto";
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { orderPage, productPage, troublePage } from "./pages.mjs";

const { CHUKTA_URL, CHUKTA_KEY, PORT = "3000", BOOKS = "books" } = process.env;
const { ORIGIN = `http://localhost:${PORT}` } = process.env;
if (!CHUKTA_URL || !CHUKTA_KEY) throw new Error("Set CHUKTA_URL and CHUKTA_KEY.");
const PRICE = 49_900; // paisa

const orders = new Map(); // reference → { reference, quantity, amount, email, link, token, order_id, claim_id, reported }

function read(line) {
  orders.set(line.reference, { ...orders.get(line.reference), ...line });
}
function write(line) {
  appendFileSync(BOOKS, `\n${JSON.stringify(line)}`, { flush: true });
  read(line);
}
for (const line of existsSync(BOOKS) ? readFileSync(BOOKS, "utf8").split("\n") : []) {
  try {
    read(JSON.parse(line));
  } catch {
    // The empty first line, or one that a crash tore: nobody was told of it.
  }
}

function ask(path, body, headers = {}) {
  return fetch(`${CHUKTA_URL}${path}`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${CHUKTA_KEY}`,
      "content-type": "application/json",
      ...headers,
    },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(15_000),
  });
}

/** Written down before anything is asked of anybody: the amount that we expect is the one in our books. */
function takeOrder(form) {
  const quantity = Math.min(Math.max(Math.trunc(Number(form.get("quantity"))) || 1, 1), 5);
  const reference = `shop-${randomUUID()}`;
  const key = randomUUID(); // of our delivery of it
  write({ reference, key, quantity, amount: quantity * PRICE, email: form.get("email") });
  return reference;
}

/** The address where the customer pays. The same request gives the same link, after a lost answer too. */
async function makeLink({ reference, quantity, amount, email }) {
  const response = await ask("/v1/links", {
    amount: { value: amount, currency: "INR" },
    merchant_payment_link_reference: reference,
    customer: { email_id: email },
    description: `Darjeeling tea, ${quantity} × 100 g`,
    callback_url: `${ORIGIN}/orders/${reference}`,
  });
  if (!response.ok) throw new Error(`links: ${response.status} ${await response.text()}`);
  const { payment_link, token } = await response.json();
  write({ reference, link: payment_link, token });
  return payment_link;
}

/** What is true of the order, in a word of the page; delivers it if it is ours to deliver now. */
async function look(order, token) {
  if (order.claim_id) return "delivered";
  if (!token) return "new";
  const { reference, amount } = order;
  const question = {
    token,
    // Somebody may come back with the token of another order: that one is paid, and this one is not.
    expect: { merchant_reference: reference, amount: { value: amount, currency: "INR" } },
    claim: { by: "storefront", lease_seconds: 300 },
  };
  // Two tabs ask at once, or an answer gets lost: with our key it is the same claim, and nobody else's.
  const response = await ask("/v1/verify", question, { "idempotency-key": order.key });
  if (response.status === 404) return "mismatch";
  if (!response.ok) throw new Error(`verify: ${response.status} ${await response.text()}`);
  const { verdict, fulfill, mismatch, claim, order_id } = await response.json();
  if (mismatch.length > 0) return "mismatch";
  if (claim.state === "done") return "delivered"; // by another part of the shop
  if (claim.state === "held") return "delivering";
  if (!fulfill || claim.state !== "granted") return verdict;
  deliver(reference, order_id, claim.claim_id);
  return "delivered";
}

/** Looked up and written without a pause in between: of two tabs one delivers, the other finds it done. */
function deliver(reference, order_id, claim_id) {
  if (orders.get(reference).claim_id) return;
  write({ reference, order_id, claim_id, reported: false });
  console.log(`${reference} is delivered`);
  void report();
}

/** Tells Chukta what was delivered, until it knows: now and then, and after a crash. */
async function report() {
  for (const { reference, order_id, claim_id, reported } of orders.values()) {
    if (reported !== false) continue;
    try {
      const done = { claim_id, state: "done" };
      const response = await ask(`/v1/orders/${order_id}/fulfillment`, done);
      // 409: the money went meanwhile, or another delivered. Chukta shows it to a person.
      if (response.ok || response.status === 409) write({ reference, reported: true });
      else console.error(`fulfillment: ${response.status} ${await response.text()}`);
    } catch (error) {
      console.error(error.message);
    }
  }
}

async function answer(request) {
  const { pathname, searchParams } = new URL(request.url, ORIGIN);
  const [, place, reference, act] = pathname.split("/");
  const order = place === "orders" ? orders.get(reference) : undefined;
  const what = `${request.method} ${act ?? ""}`;
  if (pathname === "/" && request.method === "GET") return { page: productPage(PRICE) };
  if (pathname === "/orders" && request.method === "POST") {
    return { to: `/orders/${takeOrder(new URLSearchParams(await text(request)))}` };
  }
  if (order && what === "POST pay") return { to: order.link ?? (await makeLink(order)) };
  if (order && what === "GET ") {
    const state = await look(order, searchParams.get("chukta") ?? order.token);
    return { page: orderPage(order, state) };
  }
  return { status: 404, page: productPage(PRICE) };
}

const HEADERS = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:",
  "referrer-policy": "no-referrer", // the address bears the token
  "cache-control": "no-store",
};

createServer(async (request, response) => {
  let answered;
  try {
    answered = await answer(request);
  } catch (error) {
    console.error(error.message);
    answered = { status: 503, page: troublePage(request.method === "GET") };
  }
  const { status = 200, page, to } = answered;
  if (to) response.writeHead(303, { ...HEADERS, location: to }).end();
  else response.writeHead(status, HEADERS).end(page);
}).listen(Number(PORT), () => console.log(`Listening on ${PORT}`));
void report();
setInterval(() => void report(), 30_000);
