// Orders: a list by what a person knows, its state in the address.

import { Hono } from "hono";
import type { OrderView } from "../../domain/order-view";
import { type Listed, pathTo } from "../api";
import type { ConsoleDoor } from "../door";
import { failurePage } from "../failure";
import { page } from "../frame";
import { type Column, Empty, Money, Pager, StageBadge, Table, Time } from "../parts";

const COLUMNS: readonly Column<OrderView>[] = [
  {
    label: "Order",
    cell: (order) => (
      <a href={`/console${pathTo("orders", order.id)}`}>{order.merchant_reference ?? order.id}</a>
    ),
  },
  { label: "Stage", cell: ({ stage }) => <StageBadge stage={stage} /> },
  { label: "Amount", figure: true, cell: ({ amount }) => <Money amount={amount} /> },
  { label: "Created", cell: ({ created_at }) => <Time at={created_at} /> },
];

export const orders = new Hono<ConsoleDoor>().get("/console/orders", async (c) => {
  const query = { cursor: c.req.query("cursor") };
  const listed = await c.var.api.get<Listed<OrderView>>("/v1/orders", query);
  if (!listed.ok) return failurePage(c, listed.failure, "orders");
  return page(
    c,
    { title: "Orders", section: "orders" },
    <>
      <h1>Orders</h1>
      {listed.value.data.length === 0 ? (
        <Empty title="No orders yet">
          <p>
            <a href="/console/links/new">Create a payment link</a>, or wait for the first webhook.
          </p>
        </Empty>
      ) : (
        <Table caption="Orders" columns={COLUMNS} rows={listed.value.data} />
      )}
      <Pager listed={listed.value} path="/console/orders" query={{}} />
    </>,
  );
});
