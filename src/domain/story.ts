// The closed sets of an order's timeline: what an entry is about, and what said it where that was nobody with
// a name. A new one does not compile until the console has words for it (console/timeline-words.ts).

export const TOLD_BY = [
  "webhook",
  "inquiry",
  "command",
  "request",
  "redirect",
  "settlement",
  "operator",
  "customer",
  "system",
] as const;

export type ToldBy = (typeof TOLD_BY)[number];

export const TOLD_KINDS = [
  "stage",
  "link",
  "order",
  "payment",
  "refund",
  "capture",
  "void",
  "claim",
  "checklist",
  "settlement",
  "notification",
  "reminder",
  "receipt",
  "alert",
  "alias",
  "discrepancy",
  "message",
  "personal_data",
] as const;

export type ToldKind = (typeof TOLD_KINDS)[number];
