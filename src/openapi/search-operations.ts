// The search (http/search.ts).

import * as z from "zod";
import { TERM_KINDS } from "../domain/search-terms";
import { searchQuery } from "../http/search";
import { order } from "./order-answers";
import type { Operation } from "./operation";
import { settlement } from "./settlement-answers";

const found = z
  .strictObject({
    data: z.array(
      z.strictObject({
        order,
        found_by: z.array(z.enum(TERM_KINDS)).describe("what of it the text is"),
      }),
    ),
    settlement: settlement.nullable().describe("the transfer whose UTR it is"),
    more: z.boolean().describe("there are other orders: only 50 are shown"),
    next_cursor: z.null(),
  })
  .meta({ id: "Found" });

export const searchOperations: readonly Operation[] = [
  {
    id: "search",
    method: "get",
    path: "/v1/search",
    tag: "Orders",
    summary: "Find orders by anything that a person has in hand",
    description:
      "An order id, a link's id, a reference, a payment's or a refund's id, an RRN, a UTR, a refund's reference, the customer's e-mail address or telephone number, or the last four digits of the card with the amount in rupees (`4242 1500`). Newest first, at most 50.",
    scope: "read",
    query: searchQuery,
    sampleQuery: "q=order_ref_12345",
    asksLedger: true,
    answers: { 200: { schema: found, description: "What was found; nothing, if nothing was." } },
  },
];
