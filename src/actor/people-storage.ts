// What the keeper of people has in the SQLite of the actor `access`: people, their sessions, and tries to sign
// in. Read and written here, nowhere else. Nothing is made before it is needed: the other roles of the
// deployment's actor have none of it.

import { nameSkeleton } from "../domain/person-name";
import { MOST_PEOPLE, type Person } from "../domain/people";
import { MOST_TRIES_KEPT, type Tries } from "../domain/sign-in-tries";
import type { Milliseconds } from "../domain/time";

/** Numbered steps, forward only; how many were made stands under "people_steps". */
const STEPS: readonly (readonly string[])[] = [
  [
    `CREATE TABLE people (
       id TEXT PRIMARY KEY, name_key TEXT, email TEXT, invitation TEXT, removed_at INTEGER,
       doc TEXT NOT NULL) WITHOUT ROWID`,
    // Of removed ones all of these are NULL: the name is free again.
    "CREATE UNIQUE INDEX people_by_name ON people (name_key) WHERE name_key IS NOT NULL",
    "CREATE UNIQUE INDEX people_by_email ON people (email) WHERE email IS NOT NULL",
    "CREATE UNIQUE INDEX people_by_invitation ON people (invitation) WHERE invitation IS NOT NULL",
    "CREATE INDEX people_removed ON people (removed_at) WHERE removed_at IS NOT NULL",
    `CREATE TABLE sessions (
       id TEXT PRIMARY KEY, person TEXT NOT NULL, opened_at INTEGER NOT NULL, seen_at INTEGER NOT NULL,
       expires_at INTEGER NOT NULL, device TEXT NOT NULL, via TEXT NOT NULL, identity TEXT,
       proof TEXT NOT NULL) WITHOUT ROWID`,
    "CREATE INDEX sessions_of_person ON sessions (person, opened_at)",
    `CREATE TABLE tries (
       subject TEXT PRIMARY KEY, count INTEGER NOT NULL, since INTEGER NOT NULL) WITHOUT ROWID`,
    "CREATE INDEX tries_by_age ON tries (since)",
    `CREATE TABLE known_networks (
       subject TEXT PRIMARY KEY, until INTEGER NOT NULL) WITHOUT ROWID`,
  ],
];

/** The administrator's, who is not kept with the others. */
export const NO_PERSON = "";

export interface KeptSession {
  readonly [column: string]: SqlStorageValue;
  readonly id: string;
  /** Their id, or NO_PERSON. */
  readonly person: string;
  readonly opened_at: Milliseconds;
  readonly seen_at: Milliseconds;
  readonly expires_at: Milliseconds;
  readonly device: string;
  /** "password" or "access". */
  readonly via: string;
  /** The e-mail of the Access token that it was opened with. */
  readonly identity: string | null;
  /** What must be the same as when it was opened: for the administrator, their password. */
  readonly proof: string;
}

