// One webhook id and all that came under it: usually one message, more when the gateway sent another body
// under the same id. Its raw body for who may see it, as text and as the exact bytes.

import { Hono } from "hono";
import type { FC } from "hono/jsx";
import type { MessageView, OpenedMessage } from "../../http/messages";
import { type Api, type ApiProblem, type Listed, pathTo } from "../api";
import { BodyText, readableJson } from "../body-text";
import type { ConsoleContext, ConsoleDoor } from "../door";
import { failurePage, Trouble } from "../failure";
import { page } from "../frame";
import { EventName, MessageHome } from "../message-parts";
import { MESSAGES } from "../message-words";
import { Badge, Copy, Facts, PostForm, Time } from "../parts";
import { failure, type Result, success } from "../../domain/result";

const ADDRESS = "/console/messages/:webhook_id";

const apiPath = (id: string): string => `/v1${pathTo("messages", id)}`;
const ownPath = (id: string): string => `/console${pathTo("messages", id)}`;

interface Reapplied {
  readonly applied: boolean;
}

export const message = new Hono<ConsoleDoor>()
  .get(ADDRESS, (c) => onePage(c, c.req.param("webhook_id"), null))
  .post(`${ADDRESS}/reapply`, async (c) => {
    const id = c.req.param("webhook_id");
    const sent = await c.var.api.send<Listed<Reapplied>>("POST", `${apiPath(id)}/reapply`);
    if (!sent.ok) return onePage(c, id, sent.failure);
    const applied = sent.value.data.every((one) => one.applied);
    return c.redirect(`${ownPath(id)}?${applied ? "said=applied_again" : "again=waits"}`, 303);
  })
  .get(`${ADDRESS}/raw`, async (c) => {
    const id = c.req.param("webhook_id");
    const found = await c.var.api.get<Listed<OpenedMessage>>(apiPath(id), { raw: "true" });
    if (!found.ok) return failurePage(c, found.failure, "messages");
    const { actor, n } = c.req.query();
    const chosen = found.value.data.find((one) => one.actor === actor && String(one.n) === n);
    const raw = chosen?.raw ?? null;
    return raw === null ? c.redirect(ownPath(id), 303) : download(id, raw);
  });

type Raw = NonNullable<OpenedMessage["raw"]>;

