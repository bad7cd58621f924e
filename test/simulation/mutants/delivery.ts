// Bugs about goods and reports: who may deliver, on whose word, and what was paid out.

import type { Mutant } from "./mutant";

export const DELIVERY_MUTANTS: readonly Mutant[] = [
  {
    name: "redirect-trusted",
    breaks: "law 5",
    thought: "The redirect is signed by the gateway, and it says PROCESSED.",
    file: "src/actor/verdict.ts",
    find: "const secured = view.fulfill && undisputed && whole;",
    replace:
      'const told = question.hint?.signature === "valid" && question.hint.status === "PROCESSED";\n  const secured = (view.fulfill || told) && undisputed && whole;',
  },
  {
    name: "expect-ignored",
    breaks: "law 5",
    thought: "Paid is paid, whatever the storefront has in its own books.",
    file: "src/actor/verdict.ts",
    find: "const undisputed = mismatch.length === 0 && !isDisputed(record.discrepancies);",
    replace: "const undisputed = !isDisputed(record.discrepancies);",
  },
  {
    name: "held-money-delivers",
    breaks: "design 3.4",
    thought: "The money is blocked, so it is safe to ship.",
    file: "src/domain/verdict.ts",
    find: 'return on === "authorized" && position.authorized.value > 0 && !position.voiding;',
    replace: "return on !== null && position.authorized.value > 0;",
  },
  {
    name: "refunded-delivers",
    breaks: "design 3.4",
    thought: "A refund that is on its way is not done yet.",
    file: "src/domain/verdict.ts",
    find: '"partially_refunded") && keptOf(position) > 0;',
    replace: '"partially_refunded") && (position.captured?.value ?? 1) > 0;',
  },
  {
    name: "claim-beside-another",
    breaks: "law 13",
    thought: "Two workers have different names, so each gets its own claim.",
    file: "src/domain/handling.ts",
    find: '  if (live !== null) {\n    return { handling, answer: { state: "held"',
    replace:
      '  if (live !== null && live.by === request.by) {\n    return { handling, answer: { state: "held"',
  },
  {
    name: "claim-after-done",
    breaks: "law 13",
    thought: "Whoever asks again gets the goods again: it was a lost answer.",
    file: "src/domain/handling.ts",
    find: "  if (fulfilled !== null) {\n    return { handling, answer",
    replace:
      "  if (fulfilled !== null && fulfilled.claim_id === null) {\n    return { handling, answer",
  },
  {
    name: "claim-kept-without-money",
    breaks: "law 13",
    thought: "What was granted was granted.",
    file: "src/domain/record-checks.ts",
    find: "    : withHandling(record, lapsed, now);",
    replace: "    : record;",
  },
  {
    name: "line-counted-twice",
    breaks: "law 3",
    thought: "Each reading of a transfer brings lines.",
    file: "src/domain/settled-line.ts",
    find: "if (ours === undefined || lines.read > ours.read) newer.set(key, lines);",
    replace:
      "if (ours === undefined) newer.set(key, lines);\n    else if (lines.read > ours.read)\n      newer.set(key, { ...lines, lines: [...ours.lines, ...lines.lines] });",
  },
  {
    name: "first-reading-stays",
    breaks: "law 3",
    thought: "A transfer was read; what it says does not change.",
    file: "src/domain/settled-line.ts",
    find: "if (ours === undefined || lines.read > ours.read) newer.set(key, lines);",
    replace: "if (ours === undefined) newer.set(key, lines);",
  },
  {
    name: "body-in-the-log",
    breaks: "law 12",
    thought: "With the message in the log the error is found at once.",
    file: "src/actor/receive.ts",
    find: 'JSON.stringify({ event: "message_waits", actor: part.name, error: reasonOf(error) }),',
    replace:
      'JSON.stringify({ event: "message_waits", error: reasonOf(error), body: message.body }),',
  },
];
