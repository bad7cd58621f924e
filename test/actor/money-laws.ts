// What holds after each step of a history, and what holds when all is quiet again (laws 6 and 7).
// Every check compares what our API says with the sandbox's own books, which no knob makes lie.

import type { CommandView, Outcome } from "../../src/domain/command-view";
import { order as readOrder } from "./house";
import { type GatewayBooks, gatewayBooks } from "./money";
import { commandsOf } from "./money-operator";
import type { Answered, World } from "./money-world";

const OPEN: readonly Outcome[] = ["in_flight", "unknown", "needs_decision"];

/**
 * What may be said of a command after this was said of it. The guide's answer to a refund has no
 * readable time, so an older word about the refund, from an order that lags, counts for more than it
 * for a while (design 3.3): done is pending again, and the money stays spent.
 */
function mayFollow({ contract, scenario }: World, before: Outcome, after: Outcome): boolean {
  if (before === after || OPEN.includes(before)) return true;
  if (before === "pending") return after === "done" || after === "failed";
  // A gateway that shows it nowhere, and refuses to do it again, was believed.
  if (before === "refused" && scenario.wrong === "both") return true;
  const lags = contract === "guide" && ["on_order", "both"].includes(scenario.wrong);
  return lags && before === "done" && after === "pending";
}

function keyOf({ kind, reference }: CommandView): string {
  return `${kind}:${reference}`;
}

/** Throws with everything that is wrong now. */
export async function checkNow(world: World, since: number): Promise<void> {
  const [books, commands, order] = await Promise.all([
    gatewayBooks(),
    commandsOf(world),
    readOrder(world.made.order_id),
  ]);
  const wrong = [
    ...wrongInBooks(books),
    ...commands.flatMap((command) => wrongInCommand(world, command, books)),
    ...wrongInStory(world, commands, world.answers.slice(since)),
    ...wrongInReserve(world, commands, books, order.refundable.value),
    ...wrongTwice(commands),
  ];
  for (const command of commands) world.seen.set(keyOf(command), command.outcome);
  complain(wrong);
}

export function complain(wrong: readonly string[]): void {
  if (wrong.length > 0) throw new Error(wrong.join("\n"));
}

/** Refunded ≤ captured ≤ authorized for each gateway order; each reference moved money at most once. */
function wrongInBooks({ totals, references, orders }: GatewayBooks): readonly string[] {
  const sums = Object.entries(totals).flatMap(
    ([id, { authorized, captured, refunded, refunds_pending }]) => {
      const asked = orders.find(({ order_id }) => order_id === id)?.order_amount.value ?? 0;
      return [
        ...(refunded + refunds_pending > captured
          ? [`order ${id}: ${refunded} + ${refunds_pending} refunded of ${captured} captured`]
          : []),
        ...(captured + authorized > asked ? [`order ${id}: ${captured} captured of ${asked}`] : []),
      ];
    },
  );
  const twice = Object.entries(references).flatMap(([reference, { moved, pending }]) =>
    moved + pending > 1 ? [`reference ${reference} moved money ${moved + pending} times`] : [],
  );
  return [...sums, ...twice];
}

/** What the gateway says to whoever asks for what is not there. */
const TOO_MUCH: readonly string[] = ["AMOUNT_LIMIT_EXCEEDED", "OPERATION_NOT_ALLOWED"];

/** It ended, or it waits with a due time or for the operator; refused means that nothing moved. */
function wrongInCommand(
  { scenario }: World,
  command: CommandView,
  { references }: GatewayBooks,
): readonly string[] {
  const { kind, reference, outcome, next_reading_at } = command;
  const name = `${kind} ${reference}`;
  const code = command.refusal?.gateway_code ?? "";
  const greedy = scenario.wrong === "never" && command.sends === 1 && TOO_MUCH.includes(code);
  const waits = outcome !== "in_flight" && outcome !== "unknown" ? true : next_reading_at !== null;
  const moves = references[reference] ?? { moved: 0, pending: 0 };
  const seen = scenario.wrong !== "both" || command.sends === 1;
  const moved = kind !== "void" && seen && moves.moved + moves.pending > 0;
  return [
    ...(waits ? [] : [`${name} is ${outcome}, and nobody will ever look`]),
    ...(greedy ? [`${name} was sent, and the gateway had said before that it is too much`] : []),
    ...(outcome === "refused" && moved ? [`${name} is refused, and it moved money`] : []),
  ];
}

/** What was answered before is never taken back, and what our policy refused left nothing behind. */
function wrongInStory(
  world: World,
  commands: readonly CommandView[],
  fresh: readonly Answered[],
): readonly string[] {
  const now = new Map(commands.map((command) => [keyOf(command), command.outcome]));
  const vanished = [...world.seen.keys()].filter((key) => !now.has(key));
  const changed = [...world.seen].flatMap(([key, before]) => {
    const after = now.get(key);
    return after === undefined || mayFollow(world, before, after)
      ? []
      : [`${key}: ${before}, now ${after}`];
  });
  const answered = fresh.flatMap(({ command }) => {
    if (command === null) return [];
    const key = keyOf(command);
    const before = world.seen.get(key) ?? command.outcome;
    const after = now.get(key);
    if (after === undefined) return [`${key} was answered ${command.outcome}, and is not known`];
    const follows =
      mayFollow(world, before, command.outcome) && mayFollow(world, command.outcome, after);
    return follows ? [] : [`${key}: ${before}, answered ${command.outcome}, now ${after}`];
  });
  return [
    ...vanished.map((key) => `${key} was known and is not`),
    ...changed,
    ...answered,
    ...refusedAndKept(world, now),
  ];
}

