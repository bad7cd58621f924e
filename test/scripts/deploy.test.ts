// `npm run deploy` against a stand-in for wrangler (stub/wrangler.mjs) and a local server that is the
// gateway's token endpoint and the deployed Worker. Nothing of it leaves this machine.
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { chooseAddress } from "../../scripts/deploy/address.mjs";
import { deploy } from "../../scripts/deploy/deploy.mjs";
import { gatewayAddresses, readTarget } from "../../scripts/deploy/target.mjs";
import { readConfig } from "../../src/config";

const stub = fileURLToPath(new URL("stub/wrangler.mjs", import.meta.url).href);
const project = fileURLToPath(new URL("../../", import.meta.url).href);

interface Call {
  readonly args: readonly string[];
  readonly account?: string;
  readonly secrets?: Readonly<Record<string, string>>;
  readonly secrets_file?: string;
  readonly mode?: string;
  readonly folder_mode?: string;
}

interface Account {
  accounts: readonly { readonly id: string; readonly name: string }[] | null;
  workers: Record<string, readonly string[]>;
  databases: readonly string[];
  targets: readonly string[];
  fail: string | null;
  fail_after_upload?: boolean;
  calls: readonly Call[];
}

const credentials = { PINELABS_CLIENT_ID: "the-id", PINELABS_CLIENT_SECRET: "the-client-secret" };
const made = ["API_KEY", "CONSOLE_PASSWORD", "SESSION_SECRET", "NOTIFY_SECRET"];
const complete = [...Object.keys(credentials), ...made];

let folder = "";
let server: Server;
let origin = "";
/** What the local server was asked: method and path, and the bearer. */
let asked: { readonly line: string; readonly key: string | undefined; readonly body: string }[] =
  [];
let token: { status: number; body: unknown };
let health: { status: number; body: unknown; ours: boolean };
let printed: string[] = [];

const accountFile = (): string => join(folder, "account.json");
const readAccount = (): Account => JSON.parse(readFileSync(accountFile(), "utf8")) as Account;
const calls = (): string[] => readAccount().calls.map(({ args }) => args.join(" "));

function givenAccount(account: Partial<Account>): void {
  const empty: Account = {
    accounts: [{ id: "account-1", name: "Shop" }],
    workers: {},
    databases: [],
    targets: ["chukta.shop.workers.dev", "schedule: * * * * *"],
    fail: null,
    calls: [],
  };
  writeFileSync(accountFile(), JSON.stringify({ ...empty, ...account }));
}

/** wrangler.toml as the project has it, with the local server as gateway and as deployed Worker. */
function writeConfig(environment: string): void {
  const vars = (name: string): string =>
    `PINELABS_ENV = "${name}"\nPINELABS_BASE_URL = "${origin}"\nPUBLIC_URL = "${origin}"\n`;
  writeFileSync(
    join(folder, "wrangler.toml"),
    `name = "chukta"
main = "index.ts"
compatibility_date = "2026-10-01"
[[d1_databases]]
binding = "DB"
database_name = "chukta"
[vars]
${vars(environment)}
[env.uat]
name = "chukta-uat"
[[env.uat.d1_databases]]
binding = "DB"
database_name = "chukta-uat"
[env.uat.vars]
${vars("uat")}`,
  );
}

async function wrangler(args: readonly string[], options: { env?: Record<string, string> } = {}) {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [stub, accountFile(), ...args],
      { env: { ...process.env, CLOUDFLARE_ACCOUNT_ID: "", ...options.env } },
      (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : Number(error.code ?? 1), stdout, stderr });
      },
    );
  });
}

interface Run {
  readonly args?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly answers?: readonly string[];
}

/** One run: its faults, or the words with which it stopped. */
async function run({ args = [], environment = {}, answers }: Run = {}) {
  const left = [...(answers ?? [])];
  const answer = async (question: string): Promise<string> => {
    printed.push(question);
    return left.shift() ?? "";
  };
  try {
    const faults: readonly string[] = await deploy({
      args,
      configFile: join(folder, "wrangler.toml"),
      wrangler,
      terminal: answers === undefined ? null : { ask: answer, askHidden: answer },
      environment,
      print: (line: string) => printed.push(line),
      patience: { limit_ms: 200, pause_ms: 20 },
    });
    return { faults, stopped: null };
  } catch (error) {
    if (!(error instanceof Error) || error.name !== "Refusal") throw error;
    return { faults: [], stopped: error.message };
  }
}

