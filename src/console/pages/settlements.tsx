// Settlements: the transfers to the merchant's bank, newest first, and how the reports about them are read.

import { Hono } from "hono";
import type { FC } from "hono/jsx";
import { settlementDue } from "../../domain/bank-days";
import { inr } from "../../domain/money";
import { HOUR } from "../../domain/schedule";
import { toIso } from "../../domain/time";
import type { RefreshesJson } from "../../http/settlement-refresh";
import type { SettlementJson } from "../../http/settlement-json";
import { SETTLEMENT_STATUSES } from "../../ledger/settlements";
import { type ApiProblem, type Listed, pathTo, pathWith } from "../api";
import { Choice } from "../choice";
import { csvFile } from "../csv-file";
import { Day, DayFields } from "../day";
import type { ConsoleContext, ConsoleDoor } from "../door";
import { failurePage, faultOf, Trouble } from "../failure";
import { page } from "../frame";
import { type Column, Empty, Field, Money, Pager, Table } from "../parts";
import { QueryFault } from "../query-fault";
import { ReportReading } from "../reading";
import { AddsUp, SettlementBadge } from "../settlement-parts";
import { SETTLEMENT_STATES } from "../settlement-words";

const PATH = "/console/settlements";
const ROWS = 25;

/** While somebody waits for the reports, the page comes again after so many seconds. */
const AGAIN_SECONDS = 4;

const FILTERS = ["from", "to", "status", "holds", "utr", "transaction_id"] as const;

type Filters = { readonly [name in (typeof FILTERS)[number]]: string };

const COLUMNS: readonly Column<SettlementJson>[] = [
  {
    label: "Transfer (UTR)",
    cell: ({ utr }) => <a href={`/console${pathTo("settlements", utr)}`}>{utr}</a>,
  },
  {
    label: "Day",
    cell: ({ settled_at, processed_at, first_seen_at }) =>
      settled_at === null ? (
        <span class="soft">
          Not paid yet, since <Day at={processed_at ?? first_seen_at} />
        </span>
      ) : (
        <Day at={settled_at} />
      ),
  },
  { label: "Collected", figure: true, cell: ({ gross }) => <Money amount={gross} /> },
  {
    label: "Kept back",
    figure: true,
    cell: ({ gross, net }) => <Money amount={gross && net ? inr(gross.value - net.value) : null} />,
  },
  { label: "Paid to the bank", figure: true, cell: ({ net }) => <Money amount={net} /> },
  { label: "Where it is", cell: ({ status }) => <SettlementBadge status={status} /> },
  { label: "Check", cell: (row) => <AddsUp of={row} /> },
];

export const settlements = new Hono<ConsoleDoor>()
  .get(PATH, async (c) => {
    const filters = filtersOf(c);
    const query = { ...filters, limit: ROWS, cursor: c.req.query("cursor") };
    const [listed, reading] = await Promise.all([
      c.var.api.get<Listed<SettlementJson>>("/v1/settlements", query),
      c.var.api.get<RefreshesJson>("/v1/settlements/refresh"),
    ]);
    const isFault = !listed.ok && listed.failure.code === "query_invalid";
    if (!listed.ok && !isFault) return failurePage(c, listed.failure, "settlements");
    const watched = c.req.query("watch") === "reports";
    const isReading =
      reading.ok && (reading.value.running !== null || reading.value.waiting.length > 0);
    return page(
      c,
      {
        title: "Settlements",
        section: "settlements",
        status: listed.ok ? 200 : listed.failure.status,
        ...(watched && isReading ? { headers: { refresh: String(AGAIN_SECONDS) } } : {}),
      },
      <>
        <div class="stack">
          <h1>Settlements</h1>
          <p class="soft">
            What Pine Labs paid to your bank account, transfer by transfer. The number of a transfer
            (UTR) stands in your bank's statement too.
          </p>
        </div>
        {reading.ok ? (
          <ReportReading reading={reading.value} watched={watched} />
        ) : (
          <Trouble problem={reading.failure} />
        )}
        <FilterForm filters={filters} problem={listed.ok ? null : listed.failure} />
        {listed.ok && <Found c={c} listed={listed.value} filters={filters} />}
      </>,
    );
  })
  .get(`${PATH}.csv`, async (c) =>
    csvFile(c, { path: "/v1/settlements", query: filtersOf(c), section: "settlements" }),
  )
  // Who comes back to the form's address, by the browser's own buttons.
  .get(`${PATH}/refresh`, (c) => c.redirect(PATH, 303))
  .post(`${PATH}/refresh`, async (c) => {
    const asked = await c.var.api.send("POST", "/v1/settlements/refresh", {});
    if (!asked.ok) return failurePage(c, asked.failure, "settlements");
    return c.redirect(`${PATH}?watch=reports`, 303);
  });

