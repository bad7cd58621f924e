// How a money command ended, as an action tells it: a word for the order's page, or the problem that the API
// gives for the same command.

import type { CommandView, Outcome } from "../domain/command-view";
import type { CommandKind } from "../domain/command";
import type { OrderView } from "../domain/order-view";
import { failure, type Result, success } from "../domain/result";
import { type ApiProblem, pathTo } from "./api";
import type { Done } from "./action";
import type { ConsoleContext } from "./door";
import { addressOf } from "./order-words";

type Ended = Exclude<Outcome, "refused" | "failed">;

const UNKNOWN = { in_flight: "money_unknown", unknown: "money_unknown" } as const;

/** Words of `SAID` (sections.ts). */
const WORDS: {
  readonly [kind in CommandKind]: { readonly [outcome in Ended]: string };
} = {
  refund: {
    ...UNKNOWN,
    done: "refund_done",
    pending: "refund_pending",
    needs_decision: "money_undecided",
  },
  capture: {
    ...UNKNOWN,
    done: "capture_done",
    pending: "money_unknown",
    needs_decision: "money_undecided",
  },
  void: {
    ...UNKNOWN,
    done: "void_done",
    pending: "money_unknown",
    needs_decision: "money_undecided",
  },
};

/** Only 2xx answers: what was refused or has failed is a problem already. */
export function doneBy(order: OrderView, command: CommandView): Result<Done, ApiProblem> {
  const { outcome } = command;
  if (outcome === "refused" || outcome === "failed") return failure(problemOf(command));
  return success({ href: addressOf(order, WORDS[command.kind][outcome]) });
}

/** The command under this reference; null: there is none. */
export async function findCommand(
  c: ConsoleContext,
  order: OrderView,
  kind: CommandKind,
  reference: string,
): Promise<Result<CommandView | null, ApiProblem>> {
  const path = `/v1${pathTo("orders", order.id, "commands", kind, reference)}`;
  const found = await c.var.api.get<CommandView>(path);
  return !found.ok && found.failure.code === "command_unknown" ? success(null) : found;
}

/** For `used` of an action. */
export async function outcomeUnder(
  c: ConsoleContext,
  order: OrderView,
  kind: CommandKind,
  reference: string,
): Promise<Result<Done, ApiProblem> | null> {
  const found = await findCommand(c, order, kind, reference);
  if (!found.ok) return found;
  return found.value === null ? null : doneBy(order, found.value);
}

/** As the API answers a repeat of it. */
function problemOf({ kind, refusal }: CommandView): ApiProblem {
  if (refusal !== null) {
    return {
      status: 422,
      code: refusal.code,
      title: `This ${NAMES[kind]} was refused, and no money moved`,
      detail: `${refusal.message} To try again, go on below: it is a new ${NAMES[kind]} then.`,
    };
  }
  return {
    status: 422,
    code: "refund_failed",
    title: "The refund failed",
    detail: "The gateway took this refund and could not do it. The money is still with you.",
  };
}

export const NAMES: { readonly [kind in CommandKind]: string } = {
  refund: "refund",
  capture: "capture",
  void: "release",
};