const everything = (): string => printed.join("\n");

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = "";
  for await (const chunk of request) body += String(chunk);
  return body;
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "chukta-deploy-test-"));
  asked = [];
  printed = [];
  token = { status: 200, body: { access_token: "a-token", expires_in: 3600 } };
  health = { status: 200, body: { ok: true, wrong: [] }, ours: true };
  server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const line = `${request.method} ${request.url}`;
      asked.push({ line, key: request.headers.authorization, body });
      const alive = { status: health.ours ? 200 : health.status, body: { ok: health.ours } };
      const ofWorker = line === "GET /healthz" ? alive : health;
      const answer = line === "POST /api/auth/v1/token" ? token : ofWorker;
      if (answer !== token && health.ours) response.setHeader("x-request-id", "r");
      response.writeHead(answer.status, { "content-type": "application/json" });
      response.end(JSON.stringify(answer.body));
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  writeConfig("production");
  givenAccount({});
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

describe("the first deployment", () => {
  it("looks, asks the gateway, makes the database, migrates and deploys, in this order", async () => {
    expect(await run({ environment: credentials })).toEqual({ faults: [], stopped: null });
    expect(calls()).toEqual([
      "whoami --json",
      "secret list --format=json --env=",
      "d1 list --json",
      "d1 create chukta --location=apac",
      "d1 migrations apply DB --remote --env=",
      "deploy --env= --secrets-file=…",
    ]);
    expect(asked.map(({ line }) => line)).toEqual([
      "POST /api/auth/v1/token",
      "GET /healthz",
      "GET /v1/health",
    ]);
    expect(JSON.parse(asked[0]?.body ?? "")).toEqual({
      client_id: "the-id",
      client_secret: "the-client-secret",
      grant_type: "client_credentials",
    });
  });

  it("uploads all secrets at once in a private file, and leaves no file behind", async () => {
    await run({ environment: credentials });
    const call = readAccount().calls.at(-1);
    expect(Object.keys(call?.secrets ?? {}).toSorted()).toEqual(complete.toSorted());
    expect(call?.secrets).toMatchObject(credentials);
    expect(call?.secrets?.["API_KEY"]).toMatch(/^chukta_[\w-]{43}$/);
    expect(call?.mode).toBe("600");
    expect(call?.folder_mode).toBe("700");
    expect(existsSync(call?.secrets_file ?? "/")).toBe(false);
  });

  it("makes secrets that the Worker accepts, different ones each time", async () => {
    await run({ environment: credentials });
    givenAccount({ calls: readAccount().calls });
    await run({ environment: credentials });
    const [one, two] = readAccount().calls.flatMap(({ secrets }) => (secrets ? [secrets] : []));
    for (const name of made) expect(one?.[name]).not.toBe(two?.[name]);
    const env = { PINELABS_ENV: "production", ...one } as unknown as Env;
    expect(readConfig(env)).toMatchObject({ ok: true });
  });

  it("asks at a terminal for the two credentials, and shows the key once", async () => {
    const { faults } = await run({ answers: ["typed-id", "typed-secret"] });
    expect(faults).toEqual([]);
    const secrets = readAccount().calls.at(-1)?.secrets;
    expect(secrets).toMatchObject({
      PINELABS_CLIENT_ID: "typed-id",
      PINELABS_CLIENT_SECRET: "typed-secret",
    });
    expect(everything().split(secrets?.["API_KEY"] ?? "?")).toHaveLength(2);
    // The merchant's own system verifies with it, and nothing else shows it.
    expect(everything().split(secrets?.["NOTIFY_SECRET"] ?? "?")).toHaveLength(2);
    expect(everything()).not.toContain(secrets?.["SESSION_SECRET"] ?? "?");
    expect(everything()).not.toContain("typed-secret");
    expect(everything()).toContain(`${origin}/webhooks/pinelabs`);
  });

  it("shows no secret without a terminal", async () => {
    await run({ environment: credentials });
    const secrets = readAccount().calls.at(-1)?.secrets ?? {};
    for (const value of Object.values(secrets)) expect(everything()).not.toContain(value);
    for (const name of ["API_KEY", "CONSOLE_PASSWORD", "NOTIFY_SECRET"]) {
      expect(everything()).toContain(`npx wrangler secret put ${name} --env=`);
    }
  });

  it("takes what the environment brings instead of making it", async () => {
    const own = {
      API_KEY: "my-own-key-0123456789abcdef",
      PINELABS_WEBHOOK_SECRET: "hook",
      NOTIFY_SECRET_PREVIOUS: `whsec_${btoa("the secret of the former system!")}`,
    };
    await run({ environment: { ...credentials, ...own } });
    expect(readAccount().calls.at(-1)?.secrets).toMatchObject(own);
    expect(asked.at(-1)?.key).toBe("Bearer my-own-key-0123456789abcdef");
  });

  it("uses a database that is there", async () => {
    givenAccount({ databases: ["chukta", "chukta-uat"] });
    await run({ environment: credentials });
    expect(calls().filter((call) => call.startsWith("d1 create"))).toEqual([]);
    expect(calls()).toContain("d1 migrations apply DB --remote --env=");
  });

  it("leaves wrangler.toml as it was: no id of the account in it", async () => {
    const before = readFileSync(join(folder, "wrangler.toml"), "utf8");
    await run({ environment: credentials });
    expect(readFileSync(join(folder, "wrangler.toml"), "utf8")).toBe(before);
  });
});

