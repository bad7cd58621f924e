// Chukta as a new user has it: a really started `npm start`, on a port and with books of its own.
// Settings that differ from the sandbox's go into `.dev.vars` beside the configuration that the
// start script writes, where wrangler reads them. Nothing of it is left when it has been stopped.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execPath, kill, platform } from "node:process";
import { setTimeout as wait } from "node:timers/promises";
import { stopWrangler } from "../../scripts/wrangler.mjs";
import { root } from "../../scripts/tool.mjs";
import type { OrderView } from "../../src/domain/order-view";
import { sandboxDefaults } from "../../src/sandbox/settings";

const START_LIMIT_MS = 90_000;
const STOP_LIMIT_MS = 20_000;

export interface MadeLink {
  readonly link_id: string;
  readonly order_id: string;
  readonly reference: string;
  readonly token: string;
  /** Where the customer pays. */
  readonly payment_link: string;
  /** Where the gateway sends the customer afterwards. */
  readonly callback: string;
}

export interface VerdictJson {
  readonly verdict: string;
  readonly fulfill: boolean;
  readonly source: string | null;
}

/** Paisa, and how many captures and refunds the gateway was ever asked for. */
export interface Moved {
  readonly authorized: number;
  readonly captured: number;
  readonly refunded: number;
  readonly captures: number;
  readonly refunds: number;
}

const NOTHING_MOVED = { authorized: 0, captured: 0, refunded: 0 } as const;

interface GatewayBooks {
  readonly totals: Readonly<Record<string, Omit<Moved, "captures" | "refunds">>>;
  readonly refunds: readonly { readonly parent_order_id: string }[];
  readonly orders: readonly {
    readonly order_id: string;
    readonly payments?: readonly { readonly capture_data?: readonly unknown[] }[];
  }[];
}

export class Chukta {
  readonly origin: string;
  readonly log: () => string;
  readonly stop: () => Promise<void>;

  constructor(running: Pick<Chukta, "origin" | "log" | "stop">) {
    this.origin = running.origin;
    this.log = running.log;
    this.stop = running.stop;
  }

  /** The merchant's API with the administrator's key; throws unless it answers 2xx. */
  async api<T>(method: string, path: string, body?: unknown): Promise<T> {
    const authorization = `Bearer ${sandboxDefaults.api_key}`;
    return this.#ask(method, path, body, { authorization });
  }

  /** The sandbox's own routes. */
  async gateway<T>(method: string, path: string, body?: unknown): Promise<T> {
    return this.#ask(method, `/sandbox${path}`, body, {});
  }

