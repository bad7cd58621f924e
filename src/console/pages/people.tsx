// People: who works here, and inviting somebody. For administrators. The link of an invitation is shown once, on
// the page that made it, and sent by whoever made it: Chukta sends no invitation by itself.

import { Hono } from "hono";
import type { FC } from "hono/jsx";
import type { Changer, KeyEnded } from "../../actor/access-rpc";
import type { Invited, PersonFailure } from "../../actor/people-rpc";
import { publicUrl } from "../../config";
import { INVITATION_LASTS, type PersonView, type Role, ROLES } from "../../domain/people";
import { shownDuration } from "../../domain/shown-time";
import { askAccess, changeAccess } from "../../http/access-problem";
import { pathTo } from "../api";
import type { ConsoleContext, ConsoleDoor } from "../door";
import { page } from "../frame";
import { Badge, type Column, Copy, Empty, Field, Pager, PostForm, Table, Time } from "../parts";
import { needsScope } from "../session";
import { SettingsNav } from "../settings-nav";
import { PERSON_FAULTS, PERSON_STATES, ROLE_WORDS } from "../words";
import { endedPage } from "./notices";

export const PEOPLE = "/console/settings/people";

const SHOWN = 50;

export const people = new Hono<ConsoleDoor>()
  .use("/console/settings/people", needsScope("admin"))
  .use("/console/settings/people/*", needsScope("admin"))
  .get("/console/settings/people", async (c) => {
    const all = await askAccess(c.var.doors.people.listPeople());
    const from = /^\d{1,4}$/.test(c.req.query("cursor") ?? "") ? Number(c.req.query("cursor")) : 0;
    const data = all.slice(from, from + SHOWN);
    const next_cursor = from + SHOWN < all.length ? String(from + SHOWN) : null;
    return page(
      c,
      { title: "People", section: "settings" },
      <>
        <div class="row apart">
          <h1>People</h1>
          <a class="button" href={`${PEOPLE}/invite`}>
            Invite somebody
          </a>
        </div>
        <SettingsNav page="people" />
        <p class="soft">
          Everybody signs in under a name of their own, and what they do is recorded under it. The
          administrator with the console's password is not in this list, and always gets in.
        </p>
        {data.length === 0 ? (
          <Empty title="Nobody is here but the administrator">
            <p>Invite those who work here, also yourself, so that the audit says who did what.</p>
          </Empty>
        ) : (
          <Table caption="People who work here" columns={COLUMNS} rows={data} />
        )}
        <Pager listed={{ data, next_cursor }} path={PEOPLE} query={{}} />
      </>,
    );
  })
  .get("/console/settings/people/invite", (c) => invitePage(c, NOBODY, null))
  .post("/console/settings/people/invite", async (c) => {
    const { form, doors } = c.var;
    const wanted = { name: form.text("name"), email: form.text("email"), role: roleIn(c) };
    const { role } = wanted;
    if (role === null) return invitePage(c, wanted, "role_missing");
    const asked = doors.people.invitePerson({ ...wanted, role }, changerOf(c));
    const invited = await changeAccess(asked, PEOPLE);
    if (invited.ok) return invitedPage(c, invited.value);
    const { code } = invited.failure;
    // Only of one who is there already.
    if (code === "key_ended" || code === "person_unknown" || code === "person_is_self") {
      return endedPage(c);
    }
    return invitePage(c, wanted, code);
  });

const COLUMNS: readonly Column<PersonView>[] = [
  {
    label: "Name",
    cell: ({ id, name, state }) =>
      state === "removed" ? (
        <span dir="auto">{name}</span>
      ) : (
        <a href={`/console${pathTo("settings", "people", id)}`} dir="auto">
          {name}
        </a>
      ),
  },
  { label: "Role", cell: ({ role }) => ROLE_WORDS[role].label },
  { label: "State", cell: (person) => <StateBadge person={person} /> },
  { label: "E-mail", cell: ({ email }) => email ?? "–" },
  { label: "Last seen", cell: ({ last_seen_at }) => <LastSeen at={last_seen_at} /> },
];

export const StateBadge: FC<{ readonly person: PersonView }> = ({ person }) => {
  const { tone, label } = PERSON_STATES[person.state];
  return <Badge tone={tone}>{label}</Badge>;
};

