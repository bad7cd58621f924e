// Bugs about facts: which word wins, what counts as money, and what is told when it goes.

import type { Mutant } from "./mutant";

export const FACT_MUTANTS: readonly Mutant[] = [
  {
    name: "last-arrival-wins",
    breaks: "law 3",
    thought: "The newest message is the one that came last.",
    file: "src/domain/join.ts",
    find: "if (a.version !== b.version) return a.version > b.version ? a : b;",
    replace: "if (a.version !== b.version) return b;",
  },
  {
    name: "rank-over-version",
    breaks: "law 3",
    thought: "A status never goes back, so the higher one is the newer one.",
    file: "src/domain/join.ts",
    find: "if (a.version !== b.version) return a.version > b.version ? a : b;",
    replace:
      "if (a.rank === b.rank && a.version !== b.version) return a.version > b.version ? a : b;",
  },
  {
    name: "undated-beats-dated",
    breaks: "design 3.3",
    thought: "What came without a time came just now.",
    file: "src/domain/facts.ts",
    find: "return entity.dated[field] ?? entity.undated[field];",
    replace: "return entity.undated[field] ?? entity.dated[field];",
  },
  {
    name: "unknown-word-is-a-failure",
    breaks: "law 9",
    thought: "A status that we do not know can not be good news.",
    file: "src/pinelabs/fields.ts",
    find: "  const status = known.find((candidate) => candidate === word);",
    replace:
      '  const isKnown = known.some((candidate) => candidate === word);\n  const status = known.find((candidate) => candidate === (isKnown ? word : word && "FAILED"));',
  },
  {
    name: "authorized-is-captured",
    breaks: "design 3.4",
    thought: "The money is blocked on the card, so it is ours.",
    file: "src/domain/order-money.ts",
    find: 'if (read(payment, "status") !== "PROCESSED") return ZERO;',
    replace:
      'if (!["PROCESSED", "AUTHORIZED"].includes(read(payment, "status") ?? "")) return ZERO;',
  },
  {
    name: "capture-of-all",
    breaks: "design 3.4",
    thought: "What was captured is the payment's amount.",
    file: "src/domain/order-money.ts",
    find: "if (captures.length === 0) return paymentAmount(payment, currency) ?? ZERO;",
    replace: "if (captures.length >= 0) return paymentAmount(payment, currency) ?? ZERO;",
  },
  {
    name: "paid-when-the-sums-agree",
    breaks: "design 3.4",
    thought:
      "Paid means that the payments add up to the link's amount; an EMI discount was forgotten.",
    file: "src/domain/position.ts",
    find: "const full = byLink || byOrders;",
    replace:
      "const full =\n    (byLink || byOrders) && (captured === null || amount === null || captured >= amount);",
  },
  {
    name: "part-is-paid",
    breaks: "design 3.4",
    thought:
      "The order says PROCESSED, so it is paid; that it was a part of a link's amount was forgotten.",
    file: "src/domain/position.ts",
    find: "return amount !== null && sum(counted) >= amount;",
    replace: "return amount !== null && counted.length > 0;",
  },
  {
    name: "reversed-in-silence",
    breaks: "law 8",
    thought: "The stage shows it; nobody needs to be told.",
    file: "src/domain/causes.ts",
    find: `    ...one("order.paid_reversed", isReversed(facts, position, stage)),
    ...lostPayments(facts, position, stage).map((id) => ({
      type: "order.paid_reversed" as const,
      entities: [id],
    })),
`,
    replace: "",
  },
  {
    name: "newest-claimant-is-home",
    breaks: "design 3.1",
    thought: "The order that claims the link last is the one that was paid.",
    file: "src/actor/home.ts",
    find: "const home = part.storage.readState().register ?? beginRegister(part, claimant);",
    replace: "const home = beginRegister(part, claimant);",
  },
  {
    name: "everybody-is-home",
    breaks: "law 10",
    thought: "Each order can speak for itself; the link is only how it was paid.",
    file: "src/actor/home.ts",
    find: "const home = (await leadsToUs(part, first)) ? part.name : first;",
    replace: "const home = first === part.name || isLinkId(linkId) ? part.name : first;",
  },
];
