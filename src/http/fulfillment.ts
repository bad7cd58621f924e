// Delivery and the checklist: the end of a claim that POST /v1/verify granted, and steps that somebody says
// are done. What follows from facts can not be said: the answer tells what makes it done.

import { Hono } from "hono";
import type { TickFailure } from "../actor/rpc";
import { type StepName, STEPS } from "../domain/checklist";
import type { EndRefusal } from "../domain/handling-end";
import { isLinkId, isOrderId } from "../domain/ids";
import { isSaidStep, type SaidStep } from "../domain/tick";
import { toIso } from "../domain/time";
import { requires } from "./auth";
import type { Door } from "./doors";
import { failureProblem, isInquiryFailure } from "./failure";
import { fulfillmentSchema, tickSchema } from "./fulfillment-schema";
import { parseBody, parseOptionalBody } from "./input";
import { problem } from "./problem";

export const fulfillment = new Hono<Door>()
  .post("/v1/orders/:id/fulfillment", requires("fulfill"), async (c) => {
    const body = await parseBody(c, fulfillmentSchema);
    if (!body.ok) return body.failure.response;
    const id = c.req.param("id");
    if (!isNamed(id)) return problem("order_unknown");
    const { claim_id, state, note = null } = body.value;
    const wish = { claim_id, state, note, requested_by: c.var.principal.name };
    const ended = await c.var.doors.orders.endClaim({ id }, wish);
    if (ended === null) return problem("order_unknown");
    return ended.ok ? c.json(ended.value) : endProblem(ended.failure);
  })
  .put("/v1/orders/:id/checklist/:step", requires("fulfill"), async (c) => {
    const body = await parseOptionalBody(c, tickSchema);
    if (!body.ok) return body.failure.response;
    const { id, step: name } = c.req.param();
    if (!isNamed(id)) return problem("order_unknown");
    const step = STEPS.find((known) => known === name);
    if (step === undefined) {
      return problem("step_unknown", { detail: `The steps are ${STEPS.join(", ")}.` });
    }
    if (!isSaidStep(step)) return problem("step_derived", { detail: MADE_BY[step] });
    const tick = { step, by: c.var.principal.name, note: body.value.note ?? null };
    const ticked = await c.var.doors.orders.tick({ id }, tick);
    return ticked.ok ? c.json({ checklist: ticked.value }) : tickProblem(ticked.failure, step);
  });

/** What makes a step done that nobody can say is. */
const MADE_BY: { readonly [step in Exclude<StepName, SaidStep>]: string } = {
  verify: "It is done once the gateway said by webhook or answer that the money is taken or held.",
  capture: "It is done once the held money is captured: POST /v1/orders/{id}/capture.",
  settle: "It is done once a settlement report shows that the money is at the bank.",
  refund: "It is done once the gateway did the refund: POST /v1/orders/{id}/refunds asks for one.",
};

function endProblem(refused: EndRefusal): Response {
  switch (refused.code) {
    case "claim_unknown":
      return problem("claim_unknown", { detail: "The order has no claim with this id." });
    case "claim_lapsed":
      return problem("claim_lapsed", {
        detail: "The money went before it was said to be delivered: do not deliver.",
      });
    case "claim_ended": {
      const { state, until } = refused.claim;
      return problem("claim_ended", {
        detail: "It ended otherwise, and may not be ended so any more: do not deliver.",
        members: { claim_state: state, until: toIso(until) },
      });
    }
    case "fulfilled_already": {
      const { by, at } = refused.fulfilled;
      return problem("fulfilled_already", {
        detail: `${by} delivered it at ${toIso(at)}.`,
        members: { by, at: toIso(at) },
      });
    }
  }
}

function tickProblem(failed: TickFailure, step: SaidStep): Response {
  if (isInquiryFailure(failed)) return failureProblem(failed, "order");
  switch (failed.code) {
    case "step_done": {
      const at = failed.at === null ? null : toIso(failed.at);
      return problem("step_done", {
        detail: `The step ${step} is done, by ${failed.by ?? "nobody knows whom"}.`,
        members: { by: failed.by, at },
      });
    }
    case "step_not_applicable":
      return problem("step_not_applicable", { detail: failed.detail });
    case "not_secured":
      return problem("not_secured", {
        detail: `The order is ${failed.stage}: it may be delivered once its money is taken or held.`,
        members: { stage: failed.stage },
      });
    case "claim_held":
      return problem("claim_held", {
        detail: `${failed.by} delivers it until ${toIso(failed.until)}, and says when it is done.`,
        members: { by: failed.by, until: toIso(failed.until) },
      });
    case "order_unsettled":
      return problem("order_unsettled", { retry_after: 5 });
  }
}

function isNamed(id: string): boolean {
  return isOrderId(id) || isLinkId(id);
}
