// A temporary folder for thousands of small databases: in memory, where there is room, else on the disk.
import { existsSync, mkdtempSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A file system in memory, where there is one. */
const memory = "/dev/shm";
const room_bytes = 3 * 1024 ** 3;

function hasRoom(place) {
  if (!existsSync(place)) return false;
  const { bavail, bsize } = statfsSync(place);
  return bavail * bsize >= room_bytes;
}

/** A new one, empty; who asks for it removes it. */
export function makeRoom(prefix) {
  return mkdtempSync(join(hasRoom(memory) ? memory : tmpdir(), prefix));
}
