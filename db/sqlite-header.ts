/** What the first bytes of a SQLite file say of it, without SQLite, which would change files beside it. */
import { closeSync, existsSync, fstatSync, openSync, readSync, statSync } from "node:fs";
import { OperatorError } from "../src/operator-error.ts";

/** @see https://www.sqlite.org/fileformat2.html, section 1.3 */
const headerBytes = 100;
const magic = "SQLite format 3\0";

/**
 * Checks that a file is a whole SQLite database by itself. Nothing is written.
 * @throws {OperatorError} that says what it is instead.
 * @throws {Error} of the file system.
 */
export function checkSqliteHeader(path: string): void {
  const { header, size } = readHeader(path);
  if (header.toString("latin1", 0, magic.length) !== magic) {
    throw new OperatorError("It is not a SQLite database.");
  }
  const expected = sizeSaidBy(header);
  if (expected !== undefined && size < expected) {
    throw new OperatorError(`It is truncated: ${size} of ${expected} bytes are there. Use another copy.`);
  }
  if (existsSync(`${path}-wal`) && statSync(`${path}-wal`).size > 0) {
    throw new OperatorError(
      `It is not complete without the ${path}-wal beside it: make one file of both by npm run backup, with DATABASE_URL=file:${path}.`,
    );
  }
}

function readHeader(path: string) {
  const file = openSync(path, "r");
  try {
    const header = Buffer.alloc(headerBytes);
    const size = fstatSync(file).isFile() ? fstatSync(file).size : 0;
    if (size > 0) readSync(file, header, 0, headerBytes, 0);
    return { header, size };
  } finally {
    closeSync(file);
  }
}

/** @returns undefined where a very old SQLite has written it, which does not keep the number of pages. */
function sizeSaidBy(header: Buffer): number | undefined {
  const pageSize = header.readUInt16BE(16) === 1 ? 65_536 : header.readUInt16BE(16);
  const isKept = header.readUInt32BE(24) === header.readUInt32BE(92);
  return isKept ? pageSize * header.readUInt32BE(28) : undefined;
}
