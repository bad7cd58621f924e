// Where an order's page and what belongs to it are.

import { findingKey } from "../domain/discrepancy";
import { formatDiscrepancyId } from "../domain/discrepancy-id";
import type { DiscrepancyView, OrderView } from "../domain/order-view";
import { pathTo, pathWith } from "./api";

export function orderPath(id: string, ...rest: readonly string[]): string {
  return `/console${pathTo("orders", id, ...rest)}`;
}

export function resolvePath(order: OrderView, { type, subject }: DiscrepancyView): string {
  const id = formatDiscrepancyId({ home: order.id, key: findingKey({ type, subject }) });
  return pathWith("/console/discrepancies/resolve", { id });
}
