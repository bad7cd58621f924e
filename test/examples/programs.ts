// Starts the examples as their readers do, with what the machine has: Node, Python 3 and PHP. None of
// them is brought by npm; one that is missing is a failure that says what to install, never a pass.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { env, execPath, kill, platform } from "node:process";

export interface Program {
  readonly log: () => string;
  /** Ends it as a crash does: it gets no chance to tidy up. */
  readonly kill: () => Promise<void>;
}

/** Resolves once it says that it listens; throws with all that it said when it ends before. */
export async function startProgram(
  command: string,
  args: readonly string[],
  { cwd, settings }: { cwd: string; settings: Readonly<Record<string, string>> },
): Promise<Program> {
  // A group of its own, so that what it started itself is ended with it.
  const detached = platform !== "win32";
  const child = spawn(command, args, {
    cwd,
    detached,
    env: { ...env, ...settings },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let log = "";
  const closed = once(child, "close");
  const listens = new Promise<true>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        log += text;
        if (/Listening on|Development Server .* started/.test(log)) resolve(true);
      });
    }
  });
  if (!(await Promise.race([listens, closed.then(() => false)]))) {
    throw new Error(`${command} ${args.join(" ")} did not start:\n${log}`);
  }
  return {
    log: () => log,
    kill: async () => {
      if (detached && child.pid !== undefined && child.exitCode === null)
        kill(-child.pid, "SIGKILL");
      else child.kill("SIGKILL");
      await closed;
    },
  };
}

/** The Node that runs the tests. */
export const findNode = (): string => execPath;

export function findPython(): string {
  return find(
    [env["PYTHON"], "python3", "python"],
    ["-c", "import sqlite3, sys; sys.exit(sys.version_info < (3, 9))"],
    "Python 3.9 or newer (Debian and Ubuntu: `apt-get install python3`; macOS: `brew install python`; " +
      "Windows: `winget install Python.Python.3.13`), or set PYTHON to its executable.",
  );
}

export function findPhp(): string {
  return find(
    [env["PHP"], "php"],
    ["-r", "exit(PHP_VERSION_ID >= 80000 && extension_loaded('pdo_sqlite') ? 0 : 1);"],
    "PHP 8 with pdo_sqlite (Debian and Ubuntu: `apt-get install php-cli php-sqlite3`; macOS: " +
      "`brew install php`; Windows: `winget install PHP.PHP.8.4`), or set PHP to its executable.",
  );
}

/** The first that can be started and answers the question with yes. */
function find(
  candidates: readonly (string | undefined)[],
  question: readonly string[],
  what: string,
): string {
  const works = (name: string) => spawnSync(name, question, { stdio: "ignore" }).status === 0;
  const found = candidates.find((name) => name && works(name));
  if (found) return found;
  throw new Error(`The examples are run as they are, and this one needs ${what}`);
}
