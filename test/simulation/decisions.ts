// An operator who looks into the gateway's own books decides what nobody else can. Decisions against the books
// are not drawn: they are what a person may get wrong, and not the house.

import type { CommandView } from "../../src/domain/command-view";
import { api } from "../actor/house";
import { count } from "./tally";
import { type Books, type Deal, nameOf, readBooks, request, type Town } from "./town";

export async function decideTruly(town: Town, deal: Deal): Promise<void> {
  const id = nameOf(deal);
  if (id === null) return;
  const path = `/v1/orders/${id}/commands`;
  const listed = await api<{ data?: readonly CommandView[] }>("GET", path).catch(() => null);
  const open = listed?.body.data?.filter(({ outcome }) => outcome === "needs_decision") ?? [];
  if (open.length === 0) return;
  const books = await readBooks(town);
  for (const command of open) {
    const done = wasDone(town, command, books);
    if (done === null) continue;
    const { kind, reference } = command;
    const decision = done ? "done" : "not_done";
    const heard = await request(town, "POST", `${path}/${kind}/${reference}/decision`, {
      decision,
      reason: "as its books say",
    });
    if (heard?.status === 200) count(`decided: ${decision}`);
  }
}

/** Null: it is there and has no end yet, or it failed, and the gateway will say so. */
function wasDone({ merchant }: Town, command: CommandView, books: Books): boolean | null {
  const order = books.totals[command.order_id];
  switch (command.kind) {
    case "refund": {
      const found = books.refunds.find(({ reference }) => reference === command.reference);
      return found !== undefined && found.status !== "PROCESSED" ? null : found !== undefined;
    }
    case "capture":
      return merchant.contract === "reference"
        ? (books.references[command.reference]?.moved ?? 0) > 0
        : order?.captured === command.amount.value;
    case "void":
      return order?.authorized === 0 && order.captured === 0;
  }
}
