// Whole histories of a merchant's days with everything going wrong (docs/proof.md). In an ordinary run a bounded
// number; `npm run simulate` says how many and from which seed.

import { env } from "cloudflare:workers";
import { afterAll, expect, test } from "vitest";
import { HOUR } from "../../src/domain/schedule";
import { closeHouse } from "../actor/house";
import { type Broken, liveSeed } from "./live";
import { allTallies } from "./tally";

interface Wanted {
  readonly seeds: number;
  readonly from: number;
  readonly path?: string;
  readonly shrinks?: number;
  /** The next seed is lived through after one that broke, too. */
  readonly all?: boolean;
}

const ORDINARY: Wanted = { seeds: 40, from: 1 };
const wanted: Wanted = env.SIMULATE === "" ? ORDINARY : JSON.parse(env.SIMULATE);

afterAll(closeHouse);

test(
  "whatever goes wrong, everything is true once the trouble is over",
  async () => {
    const { seeds, from, all = false, ...how } = wanted;
    const found: string[] = [];
    for (let seed = from; seed < from + seeds; seed += 1) {
      const begun = performance.now();
      const broken = await liveSeed(seed, how);
      await tell({ seed, ms: Math.round(performance.now() - begun), broken });
      if (broken === null) continue;
      found.push(textOf(broken));
      if (!all) break;
    }
    await tell({ tallies: allTallies() });
    expect(found.join("\n\n")).toBe("");
  },
  3 * HOUR,
);

async function tell(line: object): Promise<void> {
  await env.PROGRESS.fetch("http://progress", {
    method: "POST",
    body: `${JSON.stringify(line)}\n`,
  });
}

function textOf({ seed, path, found, story }: Broken): string {
  return [
    `The history of seed ${seed} breaks a law:`,
    ...found,
    "",
    story,
    "",
    `npm run simulate -- --from ${seed} --path ${path}`,
  ].join("\n");
}
