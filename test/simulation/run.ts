// Lives through the histories of some seeds, one after the other, says on its way how far it is, and tells the
// story of what broke. A run of many in which too little happened has failed too (expected.ts).

import { env } from "cloudflare:workers";
import { missing } from "./expected";
import { type Broken, liveSeed } from "./live";
import { allTallies } from "./tally";

export interface Wanted {
  readonly seeds: number;
  readonly from: number;
  readonly path?: string;
  readonly shrinks?: number;
  /** The next seed is lived through after one that broke, too. */
  readonly all?: boolean;
}

/** What broke, as a text; empty: nothing did. */
export async function liveThrough({ seeds, from, all = false, ...how }: Wanted): Promise<string> {
  const found: string[] = [];
  for (let seed = from; seed < from + seeds; seed += 1) {
    const begun = performance.now();
    const broken = await liveSeed(seed, how);
    await tell({ seed, ms: Math.round(performance.now() - begun), broken });
    if (broken === null) continue;
    found.push(textOf(broken));
    if (!all) break;
  }
  const little = missing(seeds).map((line) => `too little happened to prove anything: ${line}`);
  await tell({ tallies: allTallies(), little });
  return [...found, ...little].join("\n\n");
}

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
