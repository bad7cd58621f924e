// Masking of personal data (law 12): what is shown without the scope `customer`, and what may stand
// in a log. Unknown fields are masked too: a new field of the gateway is private until it is known.

import { isJsonObject, type Json, type JsonObject } from "./json";

/** Keeps the shape: "k•••@example.com", "••••3210", "•••". */
export function maskCustomer(customer: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(customer).map(([field, value]) => [field, maskField(field, value)]),
  );
}

function maskField(field: string, value: Json): Json {
  if (isJsonObject(value)) return maskCustomer(value);
  if (typeof value !== "string")
    return value === null || typeof value === "boolean" ? value : "•••";
  switch (field) {
    case "email_id":
      return maskEmail(value);
    case "mobile_number":
      return value.length > 4 ? `••••${value.slice(-4)}` : "••••";
    case "country_code":
    case "country":
      return value;
    case "customer_id":
    case "merchant_customer_reference":
      return maskName(value);
    default:
      return value === "" ? "" : "•••";
  }
}

/** What a merchant calls a customer; some merchants call them by their address or number. */
function maskName(value: string): string {
  if (value.includes("@")) return maskEmail(value);
  const digits = value.replaceAll(/[\s().+-]/g, "");
  return /^\d{10,15}$/.test(digits) ? `••••${digits.slice(-4)}` : value;
}

function maskEmail(value: string): string {
  const at = value.lastIndexOf("@");
  return at > 0 ? `${value.slice(0, 1)}•••${value.slice(at)}` : "•••";
}
