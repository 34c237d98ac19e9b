/** PNG (ISO/IEC 15948): every chunk is read and its CRC compared; only what decoding needs is kept. */
import { asciiBytes, bigEndian, type Cursor, cursorOver, joined, textOf } from "./cursor.ts";
import { refusePicture, requirePicture, requireSize } from "./picture-fault.ts";

type Bytes = Uint8Array<ArrayBuffer>;
/** `whole` is the chunk with its length, name and CRC. */
type Chunk = { name: string; data: Bytes; whole: Bytes };

const signature = [0x89, ...asciiBytes("PNG"), 0x0d, 0x0a, 0x1a, 0x0a];
const needed = new Set(["IHDR", "PLTE", "tRNS", "IDAT", "IEND"]);
const ofAnimation = new Set(["acTL", "fcTL", "fdAT"]);

/** The bit depths of each colour type. */
const depths: Readonly<Record<number, readonly number[]>> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
};
const indexed = 3;
/** How long `tRNS` is for the colour types that have one value in it. */
const transparentBytes: Readonly<Record<number, number>> = { 0: 2, 2: 6 };

/**
 * Reads a PNG from its first byte to its last.
 * @returns it without text, times, profiles and everything else that decoding does not need.
 * @throws {Refusal} `picture_refused`.
 */
export function cleanPng(bytes: Bytes): Bytes {
  const cursor = cursorOver(bytes);
  requirePicture(cursor.isAt(signature), "wrong_type");
  cursor.take(signature.length);
  const chunks = readChunks(cursor);
  requireOrder(chunks);
  const colourType = readHeader(chunks);
  const palette = chunks.find(({ name }) => name === "PLTE");
  requirePalette(palette, colourType);
  requireTransparency(chunks, palette, colourType);
  requireCompressed(chunks);
  const kept = chunks.filter(
    // The palette of a picture in full colour is a suggestion.
    ({ name }) => needed.has(name) && (name !== "PLTE" || colourType === indexed),
  );
  return joined([signature, ...kept.map(({ whole }) => whole)]);
}

function readChunks(cursor: Cursor): Chunk[] {
  const chunks: Chunk[] = [];
  do {
    chunks.push(readChunk(cursor));
  } while (chunks.at(-1)?.name !== "IEND");
  requirePicture(cursor.left() === 0, "trailing_bytes");
  return chunks;
}

function readChunk(cursor: Cursor): Chunk {
  const size = cursor.take(4);
  const named = cursor.take(4);
  const name = textOf(named);
  // The third letter is a capital in every version of the format so far.
  requirePicture(/^[A-Za-z]{2}[A-Z][A-Za-z]$/.test(name));
  requirePicture(!ofAnimation.has(name), "animated");
  requirePicture(needed.has(name) || /^[a-z]/.test(name), "unsupported");
  const data = cursor.take(bigEndian(size));
  const checksum = cursor.take(4);
  requirePicture(bigEndian(checksum) === crc32([named, data]));
  return { name, data, whole: joined([size, named, data, checksum]) };
}

function requireOrder(chunks: readonly Chunk[]): void {
  const names = chunks.map(({ name }) => name);
  const order = names.filter((name) => needed.has(name)).join(" ");
  requirePicture(names[0] === "IHDR" && /^IHDR(?: PLTE)?(?: tRNS)?(?: IDAT)+ IEND$/.test(order));
  const [first, last] = [names.indexOf("IDAT"), names.lastIndexOf("IDAT")];
  requirePicture(names.slice(first, last).every((name) => name === "IDAT"));
  requirePicture(chunks.at(-1)?.data.length === 0);
}

/** @returns the colour type. */
function readHeader([header]: readonly Chunk[]): number {
  requirePicture(header?.data.length === 13);
  const fields = cursorOver(header?.data ?? new Uint8Array());
  requireSize(fields.number(4), fields.number(4));
  const [depth, colourType] = [fields.number(1), fields.number(1)];
  requirePicture(depths[colourType]?.includes(depth) ?? false);
  const [compression, filter, interlace] = [fields.number(1), fields.number(1), fields.number(1)];
  requirePicture(compression === 0 && filter === 0 && interlace <= 1);
  return colourType;
}

function requirePalette(palette: Chunk | undefined, colourType: number): void {
  requirePicture(palette !== undefined || colourType !== indexed);
  if (!palette) return;
  const { length } = palette.data;
  requirePicture(colourType === indexed || colourType === 2 || colourType === 6);
  requirePicture(length > 0 && length <= 768 && length % 3 === 0);
}

function requireTransparency(chunks: readonly Chunk[], palette: Chunk | undefined, colourType: number): void {
  const transparency = chunks.find(({ name }) => name === "tRNS");
  if (!transparency) return;
  const { length } = transparency.data;
  const entries = (palette?.data.length ?? 0) / 3;
  requirePicture(
    colourType === indexed ? length > 0 && length <= entries : length === transparentBytes[colourType],
  );
}

/** The pixels are a zlib stream (RFC 1950) without a preset dictionary. Nothing of it is expanded here. */
function requireCompressed(chunks: readonly Chunk[]): void {
  const stream = joined(chunks.filter(({ name }) => name === "IDAT").map(({ data }) => data));
  // A header of two bytes, one block, a checksum of four.
  if (stream.length < 8) refusePicture("cut_off");
  const [method = 0, flags = 0] = stream;
  requirePicture((method & 0x0f) === 8 && method >> 4 <= 7);
  requirePicture((method * 256 + flags) % 31 === 0 && (flags & 0x20) === 0);
}

const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

/** The CRC of a chunk, over its name and its data. */
function crc32(parts: readonly Bytes[]): number {
  let crc = 0xffffffff;
  for (const part of parts) {
    for (const byte of part) crc = (crcTable[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
