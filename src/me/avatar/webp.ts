/** WebP (RFC 9649): every chunk is read; a still picture is kept, in the smallest container that holds it. */
import { asciiBytes, type Cursor, cursorOver, joined, littleEndian, textOf } from "./cursor.ts";
import { refusePicture, requirePicture, requireSize } from "./picture-fault.ts";

type Bytes = Uint8Array<ArrayBuffer>;
type Size = { width: number; height: number };
/** `whole` is the chunk with its name, its size and its padding. */
type Chunk = { name: string; data: Bytes; whole: Bytes };

const riffHeaderBytes = 12;
const dropped = new Set(["ICCP", "EXIF", "XMP "]);
const flags = { animation: 0x02, alpha: 0x10, known: 0x3e };

/**
 * Reads a WebP from its first byte to its last.
 * @returns it without profile and metadata.
 * @throws {Refusal} `picture_refused`.
 */
export function cleanWebp(bytes: Bytes): Bytes {
  const cursor = cursorOver(bytes);
  requirePicture(cursor.isAt(asciiBytes("RIFF")), "wrong_type");
  requirePicture(bytes.length >= riffHeaderBytes, "cut_off");
  cursor.take(4);
  const size = cursor.littleEndian();
  requirePicture(textOf(cursor.take(4)) === "WEBP", "wrong_type");
  if (size + 8 > bytes.length) refusePicture("cut_off");
  requirePicture(size + 8 === bytes.length, "trailing_bytes");
  return stillOf(readChunks(cursor));
}

function readChunks(cursor: Cursor): Chunk[] {
  const chunks: Chunk[] = [];
  while (cursor.left() > 0) {
    const named = cursor.take(4);
    const name = textOf(named);
    requirePicture(name !== "ANIM" && name !== "ANMF", "animated");
    const size = cursor.take(4);
    const data = cursor.take(littleEndian(size));
    const padding = cursor.take(data.length % 2);
    requirePicture(padding.every((byte) => byte === 0));
    chunks.push({ name, data, whole: joined([named, size, data, padding]) });
  }
  return chunks;
}

function stillOf(chunks: readonly Chunk[]): Bytes {
  const [first, ...others] = chunks;
  if (!first) refusePicture("cut_off");
  if (first.name !== "VP8X") {
    requirePicture(others.length === 0, "trailing_bytes");
    pictureSize(first);
    return container([first]);
  }
  const canvas = readCanvas(first);
  const shown = others.filter(({ name }) => !dropped.has(name));
  const [picture, ...more] = shown.toReversed();
  if (!picture) refusePicture("cut_off");
  const { width, height } = pictureSize(picture);
  requirePicture(width === canvas.width && height === canvas.height);
  const [alpha, ...beyond] = more;
  requirePicture(beyond.length === 0);
  if (!alpha) return container([picture]);
  requireAlpha(alpha, picture);
  return container([canvasWithAlpha(canvas), alpha, picture]);
}

/** The size that the container announces. */
function readCanvas({ data }: Chunk): Size {
  requirePicture(data.length === 10);
  const [flag = 0] = data;
  requirePicture((flag & flags.animation) === 0, "animated");
  requirePicture((flag & ~flags.known) === 0 && littleEndian(data.slice(1, 4)) === 0);
  const size = { width: littleEndian(data.slice(4, 7)) + 1, height: littleEndian(data.slice(7)) + 1 };
  requireSize(size.width, size.height);
  return size;
}

function pictureSize({ name, data }: Chunk): Size {
  const size = name === "VP8 " ? lossySize(data) : name === "VP8L" ? losslessSize(data) : undefined;
  if (!size) refusePicture("unsupported");
  requireSize(size.width, size.height);
  return size;
}

const frameHeaderBytes = 10;
const startCode = [0x9d, 0x01, 0x2a];

/** The header of a key frame (RFC 6386, section 9.1). */
function lossySize(data: Bytes): Size {
  requirePicture(data.length > frameHeaderBytes, "cut_off");
  const tag = littleEndian(data.slice(0, 3));
  const [isKeyFrame, version, isShown, firstPart] = [!(tag & 1), (tag >> 1) & 7, (tag >> 4) & 1, tag >> 5];
  requirePicture(isKeyFrame && version <= 3 && isShown === 1);
  requirePicture(firstPart > 0 && firstPart <= data.length - frameHeaderBytes, "cut_off");
  requirePicture(startCode.every((byte, index) => data[3 + index] === byte));
  // Two more bits of each would have it scaled.
  return { width: littleEndian(data.slice(6, 8)), height: littleEndian(data.slice(8, 10)) };
}

/** The header of a lossless picture (RFC 9649, section 3.4). */
function losslessSize(data: Bytes): Size {
  requirePicture(data.length > 5, "cut_off");
  const bits = littleEndian(data.slice(1, 5));
  const version = Math.floor(bits / 2 ** 29);
  requirePicture(data[0] === 0x2f && version === 0);
  return { width: (bits % 2 ** 14) + 1, height: (Math.floor(bits / 2 ** 14) % 2 ** 14) + 1 };
}

function requireAlpha(alpha: Chunk, picture: Chunk): void {
  requirePicture(alpha.name === "ALPH", "unsupported");
  requirePicture(picture.name === "VP8 ");
  requirePicture(alpha.data.length > 1, "cut_off");
  const [header = 0] = alpha.data;
  const [compression, preprocessing, reserved] = [header & 3, (header >> 4) & 3, header >> 6];
  requirePicture(compression <= 1 && preprocessing <= 1 && reserved === 0);
}

const threeBytes = (value: number) => [value & 0xff, (value >> 8) & 0xff, (value >> 16) & 0xff];

const canvasWithAlpha = ({ width, height }: Size): { whole: Bytes } => ({
  whole: joined([
    asciiBytes("VP8X"),
    [10, 0, 0, 0, flags.alpha, 0, 0, 0],
    threeBytes(width - 1),
    threeBytes(height - 1),
  ]),
});

function container(chunks: readonly Pick<Chunk, "whole">[]): Bytes {
  const content = joined([asciiBytes("WEBP"), ...chunks.map(({ whole }) => whole)]);
  return joined([asciiBytes("RIFF"), threeBytes(content.length), [0], content]);
}
