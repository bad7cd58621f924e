// What the Worker under test is bound to beyond its own wrangler.toml (see vitest.config.ts).

declare namespace Cloudflare {
  interface Env {
    MIGRATIONS: import("cloudflare:test").D1Migration[];
    BOOKS: DurableObjectNamespace<import("../src/sandbox/index").Books>;
    MERCHANT: Fetcher;
    SANDBOX: Fetcher;
  }
  interface GlobalProps {
    mainModule: typeof import("./worker");
  }
}
