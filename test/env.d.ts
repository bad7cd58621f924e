// What the Worker under test is bound to beyond its own wrangler.toml (see vitest.config.ts).

declare namespace Cloudflare {
  interface Env {
    MIGRATIONS: import("cloudflare:test").D1Migration[];
    REPLAY: string;
    HISTORIES: string;
    HISTORIES_FROM: string;
    SIMULATE: string;
    BOOKS: DurableObjectNamespace<import("../src/sandbox/index").Books>;
    MERCHANT: Fetcher;
    /** Takes the names of the documented answers that tests got, a line each. */
    ANSWERS: Fetcher;
    /** Takes what the simulation says of itself, a line of JSON each. */
    PROGRESS: Fetcher;
    SANDBOX: Fetcher;
  }
  interface GlobalProps {
    mainModule: typeof import("./worker");
  }
}
