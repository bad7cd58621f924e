// How far the settlement reports were read, what is wrong with that, and the button that reads them now.

import type { FC } from "hono/jsx";
import { DAY, HOUR } from "../domain/schedule";
import { shownDates } from "../domain/shown-time";
import { millisecondsOf } from "../domain/time";
import type { RefreshesJson, RefreshJson } from "../http/settlement-refresh";
import { useHere, useMay } from "./here";
import { Badge, Facts, PostForm, Time } from "./parts";
import { REFRESH_CAUSES, REFRESH_PHASES, REFRESH_STATES } from "./settlement-words";

/** They are read every hour; so long without is more than a bad hour. */
const LATE = DAY + 2 * HOUR;

/** `watched`: somebody pressed the button and waits; the page comes again by itself. */
export const ReportReading: FC<{
  readonly reading: RefreshesJson;
  readonly watched: boolean;
}> = ({ reading, watched }) => {
  const { running, waiting, last, read_through } = reading;
  const mayRead = useMay("settlements");
  const current = running ?? waiting[0] ?? null;
  const [newest] = last;
  return (
    <section class="card" aria-labelledby="reading">
      <div class="row apart">
        <h2 id="reading">Settlement reports</h2>
        {mayRead && (
          <PostForm action="/console/settlements/refresh">
            <button class="quiet">Read the reports now</button>
          </PostForm>
        )}
      </div>
      <ReadingTrouble reading={reading} />
      {current !== null && <Progress refresh={current} watched={watched} />}
      {current === null && watched && newest?.state === "done" && (
        <p class="notice good" role="status">
          The reports were read. {found(newest)}
        </p>
      )}
      <Facts
        rows={[
          [
            "Read without a gap up to",
            read_through === null ? "Not yet" : <Time at={read_through} />,
          ],
          newest === undefined
            ? null
            : [
                "Last read",
                <>
                  <Time at={newest.finished_at} far /> <State refresh={newest} />
                </>,
              ],
        ]}
      />
      <Earlier last={last} />
    </section>
  );
};

const State: FC<{ readonly refresh: RefreshJson }> = ({ refresh: { state } }) => (
  <Badge tone={REFRESH_STATES[state].tone}>{REFRESH_STATES[state].label}</Badge>
);

const ReadingTrouble: FC<{ readonly reading: RefreshesJson }> = ({ reading }) => {
  const { running, waiting, last, read_through } = reading;
  const { now } = useHere();
  const [newest] = last;
  const isBusy = running !== null || waiting.length > 0;
  if (newest?.state === "failed") {
    return (
      <div class="notice bad">
        <p class="title">The last reading failed</p>
        <p dir="auto">{newest.problem?.message ?? "Nobody said why."}</p>
        <p>It is tried again every hour. What is shown below is what was read before.</p>
      </div>
    );
  }
  const through = millisecondsOf(read_through);
  if (newest === undefined || isBusy || (through !== null && now - through <= LATE)) return null;
  return (
    <div class="notice wait">
      <p class="title">The reports are behind</p>
      <p>
        {newest.problem?.message ??
          "Not everything that the gateway announced could be read. It is tried again every hour."}
      </p>
    </div>
  );
};

const Progress: FC<{ readonly refresh: RefreshJson; readonly watched: boolean }> = ({
  refresh,
  watched,
}) => {
  const { from, to, phase, settlements, next_try_at, problem } = refresh;
  return (
    <div class="notice" role="status">
      <p>
        <State refresh={refresh} /> {phase !== null && REFRESH_PHASES[phase]}
      </p>
      <p>
        {`${shownDates(from, to)}: ${settlements.read} of ${settlements.to_read} transfers read so far.`}
        {watched && " This page comes again by itself."}
      </p>
      {next_try_at !== null && (
        <p>
          <span dir="auto">{problem?.message ?? "The gateway gave no answer."}</span> It goes on{" "}
          <Time at={next_try_at} far />.
        </p>
      )}
    </div>
  );
};

const Earlier: FC<{ readonly last: readonly RefreshJson[] }> = ({ last }) =>
  last.length === 0 ? null : (
    <details>
      <summary>How the last readings ended</summary>
      <ul class="bare rows">
        {last.slice(0, 10).map((one) => (
          <li>
            <Time at={one.finished_at} /> <State refresh={one} />{" "}
            <span class="soft">
              {REFRESH_CAUSES[one.cause]}. {found(one)}
            </span>
            {one.problem !== null && <span dir="auto"> {one.problem.message}</span>}
          </li>
        ))}
      </ul>
    </details>
  );

function found({ settlements, unreadable }: RefreshJson): string {
  const { listed, read, failed } = settlements;
  return [
    `${listed} ${listed === 1 ? "transfer" : "transfers"} found, ${read} new or changed.`,
    ...(failed === 0 ? [] : [`${failed} could not be read and will be tried again.`]),
    ...(unreadable === 0 ? [] : [`${unreadable} rows make no sense; see Discrepancies.`]),
  ].join(" ");
}
