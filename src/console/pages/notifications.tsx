// Notifications: what the merchant's own system was told, and what it did not take.

import { orderPath } from "../order-path";
import { Hono } from "hono";
import type { FC } from "hono/jsx";
import { NOTIFICATION_TYPES } from "../../domain/causes";
import { DELIVERY_STATES } from "../../domain/delivery";
import type { ReceiverView } from "../../http/notifications";
import type { NotificationView } from "../../ledger/notifications";
import { type ApiProblem, type Listed, pathTo } from "../api";
import type { ConsoleContext, ConsoleDoor } from "../door";
import { failurePage, Trouble } from "../failure";
import { page } from "../frame";
import { useMay } from "../here";
import { NotificationName } from "../notification-parts";
import { DELIVERIES, NOTIFICATIONS } from "../notification-words";
import { Badge, type Column, Empty, Pager, PostForm, Table, Time } from "../parts";
import { Choice } from "../choice";

const LIST = "/console/notifications";

const COLUMNS: readonly Column<NotificationView>[] = [
  {
    label: "What",
    cell: ({ id, type }) => (
      <a href={`/console${pathTo("notifications", id)}`}>
        <NotificationName type={type} />
      </a>
    ),
  },
  {
    label: "Order",
    cell: ({ order_id }) => (
      <a class="id" href={orderPath(order_id)}>
        {order_id}
      </a>
    ),
  },
  {
    label: "Delivery",
    cell: ({ status }) => <Badge tone={DELIVERIES[status].tone}>{DELIVERIES[status].label}</Badge>,
  },
  { label: "Tries", figure: true, cell: ({ attempts }) => String(attempts.at(-1)?.n ?? 0) },
  { label: "Next try", cell: (row) => <NextTry row={row} /> },
  { label: "Told", cell: ({ created_at }) => <Time at={created_at} /> },
];

const NextTry: FC<{ readonly row: NotificationView }> = ({ row }) =>
  row.next_attempt_at === null ? <>None</> : <Time at={row.next_attempt_at} far />;

export const notifications = new Hono<ConsoleDoor>()
  .get(LIST, (c) => listPage(c, null))
  .post(`${LIST}/resume`, async (c) => {
    const sent = await c.var.api.send<{ readonly resumed: boolean }>(
      "POST",
      "/v1/notifications/resume",
    );
    if (!sent.ok) return listPage(c, sent.failure);
    return c.redirect(`${LIST}?said=${sent.value.resumed ? "resumed" : "not_paused"}`, 303);
  });

async function listPage(c: ConsoleContext, refused: ApiProblem | null): Promise<Response> {
  const { status, type, cursor } = c.req.query();
  const query = { status, type };
  const [listed, receiver] = await Promise.all([
    c.var.api.get<Listed<NotificationView>>("/v1/notifications", { ...query, cursor }),
    c.var.api.get<ReceiverView>("/v1/notifications/receiver"),
  ]);
  if (!listed.ok) return failurePage(c, listed.failure, "notifications");
  const { data, next_cursor } = listed.value;
  const filtered = (status ?? "") !== "" || (type ?? "") !== "";
  return page(
    c,
    { title: "Notifications", section: "notifications", status: refused?.status ?? 200 },
    <>
      <h1>Notifications</h1>
      <p class="soft">What your own system was told about orders, newest first.</p>
      {refused !== null && <Trouble problem={refused} />}
      {receiver.ok && <Receiver receiver={receiver.value} />}
      <form class="card filters" method="get" action={LIST} aria-label="Filter">
        <Choice
          name="status"
          label="Delivery"
          chosen={status}
          any="All"
          options={DELIVERY_STATES.map((one) => [one, DELIVERIES[one].label])}
          problem={refused}
        />
        <Choice
          name="type"
          label="What"
          chosen={type}
          any="Everything"
          options={NOTIFICATION_TYPES.map((one) => [one, NOTIFICATIONS[one]])}
          problem={refused}
        />
        <div class="row">
          <button>Show</button>
          {filtered && <a href={LIST}>Show all notifications</a>}
        </div>
      </form>
      {data.length > 0 && <Table caption="Notifications" columns={COLUMNS} rows={data} />}
      {data.length === 0 && <Nothing filtered={filtered} more={next_cursor !== null} />}
      <Pager listed={listed.value} path={LIST} query={query} />
    </>,
  );
}

const Nothing: FC<{ readonly filtered: boolean; readonly more: boolean }> = ({
  filtered,
  more,
}) => {
  if (more) {
    return (
      <Empty title="None among these">
        <p>The newest of them were looked through. Go on to the next page for older ones.</p>
      </Empty>
    );
  }
  return filtered ? (
    <Empty title="No notification is like this">
      <p>
        <a href={LIST}>Show all</a>
      </p>
    </Empty>
  ) : (
    <Empty title="No notifications yet">
      <p>The first one comes with the first payment.</p>
    </Empty>
  );
};

/** Nothing to say while all is well. */
const Receiver: FC<{ readonly receiver: ReceiverView }> = ({ receiver }) => {
  const mayResume = useMay("admin");
  const { configured, paused, since, paused_by } = receiver;
  if (!configured) {
    return (
      <p class="notice">
        Your system is told nothing by itself: no address is set (NOTIFY_URL). Each notification is
        recorded all the same, and your system can fetch them from the list of events.
      </p>
    );
  }
  if (paused === null) {
    return <p class="notice wait">Whether notifications are paused can not be read just now.</p>;
  }
  if (!paused) return null;
  return (
    <div class="notice bad">
      <p class="title">Your system is told nothing</p>
      <p>
        It asked for no more notifications (410) <Time at={since} />
        {paused_by !== null && (
          <>
            , when it was sent{" "}
            <a href={`/console${pathTo("notifications", paused_by)}`}>this notification</a>
          </>
        )}
        . Everything since then waits.
      </p>
      {mayResume ? (
        <PostForm action={`${LIST}/resume`}>
          <button>Resume notifications</button>
        </PostForm>
      ) : (
        <p>An administrator can resume them here.</p>
      )}
    </div>
  );
};
