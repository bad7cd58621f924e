// Laws 6 and 7 under the contract reference: see money-steps.ts for what happens and money-laws.ts for
// what must hold. The histories are the same in each run.

import { afterAll, expect, test } from "vitest";
import { HOUR } from "../../src/domain/schedule";
import { closeHouse } from "./house";
import { liveThrough, wanted } from "./money-histories";
import { missing, tallyText } from "./money-tally";

/** For as many histories as `npm run replay` is asked for. */
const LONGEST = 3 * HOUR;
const HISTORIES = 255;
const SEED = 20_310_116;

afterAll(closeHouse);

test(
  "whatever happens to an order, no money moves twice and no command is forgotten",
  async () => {
    const runs = wanted.runs ?? HISTORIES;
    const broken = await liveThrough("reference", runs, wanted.from ?? SEED);
    if (broken !== null) expect.fail(broken);
    console.log(tallyText());
    expect(wanted.only === null ? missing(runs) : []).toEqual([]);
  },
  LONGEST,
);
