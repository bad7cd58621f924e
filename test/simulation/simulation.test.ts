// Whole histories of a merchant's days with everything going wrong (docs/proof.md). `npm run simulate` says how many
// and from which seed, and so does `npm run check`.

import { env } from "cloudflare:workers";
import { abortAllDurableObjects } from "cloudflare:test";
import { afterAll, expect, test } from "vitest";
import { HOUR } from "../../src/domain/schedule";
import { closeHouse } from "../actor/house";
import { liveThrough, type Wanted } from "./run";

afterAll(async () => {
  closeHouse();
  await abortAllDurableObjects();
});

test(
  "whatever goes wrong, everything is true once the trouble is over",
  async () => {
    const wanted: Wanted = JSON.parse(env.SIMULATE);
    expect(await liveThrough(wanted)).toBe("");
  },
  3 * HOUR,
);
