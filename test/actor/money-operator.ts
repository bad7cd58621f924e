// Whoever looks after the deployment in a history of money: reads the commands, and decides truly
// about those that nobody else can.

import type { CommandView } from "../../src/domain/command-view";
import type { Problem } from "../http/door";
import { api } from "./house";
import { type GatewayBooks, gatewayBooks } from "./money";
import { count } from "./money-tally";
import type { ContractName, World } from "./money-world";

export async function commandsOf({ made }: World): Promise<readonly CommandView[]> {
  const listed = await api<{ data: readonly CommandView[] }>(
    "GET",
    `/v1/orders/${made.order_id}/commands`,
  );
  if (listed.status !== 200) throw new Error(`no commands: ${JSON.stringify(listed)}`);
  return listed.body.data;
}

/** An operator who looks into the gateway's own books decides what nobody else can. */
export async function decideTruly(
  world: World,
  if_absent: "not_done" | "send_again",
): Promise<void> {
  for (const command of await commandsOf(world)) {
    if (command.outcome !== "needs_decision") continue;
    const done = wasDone(world.contract, command, await gatewayBooks());
    if (done === null) continue;
    // Who has had it sent again, and is asked once more, gives it up.
    const absent = command.decision === null ? if_absent : "not_done";
    const decision = done ? "done" : absent;
    const { kind, reference } = command;
    const path = `/v1/orders/${world.made.order_id}/commands/${kind}/${reference}/decision`;
    const answer = await api<Problem>("POST", path, { decision, reason: "as its books say" });
    world.story.push(
      `${kind} ${reference} decided ${decision} → ${answer.status} ${answer.body.code ?? ""}`,
    );
    count(`decision: ${answer.status < 300 ? decision : (answer.body.code ?? decision)}`);
  }
}

/**
 * What the gateway's books say of a command. Null: it is there and has no end yet, or it failed, and the gateway
 * will say so.
 */
export function wasDone(
  contract: ContractName,
  command: CommandView,
  { totals, references, refunds }: GatewayBooks,
): boolean | null {
  const order = totals[command.order_id];
  switch (command.kind) {
    case "refund": {
      const found = refunds.find(({ reference }) => reference === command.reference);
      return found !== undefined && found.status !== "PROCESSED" ? null : found !== undefined;
    }
    case "capture":
      return contract === "reference"
        ? (references[command.reference]?.moved ?? 0) > 0
        : order?.captured === command.amount.value;
    case "void":
      return order?.authorized === 0 && order.captured === 0;
  }
}
