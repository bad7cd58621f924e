// "Is it really paid, and is it mine to deliver?": the storefront asks with a link's token, the
// merchant's server with an order, a link, a reference or the raw fields of a redirect.

import { Hono } from "hono";
import * as z from "zod/mini";
import type { OrderKey } from "../actor/orders";
import type { ClaimWish, InquiryFailure } from "../actor/rpc";
import { isLinkId, isOrderId, isReference, parseToken } from "../domain/ids";
import { failure, type Result, success } from "../domain/result";
import { SECOND } from "../domain/schedule";
import { requires } from "./auth";
import { idempotencyKey } from "./command-schema";
import { networkOf } from "./connect";
import { storefrontCors } from "./cors";
import type { Door, DoorContext } from "./doors";
import { failureProblem } from "./failure";
import { claimSchema } from "./fulfillment-schema";
import { NO_QUERY, parseBody, parseQuery } from "./input";
import { problem, type ProblemCode } from "./problem";
import { addressOf, Guesses, isWithin, rateLimited } from "./rate-limit";
import { redirectHint } from "./redirect-hint";
import { verdictJson } from "./verdict-json";

/** How long a caller waits for the gateway; afterwards the answer is from the facts. */
const INQUIRY_LIMIT_MS = 4_000;

/** Of tokens: only wrong ones count towards an address's limit. */
const guesses = new Guesses();

const orderId = z.string().check(z.refine(isOrderId, "must be an order id of the gateway"));
const linkId = z.string().check(z.refine(isLinkId, "must be a payment_link_id of the gateway"));
const reference = z
  .string()
  .check(z.refine(isReference, "must have 1 to 50 of the characters A-Z a-z 0-9 - _"));

const expectedAmount = z.strictObject({
  value: z.int().check(z.minimum(0)),
  currency: z.string().check(z.regex(/^[A-Z]{3}$/, "must be a currency code such as INR")),
});

/** An empty one would compare nothing, which nobody who sends it means. */
const expectation = z
  .strictObject({
    merchant_reference: z.optional(z.string().check(z.minLength(1), z.maxLength(50))),
    payment_link_id: z.optional(linkId),
    order_id: z.optional(orderId),
    amount: z.optional(expectedAmount),
  })
  .check(z.refine((expect) => Object.keys(expect).length > 0, "must name what is expected"));

/** The raw fields of a redirect. */
const redirectFields = z
  .record(z.string().check(z.maxLength(100)), z.string().check(z.maxLength(2_000)))
  .check(z.refine((fields) => Object.keys(fields).length <= 50, "may have at most 50 fields"));

const KEYS = ["order_id", "payment_link_id", "reference", "token"] as const;

export const question = z
  .strictObject({
    order_id: z.optional(orderId),
    payment_link_id: z.optional(linkId),
    reference: z.optional(reference),
    token: z.optional(z.string().check(z.maxLength(100))),
    fields: z.optional(redirectFields),
    expect: z.optional(expectation),
    claim: z.optional(claimSchema),
  })
  .check(
    z.superRefine((asked, context) => {
      const given = KEYS.filter((key) => asked[key] !== undefined);
      if (given.length > 1) {
        for (const key of given) {
          context.addIssue({
            code: "custom",
            path: [key],
            message: `give one of ${KEYS.join(", ")}`,
          });
        }
      }
      if (given.length === 0 && asked.fields === undefined) {
        context.addIssue({
          code: "custom",
          path: [],
          message: `give one of ${KEYS.join(", ")}, fields`,
        });
      }
      if (given.length === 0 && asked.fields && !isOrderId(asked.fields["order_id"])) {
        const path = ["fields", "order_id"];
        context.addIssue({ code: "custom", path, message: "must be an order id of the gateway" });
      }
    }),
  );

type Question = z.infer<typeof question>;

