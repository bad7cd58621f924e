// The arrows of the house, proved twice: every import of src/ is walked against the table below,
// and the linter is shown each forbidden import and each allowed one, so that neither the table
// nor .oxlintrc.json can be loosened without the other noticing.
import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, posix } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../", import.meta.url).href);

/**
 * What a room may import; "name/*" stands for all parts of a package. Rooms of one file (config,
 * index) are named without a folder.
 */
type Arrows = { readonly rooms: readonly string[]; readonly packages: readonly string[] };

const hono = ["hono", "hono/*"];
const drizzle = ["drizzle-orm", "drizzle-orm/*"];
/** zod's own messages; its translations are fifty, and the deployed Worker speaks one language. */
const english = "zod/v4/locales/en.js";

const house: Readonly<Record<string, Arrows>> = {
  domain: { rooms: [], packages: [] },
  config: { rooms: ["domain"], packages: ["zod/mini"] },
  pinelabs: { rooms: ["domain", "config"], packages: ["zod/mini"] },
  ledger: { rooms: ["domain", "config"], packages: ["zod/mini", ...drizzle] },
  notify: { rooms: ["domain", "config"], packages: ["zod/mini"] },
  actor: {
    rooms: ["domain", "config", "pinelabs", "ledger", "notify"],
    packages: ["zod/mini", "cloudflare:workers"],
  },
  http: {
    rooms: ["domain", "config", "actor", "ledger", "pinelabs"],
    packages: ["zod/mini", english, "cloudflare:workers", ...hono],
  },
  console: {
    rooms: ["domain", "config", "actor", "ledger", "http"],
    packages: ["zod/mini", "qr", ...hono],
  },
  cron: {
    rooms: ["domain", "config", "actor", "ledger"],
    packages: ["zod/mini", "cloudflare:workers"],
  },
  openapi: { rooms: ["domain", "http"], packages: ["zod", "zod/mini"] },
  sandbox: { rooms: [], packages: ["zod", "cloudflare:workers", ...hono] },
  index: {
    rooms: ["domain", "config", "pinelabs", "ledger", "notify", "actor", "http", "console", "cron"],
    packages: ["cloudflare:workers", ...hono],
  },
};

const rooms = Object.keys(house);
const singleFiles = new Set(["config", "index"]);

/** Where the linter is tried: in every room, and in a folder of a room that has folders. */
const places = [...rooms, "http/pages"];

/** The gateway's own files that no door may reach: a door asks the actor. */
const gatewayItself = /^pinelabs\/[^/]*(client|token)/;

/** The two files of pinelabs/ that know how a secret is written; a setting is checked with them. */
const secretDecoders = ["pinelabs/webhook-signature", "pinelabs/callback-signature"];

/** Whether an import of `target` ("room/file", or a package) from `room` follows the arrows. */
function mayImport(room: string, target: string): boolean {
  const arrows = house[room];
  if (arrows === undefined) return false;
  if (arrows.packages.includes(target)) return true;
  if (arrows.packages.some((name) => name.endsWith("/*") && target.startsWith(name.slice(0, -1)))) {
    return true;
  }
  const [other = ""] = target.split("/");
  if (room === "config" && secretDecoders.includes(target)) return true;
  if (!rooms.includes(other)) return false;
  if (room === "http" && gatewayItself.test(target)) return false;
  return other === room || arrows.rooms.includes(other);
}

/** The room of a path below src/: "domain/money.ts" → "domain", "config.ts" → "config". */
function roomOf(path: string): string {
  return path.includes("/") ? path.slice(0, path.indexOf("/")) : path.replace(/\.tsx?$/, "");
}

