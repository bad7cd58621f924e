// An address that names no order: perhaps it is a reference of the merchant's, else a page that helps to find it.

import type { OrderView } from "../domain/order-view";
import { pathTo } from "./api";
import type { ConsoleContext } from "./door";
import { page } from "./frame";
import { orderPath } from "./order-path";
import { Field } from "./parts";

/** `id`: as it stood in the address. */
export async function unknownOrder(c: ConsoleContext, id: string): Promise<Response> {
  const named = await c.var.api.get<OrderView>(`/v1${pathTo("orders", "reference", id)}`);
  if (named.ok) return c.redirect(orderPath(named.value.id), 303);
  return page(
    c,
    { title: "No such order", section: "orders", status: 404 },
    <>
      <h1>No such order is known here</h1>
      <p>
        Nothing is known of <span dir="auto">“{id.slice(0, LONGEST)}”</span>. Look for it by
        whatever you have in hand:
      </p>
      <form class="card" role="search" action="/console/orders" method="get">
        <Field
          name="q"
          label="Find an order"
          help="An order id, your reference, a link id, a bank reference (RRN), a phone number or an e-mail."
          input={(tied) => (
            <input {...tied} type="search" value={id.slice(0, LONGEST)} maxlength={200} />
          )}
        />
        <button class="button">Find</button>
      </form>
      <p>
        A payment that was made a moment ago may not be here yet.{" "}
        <a href="/console/orders">All orders</a>
      </p>
    </>,
  );
}

const LONGEST = 100;
