// Who works in the console: people with a name and a role, and what a role may do. The first administrator
// is the deployment's own (CONSOLE_PASSWORD) and stands in no list. Pure: time, chance and the hash of a
// password are arguments.

import { SCOPES, type Scope } from "./scopes";

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
