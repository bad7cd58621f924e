/**
 * Where the gateway sends the customer afterwards, and with which signed fields: the
 * guide's table (docs/gateway.md 7.1). The browser carries them there in a form POST.
 */
import type { Books } from "./books";
import type { Order } from "./order";
import { signCallback } from "./signing";

export interface Redirect {
  readonly url: string;
  readonly fields: Readonly<Record<string, string>>;
}

/**
 * Success → `callback_url`; failure → `failure_callback_url`, or `callback_url` without
 * one; none configured → the default URL of the merchant's onboarding.
 */
export function redirectUrl(
  order: Pick<Order, "callback_url" | "failure_callback_url">,
  failed: boolean,
  default_url: string,
): string {
  const chosen = failed ? (order.failure_callback_url ?? order.callback_url) : order.callback_url;
  return chosen ?? default_url;
}

/** The redirect after the newest payment of this order. */
export async function redirectOf(books: Books, order: Order): Promise<Redirect> {
  const last = order.payments.at(-1);
  const failed = last?.status === "FAILED";
  const { default_return_url, callback_secret } = books.account;
  const default_url = default_return_url ?? `${books.origin}/callback`;
  const fields: Record<string, string> = {
    order_id: order.id,
    status: failed ? "FAILED" : order.status,
    ...(failed && last.error
      ? { error_code: last.error.code, error_message: last.error.message }
      : {}),
  };
  const signature = await signCallback(callback_secret, fields);
  return { url: redirectUrl(order, failed, default_url), fields: { ...fields, signature } };
}
