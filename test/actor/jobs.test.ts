// A job that plans its own next time: earlier, later, or never again.

import { expect, test } from "vitest";
import { dueJobs, finish, type Jobs, nextDue, plan, postpone, want } from "../../src/actor/jobs";

const wanted: Jobs = want({}, "remind", 500);

test.each([100, 500, 900])("is due at exactly the time that it set, %d", (at) => {
  const jobs = plan(want(wanted, "project", 1_000), "remind", at);
  expect(nextDue(jobs)).toBe(at);
  expect(dueJobs(jobs, at - 1)).toEqual([]);
  expect(dueJobs(jobs, at)).toEqual(["remind"]);
});

test("forgets its failures, and is not taken for the one that was running", () => {
  const started = wanted.remind;
  if (!started) throw new Error("the job is not on the list");
  const planned = plan(postpone(wanted, "remind", 500), "remind", 900);
  expect(planned.remind).toEqual({ due_at: 900, failures: 0, request: started.request + 1 });
  expect(finish(planned, "remind", started).remind?.due_at).toBe(900);
});

test("leaves the list where it sets no time, and the others stay", () => {
  const both = want(wanted, "project", 1_000);
  expect(plan(both, "remind", null)).toEqual(want({}, "project", 1_000));
  expect(plan({}, "remind", null)).toEqual({});
});