export const verdicts = new Hono<Door>()
  .on(["GET", "OPTIONS"], "/v1/verdicts/:token", storefrontCors, async (c) => {
    const query = parseQuery(c, NO_QUERY);
    if (!query.ok) return query.failure.response;
    const token = c.req.param("token");
    if (parseToken(token) === null) return problem("token_unknown");
    const { limits, now } = c.var.doors;
    const address = networkOf(addressOf(c));
    if (guesses.isShutOut(token, address, now())) return tooManyVerdicts();
    if (!(await isWithin(c, limits.verdictsPerToken(token)))) return tooManyVerdicts();
    const answer = await c.var.doors.orders.verdict(
      { token },
      { reason: "verify", limit: INQUIRY_LIMIT_MS },
    );
    const isWrong = !answer.ok && answer.failure.code === "order_unknown";
    if (!isWrong) guesses.wasRight(token);
    else if (!(await isWithin(c, limits.verdictsPerAddress(address)))) {
      guesses.shutOut(address, now());
      return tooManyVerdicts();
    }
    return answer.ok
      ? c.json(verdictJson(answer.value))
      : verdictProblem(answer.failure, "token_unknown");
  })
  .post("/v1/verify", requires("read"), async (c) => {
    const body = await parseBody(c, question);
    if (!body.ok) return body.failure.response;
    const asked = body.value;
    const claim = claimOf(c, asked.claim);
    if (!claim.ok) return claim.failure.response;
    const [key, unknown] = keyOf(asked);
    const hint = asked.fields && (await redirectHint(asked.fields, c.var.doors.config));
    const answer = await c.var.doors.orders.verdict(key, {
      reason: "verify",
      limit: INQUIRY_LIMIT_MS,
      ...(hint === undefined ? {} : { hint }),
      ...(asked.expect === undefined ? {} : { expect: given(asked.expect) }),
      ...(claim.value === null ? {} : { claim: claim.value }),
    });
    return answer.ok ? c.json(verdictJson(answer.value)) : verdictProblem(answer.failure, unknown);
  });

function tooManyVerdicts(): Response {
  return rateLimited("This verdict is asked for too often.");
}

/** A gateway that does not answer is not the same as an order that nobody knows. */
function verdictProblem(failed: InquiryFailure, unknown: ProblemCode): Response {
  return failed.code === "order_unknown" ? problem(unknown) : failureProblem(failed, "order");
}

/** What is meant, and which problem it is when nobody knows it. */
function keyOf(asked: Question): readonly [OrderKey, ProblemCode] {
  if (asked.token !== undefined) return [{ token: asked.token }, "token_unknown"];
  if (asked.payment_link_id !== undefined) return [{ id: asked.payment_link_id }, "link_unknown"];
  if (asked.reference !== undefined) return [{ reference: asked.reference }, "order_unknown"];
  return [{ id: asked.order_id ?? asked.fields?.["order_id"] ?? "" }, "order_unknown"];
}

/** Null: nobody wants to deliver. Who may ask for a verdict may not yet claim what it releases. */
function claimOf(
  c: DoorContext,
  asked: Question["claim"],
): Result<ClaimWish | null, { readonly code: "refused"; readonly response: Response }> {
  if (asked === undefined) return success(null);
  const { name, scopes } = c.var.principal;
  if (!scopes.has("fulfill")) {
    const detail = "A claim needs a key with the scope fulfill.";
    return failure({ code: "refused", response: problem("scope_missing", { detail }) });
  }
  const key = idempotencyKey(c.req.header("idempotency-key"));
  if (!key.ok) return key;
  const lease = asked.lease_seconds * SECOND;
  return success({ by: asked.by, lease, key: key.value, requested_by: name });
}

/** Absent members are absent, not undefined: the actor compares only what was sent. */
function given(expect: NonNullable<Question["expect"]>) {
  return {
    ...(expect.merchant_reference === undefined
      ? {}
      : { merchant_reference: expect.merchant_reference }),
    ...(expect.payment_link_id === undefined ? {} : { payment_link_id: expect.payment_link_id }),
    ...(expect.order_id === undefined ? {} : { order_id: expect.order_id }),
    ...(expect.amount === undefined ? {} : { amount: expect.amount }),
  };
}
