// Who may work in the console: invited, changed, removed by an administrator, and whose password is set by
// themselves. Whether who asks may still do so is looked at in the transaction of the change, which writes its
// line of the audit too.

import {
  checkEmail,
  checkWanted,
  composePersonId,
  INVITATION_LASTS,
  type Person,
  PERSON_ID_BYTES,
  type PersonView,
  type Role,
  viewPerson,
  type Wanted,
} from "../domain/people";
import { stateOfKey } from "../domain/access-key";
import { checkPassword, type PasswordFault } from "../domain/password-rule";
import { failure, type Result, success } from "../domain/result";
import { type AccessPart, hashOf, scopesOf } from "./access";
import { personLine } from "./access-audit";
import type { Changer } from "./access-rpc";
import { hashPassword } from "./password-hash";
import type { From, Invited, NewPasswordFailure, OpenedSession, PersonFailure } from "./people-rpc";
import { newSecret, openSession, readSession } from "./sessions";
import { checkPerson } from "./sign-in";
import { randomSecret } from "./token-secret";

export function listPeople({ people, now }: AccessPart): readonly PersonView[] {
  const all = people.listPeople().toSorted((a, b) => a.name.localeCompare(b.name, "en"));
  const [live, removed] = [true, false].map((isLive) =>
    all.filter(({ removed_at }) => (removed_at === null) === isLive),
  );
  return [...(live ?? []), ...(removed ?? [])].map((person) => viewPerson(person, now()));
}

export async function invitePerson(
  part: AccessPart,
  wanted: Wanted,
  by: Changer,
): Promise<Result<Invited, PersonFailure>> {
  const { token, invitation } = await newInvitation(part);
  const id = composePersonId(crypto.getRandomValues(new Uint8Array(PERSON_ID_BYTES)));
  return part.people.transact((): Result<Invited, PersonFailure> => {
    if (!isAdministrator(part, by)) return failure({ code: "key_ended" });
    const now = part.now();
    const keys = part.storage.listKeys().filter((key) => stateOfKey(key, now) === "live");
    const names = keys.map(({ name }) => name);
    const checked = checkWanted(wanted, part.people.listLive(), names);
    if (!checked.ok) return checked;
    const person: Person = {
      id,
      ...checked.value,
      password: null,
      invitation,
      created_at: now,
      created_by: by.name,
      removed_at: null,
      removed_by: null,
      last_seen_at: null,
    };
    return success({ token, person: write(part, person, "person_invited", by.name) });
  });
}

export async function inviteAgain(
  part: AccessPart,
  id: string,
  by: Changer,
): Promise<Result<Invited, PersonFailure>> {
  const { token, invitation } = await newInvitation(part);
  return changeOther(part, id, by, (person) => {
    part.people.dropSessionsOf(id);
    const anew = { ...person, password: null, invitation };
    return success({ token, person: write(part, anew, "person_invited", by.name) });
  });
}

export function changePerson(
  part: AccessPart,
  id: string,
  wanted: { readonly role: Role; readonly email: string },
  by: Changer,
): Result<PersonView, PersonFailure> {
  return changeOther(part, id, by, (person): Result<PersonView, PersonFailure> => {
    const others = part.people.listLive().filter((other) => other.id !== id);
    const email = checkEmail(wanted.email, others);
    if (!email.ok) return email;
    const after = { ...person, role: wanted.role, email: email.value };
    if (after.role === person.role && after.email === person.email) {
      return success(viewPerson(person, part.now()));
    }
    // Whoever has more or less to say than before, or another address, comes in anew.
    part.people.dropSessionsOf(id);
    return success(write(part, after, "person_changed", by.name));
  });
}

export function removePerson(
  part: AccessPart,
  id: string,
  by: Changer,
): Result<PersonView, PersonFailure> {
  return changeOther(part, id, by, (person) => {
    part.people.dropSessionsOf(id);
    const gone = { removed_at: part.now(), removed_by: by.name, password: null, invitation: null };
    return success(write(part, { ...person, ...gone }, "person_removed", by.name));
  });
}

