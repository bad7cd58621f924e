// API keys: a list of all that ever were, making one, revoking one. A fresh key is shown in the answer to its own
// form and never again: not after a reload, and not by anything that is kept.

import { Hono } from "hono";
import type { KeyState, KeyView } from "../../domain/access-key";
import { inr } from "../../domain/money";
import { toIso } from "../../domain/time";
import { type Listed, pathTo } from "../api";
import type { ConsoleContext, ConsoleDoor } from "../door";
import { failurePage } from "../failure";
import { page } from "../frame";
import { FreshKey, KeyForm, type KeyFormShown, MadeAlready } from "../key-form-page";
import { keyBody, keyFaults, madeByForm, readKeyForm } from "../key-form";
import { Badge, type Column, Empty, Facts, Money, PostForm, Table, Time } from "../parts";
import { refusedPage } from "../refused";
import { SCOPE_SHORT } from "../settings-labels";
import { SettingsNav } from "../settings-nav";
import type { Tone } from "../words";

const PATH = "/console/settings/keys";
const NEW = `${PATH}/new`;
const PAGE = 50;

type Fresh = KeyView & { readonly key: string };

const STATES: { readonly [state in KeyState]: { readonly label: string; readonly tone: Tone } } = {
  live: { label: "Works", tone: "good" },
  expired: { label: "Expired", tone: "plain" },
  revoked: { label: "Revoked", tone: "plain" },
};

const COLUMNS: readonly Column<KeyView>[] = [
  {
    label: "Key",
    cell: ({ name, prefix, last_four }) => (
      <div>
        {name}
        <div class="id soft">
          {prefix}…{last_four}
        </div>
      </div>
    ),
  },
  {
    label: "State",
    cell: ({ state }) => <Badge tone={STATES[state].tone}>{STATES[state].label}</Badge>,
  },
  { label: "May", cell: (key) => <May {...key} /> },
  {
    label: "Made",
    cell: ({ created_at, created_by }) => (
      <>
        {<Time at={created_at} />} by {created_by}
      </>
    ),
  },
  {
    label: "Last used",
    cell: ({ last_used_at }) =>
      last_used_at === null ? <Never /> : <Time at={last_used_at} far />,
  },
  {
    label: "Ends",
    cell: ({ expires_at, revoked_at, revoked_by }) =>
      revoked_at !== null ? (
        <>
          <Time at={revoked_at} /> by {revoked_by}
        </>
      ) : expires_at === null ? (
        <Never />
      ) : (
        <Time at={expires_at} />
      ),
  },
  {
    label: "Revoke",
    cell: ({ id, name, state }) =>
      state === "live" ? (
        <a class="short" href={`${PATH}${pathTo(id, "revoke")}`}>
          Revoke<span class="hidden"> {name}</span>
        </a>
      ) : (
        "–"
      ),
  },
];

const Never = () => <span class="short">Never</span>;

function May({ scopes, refund_limit: limit }: KeyView) {
  return (
    <div>
      {scopes.map((scope) => SCOPE_SHORT[scope]).join(", ")}
      {limit !== null && (
        <div class="small soft">
          {limit.per_refund !== null && (
            <div>
              at most <Money amount={inr(limit.per_refund)} /> a refund
            </div>
          )}
          {limit.per_day !== null && (
            <div>
              at most <Money amount={inr(limit.per_day)} /> a day
            </div>
          )}
        </div>
      )}
    </div>
  );
}

export const keys = new Hono<ConsoleDoor>()
  .get(PATH, async (c) => {
    const listed = await c.var.api.get<Listed<KeyView>>("/v1/keys");
    return listed.ok ? showKeys(c, listed.value.data) : failurePage(c, listed.failure, "settings");
  })
  .get(NEW, (c) => {
    const refused = refusedPage(c, "admin", "settings");
    if (refused !== null) return refused;
    const opened = toIso(c.var.here.now);
    const typed = { name: "", scopes: [], expires_at: "", per_refund: "", per_day: "", opened };
    return showForm(c, 200, { typed, faults: {}, problem: null });
  })
  .post(NEW, async (c) => {
    const { here, form, api } = c.var;
    const typed = readKeyForm(form);
    const before = await api.get<Listed<KeyView>>("/v1/keys");
    if (!before.ok) return failurePage(c, before.failure, "settings");
    const made = madeByForm(typed, before.value.data, here.operator.name);
    if (made !== undefined) return showMade(c, made);
    const body = keyBody(typed, here.zone);
    if (!body.ok) return showForm(c, 422, { typed, faults: body.failure.faults, problem: null });
    const fresh = await api.send<Fresh>("POST", "/v1/keys", body.value);
    if (fresh.ok) return showFresh(c, fresh.value);
    const problem = fresh.failure;
    // Its twin may have been a moment faster: a second press of the button.
    if (problem.code === "key_name_taken") {
      const after = await api.get<Listed<KeyView>>("/v1/keys");
      const twin = after.ok ? madeByForm(typed, after.value.data, here.operator.name) : undefined;
      if (twin !== undefined) return showMade(c, twin);
    }
    return showForm(c, problem.status, { typed, faults: keyFaults(problem), problem });
  })
  .get(`${PATH}/:id/revoke`, async (c) => {
    const found = await c.var.api.get<Listed<KeyView>>("/v1/keys");
    if (!found.ok) return failurePage(c, found.failure, "settings");
    const key = found.value.data.find(({ id }) => id === c.req.param("id"));
    return key === undefined ? c.notFound() : showRevoke(c, key);
  })
  .post(`${PATH}/:id/revoke`, async (c) => {
    const path = `/v1${pathTo("keys", c.req.param("id"))}`;
    const revoked = await c.var.api.send<KeyView>("DELETE", path);
    return revoked.ok
      ? c.redirect(`${PATH}?said=key_revoked`, 303)
      : failurePage(c, revoked.failure, "settings");
  });