/** The modules a source names, whichever way: static, type only, side effect, re-export, call. */
function listImports(source: string): readonly string[] {
  const code = source.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
  const forms = [
    /^\s*(?:import|export)\b[^"'`;]*\bfrom\s*["']([^"']+)["']/gm,
    /^\s*import\s*["']([^"']+)["']/gm,
    /\bimport\s*\(\s*["'`]([^"'`]+)["'`]/g,
  ];
  return forms.flatMap((form) => [...code.matchAll(form)].map((match) => match[1] ?? ""));
}

/** An import as the table names it: relative ones from src/, packages as they are. */
function resolve(importer: string, specifier: string): string {
  if (!specifier.startsWith(".")) return specifier;
  return posix.normalize(posix.join(posix.dirname(importer), specifier));
}

describe("the arrows in the source", () => {
  const files = readdirSync(join(root, "src"), { recursive: true })
    .map((path) => path.toString().replaceAll("\\", "/"))
    .filter((path) => /\.tsx?$/.test(path) && !path.endsWith(".d.ts"));

  it("finds the source", () => {
    expect(files).toContain("domain/money.ts");
  });

  it("has no file outside the rooms", () => {
    expect(files.filter((path) => !rooms.includes(roomOf(path)))).toEqual([]);
  });

  it("has no import against an arrow", () => {
    const offences = files.flatMap((path) => {
      const source = readFileSync(join(root, "src", path), "utf8");
      return listImports(source)
        .map((specifier) => resolve(path, specifier))
        .filter((target) => !mayImport(roomOf(path), target))
        .map((target) => `src/${path} imports ${target}`);
    });
    expect(offences).toEqual([]);
  });

  it("makes migrations with the ledger's schema and drizzle, and runs without them", () => {
    const users = files.filter((path) => {
      const source = readFileSync(join(root, "src", path), "utf8");
      const targets = listImports(source).map((specifier) => resolve(path, specifier));
      return targets.some(
        (target) => target === "ledger/schema" || /^drizzle-orm(\/|$)/.test(target),
      );
    });
    expect(users).toEqual(["ledger/schema.ts"]);
  });

  it("sees every form of import", () => {
    const source = [
      'import { a } from "./a";',
      'import type { b } from "./b";',
      'import "./c";',
      'export * from "./d";',
      'const e = await import("./e");',
      "import {",
      "  f,",
      '} from "./f";',
      '// import { g } from "./g";',
    ].join("\n");
    expect(listImports(source).toSorted()).toEqual(["./a", "./b", "./c", "./d", "./e", "./f"]);
  });
});

describe("the arrows in the linter", () => {
  type Diagnostic = {
    readonly code: string;
    readonly filename: string;
    readonly labels: readonly { readonly span: { readonly line: number } }[];
  };

  const packages = [
    ...new Set(
      Object.values(house)
        .flatMap(({ packages: names }) => names)
        .filter((name) => !name.endsWith("/*")),
    ),
    "hono/html",
    "drizzle-orm/d1",
    "node:fs",
    "cloudflare:test",
    "standardwebhooks",
  ];
  const targets = [
    ...rooms.map((room) => (singleFiles.has(room) ? room : `${room}/other`)),
    "pinelabs/client",
    "pinelabs/token",
    ...secretDecoders,
    ...secretDecoders,
    ...packages,
  ];

  let folder = "";
  /** "place target" → the lines of its probe that the linter refused. */
  const refused = new Map<string, number[]>();
  let clockRefusals = 0;

  /** Four ways to say the same import; each must be seen. */
  const probe = (specifier: string): string =>
    [
      `import { a } from "${specifier}";`,
      `import type { b } from "${specifier}";`,
      `export { c } from "${specifier}";`,
      `export const d = async (): Promise<unknown> => import("${specifier}");`,
      "export const e: b = a;",
    ].join("\n");

  /** Where a probe stands: in its place's folder, or in the single file that is the room. */
  const probePath = (place: string, index: number): string =>
    singleFiles.has(place) ? `${index}/src/${place}.ts` : `${index}/src/${place}/probe.ts`;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "chukta-house-"));
    const probes = new Map<string, string>();
    const write = (path: string, source: string): void => {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), source);
    };
    targets.forEach((target, index) => {
      for (const place of places) {
        const local = rooms.includes(target.split("/")[0] ?? "");
        const from = posix.relative(posix.dirname(probePath(place, 0)), `0/src/${target}`);
        const relative = from.startsWith(".") ? from : `./${from}`;
        const path = probePath(place, index);
        probes.set(path, `${place} ${target}`);
        write(path, probe(local ? relative : target));
      }
      copyFileSync(join(root, ".oxlintrc.json"), join(folder, String(index), ".oxlintrc.json"));
    });
    write(
      "0/src/domain/clock.ts",
      "export const now = Date.now();\nexport const r = Math.random();",
    );

    const oxlint = join(root, "node_modules", "oxlint", "bin", "oxlint");
    for (const [index] of targets.entries()) {
      const cwd = join(folder, String(index));
      const run = spawnSync(process.execPath, [oxlint, "--format=json", "src"], {
        cwd,
        encoding: "utf8",
        maxBuffer: 64 * 1024 * 1024,
      });
      const report = JSON.parse(run.stdout) as { diagnostics: Diagnostic[] };
      for (const { code, filename, labels } of report.diagnostics) {
        if (filename.endsWith("clock.ts") && code === "eslint(no-restricted-properties)") {
          clockRefusals += 1;
        }
        const edge = probes.get(`${index}/${filename.replaceAll("\\", "/")}`);
        if (code !== "eslint(no-restricted-imports)" || edge === undefined) continue;
        refused.set(edge, [...(refused.get(edge) ?? []), labels[0]?.span.line ?? 0]);
      }
    }
  });

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it.each(places)("bites in %s exactly where the table says", (place) => {
    // A file does not import itself.
    const others = targets.filter((target) => target !== place);
    const seen = others.map((target) => [
      target,
      [...new Set(refused.get(`${place} ${target}`))].toSorted((one, two) => one - two),
    ]);
    const expected = others.map((target) => [
      target,
      mayImport(roomOf(`${place}/`), target) ? [] : [1, 2, 3, 4],
    ]);
    expect(seen).toEqual(expected);
  });

  it("refuses a clock and chance in domain/", () => {
    expect(clockRefusals).toBe(2);
  });
});
