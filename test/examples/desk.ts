// A stand-in for Chukta's two doors that a receiver knocks at: the verdict with a claim, and the end
// of a claim. As small as the contract allows, so that a test can lose an answer or end a program at
// the very moment that matters.
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { json } from "node:stream/consumers";
import { findFreePort } from "../browser/chukta";

/** What becomes of the next request: it does its work and the answer is lost, or it is not heard at all. */
export type Trouble = "answer_lost" | "unavailable";

interface Claim {
  readonly id: string;
  readonly by: string;
  readonly key: string | null;
  state: "live" | "done" | "released";
}

interface Order {
  readonly reference: string;
  readonly paisa: number;
  secured: boolean;
  readonly claims: Claim[];
}

interface Question {
  readonly order_id: string;
  readonly expect: {
    readonly merchant_reference: string;
    readonly amount: { readonly value: number; readonly currency: string };
  };
  readonly claim: { readonly by: string; readonly lease_seconds: number };
}

export class Desk {
  readonly origin: string;
  readonly close: () => Promise<void>;
  readonly #orders = new Map<string, Order>();
  /** Called before a request is answered. */
  trouble: (path: string) => Trouble | null = () => null;

  private constructor(origin: string, close: () => Promise<void>) {
    this.origin = origin;
    this.close = close;
  }

  static async open(): Promise<Desk> {
    const port = await findFreePort();
    const server = createServer((request, response) => {
      // Whoever asked may have been killed while it asked.
      desk.#serve(request, response).catch(() => response.destroy());
    });
    const desk = new Desk(`http://localhost:${port}`, async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    });
    server.listen(port, "localhost");
    await once(server, "listening");
    return desk;
  }

  /** A paid order. */
  add(id: string, reference: string, paisa: number): void {
    this.#orders.set(id, { reference, paisa, secured: true, claims: [] });
  }

  /** The gateway takes its word back. */
  reverse(id: string): void {
    this.#get(id).secured = false;
  }

  /** Somebody else claims it. Returns the claim's id. */
  claimForAnother(id: string): string {
    const claim: Claim = { id: "claim-of-another", by: "storefront", key: null, state: "live" };
    this.#get(id).claims.push(claim);
    return claim.id;
  }

  release(id: string): void {
    const live = this.#get(id).claims.find(({ state }) => state === "live");
    if (live) live.state = "released";
  }

  claims(id: string): readonly string[] {
    return this.#get(id).claims.map(({ state }) => state);
  }

  #get(id: string): Order {
    const order = this.#orders.get(id);
    if (order === undefined) throw new Error(`Nobody knows ${id}.`);
    return order;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? "";
    const trouble = this.trouble(path);
    const body = await json(request);
    if (trouble === "unavailable") {
      answer(response, 503, { code: "internal_error" });
      return;
    }
    const [, id = ""] = /^\/v1\/orders\/([^/]+)\/fulfillment$/.exec(path) ?? [];
    const key = request.headers["idempotency-key"];
    const [status, said] =
      id === ""
        ? this.#verify(body as Question, typeof key === "string" ? key : null)
        : this.#end(id, body as { claim_id: string });
    if (trouble === "answer_lost") response.destroy();
    else answer(response, status, said);
  }

  #verify({ order_id, expect, claim }: Question, key: string | null): readonly [number, unknown] {
    const order = this.#get(order_id);
    const mismatch = [
      ...(expect.merchant_reference === order.reference ? [] : ["merchant_reference"]),
      ...(expect.amount.value === order.paisa ? [] : ["amount"]),
    ];
    const told = this.#claim(order, order.secured && mismatch.length === 0, claim.by, key);
    const fulfill = told["state"] === "granted";
    return [200, { verdict: "paid", fulfill, mismatch, claim: told }];
  }

  #claim(
    order: Order,
    secured: boolean,
    by: string,
    key: string | null,
  ): Readonly<Record<string, unknown>> {
    const done = order.claims.find(({ state }) => state === "done");
    if (done) return { state: "done", by: done.by };
    const live = order.claims.find(({ state }) => state === "live");
    if (live?.key && live.key === key) {
      return { state: "granted", claim_id: live.id };
    }
    if (live) return { state: "held", by: live.by };
    if (!secured) return { state: "refused" };
    const claim: Claim = { id: `claim-${order.claims.length + 1}`, by, key, state: "live" };
    order.claims.push(claim);
    return { state: "granted", claim_id: claim.id };
  }

  #end(id: string, { claim_id }: { claim_id: string }): readonly [number, unknown] {
    const order = this.#get(id);
    const claim = order.claims.find((one) => one.id === claim_id);
    if (claim === undefined) return [404, { code: "claim_unknown" }];
    if (!order.secured) return [409, { code: "claim_lapsed" }];
    claim.state = "done";
    return [200, {}];
  }
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