/** The API answers the whole list at once; a page of it is cut here. */
function showKeys(c: ConsoleContext, all: readonly KeyView[]): Response {
  const asked = Number.parseInt(c.req.query("from") ?? "0", 10);
  const from = Number.isSafeInteger(asked) && asked > 0 ? asked : 0;
  // What works first: the others are history.
  const sorted = [...all.filter(isLive), ...all.filter((key) => !isLive(key))];
  const rows = sorted.slice(from, from + PAGE);
  return page(
    c,
    { title: "API keys", section: "settings" },
    <>
      <div class="row apart">
        <h1>API keys</h1>
        <a class="button" href={NEW}>
          New key
        </a>
      </div>
      <SettingsNav page="keys" />
      <p>
        For your own systems, one for each. The setting <code>API_KEY</code> is not among them: it
        is the first administrator's.
      </p>
      {rows.length === 0 ? (
        <Empty title="No keys yet">
          <p>
            <a href={NEW}>Make the first key</a> for the system that asks about orders.
          </p>
        </Empty>
      ) : (
        <Table caption="API keys, those that work first" columns={COLUMNS} rows={rows} />
      )}
      {sorted.length > PAGE && (
        <nav class="pager" aria-label="Pages">
          {from > 0 && <a href={PATH}>First page</a>}
          {from + PAGE < sorted.length && (
            <a rel="next" href={`${PATH}?from=${from + PAGE}`}>
              Next page
            </a>
          )}
        </nav>
      )}
    </>,
  );
}

const isLive = ({ state }: KeyView): boolean => state === "live";

function showForm(c: ConsoleContext, status: number, shown: KeyFormShown): Response {
  return page(
    c,
    { title: "New API key", section: "settings", status },
    <>
      <h1>New API key</h1>
      <SettingsNav page="keys" />
      <KeyForm {...shown} action={NEW} />
    </>,
  );
}

function showFresh(c: ConsoleContext, { key, name }: Fresh): Response {
  return page(
    c,
    { title: "Your new key", section: "settings", status: 201 },
    <>
      <h1>The key “{name}” is made</h1>
      <FreshKey text={key} list={PATH} />
    </>,
  );
}

function showMade(c: ConsoleContext, made: KeyView): Response {
  return page(
    c,
    { title: "This key is made already", section: "settings", status: 409 },
    <>
      <h1>The key “{made.name}” is made already</h1>
      <MadeAlready
        made={made}
        list={PATH}
        again={NEW}
        revoke={`${PATH}${pathTo(made.id, "revoke")}`}
      />
    </>,
  );
}

function showRevoke(c: ConsoleContext, key: KeyView): Response {
  return page(
    c,
    { title: `Revoke ${key.name}`, section: "settings" },
    <>
      <h1>Revoke the key “{key.name}”?</h1>
      <PostForm action={`${PATH}${pathTo(key.id, "revoke")}`} class="card link-form">
        <Facts
          rows={[
            ["Key", <span class="id">{`${key.prefix}…${key.last_four}`}</span>],
            ["State", STATES[key.state].label],
            ["Made", <Time at={key.created_at} />],
            ["Last used", key.last_used_at === null ? "Never" : <Time at={key.last_used_at} />],
          ]}
        />
        <p>
          It opens nothing from that moment on, for ever. Whatever uses it stops working until it
          gets another key. Keys that it has made stay as they are.
        </p>
        <div class="row">
          <button class="danger">Yes, revoke it</button>
          <a href={PATH}>No, keep it</a>
        </div>
      </PostForm>
    </>,
  );
}
