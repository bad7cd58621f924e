// The keeper of keys, of the switch that stops money, and of what each key has refunded today (decision
// 0019): the DeploymentActor's role `access`. Strongly consistent, and without D1 on any path: what was
// revoked opens nothing from the answer on. What it changes it writes into the audit in one transaction.

import {
  type AccessKey,
  checkNewKey,
  composeKey,
  KEY_BYTES,
  KEY_MARKS,
  type KeyRefusal,
  type KeyView,
  type NewKey,
  stateOfKey,
  usedAt,
  viewKey,
} from "../domain/access-key";
import type { CommandKind } from "../domain/command";
import { isPersonId, SCOPES_OF } from "../domain/people";
import { type MoneySwitch, throwSwitch } from "../domain/money-switch";
import { inr, larger } from "../domain/money";
import type {
  Charge,
  ChargeName,
  DecisionRefusal,
  MoneyWish,
  PermitFailure,
} from "../domain/permit";
import { checkRefundLimit, type RefundLimit } from "../domain/refund-limit";
import { dayOf, daysLater } from "../domain/report-days";
import { failure, type Result, success } from "../domain/result";
import { SCOPES, type Scope } from "../domain/scopes";
import type { Milliseconds } from "../domain/time";
import type { Config } from "../config";
import { keyLine, switchLine } from "./access-audit";
import type { Changer, KeyCheck, KeyEnded, MadeKey } from "./access-rpc";
import type { AccessStorage } from "./access-storage";
import type { PeopleStorage } from "./people-storage";

/** Charges of so many days are kept, so that a late end of a refund finds its own. */
const DAYS_KEPT = 40;

export interface AccessPart {
  readonly storage: AccessStorage;
  readonly people: PeopleStorage;
  readonly now: () => Milliseconds;
  readonly config: () => Config;
  /** Has the lines of the audit brought to D1 soon. */
  readonly arm: () => void;
}

/** Notes the use at most once a minute. */
export function checkKey(
  { storage, now }: AccessPart,
  { id, hash }: { readonly id: string; readonly hash: string },
): KeyCheck {
  const key = storage.findKey(id);
  if (key === null || !isSameHash(key.hash, hash)) return { kind: "wrong" };
  const state = stateOfKey(key, now());
  if (state !== "live") return { kind: state };
  const used = usedAt(key, now());
  if (used !== key) storage.writeKey(used);
  const { name, scopes, refund_limit } = key;
  return { kind: "right", name, scopes, limited: refund_limit !== null };
}

export async function createKey(
  part: AccessPart,
  wanted: NewKey,
  by: Changer,
): Promise<Result<MadeKey, KeyRefusal | KeyEnded>> {
  const mark = KEY_MARKS[part.config().environment];
  const { id, text } = composeKey(mark, crypto.getRandomValues(new Uint8Array(KEY_BYTES)));
  const hash = await hashOf(text);
  const { storage } = part;
  return storage.transact((): Result<MadeKey, KeyRefusal | KeyEnded> => {
    const now = part.now();
    const own = scopesOf(part, by);
    if (own?.includes("admin") !== true) return failure({ code: "key_ended" });
    const people = part.people.listLive().map((person) => person.name);
    const checked = checkNewKey(wanted, own, storage.listKeys(), now, people);
    if (!checked.ok) return checked;
    const { name, scopes, expires_at, refund_limit } = wanted;
    const key: AccessKey = {
      id,
      name,
      scopes,
      hash,
      prefix: `chk_${mark}_${id}`,
      last_four: text.slice(-4),
      refund_limit,
      created_at: now,
      created_by: by.name,
      expires_at,
      revoked_at: null,
      revoked_by: null,
      last_used_at: null,
    };
    storage.writeKey(key);
    storage.addAudit(keyLine("key_created", viewKey(key, now), by.name, now));
    part.arm();
    return success({ key: text, view: viewKey(key, now) });
  });
}

export function listKeys({ storage, now }: AccessPart): readonly KeyView[] {
  const newest = storage.listKeys().toSorted((a, b) => b.created_at - a.created_at);
  return newest.map((key) => viewKey(key, now()));
}

export function revokeKey(
  part: AccessPart,
  id: string,
  by: Changer,
): Result<KeyView, KeyEnded | { readonly code: "key_unknown" }> {
  const { storage } = part;
  return storage.transact((): ReturnType<typeof revokeKey> => {
    const now = part.now();
    if (!mayAdminister(part, by)) return failure({ code: "key_ended" });
    const key = storage.findKey(id);
    if (key === null) return failure({ code: "key_unknown" });
    if (key.revoked_at !== null) return success(viewKey(key, now));
    const view = viewKey({ ...key, revoked_at: now, revoked_by: by.name }, now);
    storage.writeKey({ ...key, revoked_at: now, revoked_by: by.name });
    storage.addAudit(keyLine("key_revoked", view, by.name, now));
    part.arm();
    return success(view);
  });
}

