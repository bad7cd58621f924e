// Payment links as a list, its filters in the address.

import { Hono } from "hono";
import type { FC } from "hono/jsx";
import { momentsOf } from "../../domain/day-moments";
import { STAGES as STAGE_WORDS } from "../../domain/stage";
import { LINK_STATUSES } from "../../domain/status";
import { toIso } from "../../domain/time";
import { typedDay } from "../../domain/typed-time";
import type { listedLinkJson } from "../../http/link-json";
import { type ApiProblem, type Listed, pathTo, type Query } from "../api";
import type { ConsoleContext, ConsoleDoor } from "../door";
import { failurePage, Trouble } from "../failure";
import { page } from "../frame";
import { useMay } from "../here";
import { LINK_STATES } from "../link-labels";
import { LinkBadge } from "../link-parts";
import { type Column, Empty, Field, Money, Pager, StageBadge, Table, Time } from "../parts";
import { STAGES } from "../words";

type ListedLink = ReturnType<typeof listedLinkJson>;

const PAGE = 25;

const COLUMNS: readonly Column<ListedLink>[] = [
  {
    label: "Link",
    cell: ({ payment_link_id: id, merchant_payment_link_reference: reference }) => (
      <a dir="auto" href={`/console${pathTo("links", id)}`}>
        {reference ?? id}
      </a>
    ),
  },
  { label: "Link is", cell: ({ status }) => <LinkBadge status={status} /> },
  { label: "Order is", cell: ({ stage }) => <StageBadge stage={stage} /> },
  { label: "Amount", figure: true, cell: ({ amount }) => <Money amount={amount} /> },
  { label: "Still due", figure: true, cell: ({ amount_due }) => <Money amount={amount_due} /> },
  { label: "Ends", cell: ({ expire_by }) => <Time at={expire_by} /> },
  { label: "Created", cell: ({ created_at }) => <Time at={created_at} /> },
];

const FILTERS = ["status", "stage", "reference", "from", "to"] as const;

type Filters = { readonly [name in (typeof FILTERS)[number]]: string };

export const links = new Hono<ConsoleDoor>().get("/console/links", async (c) => {
  const filters = filtersOf(c);
  const query = { ...apiQuery(filters, c.var.here.zone), cursor: c.req.query("cursor") };
  const listed = await c.var.api.get<Listed<ListedLink>>("/v1/links", query);
  if (listed.ok) return showLinks(c, filters, listed.value, null);
  return listed.failure.status === 400
    ? showLinks(c, filters, { data: [], next_cursor: null }, listed.failure)
    : failurePage(c, listed.failure, "links");
});

function filtersOf(c: ConsoleContext): Filters {
  const of = (name: string): string => c.req.query(name)?.trim() ?? "";
  return {
    status: of("status"),
    stage: of("stage"),
    reference: of("reference"),
    from: of("from"),
    to: of("to"),
  };
}

/** Days of the merchant's calendar, whole; one that is none is left out, and its field shows so. */
function apiQuery({ status, stage, reference, from, to }: Filters, zone: string): Query {
  const start = typedDay(from, zone);
  const end = typedDay(to, zone) === null ? null : momentsOf({ from: to, to }, zone).before;
  return {
    status,
    stage,
    reference,
    created_from: start === null ? null : toIso(start),
    created_to: end === null ? null : toIso(end),
    limit: PAGE,
  };
}

function showLinks(
  c: ConsoleContext,
  filters: Filters,
  listed: Listed<ListedLink>,
  problem: ApiProblem | null,
): Response {
  const isFiltered = FILTERS.some((name) => filters[name] !== "");
  return page(
    c,
    { title: "Links", section: "links", status: problem?.status ?? 200 },
    <>
      <Head />
      <Filter {...filters} isFiltered={isFiltered} />
      {problem !== null && <Trouble problem={problem} />}
      {listed.data.length > 0 ? (
        <Table caption="Payment links, newest first" columns={COLUMNS} rows={listed.data} />
      ) : (
        problem === null && <Nothing isFiltered={isFiltered} />
      )}
      <Pager listed={listed} path="/console/links" query={filters} />
    </>,
  );
}

const Head: FC = () => (
  <div class="row apart">
    <h1>Links</h1>
    {useMay("links") && (
      <div class="row">
        <a href="/console/links/track">Follow a link made elsewhere</a>
        <a class="button" href="/console/links/new">
          New link
        </a>
      </div>
    )}
  </div>
);

/** Folded on a phone, so that the links themselves are seen first. */
const Filter: FC<Filters & { readonly isFiltered: boolean }> = (filters) => (
  <details class="card fold" open={filters.isFiltered}>
    <summary>Filter the links</summary>
    <FilterForm {...filters} />
  </details>
);

const FilterForm: FC<Filters & { readonly isFiltered: boolean }> = (filters) => (
  <form method="get" action="/console/links" class="filters" aria-label="Filter the links">
    <Field
      name="status"
      label="Link is"
      input={(tied) => (
        <select {...tied}>
          <option value="">Any</option>
          {LINK_STATUSES.map((status) => (
            <option value={status} selected={status === filters.status}>
              {LINK_STATES[status].label}
            </option>
          ))}
        </select>
      )}
    />
    <Field
      name="stage"
      label="Order is"
      input={(tied) => (
        <select {...tied}>
          <option value="">Any</option>
          {STAGE_WORDS.map((stage) => (
            <option value={stage} selected={stage === filters.stage}>
              {STAGES[stage].label}
            </option>
          ))}
        </select>
      )}
    />
    <Field
      name="reference"
      label="Reference"
      input={(tied) => <input {...tied} value={filters.reference} maxlength={50} />}
    />
    <Field
      name="from"
      label="Created from"
      input={(tied) => <input {...tied} type="date" value={filters.from} />}
    />
    <Field
      name="to"
      label="Created up to"
      input={(tied) => <input {...tied} type="date" value={filters.to} />}
    />
    <div class="row">
      <button>Show</button>
      {filters.isFiltered && <a href="/console/links">Show all links</a>}
    </div>
  </form>
);

const Nothing: FC<{ readonly isFiltered: boolean }> = ({ isFiltered }) => {
  const may = useMay("links");
  if (isFiltered) {
    return (
      <Empty title="No link is like that">
        <p>
          A new link is here about a second after it was made. <a href="/console/links">See all</a>.
        </p>
      </Empty>
    );
  }
  return (
    <Empty title="No links yet">
      <p>
        {may ? (
          <a href="/console/links/new">Create the first payment link</a>
        ) : (
          "Once a payment link is made, it stands here."
        )}
      </p>
    </Empty>
  );
};
