// One person: their role and address, a new invitation, and removing them, which asks once more. For
// administrators; nobody does it to themselves.

import { Hono } from "hono";
import type { PersonFailure } from "../../actor/people-rpc";
import type { PersonView } from "../../domain/people";
import { askAccess, changeAccess } from "../../http/access-problem";
import { pathTo, pathWith } from "../api";
import type { ConsoleContext, ConsoleDoor } from "../door";
import { page } from "../frame";
import { Facts, PostForm, Time } from "../parts";
import { PERSON_FAULTS, ROLE_WORDS } from "../words";
import { SettingsNav } from "../settings-nav";
import { endedPage, nowherePage } from "./notices";
import {
  changerOf,
  EmailField,
  invitedPage,
  LastSeen,
  PEOPLE,
  RoleField,
  roleIn,
  StateBadge,
} from "./people";

/** Behind the same guard as the list (people.tsx). */
export const personChanges = new Hono<ConsoleDoor>()
  .get("/console/settings/people/:id", async (c) => {
    const person = await findPerson(c);
    return person === null ? nowherePage(c) : personPage(c, person, null);
  })
  .post("/console/settings/people/:id", async (c) => {
    const person = await findPerson(c);
    const role = roleIn(c);
    if (person === null || role === null) return nowherePage(c);
    const wanted = { role, email: c.var.form.text("email") };
    const asked = c.var.doors.people.changePerson(person.id, wanted, changerOf(c));
    const changed = await changeAccess(asked, PEOPLE);
    if (!changed.ok) return refusedPage(c, { ...person, ...wanted }, changed.failure);
    return c.redirect(pathWith(addressOf(person), { said: "person_changed" }), 303);
  })
  .post("/console/settings/people/:id/invite", async (c) => {
    const person = await findPerson(c);
    if (person === null) return nowherePage(c);
    const asked = c.var.doors.people.inviteAgain(person.id, changerOf(c));
    const invited = await changeAccess(asked, PEOPLE);
    return invited.ok ? invitedPage(c, invited.value) : refusedPage(c, person, invited.failure);
  })
  .get("/console/settings/people/:id/remove", async (c) => {
    const person = await findPerson(c);
    return person === null ? nowherePage(c) : removePage(c, person);
  })
  .post("/console/settings/people/:id/remove", async (c) => {
    const person = await findPerson(c);
    if (person === null) return nowherePage(c);
    const asked = c.var.doors.people.removePerson(person.id, changerOf(c));
    const removed = await changeAccess(asked, PEOPLE);
    if (!removed.ok) return refusedPage(c, person, removed.failure);
    return c.redirect(pathWith(PEOPLE, { said: "person_removed" }), 303);
  });

/** Five hundred at most: one answer. */
async function findPerson(c: ConsoleContext): Promise<PersonView | null> {
  const all = await askAccess(c.var.doors.people.listPeople());
  const id = c.req.param("id");
  return all.find((person) => person.id === id && person.state !== "removed") ?? null;
}

function addressOf({ id }: PersonView): string {
  return `/console${pathTo("settings", "people", id)}`;
}

function refusedPage(c: ConsoleContext, person: PersonView, failed: PersonFailure): Response {
  if (failed.code === "key_ended") return endedPage(c);
  if (failed.code === "person_unknown") return nowherePage(c);
  const fault =
    failed.code === "person_is_self"
      ? "Nobody changes, resets or removes themselves: ask another administrator, or sign in as the administrator with the console's password."
      : PERSON_FAULTS[failed.code];
  return personPage(c, person, { fault, isEmail: failed.code.startsWith("person_email") });
}

interface Refused {
  readonly fault: string;
  readonly isEmail: boolean;
}

function personPage(c: ConsoleContext, person: PersonView, refused: Refused | null): Response {
  const isSelf = person.id === c.var.here.operator.person_id;
  return page(
    c,
    { title: person.name, section: "settings", status: refused === null ? 200 : 422 },
    <>
      <h1 dir="auto">{person.name}</h1>
      <SettingsNav page="people" />
      {refused !== null && !refused.isEmail && (
        <p class="notice bad" role="alert">
          {refused.fault}
        </p>
      )}
      <div class="card modest">
        <Facts
          rows={[
            ["State", <StateBadge person={person} />],
            ["Role", ROLE_WORDS[person.role].label],
            ["E-mail", <span dir="auto">{person.email ?? "–"}</span>],
            ["Last seen", <LastSeen at={person.last_seen_at} />],
            ["Invited", <Time at={person.created_at} />],
            ["Invited by", <span dir="auto">{person.created_by}</span>],
            person.invited_until === null
              ? null
              : ["The invitation ends", <Time at={person.invited_until} far />],
          ]}
        />
      </div>
      {isSelf ? (
        <p>
          This is you: another administrator changes your role.{" "}
          <a href="/console/settings/you">Your password and where you are signed in</a>
        </p>
      ) : (
        <Changes person={person} fault={refused?.isEmail === true ? refused.fault : undefined} />
      )}
      <p>
        <a href={PEOPLE}>Back to People</a>
      </p>
    </>,
  );
}

function Changes({
  person,
  fault,
}: {
  readonly person: PersonView;
  readonly fault: string | undefined;
}) {
  const address = addressOf(person);
  return (
    <>
      <section class="stack">
        <h2>What they may do</h2>
        <PostForm action={address} class="card modest">
          <RoleField role={person.role} />
          <EmailField email={person.email ?? ""} fault={fault} />
          <p class="help">It counts at once. They are signed out and come in anew.</p>
          <button>Save</button>
        </PostForm>
      </section>
      <section class="stack">
        <h2>A new invitation</h2>
        <PostForm action={`${address}/invite`} class="card modest">
          <p>
            For who lost their password or their link. The password they have is taken away, they
            are signed out everywhere, and an earlier link is over.
          </p>
          <button class="quiet">Make a new invitation</button>
        </PostForm>
      </section>
      <section class="stack">
        <h2>Remove</h2>
        <p>
          <a class="button danger" href={`${address}/remove`}>
            Remove {person.name}…
          </a>
        </p>
      </section>
    </>
  );
}

function removePage(c: ConsoleContext, person: PersonView): Response {
  return page(
    c,
    { title: `Remove ${person.name}`, section: "settings" },
    <>
      <h1 dir="auto">Remove {person.name}?</h1>
      <PostForm action={`${addressOf(person)}/remove`} class="card modest">
        <p>
          They are signed out everywhere at once, and move no more money. What they asked for before
          goes on to its end, and stays in the audit under their name. They can be invited again
          later, as somebody new. <a href="/console/settings/keys">Keys</a> that they made or know
          go on working: revoke those too.
        </p>
        <div class="row">
          <button class="danger">Remove them</button>
          <a href={addressOf(person)}>Keep them</a>
        </div>
      </PostForm>
    </>,
  );
}
