import { Zip, ZipPassThrough } from "fflate";

export type ZippedFile = { name: string; pieces: AsyncGenerator<string> };

/**
 * Packs texts into a ZIP file while they are written, one after the other. Nothing is compressed: that would take the time
 * of others. Without its end a ZIP file does not open.
 * @throws what a text throws.
 */
export async function* zipOf(
  files: readonly ZippedFile[],
  modifiedAt: number,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const encoder = new TextEncoder();
  let ready: Uint8Array<ArrayBuffer>[] = [];
  const zip = new Zip((error, data) => {
    if (error) throw error;
    ready.push(new Uint8Array(data));
  });
  const taken = () => {
    const pieces = ready;
    ready = [];
    return pieces;
  };
  for (const { name, pieces } of files) {
    const file = new ZipPassThrough(name);
    file.mtime = modifiedAt;
    zip.add(file);
    for await (const piece of pieces) {
      file.push(encoder.encode(piece));
      yield* taken();
    }
    file.push(new Uint8Array(), true);
  }
  zip.end();
  yield* taken();
}
