// The form of a new payment link: what a person typed, as the body of POST /v1/links, and every fault in words
// for the field that it is about. The form carries its reference, so that a second press of its button, a
// reload or a lost answer is the same request, and makes no second link.

import { HOME_CURRENCY } from "../domain/money";
import { type Result, failure, success } from "../domain/result";
import { toIso } from "../domain/time";
import { parseTypedAmount } from "../domain/typed-amount";
import { tellAmountFault } from "./amount-field";
import { parseTypedPhone } from "../domain/typed-phone";
import { typedMoment } from "../domain/typed-time";
import type { ApiProblem } from "./api";
import type { Form } from "./form";

export const LINK_FIELDS = [
  "amount",
  "reference",
  "description",
  "email",
  "phone",
  "expire_by",
  "part_payment",
  "pre_auth",
  "reminders",
] as const;

export type LinkField = (typeof LINK_FIELDS)[number];

/** As it was typed, and ticked. */
export interface TypedLink {
  readonly text: { readonly [field in Exclude<LinkField, "reminders">]: string };
  readonly reminders: readonly string[];
}

export interface LinkUnreadable {
  readonly code: "link_unreadable";
  readonly faults: LinkFaults;
}

export type LinkFaults = { readonly [field in LinkField]?: string };

export const REMINDERS = [
  {
    word: "after_1_day",
    label: "1 day after the link is made",
    rule: { after_creation_minutes: 1_440 },
  },
  {
    word: "after_3_days",
    label: "3 days after the link is made",
    rule: { after_creation_minutes: 4_320 },
  },
  {
    word: "before_1_day",
    label: "1 day before the link ends",
    rule: { before_expiry_minutes: 1_440 },
  },
] as const;

export function readLinkForm(form: Form): TypedLink {
  return {
    text: {
      amount: form.text("amount"),
      reference: form.text("reference"),
      description: form.text("description"),
      email: form.text("email"),
      phone: form.text("phone"),
      expire_by: form.text("expire_by"),
      part_payment: form.text("part_payment"),
      pre_auth: form.text("pre_auth"),
    },
    reminders: form.all("reminders"),
  };
}

/** The words of each field for whatever is wrong with it; the API decides whether something is. */
const WRONG: { readonly [field in LinkField]: string } = {
  amount: "The amount must be from ₹1.00 to ₹10,00,000.00.",
  reference: "A reference has 1 to 50 letters, digits, hyphens and underscores, and no spaces.",
  description: "A description has at most 1,000 characters.",
  email: "This is not an e-mail address of at most 50 characters.",
  phone: "A phone number has 10 to 20 digits.",
  expire_by: "The link must end in the future, at most 180 days from now.",
  part_payment: "This can not be chosen here.",
  pre_auth: "This can not be chosen here.",
  reminders:
    "A reminder must fall between now and the end of the link: choose another, or give the link a later end.",
};

/** What can not even be asked for is told here; everything else is the API's to refuse. */
export function linkBody(typed: TypedLink, zone: string): Result<object, LinkUnreadable> {
  const { text } = typed;
  const amount = parseTypedAmount(text.amount);
  const phone = text.phone === "" ? null : parseTypedPhone(text.phone);
  const expire_by = text.expire_by === "" ? null : typedMoment(text.expire_by, zone);
  const faults: LinkFaults = {
    ...(amount.ok ? {} : { amount: tellAmountFault(amount.failure, HOME_CURRENCY) }),
    ...(phone === null || phone.ok
      ? {}
      : { phone: "Write ten digits, or a country code, a space and the number: +44 7700900123." }),
    ...(text.expire_by === "" || expire_by !== null
      ? {}
      : { expire_by: "Write a day and a time such as 2026-11-30T18:00." }),
    ...(text.email === "" && text.phone === "" ? { email: NOBODY } : {}),
  };
  if (!amount.ok || phone?.ok === false || Object.keys(faults).length > 0) {
    return failure({ code: "link_unreadable", faults });
  }
  const rules = REMINDERS.filter(({ word }) => typed.reminders.includes(word));
  return success({
    amount: { value: amount.value, currency: HOME_CURRENCY },
    merchant_payment_link_reference: text.reference,
    customer: {
      ...(text.email === "" ? {} : { email_id: text.email }),
      ...phone?.value,
    },
    ...(text.description === "" ? {} : { description: text.description }),
    ...(expire_by === null ? {} : { expire_by: toIso(expire_by) }),
    ...(text.part_payment === "" ? {} : { part_payment: true }),
    ...(text.pre_auth === "" ? {} : { pre_auth: true }),
    ...(rules.length === 0 ? {} : { reminders: rules.map(({ rule }) => rule) }),
  });
}

const NOBODY = "Give the customer's e-mail address or phone number: the gateway wants one of them.";

/** Fields of the form by the members of the body that they become. */
const FIELD_OF: readonly (readonly [pointer: string, field: LinkField])[] = [
  ["/amount", "amount"],
  ["/merchant_payment_link_reference", "reference"],
  ["/description", "description"],
  ["/customer/email_id", "email"],
  ["/customer/mobile_number", "phone"],
  ["/customer/country_code", "phone"],
  ["/customer", "email"],
  ["/expire_by", "expire_by"],
  ["/part_payment", "part_payment"],
  ["/pre_auth", "pre_auth"],
  ["/reminders", "reminders"],
];

/** What the API found, each beside the field of the form that it is about. */
export function linkFaults(problem: ApiProblem): LinkFaults {
  const found = (problem.errors ?? []).flatMap(({ pointer = "" }) => {
    const known = FIELD_OF.find(([at]) => pointer === at || pointer.startsWith(`${at}/`));
    return known === undefined ? [] : [known[1]];
  });
  const said: (field: LinkField) => string =
    problem.code === "body_invalid"
      ? (field) => WRONG[field]
      : () => "This differs from the link that already has this reference.";
  return Object.fromEntries(found.map((field) => [field, said(field)]));
}
