// Hostile input at a door, much of it: batches are drawn from a seed, sent, and looked at. One that gets a
// wrong answer is made small and printed with its seed. An ordinary run sends a bounded number; `npm run fuzz`
// sends as many as it is told, slice by slice, and gathers what they got.

import { env } from "cloudflare:workers";
import * as fc from "fast-check";
import { afterAll, describe, expect, test, vi } from "vitest";
import { closeHouse } from "../actor/house";
import { faults as undocumented } from "../openapi/held";

/** What a batch is aimed at. */
export interface Round<T> {
  /** Sends one input; says what it got, such as "401". Throws when that is wrong. */
  strike(input: T): Promise<string>;
  /** Throws unless everything is still as it must be. */
  end?(): Promise<void>;
}

export interface Door<T> {
  /** `{file}.{door}`: by the first part a replay finds the file. */
  readonly name: string;
  /** Inputs of an ordinary run; the share of this door in its file's. */
  readonly usual: number;
  readonly input: fc.Arbitrary<T>;
  /** Inputs of one batch at most, where it is not BATCH. */
  readonly batch?: number;
  /** What so many inputs must have got at least once: else they were not hostile enough, or not sane enough. */
  readonly gets: readonly string[];
  begin(): Promise<Round<T>>;
}

/** A door whose inputs only it knows. */
export interface ClosedDoor {
  readonly name: string;
  readonly usual: number;
  /** Null, or what went wrong. */
  besiege(inputs: number): Promise<string | null>;
}

/** Inputs of one batch: what is looked at afterwards is looked at for all of them. */
const BATCH = 40;
/** A hang, not a measure of speed: nothing that answers takes a tenth of it. */
const HANGS_AFTER_MS = 20_000;
/** One that failed is made small by at most so many others. */
const MOST_SHRINKS = 60;
const LONGEST = 3 * 3_600_000;

/** Lines of the log that no input may cause. */
const BUGS = [
  "internal_error",
  "job_failed",
  "not_committed",
  "message_waits",
  "settlement_failed",
];

const wanted = {
  inputs: env.FUZZ_INPUTS === "" ? null : Number(env.FUZZ_INPUTS),
  from: env.FUZZ_FROM === "" ? null : Number(env.FUZZ_FROM),
  only: /^([\w.-]+):(-?\d+)(?::([\d:]+))?$/.exec(env.FUZZ_REPLAY),
};

/** One test for each door of a file. */
export function besiege(doors: readonly ClosedDoor[]): void {
  const usual = doors.reduce((sum, door) => sum + door.usual, 0);
  const chosen = doors.filter(({ name }) => wanted.only === null || wanted.only[1] === name);
  afterAll(closeHouse);
  describe("hostile input gets an answer, and moves nothing:", () => {
    test.each(chosen.map((door) => [door.name, door] as const))(
      "%s",
      async (_, door) => {
        const share = wanted.inputs === null ? 1 : wanted.inputs / usual;
        const wrong = await door.besiege(Math.ceil(door.usual * share));
        expect(wrong ?? "nothing is wrong").toBe("nothing is wrong");
      },
      LONGEST,
    );
  });
}

export function door<T>(of: Door<T>): ClosedDoor {
  return { name: of.name, usual: of.usual, besiege: async (inputs) => run(of, inputs) };
}

async function run<T>(of: Door<T>, inputs: number): Promise<string | null> {
  const got = new Map<string, number>();
  let sent = 0;
  let left = MOST_SHRINKS;
  let failed = false;
  const property = fc.asyncProperty(
    fc.array(of.input, { minLength: 1, maxLength: of.batch ?? BATCH, size: "max" }),
    async (batch) => {
      if (failed ? (left -= 1) < 0 : sent >= inputs) return;
      const round = await of.begin();
      try {
        for (const input of batch) {
          const label = await held(round.strike(input));
          if (!failed) got.set(label, (got.get(label) ?? 0) + 1);
        }
        await held(round.end?.() ?? Promise.resolve());
        if (!failed) sent += batch.length;
      } catch (error) {
        failed = true;
        throw error;
      }
    },
  );
  const [, , seed, path] = wanted.only ?? [];
  const start = seed ?? wanted.from;
  const result = await fc.check(property, {
    // A batch may be of one.
    numRuns: path === undefined ? inputs : 1,
    ...(start === null ? {} : { seed: Number(start) }),
    ...(path === undefined ? {} : { path }),
    endOnFailure: path !== undefined,
  });
  await tell(of.name, sent, got, result.failed);
  if (result.failed) return describeFailure(of.name, result);
  const isWhole = wanted.only === null && sent >= of.usual;
  const missing = isWhole ? of.gets.filter((label) => !got.has(label)) : [];
  return missing.length === 0 ? null : `no input got ${missing.join(", ")}`;
}

/** In time, as described, and without a word of ours in the log that tells of a bug. */
async function held<T>(work: Promise<T>): Promise<T> {
  const said = vi.spyOn(console, "error").mockImplementation(() => {});
  const told = vi.spyOn(console, "log").mockImplementation(() => {});
  let timer: ReturnType<typeof setTimeout> | undefined;
  const hang = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("it hangs")), HANGS_AFTER_MS);
  });
  try {
    const done = await Promise.race([work, hang]);
    const lines = said.mock.calls.map(([line]) => String(line));
    expect(lines.filter((line) => BUGS.some((bug) => line.includes(`"event":"${bug}"`)))).toEqual(
      [],
    );
    expect(undocumented).toEqual([]);
    return done;
  } finally {
    clearTimeout(timer);
    said.mockRestore();
    told.mockRestore();
    undocumented.length = 0;
  }
}

async function tell(
  name: string,
  inputs: number,
  got: ReadonlyMap<string, number>,
  failed: boolean,
): Promise<void> {
  const line = { door: name, inputs, got: Object.fromEntries(got), failures: failed ? 1 : 0 };
  await env.FUZZ_TALLY.fetch("http://tally", { method: "POST", body: `${JSON.stringify(line)}\n` });
}

function describeFailure<T>(name: string, result: fc.RunDetails<[T[]]>): string {
  const { seed, counterexample, counterexamplePath, errorInstance } = result;
  return [
    `Hostile input at ${name}:`,
    errorInstance instanceof Error
      ? `${errorInstance.stack ?? errorInstance.message}\n${differenceIn(errorInstance)}`
      : fc.stringify(errorInstance),
    "",
    `The smallest batch found: ${fc.stringify(counterexample?.[0]).slice(0, 20_000)}`,
    "",
    `npm run fuzz -- --replay ${name}:${seed}:${counterexamplePath ?? ""}`,
  ].join("\n");
}

/** What was there, and what should have been. */
function differenceIn(error: Error): string {
  if (!("actual" in error && "expected" in error)) return "";
  return fc.stringify({ actual: error.actual, expected: error.expected }).slice(0, 8_000);
}