describe("a later deployment", () => {
  beforeEach(() => givenAccount({ workers: { chukta: complete }, databases: ["chukta"] }));

  it("uploads the code and changes nothing else", async () => {
    health = { status: 401, body: { code: "unauthorized" }, ours: true };
    expect(await run()).toEqual({ faults: [], stopped: null });
    expect(calls()).toEqual([
      "whoami --json",
      "secret list --format=json --env=",
      "d1 list --json",
      "d1 migrations apply DB --remote --env=",
      "deploy --env=",
    ]);
    expect(readAccount().workers).toEqual({ chukta: complete });
    expect(asked).toEqual([{ line: "GET /v1/health", key: undefined, body: "" }]);
  });

  it("keeps secrets that are there, whatever the environment says", async () => {
    await run({ environment: { ...credentials, API_KEY: "another-key-0123456789abcdef" } });
    expect(readAccount().calls.at(-1)?.secrets).toBeUndefined();
  });

  it("adds only what is not there yet", async () => {
    givenAccount({
      workers: { chukta: complete.filter((name) => name !== "NOTIFY_SECRET") },
      databases: ["chukta"],
    });
    await run({ environment: { PINELABS_CALLBACK_SECRET: "0011" } });
    expect(Object.keys(readAccount().calls.at(-1)?.secrets ?? {}).toSorted()).toEqual([
      "NOTIFY_SECRET",
      "PINELABS_CALLBACK_SECRET",
    ]);
  });

  it("says what is wrong with the settings", async () => {
    const detail = "RETURN_URL must be an https address (http only on this machine).";
    const body = { title: "A setting is missing or wrong", code: "setting_invalid", detail };
    health = { status: 503, body, ours: true };
    const { faults } = await run();
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(detail);
  });
});

describe("what is missing without a terminal", () => {
  it("is listed all at once, and nothing was changed", async () => {
    givenAccount({ accounts: null });
    const { stopped } = await run();
    expect(stopped).toContain("CLOUDFLARE_API_TOKEN");
    expect(stopped).toContain("PINELABS_CLIENT_ID");
    expect(stopped).toContain("PINELABS_CLIENT_SECRET");
    expect(calls()).toEqual(["whoami --json"]);
    expect(asked).toEqual([]);
  });

  it("names both credentials where the Worker has half of them", async () => {
    givenAccount({ workers: { chukta: ["API_KEY", "PINELABS_CLIENT_ID"] } });
    const { stopped } = await run();
    expect(stopped).toContain("PINELABS_CLIENT_ID");
    expect(stopped).toContain("PINELABS_CLIENT_SECRET");
    expect(calls()).not.toContain("d1 list --json");
  });

  it("is the account's id when there are several accounts", async () => {
    const accounts = [
      { id: "account-1", name: "Shop" },
      { id: "account-2", name: "Other shop" },
    ];
    givenAccount({ accounts });
    const { stopped } = await run({ environment: credentials });
    expect(stopped).toContain("CLOUDFLARE_ACCOUNT_ID: one of account-1, account-2");
    expect(calls()).toEqual(["whoami --json"]);

    givenAccount({ accounts });
    await run({ environment: credentials, answers: ["2"] });
    const [, ...later] = readAccount().calls;
    expect(later.map(({ account }) => account)).toEqual(later.map(() => "account-2"));
  });

  it("is asked for at a terminal, and nothing given stops", async () => {
    const { stopped } = await run({ answers: ["the-id", ""] });
    expect(stopped).toContain("PINELABS_CLIENT_SECRET is needed");
    expect(calls()).toEqual(["whoami --json", "secret list --format=json --env="]);
  });
});