  async #ask<T>(
    method: string,
    path: string,
    body: unknown,
    headers: Readonly<Record<string, string>>,
  ): Promise<T> {
    const response = await fetch(`${this.origin}${path}`, {
      method,
      headers: { ...headers, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return JSON.parse(text) as T;
  }

  /** A link of ₹1,500.00 by the merchant's API. */
  async createLink(change: Readonly<Record<string, unknown>> = {}): Promise<MadeLink> {
    const reference = `shop-${crypto.randomUUID().slice(0, 8)}`;
    const made = await this.api<{
      payment_link_id: string;
      order_id: string;
      token: string;
      payment_link: string;
    }>("POST", "/v1/links", {
      amount: { value: 150_000, currency: "INR" },
      merchant_payment_link_reference: reference,
      customer: { email_id: "asha@example.com", mobile_number: "9000000001" },
      description: "Two kurtas",
      ...change,
    });
    const { payment_link_id: link_id, order_id, token, payment_link } = made;
    const callback = `${this.origin}/callback/${token}`;
    return { link_id, order_id, reference, token, payment_link, callback };
  }

  order(id: string): Promise<OrderView> {
    return this.api("GET", `/v1/orders/${id}`);
  }

  verdict(token: string): Promise<VerdictJson> {
    return this.api("GET", `/v1/verdicts/${token}`);
  }

  /** A link whose payment the customer's bank holds, or has paid. */
  async createPaid(
    action: "pay" | "authorize",
    change: Readonly<Record<string, unknown>> = {},
    instrument = "card",
  ): Promise<MadeLink> {
    const made = await this.createLink({ pre_auth: action === "authorize", ...change });
    await this.gateway("POST", `/links/${made.link_id}/${action}`, { instrument });
    return made;
  }

  /** What the gateway's own books say has moved of an order, in paisa, and how often. */
  async moved(order_id: string): Promise<Moved> {
    const { totals, refunds, orders } = await this.gateway<GatewayBooks>("GET", "/books");
    const { authorized, captured, refunded } = totals[order_id] ?? NOTHING_MOVED;
    const payments = orders.find((order) => order.order_id === order_id)?.payments ?? [];
    return {
      authorized,
      captured,
      refunded,
      captures: payments.flatMap((payment) => payment.capture_data ?? []).length,
      refunds: refunds.filter((refund) => refund.parent_order_id === order_id).length,
    };
  }

  /** The minute's cron, once. */
  async fireCron(): Promise<void> {
    const response = await fetch(`${this.origin}/cdn-cgi/local/scheduled?cron=*+*+*+*+*`);
    await response.text();
    if (!response.ok) throw new Error(`The cron answered ${response.status}.`);
  }
}

/** A port of this machine that nobody has. */
export async function findFreePort(): Promise<number> {
  const server = createServer();
  server.listen(0, "localhost");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("No port.");
  return address.port;
}

/** Resolves once both Workers answer; throws with the whole log when they do not. */
export async function startChukta(
  settings: Readonly<Record<string, string>> = {},
): Promise<Chukta> {
  const port = await findFreePort();
  const state = mkdtempSync(join(tmpdir(), "chukta-browser-"));
  const configs = join(root, ".wrangler", `start-${port}`);
  mkdirSync(configs, { recursive: true });
  const lines = Object.entries(settings).map(([name, value]) => `${name}="${value}"\n`);
  writeFileSync(join(configs, ".dev.vars"), lines.join(""));

  const detached = platform !== "win32";
  const script = join(root, "scripts", "start.mjs");
  const child = spawn(execPath, [script, `--port=${port}`, `--persist-to=${state}`], {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
    detached,
  });
  let log = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (log += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (log += text));
  // "close" comes when nothing holds the output any more: the script and all that it started.
  const closed = once(child, "close");

  const stop = async (): Promise<void> => {
    const late = new AbortController();
    const tooLate = wait(STOP_LIMIT_MS, "late", { signal: late.signal });
    if (child.exitCode === null) await end(child.pid, detached, "SIGTERM");
    const how = await Promise.race([closed, tooLate]);
    late.abort();
    if (how === "late") await end(child.pid, detached, "SIGKILL");
    for (const folder of [state, configs]) rmSync(folder, { recursive: true, force: true });
    if (how === "late") throw new Error(`\`npm start\` did not stop:\n${log}`);
  };

  const ready = new Promise<true>((resolve) => {
    child.stdout.on("data", () => {
      if (log.includes("Chukta and its sandbox are running.")) resolve(true);
    });
  });
  const limit = new AbortController();
  const tooLate = wait(START_LIMIT_MS, false, { signal: limit.signal });
  const started = await Promise.race([ready, closed.then(() => false), tooLate]);
  limit.abort();
  if (!started) {
    await stop();
    throw new Error(`\`npm start\` did not come up:\n${log}`);
  }
  return new Chukta({ origin: `http://localhost:${port}`, log: () => log, stop });
}

async function end(
  pid: number | undefined,
  detached: boolean,
  signal: "SIGTERM" | "SIGKILL",
): Promise<void> {
  if (pid === undefined) return;
  // A group is what Windows does not have; there the tree is ended.
  if (!detached) return stopWrangler({ child: { pid }, detached });
  try {
    kill(-pid, signal);
  } catch (error) {
    // Gone by itself.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
