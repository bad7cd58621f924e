// What waits, as Today shows it: what stands still as a whole first, then numbers that are links, worst
// first, and one calm sentence for all that is well.

import type { FC } from "hono/jsx";
import { millisecondsOf } from "../domain/time";
import type { AttentionView } from "../http/attention-json";
import { useHere } from "./here";
import { Copy, Money, Time } from "./parts";
import { type Area, URGENCIES, type Urgency, type Waiting, waitingOf } from "./waiting";

const HEADINGS: { readonly [urgency in Urgency]: string } = {
  now: "Needs you now",
  today: "To look at today",
  going: "On its way, nothing is wrong",
};

/** `isNew`: nothing was ever ordered, so that nothing waits says nothing. */
export const WaitingList: FC<{ readonly attention: AttentionView; readonly isNew: boolean }> = ({
  attention,
  isNew,
}) => {
  const { lines, clear } = waitingOf(attention);
  const isCalm = !isNew && lines.every(({ urgency }) => urgency === "going") && !stands(attention);
  return (
    <>
      <Standing attention={attention} />
      {isCalm && (
        <p class="notice good">
          <strong>Nothing waits for you.</strong> Everything that had to be done is done.
        </p>
      )}
      {URGENCIES.map((urgency) => (
        <Lines urgency={urgency} lines={lines.filter((line) => line.urgency === urgency)} />
      ))}
      {!isNew && <Calm clear={clear} isAll={lines.length === 0} />}
      <Silent attention={attention} />
    </>
  );
};

const Lines: FC<{ readonly urgency: Urgency; readonly lines: readonly Waiting[] }> = ({
  urgency,
  lines,
}) => {
  if (lines.length === 0) return null;
  return (
    <section class="stack" aria-labelledby={`waiting-${urgency}`}>
      <h2 id={`waiting-${urgency}`}>{HEADINGS[urgency]}</h2>
      <ul class={`waiting ${urgency}`}>
        {lines.map((line) => (
          <li>
            <a href={line.href}>
              <span class="number">{shownCount(line)}</span>
              <span class="what">{line.label}</span>
              <About line={line} />
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
};

const About: FC<{ readonly line: Waiting }> = ({ line: { amount, oldest, oldest_is, count } }) => {
  const { now } = useHere();
  if (amount === null && oldest === null) return null;
  const ended = oldest !== null && (millisecondsOf(oldest) ?? now) <= now;
  const ends = `${count === 1 ? "" : "the first "}${ended ? "ended" : "ends"}`;
  return (
    <span class="about">
      {amount !== null && <Money amount={amount} />}
      {amount !== null && oldest !== null && " · "}
      {oldest !== null && (
        <>
          {oldest_is === "ends" ? ends : count === 1 ? "since" : "the oldest"}{" "}
          <Time at={oldest} far />
        </>
      )}
    </span>
  );
};

/** "1,000+" where more were not counted. */
function shownCount({ count, more }: Waiting): string {
  return `${count.toLocaleString("en-IN")}${more ? "+" : ""}`;
}

const Calm: FC<{ readonly clear: readonly Area[]; readonly isAll: boolean }> = ({
  clear,
  isAll,
}) => {
  if (clear.length === 0) return null;
  const words = [clear.slice(0, -1).join(", "), clear.slice(-1).join("")].filter(Boolean);
  return (
    <p class="soft">
      {isAll ? "Looked at: " : "All well: "}
      {words.join(" and ")}.
    </p>
  );
};

function stands({ money, notifications, webhooks, settlements }: AttentionView): boolean {
  return (
    money?.stopped === true ||
    notifications.receiver?.paused === true ||
    webhooks.silent ||
    settlements?.behind === true
  );
}

/** What concerns the deployment as a whole, in words: there is no number of it. */
const Standing: FC<{ readonly attention: AttentionView }> = ({ attention }) => {
  const { money, notifications, webhooks, settlements, messages } = attention;
  const { receiver } = notifications;
  const refused = messages.refused?.count ?? 0;
  return (
    <>
      {money?.stopped === true && (
        <div class="notice bad">
          <p class="title">Money is stopped</p>
          <p>
            No refund, capture or void is sent
            {money.since !== null && (
              <>
                {" "}
                since <Time at={money.since} />
              </>
            )}
            {money.by !== null && (
              <>
                , by <span dir="auto">{money.by}</span>
              </>
            )}
            {money.reason !== null && (
              <>
                : <span dir="auto">{money.reason}</span>
              </>
            )}
            . <a href="/console/settings">Settings has the switch.</a>
          </p>
        </div>
      )}
      {webhooks.silent && (
        <div class="notice bad">
          <p class="title">No webhooks arrive</p>
          <p>
            {refused > 0 ? (
              <>
                Webhooks came and were refused:{" "}
                <a href="/console/messages/refused">see what was wrong with them</a>.
              </>
            ) : (
              <>
                The last {webhooks.orders} orders with money are known only because the gateway was
                asked. Check in the Pine Labs dashboard that webhooks are on and go to{" "}
                <code>{webhooks.webhook_url}</code>{" "}
                <Copy text={webhooks.webhook_url} label="Copy the address" />
              </>
            )}
          </p>
        </div>
      )}
      {receiver?.paused === true && (
        <div class="notice bad">
          <p class="title">Your own system wants no more notifications</p>
          <p>
            It answered “gone” (410)
            {receiver.since !== null && (
              <>
                {" "}
                on <Time at={receiver.since} />
              </>
            )}
            , and is told nothing about any order.{" "}
            <a href="/console/notifications?status=paused">See what was held back.</a>
          </p>
        </div>
      )}
      {settlements?.behind === true && (
        <div class="notice wait">
          <p class="title">The settlement reports were not read for a while</p>
          <p>
            {settlements.read_through === null ? (
              "They were never read through"
            ) : (
              <>
                They are known up to <Time at={settlements.read_through} />
              </>
            )}
            , so transfers of later days are missing here.{" "}
            <a href="/console/settlements">Settlements says what holds it up.</a>
          </p>
        </div>
      )}
    </>
  );
};

/** Who gave no answer; the rest of the page stands. */
const Silent: FC<{ readonly attention: AttentionView }> = ({ attention }) => {
  const { money, notifications, settlements, messages } = attention;
  const silent = [
    money === null ? ["whether money is stopped"] : [],
    messages.refused === null ? ["whether webhooks were refused"] : [],
    notifications.receiver === null ? ["whether your system wants notifications"] : [],
    settlements === null ? ["how far the settlement reports were read"] : [],
  ].flat();
  if (silent.length === 0) return null;
  return (
    <p class="notice wait" role="status">
      Not known at the moment: {silent.join("; ")}. Who keeps it gave no answer; open this page
      again in a minute.
    </p>
  );
};
