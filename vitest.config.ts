// Three projects in one run: `domain` is pure and runs in Node in milliseconds, `workers` runs in
// the real runtime with real D1 and real Durable Objects, `browser` drives a real Chromium and runs
// the programs of examples/.
import { appendFileSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { env } from "node:process";
import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-pool-workers";
import { kCurrentWorker } from "miniflare";
import { defineConfig } from "vitest/config";
import { LongestFirst } from "./scripts/longest-first.mjs";
import { sandboxDefaults } from "./src/sandbox/settings.ts";
import { plantMutant } from "./test/simulation/plant.ts";

/** The plugin names the Worker under test after its project. */
const workerUnderTest = "vitest-plugin-runner-workers";

/**
 * Every setting there is, as unset (an empty value is none): the plugin reads a developer's own
 * .dev.vars, and what stands there must not decide how a test ends.
 */
const names = readFileSync("./settings.env", "utf8").matchAll(/^[A-Z_]+(?==)/gm);
const unset: Readonly<Record<string, string>> = Object.fromEntries(
  Array.from(names, ([name]) => [name, ""]),
);

/** The settings of the Worker under test. Every secret is made up; only the sandbox knows them. */
const settings = {
  PINELABS_ENV: "sandbox",
  PINELABS_CONTRACT: "guide",
  WEBHOOK_SECRET_ENCODING: "raw",
  WEBHOOK_TOLERANCE_SECONDS: "300",
  FULFILL_ON: "paid",
  STUCK_AFTER_SECONDS: "120",
  ORDERS_WITHOUT_LINK: "on",
  MERCHANT_TIME_ZONE: "Asia/Kolkata",
  PINELABS_BASE_URL: "http://localhost:8787/sandbox",
  PUBLIC_URL: "http://localhost:8787",
  PINELABS_CLIENT_ID: sandboxDefaults.client_id,
  PINELABS_CLIENT_SECRET: sandboxDefaults.client_secret,
  PINELABS_WEBHOOK_SECRET: sandboxDefaults.webhook_secret,
  PINELABS_CALLBACK_SECRET: sandboxDefaults.callback_secret,
  API_KEY: sandboxDefaults.api_key,
  CONSOLE_PASSWORD: "test-console-password",
  SESSION_SECRET: "test-session-secret-0123456789abcdef",
  NOTIFY_SECRET: sandboxDefaults.notify_secret,
};

/** Which histories the model of money lives through; set by `npm run replay`, empty otherwise. */
const histories = {
  REPLAY: env["CHUKTA_REPLAY"] ?? "",
  HISTORIES: env["CHUKTA_HISTORIES"] ?? "",
  HISTORIES_FROM: env["CHUKTA_HISTORIES_FROM"] ?? "",
  SIMULATE: env["CHUKTA_SIMULATE"] ?? "",
};

/** How much hostile input is drawn, and from where; set by `npm run fuzz`, empty otherwise. */
const fuzz = {
  FUZZ_INPUTS: env["CHUKTA_FUZZ_INPUTS"] ?? "",
  FUZZ_FROM: env["CHUKTA_FUZZ_FROM"] ?? "",
  FUZZ_REPLAY: env["CHUKTA_FUZZ_REPLAY"] ?? "",
};

/** What properties are drawn from (test/seed.ts). */
const seed = Number.parseInt(env["CHUKTA_SEED"] ?? "20261122", 10);

/** Where a whole run gathers which documented answers its tests got (scripts/test.mjs); else nowhere. */
const answersFile = env["CHUKTA_ANSWERS"] ?? "";

/** Where `npm run fuzz` gathers what its inputs got; else nowhere. */
const fuzzFile = env["CHUKTA_FUZZ_TALLY"] ?? "";

/** Appends the lines that it is sent to a file; to none if that has no name. */
function gather(file: string): (request: { text(): Promise<string> }) => Promise<Response> {
  return async (request) => {
    const lines = await request.text();
    if (file !== "") appendFileSync(file, lines);
    return new Response(null, { status: 204 });
  };
}

/** A known bug to plant (test/simulation/mutants.ts) and where to note it; set by `npm run simulate:mutants`. */
const mutant = { name: env["CHUKTA_MUTANT"] ?? "", note: env["CHUKTA_MUTANT_NOTE"] ?? "" };

/** Where the simulation says how far it is (scripts/simulate.mjs); else nowhere. */
const progressFile = env["CHUKTA_PROGRESS"] ?? "";

/** Measurements instead of tests (scripts/bench-console.mjs). */
const bench = env["CHUKTA_BENCH"] ?? "";

/** A file of tests leaves a core idle while its database works: two at a time even on two cores. */
const maxWorkers = Math.max(2, availableParallelism() - 1);

declare module "vitest" {
  interface ProvidedContext {
    readonly seed: number;
  }
}

export default defineConfig({
  test: {
    maxWorkers,
    provide: { seed },
    sequence: { sequencer: LongestFirst },
    // The groups run one after the other: a browser's time limits are not spent waiting for tests.
    projects: [
      {
        test: {
          name: "domain",
          environment: "node",
          include: [
            "test/attacks/pointers.test.ts",
            "test/domain/**/*.test.ts",
            "test/openapi/**/*.test.ts",
            "test/pinelabs/**/*.test.ts",
            "test/scripts/**/*.test.ts",
            "test/config.test.ts",
            "test/docs.test.ts",
            "test/english.test.ts",
            "test/house.test.ts",
          ],
          setupFiles: ["./test/seed.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        plugins: [
          ...(mutant.name === "" ? [] : [plantMutant(mutant.name, mutant.note)]),
          cloudflareTest(async () => ({
            main: "./test/worker.ts",
            wrangler: { configPath: "./wrangler.toml" },
            additionalExports: { Sandbox: "WorkerEntrypoint" },
            miniflare: {
              bindings: {
                ...unset,
                ...settings,
                ...histories,
                ...fuzz,
                MIGRATIONS: await readD1Migrations("./migrations"),
              },
              // A file of tests asks faster than any merchant; the other limits are as deployed.
              ratelimits: Object.fromEntries(
                ["REQUESTS_PER_KEY", "VERDICTS_PER_ADDRESS", "VERDICTS_PER_TOKEN"].map((name) => [
                  name,
                  { namespace_id: name, simple: { limit: 1_000_000, period: 60 as const } },
                ]),
              ),
              durableObjects: { BOOKS: { className: "Books", useSQLite: true } },
              serviceBindings: {
                MERCHANT: kCurrentWorker,
                ANSWERS: gather(answersFile),
                FUZZ_TALLY: gather(fuzzFile),
                PROGRESS: gather(progressFile),
                SANDBOX: { name: kCurrentWorker, entrypoint: "Sandbox" },
              },
              // Whatever the Worker fetches is answered by the sandbox; nothing leaves the machine.
              outboundService: { name: workerUnderTest, entrypoint: "Sandbox" },
            },
          })),
        ],
        test: {
          name: "workers",
          include:
            bench !== ""
              ? ["test/bench/**/*.bench.ts"]
              : [
                  "test/actor/**/*.test.ts",
                  "test/attacks/**/*.table.test.ts",
                  "test/console/**/*.test.ts",
                  "test/cron/**/*.test.ts",
                  "test/fuzz/**/*.test.ts",
                  "test/http/**/*.test.ts",
                  "test/ledger/**/*.test.ts",
                  "test/month/**/*.test.ts",
                  "test/notify/**/*.test.ts",
                  "test/sandbox/**/*.test.ts",
                  // Processes of its own live through them (scripts/simulate.mjs).
                  ...(histories.SIMULATE === "" ? [] : ["test/simulation/**/*.test.ts"]),
                  "test/workers/**/*.test.ts",
                ],
          setupFiles: [
            "./test/seed.ts",
            "./test/apply-migrations.ts",
            "./test/openapi/hold-answers.ts",
            "./test/watch-logs.ts",
          ],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          name: "browser",
          environment: "node",
          include: ["test/browser/**/*.test.ts", "test/examples/**/*.test.ts"],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          fileParallelism: false,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});
