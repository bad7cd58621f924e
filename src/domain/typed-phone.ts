// A phone number as a person types it, as the gateway wants it: digits, and a country code of its own where one
// was written. Whether the digits are enough is the API's to say.

import { failure, type Result, success } from "./result";

export interface TypedPhone {
  readonly mobile_number: string;
  /** Digits alone. */
  readonly country_code?: string;
}

export interface PhoneUnreadable {
  readonly code: "phone_unreadable";
}

/** "98765 43210", "098765-43210", "+91 98765 43210"; of other countries with a space: "+44 7700900123". */
export function parseTypedPhone(text: string): Result<TypedPhone, PhoneUnreadable> {
  const typed = text.trim();
  const [, indian] = /^\+91[ -]?([\d ()-]+)$/.exec(typed) ?? [];
  if (indian !== undefined) return success({ mobile_number: digitsOf(indian), country_code: "91" });
  const [, code, foreign] = /^\+(\d{1,4})[ -]([\d ()-]+)$/.exec(typed) ?? [];
  if (code !== undefined && foreign !== undefined) {
    return success({ mobile_number: digitsOf(foreign), country_code: code });
  }
  if (!/^[\d ()-]+$/.test(typed)) return failure({ code: "phone_unreadable" });
  const digits = digitsOf(typed);
  // The zero that is dialled before a number within India.
  return success({ mobile_number: /^0\d{10}$/.test(digits) ? digits.slice(1) : digits });
}

function digitsOf(text: string): string {
  return text.replaceAll(/\D/g, "");
}
