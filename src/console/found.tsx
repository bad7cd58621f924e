// What a search found: orders and by what of them, the transfer whose UTR it is, or what else to try.

import type { FC } from "hono/jsx";
import type { OrderView } from "../domain/order-view";
import type { TermKind } from "../domain/search-terms";
import type { settlementJson } from "../http/settlement-json";
import { pathTo } from "./api";
import { ORDER_COLUMNS } from "./order-columns";
import { type Column, Money, Table, Time } from "./parts";
import { Short } from "./short";
import { TERMS } from "./words";

interface FoundOrder {
  readonly order: OrderView;
  readonly found_by: readonly TermKind[];
}

/** As GET /v1/search answers. */
export interface Found {
  readonly data: readonly FoundOrder[];
  readonly settlement: ReturnType<typeof settlementJson> | null;
  readonly more: boolean;
}

const COLUMNS: readonly Column<FoundOrder>[] = [
  ...ORDER_COLUMNS.map(({ cell, ...column }) => ({
    ...column,
    cell: ({ order }: FoundOrder) => cell(order),
  })),
  {
    label: "Found by",
    cell: ({ found_by }) => found_by.map((kind) => TERMS[kind]).join(", "),
  },
];

export const FoundOrders: FC<{ readonly q: string; readonly found: Found }> = ({ q, found }) => {
  const { data, settlement, more } = found;
  if (data.length === 0 && settlement === null) return <Nothing q={q} />;
  return (
    <section class="stack" aria-label="What was found">
      {settlement !== null && <Transfer settlement={settlement} />}
      {data.length > 0 && (
        <>
          <h2>
            {counted(data.length, more)} with “<Short text={q} />”
          </h2>
          <Table caption="Orders found" columns={COLUMNS} rows={data} />
        </>
      )}
      <p>
        <a href="/console/orders">Show all orders</a>
      </p>
    </section>
  );
};

function counted(count: number, more: boolean): string {
  if (more) return `The ${count} newest of more orders`;
  return count === 1 ? "1 order" : `${count} orders`;
}

const Transfer: FC<{ readonly settlement: NonNullable<Found["settlement"]> }> = ({
  settlement: { utr, net, settled_at },
}) => (
  <div class="card">
    <h2>This is the UTR of a transfer to your bank</h2>
    <p>
      <Money amount={net} />
      {settled_at !== null && (
        <>
          , settled on <Time at={settled_at} />
        </>
      )}
    </p>
    <p>
      <a href={`/console${pathTo("settlements", utr)}`}>Open the settlement {utr}</a>
    </p>
  </div>
);

const Nothing: FC<{ readonly q: string }> = ({ q }) => (
  <div class="empty told">
    <p class="title">
      Nothing was found for “<Short text={q} />”
    </p>
    <p>Only whole things are found, not parts of them. What else to try:</p>
    <ul>
      <li>the RRN or UTR from the customer's bank or UPI app, all of its digits</li>
      <li>the customer's phone with all ten digits, or the whole e-mail address</li>
      <li>
        the last four digits of the card together with the amount: <code>4242 1500</code>
      </li>
      <li>
        the day and the amount, in the <a href="/console/orders">filters of all orders</a>
      </li>
    </ul>
    <p>An order that came a moment ago is found about a second later.</p>
  </div>
);
