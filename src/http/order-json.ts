// An order as the API shows it: the customer whole only to a key with the scope `customer`.

import type { OrderView } from "../domain/order-view";
import { maskCustomer } from "../domain/personal-data";
import type { Principal } from "./doors";

export function orderJson(order: OrderView, principal: Principal): OrderView {
  if (order.customer === null || principal.scopes.has("customer")) return order;
  return { ...order, customer: maskCustomer(order.customer) };
}
