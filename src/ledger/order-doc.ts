// The one place where JSON of the ledger becomes a type again. Only `project` writes it, from the
// very types that are read here, so it is taken at its word; the ledger is a copy that an actor
// can always write anew.

import type { Json, JsonObject } from "../domain/json";
import type { OrderView } from "../domain/order-view";

export function orderOf(doc: string): OrderView {
  return JSON.parse(doc) as OrderView;
}

export function jsonOf(doc: string): Json {
  return JSON.parse(doc) as Json;
}

export function jsonObjectOf(doc: string): JsonObject {
  return JSON.parse(doc) as JsonObject;
}
