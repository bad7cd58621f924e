// Signing in: by name and password, or by the e-mail that Cloudflare Access vouches for. A try counts before its
// password is looked at, and is given back when it was right; hashing waits, so everything that was read
// before is read again in the transaction that opens the session.

import { ADMINISTRATOR, type Person } from "../domain/people";
import { LONGEST_PASSWORD } from "../domain/password-rule";
import { LONGEST_NAME, looksAlike, nameSkeleton } from "../domain/person-name";
import { failure, type Result, success } from "../domain/result";
import {
  admitTry,
  EVERYBODY_LIMIT,
  KNOWN_FOR,
  NAME_LIMIT,
  NETWORK_LIMIT,
  type Tries,
  type TryFailure,
  withoutTry,
} from "../domain/sign-in-tries";
import { type AccessPart, hashOf, isSameHash } from "./access";
import { hashPassword, isOutdated, isPassword } from "./password-hash";
import type { From, OpenedSession, SignIn, SignInFailure } from "./people-rpc";
import { newSecret, openSession } from "./sessions";

/** Of a typed name no more is looked at: each letter of one may be typed as several. */
const LONGEST_TYPED = 4 * LONGEST_NAME;

export async function signIn(
  part: AccessPart,
  asked: SignIn,
): Promise<Result<OpenedSession, SignInFailure>> {
  const checked = await checkPerson(part, asked);
  if (!checked.ok) return checked;
  const made = await newSecret(part);
  return part.people.transact((): Result<OpenedSession, SignInFailure> => {
    const person = checked.value;
    // As they are now: their role may be another since their password was looked at.
    const now = person === null ? null : stillOf(part, person);
    if (now === undefined) return failure({ code: "sign_in_wrong" });
    return success(openSession(part, made, now, { ...asked, via: "password" }));
  });
}

/**
 * Whose name and password these are; null: the administrator. Every answer costs one count of tries and
 * one hash, whether there is such a person or not. A hash of another count is made anew. The administrator's
 * password is a setting and is compared without one: this way in stays open where a hash is more work than
 * the platform's plan allows, and that there is an administrator is no secret.
 */
export async function checkPerson(
  part: AccessPart,
  { name: typed, password, network }: Pick<SignIn, "name" | "password" | "network">,
): Promise<Result<Person | null, SignInFailure>> {
  // A megabyte is nobody's name, and every look at it would keep keys and money waiting.
  const name = typed.slice(0, LONGEST_TYPED);
  const subjects = await subjectsOf(part, name, network);
  const isAdministrator = looksAlike(name, ADMINISTRATOR);
  const admitted = part.people.transact(() => admit(part, subjects, isAdministrator));
  if (!admitted.ok) return admitted;
  // A megabyte is nobody's password.
  if (password.length > LONGEST_PASSWORD) return failure({ code: "sign_in_wrong" });
  const person = isAdministrator ? null : part.people.findByName(name);
  const isRight = isAdministrator
    ? await isConsole(part, password)
    : await isPassword(password, person?.password ?? null);
  if (!isRight) return failure({ code: "sign_in_wrong" });
  part.people.transact(() => giveBack(part, subjects));
  const isOld = person?.password && isOutdated(person.password);
  return success(isOld ? await hashAnew(part, person, password) : person);
}

export async function signInByAccess(
  part: AccessPart,
  asked: From & { readonly identity: string },
): Promise<Result<OpenedSession, { readonly code: "person_unknown" }>> {
  const made = await newSecret(part);
  return part.people.transact((): ReturnType<typeof openByAccess> =>
    openByAccess(part, made, asked),
  );
}

function openByAccess(
  part: AccessPart,
  made: Awaited<ReturnType<typeof newSecret>>,
  asked: From & { readonly identity: string },
): Result<OpenedSession, { readonly code: "person_unknown" }> {
  const person = part.people.findByEmail(asked.identity);
  if (person === null) return failure({ code: "person_unknown" });
  return success(openSession(part, made, person, { ...asked, via: "access" }));
}

async function hashAnew(part: AccessPart, person: Person, password: string): Promise<Person> {
  const hash = await hashPassword(password);
  return part.people.transact(() => {
    const now = stillOf(part, person);
    if (now === undefined) return person;
    const anew = { ...now, password: hash };
    part.people.writePerson(anew);
    return anew;
  });
}

/** As they are by now; undefined: they were removed, or their password was reset, while it was looked at. */
function stillOf({ people }: AccessPart, person: Person): Person | undefined {
  const now = people.findPerson(person.id);
  const isStill = now?.removed_at === null && now.password?.hash === person.password?.hash;
  return isStill ? now : undefined;
}

async function isConsole(part: AccessPart, password: string): Promise<boolean> {
  const { password: expected } = part.config().console;
  return expected !== null && isSameHash(await hashOf(expected), await hashOf(password));
}

/** No hash is called so. */
const EVERYBODY = "everybody";

interface Subjects {
  readonly network: string;
  readonly name: string;
  /** This name from this network. */
  readonly both: string;
}

/** Under SESSION_SECRET: neither addresses nor what was typed as a name (a password, at times) is kept. */
async function subjectsOf(part: AccessPart, name: string, network: string): Promise<Subjects> {
  const salt = part.config().console.session_secret ?? "";
  const skeleton = nameSkeleton(name);
  const [ofNetwork, ofName, both] = await Promise.all([
    hashOf(`network\n${salt}\n${network}`),
    hashOf(`name\n${salt}\n${skeleton}`),
    hashOf(`both\n${salt}\n${network}\n${skeleton}`),
  ]);
  return { network: ofNetwork, name: ofName, both };
}

function admit(
  { people, now }: AccessPart,
  { network, name, both }: Subjects,
  isAdministrator: boolean,
): Result<null, TryFailure> {
  people.dropTries(now() - Math.max(NETWORK_LIMIT.within, NAME_LIMIT.within));
  const isStranger = !people.isKnownNetwork(both, now());
  const counted: (readonly [subject: string, tries: Tries])[] = [];
  for (const [subject, limit, isBound] of [
    [network, NETWORK_LIMIT, true],
    [name, NAME_LIMIT, isStranger],
    // The administrator's password costs no hash.
    [EVERYBODY, EVERYBODY_LIMIT, isStranger && !isAdministrator],
  ] as const) {
    const tries = admitTry(people.readTries(subject), limit, now());
    if (!tries.ok && isBound) return tries;
    if (tries.ok) counted.push([subject, tries.value]);
  }
  for (const [subject, tries] of counted) people.writeTries(subject, tries);
  return success(null);
}

/** This try alone: whoever has a password of their own does not wipe out their guesses at another's. */
function giveBack({ people, now }: AccessPart, { network, name, both }: Subjects): void {
  for (const one of [network, name]) people.writeTries(one, withoutTry(people.readTries(one)));
  people.noteKnownNetwork(both, now() + KNOWN_FOR, now());
}
