// Never two inquiries of one order at once, and a caller shares only one that has not left yet: an
// answer that was on its way before the question was asked may be older than the question.

import { expect, test } from "vitest";
import { type Inquired, InquiryQueue } from "../../src/actor/inquire";

function manual() {
  const started: (() => void)[] = [];
  const run = () =>
    new Promise<Inquired>((resolve) => {
      started.push(() => resolve({ ok: true, value: { changed: false, shown: [] } }));
    });
  return { started, run };
}

const turns = () => new Promise((resolve) => setTimeout(resolve, 0));

test("callers during an inquiry share one more behind it, never the one that has left", async () => {
  const queue = new InquiryQueue();
  const world = manual();
  const first = queue.ask(world.run);
  const later = [queue.ask(world.run), queue.ask(world.run), queue.ask(world.run)];
  await turns();
  expect(world.started).toHaveLength(1);
  world.started[0]?.();
  await first;
  await turns();
  expect(world.started).toHaveLength(2);
  const behind = queue.ask(world.run);
  world.started[1]?.();
  await Promise.all(later);
  await turns();
  expect(world.started).toHaveLength(3);
  world.started[2]?.();
  await behind;
});

test("one that fails does not hold up the next", async () => {
  const queue = new InquiryQueue();
  const world = manual();
  const failing = queue.ask(() => Promise.reject(new Error("planted")));
  const next = queue.ask(world.run);
  await expect(failing).rejects.toThrow("planted");
  await turns();
  world.started[0]?.();
  expect(await next).toEqual({ ok: true, value: { changed: false, shown: [] } });
});
