// Who is signed in to the console: sessions, kept by the deployment's actor `access` beside the keys, so that
// whoever is signed out, or shown out, is out from the answer on. A session's secret is known to its cookie
// alone; here it is kept by its hash. A session stands for a person only while they are there: role and name
// are read each time.

import { ADMINISTRATOR, type Operator, type Person } from "../domain/people";
import { HOUR, MINUTE } from "../domain/schedule";
import { type Milliseconds, toIso } from "../domain/time";
import { type AccessPart, hashOf } from "./access";
import type { From, OpenedSession, Session, SessionAsked, SessionView } from "./people-rpc";
import { type KeptSession, NO_PERSON } from "./people-storage";

/** A working day; then one signs in again. */
export const SESSION_LASTS: Milliseconds = 12 * HOUR;

/** Without a page asked for. */
export const SESSION_IDLE: Milliseconds = 2 * HOUR;

/** Of one person; with one more the oldest ends. */
export const MOST_SESSIONS = 10;

/** That it was used is written no more often. */
const NOTED_EVERY: Milliseconds = 5 * MINUTE;

const SECRET_BYTES = 32;

/** What a session is opened with; made before the transaction, because hashing waits. */
export interface NewSecret {
  readonly secret: string;
  readonly id: string;
  /** Of the administrator's password, under SESSION_SECRET. */
  readonly proof: string;
}

export async function newSecret(part: AccessPart): Promise<NewSecret> {
  const random = crypto.getRandomValues(new Uint8Array(SECRET_BYTES));
  const secret = Array.from(random, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return { secret, id: await hashOf(secret), proof: await proofOf(part) };
}

/** Inside a transaction. `person` null: the administrator. */
export function openSession(
  { people, now: clock }: AccessPart,
  { secret, id, proof }: NewSecret,
  person: Person | null,
  { via, device, identity }: Omit<From, "network"> & { readonly via: SessionView["via"] },
): OpenedSession {
  const now = clock();
  const expires_at = now + SESSION_LASTS;
  const owner = person?.id ?? NO_PERSON;
  people.dropSessionsBefore(now, now - SESSION_IDLE);
  for (const old of people.listSessions(owner).slice(MOST_SESSIONS - 1)) people.dropSession(old.id);
  const times = { opened_at: now, seen_at: now, expires_at };
  const bound = { identity, proof: person === null ? proof : "" };
  people.writeSession({ id, person: owner, ...times, device, via, ...bound });
  if (person !== null) people.writePerson({ ...person, last_seen_at: now });
  return { secret, expires_at };
}

/** Null: it is over, or never was. One that another identity comes with ends. */
export async function readSession(
  part: AccessPart,
  secret: string,
  { identity, isUse }: SessionAsked,
): Promise<Session | null> {
  const [id, proof] = [await hashOf(secret), await proofOf(part)];
  const kept = findLive(part, id);
  if (kept === null) return null;
  if (!isOf(kept, identity)) {
    if (identity !== null) part.people.dropSession(id);
    return null;
  }
  const person = kept.person === NO_PERSON ? null : part.people.findPerson(kept.person);
  const operator = operatorOf(kept, person, proof);
  if (operator === null) {
    part.people.dropSession(id);
    return null;
  }
  if (isUse) noteUse(part, kept, person);
  return { id, operator, opened_at: kept.opened_at, expires_at: kept.expires_at };
}

function findLive({ people, now }: AccessPart, id: string): KeptSession | null {
  const kept = people.findSession(id);
  if (kept === null) return null;
  const isOver = kept.expires_at <= now() || kept.seen_at + SESSION_IDLE <= now();
  return isOver ? null : kept;
}

/** Who comes with a token is who it names; who came in by one does not come without. */
function isOf({ via, identity: own }: KeptSession, identity: string | null): boolean {
  return identity === null ? via === "password" : own === identity;
}

function operatorOf(kept: KeptSession, person: Person | null, proof: string): Operator | null {
  if (kept.person === NO_PERSON) {
    const isSame = kept.proof === proof && proof !== "";
    return isSame ? { person_id: null, name: ADMINISTRATOR, role: "admin" } : null;
  }
  if (person?.removed_at !== null) return null;
  return { person_id: person.id, name: person.name, role: person.role };
}

function noteUse({ people, now }: AccessPart, kept: KeptSession, person: Person | null): void {
  if (now() - kept.seen_at < NOTED_EVERY) return;
  people.transact(() => {
    people.writeSession({ ...kept, seen_at: now() });
    if (person !== null) people.writePerson({ ...person, last_seen_at: now() });
  });
}

export async function endSession({ people }: AccessPart, secret: string): Promise<void> {
  people.dropSession(await hashOf(secret));
}

export async function listSessions(
  part: AccessPart,
  secret: string,
): Promise<readonly SessionView[]> {
  const id = await hashOf(secret);
  const own = findLive(part, id);
  if (own === null) return [];
  return part.people.listSessions(own.person).flatMap((kept) => {
    if (findLive(part, kept.id) === null) return [];
    const { device, opened_at, seen_at, expires_at } = kept;
    const times = {
      opened_at: toIso(opened_at),
      seen_at: toIso(seen_at),
      expires_at: toIso(Math.min(expires_at, seen_at + SESSION_IDLE)),
    };
    const via = kept.via === "access" ? "access" : "password";
    return [{ id: kept.id, device, via, ...times, current: kept.id === id } as const];
  });
}

export async function endOwnSessions(
  part: AccessPart,
  secret: string,
  which: { readonly id: string } | "others",
): Promise<void> {
  const id = await hashOf(secret);
  const own = findLive(part, id);
  if (own === null) return;
  part.people.transact(() => {
    for (const kept of part.people.listSessions(own.person)) {
      const isMeant = which === "others" ? kept.id !== id : kept.id === which.id;
      if (isMeant) part.people.dropSession(kept.id);
    }
  });
}

/**
 * What stands for CONSOLE_PASSWORD in the administrator's sessions, so that another one ends them: under
 * SESSION_SECRET, which is not kept here, so that nobody tries out passwords with it. "": there is none.
 */
async function proofOf(part: AccessPart): Promise<string> {
  const { password, session_secret } = part.config().console;
  if (password === null || session_secret === null) return "";
  return hashOf(`console-password\n${session_secret}\n${password}`);
}
