// Discrepancies: what does not add up, over all orders and transfers, newest first.

import { Hono } from "hono";
import type { FC } from "hono/jsx";
import {
  DISCREPANCY_TYPES,
  SEVERITY_LEVELS,
  type DiscrepancyType,
  type Severity,
} from "../../domain/discrepancy";
import { type Amount, inr } from "../../domain/money";
import type { ListedDiscrepancy } from "../../ledger/discrepancies";
import { type ApiProblem, type Listed, pathWith } from "../api";
import { Choice } from "../choice";
import { csvFile } from "../csv-file";
import { DayFields } from "../day";
import { DiscrepancyTable } from "../discrepancy-table";
import { DISCREPANCY_WORDS, SEVERITY_WORDS } from "../discrepancy-words";
import type { ConsoleContext, ConsoleDoor } from "../door";
import { failurePage } from "../failure";
import { page } from "../frame";
import { Badge, Empty, Money, Pager } from "../parts";
import { QueryFault } from "../query-fault";

const PATH = "/console/discrepancies";
const ROWS = 25;

const FILTERS = ["state", "severity", "type", "from", "to"] as const;

type Filters = { readonly [name in (typeof FILTERS)[number]]: string };

/** As GET /v1/attention counts the open ones. */
interface Counted {
  readonly count: number;
  readonly more: boolean;
  readonly amount?: Amount;
}

interface Attention {
  readonly discrepancies: { readonly [severity in Severity]: Counted };
}

export const discrepancies = new Hono<ConsoleDoor>()
  .get(PATH, async (c) => {
    const filters = filtersOf(c);
    const cursor = c.req.query("cursor");
    const isFirst = cursor === undefined && FILTERS.every((name) => filters[name] === "");
    const [listed, attention] = await Promise.all([
      c.var.api.get<Listed<ListedDiscrepancy>>("/v1/discrepancies", {
        ...filters,
        limit: ROWS,
        cursor,
      }),
      isFirst ? c.var.api.get<Attention>("/v1/attention") : null,
    ]);
    const isFault = !listed.ok && listed.failure.code === "query_invalid";
    if (!listed.ok && !isFault) return failurePage(c, listed.failure, "discrepancies");
    return page(
      c,
      {
        title: "Discrepancies",
        section: "discrepancies",
        status: listed.ok ? 200 : listed.failure.status,
      },
      <>
        <div class="stack">
          <h1>Discrepancies</h1>
          <p class="soft">
            Two records of the same money that do not agree. Most close by themselves when the
            reason is gone; the others wait for somebody who looks and says what it is.
          </p>
        </div>
        {attention?.ok === true && <Sums counted={attention.value.discrepancies} />}
        <FilterForm filters={filters} problem={listed.ok ? null : listed.failure} />
        {listed.ok && <Found listed={listed.value} filters={filters} />}
      </>,
    );
  })
  .get(`${PATH}.csv`, async (c) =>
    csvFile(c, { path: "/v1/discrepancies", query: filtersOf(c), section: "discrepancies" }),
  );

function filtersOf(c: ConsoleContext): Filters {
  const typed = FILTERS.map((name) => [name, c.req.query(name)?.trim() ?? ""]);
  return Object.fromEntries(typed) as Filters;
}

const Sums: FC<{ readonly counted: Attention["discrepancies"] }> = ({ counted }) => (
  <ul class="tiles" aria-label="Open, by how grave they are">
    {SEVERITY_LEVELS.map((severity) => {
      const { count, more, amount } = counted[severity];
      const words = SEVERITY_WORDS[severity];
      return (
        <li class="card">
          <div class="row apart">
            <a href={pathWith(PATH, { severity })}>
              {more ? `${count}+` : count} open: {words.label.toLowerCase()}
            </a>
            <Badge tone={count === 0 ? "plain" : words.tone}>{words.label}</Badge>
          </div>
          <strong class="sum">
            <Money amount={amount} />
            {more && " or more"}
          </strong>
          <p class="soft small">{words.means}.</p>
        </li>
      );
    })}
  </ul>
);

const FilterForm: FC<{ readonly filters: Filters; readonly problem: ApiProblem | null }> = ({
  filters,
  problem,
}) => (
  <form method="get" action={PATH} class="card" role="search" aria-label="Discrepancies">
    <QueryFault problem={problem} fields={FILTERS} />
    <div class="filters pairs">
      <Choice
        name="state"
        label="State"
        any="Open"
        chosen={filters.state}
        options={[["all", "Open and closed"]]}
        problem={problem}
      />
      <Choice
        name="severity"
        label="How grave"
        any="Any"
        chosen={filters.severity}
        options={SEVERITY_LEVELS.map((value) => [
          value,
          `${SEVERITY_WORDS[value].label}: ${SEVERITY_WORDS[value].means.toLowerCase()}`,
        ])}
        problem={problem}
      />
      <Choice
        name="type"
        label="What"
        any="Anything"
        chosen={filters.type}
        options={sortedTypes().map((value) => [value, DISCREPANCY_WORDS[value].label])}
        problem={problem}
      />
      <DayFields
        typed={filters}
        problem={problem}
        labels={["First seen from", "First seen up to"]}
      />
    </div>
    <div class="row">
      <button>Show</button>
      <a href={PATH}>Show all that are open</a>
      <a href={pathWith(`${PATH}.csv`, filters)}>Download as a table (CSV)</a>
    </div>
  </form>
);

function sortedTypes(): readonly DiscrepancyType[] {
  const labelOf = (type: DiscrepancyType): string => DISCREPANCY_WORDS[type].label;
  return DISCREPANCY_TYPES.toSorted((a, b) => labelOf(a).localeCompare(labelOf(b)));
}

const Found: FC<{ readonly listed: Listed<ListedDiscrepancy>; readonly filters: Filters }> = ({
  listed,
  filters,
}) => {
  const { data, next_cursor } = listed;
  if (data.length === 0) {
    const isAsked = FILTERS.some((name) => filters[name] !== "");
    return isAsked ? (
      <Empty title="Nothing is like that">
        <p>
          Change what is asked for, or <a href={PATH}>show all that are open</a>.
        </p>
      </Empty>
    ) : (
      <Empty title="Nothing is open">
        <p>
          All records of your money agree as far as they were read.{" "}
          <a href={pathWith(PATH, { state: "all" })}>Show the closed ones too</a>
        </p>
      </Empty>
    );
  }
  const together = data.reduce((total, { amount }) => total + (amount ?? 0), 0);
  return (
    <>
      <p>
        {data.length === 1 ? "One" : data.length} on this page, together{" "}
        <Money amount={inr(together)} />
        {next_cursor === null ? "." : "; there are more."}
      </p>
      <DiscrepancyTable caption="Discrepancies, newest first" rows={data} />
      <Pager listed={listed} path={PATH} query={filters} />
    </>
  );
};
