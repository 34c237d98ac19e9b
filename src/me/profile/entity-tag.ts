/** Entity tags (RFC 9110, section 8.8.3): what they cover, and how they are compared with those that come back. */

import type { Digests } from "../../digests.ts";
import { catalogue, type Storage, storages } from "../../fields/catalogue.ts";
import { canonical } from "../../json.ts";
import { type StoredProfile, shownValue, storedValue } from "./document.ts";

/**
 * The tag of a group, or of the whole document. It changes with every field that a person can change, and with nothing
 * else: a sign-in elsewhere must not make a save fail.
 * @param group the storage of the group. Default: all storages.
 */
export async function entityTag(
  { sha256 }: Pick<Digests, "sha256">,
  stores: StoredProfile,
  group?: Storage,
): Promise<string> {
  const covered = group === undefined ? storages : [group];
  const shown = catalogue
    .filter(({ storage, readOnly }) => covered.includes(storage) && !readOnly)
    .map((field) => [field.pointer, shownValue(field, storedValue(stores, field))] as const);
  // A mask can hide that a value has changed; the version of the vault cannot.
  const version = covered.includes("vault") ? stores.businessVersion : 0;
  const digest = await sha256(`${version}\n${canonical(Object.fromEntries(shown))}`);
  // 128 bits of it.
  return `"${digest.slice(0, 22)}"`;
}

/**
 * Whether `If-Match` or `If-None-Match` names a tag. `*` alone names every tag. A tag of ours counts also as proxies
 * pass it on after they have compressed the body: weak, as nginx does, or with the name of the coding, as Apache and
 * Caddy (`-gzip`, `-br`, `-zstd`), Jetty (`--gzip`) and others (`;gzip`) do.
 */
export function namesTag(header: string, tag: string): boolean {
  if (header.trim() === "*") return true;
  const opaque = tag.slice(1, -1);
  return opaqueTagsIn(header).some((named) => named.replace(codingMark, "") === opaque || named === opaque);
}

const codingMark = /(?:--?|;)(?:gzip|br|zstd|deflate)$/;

/** One element of a list, which may be empty; a comma inside the quotes belongs to the tag. */
const listElement = /\s*(?:(?:W\/)?"([^"]*)"\s*)?(?:,|$)/gy;

/** The tags of a list without their quotes, as far as it is well-formed. */
const opaqueTagsIn = (list: string): string[] =>
  [...list.matchAll(listElement)].flatMap(([, opaque]) => (opaque === undefined ? [] : [opaque]));
