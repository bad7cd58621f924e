// What happened to an order, the newest first: in sentences, by whom it was said, how long after what was
// before it. The exact words and ids are folded away; what a message said leads to the message.

import type { FC } from "hono/jsx";
import { shownDuration } from "../domain/shown-time";
import { millisecondsOf } from "../domain/time";
import type { TimelineView } from "../http/orders";
import { pathTo } from "./api";
import { Empty, Time } from "./parts";
import { Some } from "./some";
import { KINDS, sentenceOf, tellerLabel } from "./timeline-words";
import { Sentence } from "./sentence";

interface Happened {
  readonly entry: TimelineView;
  /** Milliseconds since the one before; null: the first one, or nobody can say. */
  readonly after: number | null;
}

export const Timeline: FC<{ readonly entries: readonly TimelineView[] }> = ({ entries }) => (
  <section class="stack" aria-labelledby="timeline">
    <h2 id="timeline">What happened</h2>
    {entries.length === 0 ? (
      <Empty title="Nothing is told yet">
        <p>What the gateway, you or the customer do about this order stands here by itself.</p>
      </Empty>
    ) : (
      <Some
        rows={withDistances(entries).toReversed()}
        all="timeline"
        what="entries"
        show={(rows) => (
          <ol class="timeline plain" reversed>
            {rows.map((row) => (
              <Entry {...row} />
            ))}
          </ol>
        )}
      />
    )}
  </section>
);

function withDistances(entries: readonly TimelineView[]): readonly Happened[] {
  return entries.map((entry, index) => {
    const [at, before] = [millisecondsOf(entry.at), millisecondsOf(entries[index - 1]?.at)];
    return { entry, after: at === null || before === null ? null : at - before };
  });
}

const Entry: FC<Happened> = ({ entry, after }) => {
  const { n, at, by, what, id, from, to, webhook_id } = entry;
  const known: { readonly [kind: string]: string } = KINDS;
  return (
    <li id={`entry-${n}`} value={n}>
      <p>
        <Sentence text={sentenceOf(entry)} />
      </p>
      <p class="soft small">
        <Time at={at} /> · {known[what] ?? what} ·{" "}
        {webhook_id === undefined ? (
          <span dir="auto">{tellerLabel(by)}</span>
        ) : (
          <a href={`/console${pathTo("messages", webhook_id)}`}>{tellerLabel(by)}: the message</a>
        )}
        {after !== null && after >= 1_000 && `, ${shownDuration(after)} after what was before it`}
      </p>
      {id !== undefined && (
        <details>
          <summary class="small">Exact words of entry {n}</summary>
          <dl class="small exact">
            <Pair name="Id" text={id} />
            {to !== undefined && <Pair name="Status" text={from ? `${from} → ${to}` : to} />}
          </dl>
        </details>
      )}
    </li>
  );
};

const Pair: FC<{ readonly name: string; readonly text: string }> = ({ name, text }) => (
  <div>
    <dt>{name}</dt>
    <dd class="id" dir="auto">
      {text}
    </dd>
  </div>
);
