/** Pictures that this service holds: their types, and the addresses under which it serves them. */

/** The types that are taken, each with the end of its addresses. */
export const pictureTypes = { "image/jpeg": "jpg", "image/png": "png", "image/webp": "webp" } as const;

export type PictureType = keyof typeof pictureTypes;

export const isPictureType = (type: string): type is PictureType => Object.hasOwn(pictureTypes, type);

/** A picture by its content: the SHA-256 of its bytes in hex, and its type. */
export type PictureName = { hash: string; type: PictureType };

/** The path of a picture, behind the prefix of `PUBLIC_URL` if there is one. */
export const avatarPath = ({ hash, type }: PictureName): string => `/avatars/${hash}.${pictureTypes[type]}`;

const ownAddress = /\/avatars\/(?<hash>[0-9a-f]{64})\.(?<end>jpg|png|webp)$/;

/** @returns the picture that an address of ours names; undefined for any other address. */
export function pictureAt(address: string): PictureName | undefined {
  const { hash, end } = ownAddress.exec(address)?.groups ?? {};
  const type = Object.keys(pictureTypes)
    .filter(isPictureType)
    .find((name) => pictureTypes[name] === end);
  return hash !== undefined && type ? { hash, type } : undefined;
}
