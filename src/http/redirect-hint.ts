// What a redirect says of itself, checked for shape, with the verdict on its signature. A hint is a
// reason to ask the gateway and, when it does not fit, a discrepancy; it is never an answer (law 5).

import type { RedirectHint } from "../actor/rpc";
import type { Config } from "../config";
import { isOrderId } from "../domain/ids";
import { verifyRedirect } from "../pinelabs/callback-signature";
import type { RedirectFields } from "./redirect-fields";

export async function redirectHint(fields: RedirectFields, config: Config): Promise<RedirectHint> {
  const orderId = fields["order_id"];
  const status = fields["status"] ?? fields["payment_status"] ?? "";
  return {
    order_id: isOrderId(orderId) ? orderId : null,
    status: /^[A-Za-z_]{1,40}$/.test(status) ? status : null,
    signature: await verifyRedirect(fields, config.callback_key),
  };
}