describe("a secret in the environment that the Worker would refuse", () => {
  it.each([
    ["PINELABS_CLIENT_SECRET", "hidden-secret\n"],
    ["PINELABS_WEBHOOK_SECRET", " hidden-secret"],
    ["PINELABS_CALLBACK_SECRET", "hidden-secret"],
    ["API_KEY", "hidden"],
    ["API_KEY", "hidden".repeat(100)],
    ["CONSOLE_PASSWORD", "hidden"],
    ["SESSION_SECRET", "hidden"],
    ["NOTIFY_SECRET", "hidden"],
    ["NOTIFY_SECRET_PREVIOUS", "hidden"],
  ])("stops before anything is changed: %s", async (name, value) => {
    const { stopped } = await run({ environment: { ...credentials, [name]: value } });
    expect(stopped).toContain(`${name} in the environment must`);
    expect(stopped).not.toContain("hidden");
    expect(calls()).toEqual(["whoami --json", "secret list --format=json --env="]);
    expect(asked).toEqual([]);
  });
});

describe("the gateway's address in wrangler.toml", () => {
  it.each([
    ["http://gateway.example", "must be an https address"],
    ["gateway.example", "must be an https address"],
    [gatewayAddresses.uat, "is the address of uat"],
  ])("is not %s in production", async (address, words) => {
    const config = readFileSync(join(folder, "wrangler.toml"), "utf8");
    const other = config.replace(
      `PINELABS_BASE_URL = "${origin}"`,
      `PINELABS_BASE_URL = "${address}"`,
    );
    writeFileSync(join(folder, "wrangler.toml"), other);
    const { stopped } = await run({ environment: credentials });
    expect(stopped).toContain(words);
    expect(calls()).toEqual([]);
    expect(asked).toEqual([]);
  });
});

it("does not deploy with a PUBLIC_URL to which the key would go in the clear", async () => {
  const config = readFileSync(join(folder, "wrangler.toml"), "utf8");
  const open = config.replaceAll(`PUBLIC_URL = "${origin}"`, 'PUBLIC_URL = "http://pay.example"');
  writeFileSync(join(folder, "wrangler.toml"), open);
  const { stopped } = await run({ environment: credentials });
  expect(stopped).toContain("PUBLIC_URL in wrangler.toml must be an https address");
  expect(calls()).toEqual([]);
});

describe("the gateway's token", () => {
  it.each([
    { status: 401, body: { code: "INVALID_CREDENTIALS", message: "the-client-secret is wrong" } },
    { status: 422, body: {} },
    { status: 200, body: { status: "ok" } },
    { status: 302, body: {} },
  ])("is not given ($status): nothing was changed, nothing was said", async (answer) => {
    token = answer;
    const { stopped } = await run({ environment: credentials });
    expect(stopped).toContain("gave no token");
    expect(stopped).toContain("Nothing was changed");
    expect(stopped).not.toContain("the-client-secret");
    expect(calls()).toEqual(["whoami --json", "secret list --format=json --env="]);
  });

  it("cannot be asked for: nothing was changed", async () => {
    const config = readFileSync(join(folder, "wrangler.toml"), "utf8");
    const closed = config.replaceAll(
      `PINELABS_BASE_URL = "${origin}"`,
      'PINELABS_BASE_URL = "http://127.0.0.1:9"',
    );
    writeFileSync(join(folder, "wrangler.toml"), closed);
    const { stopped } = await run({ environment: credentials });
    expect(stopped).toContain("did not answer");
    expect(calls()).not.toContain("d1 list --json");
  });

  it("may come in a wrapper", async () => {
    token = { status: 200, body: { data: { access_token: "a-token" } } };
    expect((await run({ environment: credentials })).stopped).toBeNull();
  });
});

describe("an environment", () => {
  it("has its own Worker and its own database", async () => {
    expect((await run({ args: ["--env", "uat"], environment: credentials })).stopped).toBeNull();
    expect(calls()).toEqual([
      "whoami --json",
      "secret list --format=json --env=uat",
      "d1 list --json",
      "d1 create chukta-uat --location=apac",
      "d1 migrations apply DB --remote --env=uat",
      "deploy --env=uat --secrets-file=…",
    ]);
    expect(Object.keys(readAccount().workers)).toEqual(["chukta-uat"]);
  });

  it("must be one of wrangler.toml", async () => {
    const { stopped } = await run({ args: ["--env=staging"], environment: credentials });
    expect(stopped).toContain("no [env.staging]");
    expect(stopped).toContain("--env uat");
    expect(calls()).toEqual([]);
  });

  it("is never the sandbox", async () => {
    writeConfig("sandbox");
    const { stopped } = await run({ environment: credentials });
    expect(stopped).toContain("PINELABS_ENV is sandbox");
    expect(calls()).toEqual([]);
    expect(asked).toEqual([]);
  });

  it.each(["--dry-run", "--env", "production"])("is not %s", async (argument) => {
    const { stopped } = await run({ args: [argument], environment: credentials });
    expect(stopped).toContain("Usage: npm run deploy");
    expect(calls()).toEqual([]);
  });

  it("of the project's own wrangler.toml goes where the Worker goes", async () => {
    const file = join(project, "wrangler.toml");
    const secrets = { ...credentials, API_KEY: "a-key-0123456789-abcdefghijklm" };
    for (const [environment, name] of [
      ["", "production"],
      ["uat", "uat"],
    ] as const) {
      const config = readConfig({ ...secrets, PINELABS_ENV: name } as unknown as Env);
      const target = await readTarget(file, environment);
      expect(target.gateway).toBe(gatewayAddresses[name]);
      expect(config).toMatchObject({ value: { gateway: { base_url: target.gateway } } });
    }
  });
});

