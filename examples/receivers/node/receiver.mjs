// Verifies Chukta's notifications and delivers each paid order once. Node 20.10, nothing to install.
//
//   CHUKTA_URL=https://pay.shop.example CHUKTA_KEY=… NOTIFY_SECRET=whsec_… PORT=3000 node receiver.mjs
//
// Its books are a folder: `orders.json` is the shop's, {"order-7": 150000} in paisa; `journal` is this
// program's, a line for each notification with all that it did. One process: more need a database.
import { createHmac, timingSafeEqual } from "node:crypto";
import { appendFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { hostname } from "node:os";
import { buffer } from "node:stream/consumers";

const { CHUKTA_URL, CHUKTA_KEY, NOTIFY_SECRET = "", PORT = "3000", BOOKS = "books" } = process.env;
const secret = Buffer.from(NOTIFY_SECRET.replace(/^whsec_/, ""), "base64");
if (!CHUKTA_URL || !CHUKTA_KEY || secret.length < 24) {
  throw new Error("Set CHUKTA_URL, CHUKTA_KEY and NOTIFY_SECRET (whsec_ and base64).");
}

const seen = new Set(); // webhook-ids
const newest = new Map(); // reference → { seq, stage }
const deliveries = new Map(); // reference → { claim_id, reported, stopped }

function read({ id, reference, seq, stage, delivery }) {
  seen.add(id);
  if (seq > (newest.get(reference)?.seq ?? 0)) newest.set(reference, { seq, stage });
  if (delivery) deliveries.set(reference, { ...deliveries.get(reference), ...delivery });
}

/** The id and its effect are on the disk in one line, both or neither, before anything is answered. */
function write(line) {
  appendFileSync(`${BOOKS}/journal`, `\n${JSON.stringify(line)}`, { flush: true });
  read(line);
}

mkdirSync(BOOKS, { recursive: true });
const journal = existsSync(`${BOOKS}/journal`) ? readFileSync(`${BOOKS}/journal`, "utf8") : "";
for (const line of journal.split("\n")) {
  try {
    read(JSON.parse(line));
  } catch {
    // The empty first line, or one that a crash tore: it was never acknowledged and comes again.
  }
}

/** Standard Webhooks: one of the signatures is ours, of these very bytes, at most five minutes old. */
function isGenuine(headers, body) {
  const { "webhook-id": id, "webhook-timestamp": at, "webhook-signature": given } = headers;
  if (!id || !given || !(Math.abs(Date.now() / 1000 - Number(at)) <= 300)) return false;
  const hmac = createHmac("sha256", secret).update(`${id}.${at}.`).update(body);
  const ours = Buffer.from(`v1,${hmac.digest("base64")}`);
  const theirs = given.split(" ").map((signature) => Buffer.from(signature));
  return theirs.some((one) => one.length === ours.length && timingSafeEqual(one, ours));
}

async function ask(path, body, headers = {}) {
  return fetch(`${CHUKTA_URL}${path}`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${CHUKTA_KEY}`,
      "content-type": "application/json",
      ...headers,
    },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(5_000),
  });
}

/** The claim to deliver this order, or null if there is nothing to deliver; throws to be asked again. */
async function claim(id, order) {
  const reference = order.merchant_reference;
  const value = JSON.parse(readFileSync(`${BOOKS}/orders.json`, "utf8"))[reference];
  if (typeof value !== "number") return null; // not an order of this shop
  const question = {
    order_id: order.order_id,
    expect: { merchant_reference: reference, amount: { value, currency: "INR" } },
    claim: { by: `receiver at ${hostname()}`, lease_seconds: 300 },
  };
  // The same key from the same place is given the same claim again, should the answer get lost.
  const response = await ask("/v1/verify", question, { "idempotency-key": id });
  if (!response.ok) throw new Error(`verify: ${response.status} ${await response.text()}`);
  const { verdict, fulfill, mismatch, claim: told } = await response.json();
  if (fulfill && told.state === "granted") return told.claim_id;
  const open = verdict === "paid" && mismatch.length === 0 && told.state !== "done";
  if (open) throw new Error(`${reference} is ${told.state} (${told.by})`); // ask again later
  console.log(
    `${reference} is not for us: ${verdict}, claim ${told.state}, mismatch [${mismatch}]`,
  );
  return null;
}

async function handle(id, { type, data }) {
  const { seq, order } = data;
  const reference = order.merchant_reference;
  if (!seen.has(id)) {
    const claim_id = type === "order.paid" ? await claim(id, order) : null;
    const line = { id, reference, seq, stage: order.stage };
    if (claim_id) line.delivery = { claim_id, reported: false };
    const gone =
      type === "order.paid_reversed" || (type === "order.refunded" && order.stage === "refunded");
    if (gone && deliveries.has(reference)) line.delivery = { stopped: true }; // call the parcel back
    if (!seen.has(id)) {
      write(line); // the same one may have come twice at once
      if (claim_id) console.log(`${reference} is delivered`);
    }
  }
  const delivery = deliveries.get(reference);
  if (!delivery || delivery.reported) return;
  const said = { claim_id: delivery.claim_id, state: "done" };
  const response = await ask(`/v1/orders/${order.id}/fulfillment`, said);
  // 409: the money went meanwhile, or the claim is another's. Chukta shows it to a person.
  if (!response.ok && response.status !== 409) throw new Error(`fulfillment: ${response.status}`);
  write({ id, reference, delivery: { reported: true } });
}

createServer(async (request, response) => {
  let status = 200;
  try {
    const body = await buffer(request);
    const id = request.headers["webhook-id"];
    if (isGenuine(request.headers, body)) await handle(id, JSON.parse(body));
    else status = 401;
  } catch (error) {
    console.error(error.message);
    status = 503; // not done: send it again
  }
  response.writeHead(status).end();
}).listen(Number(PORT), () => console.log(`Listening on ${PORT}`));
