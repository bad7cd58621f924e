// Plants one known bug while vitest loads the Worker: the text of one file under src/ is replaced on
// its way into the runtime, and no file is changed. A bug that found no place ends the run with a
// failure, and where it did is noted, so that it can never pass for one that was caught.

import { appendFileSync } from "node:fs";
import process from "node:process";
import type { Vite } from "vitest/node";
import { getMutant } from "./mutants.ts";
import { withMutant } from "./mutants/mutant.ts";

/** `name`: of a mutant. `note`: a file that gets a line each time it is planted; "": none. */
export function plantMutant(name: string, note: string): Vite.Plugin {
  const mutant = getMutant(name);
  let planted = 0;
  const isItsFile = (id: string): boolean =>
    id.replaceAll("\\", "/").split("?")[0]?.endsWith(`/${mutant.file}`) === true;
  return {
    name: "chukta:mutant",
    enforce: "pre",
    // Not when the plugin is made: vitest reads its settings more than once.
    configResolved() {
      process.on("exit", () => {
        if (planted > 0) return;
        console.error(`The mutant ${name} was not planted: nothing loaded ${mutant.file}.`);
        process.exitCode = 1;
      });
    },
    // What vitest keeps of earlier runs is the file without the bug, or with another one.
    configureVitest({ defineCacheKeyGenerator }) {
      defineCacheKeyGenerator(({ id }) => (isItsFile(id) ? false : null));
    },
    transform(code, id) {
      if (!isItsFile(id)) return null;
      const changed = withMutant(mutant, code);
      planted += 1;
      if (note !== "") appendFileSync(note, `${name}\n`);
      return { code: changed, map: null };
    },
  };
}