export function setSwitch(
  part: AccessPart,
  thrown: { readonly stopped: boolean; readonly reason: string },
  by: Changer,
): Result<MoneySwitch, KeyEnded> {
  const { storage } = part;
  return storage.transact((): Result<MoneySwitch, KeyEnded> => {
    const now = part.now();
    if (!mayAdminister(part, by)) return failure({ code: "key_ended" });
    const before = storage.readSwitch();
    const after = throwSwitch(before, { ...thrown, by: by.name }, now);
    if (after === before) return success(before);
    storage.writeSwitch(after);
    storage.addAudit(switchLine({ ...thrown, by: by.name }, now));
    part.arm();
    return success(after);
  });
}

/** Counts before it is sent: what nobody knows the end of keeps counting. */
export function permitMoney(
  part: AccessPart,
  { key_id, charge, freed }: MoneyWish,
): Result<null, PermitFailure> {
  const { storage } = part;
  return storage.transact((): Result<null, PermitFailure> => {
    for (const one of freed) storage.dropCharge(one);
    const { stopped, reason, since } = storage.readSwitch();
    if (stopped) {
      return failure({ code: "money_stopped", reason: reason ?? "", since: since ?? part.now() });
    }
    if (key_id === null) return success(null);
    const holder = findHolder(part, key_id);
    if (holder === null || !movesMoney(holder)) return failure({ code: "key_ended" });
    const { refund_limit } = holder;
    return refund_limit === null || charge === null
      ? success(null)
      : count(part, charge, refund_limit);
  });
}

/**
 * A repeat under the same reference counts once. One that another attempt left behind counts with the
 * greater of the two amounts: nobody knows here whether the earlier one was sent.
 */
function count(
  { storage, now, config }: AccessPart,
  charge: Charge,
  limit: RefundLimit,
): Result<null, PermitFailure> {
  const day = dayOf(now(), config().merchant.time_zone);
  const before = storage.findCharge(charge);
  const isLeft = before !== null && before.attempt !== charge.attempt;
  const { amount } = charge;
  const value = isLeft ? larger(amount.value, inr(before.amount).value) : amount.value;
  const counted = { ...charge, amount: { ...amount, value } };
  const checked = checkRefundLimit(limit, counted.amount, storage.usedOn(day, charge));
  if (!checked.ok) return checked;
  storage.writeCharge(counted, day);
  storage.dropChargesBefore(daysLater(day, -DAYS_KEPT));
  return success(null);
}

/** A key with a refund limit decides about no refund, not even about its own. */
export function permitDecision(
  part: AccessPart,
  key_id: string | null,
  kind: CommandKind,
): Result<null, DecisionRefusal> {
  if (key_id === null) return success(null);
  const holder = findHolder(part, key_id);
  if (holder === null || !movesMoney(holder)) return failure({ code: "key_ended" });
  const isLimited = kind === "refund" && holder.refund_limit !== null;
  return isLimited ? failure({ code: "decision_not_allowed" }) : success(null);
}

export function giveBack({ storage }: AccessPart, charges: readonly ChargeName[]): void {
  storage.transact(() => {
    for (const charge of charges) storage.dropCharge(charge);
  });
}

/** Null: who asks is over. The administrator's own key is not kept here and has all scopes. */
export function scopesOf(part: AccessPart, { key_id }: Changer): readonly Scope[] | null {
  return key_id === null ? SCOPES : (findHolder(part, key_id)?.scopes ?? null);
}

function mayAdminister(part: AccessPart, by: Changer): boolean {
  return scopesOf(part, by)?.includes("admin") ?? false;
}

/** Who asks under an id: a key, or a person who is signed in. */
interface Holder {
  readonly scopes: readonly Scope[];
  readonly refund_limit: RefundLimit | null;
}

/** Null: the key was revoked or has expired, or the person was removed. A person has what their role has now. */
function findHolder({ storage, people, now }: AccessPart, id: string): Holder | null {
  if (isPersonId(id)) {
    const person = people.findPerson(id);
    if (person?.removed_at !== null) return null;
    return { scopes: SCOPES_OF[person.role], refund_limit: null };
  }
  const key = storage.findKey(id);
  return key !== null && stateOfKey(key, now()) === "live" ? key : null;
}

/** A key keeps its scopes; a person may be a viewer by now. The door looked at which of the two it needs. */
function movesMoney({ scopes }: Holder): boolean {
  return scopes.includes("refund") || scopes.includes("capture");
}

/** In a time that does not tell where they differ. */
export function isSameHash(kept: string, given: string): boolean {
  const [a, b] = [kept, given].map((hash) => new TextEncoder().encode(hash));
  if (a === undefined || b === undefined || a.length !== b.length) return false;
  return crypto.subtle.timingSafeEqual(a, b);
}

/** SHA-256 of a key, lower-case hex. The key has 200 bits of chance: a slow hash would add nothing. */
export async function hashOf(key: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(key));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
