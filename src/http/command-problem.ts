// Why a money command was not done, as a problem document: one exhaustive switch over what was refused
// before anything was sent, and one over how a command that was sent ended. Each says what to do next.

import type { CommandFailure } from "../actor/rpc";
import type { CommandRefusal } from "../domain/command";
import type { PolicyRefusal } from "../domain/command-policy";
import type { Amount } from "../domain/money";
import { formatAmount } from "../domain/money-format";
import { decisionNotAllowed, permitProblem } from "./access-problem";
import { failureProblem, isInquiryFailure } from "./failure";
import { problem, type ProblemCode } from "./problem";

export function commandProblem(failed: CommandFailure): Response {
  if (isInquiryFailure(failed)) return failureProblem(failed, "order");
  switch (failed.code) {
    case "command_differs":
      return problem("reference_reused", {
        detail:
          "The same reference always means the same request; this one differs from the first.",
        errors: failed.differing.map(({ field, first }) => ({
          pointer: `/${field}`,
          detail: `was ${first === null ? "not given" : JSON.stringify(first)} in the first request`,
        })),
      });
    case "command_unknown":
      return problem("command_unknown", { detail: "No command with this reference is known." });
    case "decision_not_needed":
      return problem("decision_not_needed", {
        detail: `Its outcome is ${failed.command.outcome}: there is nothing to decide.`,
        members: { command: failed.command },
      });
    case "decision_not_allowed":
      return decisionNotAllowed();
    case "order_unsettled":
      if (failed.order_id === null) return problem("order_unsettled", { retry_after: 5 });
      return problem("order_unsettled", {
        detail: `Order ${failed.order_id} has not told all that it knows: see its own commands. Try again.`,
        retry_after: 5,
      });
    case "money_stopped":
    case "key_ended":
    case "key_limit_refund":
    case "key_limit_day":
    case "key_limit_currency":
    case "access_unavailable":
      return permitProblem(failed);
    case "command_refused":
      return policyProblem(failed.refusal);
  }
}

function policyProblem(refused: PolicyRefusal): Response {
  const members = membersOf(refused);
  return problem(refused.code, {
    detail: adviceOf(refused),
    ...(Object.keys(members).length > 0 ? { members } : {}),
  });
}

function membersOf(refused: PolicyRefusal): { readonly [name: string]: unknown } {
  const { code: _, ...rest } = refused;
  return rest;
}

function adviceOf(refused: PolicyRefusal): string {
  switch (refused.code) {
    case "nothing_captured":
      return "No money of this order was captured, so there is nothing to refund.";
    case "void_instead":
      return "The money is held and not captured: void the order, and nothing needs a refund.";
    case "refund_exceeds_captured":
      return `At most ${formatAmount(refused.refundable)} can still be refunded.`;
    case "refund_exceeds_payment":
      return `Of this payment at most ${formatAmount(refused.refundable)} can still be refunded.`;
    case "refund_amount_required":
      return "A part was refunded elsewhere and nobody knows how much: name the amount.";
    case "refund_spans_orders":
      return (
        "The gateway refunds each of its orders by itself. " +
        `Ask for at most: ${refused.orders.map(describe).join(", ")}.`
      );
    case "payment_unknown":
      return "The order has no payment with this id.";
    case "amount_below_minimum":
      return `The gateway moves at least ₹1.00; ${formatAmount(refused.left)} are left.`;
    case "split_info_required":
      return "This order's money was split: a refund of a part must say how, in split_info.";
    case "split_info_unexpected":
      return "This order's money was not split: leave split_info out.";
    case "split_info_differs":
      return "The amounts in split_info must add up to the refund's amount.";
    case "currency_differs":
      return `The order is in ${refused.currency}.`;
    case "not_authorized":
      return "No money of this order is held.";
    case "already_captured":
      return "The money was captured already. To give it back, refund it.";
    case "authorization_gone":
      return "The authorization was released: the money is the customer's again.";
    case "capture_exceeds_authorized":
      return `At most ${formatAmount(refused.authorized)} is held.`;
    case "command_in_progress":
      return `The ${refused.kind} ${refused.reference} is not over yet.`;
    case "order_ambiguous":
      return `Several orders hold money: name one of ${refused.order_ids.join(", ")} in the address.`;
    case "reference_taken":
      return `The gateway has the refund ${refused.refund_id} under this reference, made elsewhere.`;
    case "order_changed":
      return `Nothing was done: it is ${formatAmount(refused.now)} now. Look at the order, then decide anew.`;
    case "too_many_commands":
      return "More commands than any order needs were sent for this one.";
  }
}

function describe(order: { readonly order_id: string; readonly refundable: Amount }): string {
  return `${formatAmount(order.refundable)} of ${order.order_id}`;
}

/** How a command that was sent ended without moving money: the same answer each time it is repeated. */
export function refusalProblem(refusal: CommandRefusal, members: object): Response {
  const { code, message, gateway_code, gateway_status, request_id } = refusal;
  return problem(codeOf(code), {
    detail: message,
    members: {
      ...(gateway_code === undefined ? {} : { gateway_code }),
      ...(gateway_status === undefined ? {} : { gateway_status }),
      ...(request_id === undefined ? {} : { gateway_request_id: request_id }),
      ...members,
    },
  });
}

/** Every way in which a command can end has a problem of the same name. */
function codeOf(code: CommandRefusal["code"]): ProblemCode {
  return code;
}