describe("a step that fails", () => {
  it.each(["secret list", "d1 list", "d1 create", "d1 migrations apply"])(
    "stops before what follows: %s",
    async (command) => {
      givenAccount({ fail: command });
      const { stopped } = await run({ environment: credentials });
      expect(stopped).toContain("A request to the Cloudflare API failed");
      expect(calls().at(-1)).toMatch(new RegExp(`^${command}`));
      expect(readAccount().workers).toEqual({});
    },
  );

  it("leaves no secrets behind when it is the upload", async () => {
    givenAccount({ fail: "deploy" });
    const { stopped } = await run({ answers: ["the-id", "the-client-secret"] });
    expect(stopped).toContain("was not deployed");
    const upload = readAccount().calls.find(({ args }) => args[0] === "deploy");
    expect(existsSync(upload?.secrets_file ?? "/")).toBe(false);
    expect(everything()).not.toContain(upload?.secrets?.["API_KEY"] ?? "?");
  });

  it("shows the key all the same when the Worker has it already", async () => {
    givenAccount({ fail: "deploy", fail_after_upload: true });
    const { stopped } = await run({ answers: ["the-id", "the-client-secret"] });
    expect(stopped).toContain("was not deployed");
    const upload = readAccount().calls.find(({ args }) => args[0] === "deploy");
    expect(everything()).toContain(upload?.secrets?.["API_KEY"] ?? "?");
  });
});

describe("the deployed Worker", () => {
  it("is asked again until it is ours that answers", async () => {
    health = { status: 404, body: {}, ours: false };
    const { faults } = await run({ environment: credentials });
    expect(faults[0]).toContain("does not answer as Chukta yet (answer 404)");
    expect(asked.filter(({ line }) => line === "GET /healthz").length).toBeGreaterThan(1);
  });

  it("is shown the key only after it has answered as Chukta", async () => {
    health = { status: 200, body: { ok: true }, ours: false };
    await run({ environment: credentials });
    expect(asked.map(({ key }) => key)).toEqual(asked.map(() => undefined));
  });

  it("says itself what is wrong with it", async () => {
    const wrong = ["The gateway gave no token (gateway_unavailable)."];
    health = { status: 200, body: { ok: false, wrong }, ours: true };
    expect((await run({ environment: credentials })).faults).toEqual(wrong);
  });

  it("may still wait for its first cron", async () => {
    const wrong = ["The cron has not run yet; it runs every minute once deployed."];
    health = { status: 200, body: { ok: false, wrong }, ours: true };
    expect((await run({ environment: credentials })).faults).toEqual([]);
    expect(everything()).toContain(wrong[0]);
    // The Worker's own words; if they change, the script has to know.
    const source = readFileSync(join(project, "src", "http", "health.ts"), "utf8");
    expect(source).toContain(wrong[0]);
  });

  it.each([
    [["chukta.shop.workers.dev", "schedule: * * * * *"], "https://chukta.shop.workers.dev"],
    [["https://chukta.shop.workers.dev"], "https://chukta.shop.workers.dev"],
    [
      ["chukta.shop.workers.dev", "pay.example.com (custom domain - zone name: example.com)"],
      "https://pay.example.com",
    ],
    [["example.com/* (zone name: example.com)"], "https://example.com"],
    [["example.com/pay/* (zone name: example.com)"], null],
    [["*.example.com/*"], null],
    [["schedule: * * * * *"], null],
    [[], null],
  ])("is reached at what wrangler says: %j", (targets, address) => {
    expect(chooseAddress(targets, null)).toBe(address);
  });

  it("is reached at PUBLIC_URL where that is set", () => {
    expect(chooseAddress(["a.workers.dev"], "https://pay.example/")).toBe("https://pay.example");
  });
});
