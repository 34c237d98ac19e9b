/** JPEG (ITU-T T.81, T.871): every marker is read to the end of the picture; only what decoding needs is kept. */
import { asciiBytes, type Cursor, cursorOver, joined } from "./cursor.ts";
import { readScan, type Scans } from "./jpeg-scan.ts";
import { type Frame, readFrame, requireHuffmanTables, requireQuantisation } from "./jpeg-segments.ts";
import { refusePicture, requirePicture } from "./picture-fault.ts";

type Bytes = Uint8Array<ArrayBuffer>;

const start = [0xff, 0xd8];
const end = 0xd9;
/** Baseline, extended sequential and progressive, each with Huffman coding. */
const frames = new Set([0xc0, 0xc1, 0xc2]);
const [quantisation, huffman, restartInterval, scan] = [0xdb, 0xc4, 0xdd, 0xda];
const isApplication = (marker: number) => marker >= 0xe0 && marker <= 0xef;
const comment = 0xfe;

type State = Scans & {
  kept: (Bytes | number[])[];
  /** `transform` of Adobe's segment: how three components make a colour. */
  transform: number | undefined;
  isJfif: boolean;
};

/**
 * Reads a JPEG from its first byte to its last.
 * @returns it without EXIF, XMP, profiles, comments and previews.
 * @throws {Refusal} `picture_refused`.
 */
export function cleanJpeg(bytes: Bytes): Bytes {
  const cursor = cursorOver(bytes);
  requirePicture(cursor.isAt([...start, 0xff]), "wrong_type");
  cursor.take(start.length);
  const state: State = {
    kept: [],
    frame: undefined,
    restartInterval: 0,
    scans: 0,
    begun: new Set(),
    transform: undefined,
    isJfif: false,
  };
  for (let marker = readMarker(cursor); marker !== end; marker = readMarker(cursor)) {
    readSegment(cursor, marker, state);
  }
  requirePicture(cursor.left() === 0, "trailing_bytes");
  const { frame, begun } = state;
  if (!frame || begun.size !== frame.components.length) refusePicture("cut_off");
  return joined([start, ...colourSegment(frame, state), ...state.kept, [0xff, end]]);
}

/** A marker; bytes of 0xff may fill the space before it. */
function readMarker(cursor: Cursor): number {
  requirePicture(cursor.number(1) === 0xff);
  let marker = cursor.number(1);
  while (marker === 0xff) marker = cursor.number(1);
  return marker;
}

function readSegment(cursor: Cursor, marker: number, state: State): void {
  // Markers without a length stand inside a scan only, and a second picture nowhere.
  requirePicture(marker >= 0xc0 && (marker < 0xd0 || marker > 0xd8));
  const length = cursor.number(2);
  requirePicture(length >= 2);
  const data = cursor.take(length - 2);
  if (isApplication(marker) || marker === comment) {
    noteColour(marker, data, state);
    return;
  }
  if (frames.has(marker)) {
    requirePicture(state.frame === undefined);
    state.frame = readFrame(data, marker === 0xc2);
  } else requireTables(marker, data, state);
  state.kept.push([0xff, marker, length >> 8, length & 0xff], data);
  if (marker === scan) state.kept.push(readScan(cursor, data, state));
}

function requireTables(marker: number, data: Bytes, state: State): void {
  if (marker === quantisation) requireQuantisation(data);
  else if (marker === huffman) requireHuffmanTables(data);
  else if (marker === restartInterval) {
    requirePicture(data.length === 2);
    state.restartInterval = cursorOver(data).number(2);
    // Arithmetic coding, hierarchical and lossless pictures, a height that follows later.
  } else if (marker !== scan) refusePicture("unsupported");
}

/** What two segments say of colours is written anew; nothing else of them is kept. */
function noteColour(marker: number, data: Bytes, state: State): void {
  const fields = cursorOver(data);
  if (marker === 0xe0 && fields.isAt([...asciiBytes("JFIF"), 0])) state.isJfif = true;
  if (marker === 0xee && fields.isAt(asciiBytes("Adobe"))) {
    requirePicture(data.length === 12);
    state.transform = data[11];
    requirePicture(state.transform === 0 || state.transform === 1, "unsupported");
  }
}

function colourSegment({ components }: Frame, { transform, isJfif }: State): number[][] {
  if (components.length === 1) return [];
  if (transform !== undefined) {
    return [[0xff, 0xee, 0, 14, ...asciiBytes("Adobe"), 0, 100, 0, 0, 0, 0, transform]];
  }
  return isJfif ? [[0xff, 0xe0, 0, 16, ...asciiBytes("JFIF"), 0, 1, 1, 0, 0, 1, 0, 1, 0, 0]] : [];
}
