// Runs a tool of node_modules with the project's own Node, on every operating system and without
// a shell. `wrangler` needs a newer Node than the machine may have; the one that npm installed
// here is used, however the script itself was started.
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The project's folder. */
export const root = fileURLToPath(new URL("../", import.meta.url));

/** The Node that npm installed for this project, or the one that runs this script. */
export function findNode() {
  const folder = join(root, "node_modules", "node", "bin");
  const own = ["node", "node.exe"].map((name) => join(folder, name)).find(existsSync);
  return own ?? process.execPath;
}

/** The JavaScript file behind a tool's command; throws when the package is not installed. */
export function getToolFile(name, packageName = name) {
  const folder = join(root, "node_modules", ...packageName.split("/"));
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = typeof manifest.bin === "string" ? manifest.bin : manifest.bin?.[name];
  if (file === undefined) throw new Error(`${packageName} has no command ${name}`);
  return join(folder, file);
}

/** The environment a tool runs in: the project's Node first on the path, no usage reports sent. */
export function toolEnvironment(extra = {}) {
  const path = [dirname(findNode()), join(root, "node_modules", ".bin"), process.env.PATH ?? ""];
  return {
    ...process.env,
    PATH: path.join(delimiter),
    WRANGLER_SEND_METRICS: "false",
    // Quiet about newer versions: the lock file decides.
    WRANGLER_HIDE_BANNER: "true",
    ...extra,
  };
}

/**
 * Runs a tool in the project's folder and resolves to its exit code. With `capture` its output is
 * returned instead of shown: `{ code, output }`.
 */
export function runTool(
  name,
  args,
  { packageName, capture = false, env = {}, stdin, signal } = {},
) {
  return new Promise((resolve, reject) => {
    const child = spawn(findNode(), [getToolFile(name, packageName), ...args], {
      cwd: root,
      env: toolEnvironment(env),
      signal,
      killSignal: "SIGKILL",
      stdio: capture ? ["ignore", "pipe", "pipe"] : [stdin ?? "inherit", "inherit", "inherit"],
    });
    let output = "";
    child.stdout?.on("data", (chunk) => (output += chunk));
    child.stderr?.on("data", (chunk) => (output += chunk));
    // Ended on purpose: what it had started itself may still hold its output open.
    child.on("error", (error) => {
      if (error.name === "AbortError") resolve(capture ? { code: 1, output } : 1);
      else reject(error);
    });
    child.on("close", (code) => {
      const exit = code ?? 1;
      resolve(capture ? { code: exit, output } : exit);
    });
  });
}
