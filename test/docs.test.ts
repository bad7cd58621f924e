// The documents hold together: every relative link in them leads somewhere, and every section or law
// that a comment cites is there. External addresses are not visited.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../", import.meta.url).href);

const read = (path: string): string => readFileSync(join(root, path), "utf8");

/** The files of a folder by their paths from the root, with forward slashes. */
const listFiles = (folder: string, form: RegExp): readonly string[] =>
  readdirSync(join(root, folder), { recursive: true })
    .map((path) => `${folder}/${path.toString().replaceAll("\\", "/")}`)
    .filter((path) => form.test(path));

const documents = [
  "README.md",
  "SECURITY.md",
  "examples/README.md",
  "test/fixtures/README.md",
  ...listFiles("docs", /\.md$/),
];

/** What may cite: all but this file, whose patterns are no citations. */
const sources = ["src", "test", "scripts"]
  .flatMap((folder) => listFiles(folder, /\.(?:tsx?|mjs|toml|md)$/))
  .filter((path) => path !== "test/docs.test.ts");

describe("links", () => {
  it.each(documents)("of %s lead somewhere", (path) => {
    expect(linksOf(read(path)).filter((link) => !leadsSomewhere(path, link))).toEqual([]);
  });

  it("are found, and dead ones are seen", () => {
    expect(linksOf(read("README.md")).length).toBeGreaterThan(30);
    const text = "[a](b.md#c) `[d](e)` [f](https://g.example)\n```md\n[h](i)\n```\n[j [k]](<l.md>)";
    expect(linksOf(text)).toEqual(["b.md#c", "l.md"]);
    const links = ["docs/api.md", "docs/no.md", "docs/api.md#words", "docs/api.md#no", "#laws"];
    expect(links.map((link) => leadsSomewhere("README.md", link))).toEqual([
      true,
      false,
      true,
      false,
      false,
    ]);
    expect(leadsSomewhere("docs/api.md", "../../outside.md")).toBe(false);
  });
});

describe("citations", () => {
  const sections = {
    design: sectionsOf("docs/design.md"),
    gateway: sectionsOf("docs/gateway.md"),
  };
  const laws = lawsOf(read("docs/design.md"));
  const texts = [...sources, ...documents].map((path) => [path, unwrapped(read(path))] as const);

  /** "file: citation" for each number that the known ones do not have, and how many were looked at. */
  const check = (form: RegExp, known: ReadonlySet<string>) => {
    const cited = texts.flatMap(([path, text]) =>
      [...text.matchAll(form)].flatMap(([whole, numbers = ""]) =>
        (numbers.match(/\d+(?:\.\d+)?/g) ?? []).map((number) => ({ path, whole, number })),
      ),
    );
    const dead = cited.filter(({ number }) => !known.has(number));
    return { count: cited.length, dead: dead.map(({ path, whole }) => `${path}: ${whole}`) };
  };

  const numbers = String.raw`(\d+(?:\.\d+)?(?:(?:–|, | and )\d+(?:\.\d+)?)*)`;

  it("of the design resolve", () => {
    const { count, dead } = check(
      new RegExp(String.raw`\bdesign,? (?:sections? )?${numbers}`, "gi"),
      sections.design,
    );
    expect(dead).toEqual([]);
    expect(count).toBeGreaterThan(40);
  });

  it("of the gateway's document resolve", () => {
    const { count, dead } = check(
      new RegExp(String.raw`\bgateway\.md,? (?:sections? )?${numbers}`, "g"),
      sections.gateway,
    );
    expect(dead).toEqual([]);
    expect(count).toBeGreaterThan(30);
  });

  it("of laws resolve", () => {
    const { count, dead } = check(new RegExp(String.raw`\blaws? ${numbers}`, "gi"), laws);
    expect(dead).toEqual([]);
    expect(count).toBeGreaterThan(40);
    expect([...laws].map(Number)).toEqual(Array.from({ length: 13 }, (_, index) => index + 1));
  });

  it("in the list of fixtures are sections of the gateway's document", () => {
    const cited = [...read("test/fixtures/README.md").matchAll(/\((\d+(?:\.\d+)?)\)/g)];
    expect(cited.map(([, number = ""]) => number).filter((n) => !sections.gateway.has(n))).toEqual(
      [],
    );
    expect(cited.length).toBeGreaterThan(5);
  });

  it("name no document that is not here", () => {
    const named = texts.flatMap(([path, text]) =>
      [...text.matchAll(/(?:[\w.-]+\/)*[\w-]+\.md\b/g)].map(([name]) => [path, name] as const),
    );
    const absent = named.filter(([path, name]) => !isDocument(path, name));
    expect(absent.map(([path, name]) => `${path}: ${name}`)).toEqual([]);
    expect(named.length).toBeGreaterThan(30);
  });
});

/** The relative targets of a document's links; code is no text. */
function linksOf(markdown: string): readonly string[] {
  const text = withoutCode(markdown).replace(/`[^`\n]*`/g, "code");
  return [...text.matchAll(/\]\(<?([^)\s>]+)>?\)/g)]
    .map(([, target = ""]) => target)
    .filter((target) => !/^[a-z]+:/i.test(target));
}

function leadsSomewhere(from: string, link: string): boolean {
  const [target = "", anchor] = link.split("#");
  const path = target === "" ? from : posix.normalize(posix.join(dirname(from), target));
  if (path.startsWith("..") || !existsSync(join(root, path))) return false;
  return anchor === undefined || (path.endsWith(".md") && anchorsOf(read(path)).has(anchor));
}

/** The anchors that GitHub gives to headings. */
function anchorsOf(markdown: string): ReadonlySet<string> {
  const anchors = new Set<string>();
  for (const heading of headingsOf(markdown)) {
    const slug = heading
      .toLowerCase()
      .replace(/[^\p{L}\p{M}\p{N}\p{Pc} -]/gu, "")
      .replaceAll(" ", "-");
    let anchor = slug;
    for (let again = 1; anchors.has(anchor); again += 1) anchor = `${slug}-${again}`;
    anchors.add(anchor);
  }
  return anchors;
}

function headingsOf(markdown: string): readonly string[] {
  return [...withoutCode(markdown).matchAll(/^#{1,6} +(.+?) *$/gm)].map(([, text = ""]) => text);
}

function withoutCode(markdown: string): string {
  return markdown.replace(/^ *```[\s\S]*?^ *```/gm, "");
}

/** The numbers with which the headings of a document begin: "3.4", "10". */
function sectionsOf(path: string): ReadonlySet<string> {
  const numbers = headingsOf(read(path)).map(
    (heading) => /^(\d+(?:\.\d+)?)\.? /.exec(heading)?.[1],
  );
  return new Set(numbers.filter((number) => number !== undefined));
}

/** The numbers of the list under "2. Laws". */
function lawsOf(design: string): ReadonlySet<string> {
  const section = /^## 2\. Laws$([\s\S]*?)^## /m.exec(design)?.[1] ?? "";
  return new Set([...section.matchAll(/^(\d+)\. /gm)].map(([, number = ""]) => number));
}

/** One line: a citation may stand at the end of a comment's line and go on in the next. */
function unwrapped(text: string): string {
  return text.replace(/\s*\n\s*(?:\/\/|\*(?!\/)|#)?\s*/g, " ");
}

/** By its path from the root or from the file that names it, or by its name alone among the docs. */
function isDocument(from: string, name: string): boolean {
  const places = [name, posix.join(dirname(from), name), posix.join("docs", name)];
  return places.some((path) => !path.startsWith("..") && existsSync(join(root, path)));
}
