// One page of orders, with what is said when there are none, or when not all could be looked at.

import type { FC } from "hono/jsx";
import type { OrderView } from "../domain/order-view";
import { type Listed, pathWith } from "./api";
import { useHere } from "./here";
import { ORDER_COLUMNS } from "./order-columns";
import { type Asked, isFiltered } from "./orders-asked";
import { Empty, Pager, Table } from "./parts";

/** On one page. */
export const ROWS = 50;

export const OrderList: FC<{ readonly asked: Asked; readonly listed: Listed<OrderView> }> = ({
  asked,
  listed,
}) => {
  const { data, next_cursor } = listed;
  const isFirst = !useHere().address.includes("cursor=");
  if (data.length === 0 && next_cursor === null) {
    return isFirst ? <None asked={asked} /> : <NoMore asked={asked} />;
  }
  const endsEarly = data.length < ROWS && next_cursor !== null;
  return (
    <section class="stack" aria-label="List of orders">
      <div class="row apart">
        <p>{counted(data.length, isFirst && next_cursor === null)}</p>
        <a class="file" href={pathWith("/console/orders.csv", asked)}>
          Download the whole list as a table (CSV)
        </a>
      </div>
      {endsEarly && (
        <p class="notice">
          Only a part of the orders was looked through for this page. Go on with “Next page”, or
          name the days on which they were created.
        </p>
      )}
      {data.length > 0 && <Table caption="Orders" columns={ORDER_COLUMNS} rows={data} />}
      <Pager listed={listed} path="/console/orders" query={asked} />
    </section>
  );
};

function counted(count: number, isWhole: boolean): string {
  const orders = count === 1 ? "1 order" : `${count} orders`;
  return isWhole ? orders : `${orders} on this page`;
}

const None: FC<{ readonly asked: Asked }> = ({ asked }) =>
  isFiltered(asked) ? (
    <Empty title="No order fits these filters">
      <p>
        Take one of them away, or <a href="/console/orders">show all orders</a>.
      </p>
    </Empty>
  ) : (
    <Empty title="No orders yet">
      <p>
        <a href="/console/links/new">Create a payment link</a>, or wait for the first webhook.
      </p>
    </Empty>
  );

const NoMore: FC<{ readonly asked: Asked }> = ({ asked }) => (
  <Empty title="There are no more">
    <p>
      <a href={pathWith("/console/orders", asked)}>Back to the first page</a>
    </p>
  </Empty>
);
