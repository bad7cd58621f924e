// Asks the registry's advisory service, by npm's own `npm audit`, which of the locked versions have a known
// weakness. What is deployed must have none that is high or worse, a tool none that is critical. Where there is
// no such service (a mirror, a machine without a network) it says so: not asked is not the same as none.
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { findNode, toolEnvironment } from "./tool.mjs";

const severities = ["info", "low", "moderate", "high", "critical"];
const limit_ms = 12_000;

/**
 * `{ kind: "checked", bad, known }` with sentences, or `{ kind: "not_checked", reason }`. `registry`: another one
 * than npm's own settings name.
 */
export async function scanAdvisories(folder, { registry } = {}) {
  const { output, isLate } = await runAudit(folder, registry);
  if (isLate) return notChecked(`the registry gave no answer within ${limit_ms / 1000} seconds`);
  const report = parse(output);
  if (report === null) return notChecked("npm audit said nothing that can be read");
  if (report.vulnerabilities === undefined) return notChecked(reasonIn(report));
  const lock = JSON.parse(readFileSync(join(folder, "package-lock.json"), "utf8"));
  const known = Object.values(report.vulnerabilities).map((found) => judge(found, lock));
  return {
    kind: "checked",
    bad: known.filter(({ isBad }) => isBad).map(({ sentence }) => sentence),
    known: known.filter(({ isBad }) => !isBad).map(({ sentence }) => sentence),
  };
}

function notChecked(reason) {
  return { kind: "not_checked", reason };
}

function judge({ name, severity, nodes = [], via = [] }, lock) {
  const isDeployed = nodes.some((path) => lock.packages[path]?.dev !== true);
  const least = isDeployed ? "high" : "critical";
  const titles = via.flatMap((one) => (typeof one === "string" ? [`through ${one}`] : [one.title]));
  const where = isDeployed ? "deployed" : "a tool";
  return {
    isBad: severities.indexOf(severity) >= severities.indexOf(least),
    sentence: `${name} (${where}): ${severity}, ${titles.join("; ")}`,
  };
}

/** npm's own words for what went wrong; its status where there is one. */
function reasonIn(report) {
  if (report.statusCode !== undefined) {
    return `the registry's advisory service answered ${report.statusCode}`;
  }
  const text = report.message ?? report.error?.summary ?? report.error?.code ?? "";
  return text === "" ? "npm audit failed without a word" : `npm audit: ${text.split("\n")[0]}`;
}

function parse(output) {
  try {
    return JSON.parse(output);
  } catch {
    return null;
  }
}

function runAudit(folder, registry) {
  const args = ["audit", "--json", "--package-lock-only", "--fetch-retries=0"];
  if (registry !== undefined) args.push(`--registry=${registry}`);
  const npm = findNpm();
  const [command, given] = npm === null ? ["npm", args] : [findNode(), [npm, ...args]];
  return new Promise((resolve, reject) => {
    const child = spawn(command, given, {
      cwd: folder,
      env: toolEnvironment(),
      stdio: ["ignore", "pipe", "ignore"],
      // npm is a script of the shell's there.
      shell: npm === null && process.platform === "win32",
    });
    let output = "";
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      child.kill();
    }, limit_ms);
    child.stdout.on("data", (chunk) => (output += chunk));
    child.on("error", reject);
    child.on("close", () => {
      clearTimeout(timer);
      resolve({ output, isLate });
    });
  });
}

/** The npm that runs this script, as npm and npx tell it. */
function findNpm() {
  const told = process.env.npm_execpath ?? "";
  const file = join(dirname(told), "npm-cli.js");
  return /^np[mx]-cli\.js$/.test(basename(told)) && existsSync(file) ? file : null;
}
