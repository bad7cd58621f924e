// The customer's redirect, success and failure alike. It proves nothing (law 5): it causes an inquiry,
// then the customer is sent on to the merchant's page or shown one that tells the truth. The token in
// the address decides which order is meant; without one only the state is shown, in words.

import { Hono } from "hono";
import type { RedirectHint, VerdictAnswer } from "../actor/rpc";
import { parseToken } from "../domain/ids";
import { isFinal, type Verdict } from "../domain/verdict";
import type { Door, DoorContext } from "./doors";
import { logBug } from "./log";
import { htmlResponse } from "./pages/layout";
import {
  CAN_NOT_LOOK,
  type Notice,
  NoticePage,
  TOO_MANY_VISITS,
  UNKNOWN_PAYMENT,
  UNREADABLE_REDIRECT,
} from "./pages/notice-page";
import { outcomeOf } from "./pages/outcome";
import { OutcomePage, StagePage } from "./pages/outcome-page";
import { recheckAfter, recheckCount } from "./recheck";
import { readRedirectFields, RECHECK_PARAMETER, type RedirectFields } from "./redirect-fields";
import { redirectHint } from "./redirect-hint";
import { chooseReturnUrl, withToken } from "./return-url";
import { withTimeLimit } from "../actor/time-limit";

/** How long the customer waits for the gateway; afterwards the page speaks from the facts. */
const INQUIRY_LIMIT_MS = 4_000;
/** How long the customer waits for us, should the order's actor itself not answer. */
export const ANSWER_LIMIT_MS = 8_000;
/** A rate limit that gives no answer in time keeps nobody out. */
const ADMISSION_LIMIT_MS = 1_000;
/** The period of both rate limits. */
const TRY_AGAIN_AFTER_S = 60;

export const callback = new Hono<Door>()
  .on(["GET", "POST"], "/callback/:token", async (c) => {
    const token = c.req.param("token");
    const address = `/callback/${encodeURIComponent(token)}`;
    if (!(await isAdmitted(c))) return tooMany(c, address);
    const fields = await readRedirectFields(c.req.raw);
    if (!fields.ok && fields.failure.code === "too_large") {
      return notice(c, UNREADABLE_REDIRECT, 413, address);
    }
    if (parseToken(token) === null) return notice(c, UNKNOWN_PAYMENT, 404);
    // Fields that can not be read are no reason to leave a customer without an answer.
    const hint = fields.ok ? await hintOf(fields.value, c) : undefined;
    const answer = await askVerdict(c, { token }, hint);
    if (answer === "no_answer") return notice(c, CAN_NOT_LOOK, 503, address);
    if (answer === null) return notice(c, UNKNOWN_PAYMENT, 404);
    const told = whatIsKnown(answer);
    const page = chooseReturnUrl(told.verdict, told, c.var.doors.config);
    if (page !== null) return sendOn(withToken(page, token));
    return outcomePage(c, told, address);
  })
  .on(["GET", "POST"], "/callback", async (c) => {
    if (!(await isAdmitted(c))) return tooMany(c, null);
    const fields = await readRedirectFields(c.req.raw);
    if (!fields.ok) {
      return notice(c, UNREADABLE_REDIRECT, fields.failure.code === "too_large" ? 413 : 400);
    }
    const hint = await hintOf(fields.value, c);
    const orderId = hint?.order_id ?? null;
    if (orderId === null) return notice(c, UNKNOWN_PAYMENT, 404);
    const address = `/callback?order_id=${encodeURIComponent(orderId)}`;
    const answer = await askVerdict(c, { id: orderId }, hint);
    if (answer === "no_answer") return notice(c, CAN_NOT_LOOK, 503, address);
    if (answer === null) return notice(c, UNKNOWN_PAYMENT, 404);
    return stagePage(c, whatIsKnown(answer), address);
  });

/**
 * Somebody comes from the gateway because something has just happened there. Until the gateway was
 * asked, an older "failed" or "part paid" is not the truth about it, and nobody is invited to pay
 * again. Money that was received stays received.
 */
