// Law 12 over every test that runs in the real runtime: whatever the house writes to its log while a test
// runs is read, also where the test has put something in the place of `console.error`, and a secret in it
// fails the test.
import { env } from "cloudflare:workers";
import { afterAll, afterEach } from "vitest";
import { leaksIn } from "./told-secrets";

const METHODS: readonly PropertyKey[] = ["log", "info", "warn", "error", "debug", "trace"];

const SECRETS = [
  "PINELABS_CLIENT_SECRET",
  "PINELABS_WEBHOOK_SECRET",
  "PINELABS_CALLBACK_SECRET",
  "API_KEY",
  "CONSOLE_PASSWORD",
  "SESSION_SECRET",
  "NOTIFY_SECRET",
] as const;

const secrets = Object.fromEntries(SECRETS.map((name) => [name, env[name]]));

let lines: string[] = [];

/** Stays in front of whatever a test puts in the place of a method. */
globalThis.console = new Proxy(console, {
  get(target, key): unknown {
    const method: unknown = Reflect.get(target, key);
    if (!METHODS.includes(key) || typeof method !== "function") return method;
    // A mock is looked at by its test: it keeps its own members.
    return new Proxy(method, {
      apply(log, _, said: readonly unknown[]): unknown {
        lines.push(said.map(textOf).join(" "));
        return Reflect.apply(log, target, said);
      },
    });
  },
});

afterEach(() => look("this test"));

/** What is still said when the last test is over, or between two. */
afterAll(() => look("this file"));

function look(whose: string): void {
  const said = lines.join("\n");
  lines = [];
  const leaks = leaksIn(said, secrets);
  if (leaks.length > 0) {
    throw new Error(`the log of ${whose} holds ${leaks.map(({ what }) => what).join(", ")}`);
  }
}

function textOf(said: unknown): string {
  if (typeof said === "string") return said;
  return JSON.stringify(said, whole) ?? String(said);
}

/** JSON leaves out what an exception says, wherever in an object it stands. */
function whole(_: string, value: unknown): unknown {
  if (!(value instanceof Error)) return value;
  const { name, message, stack, cause } = value;
  return { name, message, stack, cause };
}
