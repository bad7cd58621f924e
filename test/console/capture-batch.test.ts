// A batch of captures where something goes wrong in one: the others are told, and nothing untrue is.

import { expect, test } from "vitest";
import { type Entry, runBatch, stateOf } from "../../src/console/capture-batch";
import type { Api } from "../../src/console/api";
import type { ConsoleContext } from "../../src/console/door";
import { failure } from "../../src/domain/result";

const ONE = "v1-310115060000-aa-One";
const TWO = "v1-310115060000-aa-Two";

/** An API that answers so when it is asked for an order. */
function asking(answers: Readonly<Record<string, () => never | ReturnType<Api["get"]>>>) {
  const get = async (path: string) => {
    const [, answer] = Object.entries(answers).find(([id]) => path.includes(id)) ?? [];
    if (answer === undefined) throw new Error(path);
    return answer();
  };
  return { var: { api: { get }, request_id: "r" } } as unknown as ConsoleContext;
}

const answering = (status: number) => async () =>
  failure({ status, code: "x", title: "A sentence" });

async function run(c: ConsoleContext): Promise<Readonly<Record<string, string>>> {
  const told: Entry[] = [];
  await runBatch(c, { name: "cb-1", ids: [ONE, TWO] }, new Map(), (entry) => told.push(entry));
  return Object.fromEntries(told.map(({ id, row }) => [id, stateOf(row)]));
}

test("a bug in one row leaves the others to be told", async () => {
  const bug = () => {
    throw new Error("a bug");
  };
  expect(await run(asking({ One: bug, Two: answering(404) }))).toEqual({
    [ONE]: "unknown",
    [TWO]: "left_out",
  });
});

test("what could not be looked up is not said to be unsent: an earlier press may have sent it", async () => {
  expect(await run(asking({ One: answering(503), Two: answering(429) }))).toEqual({
    [ONE]: "unread",
    [TWO]: "unread",
  });
});
