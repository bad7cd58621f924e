// A batch of captures on the page: a line for each order, how far it is, and what it came to.

import { shorten } from "./short";
import { orderPath } from "./order-path";
import type { FC } from "hono/jsx";
import type { OrderView } from "../domain/order-view";
import { amountOf, type BatchState, type Entry, type Row, stateOf, sumOf } from "./capture-batch";
import { nameOf } from "./order-words";
import { OUTCOMES } from "./outcome-words";
import { Badge, Money } from "./parts";
import type { Tone } from "./words";

const STATES: {
  readonly [state in BatchState]: { readonly label: string; readonly tone: Tone };
} = {
  ...OUTCOMES,
  done: { label: "Captured", tone: "good" },
  ready: { label: "Not begun", tone: "plain" },
  not_sent: { label: "Not sent, try again", tone: "wait" },
  unread: { label: "Could not be looked up", tone: "wait" },
  left_out: { label: "Left out, nothing sent", tone: "plain" },
};

/** One order of a batch and how it ended. */
export const BatchLine: FC<Entry> = ({ id, row }) => {
  const state = STATES[stateOf(row)];
  const why = whyOf(row);
  return (
    <div class="line">
      <span dir="auto">
        <OrderLink id={id} order={orderOf(row)} />
      </span>
      <span class="figure">
        <Money amount={amountOf(row)} />
      </span>
      <Badge tone={state.tone}>{state.label}</Badge>
      {why !== null && (
        <span class="small" dir="auto">
          {why}
        </span>
      )}
    </div>
  );
};

export const OrderLink: FC<{ readonly id: string; readonly order: OrderView | null }> = ({
  id,
  order,
}) => <a href={orderPath(id)}>{order === null ? id : shorten(nameOf(order))}</a>;

function orderOf(row: Row): OrderView | null {
  return row.kind === "ready" ? row.held.order : row.order;
}

function whyOf(row: Row): string | null {
  switch (row.kind) {
    case "ready":
      return null;
    case "left_out":
      return `${row.why}.`;
    case "failed":
      return row.why;
    case "ended":
      return row.command.refusal?.message ?? row.command.trouble;
  }
}

/** How far it is; each comes after the one before and takes its place (console.css). */
export const Step: FC<{ readonly done: number; readonly all: number }> = ({ done, all }) => (
  <p class="step">
    <progress value={done} max={all} aria-label="Captures that have ended" />{" "}
    {done === all ? `All ${all} have ended.` : `${done} of ${all} have ended.`}
  </p>
);

/** What it came to, counted by how each ended. */
export const BatchSum: FC<{
  readonly entries: readonly Entry[];
  /** Where those that were not sent are gone on with. */
  readonly address: string;
}> = ({ entries, address }) => {
  const taken = sumOf(entries, ["done"]);
  const counts = new Map<BatchState, number>();
  for (const { row } of entries) counts.set(stateOf(row), (counts.get(stateOf(row)) ?? 0) + 1);
  const isUnread = counts.has("unread");
  const isOpen = ["unknown", "in_flight", "needs_decision"].some((state) =>
    counts.has(state as BatchState),
  );
  return (
    <div class="card" role="status">
      <h2>
        Captured: <Money amount={taken} />
      </h2>
      <ul class="counts">
        {[...counts].map(([state, count]) => (
          <li>
            <Badge tone={STATES[state].tone}>{STATES[state].label}</Badge> {count}
          </li>
        ))}
      </ul>
      {counts.has("not_sent") && (
        <p>
          Some were not sent. <a href={address}>Go on with them</a>; the others are not sent again.
        </p>
      )}
      {isUnread && (
        <p>
          Of some it could not be looked up how they stand. <a href={address}>Look again</a>:
          nothing is sent by that.
        </p>
      )}
      {isOpen && (
        <p>
          Of some nobody knows yet how they ended. Chukta keeps asking the gateway; reload this page
          in a few minutes. Nothing is captured twice by that.
        </p>
      )}
    </div>
  );
};
