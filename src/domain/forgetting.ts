// What is removed of an order when its personal data is (docs/retention.md), and what stays. Pure. Every
// field of a word is listed, so that a new one has to be decided about before it can be stored. Stripping
// keeps registers whole or drops them, so stripped words are words, and joining them obeys law 3.

import type { Entity, Facts, Register } from "./facts";
import type { Handling, Said } from "./handling";
import { CHUKTA_REFERENCE, isReference } from "./ids";
import { isJsonObject, type JsonObject } from "./json";
import type { AnyWord, FieldsOf, Observation } from "./observation";
import type { OrderRecord } from "./record";
import type { EntityKind } from "./status";
import type { Milliseconds } from "./time";

/**
 * `mark`: of the merchant's metadata only our own mark stays, because an order finds its link by it.
 * `code`: of an error only its code.
 */
type Fate = "stays" | "goes" | "mark" | "code";

const FATES: { readonly [K in EntityKind]: { readonly [F in keyof FieldsOf[K]]: Fate } } = {
  link: {
    status: "stays",
    unknown_status: "stays",
    amount: "stays",
    amount_due: "stays",
    reference: "stays",
    payment_link: "stays",
    // Free text: merchants write names and addresses into it.
    description: "goes",
    expire_by: "stays",
    created_at: "stays",
    updated_at: "stays",
    customer: "goes",
    merchant_metadata: "mark",
    allowed_payment_methods: "stays",
    // Between whose accounts the money is split: later refunds need it.
    split_info: "stays",
    replaces: "stays",
  },
  order: {
    status: "stays",
    unknown_status: "stays",
    reference: "stays",
    amount: "stays",
    customer: "goes",
    merchant_metadata: "mark",
    split_info: "stays",
    created_at: "stays",
    updated_at: "stays",
  },
  payment: {
    order_id: "stays",
    status: "stays",
    unknown_status: "stays",
    amount: "stays",
    base_amount: "stays",
    payment_method: "stays",
    merchant_payment_reference: "stays",
    // The length of the authorization window depends on it.
    network: "stays",
    last4: "goes",
    rrn: "stays",
    approval_code: "stays",
    acquirer_reference: "stays",
    is_aggregator: "stays",
    // Banks write free text into its message.
    error: "code",
    captures: "stays",
    created_at: "stays",
    updated_at: "stays",
  },
  refund: {
    parent_order_id: "stays",
    status: "stays",
    unknown_status: "stays",
    reference: "stays",
    amount: "stays",
    // Why money went back is part of the account of it, as in the audit.
    reason: "stays",
    rrn: "stays",
    payments: "stays",
    created_at: "stays",
    updated_at: "stays",
  },
};

export function stripObservation(observation: Observation): Observation {
  return { ...observation, words: observation.words.map(stripWord) };
}

function stripWord(word: AnyWord): AnyWord {
  const fields = stripFields(word.kind, word.fields, (value, strip) => strip(value));
  // The fields that are left are of the same kind; the loop over them forgets it.
  return { ...word, fields };
}

/** Facts as if nothing but stripped words had ever been joined. */
export function stripFacts(facts: Facts): Facts {
  return {
    ...facts,
    link: stripEntities("link", facts.link),
    order: stripEntities("order", facts.order),
    payment: stripEntities("payment", facts.payment),
    refund: stripEntities("refund", facts.refund),
  };
}

function stripEntities<K extends EntityKind>(
  kind: K,
  entities: { readonly [id: string]: Entity<K> },
): { readonly [id: string]: Entity<K> } {
  return Object.fromEntries(
    Object.entries(entities).map(([id, entity]) => {
      const dated = stripFields(kind, entity.dated, stripRegister);
      const undated = stripFields(kind, entity.undated, stripRegister);
      return [id, { ...entity, dated, undated } as Entity<K>];
    }),
  );
}

/** What is left of a value; null: nothing. */
type Strip = (value: unknown) => JsonObject | null;

function stripRegister(said: unknown, strip: Strip): object | null {
  const register = said as Register<unknown>;
  const value = strip(register.value);
  return value && { ...register, value };
}

