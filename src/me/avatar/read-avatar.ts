import { base64url } from "jose";
import type { PictureName } from "../../fields/avatar.ts";
import type { Services } from "../../services.ts";

/** A picture as it is served. */
export type ServedPicture = PictureName & { bytes: Uint8Array<ArrayBuffer> };

/** @returns the picture that somebody has set; undefined for any other. @throws {Refusal} `storage_unavailable`. */
export async function readAvatar(
  { db }: Pick<Services, "db">,
  { hash, type }: PictureName,
): Promise<ServedPicture | undefined> {
  const stored = await db.avatars.find(hash);
  if (stored?.type !== type) return undefined;
  return { hash, type, bytes: Uint8Array.from(base64url.decode(stored.content)) };
}
