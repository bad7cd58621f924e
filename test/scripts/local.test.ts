// `npm start` and `npm run dev`, as far as it goes without starting a server: what their arguments
// mean, which port is free, and that the sandbox's configuration works wherever it is written.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { unstable_readConfig } from "wrangler";
import { findSettingsFile, readDevArguments } from "../../scripts/dev.mjs";
import { isPortFree, takeOption, takePort } from "../../scripts/port.mjs";
import { relocateConfig } from "../../scripts/relocate-config.mjs";
import { readStartArguments } from "../../scripts/start.mjs";
import { readConfig } from "../../src/config";

const root = fileURLToPath(new URL("../../", import.meta.url).href);
const sandbox = join(root, "src", "sandbox");

/** What the two configurations of the Worker must agree on. */
interface Bindings {
  readonly compatibility_date: string;
  readonly durable_objects: { readonly bindings: unknown };
  readonly d1_databases: readonly { readonly binding: string }[];
  readonly ratelimits: readonly { readonly name: string; readonly simple: unknown }[];
  readonly assets: { readonly directory: string };
  readonly exports: unknown;
  readonly vars: unknown;
}

function readWranglerConfig(config: string): Bindings {
  const read: (args: { config: string }) => unknown = unstable_readConfig;
  return read({ config }) as Bindings;
}

describe("arguments", () => {
  it.each([
    [["--port", "9000"], "9000", []],
    [["--port=9000", "--tunnel"], "9000", ["--tunnel"]],
    [["--tunnel", "--port", "1", "--port=2"], "2", ["--tunnel"]],
    [["--var=A:b=c"], undefined, ["--var=A:b=c"]],
    [["--port"], "", []],
  ])("finds an option in %j", (args, value, rest) => {
    expect(takeOption(args, "--port")).toEqual({ value, rest });
  });

  it("has port 8787 unless another one is named", () => {
    expect(takePort([]).port).toBe(8787);
    expect(takePort(["--port", "65535"]).port).toBe(65_535);
  });

  it.each(["", "0", "65536", "-1", "8787x", "80 80"])("refuses port %j", (port) => {
    expect(() => takePort([`--port=${port}`])).toThrow("--port must be a number");
  });

  it("gives each port of `npm start` books of its own", () => {
    expect(readStartArguments([]).state).toBe(".wrangler/sandbox");
    expect(readStartArguments(["--port", "9000"]).state).toBe(".wrangler/sandbox-9000");
    expect(readStartArguments(["--persist-to", "here", "--log-level=warn"])).toEqual({
      port: 8787,
      state: "here",
      others: ["--log-level=warn"],
    });
  });

  it("runs `npm run dev` as uat, and hands everything else to wrangler", () => {
    expect(readDevArguments(["--port", "9000", "--tunnel"])).toMatchObject({
      environment: "uat",
      migrate: ["d1", "migrations", "apply", "DB", "--local", "--env=uat"],
      serve: ["dev", "--port=9000", "--env=uat", "--tunnel"],
    });
  });

  it("migrates the database that it will serve", () => {
    expect(readDevArguments(["--env=", "--persist-to", "here", "-c", "other.toml"])).toMatchObject({
      environment: "",
      migrate: [
        "d1",
        "migrations",
        "apply",
        "DB",
        "--local",
        "--env=",
        "--config=other.toml",
        "--persist-to=here",
      ],
      serve: ["dev", "--port=8787", "--env=", "--persist-to", "here", "-c", "other.toml"],
    });
  });
});

describe("the settings of this machine", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "chukta-local-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("are missing, common or the environment's own", () => {
    expect(findSettingsFile(folder, "uat")).toBeNull();
    writeFileSync(join(folder, ".dev.vars"), "");
    expect(findSettingsFile(folder, "uat")).toBe(".dev.vars");
    expect(findSettingsFile(folder, "")).toBe(".dev.vars");
    writeFileSync(join(folder, ".dev.vars.uat"), "");
    expect(findSettingsFile(folder, "uat")).toBe(".dev.vars.uat");
    expect(findSettingsFile(folder, "")).toBe(".dev.vars");
  });
});

describe("a port", () => {
  it("that somebody listens on is not free, and start says which one to take", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    expect(await isPortFree(port)).toBe(false);

    const script = join(root, "scripts", "start.mjs");
    const run = spawnSync(process.execPath, [script, "--port", String(port)], { encoding: "utf8" });
    expect(run.status).toBe(1);
    expect(run.stderr).toBe(
      `Port ${port} is taken. Another one: npm start -- --port ${port + 1}\n`,
    );

    await new Promise((resolve) => server.close(resolve));
    expect(await isPortFree(port)).toBe(true);
  });
});

describe("the sandbox's configuration", () => {
  const to = join(root, ".wrangler", "start-9000");
  const read = (name: string): string => readFileSync(join(sandbox, name), "utf8");
  const moved = (name: string): string =>
    String(relocateConfig(read(name), { from: sandbox, to, port: 9000 }));

  it.each(["wrangler.toml", "merchant.toml"])("finds the same files from elsewhere: %s", (name) => {
    const paths = [...moved(name).matchAll(/^(?:main|directory|migrations_dir)\s*=\s*"(.*)"/gm)];
    expect(paths.length).toBeGreaterThan(0);
    for (const [line, path = ""] of paths) expect(existsSync(join(to, path)), line).toBe(true);
  });

  it.each(["wrangler.toml", "merchant.toml"])("keeps everything else: %s", (name) => {
    const settings = (text: string): string[] =>
      text
        .split("\n")
        .filter((line) => !/^(main|directory|migrations_dir)\b|localhost:\d+/.test(line));
    expect(settings(moved(name))).toEqual(settings(read(name)));
    expect(moved(name)).not.toMatch(/(localhost|127\.0\.0\.1):8787/);
  });

  it("moves paths, whichever key names them, and no text that only looks like one", () => {
    const text =
      'main = "a.ts"\n"../x.js" = "./y.ts"\nname = "a.b" # "./kept"\nurl = "http://./z"\n';
    expect(relocateConfig(text, { from: "/p/src/box", to: "/p/out", port: 8787 })).toBe(
      'main = "../src/box/a.ts"\n"../x.js" = "../src/box/y.ts"\nname = "a.b" # "./kept"\nurl = "http://./z"\n',
    );
  });

  it("gives the Worker settings that it accepts", () => {
    const { vars } = readWranglerConfig(join(sandbox, "merchant.toml"));
    expect(readConfig(vars as Env)).toMatchObject({
      ok: true,
      value: { environment: "sandbox", public_url: "http://localhost:8787" },
    });
  });

  it("binds the Worker to what it is bound to when deployed", () => {
    const bindings = (config: string) => {
      const { durable_objects, d1_databases, ratelimits, exports, compatibility_date, assets } =
        readWranglerConfig(config);
      return {
        assets: resolve(dirname(config), assets.directory),
        durable_objects: durable_objects.bindings,
        databases: d1_databases.map(({ binding }) => binding),
        ratelimits: ratelimits.map(({ name, simple }) => ({ name, simple })),
        exports,
        compatibility_date,
      };
    };
    expect(bindings(join(sandbox, "merchant.toml"))).toEqual(bindings(join(root, "wrangler.toml")));
  });
});
