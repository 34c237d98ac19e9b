/** Small pictures, put together byte by byte, so that a test can break one of them in one place. */
import { crc32, deflateSync } from "node:zlib";

export type Part = Uint8Array | readonly number[] | string;

/** The parts after each other; a text stands for its bytes. */
export const bytesOf = (...parts: Part[]): Uint8Array<ArrayBuffer> =>
  new Uint8Array(
    Buffer.concat(
      parts.map((part) => (typeof part === "string" ? Buffer.from(part, "latin1") : Buffer.from(part))),
    ),
  );

const bigEndian = (value: number, length: 2 | 4) => {
  const bytes = Buffer.alloc(length);
  bytes.writeUIntBE(value, 0, length);
  return bytes;
};
const littleEndian = (value: number, length: 2 | 3 | 4) => {
  const bytes = Buffer.alloc(length);
  bytes.writeUIntLE(value, 0, length);
  return bytes;
};

export const pngStart: Part = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** A chunk of a PNG. @param checksum Default: the right one. */
export const pngChunk = (name: string, data: Part = [], checksum?: number): Uint8Array => {
  const content = bytesOf(name, data);
  return bytesOf(bigEndian(content.length - 4, 4), content, bigEndian(checksum ?? crc32(content), 4));
};

type PngHeader = {
  width?: number;
  height?: number;
  depth?: number;
  colourType?: number;
  interlace?: number;
};

export const pngHeader = ({
  width = 1,
  height = 1,
  depth = 8,
  colourType = 6,
  interlace = 0,
}: PngHeader = {}) =>
  pngChunk("IHDR", bytesOf(bigEndian(width, 4), bigEndian(height, 4), [depth, colourType, 0, 0, interlace]));

export const pngPixels = pngChunk("IDAT", deflateSync(Buffer.from([0, 10, 20, 30, 255])));
export const pngEnd = pngChunk("IEND");

/** @param between chunks between the header and the pixels. */
export const png = (header: PngHeader = {}, ...between: Part[]): Uint8Array<ArrayBuffer> =>
  bytesOf(pngStart, pngHeader(header), ...between, pngPixels, pngEnd);

/** A segment of a JPEG. */
export const segment = (marker: number, ...data: Part[]): Uint8Array => {
  const content = bytesOf(...data);
  return bytesOf([0xff, marker], bigEndian(content.length + 2, 2), content);
};

export const jpegStart: Part = [0xff, 0xd8];
export const jpegEnd: Part = [0xff, 0xd9];
export const jpegTables = bytesOf(
  segment(0xdb, [0], Array<number>(64).fill(1)),
  segment(0xc4, [0x00], [1, ...Array<number>(15).fill(0)], [0]),
);

type JpegFrame = {
  marker?: number;
  width?: number;
  height?: number;
  precision?: number;
  components?: number[];
};

export const jpegFrame = ({
  marker = 0xc0,
  width = 8,
  height = 8,
  precision = 8,
  components = [1],
}: JpegFrame = {}) =>
  segment(
    marker,
    [precision],
    bigEndian(height, 2),
    bigEndian(width, 2),
    [components.length],
    components.flatMap((id) => [id, 0x11, 0]),
  );

/** A scan with a few bytes of coded data. */
export const jpegScan = (
  components: readonly number[] = [1],
  { first = 0, last = 63, approximation = 0, data = [0x12, 0x34] as Part } = {},
) =>
  bytesOf(
    segment(
      0xda,
      [components.length],
      components.flatMap((id) => [id, 0]),
      [first, last, approximation],
    ),
    data,
  );

/** @param before segments after the start. */
export const jpeg = (frame: JpegFrame = {}, ...before: Part[]): Uint8Array<ArrayBuffer> =>
  bytesOf(jpegStart, ...before, jpegTables, jpegFrame(frame), jpegScan(frame.components), jpegEnd);

/** A chunk of a WebP, padded to an even length. */
export const riffChunk = (name: string, ...data: Part[]): Uint8Array => {
  const content = bytesOf(...data);
  return bytesOf(name, littleEndian(content.length, 4), content, content.length % 2 ? [0] : []);
};

/** @param size what the container says of its length. Default: the right one. */
export const riff = (chunks: readonly Part[], size?: number): Uint8Array<ArrayBuffer> => {
  const content = bytesOf("WEBP", ...chunks);
  return bytesOf("RIFF", littleEndian(size ?? content.length, 4), content);
};

type Size = { width?: number; height?: number };

export const lossless = ({ width = 1, height = 1 }: Size = {}, version = 0): Uint8Array => {
  const bits = width - 1 + (height - 1) * 2 ** 14 + version * 2 ** 29;
  return riffChunk("VP8L", [0x2f], littleEndian(bits, 4), [0x88, 0x88, 8]);
};

/** @param tag of the frame: a key frame, shown, of version 0. */
export const lossy = ({ width = 8, height = 8 }: Size = {}, tag = 0x10, code = [0x9d, 0x01, 0x2a]) =>
  riffChunk(
    "VP8 ",
    littleEndian(tag + 4 * 32, 3),
    code,
    littleEndian(width, 2),
    littleEndian(height, 2),
    [1, 2, 3, 4],
  );

export const canvas = ({ width = 8, height = 8 }: Size = {}, flags = 0) =>
  riffChunk("VP8X", [flags, 0, 0, 0], littleEndian(width - 1, 3), littleEndian(height - 1, 3));
