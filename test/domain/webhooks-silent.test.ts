// Whether webhooks arrive, judged by how the newest payments became known.
import { expect, it } from "vitest";
import { judgeWebhooks, type PaymentSeen } from "../../src/domain/webhooks-silent";

const seen = (words: string): readonly PaymentSeen[] =>
  words.split("").map((word, index) => ({
    home: `o-${index}`,
    at: 1_000 - index,
    verified_by: word === "w" ? "webhook" : "inquiry",
  }));

it.each([
  ["nothing", "", false, 0],
  ["two payments that nobody told of", "ii", false, 2],
  ["three payments that nobody told of", "iii", true, 3],
  ["one that was told, however old", "iiiiiiiiiw", false, 10],
  ["one that was told before the last ten", "iiiiiiiiiiw", true, 10],
  ["the newest told", "wiiiiiiiii", false, 10],
] as const)("of %s", (_, words, silent, orders) => {
  const since = silent ? 1_001 - orders : null;
  expect(judgeWebhooks(seen(words))).toEqual({ silent, since, orders });
});

it("several payments of one order are one order", () => {
  const [payment] = seen("i");
  if (payment === undefined) throw new Error("no payment");
  const parts = [3, 2, 1].map((at) => ({ ...payment, at }));
  expect(judgeWebhooks(parts)).toEqual({ silent: false, since: null, orders: 1 });
});
