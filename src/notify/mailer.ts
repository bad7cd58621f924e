// The way to the customer's letter box: the optional binding EMAIL (Cloudflare Email Service). Says in one
// word why a mail was refused; the service's own sentences may hold an address and go no further.

import { failure, type Result, success } from "../domain/result";
import type { ReceiptEmail } from "./receipt-email";

export interface Mail extends ReceiptEmail {
  readonly from: { readonly email: string; readonly name: string | null };
  readonly to: string;
}

export type MailFailure =
  /** `reason`: the service's code, such as E_SENDER_NOT_VERIFIED. */
  | { readonly code: "mail_refused"; readonly reason: string }
  /** It ended in a way that does not say whether the mail is on its way. */
  | { readonly code: "mail_unanswered" };

export type Mailer = (mail: Mail) => Promise<Result<null, MailFailure>>;

/** Null: the deployment has no such binding. */
export function openMailer(env: Env): Mailer | null {
  // Not in the generated types: wrangler.toml names it only where the account can send.
  const binding = Reflect.get(env, "EMAIL") as SendEmail | undefined;
  if (binding === undefined) return null;
  return async ({ from, ...mail }) => {
    const sender = from.name === null ? from.email : { email: from.email, name: from.name };
    try {
      await binding.send({ ...mail, from: sender });
      return success(null);
    } catch (error) {
      const reason = reasonOf(error);
      if (reason === null) return failure({ code: "mail_unanswered" });
      return failure({ code: "mail_refused", reason });
    }
  };
}

function reasonOf(error: unknown): string | null {
  const code: unknown = error instanceof Error ? Reflect.get(error, "code") : undefined;
  return typeof code === "string" && /^[A-Z][A-Z0-9_]{1,60}$/.test(code) ? code : null;
}
