// What the Worker under test is bound to beyond its own wrangler.toml (see vitest.config.ts).

declare namespace Cloudflare {
  interface Env {
    MIGRATIONS: import("cloudflare:test").D1Migration[];
    REPLAY: string;
    HISTORIES: string;
    HISTORIES_FROM: string;
    SIMULATE: string;
    FUZZ_INPUTS: string;
    FUZZ_FROM: string;
    FUZZ_REPLAY: string;
    BOOKS: DurableObjectNamespace<import("../src/sandbox/index").Books>;
    MERCHANT: Fetcher;
    /** Takes the names of the documented answers that tests got, a line each. */
    ANSWERS: Fetcher;
    /** Takes what the simulation says of itself, a line of JSON each. */
    PROGRESS: Fetcher;
    /** Takes what hostile inputs got, a line for each door. */
    FUZZ_TALLY: Fetcher;
    SANDBOX: Fetcher;
  }
  interface GlobalProps {
    mainModule: typeof import("./worker");
  }
}
