// Settings, the overview: where the gateway should send its webhooks, whether they come, and what is configured.
// Secrets are shown as set or not set; nothing else of them ever comes here.

import { Hono } from "hono";
import type { FC } from "hono/jsx";
import type { attentionJson } from "../../http/attention-json";
import type { settingsOf } from "../../http/settings";
import type { ConsoleDoor } from "../door";
import { failurePage, Trouble } from "../failure";
import { page } from "../frame";
import { MoneyStopped } from "../money-stopped";
import { Badge, type Column, Copy, Facts, Table, Time } from "../parts";
import { Sentence } from "../sentence";
import { PLAIN_WORDS, SECRET_WORDS } from "../settings-labels";
import { SettingsNav } from "../settings-nav";

type Attention = ReturnType<typeof attentionJson>;
type Settings = Awaited<ReturnType<typeof settingsOf>>;

export const settings = new Hono<ConsoleDoor>().get("/console/settings", async (c) => {
  const isAdmin = c.var.here.scopes.has("admin");
  const [attention, configured] = await Promise.all([
    c.var.api.get<Attention>("/v1/attention"),
    isAdmin ? c.var.api.get<Settings>("/v1/settings") : null,
  ]);
  if (configured?.ok === false) return failurePage(c, configured.failure, "settings");
  const shown = configured?.value ?? null;
  return page(
    c,
    { title: "Settings", section: "settings" },
    <>
      <h1>Settings</h1>
      <SettingsNav page="overview" />
      {attention.ok ? (
        <>
          <MoneyStopped money={attention.value.money} />
          <Webhooks {...attention.value.webhooks} callback_url={shown?.callback_url ?? null} />
        </>
      ) : (
        <Trouble problem={attention.failure} />
      )}
      {shown === null ? (
        <p class="notice">What is configured is shown to administrators.</p>
      ) : (
        <Configured {...shown} />
      )}
    </>,
  );
});

const Webhooks: FC<Attention["webhooks"] & { readonly callback_url: string | null }> = ({
  silent,
  detail,
  last_received_at,
  webhook_url,
  callback_url,
}) => (
  <section class="card" aria-labelledby="webhooks">
    <div class="row apart">
      <h2 id="webhooks">Webhooks of the gateway</h2>
      {silent ? (
        <Badge tone="bad">Silent</Badge>
      ) : last_received_at === null ? (
        <Badge tone="wait">None seen yet</Badge>
      ) : (
        <Badge tone="good">They come</Badge>
      )}
    </div>
    {detail !== null && (
      <p>
        <Sentence text={detail} />
      </p>
    )}
    <div class="stack">
      <p>Paste this address into the Pine Labs dashboard as the webhook's:</p>
      <div class="row">
        <code>{webhook_url}</code>
        <Copy text={webhook_url} label="Copy the address" />
      </div>
    </div>
    {callback_url !== null && (
      <div class="stack">
        <p>
          Payment links made here bring their customers back by themselves. For links that are made
          elsewhere, this is the redirect's address:
        </p>
        <div class="row">
          <code>{callback_url}</code>
          <Copy text={callback_url} label="Copy the address" />
        </div>
      </div>
    )}
    <p>
      {last_received_at === null ? (
        "No webhook has come yet."
      ) : (
        <>
          The last webhook came <Time at={last_received_at} far />.
        </>
      )}{" "}
      <a href="/console/messages">See the messages</a>
    </p>
  </section>
);

const PLAIN: readonly Column<Settings["plain"][number]>[] = [
  {
    label: "Setting",
    cell: ({ name }) => (
      <div>
        <code>{name}</code>
        <div class="small soft">{PLAIN_WORDS[name]}</div>
      </div>
    ),
  },
  {
    label: "Value",
    cell: ({ value }) =>
      value === null ? <span class="soft">Not set</span> : <code dir="auto">{value}</code>,
  },
  {
    label: "From",
    cell: ({ value, set }) => (set ? "Set here" : value === null ? "–" : "Default"),
  },
];

const SECRET: readonly Column<Settings["secret"][number]>[] = [
  {
    label: "Secret",
    cell: ({ name }) => (
      <div>
        <code>{name}</code>
        <div class="small soft">{SECRET_WORDS[name]}</div>
      </div>
    ),
  },
  {
    label: "State",
    cell: ({ set }) => (set ? <Badge tone="good">Set</Badge> : <Badge tone="plain">Not set</Badge>),
  },
];

const Configured: FC<Settings> = ({ plain, secret, versions }) => (
  <>
    <section class="stack" aria-labelledby="secrets">
      <h2 id="secrets">Secrets</h2>
      <p class="soft">
        Never shown, here or anywhere. Set one with <code>npx wrangler secret put NAME</code>.
      </p>
      <Table caption="Secrets, and whether they are set" columns={SECRET} rows={secret} />
    </section>
    <section class="stack" aria-labelledby="plain">
      <h2 id="plain">Plain settings</h2>
      <Table caption="Plain settings and their values" columns={PLAIN} rows={plain} />
    </section>
    <section class="card" aria-labelledby="versions">
      <h2 id="versions">Versions</h2>
      <Facts
        rows={[
          ["Chukta", versions.worker],
          ["API", `version ${versions.api}`],
          [
            "Ledger",
            versions.ledger === null ? "not known at the moment" : <code>{versions.ledger}</code>,
          ],
        ]}
      />
      <p>
        <a href="/docs">The API's description</a>
      </p>
    </section>
  </>
);
