// The other half of an ordinary run's histories, for the second core (simulation.test.ts).

import { abortAllDurableObjects } from "cloudflare:test";
import { afterAll, expect, test } from "vitest";
import { HOUR } from "../../src/domain/schedule";
import { closeHouse } from "../actor/house";
import { liveThrough } from "./run";

afterAll(async () => {
  closeHouse();
  await abortAllDurableObjects();
});

test(
  "whatever goes wrong in other histories, everything is true once the trouble is over",
  async () => {
    expect(await liveThrough({ seeds: 50, from: 51 })).toBe("");
  },
  HOUR,
);