function filtersOf(c: ConsoleContext): Filters {
  const typed = FILTERS.map((name) => [name, c.req.query(name)?.trim() ?? ""]);
  return Object.fromEntries(typed) as Filters;
}

const FilterForm: FC<{ readonly filters: Filters; readonly problem: ApiProblem | null }> = ({
  filters,
  problem,
}) => (
  <form method="get" action={PATH} class="card" role="search" aria-label="Transfers">
    <QueryFault problem={problem} fields={FILTERS} />
    <div class="filters pairs">
      <DayFields typed={filters} problem={problem} />
      <Choice
        name="status"
        label="Where it is"
        any="Anywhere"
        chosen={filters.status}
        options={SETTLEMENT_STATUSES.map((value) => [value, SETTLEMENT_STATES[value].label])}
        problem={problem}
      />
      <Choice
        name="holds"
        label="Check"
        any="All"
        chosen={filters.holds}
        options={[
          ["true", "Adds up"],
          ["false", "Does not add up"],
        ]}
        problem={problem}
      />
      <Field
        name="utr"
        label="UTR"
        fault={faultOf(problem, "utr")}
        input={(tied) => <input {...tied} value={filters.utr} maxlength={60} />}
      />
      <Field
        name="transaction_id"
        label="Payment id in it"
        fault={faultOf(problem, "transaction_id")}
        input={(tied) => <input {...tied} value={filters.transaction_id} maxlength={200} />}
      />
    </div>
    <div class="row">
      <button>Show</button>
      <a href={PATH}>Show all</a>
      <a href={pathWith(`${PATH}.csv`, filters)}>Download as a table (CSV)</a>
    </div>
  </form>
);

const Found: FC<{
  readonly c: ConsoleContext;
  readonly listed: Listed<SettlementJson>;
  readonly filters: Filters;
}> = ({ c, listed, filters }) => {
  if (listed.data.length > 0) {
    return (
      <>
        <Table caption="Transfers, newest first" columns={COLUMNS} rows={listed.data} />
        <Pager listed={listed} path={PATH} query={filters} />
      </>
    );
  }
  if (FILTERS.some((name) => filters[name] !== "")) {
    return (
      <Empty title="No transfer is like that">
        <p>
          Change what is asked for, or <a href={PATH}>show all transfers</a>.
        </p>
      </Empty>
    );
  }
  return <NoneYet c={c} />;
};

const NoneYet: FC<{ readonly c: ConsoleContext }> = ({ c }) => {
  const { config, now } = c.var.doors;
  const { days, holidays, time_zone } = config.settlement;
  // Due is some hours after the end of that day.
  const due = settlementDue(now(), { days, holidays, time_zone });
  const banked = toIso(due - 4 * HOUR);
  return (
    <Empty title="No transfers yet">
      <p>
        {"What is paid today should be at your bank by "}
        <Day at={banked} />
        {days === 0
          ? ", the same bank day."
          : `, ${days} bank ${days === 1 ? "day" : "days"} later.`}
      </p>
      <p>
        The reports are read every hour by themselves, and the transfer shows up here some hours
        after it was made. If your Pine Labs account is paid out on other days, set{" "}
        <code>SETTLEMENT_DAYS</code>.
      </p>
    </Empty>
  );
};
