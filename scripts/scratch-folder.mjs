// A folder for one run's databases: in memory where there is room, because tests make thousands of small ones.
import { existsSync, mkdtempSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const memory = "/dev/shm";
const room_bytes = 3 * 1024 ** 3;

function hasRoom(place) {
  if (!existsSync(place)) return false;
  const { bavail, bsize } = statfsSync(place);
  return bavail * bsize >= room_bytes;
}

/** A new one, whose name begins so; whoever made it takes it away. */
export function makeScratchFolder(prefix) {
  return mkdtempSync(join(hasRoom(memory) ? memory : tmpdir(), prefix));
}
