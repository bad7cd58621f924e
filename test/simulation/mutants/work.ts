// Bugs about what happens later: the projection, the alarm, the polls and the notifications.

import type { Mutant } from "./mutant";

export const WORK_MUTANTS: readonly Mutant[] = [
  {
    name: "no-version-guard",
    breaks: "design 3.7",
    thought: "The projection that is written last is the newest.",
    file: "src/ledger/order-row.ts",
    find: "WHERE id = ?1 AND ${due}`;",
    replace: "WHERE id = ?1 AND (true OR ${due})`;",
  },
  {
    name: "projection-without-retry",
    breaks: "design 3.7",
    thought: "The next change writes the whole order anyway.",
    file: "src/actor/alarm.ts",
    find: '    logFailure(part, name, error);\n    return "failed";',
    replace:
      '    logFailure(part, name, error);\n    return name === "project" ? "done" : "failed";',
  },
  {
    name: "alarm-stays-off",
    breaks: "design 3.2",
    thought: "What failed is tried again when something new happens.",
    file: "src/actor/jobs.ts",
    find: "const times = Object.values(jobs).map((job) => job.due_at);",
    replace:
      "const times = Object.values(jobs)\n    .filter(({ failures }) => failures === 0)\n    .map((job) => job.due_at);",
  },
  {
    name: "done-though-asked-anew",
    breaks: "design 3.7",
    thought: "The job has run, so it is off the list.",
    file: "src/actor/jobs.ts",
    find: "if (now.request !== started.request) return",
    replace: "if (now.request < started.request) return",
  },
  {
    name: "watchdog-sleeps",
    breaks: "design 7",
    thought: "The platform promises that an alarm rings.",
    file: "src/cron/watchdog.ts",
    find: "    await ports.wake(id);",
    replace: "    await ports.defer(id, ports.now() + DEFER);",
  },
  {
    name: "poll-is-silent-for-ever",
    breaks: "the promise",
    thought: "Once the gateway has asked for silence, it gets it.",
    file: "src/cron/index.ts",
    find: "if (paused > ports.now()) return",
    replace: "if (paused > 0) return",
  },
  {
    name: "gives-up-asking",
    breaks: "design 3.6",
    thought: "A gateway that did not answer three times is down; the webhooks will tell.",
    file: "src/domain/schedule.ts",
    find: "  if (asking.failures > 0 && asking.failed_at !== null && failedLast) {",
    replace:
      "  if (asking.failures > 2 && failedLast) return null;\n  if (asking.failures > 0 && asking.failed_at !== null && failedLast) {",
  },
  {
    name: "webhooks-are-enough",
    breaks: "the promise",
    thought: "The customer is paying right now: the webhook comes in a moment.",
    file: "src/domain/schedule.ts",
    find: "return [...refunds, ...pending, stuckPlan(from, settings.stuck_after, end), ...after];",
    replace: "return [...refunds, ...pending];",
  },
  {
    name: "id-from-the-clock",
    breaks: "law 10",
    thought: "An id must be new each time, so it has the time in it.",
    file: "src/actor/event.ts",
    find: "new TextEncoder().encode(`${home}|${key}`);",
    replace: "new TextEncoder().encode(`${home}|${key}|${Math.floor(Date.now() / 600_000)}`);",
  },
  {
    name: "told-from-transitions",
    breaks: "law 10",
    thought: "Something is told when the stage changes, and the same stage is told once.",
    file: "src/actor/record-change.ts",
    find: "  if (fresh.length === 0) return state;",
    replace:
      "  if (fresh.length === 0 || state.told_stage === deriveStage(record.facts, position)) return state;",
  },
  {
    name: "one-try-is-enough",
    breaks: "law 10",
    thought: "A system that answers 500 has heard us.",
    file: "src/domain/delivery.ts",
    find: "const wait = PLAN[tries];",
    replace: "const wait = outcome.status === null ? PLAN[tries] : undefined;",
  },
  {
    name: "timeout-is-delivered",
    breaks: "law 10",
    thought: "Whoever was slow to answer has got it all the same.",
    file: "src/domain/delivery.ts",
    find: "if (outcome.status !== null && outcome.status >= 200 && outcome.status < 300) {",
    replace: "if (outcome.status === null || (outcome.status >= 200 && outcome.status < 300)) {",
  },
  {
    name: "resumed-by-nobody",
    breaks: "law 10",
    thought: "After a pause the next notification shows that the system listens again.",
    file: "src/cron/resumption.ts",
    find: "const homes = await ports.paused(MOST);",
    replace: "const homes = (await ports.paused(MOST)).slice(0, 0);",
  },
];
