// The receipt's own token: whoever holds it is shown the receipt and nothing else.

import { formatOrderToken } from "../domain/ids";
import type { Part } from "./part";
import { randomSecret, sameSecretHalf } from "./token-secret";

/**
 * The token of the link's terms; an order that came without us has one of its own, made when somebody
 * first asks. An alias keeps its own for ever: the address that was given away still leads to the order.
 */
export function receiptToken(part: Part): string {
  return part.storage.transact(() => {
    const state = part.storage.readState();
    if (state.record?.terms) return state.record.terms.receipt_token;
    const secret = state.receipt_secret ?? randomSecret();
    if (state.receipt_secret === null) {
      part.storage.writeState({ ...state, receipt_secret: secret });
    }
    return formatOrderToken({ secret, actor: part.name });
  });
}

/** Whether this is the secret of the token that this order gave itself. */
export function holdsReceiptSecret(part: Part, secret: string): boolean {
  if (part.storage.isEmpty) return false;
  const kept = part.storage.readState().receipt_secret;
  return kept !== null && sameSecretHalf(kept, secret);
}
