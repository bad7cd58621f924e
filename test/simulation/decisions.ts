// An operator who looks into the gateway's own books decides what nobody else can. Decisions against the books
// are not drawn: they are what a person may get wrong, and not the house.

import type { CommandView } from "../../src/domain/command-view";
import { api } from "../actor/house";
import { wasDone } from "../actor/money-operator";
import { count } from "./tally";
import { type Deal, nameOf, readBooks, request, type Town } from "./town";

export async function decideTruly(town: Town, deal: Deal): Promise<void> {
  const id = nameOf(deal);
  if (id === null) return;
  const path = `/v1/orders/${id}/commands`;
  const listed = await api<{ data?: readonly CommandView[] }>("GET", path).catch(() => null);
  const open = listed?.body.data?.filter(({ outcome }) => outcome === "needs_decision") ?? [];
  if (open.length === 0) return;
  const books = await readBooks(town);
  for (const command of open) {
    const done = wasDone(town.merchant.contract, command, books);
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
