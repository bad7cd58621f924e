// Messages: what the gateway sent, newest first, by what it was and what became of it, or by its id.

import { Hono } from "hono";
import type { FC } from "hono/jsx";
import { MESSAGE_STATES } from "../../domain/message";
import type { MessageView } from "../../http/messages";
import { walkedFor } from "../../ledger/messages";
import { type Listed, pathTo } from "../api";
import type { ConsoleDoor } from "../door";
import { failurePage } from "../failure";
import { page } from "../frame";
import { EventName, MessageHome } from "../message-parts";
import { EVENTS, MESSAGES } from "../message-words";
import { Choice } from "../choice";
import { Badge, type Column, Empty, Field, Pager, Table, Time } from "../parts";

const LIST = "/console/messages";
const PAGE = 50;

const COLUMNS: readonly Column<MessageView>[] = [
  {
    label: "Message",
    cell: ({ webhook_id, event }) => (
      <a href={`/console${pathTo("messages", webhook_id)}`}>
        <EventName event={event} />
      </a>
    ),
  },
  { label: "About", cell: ({ actor }) => <MessageHome actor={actor} /> },
  {
    label: "What became of it",
    cell: ({ state }) => <Badge tone={MESSAGES[state].tone}>{MESSAGES[state].label}</Badge>,
  },
  { label: "Came", figure: true, cell: ({ repeats }) => timesText(repeats) },
  { label: "Received", cell: ({ received_at }) => <Time at={received_at} /> },
  { label: "Id", cell: ({ webhook_id }) => <span class="id">{webhook_id}</span> },
];

function timesText(repeats: number): string {
  return repeats === 0 ? "once" : repeats === 1 ? "twice" : `${repeats + 1} times`;
}

export const messages = new Hono<ConsoleDoor>().get(LIST, async (c) => {
  const { state, event, cursor } = c.req.query();
  const id = c.req.query("id")?.trim() ?? "";
  const query = { state, event };
  const listed =
    id === ""
      ? await c.var.api.get<Listed<MessageView>>("/v1/messages", { ...query, limit: PAGE, cursor })
      : await c.var.api.get<Listed<MessageView>>(`/v1${pathTo("messages", id)}`);
  const missing = !listed.ok && listed.failure.code === "message_unknown";
  if (!listed.ok && !missing) return failurePage(c, listed.failure, "messages");
  const shown: Listed<MessageView> = listed.ok ? listed.value : { data: [], next_cursor: null };
  const filtered = (state ?? "") !== "" || (event ?? "") !== "";
  const walked = (event ?? "") !== "" && id === "" && shown.next_cursor !== null;
  return page(
    c,
    { title: "Messages", section: "messages" },
    <>
      <div class="row apart">
        <h1>Messages</h1>
        <a href={`${LIST}/refused`}>Refused messages and the doctor</a>
      </div>
      <p class="soft">The webhooks that the gateway sent, newest first.</p>
      <Search id={id} />
      <Filters state={state} event={event} />
      {shown.data.length > 0 ? (
        <Table caption="Messages" columns={COLUMNS} rows={shown.data} />
      ) : (
        <Nothing id={id} filtered={filtered} walked={walked} />
      )}
      {walked && (
        <p class="soft">
          {`${walkedFor(PAGE)} messages were looked through for this page. Older ones are on the next.`}
        </p>
      )}
      <Pager listed={shown} path={LIST} query={query} />
    </>,
  );
});

const Search: FC<{ readonly id: string }> = ({ id }) => (
  <form class="card filters" method="get" action={LIST} role="search" aria-label="Find a message">
    <Field
      name="id"
      label="The message's id"
      help="As the gateway's dashboard or its support has it: the header webhook-id."
      input={(tied) => (
        <input {...tied} type="search" value={id} maxlength={200} autocomplete="off" dir="auto" />
      )}
    />
    <button>Find it</button>
  </form>
);

const Filters: FC<{
  readonly state: string | undefined;
  readonly event: string | undefined;
}> = ({ state, event }) => (
  <form class="card filters" method="get" action={LIST} aria-label="Filter">
    <Choice
      name="event"
      label="What it says"
      chosen={event}
      any="Everything"
      options={[...EVENTS]}
      problem={null}
    />
    <Choice
      name="state"
      label="What became of it"
      chosen={state}
      any="All"
      options={MESSAGE_STATES.map((one) => [one, MESSAGES[one].label])}
      problem={null}
    />
    <div class="row">
      <button>Show</button>
      {((state ?? "") !== "" || (event ?? "") !== "") && <a href={LIST}>Show all messages</a>}
    </div>
  </form>
);

const Nothing: FC<{
  readonly id: string;
  readonly filtered: boolean;
  readonly walked: boolean;
}> = ({ id, filtered, walked }) => {
  if (id !== "") {
    return (
      <Empty title="No message with this id was kept">
        <p>
          It may have been refused, or it never came here. Look at the{" "}
          <a href={`${LIST}/refused`}>refused messages</a>, and in the gateway's dashboard whether
          it was sent. A message that is seconds old shows up in a moment.
        </p>
        <p>
          <a href={LIST}>Show all messages</a>
        </p>
      </Empty>
    );
  }
  if (walked) return <Empty title="None among these">{null}</Empty>;
  return filtered ? (
    <Empty title="No message is like this">
      <p>
        <a href={LIST}>Show all messages</a>
      </p>
    </Empty>
  ) : (
    <Empty title="No message came yet">
      <p>
        The gateway sends the first one when a link is paid. If payments were made and nothing
        comes, look at the <a href={`${LIST}/refused`}>refused messages</a>, and whether the
        dashboard has the right address (<a href="/console/settings">Settings</a> shows it).
      </p>
    </Empty>
  );
};
