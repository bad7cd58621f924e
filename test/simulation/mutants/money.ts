// Bugs about commands: what is sent, sent again, reserved and believed.

import type { Mutant } from "./mutant";

export const MONEY_MUTANTS: readonly Mutant[] = [
  {
    name: "released-on-a-time-out",
    breaks: "law 7",
    thought: "The refund did not go through, so its money can be refunded again.",
    file: "src/domain/command-shown.ts",
    find: 'const refunds = all.filter(({ kind, state }) => kind === "refund" && state !== "refused");',
    replace:
      'const refunds = all.filter(\n    ({ kind, state }) => kind === "refund" && state !== "refused" && state !== "unknown",\n  );',
  },
  {
    name: "pending-is-nothing",
    breaks: "law 7",
    thought: "A refund that is pending has not taken anything yet.",
    file: "src/domain/order-money.ts",
    find: ': status !== "PROCESSED" && status !== "FAILED";',
    replace: ': status === "CREATED";',
  },
  {
    name: "time-out-is-a-refusal",
    breaks: "law 6",
    thought: "No answer means no refund.",
    file: "src/actor/command-call.ts",
    find: 'if (answer.kind === "refused" && first) {',
    replace: "if (first) {",
  },
  {
    name: "duplicate-is-a-refusal",
    breaks: "law 6",
    thought: "DUPLICATE_REQUEST is a 4xx, and a 4xx did nothing.",
    file: "src/pinelabs/failure.ts",
    find: '    case "gateway_duplicate":\n    case "gateway_rate_limited":',
    replace: '    case "gateway_duplicate":\n      return true;\n    case "gateway_rate_limited":',
  },
  {
    name: "proxy-proves-absence",
    breaks: "law 6",
    thought: "A 404 is a 404, whoever says it.",
    file: "src/actor/resolve.ts",
    find: 'return failed.code === "gateway_not_found" && failed.gateway_code !== null;',
    replace: 'return failed.code === "gateway_not_found";',
  },
  {
    name: "resent-without-reading",
    breaks: "law 6",
    thought: "It timed out, so we send it again; the gateway will sort it out.",
    file: "src/actor/resolve.ts",
    find: '  if (!command || !isOpen(command)) return success("read");',
    replace:
      '  if (!command || !isOpen(command)) return success("read");\n  if (command.state === "unknown" && command.sends < 3) {\n    update(part, key, (now) => sendAgain(now, part.now()));\n    return success("send_again");\n  }',
  },
  {
    name: "resent-at-the-first-absence",
    breaks: "law 6",
    thought: "It is not there two minutes later, so it never arrived.",
    file: "src/domain/command-reading.ts",
    find: "if (absences < 2) return wait(",
    replace: "if (absences < 1) return wait(",
  },
  {
    name: "resent-under-a-new-reference",
    breaks: "law 6",
    thought: "The gateway refuses a reference that it has seen, so each try gets its own.",
    file: "src/actor/command-call.ts",
    find: "return gateway.refund({ order_id, reference, amount, split_info }, key, limit);",
    replace:
      "const tried = command.sends === 1 ? reference : `${reference}-${command.sends}`;\n      return gateway.refund({ order_id, reference: tried, amount, split_info }, key, limit);",
  },
  {
    name: "resent-where-nothing-proves",
    breaks: "law 6",
    thought:
      "Neither the reference nor the order shows it: that is proof enough under any contract.",
    file: "src/domain/command-reading.ts",
    find: 'const proves = command.kind !== "refund" || reading.listed || reference_is_key;',
    replace: 'const proves = reading.found === "absent";',
  },
  {
    name: "intent-is-forgotten",
    breaks: "law 6",
    thought: "A call that was interrupted did nothing; the merchant asks again.",
    file: "src/actor/resolve.ts",
    find: '  if (command.state !== "sent") return command;',
    replace:
      '  if (command.state !== "sent") return command;\n  const refusal = { code: "gateway_refused", message: "interrupted" } as const;\n  if (command.sends === 1) return { ...command, state: "refused", refusal, read_at: null, ended_at: now };',
  },
  {
    name: "two-holds-at-once",
    breaks: "law 7",
    thought: "The gateway refuses a second capture by itself.",
    file: "src/domain/command-policy.ts",
    find: "const busy = openOn(commands, order.order_id);",
    replace: "const busy = openOn({}, order.order_id);",
  },
  {
    name: "same-reference-other-wish",
    breaks: "law 6",
    thought: "The reference decides; what else stands in the request does not matter.",
    file: "src/actor/command.ts",
    find: 'if (kind !== "void" && differing.length > 0) {',
    replace: 'if (kind === "capture" && differing.length > 1) {',
  },
  {
    name: "refund-across-orders",
    breaks: "law 7",
    thought: "What the link as a whole can give back is what counts.",
    file: "src/domain/command-policy.ts",
    find: "const order = bestFit(orders, amount.value);",
    replace: "const order = able[0];",
  },
  {
    name: "switch-asked-once",
    breaks: "the switch that stops money",
    thought: "It was allowed when it was asked for.",
    file: "src/actor/resolve.ts",
    find: "const held_by = command.absences > 0 ? whyHeld(await mayMove(part)) : NOT_ASKED;",
    replace: "const held_by = command.absences > 0 ? null : NOT_ASKED;",
  },
  {
    name: "link-under-a-new-reference",
    breaks: "law 6",
    thought: "The answer was lost, so the link is made once more, under a reference of its own.",
    file: "src/actor/link-creation.ts",
    find: "    request.body,\n    callbacksOf(",
    replace:
      "    first\n      ? request.body\n      : { ...request.body, merchant_payment_link_reference: `${request.reference}-2` },\n    callbacksOf(",
  },
  {
    name: "token-for-ever",
    breaks: "the promise",
    thought: "A token is good until its end; a 401 is the gateway's own trouble.",
    file: "src/pinelabs/client.ts",
    find: "if (!isUnauthorized(first)) return first;",
    replace: "if (!isUnauthorized(first) || call.key === undefined) return first;",
  },
];
