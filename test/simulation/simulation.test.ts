// Whole histories of a merchant's days with everything going wrong (docs/proof.md). In an ordinary run a bounded
// number, the other half of it in simulation.more.test.ts; `npm run simulate` says how many and from which seed.

import { env } from "cloudflare:workers";
import { abortAllDurableObjects } from "cloudflare:test";
import { afterAll, expect, test } from "vitest";
import { HOUR } from "../../src/domain/schedule";
import { closeHouse } from "../actor/house";
import { liveThrough, type Wanted } from "./run";

const ORDINARY: Wanted = { seeds: 50, from: 1 };

afterAll(async () => {
  closeHouse();
  await abortAllDurableObjects();
});

test(
  "whatever goes wrong, everything is true once the trouble is over",
  async () => {
    const wanted: Wanted = env.SIMULATE === "" ? ORDINARY : JSON.parse(env.SIMULATE);
    expect(await liveThrough(wanted)).toBe("");
  },
  3 * HOUR,
);
