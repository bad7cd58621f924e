// The two charts of Today and the tables of their numbers: what came in, went back and reached the bank on
// each day; and of what came in on a day, how far it is on its way.

import type { FC } from "hono/jsx";
import { type Amount, inr } from "../domain/money";
import { formatAmount } from "../domain/money-format";
import { shownDayOfMonth } from "../domain/shown-time";
import type { DaysView, DayView } from "../http/days";
import { type Bar, BarChart, type Fill, mostOf, scaleTop, Swatch } from "./chart";
import { type Column, Empty, Money, Table, Time } from "./parts";

type Part = "collected" | "refunded" | "settled" | "awaiting" | "initiated" | "completed";

interface Shown {
  readonly part: Part;
  readonly label: string;
  readonly fill: Fill;
}

const MOVED: readonly Shown[] = [
  { part: "collected", label: "Collected", fill: "first" },
  { part: "refunded", label: "Refunded", fill: "second" },
  { part: "settled", label: "Settled", fill: "third" },
];

/** From the bottom of a bar up: what is furthest stands lowest. */
const ON_ITS_WAY: readonly Shown[] = [
  { part: "completed", label: "At the bank", fill: "third" },
  { part: "initiated", label: "In a transfer", fill: "striped" },
  { part: "awaiting", label: "Waiting for a transfer", fill: "hollow" },
];

export const RANGES = [7, 30, 90] as const;

export const DayCharts: FC<{ readonly days: DaysView; readonly range: number }> = ({
  days,
  range,
}) => (
  <>
    <section class="stack" aria-labelledby="money-by-day">
      <div class="row apart">
        <h2 id="money-by-day">Money, day by day</h2>
        <Ranges range={range} />
      </div>
      <Counted days={days} />
      {hasMoney(days) ? (
        <>
          <MovedChart days={days.data} />
          <OnItsWayChart days={days.data} />
        </>
      ) : (
        <Empty title={`No money in the last ${range} days`}>
          <p>What customers pay is here a few minutes later.</p>
        </Empty>
      )}
    </section>
  </>
);

const Ranges: FC<{ readonly range: number }> = ({ range }) => (
  <nav class="ranges" aria-label="Days shown">
    {RANGES.map((days) => (
      <a href={`/console?days=${days}`} aria-current={days === range ? "true" : undefined}>
        {days} days
      </a>
    ))}
  </nav>
);

const Counted: FC<{ readonly days: DaysView }> = ({ days }) => {
  const { counted_through, behind } = days;
  if (behind === true) {
    return (
      <p class="notice wait">
        Some money is not counted here yet. Nothing is lost: orders and settlements are up to date,
        and this page follows within minutes.
      </p>
    );
  }
  return (
    <p class="soft small">
      {counted_through === null ? (
        "Up to when this is counted is not known at the moment."
      ) : (
        <>
          Rupees only, counted up to <Time at={counted_through} />.
        </>
      )}
    </p>
  );
};

const MovedChart: FC<{ readonly days: readonly DayView[] }> = ({ days }) => {
  const charts = MOVED.map((shown) => ({ ...shown, bars: days.map((day) => barOf(day, [shown])) }));
  // One scale for the three, so that they can be held against each other.
  const top = scaleTop(Math.max(...charts.map(({ bars }) => mostOf(bars))));
  return (
    <div class="card">
      <h3>Collected, refunded and settled</h3>
      <div class="chart-parts">
        {charts.map(({ part, label, bars }) => (
          <div class="chart-part">
            <p class="row apart">
              <span>{label}</span>
              <strong>
                <Money amount={totalOf(days, part)} />
              </strong>
            </p>
            <BarChart
              id={`chart-${part}`}
              title={`${label} per day`}
              description={wordsOf(days, [part])}
              bars={bars}
              top={top}
            />
          </div>
        ))}
      </div>
      <Numbers caption="Collected, refunded and settled per day" days={days} shown={MOVED} />
    </div>
  );
};

const OnItsWayChart: FC<{ readonly days: readonly DayView[] }> = ({ days }) => {
  const bars = days.map((day) => barOf(day, ON_ITS_WAY));
  const id = "chart-way";
  return (
    <div class="card">
      <h3>How far it is on its way</h3>
      <p class="soft small">
        By the day on which the customer paid. Refunds, fees and what a bank settles by itself are
        left out.
      </p>
      <ul class="legend">
        {ON_ITS_WAY.toReversed().map(({ part, label, fill }) => (
          <li>
            <Swatch id={id} fill={fill} /> <span>{label}</span>{" "}
            <strong>
              <Money amount={totalOf(days, part)} />
            </strong>
          </li>
        ))}
      </ul>
      <BarChart
        id={id}
        title="Where the money of each day is"
        description={wordsOf(
          days,
          ON_ITS_WAY.map(({ part }) => part),
        )}
        bars={bars}
        top={scaleTop(mostOf(bars))}
      />
      <Numbers
        caption="Where the money of each day is"
        days={days}
        shown={[...ON_ITS_WAY].toReversed()}
      />
    </div>
  );
};

/** The newest day first, as it is looked for. */
const Numbers: FC<{
  readonly caption: string;
  readonly days: readonly DayView[];
  readonly shown: readonly Shown[];
}> = ({ caption, days, shown }) => {
  const columns: readonly Column<DayView>[] = [
    { label: "Day", cell: ({ day }) => <time datetime={day}>{shownDayOfMonth(day)}</time> },
    ...shown.map(({ part, label }) => ({
      label,
      figure: true,
      cell: (day: DayView) => <Money amount={day[part]} />,
    })),
  ];
  return (
    <details>
      <summary>The numbers of this chart</summary>
      <Table caption={caption} columns={columns} rows={days.toReversed()} />
    </details>
  );
};

function barOf(day: DayView, shown: readonly Shown[]): Bar {
  const said = shown.map(({ part, label }) => `${label} ${formatAmount(day[part])}`);
  return {
    day: day.day,
    title: `${shownDayOfMonth(day.day)}: ${said.join(", ")}`,
    parts: shown.map(({ part, fill }) => ({ value: day[part].value, fill })),
  };
}

function totalOf(days: readonly DayView[], part: Part): Amount {
  return inr(days.reduce((sum, day) => sum + day[part].value, 0));
}

/** For who can not see the bars: the sums, and where to find each number. */
function wordsOf(days: readonly DayView[], parts: readonly Part[]): string {
  const all = [...MOVED, ...ON_ITS_WAY];
  const sums = parts.map((part) => {
    const label = all.find((shown) => shown.part === part)?.label ?? part;
    return `${label}: ${formatAmount(totalOf(days, part))}`;
  });
  return `${sums.join(", ")} in ${days.length} days. The table below has each day.`;
}

function hasMoney({ data }: DaysView): boolean {
  return data.some((day) => [...MOVED, ...ON_ITS_WAY].some(({ part }) => day[part].value !== 0));
}
