/** Reads a file from its start to its end, and never beyond. */
import { refusePicture } from "./picture-fault.ts";

type Bytes = Uint8Array<ArrayBuffer>;

export type Cursor = {
  /** How many bytes are left. */
  left(): number;
  /** All that is left; it does not move. */
  peek(): Bytes;
  /** Whether the bytes that come next are these; it does not move. */
  isAt(expected: readonly number[]): boolean;
  /** @throws {Refusal} `picture_refused` where fewer are left. */
  take(length: number): Bytes;
  /** The number in the next bytes, the highest byte first. @throws as `take`. */
  number(length: 1 | 2 | 4): number;
  /** The number in the next four bytes, the lowest byte first. @throws as `take`. */
  littleEndian(): number;
};

export function cursorOver(bytes: Bytes): Cursor {
  let at = 0;
  const take = (length: number) => {
    if (length > bytes.length - at) refusePicture("cut_off");
    at += length;
    return bytes.subarray(at - length, at);
  };
  return {
    left: () => bytes.length - at,
    peek: () => bytes.subarray(at),
    isAt: (expected) => expected.every((byte, index) => bytes[at + index] === byte),
    take,
    number: (length) => bigEndian(take(length)),
    littleEndian: () => littleEndian(take(4)),
  };
}

export const bigEndian = (bytes: Bytes): number => bytes.reduce((sum, byte) => sum * 256 + byte, 0);

export const littleEndian = (bytes: Bytes): number => bytes.reduceRight((sum, byte) => sum * 256 + byte, 0);

/** The ASCII text of bytes, such as the name of a chunk. */
export const textOf = (bytes: Bytes): string => String.fromCharCode(...bytes);

/** The bytes of an ASCII text. */
export const asciiBytes = (text: string): number[] => [...text].map((letter) => letter.charCodeAt(0));

/** One array with the parts in their order. */
export function joined(parts: readonly (Bytes | readonly number[])[]): Bytes {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
