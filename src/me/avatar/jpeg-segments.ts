/** The segments of a JPEG that say how it is coded: frame, quantisation, Huffman tables (ITU-T T.81, annex B). */
import { cursorOver } from "./cursor.ts";
import { requirePicture, requireSize } from "./picture-fault.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** `components` holds the identifiers of the components. */
export type Frame = { isProgressive: boolean; components: number[] };

/** @throws {Refusal} `picture_refused`. */
export function readFrame(data: Bytes, isProgressive: boolean): Frame {
  const fields = cursorOver(data);
  requirePicture(fields.number(1) === 8, "unsupported");
  const [height, width] = [fields.number(2), fields.number(2)];
  requireSize(width, height);
  const count = fields.number(1);
  // Four are for print.
  requirePicture(count === 1 || count === 3, "unsupported");
  requirePicture(fields.left() === 3 * count);
  const components = Array.from({ length: count }, () => {
    const [id, sampling, table] = [fields.number(1), fields.number(1), fields.number(1)];
    const [across, down] = [sampling >> 4, sampling & 15];
    requirePicture(across >= 1 && across <= 4 && down >= 1 && down <= 4 && table <= 3);
    return id;
  });
  requirePicture(new Set(components).size === count);
  return { isProgressive, components };
}

/** @throws {Refusal} `picture_refused`. */
export function requireQuantisation(data: Bytes): void {
  const fields = cursorOver(data);
  requirePicture(fields.left() > 0);
  while (fields.left() > 0) {
    const [precision, table] = halvesOf(fields.number(1));
    requirePicture(precision <= 1 && table <= 3);
    fields.take(64 * (precision + 1));
  }
}

/** @throws {Refusal} `picture_refused`. */
export function requireHuffmanTables(data: Bytes): void {
  const fields = cursorOver(data);
  requirePicture(fields.left() > 0);
  while (fields.left() > 0) {
    const [kind, table] = halvesOf(fields.number(1));
    requirePicture(kind <= 1 && table <= 3);
    const codes = fields.take(16).reduce((sum, count) => sum + count, 0);
    requirePicture(codes <= 256);
    fields.take(codes);
  }
}

/** The high and the low half of a byte. */
export const halvesOf = (byte: number): [high: number, low: number] => [byte >> 4, byte & 15];