export const LastSeen: FC<{ readonly at: string | null }> = ({ at }) =>
  at === null ? <span class="soft">Never</span> : <Time at={at} far />;

export function changerOf(c: ConsoleContext): Changer {
  const { name, person_id } = c.var.here.operator;
  return { name, key_id: person_id };
}

export function roleIn(c: ConsoleContext): Role | null {
  const typed = c.var.form.text("role");
  return ROLES.find((role) => role === typed) ?? null;
}

interface Typed {
  readonly name: string;
  readonly email: string;
  readonly role: Role | null;
}

const NOBODY: Typed = { name: "", email: "", role: null };

type Fault = Exclude<PersonFailure["code"], KeyEnded["code"] | "person_unknown" | "person_is_self">;

function invitePage(c: ConsoleContext, typed: Typed, fault: Fault | "role_missing" | null) {
  const of = (field: string): string | undefined =>
    fault?.startsWith(`person_${field}`) === true ? PERSON_FAULTS[fault as Fault] : undefined;
  return page(
    c,
    { title: "Invite somebody", section: "settings", status: fault === null ? 200 : 422 },
    <>
      <h1>Invite somebody</h1>
      <SettingsNav page="people" />
      {fault === "too_many_people" && (
        <p class="notice bad" role="alert">
          {PERSON_FAULTS[fault]}
        </p>
      )}
      <PostForm action={`${PEOPLE}/invite`} class="card modest">
        <Field
          name="name"
          label="Name"
          help="As the audit shall name them, and they sign in: Asha Rao."
          fault={of("name")}
          input={(tied) => (
            <input {...tied} value={shortened(typed.name)} dir="auto" autocomplete="off" required />
          )}
        />
        <EmailField email={typed.email} fault={of("email")} />
        <RoleField
          role={typed.role}
          fault={fault === "role_missing" ? "Choose what they may do." : undefined}
        />
        <button>Make the invitation</button>
      </PostForm>
      <p>
        <a href={PEOPLE}>Back to People</a>
      </p>
    </>,
  );
}

/** What was typed, unless nobody could have meant it. */
function shortened(text: string): string {
  return text.slice(0, 200);
}

export const EmailField: FC<{ readonly email: string; readonly fault: string | undefined }> = ({
  email,
  fault,
}) => (
  <Field
    name="email"
    label="E-mail (optional)"
    help="By it Cloudflare Access names them, where it is set up. Nothing is sent to it."
    fault={fault}
    input={(tied) => <input {...tied} type="email" value={shortened(email)} autocomplete="off" />}
  />
);

export const RoleField: FC<{ readonly role: Role | null; readonly fault?: string | undefined }> = ({
  role,
  fault,
}) => (
  <fieldset>
    <legend>Role</legend>
    {ROLES.map((one) => (
      <label class="check">
        <input type="radio" name="role" value={one} checked={one === role} required />
        <span>
          <strong>{ROLE_WORDS[one].label}</strong> {ROLE_WORDS[one].may}
        </span>
      </label>
    ))}
    {fault !== undefined && <p class="fault">{fault}</p>}
  </fieldset>
);

/** The only time that the link is shown. */
export function invitedPage(c: ConsoleContext, { token, person }: Invited): Response {
  const { config } = c.var.doors;
  const link = `${publicUrl(config, c.req.url)}/console/invite/${token}`;
  return page(
    c,
    { title: `Invitation for ${person.name}`, section: "settings", status: 201 },
    <>
      <h1 dir="auto">Invitation for {person.name}</h1>
      <div class="card modest">
        <p>
          Send this link to them yourself, where nobody else reads it. It is shown only now, works
          once, and for {shownDuration(INVITATION_LASTS)}. With it they set a password of their own
          and are in as {ROLE_WORDS[person.role].label}.
        </p>
        <p>
          <code>{link}</code>
        </p>
        <div class="row">
          <Copy text={link} label="Copy the link" />
        </div>
        {config.access !== null && person.email !== null && (
          <p class="soft">
            They can also come through Cloudflare Access as {person.email}, without a password.
          </p>
        )}
      </div>
      <p>
        <a href={PEOPLE}>Back to People</a>
      </p>
    </>,
  );
}