/** `inside` strips what stands under a field's name: a bare value, or a register of one. */
function stripFields(
  kind: EntityKind,
  fields: object,
  inside: (said: unknown, strip: Strip) => object | null,
): { readonly [field: string]: unknown } {
  const fates: { readonly [field: string]: Fate } = FATES[kind];
  const kept = Object.entries<unknown>({ ...fields }).flatMap(([field, said]) => {
    // What an earlier release kept and this one does not know is removed too.
    const fate = Object.hasOwn(fates, field) ? fates[field] : "goes";
    if (fate === "stays") return [[field, said] as const];
    const left = fate === "goes" ? null : inside(said, fate === "mark" ? markOf : codeOf);
    return left === null ? [] : [[field, left] as const];
  });
  return Object.fromEntries(kept);
}

/** Null where the metadata is not of a link that we made. */
function markOf(metadata: unknown): JsonObject | null {
  const mark = isJsonObject(metadata) ? metadata[CHUKTA_REFERENCE] : undefined;
  return isReference(mark) ? { [CHUKTA_REFERENCE]: mark } : null;
}

/**
 * One without a code stays as an error without words: of two errors at one time the greater text counts
 * (join.ts), and which one that is must not change.
 */
function codeOf(error: unknown): JsonObject | null {
  const { code, message } = isJsonObject(error) ? error : {};
  if (typeof code === "string") return { code };
  return message === undefined ? null : { message: "" };
}

/** Who did what, and when, stays; what was written beside it goes. The same object when nothing was. */
export function stripHandling(handling: Handling): Handling {
  const said = [handling.fulfilled, handling.receipt, handling.confirmed, handling.recorded];
  if (said.every((one) => (one?.note ?? null) === null)) return handling;
  return {
    ...handling,
    fulfilled: withoutNote(handling.fulfilled),
    receipt: withoutNote(handling.receipt),
    confirmed: withoutNote(handling.confirmed),
    recorded: withoutNote(handling.recorded),
  };
}

function withoutNote<T extends Said>(said: T | null): T | null {
  return said && { ...said, note: null };
}

/** The record without personal data; what is joined into it later is stripped too (record.ts). */
export function forgetPerson(record: OrderRecord, now: Milliseconds): OrderRecord {
  const forgotten_at = record.forgotten_at ?? now;
  // Its time stays: nothing about the money changed, and lists by update are not turned over.
  return { ...stripRecord(record), forgotten_at, version: record.version + 1 };
}

export function stripRecord(record: OrderRecord): OrderRecord {
  const handling = stripHandling(record.handling);
  return { ...record, facts: stripFacts(record.facts), handling };
}

/** Of the order in a notification these stay: what it is called, where it stood, and the amounts. */
const NOTIFIED: readonly string[] = [
  "id",
  "order_id",
  "order_ids",
  "merchant_reference",
  "stage",
  "status",
  "verified_by",
  "origin",
  "amount",
  "amount_due",
  "authorized",
  "captured",
  "refunded",
  "refundable",
  "overpaid",
  "released",
  "pre_auth",
  "part_payment",
  "version",
  "created_at",
  "updated_at",
];

/** The `data` of a notification that was told before. `at`: ISO 8601. The same again is the same. */
export function stripNotification(data: JsonObject, at: string): JsonObject {
  const { previous_stage = null, changed = [], order, forgotten_at = at } = data;
  const shown = isJsonObject(order) ? Object.entries(order) : [];
  const kept = shown.filter(([field]) => NOTIFIED.includes(field));
  return { previous_stage, changed, order: Object.fromEntries(kept), forgotten_at };
}

/** Of the request for a link these stay: what its amount, its terms and its reference follow from. */
const REQUESTED: readonly string[] = [
  "amount",
  "merchant_payment_link_reference",
  "expire_by",
  "allowed_payment_methods",
  "pre_auth",
  "part_payment",
  "is_mcc_transaction",
  "split_info",
];

export function stripRequestBody(body: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(body).filter(([field]) => REQUESTED.includes(field)));
}
