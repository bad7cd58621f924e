// The scan must itself be able to fail: a secret that is planted, a package that nobody listed, an advisory that
// a registry knows. What it finds it names, and never repeats.
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import {
  listDeployedFaults,
  listDifferences,
  listDocumented,
  listInBundle,
  readDocumented,
} from "../../scripts/deployed-packages.mjs";
import { readLock } from "../../scripts/lock-whole.mjs";
import { scan } from "../../scripts/scan.mjs";
import { scanAdvisories } from "../../scripts/scan-advisories.mjs";
import { listFiles, scanSecrets } from "../../scripts/scan-secrets.mjs";
import { findNode, root } from "../../scripts/tool.mjs";

const over: (() => void)[] = [];
afterEach(() => {
  vi.unstubAllEnvs();
  for (const end of over.splice(0)) end();
});

/** A folder with these files, for as long as a test takes. */
function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "chukta-scan-"));
  over.push(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(folder, name, ".."), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

/** Put together only here: what stands in this file is found, too. */
const key = ["chk", "live", "abcdefghijkl", "a2".repeat(23) + "b"].join("_");
const aws = ["AKIA", "QWERTYUIOPASDFGH"].join("");
const pem = ["RSA", "PRIVATE", "KEY"].join(" ");
const kept = ["whsec", "c29tZWJvZHkgcHV0IGEgcmVhbCBvbmUgaGVyZSBvbmNl"].join("_");

describe("a secret in a file", () => {
  const planted: readonly (readonly [string, string, string, number, string])[] = [
    ["one of our keys", "docs/how.txt", `# How\n\nSend ${key}.\n`, 3, "an API key of Chukta"],
    ["a key of notifications", "a.ts", `const a = "${kept}";`, 1, "a key of notifications"],
    [
      "a setting with a value",
      "wrangler.toml",
      '\n\nSESSION_SECRET = "x7Qp-9vRt2"\n',
      3,
      "a secret setting",
    ],
    ["a setting for a shell", "run.sh", "export API_KEY=correct-horse\n", 1, "a secret setting"],
    ["an AWS key", "src/a.ts", `\nconst id = "${aws}";\n`, 2, "aws AWSAccessKeyID"],
    [
      "a private key",
      "key.pem",
      `-----BEGIN ${pem}-----\n${"MIIEpAIBAAKCAQEA".repeat(8)}\n-----END ${pem}-----\n`,
      1,
      "privatekey PrivateKey",
    ],
    [
      "one whose line says that it is none",
      "b.ts",
      `// secretlint-disable\nconst id = "${aws}";\n`,
      2,
      "aws AWSAccessKeyID",
    ],
  ];

  it.each(planted)("(%s) is found, by its file and line", async (_, file, content, line, what) => {
    const folder = folderOf({ [file]: content, "other.txt": "Nothing here.\n" });
    const { found } = await scanSecrets(folder);
    expect(found).toContainEqual({ file, line, what });
    expect(JSON.stringify(found)).not.toMatch(/a2a2|QWERTY|c29tZ|x7Qp|correct-horse|MIIE/);
  });

  it("is no fault where it is known to be made up, and its line there is one when it is gone", async () => {
    const folder = folderOf({ "a.txt": `API_KEY="${key}"\n` });
    const madeUp = [
      [key, "planted here"],
      ["another-one", "planted nowhere"],
    ];
    const { found, unused } = await scanSecrets(folder, { madeUp });
    expect(found).toEqual([]);
    expect(unused).toEqual(["another-one"]);
  });

  it("is looked for in what git tracks, and nowhere else", () => {
    const folder = folderOf({
      "a.txt": "a",
      "b.txt": "b",
      "node_modules/c.txt": "c",
      ".dev.vars": "d",
    });
    expect(listFiles(folder).toSorted()).toEqual(["a.txt", "b.txt"]);
    for (const args of [
      ["init", "-q"],
      ["add", "b.txt"],
    ]) {
      expect(spawnSync("git", ["-C", folder, ...args]).status).toBe(0);
    }
    expect(listFiles(folder)).toEqual(["b.txt"]);
  });
});

describe("what is deployed", () => {
  const documented = readDocumented(new URL("../../", import.meta.url));

  it("is what the document lists", () => {
    const { lock } = readLock(new URL("../../", import.meta.url));
    expect(documented).toEqual(["hono", "qr", "zod"]);
    expect(listDeployedFaults(lock, documented)).toEqual([]);
  });

  it("is missed when it is listed and gone, or there and not listed, or under another licence", () => {
    const { lock } = readLock(new URL("../../", import.meta.url));
    lock.packages["node_modules/left"] = { version: "1.0.0", license: "GPL-3.0-only" };
    delete lock.packages["node_modules/qr"];
    expect(listDeployedFaults(lock, documented)).toEqual([
      "left is in the lock, and docs/dependencies.md does not say that it is deployed",
      "docs/dependencies.md says that qr is deployed, and it is not in the lock",
      "node_modules/left is deployed under GPL-3.0-only",
    ]);
  });

  it("is read from the bundle itself, not from what was looked at", () => {
    const outputs = {
      "index.js": {
        inputs: {
          "src/index.ts": {},
          "node_modules/hono/dist/hono.js": {},
          "node_modules/@scope/part/a.js": {},
          "node_modules/hono/node_modules/deep/b.js": {},
        },
      },
    };
    const found = listInBundle({ outputs });
    expect(found).toEqual(["@scope/part", "deep", "hono"]);
    expect(listDifferences(found, ["hono", "zod"], "in the bundle")).toHaveLength(3);
    expect(() => listDocumented("# Nothing\n")).toThrow("no section");
  });
});

/**
 * A registry that knows nothing but its own answer to a question about advisories; npm remembers what it
 * answered for as long as a test takes.
 */
async function registryOf(answer: RequestListener): Promise<string> {
  vi.stubEnv("npm_config_cache", folderOf({}));
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  over.push(() => server.close());
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return `http://127.0.0.1:${address.port}/`;
}

const advisory = (severity: string) => [
  {
    id: 1,
    url: "https://advisories.example/1",
    title: "It can be talked into anything",
    severity,
    vulnerable_versions: "*",
    cwe: [],
    cvss: { score: 0, vectorString: null },
  },
];

/** Advisories by package; of a package itself it knows one version, which none of them spares. */
const knowing =
  (found: Readonly<Record<string, unknown>>): RequestListener =>
  (request, response) => {
    request.resume();
    response.setHeader("content-type", "application/json");
    const name = decodeURIComponent((request.url ?? "").slice(1));
    const isQuestion = request.url?.includes("/advisories/bulk") === true;
    const versions = { "0.0.1": { name, version: "0.0.1" } };
    const itself = { name, versions, "dist-tags": { latest: "0.0.1" } };
    response.end(JSON.stringify(isQuestion ? found : itself));
  };

describe("an advisory", () => {
  it.each([
    ["hono", "high", true, "hono (deployed): high, It can be talked into anything"],
    ["hono", "moderate", false, "hono (deployed): moderate, It can be talked into anything"],
    ["fast-check", "high", false, "fast-check (a tool): high, It can be talked into anything"],
    [
      "fast-check",
      "critical",
      true,
      "fast-check (a tool): critical, It can be talked into anything",
    ],
  ])("about %s that is %s: a fault is %s", async (name, severity, isBad, sentence) => {
    const registry = await registryOf(knowing({ [name]: advisory(severity) }));
    const answer = await scanAdvisories(root, { registry });
    expect(answer).toEqual({
      kind: "checked",
      bad: isBad ? [sentence] : [],
      known: isBad ? [] : [sentence],
    });
  });

  it("that nobody knows is none", async () => {
    const registry = await registryOf(knowing({}));
    expect(await scanAdvisories(root, { registry })).toEqual({
      kind: "checked",
      bad: [],
      known: [],
    });
  });

  const silent = async (): Promise<string> =>
    registryOf((request, response) => {
      request.resume();
      response.writeHead(405).end();
    });

  it("that nobody could be asked about is said to be unasked, and is a fault where it must be known", async () => {
    const registry = await silent();
    const sentence =
      "advisories: NOT checked, because the registry's advisory service answered 405";
    const { faults, said } = await scan(root, { registry });
    expect(faults).toEqual([]);
    expect(said).toContain(sentence);
    expect((await scan(root, { registry, isRequired: true })).faults).toEqual([sentence]);
  });

  it("is not asked about where there is no registry at all", async () => {
    const answer = await scanAdvisories(root, { registry: "http://127.0.0.1:9/" });
    expect(answer).toMatchObject({ kind: "not_checked", reason: expect.stringContaining("npm") });
  });
});

it("the whole scan ends with an error and the names of what it found", async () => {
  const registry = await registryOf(knowing({ zod: advisory("critical") }));
  const { code, output } = await spawnScan(["--registry", registry]);
  expect(code).toBe(1);
  expect(output).toContain("scan: zod (deployed): critical, It can be talked into anything");
});

async function spawnScan(args: readonly string[]): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(findNode(), [join(root, "scripts", "scan.mjs"), ...args], { cwd: root });
    let output = "";
    child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.on("close", (code) => resolve({ code: code ?? 1, output }));
  });
}
