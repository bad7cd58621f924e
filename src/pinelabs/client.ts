// The gateway's client: implements the port in gateway.ts over HTTP. Reads are repeated within their
// time limit, writes never; a 401 drops the token and repeats the call exactly once, a write too,
// because a refused call did nothing. An answer that does not name what was asked for is no answer.

import { isLinkId } from "../domain/ids";
import type { JsonObject } from "../domain/json";
import type { Observation } from "../domain/observation";
import { failure, type Result, success } from "../domain/result";
import { type Milliseconds, toIso } from "../domain/time";
import {
  adviceOn,
  type Contract,
  type ContractName,
  contractNamed,
  type MoneyRequest,
  voidRequest,
} from "./contract";
import { failureOf, isRefusal, parseRetryAfter, unavailable } from "./failure";
import type { DateRange, Gateway, GatewayFailure, MoneyAnswer } from "./gateway";
import { exchange, type HttpRequest } from "./http";
import { parseObject, unwrap } from "./keys";
import { type Attempt, repeat } from "./retry";
import { isSettlementOf, translateSettlement } from "./settlement-detail";
import { isSettlementList, ROWS_A_PAGE, translateSettlementList } from "./settlement-list";
import { createTokens, type TokenOptions } from "./token";
import { translateLink } from "./translate-link";
import { translateOrder } from "./translate-order";

/** Clock, chance, network and storage are handed in; `base_url` may have a path. */
export interface GatewayOptions extends TokenOptions {
  /** Which of the two contracts the account speaks; it chooses only what is sent. */
  readonly contract: ContractName;
  /** SETTLEMENT_TIME_ZONE, in which the settlement report writes its times. */
  readonly settlement_zone: string;
}

/** `unsent`: the request never left, or was turned away at the gate before anybody read it. */
type Sent<T> = Attempt<T> & { readonly unsent?: boolean };

/** A request, and how its answer becomes a T. */
interface Call<T> {
  readonly method: HttpRequest["method"];
  readonly path: string;
  readonly body?: JsonObject;
  /** The Idempotency-Key; set for every write, and only there. */
  readonly key?: string;
  /** Whether this is the answer to our question. */
  readonly isOurs: (answer: JsonObject) => boolean;
  readonly translate: (answer: JsonObject) => T | Promise<T>;
}

export function createGateway(given: GatewayOptions): Gateway {
  const options = { ...given, base_url: given.base_url.replace(/\/+$/, "") };
  const tokens = createTokens(options);
  const contract = contractNamed(options.contract);

  /**
   * One try with a token. A token that was refused is replaced and the call repeated once; a write only
   * where the refusal bears the gateway's own code, because a proxy's 401 proves nothing.
   */
  async function sendOnce<T>(call: Call<T>, deadline: Milliseconds): Promise<Sent<T>> {
    const token = await tokens.get(deadline);
    // Fetching a token has had its own repeats.
    if (!token.ok) return { result: token, again: null, unsent: true };
    const first = await send(options, call, token.value, deadline);
    if (!isUnauthorized(first)) return first;
    await tokens.drop(token.value, deadline);
    if (call.key !== undefined && !isRefused(first)) return first;
    const fresh = await tokens.get(deadline);
    if (!fresh.ok) return { result: fresh, again: null, unsent: true };
    const second = await send(options, call, fresh.value, deadline);
    // Turned away at the gate again: nobody has read it.
    return { ...second, unsent: isUnauthorized(second) && isRefused(second) };
  }

  async function run<T>(call: Call<T>, limit: Milliseconds): Promise<Result<T, GatewayFailure>> {
    const deadline = options.now() + limit;
    if (call.key !== undefined) return (await sendOnce(call, deadline)).result;
    return repeat(() => sendOnce(call, deadline), { ...options, deadline });
  }

  async function move(
    request: MoneyRequest,
    key: string,
    limit: Milliseconds,
  ): Promise<MoneyAnswer> {
    const call = { ...request, key, translate: translateOrder };
    const { result, unsent } = await sendOnce(call, options.now() + limit);
    if (result.ok) return { kind: "accepted", observation: result.value };
    const failed = result.failure;
    if (unsent === true) return { kind: "unsent", failure: failed };
    const advice = adviceOf(contract, failed);
    return { kind: isRefusal(failed) ? "refused" : "unknown", failure: failed, advice };
  }

  return {
    getLink: (id, limit) => run({ ...onLink(id, ""), method: "GET" }, limit),
    getLinkByReference: (reference, limit) =>
      run(
        {
          method: "GET",
          path: `/api/pay/v1/paymentlink/ref/${encodeURIComponent(reference)}`,
          isOurs: (link) => isLinkOf(link, reference),
          translate: translateLink,
        },
        limit,
      ),
    getOrder: (id, limit) =>
      run(
        {
          method: "GET",
          path: `/api/pay/v1/orders/${encodeURIComponent(id)}`,
          isOurs: (order) => order.order_id === id,
          translate: translateOrder,
        },
        limit,
      ),
    getOrderByReference: (reference, limit) =>
      run(
        {
          method: "GET",
          path: `/api/pay/v1/orders/reference/${encodeURIComponent(reference)}`,
          isOurs: (order) => order.merchant_order_reference === reference,
          translate: translateOrder,
        },
        limit,
      ),
    traits: contract,
    refund: (call, key, limit) => move(contract.refund(call), key, limit),
    capture: (call, key, limit) => move(contract.capture(call), key, limit),
    void: (id, key, limit) => move(voidRequest(id), key, limit),
    createLink: (body, key, limit) =>
      run(
        {
          method: "POST",
          path: "/api/pay/v1/paymentlink",
          body,
          key,
          isOurs: (link) => isLinkOf(link, body.merchant_payment_link_reference),
          translate: translateLink,
        },
        limit,
      ),
    cancelLink: (id, key, limit) => run({ ...onLink(id, "/cancel"), method: "PUT", key }, limit),
    notifyLink: (id, key, limit) => run({ ...onLink(id, "/notify"), method: "PATCH", key }, limit),
    listSettlements: (range, page, limit) =>
      run(
        {
          method: "GET",
          path: `/api/settlements/v1/list?${daysOf(range)}&${pageOf(page)}`,
          isOurs: isSettlementList,
          translate: (answer) => translateSettlementList(answer, options.settlement_zone),
        },
        limit,
      ),
    getSettlement: (utr, page, limit) =>
      run(
        {
          method: "GET",
          path: `/api/settlements/v1/detail/${encodeURIComponent(utr)}?${pageOf(page)}`,
          isOurs: (answer) => isSettlementOf(answer, utr),
          translate: (answer) => translateSettlement(answer, utr, options.settlement_zone),
        },
        limit,
      ),
    async checkCredentials(limit) {
      const token = await tokens.renew(options.now() + limit);
      return token.ok ? success(null) : token;
    },
  };
}

