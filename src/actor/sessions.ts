// Who is signed in to the console: sessions, kept by the deployment's actor `access` beside the keys, so that
// whoever is signed out, or shown out, is out from the answer on. A session's secret is known to its cookie
// alone; here it is kept by its hash.

import { ADMINISTRATOR } from "../domain/people";
import { failure, type Result, success } from "../domain/result";
import { HOUR } from "../domain/schedule";
import type { Milliseconds } from "../domain/time";
import { type AccessPart, hashOf } from "./access";
import type { OpenedSession, Session, SignIn, SignInFailure } from "./access-rpc";

/** A working day; then one signs in again. */
const SESSION_LASTS: Milliseconds = 12 * HOUR;

const SECRET_BYTES = 32;

export async function signIn(
  part: AccessPart,
  { name, password }: SignIn,
): Promise<Result<OpenedSession, SignInFailure>> {
  const { password: expected } = part.config().console;
  const isRight = expected !== null && name === ADMINISTRATOR && (await isSame(password, expected));
  if (!isRight) return failure({ code: "sign_in_wrong" });
  const random = crypto.getRandomValues(new Uint8Array(SECRET_BYTES));
  const secret = Array.from(random, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const id = await hashOf(secret);
  const now = part.now();
  const expires_at = now + SESSION_LASTS;
  const operator = { person_id: null, name: ADMINISTRATOR, role: "admin" } as const;
  part.storage.writeSession({ id, operator, opened_at: now, expires_at });
  return success({ secret, expires_at });
}

/** `secret`: as the cookie has it. Null: it is over, or never was. */
export async function readSession(part: AccessPart, secret: string): Promise<Session | null> {
  const session = part.storage.findSession(await hashOf(secret));
  return session === null || session.expires_at <= part.now() ? null : session;
}

export async function endSession(part: AccessPart, secret: string): Promise<void> {
  part.storage.dropSession(await hashOf(secret));
}

async function isSame(sent: string, ours: string): Promise<boolean> {
  return (await hashOf(sent)) === (await hashOf(ours));
}
