// Whoever is refused is told what to do next: by the door that refuses, or by the sentence of its code.

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { ADVICE } from "../../src/http/problem-advice";

const doors = fileURLToPath(new URL("../../src/http/", import.meta.url).href);

/** Whoever sends what is refused at the gateway's door learns nothing from it. */
const UNTOLD = ["message_refused"];

test("no door answers a problem without a word of what to do", () => {
  const files = readdirSync(doors, { recursive: true, encoding: "utf8" }).filter((name) =>
    /\.tsx?$/.test(name),
  );
  // With nothing but the code, or with a time to wait alone.
  const bare = /problem\(\s*"([a-z_]+)"(?:\)|, \{ retry_after: [^,{}]+ \}\))/g;
  const found = files.flatMap((name) =>
    [...readFileSync(`${doors}${name}`, "utf8").matchAll(bare)].map(([, code = ""]) => code),
  );
  expect(found.length).toBeGreaterThan(20);
  const silent = [...new Set(found)].filter(
    (code) => !UNTOLD.includes(code) && !Object.hasOwn(ADVICE, code),
  );
  expect(silent).toEqual([]);
});
