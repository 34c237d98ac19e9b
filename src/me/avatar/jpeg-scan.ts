/** A scan of a JPEG: its header, and its coded data up to the next marker (ITU-T T.81, annex B.2.3). */
import { type Cursor, cursorOver } from "./cursor.ts";
import { type Frame, halvesOf } from "./jpeg-segments.ts";
import { refusePicture, requirePicture } from "./picture-fault.ts";

type Bytes = Uint8Array<ArrayBuffer>;

export type Scans = {
  frame: Frame | undefined;
  /** 0 where the data has no restart markers. */
  restartInterval: number;
  scans: number;
  /** The components whose first scan has come. */
  begun: Set<number>;
};

/** Each scan of a progressive picture goes over all its pixels again; encoders make about ten. */
const maxScans = 32;

/**
 * @param header of the scan; the cursor is behind it.
 * @returns the coded data.
 * @throws {Refusal} `picture_refused`.
 */
export function readScan(cursor: Cursor, header: Bytes, state: Scans): Bytes {
  const { frame } = state;
  if (!frame) refusePicture("malformed");
  state.scans += 1;
  requirePicture(state.scans <= maxScans);
  readHeader(header, frame, state.begun);
  return readData(cursor, state.restartInterval);
}

function readHeader(header: Bytes, { isProgressive, components }: Frame, begun: Set<number>): void {
  const fields = cursorOver(header);
  const count = fields.number(1);
  requirePicture(count >= 1 && count <= components.length && header.length === 4 + 2 * count);
  const named = Array.from({ length: count }, () => {
    const [component, tables] = [fields.number(1), halvesOf(fields.number(1))];
    requirePicture(components.includes(component) && tables.every((table) => table <= 3));
    return component;
  });
  requirePicture(new Set(named).size === count);
  const [first, last] = [fields.number(1), fields.number(1)];
  const approximation = halvesOf(fields.number(1));
  if (!isProgressive) {
    requirePicture(first === 0 && last === 63 && approximation.every((bit) => bit === 0));
    requirePicture(named.every((component) => !begun.has(component)));
  } else {
    requirePicture(approximation.every((bit) => bit <= 13));
    requirePicture(first === 0 ? last === 0 : count === 1 && first <= last && last <= 63);
    requirePicture(first === 0 || named.every((component) => begun.has(component)));
  }
  for (const component of named) begun.add(component);
}

function readData(cursor: Cursor, restartInterval: number): Bytes {
  const rest = cursor.peek();
  let restarts = 0;
  let at = rest.indexOf(0xff);
  for (; at >= 0; at = rest.indexOf(0xff, at + 2)) {
    const next = rest[at + 1];
    if (next === 0) continue;
    if (next === undefined || next < 0xd0 || next > 0xd7) break;
    requirePicture(restartInterval > 0 && next === 0xd0 + (restarts % 8));
    restarts += 1;
  }
  if (at < 0) refusePicture("cut_off");
  requirePicture(at > 0);
  return cursor.take(at);
}
