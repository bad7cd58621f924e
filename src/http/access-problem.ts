// Why money may not move, or a key may not be made, as problem documents; and who is asked about keys:
// within a time limit, and without an answer nobody is let pass.

import { withTimeLimit } from "../actor/time-limit";
import type { KeyRefusal } from "../domain/access-key";
import type { PermitFailure } from "../domain/permit";
import { tellLimit } from "../domain/refund-limit";
import { toIso } from "../domain/time";
import { problem } from "./problem";

const ANSWER_LIMIT_MS = 5_000;
const TRY_AGAIN_AFTER_S = 5;

/** Thrown by `askAccess` and `changeAccess`, answered once for all routes (app.ts). */
export class AccessUnavailable extends Error {
  override readonly name = "AccessUnavailable";
  /** Where to look whether what was asked for was done all the same; null: it was no change. */
  readonly shown_at: string | null;

  constructor(cause: unknown, shown_at: string | null) {
    super(cause instanceof Error ? cause.message : "", { cause });
    this.shown_at = shown_at;
  }
}

/** For what changes nothing. */
export async function askAccess<T>(asked: Promise<T>, limit = ANSWER_LIMIT_MS): Promise<T> {
  return waitFor(asked, limit, null);
}

/** For a change: it may have been made, and only the answer was lost. */
export async function changeAccess<T>(asked: Promise<T>, shown_at: string): Promise<T> {
  return waitFor(asked, ANSWER_LIMIT_MS, shown_at);
}

async function waitFor<T>(asked: Promise<T>, limit: number, shown_at: string | null): Promise<T> {
  try {
    return await withTimeLimit(asked, limit);
  } catch (error) {
    throw new AccessUnavailable(error, shown_at);
  }
}

export function accessUnavailable(shown_at: string | null = null): Response {
  return problem("access_unavailable", {
    detail:
      shown_at === null
        ? "Nothing was done, and nobody knows at the moment whether it may be. Try again."
        : `Nobody knows whether it was done. Look at ${shown_at} before you try again.`,
    retry_after: TRY_AGAIN_AFTER_S,
  });
}

export function unauthorized(detail: string): Response {
  return problem("unauthorized", { detail, headers: { "www-authenticate": "Bearer" } });
}

export function keyEnded(): Response {
  return unauthorized(
    "Who asks was right and is not any more: the key has ended, or the person was removed, meanwhile.",
  );
}

/** Nothing was sent. */
export function permitProblem(refused: PermitFailure): Response {
  switch (refused.code) {
    case "money_stopped":
      return problem("money_stopped", {
        detail: `Nothing is sent until an administrator resumes: ${refused.reason}`,
        members: { reason: refused.reason, since: toIso(refused.since) },
      });
    case "key_ended":
      return keyEnded();
    case "key_limit_refund": {
      const { code, limit, asked } = refused;
      return problem(code, { detail: tellLimit(refused), members: { limit, asked } });
    }
    case "key_limit_day": {
      const { code, limit, used, asked } = refused;
      return problem(code, { detail: tellLimit(refused), members: { limit, used, asked } });
    }
    case "key_limit_currency":
      return problem(refused.code, { detail: tellLimit(refused) });
    case "access_unavailable":
      return accessUnavailable();
  }
}

export function decisionNotAllowed(): Response {
  return problem("decision_not_allowed", {
    detail: "A key with a refund limit decides about no refund: take one without a limit.",
  });
}

export function keyProblem(refused: KeyRefusal): Response {
  switch (refused.code) {
    case "key_name_taken":
      return problem("key_name_taken", {
        detail: "A key that works is called so or almost so, or the name stands for somebody else.",
        errors: [{ pointer: "/name", detail: "is taken" }],
      });
    case "scope_missing":
      return problem("scope_missing", {
        detail: `A key gives only what it has itself: it lacks ${refused.scopes.join(", ")}.`,
      });
    case "too_many_keys":
      return problem("too_many_keys", {
        detail: "All keys that ever were are kept, and these are enough.",
      });
  }
}
