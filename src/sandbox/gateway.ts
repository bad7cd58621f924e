/**
 * The routes of the gateway's API under `/sandbox/api`. What an operation does is in
 * `gateway-links.ts`, `gateway-orders.ts` and `gateway-settlements.ts`; how any call is
 * handled, in `operation.ts`.
 */
import { type Context, Hono } from "hono";
import * as z from "zod";
import type { Books } from "./books";
import { formatTime } from "./clock";
import { GatewayError } from "./gateway-error";
import { cancelLink, createLink, notifyLink, readLink, readLinkByReference } from "./gateway-links";
import * as orders from "./gateway-orders";
import { listSettlements, readSettlement } from "./gateway-settlements";
import { newAccessToken } from "./ids";
import type { Operation } from "./knobs";
import { type Call, runOperation } from "./operation";

const tokenRequest = z.strictObject({
  client_id: z.string(),
  client_secret: z.string(),
  grant_type: z.literal("client_credentials"),
});

/** `POST /api/auth/v1/token` (docs/gateway.md 1.2). Wrong credentials are a 401 here. */
function issueToken(books: Books, call: Call): unknown {
  const request = call.parse(tokenRequest);
  const { client_id, client_secret } = books.account;
  if (request.client_id !== client_id || request.client_secret !== client_secret) {
    throw new GatewayError("UNAUTHORIZED", "Invalid client credentials");
  }
  const { token_lifetime_seconds: life, token_expiry, token_wrapped } = books.knobs;
  const now = books.now_ms() * 1000;
  const expires = now + life * 1_000_000;
  const access_token = newAccessToken();
  const really = books.knobs.token_dies_after_seconds ?? life;
  books.store.saveToken(access_token, now + really * 1_000_000);
  const body =
    token_expiry === "expires_at"
      ? { access_token, expires_at: formatTime(expires, "order") }
      : { access_token, expires_in: life };
  return token_wrapped ? { data: body } : body;
}

/** The API as a Hono app; mount it at `/sandbox/api`. */
export function gatewayRoutes(books: Books): Hono {
  const app = new Hono();
  type Rule = (books: Books, call: Call) => unknown;
  const on = (method: string, path: string, operation: Operation, rule: Rule): void => {
    app.on(method, path, (c) => runOperation(books, c, operation, (call) => rule(books, call)));
  };
  /** A route that exists only for accounts of one contract. */
  const only =
    (contract: "guide" | "reference", rule: Rule): Rule =>
    (_, call) => {
      if (books.knobs.contract === contract) return rule(books, call);
      throw new GatewayError("NOT_FOUND", "No such route");
    };

  on("POST", "/auth/v1/token", "token", issueToken);
  on("POST", "/pay/v1/paymentlink", "link.create", createLink);
  on("GET", "/pay/v1/paymentlink/ref/:reference", "link.get_by_reference", readLinkByReference);
  on("GET", "/pay/v1/paymentlink/:id", "link.get", readLink);
  on("PUT", "/pay/v1/paymentlink/:id/cancel", "link.cancel", cancelLink);
  on("PATCH", "/pay/v1/paymentlink/:id/notify", "link.notify", notifyLink);
  on(
    "GET",
    "/pay/v1/orders/reference/:reference",
    "order.get_by_reference",
    orders.readOrderByReference,
  );
  on("GET", "/pay/v1/orders/:id", "order.get", orders.readOrder);
  on("PUT", "/pay/v1/orders/:id/capture", "order.capture", orders.captureOrder);
  on("PUT", "/pay/v1/orders/:id/cancel", "order.cancel", orders.cancelOrder);
  on("POST", "/pay/v1/orders/:id/refund", "refund.create", only("guide", orders.refundByGuide));
  on("POST", "/pay/v1/refunds/:id", "refund.create", only("reference", orders.refundByReference));
  on("GET", "/settlements/v1/list", "settlement.list", listSettlements);
  on("GET", "/settlements/v1/detail/:utr", "settlement.detail", readSettlement);

  const known = app.routes.map(({ path }) => new RegExp(`^${path.replace(/:\w+/g, "[^/]+")}$`));
  app.all("*", (c: Context) =>
    runOperation(books, c, "unknown", () => {
      const path = new URL(c.req.url).pathname.replace(/^\/sandbox\/api/, "");
      const wrong_method = known.some((pattern) => pattern.test(path));
      if (wrong_method) throw new GatewayError("METHOD_NOT_ALLOWED", `No ${c.req.method} here`);
      throw new GatewayError("NOT_FOUND", "No such route");
    }),
  );
  return app;
}
