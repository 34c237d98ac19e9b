import { statfsSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Where Linux keeps files in memory. */
const memory = "/dev/shm";
const leastBytes = 512 * 1024 * 1024;

/** SQLite waits for the disk at each commit, and a run makes tens of thousands. What is in memory is there at once. */
const place = hasRoom() ? memory : tmpdir();

function hasRoom(): boolean {
  try {
    const { bavail, bsize } = statfsSync(memory);
    return bavail * bsize >= leastBytes;
  } catch {
    return false;
  }
}

/** A new folder for the databases of a test, for the caller to remove. Where there is memory for it, it is on no disk. */
export const createTemporaryFolder = (): Promise<string> => mkdtemp(join(place, "profile-bff-"));
