// The one-time link of an invitation: whoever has it sets their own password and is signed in. Open: the token in
// the address is the proof. Shown as long as it stands; after that it says what to do.

import { Hono } from "hono";
import type { FC } from "hono/jsx";
import { SHORTEST_PASSWORD } from "../../domain/password-rule";
import type { PersonView } from "../../domain/people";
import { askAccess, changeAccess } from "../../http/access-problem";
import type { ConsoleContext, ConsoleDoor } from "../door";
import { readForm } from "../form";
import { openPage } from "../frame";
import { Field } from "../parts";
import { fromOf, replaceSession } from "../session";
import { PASSWORD_FAULTS, ROLE_WORDS } from "../words";
import { shutPage } from "./notices";

/** As they are made; anything else is nobody's and not asked about. */
const TOKEN = /^[A-Za-z0-9_-]{48}$/;

export const invitation = new Hono<ConsoleDoor>()
  .get("/console/invite/:token", async (c) => {
    const person = await findInvited(c, c.req.param("token"));
    return person === null ? overPage(c) : invitationPage(c, person, null);
  })
  .post("/console/invite/:token", async (c) => {
    const { config, people } = c.var.doors;
    if (config.console.session_secret === null) return shutPage(c);
    const token = c.req.param("token");
    const person = await findInvited(c, token);
    if (person === null) return overPage(c);
    const form = await readForm(c.req.raw);
    const password = form?.raw("password") ?? "";
    if (password !== (form?.raw("again") ?? "")) {
      return invitationPage(c, person, "The two are not the same: type it twice.");
    }
    const asked = { ...fromOf(c), password };
    const opened = await changeAccess(people.acceptInvitation(token, asked), "the sign-in page");
    if (opened.ok) {
      await replaceSession(c, opened.value);
      return c.redirect("/console", 303);
    }
    const { code } = opened.failure;
    return code === "invitation_over"
      ? overPage(c)
      : invitationPage(c, person, PASSWORD_FAULTS[code]);
  });

async function findInvited(c: ConsoleContext, token: string): Promise<PersonView | null> {
  if (!TOKEN.test(token)) return null;
  return askAccess(c.var.doors.people.readInvitation(token));
}

function invitationPage(c: ConsoleContext, person: PersonView, fault: string | null): Response {
  const status = fault === null ? 200 : 422;
  return openPage(
    c,
    { title: "Set your password", status },
    <InvitationForm person={person} fault={fault} />,
  );
}

const InvitationForm: FC<{ readonly person: PersonView; readonly fault: string | null }> = ({
  person,
  fault,
}) => (
  <>
    <h1>Welcome, {person.name}</h1>
    <p>
      You are invited to this console as <strong>{ROLE_WORDS[person.role].label}</strong>: who{" "}
      {ROLE_WORDS[person.role].may}. What you do is recorded under your name. Set a password, and
      you are in.
    </p>
    <form method="post" class="card">
      <div class="field">
        <label for="username">Your name, to sign in with</label>
        <input id="username" name="username" value={person.name} autocomplete="username" readonly />
      </div>
      <NewPassword fault={fault} />
      <button>Set the password and sign in</button>
    </form>
  </>
);

/** A new password, twice. */
export const NewPassword: FC<{ readonly fault: string | null }> = ({ fault }) => (
  <>
    <Field
      name="password"
      label="New password"
      help={`${SHORTEST_PASSWORD} characters or more; a few words in a row are good. Not your name.`}
      fault={fault ?? undefined}
      input={(tied) => (
        <input
          {...tied}
          type="password"
          autocomplete="new-password"
          minlength={SHORTEST_PASSWORD}
          required
        />
      )}
    />
    <Field
      name="again"
      label="The same once more"
      input={(tied) => <input {...tied} type="password" autocomplete="new-password" required />}
    />
  </>
);

function overPage(c: ConsoleContext): Response {
  return openPage(
    c,
    { title: "This invitation is over", status: 404 },
    <>
      <h1>This invitation is over</h1>
      <p>
        It was used, has run out after seven days, or was replaced by a newer one. If you set your
        password already, sign in; otherwise ask an administrator for a new invitation.
      </p>
      <p>
        <a class="button" href="/console/sign-in">
          Sign in
        </a>
      </p>
    </>,
  );
}
