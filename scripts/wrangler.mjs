// Runs the project's own wrangler: to its end with its output captured or shown, or as a server, so
// that stopping it stops everything that it started. Usage reports are off. Works from any Node from 20 on, because wrangler itself is run by the one npm installed.
import { spawn } from "node:child_process";
import { setTimeout as wait } from "node:timers/promises";
import { findNode, getToolFile, root, toolEnvironment } from "./tool.mjs";

const windows = process.platform === "win32";

/** How long a server may take to end by itself before it is killed. */
const patience_ms = 5000;

/**
 * Runs wrangler to its end: `{ code, stdout, stderr }`. With `show` the terminal is wrangler's, so
 * that it can ask questions, and both texts are empty; without it wrangler asks nothing.
 */
export function runWrangler(args, { show = false, env = {} } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(findNode(), [getToolFile("wrangler"), ...args], {
      cwd: root,
      env: toolEnvironment(env),
      stdio: show ? "inherit" : ["ignore", "pipe", "pipe"],
    });
    const read = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"]) {
      child[name]?.setEncoding("utf8").on("data", (text) => (read[name] += text));
    }
    child.on("error", reject);
    child.on("close", (code) => resolve({ code: code ?? 1, ...read }));
  });
}

/**
 * Starts wrangler as a server. With `terminal` it stays in the script's own process group and has
 * the keyboard (its questions and single keys); without, it has a group of its own.
 */
export function startWrangler(args, { terminal = false } = {}) {
  // On Windows a group of its own would open a window of its own.
  const detached = !terminal && !windows;
  const child = spawn(findNode(), [getToolFile("wrangler"), ...args], {
    cwd: root,
    // The variable keeps the runtime from asking the network for the details of a request.
    env: toolEnvironment({ CLOUDFLARE_CF_FETCH_ENABLED: "false" }),
    stdio: [terminal ? "inherit" : "ignore", "inherit", "inherit"],
    detached,
  });
  return { child, detached };
}

/** Ends a server and everything that it started; resolves when nothing of it is left. */
export async function stopWrangler({ child, detached }) {
  if (child.pid === undefined) return;
  if (windows) {
    await new Promise((resolve) => {
      const args = ["/pid", String(child.pid), "/t", "/f"];
      spawn("taskkill", args, { stdio: "ignore" }).on("close", resolve).on("error", resolve);
    });
    return;
  }
  // In the script's own group only wrangler itself can be named; it ends what it started.
  if (!detached && child.exitCode !== null) return;
  const target = detached ? -child.pid : child.pid;
  send(target, "SIGTERM");
  const until = Date.now() + patience_ms;
  while (send(target, 0) && Date.now() < until) await wait(50);
  send(target, "SIGKILL");
}

/** Whether there still was somebody to send it to. */
function send(target, signal) {
  try {
    process.kill(target, signal);
    return true;
  } catch (error) {
    if (error.code === "ESRCH") return false;
    throw error;
  }
}
