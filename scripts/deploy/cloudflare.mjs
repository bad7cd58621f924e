// The steps that wrangler does, each as one question or one change. `wrangler(args, options)` runs it
// (scripts/wrangler.mjs, or a stub in tests). An answer that is not understood stops the deployment:
// a failed look must never be taken for "not there".
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { Refusal } from "./refusal.mjs";

/** The last lines of what wrangler said, without colours and without its log file's path. */
function wordsOf({ stdout, stderr }) {
  return stripVTControlCharacters(`${stdout}\n${stderr}`)
    .split("\n")
    .filter((line) => line.trim() !== "" && !/Logs were written to/.test(line))
    .slice(-12)
    .join("\n");
}

/** The accounts of whoever is signed in, or null when nobody is. */
export async function findAccounts(wrangler) {
  const answer = await wrangler(["whoami", "--json"]);
  const user = parseJson(answer.stdout);
  if (user?.loggedIn === false) return null;
  if (answer.code !== 0 || user === undefined) {
    throw new Refusal(`Cloudflare could not be asked who is signed in.\n${wordsOf(answer)}`);
  }
  return user.accounts ?? [];
}

/** The names of the Worker's secrets; null when there is no such Worker yet. */
export async function listSecrets(wrangler, target) {
  const answer = await wrangler(["secret", "list", "--format=json", `--env=${target.environment}`]);
  if (answer.code === 0) {
    const list = parseJson(answer.stdout);
    if (Array.isArray(list)) return new Set(list.map(({ name }) => name));
  }
  if (new RegExp(`Worker "${target.worker}".*not found`).test(wordsOf(answer))) return null;
  throw new Refusal(`The secrets of ${target.worker} could not be listed.\n${wordsOf(answer)}`);
}

/** Finds the database by its name or makes it: "found" or "made". */
export async function ensureDatabase(wrangler, { database }) {
  // `d1 info` would also need the permission to read analytics.
  const listed = await wrangler(["d1", "list", "--json"]);
  const list = listed.code === 0 ? parseJson(listed.stdout) : undefined;
  if (!Array.isArray(list)) {
    throw new Refusal(`The account's D1 databases could not be listed.\n${wordsOf(listed)}`);
  }
  if (list.some(({ name }) => name === database)) return "found";
  // Near the gateway and its merchants. Its id stays in the account: names are enough to find it.
  const made = await wrangler(["d1", "create", database, "--location=apac"]);
  if (made.code === 0) return "made";
  throw new Refusal(`The database ${database} could not be made.\n${wordsOf(made)}`);
}

/** Applies the migrations that are missing. Old code runs on a newer schema: releases only expand. */
export async function migrate(wrangler, { binding, environment }) {
  const args = ["d1", "migrations", "apply", binding, "--remote", `--env=${environment}`];
  const answer = await wrangler(args);
  if (answer.code === 0) return;
  throw new Refusal(`The database could not be migrated.\n${wordsOf(answer)}`);
}

/**
 * Uploads the Worker, with the secrets of `secretsFile` if there is one, and returns what it can be
 * reached by, in wrangler's words. wrangler may ask its own questions at a terminal.
 */
export async function upload(wrangler, { environment }, { secretsFile, folder }) {
  const report = join(folder, "wrangler.ndjson");
  const args = ["deploy", `--env=${environment}`];
  if (secretsFile !== null) args.push(`--secrets-file=${secretsFile}`);
  const answer = await wrangler(args, { show: true, env: { WRANGLER_OUTPUT_FILE_PATH: report } });
  const deployed = answer.code === 0 ? findDeployed(report) : undefined;
  if (deployed === undefined) {
    throw new Refusal(
      "The Worker was not deployed; what wrangler said stands above. The database is ready, and " +
        "running this again goes on from here.",
    );
  }
  return deployed.targets ?? [];
}

function findDeployed(report) {
  if (!existsSync(report)) return undefined;
  const entries = readFileSync(report, "utf8").split("\n").map(parseJson);
  // A question that was answered with no ends wrangler well, without a version.
  return entries.findLast((entry) => entry?.type === "deploy" && entry.version_id);
}

/** The value of a text that is JSON, undefined of any other. */
function parseJson(text) {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON: the caller says what that means.
    return undefined;
  }
}
