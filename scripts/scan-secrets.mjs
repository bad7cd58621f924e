// Looks for secrets in the project's files: the forms that secretlint knows (clouds, gateways, private keys),
// and our own: API keys, keys of notifications, and secret settings that stand there with a value. What is found
// is named by file, line and kind, and never repeated: a log of a build is no place for it either.
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { lintSource } from "@secretlint/core";
import { rules } from "@secretlint/secretlint-rule-preset-recommend";

/** What lets a line of the source say "this is none": not believed, what is made up stands in one list. */
const believing = "@secretlint/secretlint-rule-filter-comments";

const options = { "@secretlint/secretlint-rule-aws": { enableIDScanRule: true } };

const config = {
  rules: rules
    .filter(({ meta }) => meta.id !== believing)
    .map((rule) => ({ id: rule.meta.id, rule, options: options[rule.meta.id] ?? {} })),
};

/** Nothing longer is written by hand; a picture is no text. */
const longest_bytes = 4 * 1024 * 1024;
const notText = /\.(?:png|jpe?g|gif|webp|ico|woff2?|zip|gz|pdf)$/i;

const settings =
  "PINELABS_(?:CLIENT_ID|CLIENT_SECRET|WEBHOOK_SECRET(?:_PREVIOUS)?|CALLBACK_SECRET)|API_KEY|" +
  "CONSOLE_PASSWORD|SESSION_SECRET|NOTIFY_SECRET(?:_PREVIOUS)?";

/** What each form is called, and how it is found; its last group, or all of it, is the secret. */
const forms = [
  ["an API key of Chukta", /\bchk_(?:live|uat|test)_[a-z2-7]{12}_[a-z2-7]{47}\b/g],
  ["a key of notifications", /\bwhsec_[A-Za-z0-9+/]{32,}={0,2}/g],
  ["an access token", /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}/g],
  // NAME = "value", NAME: "value", NAME=value: but no type, no pattern and no name of a variable.
  ["a secret setting", new RegExp(`\\b(?:${settings})"?\\s*[:=]\\s*["']([^"'\\s]{8,})["']`, "g")],
  ["a secret setting", new RegExp(`^(?:export )?(?:${settings})=([^"'\\s#]{8,})`, "gm")],
];

/** What git tracks of a folder, as it lies there; all of its files where it is no repository of its own. */
export function listFiles(folder) {
  const isRepository = askGit(folder, "rev-parse", "--show-prefix")?.trim() === "";
  const tracked = isRepository ? askGit(folder, "ls-files", "-z", "--cached") : null;
  if (tracked !== null) {
    return tracked.split("\0").filter((path) => path !== "" && isFile(join(folder, path)));
  }
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll("\\", "/"))
    .filter((path) => !/(?:^|\/)(?:node_modules|\.git|\.wrangler|dist)\//.test(path))
    .filter((path) => !/^\.dev\.vars(?!\.example$)/.test(path));
}

/** What git says of a folder; null where there is no git, or it knows nothing of it. */
function askGit(folder, ...asked) {
  const { status, stdout } = spawnSync("git", ["-C", folder, ...asked], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
    maxBuffer: 1 << 26,
  });
  return status === 0 ? stdout : null;
}

function isFile(path) {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

/**
 * What was found, as `{ file, line, what }`, and which of the made-up secrets are nowhere. `madeUp`: what may
 * stand there, as `[value, reason]`; `list`: the file in which they do, which does not count.
 * @param {string} folder
 * @param {{ files?: string[], madeUp?: string[][], list?: string }} options
 */
export async function scanSecrets(
  folder,
  { files = listFiles(folder), madeUp = [], list = "" } = {},
) {
  const found = [];
  const unused = new Set(madeUp.map(([value]) => value));
  for (const file of files) {
    const path = join(folder, file);
    if (notText.test(file) || statSync(path).size > longest_bytes) continue;
    const content = readFileSync(path, "utf8");
    const here = [...(await listKnown(file, content)), ...listOwn(content)];
    for (const { index, secret, what } of here) {
      const allowed = madeUp.find(([value]) => value === secret);
      if (allowed === undefined) found.push({ file, line: lineAt(content, index), what });
    }
    if (file === list) continue;
    for (const value of unused) if (content.includes(value)) unused.delete(value);
  }
  return { found, unused: [...unused], files: files.length };
}

async function listKnown(filePath, content) {
  const { messages } = await lintSource({
    source: { content, filePath, contentType: "text" },
    options: { config, noPhysicFilePath: true },
  });
  return messages.map(({ range, ruleId, messageId }) => ({
    index: range[0],
    secret: content.slice(range[0], range[1]),
    what: `${ruleId.replace("@secretlint/secretlint-rule-", "")} ${messageId}`,
  }));
}

function listOwn(content) {
  return forms.flatMap(([what, form]) =>
    [...content.matchAll(form)].map((match) => ({
      index: match.index,
      secret: match.at(-1) ?? match[0],
      what,
    })),
  );
}

function lineAt(content, index) {
  return content.slice(0, index).split("\n").length;
}