function isUnauthorized({ result }: Attempt<unknown>): boolean {
  return !result.ok && result.failure.code === "gateway_unauthorized";
}

function isRefused({ result }: Attempt<unknown>): boolean {
  return !result.ok && isRefusal(result.failure);
}

/** Whether the refusal looks like a wrong PINELABS_CONTRACT. */
function adviceOf(contract: Contract, failed: GatewayFailure): string | null {
  switch (failed.code) {
    case "gateway_not_found":
      return adviceOn(contract, { ...failed, status: 404 });
    case "gateway_refused":
      return adviceOn(contract, failed);
    case "gateway_unavailable":
    case "gateway_rate_limited":
    case "gateway_unauthorized":
    case "gateway_duplicate":
      return null;
  }
}

function onLink(
  id: string,
  action: string,
): Pick<Call<Observation>, "path" | "isOurs" | "translate"> {
  return {
    path: `/api/pay/v1/paymentlink/${encodeURIComponent(id)}${action}`,
    isOurs: (link) => link.payment_link_id === id,
    translate: translateLink,
  };
}

function isLinkOf(link: JsonObject, reference: JsonObject[string] | undefined): boolean {
  return isLinkId(link.payment_link_id) && link.merchant_payment_link_reference === reference;
}

/** From the first second of the first day to the last of the last, by the report's own clock. */
function daysOf({ from, to }: DateRange): string {
  return `start_date=${from}T00:00:00&end_date=${to}T23:59:59`;
}

function pageOf(page: number): string {
  return `page=${page}&per_page=${ROWS_A_PAGE}`;
}

async function send<T>(
  options: GatewayOptions,
  call: Call<T>,
  token: string,
  deadline: Milliseconds,
): Promise<Attempt<T>> {
  const now = options.now();
  const request_id = options.request_id();
  const answer = await exchange(
    options.fetch,
    {
      method: call.method,
      url: options.base_url + call.path,
      headers: {
        authorization: `Bearer ${token}`,
        // The guide's requests carry it with and without a body.
        "content-type": "application/json",
        accept: "application/json",
        "request-id": request_id,
        "request-timestamp": toIso(now),
        ...(call.key === undefined ? {} : { "idempotency-key": call.key }),
      },
      body: call.body === undefined ? null : JSON.stringify(call.body),
    },
    deadline - now,
  );
  if (!answer.ok) {
    const failed = unavailable(request_id, answer.failure.message);
    return { result: failure(failed), again: { after: null } };
  }
  const { status, text } = answer.value;
  if (status >= 200 && status < 300) {
    return { result: await understand(call, text, request_id), again: null };
  }
  const failed = failureOf(answer.value, {
    request_id,
    now: options.now(),
    secrets: [options.client_secret, token],
  });
  // A 503 may ask for a pause too.
  const after = parseRetryAfter(answer.value.retry_after, options.now());
  return { result: failure(failed), again: status === 429 || status >= 500 ? { after } : null };
}

/** A 2xx is an answer only when it is the gateway's JSON about the thing that was asked for. */
async function understand<T>(
  call: Call<T>,
  text: string | null,
  request_id: string,
): Promise<Result<T, GatewayFailure>> {
  const parsed = parseObject(text ?? "");
  if (!parsed.ok) return failure(unavailable(request_id, "unreadable answer"));
  const body = unwrap(parsed.value);
  if (!call.isOurs(body)) {
    return failure(unavailable(request_id, "the answer is not about what was asked for"));
  }
  return success(await call.translate(body));
}
