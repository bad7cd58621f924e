// What follows from the request for a link: its terms, its reminders, where the customer comes back to.

import { formatToken } from "../domain/ids";
import type { Observation, Word } from "../domain/observation";
import type { Terms } from "../domain/record";
import { reminderMoments } from "../domain/reminders";
import { millisecondsOf } from "../domain/time";
import type { LinkCreation } from "./link-kept";
import type { Part } from "./part";
import type { LinkRequest } from "./rpc";

/** Our own request counts for what the gateway may not repeat (design 3.3). */
export function requestWords(id: string, request: LinkRequest | null): Observation {
  if (request === null) return { words: [], orders_named: [] };
  const replaces = request.replaces?.payment_link_id;
  return {
    words:
      replaces === undefined ? [] : [{ kind: "link", id, version: null, fields: { replaces } }],
    orders_named: [],
    pre_auth: request.pre_auth,
    part_payment: request.part_payment,
  };
}

export function termsOf(creation: LinkCreation, request: LinkRequest | null): Terms {
  const { reference, secret, receipt_secret } = creation;
  return {
    token: formatToken({ secret, reference }),
    receipt_token: formatToken({ secret: receipt_secret, reference }),
    reference,
    ...(request?.return_url ? { return_url: request.return_url } : {}),
    ...(request?.failure_return_url ? { failure_return_url: request.failure_return_url } : {}),
    ...(request?.fulfill_on ? { fulfill_on: request.fulfill_on } : {}),
    ...(request?.auto_capture ? { auto_capture: request.auto_capture } : {}),
    ...(request?.auto_capture_amount ? { auto_capture_amount: request.auto_capture_amount } : {}),
  };
}

/** Fixed here, by the gateway's own times of the link: the actor that will remind may not know the request. */
export function remindersOf(
  part: Part,
  request: LinkRequest | null,
  link: Word<"link">,
): Pick<Terms, "reminders"> {
  if (!request?.reminders) return {};
  const created_at = millisecondsOf(link.fields.created_at) ?? part.now();
  const expire_by = millisecondsOf(link.fields.expire_by ?? request.body.expire_by);
  const zone = part.config().merchant.time_zone;
  return { reminders: reminderMoments(request.reminders, { created_at, expire_by }, zone) };
}

export function callbacksOf(creation: LinkCreation, origin: string) {
  const token = formatToken({ secret: creation.secret, reference: creation.reference });
  const url = `${origin}/callback/${token}`;
  return { callback_url: url, failure_callback_url: url, chukta_reference: creation.reference };
}