function refusedAndKept(world: World, now: ReadonlyMap<string, Outcome>): readonly string[] {
  const names = new Set(
    world.wishes.flatMap(({ kind, reference }) => (reference ? [`${kind}:${reference}`] : [])),
  );
  return [...names].flatMap((key) => {
    const of = world.answers.filter(({ wish }) => `${wish.kind}:${wish.reference}` === key);
    const bodies = new Set(of.map(({ wish }) => JSON.stringify(wish.body)));
    const reused = of.some(({ code }) => code === "reference_reused");
    const onlyPolicy =
      of.length > 0 &&
      of.every(
        ({ status, command, code }) =>
          status === 422 && command === null && code !== "reference_reused",
      );
    return [
      ...(reused && bodies.size === 1 ? [`${key} was always the same and is called reused`] : []),
      ...(onlyPolicy && now.has(key) ? [`${key} was refused by policy and is kept`] : []),
    ];
  });
}

/** Where all refunds are ours, what we promise and what we may still move is never more than was taken. */
function wrongInReserve(
  { scenario }: World,
  commands: readonly CommandView[],
  { totals }: GatewayBooks,
  refundable: number,
): readonly string[] {
  if (!scenario.alone || scenario.wrong === "both") return [];
  const captured = Object.values(totals).reduce((sum, one) => sum + one.captured, 0);
  const ours = commands
    .filter(
      ({ kind, outcome }) => kind === "refund" && outcome !== "refused" && outcome !== "failed",
    )
    .reduce((sum, { amount }) => sum + amount.value, 0);
  return ours + refundable > captured
    ? [`${refundable} is called refundable beside ${ours} of ours, of ${captured} captured`]
    : [];
}

/** What is held goes one way, once. */
function wrongTwice(commands: readonly CommandView[]): readonly string[] {
  const done = commands.filter(({ kind, outcome }) => kind !== "refund" && outcome === "done");
  const orders = new Set(done.map(({ order_id }) => order_id));
  return orders.size === done.length ? [] : [`done together: ${done.map(keyOf).join(", ")}`];
}

/** What differs between the sandbox's books and what our API says, when all should be known. */
export async function differencesAtRest(world: World): Promise<readonly string[]> {
  const [books, commands, order] = await Promise.all([
    gatewayBooks(),
    commandsOf(world),
    readOrder(world.made.order_id),
  ]);
  const theirs = (part: "authorized" | "captured" | "refunded"): number =>
    Object.values(books.totals).reduce((sum, one) => sum + one[part], 0);
  const sums = (["authorized", "captured", "refunded"] as const).flatMap((part) =>
    order[part]?.value === theirs(part)
      ? []
      : [`${part}: the books say ${theirs(part)}, we say ${order[part]?.value ?? "nothing"}`],
  );
  const shown = order.refunds
    .filter(({ refund_id, outcome }) => refund_id !== null || !["refused"].includes(outcome))
    .map((one) =>
      [
        one.refund_id,
        one.order_id,
        one.merchant_refund_reference,
        one.status,
        one.amount?.value,
      ].join(" "),
    )
    .toSorted();
  const real = books.refunds
    .map((one) =>
      [one.order_id, one.parent_order_id, one.reference, one.status, one.amount].join(" "),
    )
    .toSorted();
  const refunds =
    shown.join("; ") === real.join("; ")
      ? []
      : [`refunds: the books have [${real.join("; ")}], we show [${shown.join("; ")}]`];
  return [...sums, ...refunds, ...commands.flatMap((command) => wrongEnd(world, command, books))];
}

/** Each command has ended as the books say. */
function wrongEnd(
  { contract }: World,
  command: CommandView,
  books: GatewayBooks,
): readonly string[] {
  const real = realEnd(command, books, contract === "reference");
  return real === null || real.includes(command.outcome)
    ? []
    : [
        `${keyOf(command)} is ${command.outcome} (${command.trouble ?? ""}), and by the books ${real.join(" or ")}`,
      ];
}

const ENDS: { readonly [status: string]: readonly Outcome[] } = {
  PROCESSED: ["done"],
  PENDING: ["pending"],
  FAILED: ["failed"],
};

function realEnd(
  command: CommandView,
  books: GatewayBooks,
  by_reference: boolean,
): readonly Outcome[] | null {
  const { kind, reference, order_id, amount } = command;
  const order = books.totals[order_id];
  switch (kind) {
    case "refund": {
      const refund = books.refunds.find((one) => one.reference === reference);
      return refund ? (ENDS[refund.status] ?? []) : ["refused"];
    }
    case "capture": {
      if (by_reference)
        return (books.references[reference]?.moved ?? 0) > 0 ? ["done"] : ["refused"];
      return order?.captured === amount.value ? ["done", "refused"] : ["refused"];
    }
    case "void":
      return order?.captured === 0 && order.authorized === 0 ? ["done", "refused"] : ["refused"];
  }
}
