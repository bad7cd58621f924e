// Reconciliation: of the money of a range of days, where each part is, as a statement to be read and as files
// to be handed to an accountant.

import { Hono } from "hono";
import type { FC } from "hono/jsx";
import { momentsOf } from "../../domain/day-moments";
import { RECONCILE_BY } from "../../domain/reconciliation";
import { dayOf, type DayRange } from "../../domain/report-days";
import { DAY, HOUR } from "../../domain/schedule";
import { shownDates } from "../../domain/shown-time";
import { type Milliseconds, millisecondsOf, toIso } from "../../domain/time";
import { day } from "../../http/days-query";
import type { ReconciliationJson } from "../../http/reconciliation";
import type { RefreshesJson } from "../../http/settlement-refresh";
import { type ApiProblem, pathWith } from "../api";
import { csvFile } from "../csv-file";
import { DayFields } from "../day";
import { presetsOf, usualRange } from "../day-range";
import type { ConsoleContext, ConsoleDoor } from "../door";
import { failurePage } from "../failure";
import { page } from "../frame";
import { useHere } from "../here";
import { Time } from "../parts";
import { QueryFault } from "../query-fault";
import { WAYS } from "../reconciliation-words";
import { Statement } from "../statement";

/** The reports are read every hour: so long without is more than a bad day. */
const LATE = DAY + 2 * HOUR;

const PATH = "/console/reconciliation";

/** What the files of a range are made of. */
const FILES = {
  payments: "Payments",
  refunds: "Refunds",
  orders: "Orders",
} as const;

interface Asked extends DayRange {
  readonly by: string;
}

export const reconciliation = new Hono<ConsoleDoor>()
  .get(PATH, async (c) => {
    const asked = askedOf(c);
    const [found, reading] = await Promise.all([
      c.var.api.get<ReconciliationJson>("/v1/reconciliation", { ...asked }),
      c.var.api.get<RefreshesJson>("/v1/settlements/refresh"),
    ]);
    const isFault = !found.ok && found.failure.code === "query_invalid";
    if (!found.ok && !isFault) return failurePage(c, found.failure, "reconciliation");
    return page(
      c,
      {
        title: "Reconciliation",
        section: "reconciliation",
        status: found.ok ? 200 : found.failure.status,
      },
      <>
        <div class="stack">
          <h1>Reconciliation</h1>
          <p class="soft">Where is the money of these days?</p>
        </div>
        <AskForm asked={asked} today={todayOf(c)} problem={found.ok ? null : found.failure} />
        {found.ok && (
          <>
            <ReadSoFar
              range={found.value}
              reading={reading.ok ? reading.value : null}
              zone={c.var.doors.config.settlement.time_zone}
            />
            <Statement found={found.value} />
            <Files range={found.value} />
          </>
        )}
      </>,
    );
  })
  .get(`${PATH}/:file{(payments|refunds|orders)\\.csv}`, async (c) => {
    const path = `/v1/${c.req.param("file").slice(0, -".csv".length)}`;
    const { from, to } = askedOf(c);
    // The API takes moments here, and says nothing of days: what is no day is asked of it as it was typed.
    const isRange = [from, to].every((text) => day.safeParse(text).success);
    const query = isRange
      ? createdIn({ from, to }, c.var.doors.config.settlement.time_zone)
      : { created_from: from, created_to: to };
    return csvFile(c, { path, query, section: "reconciliation" });
  });

function askedOf(c: ConsoleContext): Asked {
  const usual = usualRange(todayOf(c));
  const typed = (name: string): string => c.req.query(name)?.trim() ?? "";
  return {
    from: typed("from") || usual.from,
    to: typed("to") || usual.to,
    by: typed("by") || RECONCILE_BY[0],
  };
}

function todayOf(c: ConsoleContext): string {
  return dayOf(c.var.here.now, c.var.doors.config.settlement.time_zone);
}

function createdIn(range: DayRange, zone: string) {
  const { from, before } = momentsOf(range, zone);
  return { created_from: toIso(from), created_to: toIso(before) };
}

const AskForm: FC<{
  readonly asked: Asked;
  readonly today: string;
  readonly problem: ApiProblem | null;
}> = ({ asked, today, problem }) => (
  <form method="get" action={PATH} class="card" role="search" aria-label="Days">
    <QueryFault problem={problem} fields={["from", "to"]} />
    <p class="row">
      {presetsOf(today).map(({ label, from, to }) => (
        <a
          class="tap"
          href={pathWith(PATH, { from, to, by: asked.by })}
          aria-current={from === asked.from && to === asked.to ? "true" : undefined}
        >
          {label}
        </a>
      ))}
    </p>
    <div class="filters pairs">
      <DayFields typed={asked} problem={problem} />
    </div>
    <fieldset>
      <legend>Look at it</legend>
      {RECONCILE_BY.map((by) => (
        <label class="check">
          <input type="radio" name="by" value={by} checked={by === asked.by} />
          {WAYS[by].label}
        </label>
      ))}
    </fieldset>
    <div class="row">
      <button>Show</button>
    </div>
    {RECONCILE_BY.flatMap((by) =>
      by === asked.by ? [<p class="soft small">{WAYS[by].means}</p>] : [],
    )}
  </form>
);

/** Honest about what nobody has read yet: money of these days may be at the bank all the same. */
const ReadSoFar: FC<{
  readonly range: DayRange;
  readonly reading: RefreshesJson | null;
  readonly zone: string;
}> = ({ range, reading, zone }) => {
  const { now } = useHere();
  const through: Milliseconds | null = millisecondsOf(reading?.read_through ?? null);
  const { before } = momentsOf(range, zone);
  if (through !== null && through >= before) return null;
  // Days that are not over yet can not be read whole: that is no fault of anybody's.
  const isLate = through === null || now - through > LATE;
  return (
    <div class={isLate ? "notice wait" : "notice"}>
      {through === null ? (
        <>
          <p class="title">The settlement reports are not read yet</p>
          <p>
            {reading === null
              ? "How far they were read is not known at the moment."
              : "They were never read without a gap."}{" "}
            Some of what is on its way may be at your bank already.
          </p>
        </>
      ) : (
        <>
          <p class="title">
            The settlement reports were read up to <Time at={toIso(through)} />
          </p>
          <p>What was paid to your bank after that is still shown as on its way.</p>
        </>
      )}
      <p>
        <a href="/console/settlements">How the reports are read</a>
      </p>
    </div>
  );
};

const Files: FC<{ readonly range: DayRange }> = ({ range: { from, to } }) => (
  <section class="card" aria-labelledby="files">
    <h2 id="files">Tables of these days</h2>
    <p class="soft">
      {`Of ${shownDates(from, to)}, as CSV files for a spreadsheet or an accountant.`}
    </p>
    <ul class="bare rows">
      {Object.entries(FILES).map(([name, label]) => (
        <li>
          <a class="tap" href={pathWith(`${PATH}/${name}.csv`, { from, to })}>
            {label} (CSV)
          </a>
        </li>
      ))}
      <li>
        <a class="tap" href={pathWith("/console/settlements.csv", { from, to })}>
          Transfers to your bank (CSV)
        </a>
      </li>
    </ul>
  </section>
);
