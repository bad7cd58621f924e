// Headers as a person copies them: lines of "name: value" from a log, a dashboard or curl, or a JSON object.

import { failure, type Result, success } from "../domain/result";

export type Headers = { readonly [name: string]: string };

export interface NoHeader {
  readonly code: "no_header";
  /** The first line that is neither a header nor what stands around headers. */
  readonly line: string;
}

export function parseHeaderLines(text: string): Result<Headers, NoHeader> {
  const object = parseHeaderObject(text);
  if (object !== null) return success(object);
  const headers: Record<string, string> = {};
  for (const line of text.split(/\r?\n/)) {
    // curl writes "> " before what it sends; a request begins with its own line.
    const bare = line.replace(/^[<>]\s?/, "").trim();
    if (bare === "" || bare === "*" || /^[A-Z]+ \S+( HTTP\/[\d.]+)?$/.test(bare)) continue;
    const parts = /^['"]?([!#$%&*+.^_`|~\w-]+)['"]?\s*:\s*(.*)$/.exec(bare);
    const [, name, value] = parts ?? [];
    if (name === undefined || value === undefined) {
      return failure({ code: "no_header", line: bare.slice(0, 100) });
    }
    headers[name] = value.replace(/^(['"])(.*)\1,?$/, "$2");
  }
  return success(headers);
}

/** Null: no JSON object of texts (a list of values counts by its first). */
function parseHeaderObject(text: string): Headers | null {
  if (!text.trimStart().startsWith("{")) return null;
  try {
    const object = JSON.parse(text) as { readonly [name: string]: unknown };
    const pairs = Object.entries(object).map(([name, value]): readonly [string, unknown] => [
      name,
      Array.isArray(value) ? (value as readonly unknown[])[0] : value,
    ]);
    return Object.fromEntries(pairs.map(([name, value]) => [name, textOf(value)]));
  } catch {
    // It only looked like one: read line by line.
    return null;
  }
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value ?? null);
}
