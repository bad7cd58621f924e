import { afterAll, expect, test } from "vitest";
import { closeHouse } from "./house";
import { liveThrough, wanted } from "./money-histories";
import { tallyText } from "./money-tally";

const HISTORIES = 260;
const SEED = 20_310_115;

afterAll(closeHouse);

test.skipIf(wanted.only !== null && wanted.only.contract !== "reference")(
  "whatever happens, no money moves twice and none is forgotten: the contract reference",
  { timeout: 1_200_000 },
  async () => {
    await liveThrough("reference", wanted.runs ?? HISTORIES, wanted.from ?? SEED);
    console.log(tallyText());
    expect(true).toBe(true);
  },
);
