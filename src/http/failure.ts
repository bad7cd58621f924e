// The actors' failures as problems: one exhaustive switch, so that a new failure is a type error here
// before it is a surprise to a caller. The gateway's own words are shown to the merchant (its code,
// its message, the id of our request, for its support), never a secret: the client left none in.

import type { InquiryFailure, LinkFailure } from "../actor/rpc";
import { SECOND } from "../domain/schedule";
import { problem } from "./problem";

/** What a caller is told to wait when the gateway gave no time of its own, in seconds. */
const TRY_AGAIN_AFTER = 5;

/** Our names for what the caller wrote otherwise; a link that was taken over differs as a whole. */
const POINTERS: { readonly [field: string]: string } = {
  return_url: "/callback_url",
  failure_return_url: "/failure_callback_url",
  origin: "",
  replaces: "",
};

const OF_INQUIRIES: { readonly [code in InquiryFailure["code"]]: true } = {
  order_unknown: true,
  inquiry_failed: true,
  gateway_unavailable: true,
  gateway_rate_limited: true,
  gateway_unauthorized: true,
  gateway_not_found: true,
  gateway_duplicate: true,
  gateway_refused: true,
};

/** The gateway had to be asked, and that failed: one answer wherever it was. */
export function isInquiryFailure(
  failed: InquiryFailure | { readonly code: string },
): failed is InquiryFailure {
  return Object.hasOwn(OF_INQUIRIES, failed.code);
}

/** `asked` is what the caller named: the gateway's 404 is about that. */
export function failureProblem(
  failed: InquiryFailure | LinkFailure,
  asked: "order" | "link",
): Response {
  switch (failed.code) {
    case "order_unknown":
      return problem("order_unknown", { detail: "No such order is known." });
    case "link_unknown":
      return problem("link_unknown", {
        detail:
          "No such link is known. To follow a link that exists at the gateway, POST /v1/links/track.",
      });
    case "inquiry_failed":
      return problem("internal_error");
    case "reference_reused":
      if (failed.removed && failed.differing.length === 0) {
        return problem("reference_reused", {
          detail:
            "This can not be compared with the first request any more, because its personal data was removed. GET /v1/links?reference=… has its link; for another link use another reference.",
        });
      }
      return problem("reference_reused", {
        detail: "The same reference always means the same request; this one differs.",
        errors: failed.differing.map((field) => ({
          pointer: POINTERS[field] ?? `/${field}`,
          detail: "differs from the first request with this reference",
        })),
      });
    case "link_differs":
      return problem("link_differs", {
        detail: `The gateway's link under this reference is of ${failed.theirs} paisa.`,
        errors: [{ pointer: "/amount/value", detail: "differs from the gateway's link" }],
      });
    case "link_not_active":
      return problem("link_not_active", {
        detail: `The gateway says ${failed.status}.`,
        members: { status_of_link: failed.status },
      });
    case "link_still_payable":
      return problem("link_still_payable", {
        detail: `The gateway says ${failed.status}: the customer can go on paying with this link.`,
        members: { status_of_link: failed.status },
      });
    case "link_not_replaceable":
      return problem("link_not_replaceable", {
        detail: `There is no like of it: ${failed.reason}.`,
      });
    case "payment_in_flight":
      return problem("payment_in_flight", {
        detail: "A payment or a command is not over yet; ask again when it has an end.",
      });
    case "payment_authorized":
      return problem("payment_authorized", {
        detail: "Money is held for this order: capture it or let it go first.",
      });
    case "nothing_due":
      return problem("nothing_due", { detail: "Less than the least amount of a link is due." });
    case "gateway_not_found":
      return problem(asked === "order" ? "order_unknown" : "link_unknown", {
        detail: `The gateway does not know this ${asked}.`,
        members: { gateway_request_id: failed.request_id },
      });
    case "gateway_duplicate":
      return problem("gateway_duplicate", {
        detail: failed.message,
        members: { gateway_request_id: failed.request_id },
      });
    case "gateway_refused":
      return problem("gateway_refused", {
        detail: failed.message,
        members: {
          gateway_code: failed.gateway_code,
          gateway_status: failed.status,
          gateway_request_id: failed.request_id,
        },
      });
    case "gateway_unavailable":
      return problem("gateway_unavailable", {
        detail: failed.message,
        retry_after: TRY_AGAIN_AFTER,
        members: { gateway_request_id: failed.request_id },
      });
    case "gateway_rate_limited":
      return problem("gateway_rate_limited", {
        retry_after: failed.retry_after === null ? TRY_AGAIN_AFTER : failed.retry_after / SECOND,
        members: { gateway_request_id: failed.request_id },
      });
    case "gateway_unauthorized":
      return problem("gateway_unauthorized", {
        detail: "Check PINELABS_CLIENT_ID, PINELABS_CLIENT_SECRET and PINELABS_ENV.",
        members: { gateway_request_id: failed.request_id },
      });
  }
}
