// Proves that package-lock.json installs on every platform and from any registry.
// Fails when a package that the lock names (dependency or platform build) is not in it,
// which is the state in which `npm ci` stops with EUSAGE on another machine, when an entry carries a
// download address or no hash of what it is, and when a package runs a script that nobody decided on.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/**
 * Where node's resolution finds `name` for the package at `from`, or null when the lock has none.
 * Paths are those of the lock: "" for the project, "node_modules/a/node_modules/b" below it.
 */
function findInLock(packages, from, name) {
  let folder = from;
  for (;;) {
    const candidate = folder === "" ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
    if (candidate in packages) return candidate;
    if (folder === "") return null;
    const above = folder.lastIndexOf("/node_modules/");
    folder = above === -1 ? "" : folder.slice(0, above);
  }
}

/** Every fault of a parsed lock file, as sentences; an empty list means that it is whole. */
export function listLockFaults(lock, manifest) {
  const faults = [];
  const packages = lock.packages ?? {};
  if (lock.lockfileVersion !== 3) faults.push(`lockfileVersion is ${lock.lockfileVersion}, not 3`);

  const root = packages[""] ?? {};
  for (const kind of ["dependencies", "devDependencies", "optionalDependencies"]) {
    const wanted = JSON.stringify(manifest[kind] ?? {});
    const locked = JSON.stringify(root[kind] ?? {});
    if (wanted !== locked) faults.push(`${kind} differ between package.json and the lock`);
    for (const [name, range] of Object.entries(manifest[kind] ?? {})) {
      if (!/^(npm:@?[^@]+@)?\d+\.\d+\.\d+(-[\w.]+)?$/.test(range)) {
        faults.push(`${name} is asked for as "${range}", not as an exact version`);
      }
    }
  }

  for (const [path, entry] of Object.entries(packages)) {
    if (entry.resolved !== undefined) faults.push(`${path} names a download address`);
    if (path !== "" && entry.version === undefined) faults.push(`${path} has no version`);
    if (path !== "" && entry.integrity === undefined) faults.push(`${path} has no integrity hash`);
    const optionalPeers = new Set(
      Object.entries(entry.peerDependenciesMeta ?? {})
        .filter(([, meta]) => meta.optional === true)
        .map(([name]) => name),
    );
    const needed = [
      ...Object.keys(entry.dependencies ?? {}),
      ...Object.keys(entry.optionalDependencies ?? {}),
      ...Object.keys(entry.peerDependencies ?? {}).filter((name) => !optionalPeers.has(name)),
    ];
    for (const name of needed) {
      if (findInLock(packages, path, name) === null) {
        faults.push(`${path === "" ? "the project" : path} needs ${name}, which the lock lacks`);
      }
    }
  }
  return [...faults, ...listScriptFaults(packages, manifest.allowScripts ?? {})];
}

/** Whoever runs a script when it is installed is named in package.json, allowed or refused. */
function listScriptFaults(packages, decided) {
  const running = Object.entries(packages)
    .filter(([, { hasInstallScript }]) => hasInstallScript === true)
    .map(([path]) => path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length));
  const known = Object.keys(decided);
  return [
    ...[...new Set(running)]
      .filter((name) => !known.includes(name))
      .map(
        (name) => `${name} runs an install script, and allowScripts does not say whether it may`,
      ),
    ...known
      .filter((name) => !running.includes(name))
      .map((name) => `allowScripts names ${name}, which runs no install script`),
  ];
}

/** Reads the project's own two files. */
export function readLock(folder) {
  const read = (name) => JSON.parse(readFileSync(new URL(name, folder), "utf8"));
  return { lock: read("package-lock.json"), manifest: read("package.json") };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { lock, manifest } = readLock(new URL("../", import.meta.url));
  const faults = listLockFaults(lock, manifest);
  for (const fault of faults) console.error(`lock: ${fault}`);
  if (faults.length > 0) {
    console.error(`package-lock.json is not whole: ${faults.length} faults.`);
    process.exit(1);
  }
  console.log(`package-lock.json is whole: ${Object.keys(lock.packages).length - 1} packages.`);
}
