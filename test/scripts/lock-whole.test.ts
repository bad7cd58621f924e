// The guard of the lock file must itself be able to fail.
import { expect, it } from "vitest";
import { listLockFaults, readLock } from "../../scripts/lock-whole.mjs";

const project = new URL("../../", import.meta.url);

it("finds the committed lock whole", () => {
  const { lock, manifest } = readLock(project);
  expect(listLockFaults(lock, manifest)).toEqual([]);
});

it("misses a platform's build that is not in the lock", () => {
  const { lock, manifest } = readLock(project);
  delete lock.packages["node_modules/@cloudflare/workerd-darwin-arm64"];
  expect(listLockFaults(lock, manifest)).toEqual([
    "node_modules/workerd needs @cloudflare/workerd-darwin-arm64, which the lock lacks",
  ]);
});

it("refuses a download address, a missing hash and a range", () => {
  const { lock, manifest } = readLock(project);
  lock.packages["node_modules/hono"].resolved = "https://registry.example/hono.tgz";
  delete lock.packages["node_modules/zod"].integrity;
  manifest.dependencies.hono = "^4.13.19";
  expect(listLockFaults(lock, manifest)).toEqual([
    "dependencies differ between package.json and the lock",
    'hono is asked for as "^4.13.19", not as an exact version',
    "node_modules/hono names a download address",
    "node_modules/zod has no integrity hash",
  ]);
});

it("misses a decision about an install script, and finds one that is needed no more", () => {
  const { lock, manifest } = readLock(project);
  lock.packages["node_modules/hono"].hasInstallScript = true;
  delete manifest.allowScripts.workerd;
  manifest.allowScripts.zod = true;
  expect(listLockFaults(lock, manifest)).toEqual([
    "hono runs an install script, and allowScripts does not say whether it may",
    "workerd runs an install script, and allowScripts does not say whether it may",
    "allowScripts names zod, which runs no install script",
  ]);
});
