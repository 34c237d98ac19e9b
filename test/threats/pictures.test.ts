/** Files that are no plain picture: each is refused with its reason, and nothing is stored or sent to Logto. */
import { deflateSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { useService } from "../support/fixtures.ts";
import {
  bytesOf,
  canvas,
  jpeg,
  jpegEnd,
  jpegFrame,
  jpegScan,
  jpegStart,
  jpegTables,
  lossless,
  lossy,
  type Part,
  png,
  pngChunk,
  pngEnd,
  pngHeader,
  pngPixels,
  pngStart,
  riff,
  riffChunk,
  segment,
} from "../support/pictures.ts";
import { expectRefusal, expectRefused } from "../support/refusals.ts";

const service = useService();
const alice = service.as("alice");

const put = (type: string, file: Uint8Array<ArrayBuffer>) =>
  alice("PUT", "/me/avatar", new Blob([file], { type }));
const without = (file: Uint8Array<ArrayBuffer>, count: number) => file.slice(0, file.length - count);
const zip = "PK\x03\x04 and the rest of an archive";
const three = { components: [1, 2, 3] };
const progressive = { marker: 0xc2 };
const direct = bytesOf(jpegStart, jpegTables, jpegFrame(progressive));
const spectrum = jpegScan([1], { first: 0, last: 0 });

type Hostile = [what: string, type: string, file: Uint8Array<ArrayBuffer>, reason: string];
const pngs: [what: string, file: Uint8Array<ArrayBuffer>, reason: string][] = [
  ["a script", bytesOf("<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"), "wrong_type"],
  ["a GIF", bytesOf("GIF89a", [1, 0, 1, 0, 0, 0, 0, 0x3b]), "wrong_type"],
  ["nothing", bytesOf(), "wrong_type"],
  ["a JPEG", jpeg(), "wrong_type"],
  ["only its signature", bytesOf(pngStart), "cut_off"],
  ["no end", without(png(), 12), "cut_off"],
  ["half an end", without(png(), 3), "cut_off"],
  ["an archive behind it", bytesOf(png(), zip), "trailing_bytes"],
  ["a page behind it", bytesOf(png(), "<script>alert(1)</script>"), "trailing_bytes"],
  ["a second picture behind it", bytesOf(png(), png()), "trailing_bytes"],
  ["an animation", png({}, pngChunk("acTL", [0, 0, 0, 2, 0, 0, 0, 0])), "animated"],
  ["frames of an animation", png({}, pngChunk("fdAT", [0, 0, 0, 1, 1])), "animated"],
  ["513 pixels across", png({ width: 513 }), "too_large"],
  ["65535 pixels down", png({ height: 65_535 }), "too_large"],
  ["the largest size there is", png({ width: 2 ** 32 - 1, height: 2 ** 32 - 1 }), "too_large"],
  ["no width", png({ width: 0 }), "malformed"],
  ["a wrong checksum", png({}, pngChunk("tEXt", "a", 1)), "malformed"],
  ["a chunk that is longer than the file", png({}, bytesOf([0x7f, 0xff, 0xff, 0xff], "tEXt")), "cut_off"],
  ["a chunk with a name that is none", png({}, pngChunk("t3Xt")), "malformed"],
  ["a needed chunk of somebody's own", png({}, pngChunk("CgBI", [0, 0, 0, 0])), "unsupported"],
  ["a second header", png({}, pngHeader()), "malformed"],
  [
    "the header behind a text",
    bytesOf(pngStart, pngChunk("tEXt", "a"), pngHeader(), pngPixels, pngEnd),
    "malformed",
  ],
  [
    "a text between its pixels",
    bytesOf(pngStart, pngHeader(), pngPixels, pngChunk("tEXt"), pngPixels, pngEnd),
    "malformed",
  ],
  ["no pixels", bytesOf(pngStart, pngHeader(), pngEnd), "malformed"],
  [
    "pixels that are no zlib stream",
    bytesOf(pngStart, pngHeader(), pngChunk("IDAT", "<script>alert(1)"), pngEnd),
    "malformed",
  ],
  [
    "a stream of seven bytes",
    bytesOf(pngStart, pngHeader(), pngChunk("IDAT", deflateSync("").slice(0, 7)), pngEnd),
    "cut_off",
  ],
  ["a depth that there is not", png({ depth: 3 }), "malformed"],
  ["a colour type that there is not", png({ colourType: 5 }), "malformed"],
  ["an order of lines that there is not", png({ interlace: 2 }), "malformed"],
  ["no palette where one is needed", png({ colourType: 3 }), "malformed"],
  [
    "a palette of 257 colours",
    png({ colourType: 3 }, pngChunk("PLTE", Array<number>(771).fill(0))),
    "malformed",
  ],
  ["a palette in grey", png({ colourType: 0 }, pngChunk("PLTE", [0, 0, 0])), "malformed"],
  [
    "more transparent colours than colours",
    png({ colourType: 3 }, pngChunk("PLTE", [0, 0, 0]), pngChunk("tRNS", [0, 0])),
    "malformed",
  ],
];
const jpegs: typeof pngs = [
  ["a PNG", png(), "wrong_type"],
  ["only its start", bytesOf(jpegStart, [0xff]), "cut_off"],
  ["no end", without(jpeg(), 2), "cut_off"],
  ["half an end", without(jpeg(), 1), "cut_off"],
  ["no picture", bytesOf(jpegStart, jpegTables, jpegEnd), "cut_off"],
  ["a frame without data", bytesOf(jpegStart, jpegTables, jpegFrame(), jpegEnd), "cut_off"],
  ["an archive behind it", bytesOf(jpeg(), zip), "trailing_bytes"],
  ["a second picture behind it", bytesOf(jpeg(), jpeg()), "trailing_bytes"],
  [
    "a comment that is longer than the file",
    bytesOf(jpegStart, [0xff, 0xfe, 0xff, 0xff], "*/=alert(1)"),
    "cut_off",
  ],
  ["a segment without a length", bytesOf(jpegStart, [0xff, 0xfe, 0, 0], jpegEnd), "malformed"],
  ["bytes between segments", jpeg({}, segment(0xfe), "<script>"), "malformed"],
  ["a second start", jpeg({}, jpegStart), "malformed"],
  ["513 pixels across", jpeg({ width: 513 }), "too_large"],
  ["65535 pixels down", jpeg({ height: 65_535 }), "too_large"],
  ["a height that follows later", jpeg({ height: 0 }), "malformed"],
  ["twelve bits", jpeg({ precision: 12 }), "unsupported"],
  ["four colours for print", jpeg({ components: [1, 2, 3, 4] }), "unsupported"],
  ["one component twice", jpeg({ components: [1, 1, 2] }), "malformed"],
  ["arithmetic coding", jpeg({ marker: 0xc9 }), "unsupported"],
  ["a lossless frame", jpeg({ marker: 0xc3 }), "unsupported"],
  ["two frames", jpeg({}, jpegFrame()), "malformed"],
  ["a scan before its frame", bytesOf(jpegStart, jpegScan(), jpegEnd), "malformed"],
  [
    "a scan of no component of its frame",
    bytesOf(jpegStart, jpegTables, jpegFrame(), jpegScan([2]), jpegEnd),
    "malformed",
  ],
  [
    "components without a scan",
    bytesOf(jpegStart, jpegTables, jpegFrame(three), jpegScan([1]), jpegEnd),
    "cut_off",
  ],
  [
    "a thousand progressive scans",
    bytesOf(direct, ...Array<Part>(1_000).fill(spectrum), jpegEnd),
    "malformed",
  ],
  [
    "details before what they refine",
    bytesOf(direct, jpegScan([1], { first: 1 }), spectrum, jpegEnd),
    "malformed",
  ],
  [
    "restarts that nothing announced",
    bytesOf(jpegStart, jpegTables, jpegFrame(), jpegScan([1], { data: [1, 0xff, 0xd0, 2] }), jpegEnd),
    "malformed",
  ],
  [
    "a scan without data",
    bytesOf(jpegStart, jpegTables, jpegFrame(), jpegScan([1], { data: [] }), jpegEnd),
    "malformed",
  ],
  [
    "a Huffman table of 512 codes",
    jpeg({}, segment(0xc4, [0], [255, 255, 2, ...Array<number>(13).fill(0)], Array<number>(512).fill(0))),
    "malformed",
  ],
  ["a quantisation table that is cut off", jpeg({}, segment(0xdb, [0, 1, 2])), "cut_off"],
];
const webps: typeof pngs = [
  ["a PNG", png(), "wrong_type"],
  ["a sound", bytesOf("RIFF", [4, 0, 0, 0], "WAVE"), "wrong_type"],
  ["nothing in it", riff([]), "cut_off"],
  ["less than it announces", riff([lossless()], 500), "cut_off"],
  ["more than it announces", bytesOf(riff([lossless()]), zip), "trailing_bytes"],
  ["an animation", riff([canvas({}, 0x02), riffChunk("ANIM", [0, 0, 0, 0, 0, 0])]), "animated"],
  [
    "an animation that is announced as none",
    riff([canvas(), riffChunk("ANMF", Array<number>(16).fill(0)), lossy()]),
    "animated",
  ],
  ["only a canvas", riff([canvas()]), "cut_off"],
  ["a canvas of another size", riff([canvas({ width: 9 }), lossy()]), "malformed"],
  ["a canvas of 16 million pixels across", riff([canvas({ width: 2 ** 24 }), lossy()]), "too_large"],
  ["513 pixels across, lossless", riff([lossless({ width: 513 })]), "too_large"],
  ["16383 pixels down", riff([lossy({ height: 16_383 })]), "too_large"],
  ["two pictures", riff([canvas(), lossy(), lossy()]), "unsupported"],
  ["a chunk behind a simple picture", riff([lossless(), riffChunk("EXIF", "place")]), "trailing_bytes"],
  ["a chunk of somebody's own", riff([canvas(), riffChunk("HTML", "<script>"), lossy()]), "unsupported"],
  ["a frame that builds on another", riff([lossy({}, 0x11)]), "malformed"],
  ["a frame that is not shown", riff([lossy({}, 0)]), "malformed"],
  ["a frame without its start code", riff([lossy({}, 0x10, [0, 0, 0])]), "malformed"],
  ["a lossless version that there is not", riff([lossless({}, 1)]), "malformed"],
  [
    "transparency of a lossless picture",
    riff([canvas({ width: 1, height: 1 }, 0x10), riffChunk("ALPH", [0, 1]), lossless()]),
    "malformed",
  ],
  [
    "a chunk with padding that says something",
    riff([bytesOf("VP8L", [9, 0, 0, 0], [0x2f, 0, 0, 0, 0, 8, 8, 8, 8], [7])]),
    "malformed",
  ],
];
const of = (type: string, files: typeof pngs): Hostile[] =>
  files.map(([what, file, reason]) => [`as ${type}: ${what}`, type, file, reason]);

describe("a file is refused", () => {
  test.each([...of("image/png", pngs), ...of("image/jpeg", jpegs), ...of("image/webp", webps)])(
    "%s",
    async (_what, type, file, reason) => {
      const answer = await expectRefused(service, [422, "picture_refused"], () => put(type, file));
      expect(answer.body.errors).toEqual([{ pointer: "", code: reason, message: expect.any(String) }]);
    },
  );

  test.each(["image/svg+xml", "image/gif", "image/avif", "image/bmp", "text/html", "application/json", ""])(
    "of the type %s",
    async (type) => {
      await expectRefused(service, [415, "unsupported_media_type"], () => put(type, png()));
    },
  );

  test("that is compressed on its way", async () => {
    const coded = { "content-encoding": "gzip", "content-type": "image/png" };
    const act = () => alice("PUT", "/me/avatar", new Blob([png()]), coded);
    await expectRefused(service, [415, "unsupported_media_type"], act);
  });

  test("of more than 128 KiB, and one of exactly that is read", async () => {
    const padding = 131_072 - png().length - 12;
    const largest = png({}, pngChunk("tEXt", new Uint8Array(padding)));
    expect(largest).toHaveLength(131_072);
    const larger = bytesOf(largest, [0]);
    await expectRefused(service, [413, "body_too_large"], () => put("image/png", larger));
    expect((await put("image/png", largest)).status).toBe(200);
    expect((await alice("DELETE", "/me/avatar")).status).toBe(200);
  });

  test("and none of them was stored", async () => {
    expect(await service.database.kysely.selectFrom("avatars").selectAll().execute()).toEqual([]);
    expect(service.tenant.state.users.get(service.userId("alice")).avatar).toBeNull();
  });
});

test("who may only read sets no picture and removes none", async () => {
  const reader = service.as("alice", { scope: "profile:read" });
  expect((await reader("PUT", "/me/avatar", new Blob([png()], { type: "image/png" }))).status).toBe(403);
  expect((await reader("DELETE", "/me/avatar")).status).toBe(403);
});

test.each(["x.png", `${"0".repeat(64)}.png`, `${"0".repeat(64)}.svg`, `${"A".repeat(64)}.png`])(
  "there is no picture %s",
  async (file) => expectRefusal(await service.anonymous("GET", `/avatars/${file}`), 404, "not_found"),
);
