// Held money that waits to be captured: the oldest first, several to be chosen.

import { shorten } from "../short";
import { Hono } from "hono";
import type { FC } from "hono/jsx";
import type { OrderView } from "../../domain/order-view";
import { shownDuration } from "../../domain/shown-time";
import { millisecondsOf } from "../../domain/time";
import { type Listed, pathWith } from "../api";
import { idsOf, MOST_AT_ONCE } from "../capture-batch";
import type { ConsoleDoor } from "../door";
import { failurePage } from "../failure";
import { page } from "../frame";
import { useHere, useMay } from "../here";
import { nameOf, wayBack } from "../order-words";
import { Badge, type Column, Empty, Money, Pager, PostForm, Table, Time } from "../parts";
import { markOf, mintReference } from "../seen";
import type { Tone } from "../words";
import { OrderLink } from "../batch-parts";
import { forbiddenPage } from "../refused";

const HOUR_MS = 3_600_000;
const PATH = "/console/uncaptured";

export const uncaptured = new Hono<ConsoleDoor>()
  .get(PATH, async (c) => {
    const listed = await c.var.api.get<Listed<OrderView>>("/v1/orders", {
      stage: "authorized",
      sort: "created_asc",
      limit: MOST_AT_ONCE,
      cursor: c.req.query("cursor"),
    });
    if (!listed.ok) return failurePage(c, listed.failure, "uncaptured");
    return page(
      c,
      { title: "Uncaptured", section: "uncaptured" },
      <Waiting
        listed={listed.value}
        all={c.req.query("chosen") === "all"}
        cursor={c.req.query("cursor")}
        none={c.req.query("none") !== undefined}
      />,
    );
  })
  // To the question, at an address of its own: Reload and Back come to the same captures.
  .post(PATH, async (c) => {
    const { form, here } = c.var;
    if (!here.scopes.has("capture")) return forbiddenPage(c, "uncaptured");
    const ids = idsOf(form.all(form.text("all") === "" ? "order" : "listed"));
    if (ids.length === 0) {
      return c.redirect(pathWith(PATH, { cursor: form.text("cursor"), none: 1 }), 303);
    }
    const batch = mintReference("cb");
    const mark = await markOf(here.csrf, [batch, ...ids]);
    const query = new URLSearchParams([
      ["batch", batch],
      ["mark", mark],
      ...ids.map((id) => ["order", id]),
    ]);
    return c.redirect(`${PATH}/capture?${query.toString()}`, 303);
  });

const Waiting: FC<{
  readonly listed: Listed<OrderView>;
  readonly all: boolean;
  readonly cursor: string | undefined;
  readonly none: boolean;
}> = ({ listed, all, cursor, none }) => {
  const may = useMay("capture");
  const orders = listed.data.toSorted((a, b) => deadlineOf(a) - deadlineOf(b));
  if (orders.length === 0) {
    return (
      <>
        <h1>Uncaptured</h1>
        <Empty title="No held money waits to be captured">
          <p>
            When a customer pays with a link that only holds the money, it stands here until it is
            captured or released.
          </p>
        </Empty>
        <Pager listed={listed} path={PATH} query={{}} />
      </>
    );
  }
  return (
    <>
      <h1>Uncaptured</h1>
      <p>
        Money that customers' banks hold for you. What is not captured by its deadline goes back to
        the customer, and can not be captured any more. Orders come in the order in which they were
        made, {MOST_AT_ONCE} on a page; on each page the soonest deadline is first.
      </p>
      {none && (
        <p class="notice bad" role="alert">
          Nothing was chosen. Mark one order or more.
        </p>
      )}
      {may ? (
        <PostForm action={PATH} class="stack">
          <input type="hidden" name="cursor" value={cursor ?? ""} />
          {orders.map(({ id }) => (
            <input type="hidden" name="listed" value={id} />
          ))}
          <div class="row">
            <button>Capture the chosen…</button>
            <button class="quiet" name="all" value="1">
              Capture all {orders.length} on this page…
            </button>
            <a class="away" href={pathWith(PATH, { cursor, chosen: all ? null : "all" })}>
              {all ? "Choose none" : "Choose all on this page"}
            </a>
          </div>
          <p class="help">You are asked once more, with the sum, before anything is captured.</p>
          <Table
            caption="Held money, soonest deadline first"
            columns={columns(all)}
            rows={orders}
          />
        </PostForm>
      ) : (
        <Table caption="Held money, soonest deadline first" columns={COLUMNS} rows={orders} />
      )}
      <Pager listed={listed} path={PATH} query={{}} />
    </>
  );
};

const COLUMNS: readonly Column<OrderView>[] = [
  {
    label: "Order",
    cell: (order) => (
      <span dir="auto">
        <OrderLink id={order.id} order={order} />
      </span>
    ),
  },
  { label: "Held", figure: true, cell: ({ authorized }) => <Money amount={authorized} /> },
  { label: "Time left", cell: ({ capture_by }) => <TimeLeft at={capture_by} /> },
  { label: "Deadline", cell: ({ capture_by }) => <Time at={capture_by} /> },
  {
    label: "Paid by",
    cell: (order) => (
      <span dir="auto">{[wayBack(heldPayments(order)), networksOf(order)].join(" ").trim()}</span>
    ),
  },
];

function columns(all: boolean): readonly Column<OrderView>[] {
  return [
    {
      label: "Choose",
      cell: (order) => (
        <label class="check">
          <input type="checkbox" name="order" value={order.id} checked={all} />
          <span class="hidden">Choose {shorten(nameOf(order))}</span>
        </label>
      ),
    },
    ...COLUMNS,
  ];
}

function heldPayments(order: OrderView) {
  return order.payments.filter(({ status }) => status === "AUTHORIZED");
}

function networksOf(order: OrderView): string {
  const networks = heldPayments(order).flatMap(({ network }) => network ?? []);
  return networks.length === 0 ? "" : `(${shorten([...new Set(networks)].join(", "))})`;
}

/** What has no deadline that we know comes last. */
function deadlineOf({ capture_by }: OrderView): number {
  return millisecondsOf(capture_by) ?? Number.MAX_SAFE_INTEGER;
}

const TimeLeft: FC<{ readonly at: string | null }> = ({ at }) => {
  const { now } = useHere();
  const deadline = millisecondsOf(at);
  if (deadline === null) return <Badge tone="wait">Not known</Badge>;
  const left = deadline - now;
  if (left <= 0) return <Badge tone="bad">Past its deadline</Badge>;
  return (
    <Badge tone={toneOf(left)}>
      {shownDuration(left)} {left < 24 * HOUR_MS && "only"}
    </Badge>
  );
};

function toneOf(left: number): Tone {
  if (left < 24 * HOUR_MS) return "bad";
  return left < 48 * HOUR_MS ? "wait" : "plain";
}
