// docs/commands.md, made of the table and the codes themselves. A code or an outcome that is new and has
// no sentence here does not compile.

import {
  COMMAND_KINDS,
  type CommandRefusal,
  type Decision,
  DECISIONS,
} from "../../src/domain/command";
import { MOST_SENDS } from "../../src/domain/command-reading";
import {
  type Cell,
  COMMAND_TABLE,
  LEAST_AMOUNT,
  type PolicyRefusal,
} from "../../src/domain/command-policy";
import type { Outcome } from "../../src/domain/command-view";
import { STAGES } from "../../src/domain/stage";

type Sentences<K extends string> = { readonly [key in K]: readonly [means: string, next: string] };

const OUTCOMES: Sentences<Outcome> = {
  in_flight: ["The call is on its way.", "Wait some seconds and look again."],
  unknown: [
    "The call was sent, and no answer says how it ended.",
    "Wait. Chukta reads the gateway by itself. Asking again under the same reference sends nothing twice.",
  ],
  needs_decision: [
    "Reading the gateway does not tell how the call ended.",
    "Look in the gateway's dashboard, then give your decision: `done`, `not_done` or `send_again`.",
  ],
  pending: [
    "The gateway took the refund. It is on its way to the customer.",
    "Wait for `order.refunded` or `order.refund_failed`.",
  ],
  done: ["The money moved, or the hold was released.", "Nothing is left to do."],
  failed: [
    "The gateway took the refund and could not finish it. The money is still with the merchant.",
    "Refund again, under a new reference.",
  ],
  refused: [
    "No money moved, and none will under this reference.",
    "Read the code in `refusal`, then ask anew under a new reference.",
  ],
};

const DECIDED: { readonly [decision in Decision]: string } = {
  done: "The command is done. A refund stays reserved until the gateway shows it.",
  not_done:
    "The command is refused, and its amount is free again. Make sure: if it was done after all, the next one moves the money twice.",
  send_again:
    "It is sent once more, with the same reference and the same key. Make sure: where references are no keys, this may be a second refund.",
};

const REFUSED_BEFORE: Sentences<PolicyRefusal["code"]> = {
  nothing_captured: ["No money of the order was taken.", "There is nothing to refund."],
  void_instead: [
    "The money is held and was not taken yet.",
    "Void it: the customer gets it back sooner than by a refund.",
  ],
  not_authorized: ["No money is held.", "Wait until the customer has paid."],
  already_captured: ["The money was taken already.", "To give it back, refund it."],
  authorization_gone: [
    "The hold was released. The gateway can not take that money any more.",
    "Ask the customer for a new payment.",
  ],
  refund_exceeds_captured: [
    "This is more than is left. Refunds on their way and those of unknown outcome count too.",
    "Ask for `refundable` at most.",
  ],
  refund_exceeds_payment: [
    "This is more than is left of the named payment.",
    "Ask for `refundable` at most, or name no payment.",
  ],
  reference_taken: [
    "The gateway shows a refund under this reference that was made elsewhere.",
    "Look whether it is the one you want. Else use another reference.",
  ],
  refund_amount_required: [
    "The gateway says that a part was refunded elsewhere, and not how much. Nobody knows what is left.",
    "Look up what is left in the dashboard and name the amount.",
  ],
  refund_spans_orders: [
    "The link was paid in several gateway orders, and none of them can give so much alone.",
    "Make one refund for each entry in `orders`, with its `refundable` at most and a reference of its own.",
  ],
  payment_unknown: [
    "The order has no such payment.",
    "Take the `id` of one of the order's `payments`.",
  ],
  amount_below_minimum: [
    `The gateway moves ${LEAST_AMOUNT} paisa at least.`,
    "Ask for more. If less than that is left, it can not be moved.",
  ],
  currency_differs: ["The order is in another currency.", "Send the amount in `currency`."],
  capture_exceeds_authorized: ["This is more than is held.", "Ask for `authorized` at most."],
  split_info_required: [
    "The order is split between sellers. Only a refund of all of it repeats the split by itself.",
    "Send `split_info` for this amount.",
  ],
  split_info_differs: [
    "The parts of `split_info` do not come to the amount.",
    "Correct the parts: whole paisa, in the order's currency.",
  ],
  split_info_unexpected: ["The order is not split.", "Leave `split_info` out."],
  command_in_progress: [
    "A capture or void of this gateway order has no end yet.",
    "Wait for the end of the one that is named. Ask then, if it is still needed.",
  ],
  order_ambiguous: [
    "Several gateway orders of this link hold money.",
    "Ask again at the address of one of `order_ids`.",
  ],
  order_changed: [
    "There is another amount to move than `expect` says: `now`.",
    "Look at the order, then ask again with what is so now. Or leave `expect` out.",
  ],
  too_many_commands: [
    "The order has hundreds of commands. No order needs that many. What is held can still be captured or voided.",
    "Look for a loop in your system. What is left to do can be done in the dashboard.",
  ],
};

