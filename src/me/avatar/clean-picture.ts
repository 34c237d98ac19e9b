/** A picture as it is stored: read strictly, without metadata, and named by its content. */
import type { PictureName, PictureType } from "../../fields/avatar.ts";
import { cleanJpeg } from "./jpeg.ts";
import { cleanPng } from "./png.ts";
import { cleanWebp } from "./webp.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** The longest file that is taken. */
export const maxPictureBytes = 131_072;

/** A file of a type that somebody says it has. */
export type Upload = { type: PictureType; bytes: Bytes };

const cleaners = {
  "image/jpeg": cleanJpeg,
  "image/png": cleanPng,
  "image/webp": cleanWebp,
} as const satisfies Record<PictureType, (bytes: Bytes) => Bytes>;

/**
 * Reads the structure of a picture; its pixels are never decoded.
 * @returns what decoding needs, and its name.
 * @throws {Refusal} `picture_refused`, which says why.
 */
export async function cleanPicture({ type, bytes }: Upload): Promise<PictureName & { bytes: Bytes }> {
  const clean = cleaners[type](bytes);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", clean));
  const hash = [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return { type, hash, bytes: clean };
}
