// A folder for what must not outlive a deployment: the secrets on their way to wrangler.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * Calls `use` with a folder that its owner alone can read and removes it afterwards: also when `use`
 * fails, and when the process is told to end.
 */
export async function withPrivateFolder(use) {
  const folder = mkdtempSync(join(tmpdir(), "chukta-deploy-"));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  const interrupted = () => {
    remove();
    process.exit(130);
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
  for (const signal of signals) process.once(signal, interrupted);
  process.once("exit", remove);
  try {
    return await use(folder);
  } finally {
    remove();
    for (const signal of signals) process.off(signal, interrupted);
    process.off("exit", remove);
  }
}

/** Writes the secrets as JSON, which wrangler takes to the letter; null when there are none. */
export function writeSecrets(folder, secrets) {
  if (Object.keys(secrets).length === 0) return null;
  const file = join(folder, "secrets.json");
  writeFileSync(file, JSON.stringify(secrets), { mode: 0o600, flag: "wx" });
  return file;
}
