// The form of a new API key: what was typed, as the body of POST /v1/keys, and every fault for its field. The
// form carries when it was opened, so that a reload of the page that shows the key does not make another.

import type { KeyView } from "../domain/access-key";
import { failure, type Result, success } from "../domain/result";
import { isScope, type Scope } from "../domain/scopes";
import { millisecondsOf, toIso } from "../domain/time";
import { parseTypedAmount } from "../domain/typed-amount";
import { typedMoment } from "../domain/typed-time";
import type { ApiProblem } from "./api";
import type { Form } from "./form";

export type KeyField = "name" | "scopes" | "expires_at" | "per_refund" | "per_day";

export type KeyFaults = { readonly [field in KeyField]?: string };

export interface TypedKey {
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly expires_at: string;
  readonly per_refund: string;
  readonly per_day: string;
  /** When this form was first shown. */
  readonly opened: string;
}

export interface KeyUnreadable {
  readonly code: "key_unreadable";
  readonly faults: KeyFaults;
}

export function readKeyForm(form: Form): TypedKey {
  return {
    name: form.text("name"),
    scopes: form.all("scopes").filter(isScope),
    expires_at: form.text("expires_at"),
    per_refund: form.text("per_refund"),
    per_day: form.text("per_day"),
    opened: form.text("opened"),
  };
}

const AMOUNT = "Write an amount in rupees such as 5000 or 5,000.00.";

export function keyBody(typed: TypedKey, zone: string): Result<object, KeyUnreadable> {
  const until = typed.expires_at === "" ? null : typedMoment(typed.expires_at, zone);
  const perRefund = typed.per_refund === "" ? null : parseTypedAmount(typed.per_refund);
  const perDay = typed.per_day === "" ? null : parseTypedAmount(typed.per_day);
  const faults: KeyFaults = {
    ...(typed.expires_at === "" || until !== null ? {} : { expires_at: "Write a day and a time." }),
    ...(perRefund?.ok === false ? { per_refund: AMOUNT } : {}),
    ...(perDay?.ok === false ? { per_day: AMOUNT } : {}),
  };
  if (Object.keys(faults).length > 0) return failure({ code: "key_unreadable", faults });
  const limit = {
    ...(perRefund?.ok === true ? { per_refund: perRefund.value } : {}),
    ...(perDay?.ok === true ? { per_day: perDay.value } : {}),
  };
  return success({
    name: typed.name,
    scopes: typed.scopes,
    ...(until === null ? {} : { expires_at: toIso(until) }),
    ...(Object.keys(limit).length === 0 ? {} : { refund_limit: limit }),
  });
}

const WRONG: { readonly [field in KeyField]: string } = {
  name: "A name has 1 to 50 letters, digits, spaces and . _ - and begins and ends with a letter or digit.",
  scopes: "Choose at least one thing that the key may do.",
  expires_at: "The key must end in the future.",
  per_refund:
    "A limit is from ₹1.00 to ₹10,00,00,000.00, for a key that may refund and is no administrator's.",
  per_day: "A limit is from ₹1.00 to ₹10,00,00,000.00.",
};

const FIELD_OF: readonly (readonly [pointer: string, field: KeyField])[] = [
  ["/name", "name"],
  ["/scopes", "scopes"],
  ["/expires_at", "expires_at"],
  ["/refund_limit/per_day", "per_day"],
  ["/refund_limit", "per_refund"],
];

export function keyFaults(problem: ApiProblem): KeyFaults {
  if (problem.code === "key_name_taken") {
    return {
      name: "Another key that works is called so or almost so, or the name stands for somebody else.",
    };
  }
  const found = (problem.errors ?? []).flatMap(({ pointer = "" }) => {
    const known = FIELD_OF.find(([at]) => pointer === at || pointer.startsWith(`${at}/`));
    return known === undefined ? [] : [known[1]];
  });
  return Object.fromEntries(found.map((field) => [field, WRONG[field]]));
}

/** The key that this very form has made already: by the same person, under this name, since it was shown. */
export function madeByForm(
  typed: TypedKey,
  keys: readonly KeyView[],
  by: string,
): KeyView | undefined {
  const opened = millisecondsOf(typed.opened);
  if (opened === null) return undefined;
  return keys.find(
    ({ name, created_by, created_at }) =>
      name.toLowerCase() === typed.name.toLowerCase() &&
      created_by === by &&
      (millisecondsOf(created_at) ?? 0) >= opened,
  );
}
