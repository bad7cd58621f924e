// How an order's own customer is reached: used when something is sent, never kept or shown (law 12).

import type { Facts } from "./facts";
import type { JsonObject } from "./json";
import { customerOf } from "./order-view";

/**
 * The address of the order's own customer; null where it is not known. One that was masked on its way to
 * us ("a•••@…", "a***@…") is none.
 */
export function customerEmail(facts: Facts): string | null {
  const email = customerOf(facts)?.["email_id"];
  if (typeof email !== "string" || email.length > 254) return null;
  return /^[A-Za-z0-9.!#$%&'+/=?^_`{|}~-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+$/.test(email)
    ? email
    : null;
}

const INDIA = "91";

/**
 * The number with its country code, digits alone, as wa.me wants it; null where it is not known whole. A
 * number of ten digits without a country code is an Indian one.
 */
export function customerNumber(facts: Facts): string | null {
  return numberOf(customerOf(facts));
}

/** The same of a customer as the API shows one; a masked one has no number. */
export function numberOf(customer: JsonObject | null): string | null {
  const number = customer?.["mobile_number"];
  if (typeof number !== "string" || !/^\+?[\d -]+$/.test(number)) return null;
  const digits = number.replaceAll(/\D/g, "");
  const code = customer?.["country_code"];
  const known = typeof code === "string" ? code.replaceAll(/\D/g, "") : "";
  const before =
    number.startsWith("+") || (known === "" && digits.length > 10) ? "" : known || INDIA;
  const whole = before + digits;
  return whole.length >= 8 && whole.length <= 15 && !whole.startsWith("0") ? whole : null;
}
