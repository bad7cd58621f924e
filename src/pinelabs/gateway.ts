// The port to the gateway: what the rest of the house may ask of it and how it can fail. The words of
// the gateway end here: answers come back as observations in our own terms. Implemented by client.ts.

import type { JsonObject } from "../domain/json";
import type { Observation } from "../domain/observation";
import type { Result } from "../domain/result";
import type { DetailPage, ListPage } from "../domain/settlement-report";
import type { Milliseconds } from "../domain/time";
import type { CaptureCall, Contract, RefundCall } from "./contract";

export type GatewayFailure =
  /** No answer in time, no connection, 5xx or an answer that is not theirs (redirect, HTML). A write may have been done. */
  | { readonly code: "gateway_unavailable"; readonly request_id: string; readonly message: string }
  /** 429. `retry_after` is from now, in milliseconds; null when the gateway did not say. */
  | {
      readonly code: "gateway_rate_limited";
      readonly request_id: string;
      readonly retry_after: Milliseconds | null;
    }
  /** 404. Without a `gateway_code` it may be a proxy's: then it proves nothing. */
  | {
      readonly code: "gateway_not_found";
      readonly request_id: string;
      readonly gateway_code: string | null;
      readonly message: string;
    }
  /** The credentials were refused, also with a fresh token. */
  | {
      readonly code: "gateway_unauthorized";
      readonly request_id: string;
      readonly gateway_code: string | null;
      readonly message: string;
    }
  /** 422 DUPLICATE_REQUEST: the reference was used before; read by reference to see with what. */
  | { readonly code: "gateway_duplicate"; readonly request_id: string; readonly message: string }
  /** Any other 4xx with a gateway code: it was refused and nothing was done. */
  | {
      readonly code: "gateway_refused";
      readonly request_id: string;
      readonly status: number;
      readonly gateway_code: string;
      readonly message: string;
    };

export type Answer = Result<Observation, GatewayFailure>;

/** How a request that moves money ended (design 3.5). */
export type MoneyAnswer =
  /** A 2xx that is ours. */
  | { readonly kind: "accepted"; readonly observation: Observation }
  /** A 4xx with a gateway code that says that nothing was done. */
  | { readonly kind: "refused"; readonly failure: GatewayFailure; readonly advice: string | null }
  /** Anything else: it may have been done. */
  | { readonly kind: "unknown"; readonly failure: GatewayFailure; readonly advice: string | null }
  /** It never left: there was no token to send it with. */
  | { readonly kind: "unsent"; readonly failure: GatewayFailure };

/** Each call takes its own time limit in milliseconds; reads are retried within it, writes never. */
export interface Gateway {
  getLink(paymentLinkId: string, limit: Milliseconds): Promise<Answer>;
  getLinkByReference(reference: string, limit: Milliseconds): Promise<Answer>;
  getOrder(orderId: string, limit: Milliseconds): Promise<Answer>;
  /** An order by its own reference; a refund is an order too. */
  getOrderByReference(reference: string, limit: Milliseconds): Promise<Answer>;
  /** What is documented of the account's contract; which one it is nobody needs to know. */
  readonly traits: Pick<Contract, "reference_is_key" | "captures_by_reference">;
  /** Money moves: never repeated here, whatever the answer. */
  refund(call: RefundCall, key: string, limit: Milliseconds): Promise<MoneyAnswer>;
  capture(call: CaptureCall, key: string, limit: Milliseconds): Promise<MoneyAnswer>;
  void(orderId: string, key: string, limit: Milliseconds): Promise<MoneyAnswer>;
  /** `body` is already the gateway's request body; `key` is the Idempotency-Key, kept per operation. */
  createLink(body: JsonObject, key: string, limit: Milliseconds): Promise<Answer>;
  cancelLink(paymentLinkId: string, key: string, limit: Milliseconds): Promise<Answer>;
  notifyLink(paymentLinkId: string, key: string, limit: Milliseconds): Promise<Answer>;
  /** One page of the transfers of a range of at most sixty days; pages begin with 1. */
  listSettlements(
    range: DateRange,
    page: number,
    limit: Milliseconds,
  ): Promise<Result<ListPage, GatewayFailure>>;
  /** One page of the lines of one transfer. */
  getSettlement(
    utr: string,
    page: number,
    limit: Milliseconds,
  ): Promise<Result<DetailPage, GatewayFailure>>;
  /** Whether the credentials work: fetches a token and nothing else. */
  checkCredentials(limit: Milliseconds): Promise<Result<null, GatewayFailure>>;
}

/** Whole days by the report's own clock, both included: "2026-11-01". */
export interface DateRange {
  readonly from: string;
  readonly to: string;
}

/** Where access tokens come from; shared by all actors of a deployment (actor/deployment-actor.ts). */
export interface TokenStore {
  /** A token that is valid for a while yet, or null. */
  read(): Promise<StoredToken | null>;
  write(token: StoredToken): Promise<void>;
  /** Forgets this token, but no newer one. */
  drop(token: string): Promise<void>;
}

export interface StoredToken {
  readonly token: string;
  /** Until when it may be used, by our clock: earlier than the gateway's own end of it. */
  readonly expires_at: Milliseconds;
  /** Fingerprint of the credentials and address it was made with: another's token is never used. */
  readonly credential: string;
}