const REFUSED_AFTER: Sentences<CommandRefusal["code"]> = {
  gateway_refused: [
    "The gateway said no. Its own words are in `message` and `gateway_code`.",
    "Correct what it names, then ask under a new reference.",
  ],
  reference_used_elsewhere: [
    "The gateway knows this reference from something else, another order's refund or an order.",
    "Ask under a new reference.",
  ],
  captured_elsewhere: [
    "Another capture took the money, for example one in the dashboard.",
    "Look at what was captured. Refund what is too much.",
  ],
  already_captured: [
    "The money was captured before the void reached it.",
    "To give it back, refund it.",
  ],
  capture_failed: [
    "The gateway tried the capture, and it failed.",
    "Ask the customer for a new payment.",
  ],
  authorization_gone: [
    "The hold was released or had failed before the command reached it.",
    "Ask the customer for a new payment if you still need the money.",
  ],
  decided_not_done: [
    "An operator found out that it was not done.",
    "Ask under a new reference if it is still needed.",
  ],
};

const PAGE = `# Commands

A command asks the gateway to move money: a refund, a capture or a void. This page says what each one needs, when it is refused, and how it ends. It is made from the code, so it can not be older than the code. To make it again: \`npx vitest run --project domain test/domain/commands-page.test.ts -u\`.

## What each command needs

${table(
  ["Command", "Does", "Needs", "May have"],
  [
    [
      "refund",
      "gives taken money back",
      "a reference",
      "an amount, else all that is left; a payment; a reason; `split_info`; `expect`",
    ],
    [
      "capture",
      "takes held money, once",
      "a reference",
      "an amount, else all that is held; a reason; `expect`",
    ],
    ["void", "lets held money go", "nothing", "a reason; `expect`"],
  ],
)}

- **The reference is yours.** One reference is one movement of money for ever. The same request again is answered with the same command, and nothing is sent twice. Use a new reference only for a new movement.
- **Expect what was seen.** With \`expect\` a command is only sent if \`refundable\` (a refund), or what the gateway order holds (a capture or void), still is that amount: two people who confirm at the same moment do not both move it. A repeat of a known reference is answered whatever it expects.
- **After a capture of a part** the gateway releases the rest. There is no second capture of it.
- **Before each decision** the gateway is asked how the order is now. A command that is refused here leaves nothing behind.
- **One at a time.** A gateway order has at most one open capture or void. Several refunds may be open, because each of them reserves its amount.
- **Reserved** is the amount of each refund of yours that the gateway does not show yet, those of unknown outcome included. It lowers \`refundable\` until the refund is shown, has failed or was refused.

## By stage

"Yes" means that the amounts decide. "If captured" means: yes where a part of the money was taken all the same, else the code. Where another gateway order of the same link still holds money, that may be captured or voided at any stage.

${table(
  ["Stage", ...COMMAND_KINDS],
  STAGES.map((stage) => [
    code(stage),
    ...COMMAND_KINDS.map((kind) => cellText(COMMAND_TABLE[stage][kind])),
  ]),
)}

## Refused before anything was sent

The reference stays free. Correct the request and use the same reference, if you like.

${sentences(REFUSED_BEFORE)}

## Outcomes

${sentences(OUTCOMES, "Outcome")}

## Refused after it was sent

These stand in \`refusal\` of a command whose outcome is \`refused\`. Its reference is used up.

${sentences(REFUSED_AFTER)}

## When nobody knows how a call ended

A call can end without an answer. Then nothing is sent before the gateway was read.

1. The gateway is read at once: the refund by its reference, and the order. If it shows the command, that is the outcome.
2. "Not there" counts only if it is read twice: 2 minutes or more after the call, and 15 minutes or more after it. A refund that nobody explains, or an order older than what is known, leaves it open.
3. After that, a command that was never refused is sent again, with the same reference and the same key, ${MOST_SENDS} times in all at most. A refund is sent again only where a second send can not be a second refund: the gateway takes references for keys (\`PINELABS_CONTRACT=reference\`), or the order lists its refunds.
4. A refusal of a later send is believed only after these two readings, and only where they prove something, because an earlier send may have worked.
5. What can not be told after 15 minutes is \`needs_decision\`. It is still read, every hour and later every six hours. If the gateway shows the command after all, no decision is needed. Nothing is sent by itself while a person is asked.

A gateway that can not be read is tried again after 1, 2, 4 … 60 minutes. After six hours of that a person is asked too.

What an operator can decide. The gateway is read once more before \`not_done\` and \`send_again\`; what it shows then stands.

${table(
  ["Decision", "What follows"],
  DECISIONS.map((decision) => [code(decision), DECIDED[decision]]),
)}

What is read to find a command:

${table(
  ["Command", "Was done when", "Was not done when"],
  [
    [
      "refund",
      "a refund of this order has its reference, or the id of the first answer",
      "neither the reference nor the order shows it, twice",
    ],
    [
      "capture",
      "a capture has its reference; where the gateway keeps none, the captured amount is the same",
      "another capture took the money, the hold was released, or the order FAILED",
    ],
    ["void", "the order is CANCELLED", "the money was captured, or the order FAILED"],
  ],
)}
`;

export function renderCommands(): string {
  return PAGE;
}

function cellText(cell: Cell): string {
  if (cell === "allowed") return "yes";
  return typeof cell === "string" ? code(cell) : `if captured, else ${code(cell.if_captured)}`;
}

function sentences(all: Sentences<string>, head = "Code"): string {
  const rows = Object.entries(all).map(([name, [means, next]]) => [code(name), means, next]);
  return table([head, "Means", "What to do"], rows);
}

function code(text: string): string {
  return `\`${text}\``;
}

/** A table of Markdown with columns of one width, as the formatter leaves it. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, index) =>
    Math.max(title.length, ...rows.map((row) => row[index]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join(" | ")} |`;
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`;
  return [line(head), rule, ...rows.map((row) => line(row))].join("\n");
}
