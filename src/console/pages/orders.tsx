// Orders: found by what a person has in hand, or listed by filters. All of its state is in the address.

import { orderPath } from "../order-path";
import { Hono } from "hono";
import type { Child } from "hono/jsx";
import type { OrderView } from "../../domain/order-view";
import type { Listed } from "../api";
import type { ConsoleContext, ConsoleDoor } from "../door";
import { failurePage, Trouble } from "../failure";
import { page } from "../frame";
import { FilterForm, LONGEST_SEARCH, SearchBox } from "../order-filters";
import { OrderList, ROWS } from "../order-list";
import { type Asked, askedOf, type Faults, queryOf } from "../orders-asked";
import { type Found, FoundOrders } from "../found";

const TITLE = { title: "Orders", section: "orders" } as const;

export const orders = new Hono<ConsoleDoor>()
  .get("/console/orders", async (c) => {
    const q = c.req.query("q")?.trim().slice(0, LONGEST_SEARCH) ?? "";
    return q === "" ? listPage(c) : searchPage(c, q.toWellFormed());
  })
  .get("/console/orders.csv", async (c) => {
    const asked = askedOf((name) => c.req.query(name));
    const { query, faults } = queryOf(asked, c.var.here.zone);
    if (Object.keys(faults).length > 0) return listPage(c);
    const file = await c.var.api.raw("/v1/orders", query, { accept: "text/csv" });
    if (!file.ok) return failurePage(c, await file.json(), "orders");
    const headers = ["content-type", "content-disposition"].flatMap((name) => {
      const value = file.headers.get(name);
      return value === null ? [] : [[name, value] as const];
    });
    return new Response(file.body, { headers: { ...Object.fromEntries(headers), ...NOT_KEPT } });
  });

const NOT_KEPT = { "cache-control": "no-store" } as const;

async function searchPage(c: ConsoleContext, q: string): Promise<Response> {
  const found = await c.var.api.get<Found>("/v1/search", { q });
  if (!found.ok) return failurePage(c, found.failure, "orders");
  const { data, settlement } = found.value;
  const [only, second] = data;
  if (only !== undefined && second === undefined && settlement === null) {
    return c.redirect(orderPath(only.order.id), 303);
  }
  return page(
    c,
    { ...TITLE, title: "Orders found" },
    <>
      <h1>Orders</h1>
      <SearchBox q={q} />
      <FoundOrders q={q} found={found.value} />
    </>,
  );
}

async function listPage(c: ConsoleContext): Promise<Response> {
  const asked = askedOf((name) => c.req.query(name));
  const { query, faults } = queryOf(asked, c.var.here.zone);
  if (Object.keys(faults).length > 0) return formPage(c, asked, faults, 400, null);
  const cursor = c.req.query("cursor");
  const listed = await c.var.api.get<Listed<OrderView>>("/v1/orders", {
    ...query,
    limit: ROWS,
    cursor,
  });
  if (!listed.ok) {
    const { failure } = listed;
    return formPage(c, asked, faults, failure.status, <Trouble problem={failure} />);
  }
  return formPage(c, asked, faults, 200, <OrderList asked={asked} listed={listed.value} />);
}

function formPage(
  c: ConsoleContext,
  asked: Asked,
  faults: Faults,
  status: number,
  below: Child,
): Response {
  return page(
    c,
    { ...TITLE, status },
    <>
      <h1>Orders</h1>
      <SearchBox q="" />
      <FilterForm asked={asked} faults={faults} />
      {below}
    </>,
  );
}