/** Handed on as a file and never shown as a page, whatever it holds. */
function download(id: string, { body, encoding }: Raw): Response {
  const bytes = encoding === "base64" ? bytesOf(body) : new TextEncoder().encode(body);
  const name = `${id.replaceAll(/[^A-Za-z0-9._-]/g, "_").slice(0, 64)}.${encoding === "base64" ? "bin" : "json"}`;
  return new Response(bytes, {
    headers: {
      "content-type": "application/octet-stream",
      "content-disposition": `attachment; filename="${name}"`,
      "content-security-policy": "default-src 'none'; sandbox",
      "cache-control": "no-store",
    },
  });
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

interface Opened {
  readonly copies: readonly OpenedMessage[];
  /** Whether who looks may see raw bodies. */
  readonly mayRead: boolean;
}

/** With the bodies where they may be seen and are still there. */
async function open(api: Api, id: string, mayRead: boolean): Promise<Result<Opened, ApiProblem>> {
  const raw = mayRead
    ? await api.get<Listed<OpenedMessage>>(apiPath(id), { raw: "true" })
    : undefined;
  if (raw?.ok === true) return success({ copies: raw.value.data, mayRead });
  if (raw !== undefined && raw.failure.code !== "body_removed") return raw;
  const plain = await api.get<Listed<MessageView>>(apiPath(id));
  return plain.ok ? success({ copies: plain.value.data, mayRead }) : failure(plain.failure);
}

async function onePage(
  c: ConsoleContext,
  id: string,
  refused: ApiProblem | null,
): Promise<Response> {
  const opened = await open(c.var.api, id, c.var.here.scopes.has("messages:raw"));
  if (!opened.ok) return failurePage(c, opened.failure, "messages");
  const { copies, mayRead } = opened.value;
  const waits = c.req.query("again") === "waits" && copies.some(({ state }) => state === "waiting");
  return page(
    c,
    { title: "A message", section: "messages", status: refused?.status ?? 200 },
    <>
      <div class="stack">
        <h1>
          <EventName event={copies[0]?.event ?? null} />
        </h1>
        <p>
          Message <span class="id">{id}</span> <Copy text={id} />
        </p>
      </div>
      {refused !== null && <Trouble problem={refused} />}
      {waits && (
        <p class="notice wait" role="status">
          It was tried once more and still can not be applied. It stays kept, and is tried again by
          itself.
        </p>
      )}
      {copies.length > 1 && <p class="notice wait">{severalText(copies)}</p>}
      {copies.map((copy) => (
        <OneCopy copy={copy} mayRead={mayRead} several={copies.length > 1} />
      ))}
      <PostForm action={`${ownPath(id)}/reapply`} class="card">
        <button class="quiet">Apply it once more</button>
        <p class="help">
          What it changed before, it does not change again. Of use when it waits, or when Chukta has
          learned to read such messages since.
        </p>
      </PostForm>
    </>,
  );
}

function severalText(copies: readonly OpenedMessage[]): string {
  const reused = copies.some(({ id_reused }) => id_reused);
  const count = `${copies.length} messages came under this id`;
  return reused
    ? `${count}, with different bodies. The gateway gives each message an id of its own: if this happens often, tell its support.`
    : `${count}: it reached more than one of its order's addresses here.`;
}

const OneCopy: FC<{
  readonly copy: OpenedMessage;
  readonly mayRead: boolean;
  readonly several: boolean;
}> = ({ copy, mayRead, several }) => {
  const { label, tone, meaning } = MESSAGES[copy.state];
  return (
    <section class="card" aria-label={several ? `Copy ${copy.n} of ${copy.actor}` : "The message"}>
      <div class="row">
        <h2>What became of it</h2>
        <Badge tone={tone}>{label}</Badge>
      </div>
      <p>{meaning}</p>
      <Facts
        rows={[
          ["About", <MessageHome actor={copy.actor} />],
          ["Event", <EventLink event={copy.event} />],
          ["Received", <Time at={copy.received_at} />],
          ["Sent by the gateway", <Time at={copy.sent_at} />],
          ["Came again", copy.repeats === 0 ? "Never" : `${copy.repeats} times`],
          ["Size", `${copy.size.toLocaleString("en-IN")} bytes`],
          ["Fingerprint (SHA-256)", <span class="id">{copy.body_hash}</span>],
        ]}
      />
      <p class="soft small">
        Of its headers the id and the time of sending are kept. Its signature was right when it
        came.
      </p>
      <h2>Its body</h2>
      <Body copy={copy} mayRead={mayRead} />
    </section>
  );
};

const EventLink: FC<{ readonly event: string | null }> = ({ event }) =>
  event === null ? (
    <>None</>
  ) : (
    <a class="id" href={`/console/messages?${new URLSearchParams({ event }).toString()}`}>
      {event}
    </a>
  );

const Body: FC<{ readonly copy: OpenedMessage; readonly mayRead: boolean }> = ({
  copy,
  mayRead,
}) => {
  if (!mayRead) return <p>Operators and administrators may see it.</p>;
  const { raw, webhook_id, actor, n } = copy;
  if (raw === undefined || raw === null) {
    return (
      <p>It was removed with the customer's personal data. What it said of the money stays.</p>
    );
  }
  const file = new URLSearchParams({ actor, n: String(n) }).toString();
  return (
    <>
      {raw.encoding === "utf8" ? (
        <BodyText text={readableJson(raw.body)} label="The message's body" />
      ) : (
        <>
          <p>It is no text. This is base64:</p>
          <BodyText text={raw.body} label="The message's body, as base64" />
        </>
      )}
      <p>
        <a href={`${ownPath(webhook_id)}/raw?${file}`} download>
          Download it exactly as it came
        </a>
      </p>
    </>
  );
};
