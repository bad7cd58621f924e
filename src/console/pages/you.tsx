// You: the own password, and where one is signed in.

import { Hono } from "hono";
import type { FC } from "hono/jsx";
import type { NewPasswordFailure, SessionView } from "../../actor/people-rpc";
import { askAccess, changeAccess } from "../../http/access-problem";
import { pathWith } from "../api";
import type { ConsoleContext, ConsoleDoor } from "../door";
import { page } from "../frame";
import { useHere } from "../here";
import { Badge, type Column, Facts, Field, PostForm, Table, Time } from "../parts";
import { fromOf, replaceSession } from "../session";
import { PASSWORD_FAULTS, ROLE_WORDS } from "../words";
import { SettingsNav } from "../settings-nav";
import { NewPassword } from "./invitation";
import { endedPage } from "./notices";
import { tellLimit } from "./sign-in";

const YOU = "/console/settings/you";

export const you = new Hono<ConsoleDoor>()
  .get("/console/settings/you", (c) => youPage(c, NO_FAULT))
  .post("/console/settings/you/password", async (c) => {
    const { form, doors, secret } = c.var;
    const password = form.raw("password");
    if (password !== form.raw("again")) {
      return youPage(c, { ...NO_FAULT, new: "The two are not the same: type it twice." });
    }
    const asked = { ...fromOf(c), old: form.raw("old"), password };
    const changed = await changeAccess(doors.people.changePassword(secret, asked), YOU);
    if (!changed.ok) return refusedPage(c, changed.failure);
    await replaceSession(c, changed.value);
    return c.redirect(pathWith(YOU, { said: "password_changed" }), 303);
  })
  .post("/console/settings/you/sessions", async (c) => {
    const { form, doors, secret } = c.var;
    const id = form.text("session");
    const which = id === "others" ? id : { id };
    await changeAccess(doors.people.endOwnSessions(secret, which), YOU);
    const said = id === "others" ? "sessions_ended" : "session_ended";
    return c.redirect(pathWith(YOU, { said }), 303);
  });

interface Faults {
  readonly old: string | null;
  readonly new: string | null;
  readonly status: 200 | 422 | 429;
}

const NO_FAULT: Faults = { old: null, new: null, status: 422 };

function refusedPage(c: ConsoleContext, failed: NewPasswordFailure) {
  switch (failed.code) {
    case "sign_in_wrong":
      return youPage(c, { ...NO_FAULT, old: "This is not your password." });
    case "sign_in_limited":
      return youPage(c, { ...NO_FAULT, old: tellLimit(c, failed.retry_at), status: 429 });
    case "session_ended":
      return endedPage(c);
    case "password_is_setting":
      return youPage(c, NO_FAULT);
    case "password_short":
    case "password_long":
    case "password_personal":
    case "password_common":
      return youPage(c, { ...NO_FAULT, new: PASSWORD_FAULTS[failed.code] });
  }
}

async function youPage(c: ConsoleContext, faults: Faults): Promise<Response> {
  const { operator } = c.var.here;
  const sessions = await askAccess(c.var.doors.people.listSessions(c.var.secret));
  const isFaulty = faults.old !== null || faults.new !== null;
  return page(
    c,
    { title: "You", section: "settings", status: isFaulty ? faults.status : 200 },
    <>
      <h1>You</h1>
      <SettingsNav page="you" />
      <div class="card modest">
        <Facts
          rows={[
            ["Name", <span dir="auto">{operator.name}</span>],
            ["Role", ROLE_WORDS[operator.role].label],
          ]}
        />
      </div>
      <section class="stack">
        <h2>Password</h2>
        {operator.person_id === null ? (
          <p>
            Yours is the setting <code>CONSOLE_PASSWORD</code>: change it where this console is
            deployed (<code>npx wrangler secret put CONSOLE_PASSWORD</code>), and everybody who
            signed in with the old one is out. For everyday work{" "}
            <a href="/console/settings/people/invite">invite yourself</a> under your own name.
          </p>
        ) : (
          <PostForm action={`${YOU}/password`} class="card modest">
            <input type="hidden" name="username" value={operator.name} autocomplete="username" />
            <Field
              name="old"
              label="The password you have"
              fault={faults.old ?? undefined}
              input={(tied) => (
                <input {...tied} type="password" autocomplete="current-password" required />
              )}
            />
            <NewPassword fault={faults.new} />
            <button>Change the password</button>
          </PostForm>
        )}
      </section>
      <section class="stack">
        <h2>Where you are signed in</h2>
        <Table caption="Where you are signed in" columns={COLUMNS} rows={sessions} />
        {sessions.length > 1 && (
          <PostForm action={`${YOU}/sessions`}>
            <input type="hidden" name="session" value="others" />
            <button class="quiet">Sign out everywhere else</button>
          </PostForm>
        )}
        <p class="help">
          A session ends after twelve hours, or two hours without a page. One that you do not know?
          Sign it out, and change your password.
        </p>
      </section>
      <SignOut />
    </>,
  );
}

const VIA: { readonly [via in SessionView["via"]]: string } = {
  password: "Password",
  access: "Cloudflare Access",
};

const COLUMNS: readonly Column<SessionView>[] = [
  { label: "Device", cell: ({ device }) => device },
  { label: "By", cell: ({ via }) => VIA[via] },
  { label: "Since", cell: ({ opened_at }) => <Time at={opened_at} /> },
  { label: "Last seen", cell: ({ seen_at }) => <Time at={seen_at} far /> },
  {
    label: "Here",
    cell: ({ id, current, device }) =>
      current ? <Badge tone="good">This one</Badge> : <End id={id} device={device} />,
  },
];

const End: FC<{ readonly id: string; readonly device: string }> = ({ id, device }) => (
  <PostForm action={`${YOU}/sessions`}>
    <input type="hidden" name="session" value={id} />
    <button class="link" aria-label={`Sign out ${device}`}>
      Sign it out
    </button>
  </PostForm>
);

const SignOut: FC = () => {
  const { operator } = useHere();
  return (
    <PostForm action="/console/sign-out">
      <button class="quiet">Sign out {operator.name}</button>
    </PostForm>
  );
};