export class PeopleStorage {
  readonly #storage: DurableObjectStorage;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
  }

  transact<T>(work: () => T): T {
    return this.#storage.transactionSync(work);
  }

  findPerson(id: string): Person | null {
    return this.#people("WHERE id = ?1", id)[0] ?? null;
  }

  /** Only live ones are found by these three. */
  findByName(name: string): Person | null {
    return this.#people("WHERE name_key = ?1", nameSkeleton(name))[0] ?? null;
  }

  findByEmail(email: string): Person | null {
    return this.#people("WHERE email = ?1", email)[0] ?? null;
  }

  findByInvitation(hash: string): Person | null {
    return this.#people("WHERE invitation = ?1", hash)[0] ?? null;
  }

  listPeople(): readonly Person[] {
    return this.#people("");
  }

  listLive(): readonly Person[] {
    return this.#people("WHERE name_key IS NOT NULL");
  }

  writePerson(person: Person): void {
    const { id, name, email, invitation, removed_at } = person;
    const isLive = removed_at === null;
    this.#run(
      // No OR REPLACE: it would put somebody of the same name out of the house.
      `INSERT INTO people (id, name_key, email, invitation, removed_at, doc)
       VALUES (?1, ?2, ?3, ?4, ?5, ?6)
       ON CONFLICT (id) DO UPDATE SET name_key = ?2, email = ?3, invitation = ?4, removed_at = ?5, doc = ?6`,
      id,
      isLive ? nameSkeleton(name) : null,
      isLive ? email : null,
      isLive ? (invitation?.hash ?? null) : null,
      removed_at,
      JSON.stringify(person),
    );
    // The audit keeps their names; of people who left long ago nothing else is needed.
    this.#run(
      `DELETE FROM people WHERE id IN (SELECT id FROM people WHERE removed_at IS NOT NULL
       ORDER BY removed_at DESC LIMIT -1 OFFSET ?1)`,
      MOST_PEOPLE,
    );
  }

  findSession(id: string): KeptSession | null {
    return this.#run<KeptSession>("SELECT * FROM sessions WHERE id = ?1", id)[0] ?? null;
  }

  /** Newest first. */
  listSessions(person: string): readonly KeptSession[] {
    const query = "SELECT * FROM sessions WHERE person = ?1 ORDER BY opened_at DESC, id";
    return this.#run<KeptSession>(query, person);
  }

  writeSession(session: KeptSession): void {
    const { id, person, opened_at, seen_at, expires_at, device, via, identity, proof } = session;
    this.#run(
      `INSERT OR REPLACE INTO sessions
         (id, person, opened_at, seen_at, expires_at, device, via, identity, proof)
       VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)`,
      id,
      person,
      opened_at,
      seen_at,
      expires_at,
      device,
      via,
      identity,
      proof,
    );
  }

  dropSession(id: string): void {
    this.#run("DELETE FROM sessions WHERE id = ?1", id);
  }

  dropSessionsOf(person: string): void {
    this.#run("DELETE FROM sessions WHERE person = ?1", person);
  }

  /** A few hundred at most are there: nobody has more than ten. */
  dropSessionsBefore(now: Milliseconds, seen_before: Milliseconds): void {
    this.#run("DELETE FROM sessions WHERE expires_at <= ?1 OR seen_at <= ?2", now, seen_before);
  }

  readTries(subject: string): Tries | null {
    return (
      this.#run<{ count: number; since: number }>(
        "SELECT count, since FROM tries WHERE subject = ?1",
        subject,
      )[0] ?? null
    );
  }

  writeTries(subject: string, tries: Tries | null): void {
    if (tries === null) {
      this.#run("DELETE FROM tries WHERE subject = ?1", subject);
      return;
    }
    const { count, since } = tries;
    this.#run("INSERT OR REPLACE INTO tries VALUES (?1, ?2, ?3)", subject, count, since);
  }

  /** What is too old to count, and the oldest of what is too much. */
  dropTries(before: Milliseconds): void {
    this.#run("DELETE FROM tries WHERE since <= ?1", before);
    this.#run(
      "DELETE FROM tries WHERE subject IN (SELECT subject FROM tries ORDER BY since DESC LIMIT -1 OFFSET ?1)",
      MOST_TRIES_KEPT,
    );
  }

  isKnownNetwork(subject: string, now: Milliseconds): boolean {
    const query = "SELECT until FROM known_networks WHERE subject = ?1 AND until > ?2";
    return this.#run(query, subject, now).length > 0;
  }

  noteKnownNetwork(subject: string, until: Milliseconds, now: Milliseconds): void {
    this.#run("INSERT OR REPLACE INTO known_networks VALUES (?1, ?2)", subject, until);
    this.#run("DELETE FROM known_networks WHERE until <= ?1", now);
  }

  #people(where: string, ...values: SqlStorageValue[]): readonly Person[] {
    const rows = this.#run<{ doc: string }>(`SELECT doc FROM people ${where}`, ...values);
    return rows.map(({ doc }) => JSON.parse(doc) as Person);
  }

  #run<T extends Record<string, SqlStorageValue>>(
    statement: string,
    ...values: SqlStorageValue[]
  ): readonly T[] {
    this.#migrate();
    return this.#storage.sql.exec<T>(statement, ...values).toArray();
  }

  #migrate(): void {
    const done = this.#storage.kv.get<number>("people_steps") ?? 0;
    if (done === STEPS.length) return;
    for (const step of STEPS.slice(done)) {
      for (const statement of step) this.#storage.sql.exec(statement);
    }
    this.#storage.kv.put("people_steps", STEPS.length);
  }
}
