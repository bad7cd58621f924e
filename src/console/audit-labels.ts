// The deeds of the audit in the words of a person.

import type { AuditAction } from "../domain/audit-line";
import type { DECISIONS } from "../domain/command";

export const AUDIT_WORDS: { readonly [action in AuditAction]: string } = {
  refund: "Refund",
  capture: "Capture",
  void: "Release of held money",
  decision: "Decided about an unknown outcome",
  resolution: "Resolved a discrepancy",
  removal: "Removed personal data",
  resend: "Sent a notification again",
  resume: "Resumed notifications",
  key_created: "Made an API key",
  key_revoked: "Revoked an API key",
  money_stopped: "Stopped money",
  money_resumed: "Resumed money",
  person_invited: "Invited a person",
  person_changed: "Changed a person",
  person_removed: "Removed a person",
  password_set: "Set a password",
};

export const DECISION_WORDS: { readonly [decision in (typeof DECISIONS)[number]]: string } = {
  done: "it was done",
  not_done: "it was not done",
  send_again: "send it again",
};