function whatIsKnown(answer: VerdictAnswer): VerdictAnswer {
  const received: readonly Verdict[] = ["paid", "authorized", "refunded"];
  if (answer.current || received.includes(answer.verdict)) return answer;
  return { ...answer, verdict: "pending", payment_link: null };
}

async function isAdmitted(c: DoorContext): Promise<boolean> {
  const { limits } = c.var.doors;
  const address = c.req.header("cf-connecting-ip") ?? "unknown";
  const admitted = async (): Promise<boolean> =>
    (await limits.callbackPerAddress(address)) && (await limits.callbackPerDeployment());
  try {
    return await withTimeLimit(admitted(), ADMISSION_LIMIT_MS);
  } catch (error) {
    logBug(error, { door: "rate_limit", request_id: c.var.request_id });
    return true;
  }
}

/** Undefined when it says nothing: our own page asking again. */
async function hintOf(fields: RedirectFields, c: DoorContext): Promise<RedirectHint | undefined> {
  if (Object.keys(fields).length === 0) return undefined;
  return redirectHint(fields, c.var.doors.config);
}

/** Null: nobody knows it. "no_answer": the order's actor could not be reached in time. */
async function askVerdict(
  c: DoorContext,
  key: { readonly token: string } | { readonly id: string },
  hint: RedirectHint | undefined,
): Promise<VerdictAnswer | null | "no_answer"> {
  const question = {
    reason: "redirect" as const,
    limit: INQUIRY_LIMIT_MS,
    ...(hint === undefined ? {} : { hint }),
  };
  try {
    const asked = c.var.doors.orders.verdict(key, question);
    const answer = await withTimeLimit(asked, ANSWER_LIMIT_MS);
    if (answer.ok) return answer.value;
    return answer.failure.code === "order_unknown" ? null : "no_answer";
  } catch (error) {
    logBug(error, { door: "callback", request_id: c.var.request_id });
    return "no_answer";
  }
}

/** 303: the gateway's cross-site POST becomes a GET, so that the shop's own session is there. */
function sendOn(address: string): Response {
  return new Response(null, {
    status: 303,
    headers: { location: address, "cache-control": "no-store", "referrer-policy": "no-referrer" },
  });
}

function outcomePage(c: DoorContext, answer: VerdictAnswer, address: string): Response {
  const outcome = outcomeOf(answer);
  const count = recheckCount(c.req.query(RECHECK_PARAMETER));
  return htmlResponse(
    <OutcomePage
      outcome={outcome}
      merchant={c.var.doors.config.merchant}
      reference={answer.merchant_reference}
      payment_link={answer.payment_link}
      recheck={outcome.waiting ? recheckAfter(address, count) : null}
      check_now={address}
    />,
    200,
  );
}

function stagePage(c: DoorContext, answer: VerdictAnswer, address: string): Response {
  // No amounts, no reference, no way to pay: an order's id alone is no proof of being its customer.
  const outcome = outcomeOf({
    verdict: answer.verdict,
    stage: answer.stage,
    amount: null,
    amount_due: null,
    captured: null,
    refunded: null,
    merchant_reference: null,
  });
  const count = recheckCount(c.req.query(RECHECK_PARAMETER));
  return htmlResponse(
    <StagePage
      outcome={outcome}
      merchant={c.var.doors.config.merchant}
      recheck={isFinal(answer.verdict) || !outcome.waiting ? null : recheckAfter(address, count)}
      check_now={address}
    />,
    200,
  );
}

export function notice(c: DoorContext, what: Notice, status: number, checkNow?: string): Response {
  const merchant = c.var.doors.config.merchant;
  return htmlResponse(
    <NoticePage notice={what} merchant={merchant} check_now={checkNow} />,
    status,
    status === 503 ? { "retry-after": "10" } : {},
  );
}

export function tooMany(c: DoorContext, address: string | null): Response {
  const merchant = c.var.doors.config.merchant;
  return htmlResponse(
    <NoticePage notice={TOO_MANY_VISITS} merchant={merchant} check_now={address ?? undefined} />,
    429,
    { "retry-after": String(TRY_AGAIN_AFTER_S) },
  );
}
