// Bugs about webhooks: what is acknowledged, kept, told apart and believed.

import type { Mutant } from "./mutant";

export const MESSAGE_MUTANTS: readonly Mutant[] = [
  {
    name: "acknowledge-before-commit",
    breaks: "law 1",
    thought:
      "The gateway waits five seconds only, so we say 200 at once and write in the background.",
    file: "src/http/webhook.ts",
    find: "return c.json({ status: await withTimeLimit(committing, COMMIT_LIMIT_MS) });",
    replace:
      'c.executionCtx.waitUntil(committing.catch(() => undefined));\n      return c.json({ status: "accepted" });',
  },
  {
    name: "acknowledge-what-failed",
    breaks: "law 1",
    thought: "A 503 makes the dashboard red; we have logged the error, that is enough.",
    file: "src/http/webhook.ts",
    find: 'return problem("message_not_kept", { retry_after: TRY_AGAIN_AFTER_S });',
    replace: 'return c.json({ status: "accepted" });',
  },
  {
    name: "acknowledgement-waits-for-d1",
    breaks: "law 2",
    thought: "The list should have it by the time we say 200.",
    file: "src/actor/order-actor.ts",
    find: "return success(receive(this.#part, message));",
    replace:
      'const received = receive(this.#part, message);\n      await this.#part.db.batch([this.#part.db.prepare("SELECT 1")]);\n      return success(received);',
  },
  {
    name: "dedupe-by-body",
    breaks: "law 11",
    thought: "The same body is the same message, whatever its id.",
    file: "src/actor/receive.ts",
    find: "const known = part.storage.findMessages(message.webhook_id);",
    replace:
      "const known = part.storage\n      .messagesAfter(0, 1_000)\n      .filter((row) => row.body_hash === message.body_hash);",
  },
  {
    name: "dedupe-by-id",
    breaks: "law 4",
    thought: "The id is unique, so the second message under it is a repeat.",
    file: "src/actor/receive.ts",
    find: "const repeated = known.find((row) => row.body_hash === message.body_hash);",
    replace: "const repeated = known[0];",
  },
  {
    name: "repeats-are-new",
    breaks: "law 11",
    thought: "Joining is idempotent, so nobody is hurt by a message that is kept twice.",
    file: "src/actor/receive.ts",
    find: "    if (repeated) {",
    replace: "    if (repeated && repeated.received_at === message.received_at) {",
  },
  {
    name: "unrouted-dropped",
    breaks: "law 9",
    thought: "It concerns no order of ours: nobody will ever look at it.",
    file: "src/actor/receive.ts",
    find: "    const n = part.storage.addMessage(message, {",
    replace:
      '    if (applied.message === "unrouted") return applied.status;\n    const n = part.storage.addMessage(message, {',
  },
  {
    name: "seen-is-applied",
    breaks: "law 4",
    thought: "A message that can not be translated is broken; trying again will not mend it.",
    file: "src/actor/receive.ts",
    find: 'return { state: { ...state, jobs }, message: "waiting", event: null, status: "accepted" };',
    replace:
      'return { state: { ...state, jobs }, message: "no_change", event: null, status: "accepted" };',
  },
  {
    name: "one-more-try-only",
    breaks: "law 4",
    thought: "What still can not be translated the second time never will.",
    file: "src/actor/receive.ts",
    find: 'if (page.length < PAGE) return failed ? "failed" : "done";',
    replace: 'if (page.length < PAGE) return "done";',
  },
  {
    name: "any-signature",
    breaks: "the gateway's signature",
    thought: "Only while the secret rotates, and then it stayed.",
    file: "src/pinelabs/webhook-signature.ts",
    find: 'return secret === null ? failure({ code: "signature_mismatch" }) : success({ secret });',
    replace: 'return success({ secret: secret ?? "current" });',
  },
  {
    name: "stale-accepted",
    breaks: "the gateway's signature",
    thought: "A late message is better than none; only a time in the future is suspicious.",
    file: "src/pinelabs/webhook-signature.ts",
    find: "if (Math.abs(skew) > rules.tolerance) {",
    replace: "if (-skew > rules.tolerance) {",
  },
  {
    name: "alias-keeps-it",
    breaks: "law 11",
    thought: "The home asks the gateway anyway, so an alias need not forward each message.",
    file: "src/actor/receive.ts",
    find: "const to_forward = [...state.to_forward, n];",
    replace: "const { to_forward } = state;",
  },
  {
    name: "repeats-are-received",
    breaks: "law 11",
    thought: "A repeat was received too.",
    file: "src/ledger/messages.ts",
    find: 'const received = Number(byActor?.results[0]?.["received"] ?? 0);',
    replace:
      'const repeats = rows.reduce((total, row) => total + Number(row["repeats"] ?? 0), 0);\n  const received = Number(byActor?.results[0]?.["received"] ?? 0) + repeats;',
  },
];
