import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Everything that lies in a database's folder: the file, its write-ahead log, its index. */
export const everyByte = (folder: string): string =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => readFileSync(join(folder, name), "latin1"))
    .join("\n");
