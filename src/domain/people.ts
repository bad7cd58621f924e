// Who works in the console: people with a name and a role, and what a role may do. The first administrator
// is the deployment's own (CONSOLE_PASSWORD) and stands in no list. Pure: time, chance and the hash of a
// password are arguments.

import { isTakenName, parsePersonName } from "./person-name";
import { failure, type Result, success } from "./result";
import { DAY } from "./schedule";
import { SCOPES, type Scope } from "./scopes";
import { isoOrNull, type Milliseconds, toIso } from "./time";

export const ROLES = ["viewer", "operator", "admin"] as const;

export type Role = (typeof ROLES)[number];

/**
 * A viewer reads, and sees customers masked. An operator does the day's work, money included. An
 * administrator does everything, and decides who works here.
 */
export const SCOPES_OF: { readonly [role in Role]: readonly Scope[] } = {
  viewer: ["read"],
  operator: [
    "read",
    "customer",
    "links",
    "refund",
    "capture",
    "fulfill",
    "settlements",
    "messages:raw",
  ],
  admin: SCOPES,
};

/** Whoever signs in with CONSOLE_PASSWORD; the API's own key has the same name. */
export const ADMINISTRATOR = "administrator";

/** Who is at work, as every page and every action knows it. */
export interface Operator {
  /** Null: the administrator, who is not kept with the others. */
  readonly person_id: string | null;
  /** As the audit names them. */
  readonly name: string;
  readonly role: Role;
}

/** How a password is kept. The count of rounds stands beside it: another one may be right some day. */
export interface PasswordHash {
  readonly algorithm: "PBKDF2-SHA256";
  readonly rounds: number;
  /** Base64. */
  readonly salt: string;
  readonly hash: string;
}

export interface Invitation {
  /** SHA-256 of the token, lower-case hex. */
  readonly hash: string;
  readonly expires_at: Milliseconds;
}

/** A person as they are kept. */
export interface Person {
  /** `person:` and twelve letters: as no key is called. */
  readonly id: string;
  /** As the audit and `requested_by` name them. */
  readonly name: string;
  /** Lower case; what Cloudflare Access names them by. */
  readonly email: string | null;
  readonly role: Role;
  /** Null: none was set yet, or it was reset. */
  readonly password: PasswordHash | null;
  /** Null: none is open. */
  readonly invitation: Invitation | null;
  readonly created_at: Milliseconds;
  readonly created_by: string;
  readonly removed_at: Milliseconds | null;
  readonly removed_by: string | null;
  /** To five minutes. */
  readonly last_seen_at: Milliseconds | null;
}

/** Who may sign in; and as many removed ones are remembered. */
export const MOST_PEOPLE = 500;

export const INVITATION_LASTS: Milliseconds = 7 * DAY;

const LETTERS = "abcdefghijklmnopqrstuvwxyz234567";
const ID_LENGTH = 12;

/** Throws unless it is given as many random bytes as an id has letters. */
export function composePersonId(random: Uint8Array): string {
  if (random.length !== ID_LENGTH) throw new Error(`an id takes ${ID_LENGTH} random bytes`);
  return `person:${Array.from(random, (byte) => LETTERS.charAt(byte % LETTERS.length)).join("")}`;
}

export const PERSON_ID_BYTES = ID_LENGTH;

export function isPersonId(text: string): boolean {
  return /^person:[a-z2-7]{12}$/.test(text);
}

export interface Wanted {
  readonly name: string;
  /** "": none. */
  readonly email: string;
  readonly role: Role;
}

export type PersonRefusal =
  | { readonly code: "person_name_invalid" | "person_name_taken" }
  | { readonly code: "person_email_invalid" | "person_email_taken" }
  | { readonly code: "too_many_people" };

/** Whether such a person may be invited. `people`: the live ones; `keys`: the names of the live keys. */
export function checkWanted(
  { name: typed, email: address, role }: Wanted,
  people: readonly Pick<Person, "name" | "email">[],
  keys: readonly string[],
): Result<Pick<Person, "name" | "email" | "role">, PersonRefusal> {
  const name = parsePersonName(typed);
  if (name === null) return failure({ code: "person_name_invalid" });
  const taken = [...people.map((person) => person.name), ...keys];
  if (isTakenName(name, taken)) return failure({ code: "person_name_taken" });
  const email = checkEmail(address, people);
  if (!email.ok) return email;
  if (people.length >= MOST_PEOPLE) return failure({ code: "too_many_people" });
  return success({ name, email: email.value, role });
}

/** Null: none was given. `others`: the other live people. */
export function checkEmail(
  address: string,
  others: readonly Pick<Person, "email">[],
): Result<string | null, PersonRefusal> {
  if (address.trim() === "") return success(null);
  const email = parseEmail(address);
  if (email === null) return failure({ code: "person_email_invalid" });
  const isTaken = others.some((other) => other.email === email);
  return isTaken ? failure({ code: "person_email_taken" }) : success(email);
}

/**
 * Lower case; null: it is none that we take. Plain letters only: "K" the unit (U+212A) becomes "k" in lower
 * case, and would be somebody else's address.
 */
export function parseEmail(text: string): string | null {
  const address = text.trim();
  const isOne = /^[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[a-z0-9-]+(?:\.[a-z0-9-]+)+$/i.test(address);
  return isOne && address.length <= 254 ? address.toLowerCase() : null;
}

export type PersonState = "invited" | "invitation_over" | "active" | "removed";

export function stateOfPerson(person: Person, now: Milliseconds): PersonState {
  if (person.removed_at !== null) return "removed";
  // Who comes through Cloudflare Access is at work without a password.
  if (person.password !== null) return "active";
  if (person.invitation !== null && person.invitation.expires_at > now) return "invited";
  return person.last_seen_at === null ? "invitation_over" : "active";
}

/** A person as the console lists them: never a hash. */
export interface PersonView {
  readonly id: string;
  readonly name: string;
  readonly email: string | null;
  readonly role: Role;
  readonly state: PersonState;
  readonly has_password: boolean;
  /** Of an open invitation. */
  readonly invited_until: string | null;
  readonly created_at: string;
  readonly created_by: string;
  readonly last_seen_at: string | null;
  readonly removed_at: string | null;
  readonly removed_by: string | null;
}

export function viewPerson(person: Person, now: Milliseconds): PersonView {
  const { id, name, email, role, created_by, removed_by, invitation, password } = person;
  const state = stateOfPerson(person, now);
  return {
    id,
    name,
    email,
    role,
    state,
    has_password: password !== null,
    invited_until: state === "invited" && invitation ? toIso(invitation.expires_at) : null,
    created_at: toIso(person.created_at),
    created_by,
    last_seen_at: isoOrNull(person.last_seen_at),
    removed_at: isoOrNull(person.removed_at),
    removed_by,
  };
}
