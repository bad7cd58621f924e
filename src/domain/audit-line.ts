// What stands in the audit: the closed set of deeds and of what they are about. A new deed gets its name here
// first, and with it its words in the console and its place in the description of the API.

import { COMMAND_KINDS, type DECISIONS } from "./command";
import type { Amount } from "./money";
import type { Role } from "./people";
import type { Scope } from "./scopes";

export const AUDIT_ACTIONS = [
  ...COMMAND_KINDS,
  "decision",
  "resolution",
  "removal",
  "resend",
  "resume",
  "key_created",
  "key_revoked",
  "money_stopped",
  "money_resumed",
  "person_invited",
  "person_changed",
  "person_removed",
  "password_set",
] as const;

export type AuditAction = (typeof AUDIT_ACTIONS)[number];

export const AUDIT_KINDS = [
  ...COMMAND_KINDS,
  "discrepancy",
  "personal_data",
  "notification",
  "key",
  "money",
  "person",
] as const;

export type AuditKind = (typeof AUDIT_KINDS)[number];

/** One line as the API shows it. */
export interface AuditLine {
  readonly at: string;
  readonly by: string;
  readonly action: AuditAction;
  readonly kind: AuditKind;
  readonly reference: string | null;
  readonly order_id: string | null;
  /** Where a resolution is about a transfer. */
  readonly utr?: string;
  readonly amount: Amount | null;
  readonly reason: string | null;
  readonly decision: (typeof DECISIONS)[number] | null;
  readonly person?: { readonly name: string; readonly role: Role };
  readonly key?: { readonly name: string; readonly scopes: readonly Scope[] };
}
