// The time of each page of the console and the rows that it reads, at a thousand orders and at a hundred thousand.
// Not a test: run by `npm run bench:console`, which prints what is told here.

import { env } from "cloudflare:workers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { closeHouse, openHouse, START } from "../actor/house";
import { countingVisitor, type Measured } from "../console/counted-visit";
import { emptyLedger, seedMany } from "../console/many";
import { LISTS } from "../console/pages";

const REPEATS = 3;

/** One of each kind: a list with one filter costs what it costs with another value of it. */
const PAGES = [
  ...new Map(
    LISTS.toReversed().map((page) => [page.path.replaceAll(/=[^&]*/g, "="), page] as const),
  ).values(),
].toReversed();

async function tell(measured: object): Promise<void> {
  const body = `bench ${JSON.stringify(measured)}\n`;
  await env.ANSWERS.fetch("http://answers/", { method: "POST", body });
}

const medianOf = (times: readonly number[]): number =>
  times.toSorted((one, two) => one - two)[Math.floor(times.length / 2)] ?? 0;

describe.each([1_000, 100_000])("with %i orders", (orders) => {
  let look: (path: string) => Promise<Measured>;

  beforeAll(async () => {
    await emptyLedger();
    await tell({ orders, seeded_ms: await seedMany({ orders, newest: START }) });
    await openHouse();
    look = await countingVisitor();
  }, 300_000);
  afterAll(closeHouse);

  test.each(PAGES)("$path", async ({ path, status: expected = 200 }) => {
    await look(path);
    const times: number[] = [];
    for (let n = 0; n < REPEATS; n += 1) times.push((await look(path)).took_ms);
    const { status, rows_read, rows_shown } = await look(path);
    expect(status).toBe(expected);
    await tell({ orders, path, ms: medianOf(times), rows_read, rows_shown });
  });
});
