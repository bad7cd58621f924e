// The order of test files: those that take minutes begin first, so that none of them is left to run alone
// in the end while the other core has nothing to do.
import { BaseSequencer } from "vitest/node";

const LONG = [/[\\/]test[\\/]month[\\/]/, /[\\/]money\.model\./];

function isLong({ moduleId }) {
  return LONG.some((place) => place.test(moduleId));
}

export class LongestFirst extends BaseSequencer {
  async sort(files) {
    // oxlint-disable-next-line unicorn/no-array-sort -- a sequencer's, which copies
    const sorted = await super.sort(files);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}