/** A change of somebody else, by an administrator who still is one. */
function changeOther<T>(
  part: AccessPart,
  id: string,
  by: Changer,
  change: (person: Person) => Result<T, PersonFailure>,
): Result<T, PersonFailure> {
  return part.people.transact((): Result<T, PersonFailure> => {
    if (!isAdministrator(part, by)) return failure({ code: "key_ended" });
    if (by.key_id === id) return failure({ code: "person_is_self" });
    const person = part.people.findPerson(id);
    if (person?.removed_at !== null) return failure({ code: "person_unknown" });
    return change(person);
  });
}

export async function readInvitation(part: AccessPart, token: string): Promise<PersonView | null> {
  const person = findInvited(part, await hashOf(token));
  return person === null ? null : viewPerson(person, part.now());
}

export async function acceptInvitation(
  part: AccessPart,
  token: string,
  asked: From & { readonly password: string },
): Promise<Result<OpenedSession, { readonly code: "invitation_over" | PasswordFault }>> {
  const invitation = await hashOf(token);
  const invited = findInvited(part, invitation);
  if (invited === null) return failure({ code: "invitation_over" });
  const fault = checkPassword(asked.password, invited);
  if (fault !== null) return failure({ code: fault });
  const [password, made] = [await hashPassword(asked.password), await newSecret(part)];
  return part.people.transact((): Awaited<ReturnType<typeof acceptInvitation>> => {
    // Another tab may have been quicker, or the person is gone.
    const person = findInvited(part, invitation);
    if (person === null) return failure({ code: "invitation_over" });
    const set = { ...person, password, invitation: null };
    part.people.dropSessionsOf(person.id);
    write(part, set, "password_set", person.name);
    return success(openSession(part, made, set, { ...asked, via: "password" }));
  });
}

export async function changePassword(
  part: AccessPart,
  secret: string,
  asked: From & { readonly old: string; readonly password: string },
): Promise<Result<OpenedSession, NewPasswordFailure>> {
  const session = await readSession(part, secret, { identity: asked.identity, isUse: true });
  if (session === null) return failure({ code: "session_ended" });
  const { person_id, name } = session.operator;
  if (person_id === null) return failure({ code: "password_is_setting" });
  const checked = await checkPerson(part, { name, password: asked.old, network: asked.network });
  if (!checked.ok) return checked;
  // Their name may have gone to somebody else meanwhile.
  if (checked.value?.id !== person_id) return failure({ code: "session_ended" });
  const fault = checkPassword(asked.password, checked.value);
  if (fault !== null) return failure({ code: fault });
  const [password, made] = [await hashPassword(asked.password), await newSecret(part)];
  return part.people.transact((): Result<OpenedSession, NewPasswordFailure> => {
    const person = part.people.findPerson(person_id);
    if (person?.password?.hash !== checked.value?.password?.hash || person === null) {
      return failure({ code: "session_ended" });
    }
    const set = { ...person, password };
    part.people.dropSessionsOf(person_id);
    write(part, set, "password_set", name);
    return success(openSession(part, made, set, { ...asked, via: "password" }));
  });
}

function findInvited({ people, now }: AccessPart, hash: string): Person | null {
  const person = people.findByInvitation(hash);
  const until = person?.invitation?.expires_at ?? 0;
  return until > now() ? person : null;
}

async function newInvitation(part: AccessPart) {
  const token = randomSecret() + randomSecret();
  const invitation = { hash: await hashOf(token), expires_at: part.now() + INVITATION_LASTS };
  return { token, invitation };
}

function isAdministrator(part: AccessPart, by: Changer): boolean {
  return scopesOf(part, by)?.includes("admin") ?? false;
}

/** Inside a transaction: the person and the line of the audit. */
function write(
  part: AccessPart,
  person: Person,
  action: Parameters<typeof personLine>[0],
  by: string,
): PersonView {
  const view = viewPerson(person, part.now());
  part.people.writePerson(person);
  part.storage.addAudit(personLine(action, view, by, part.now()));
  part.arm();
  return view;
}
