import { base64url } from "jose";
import * as z from "zod";
import type { ChainKeys } from "../../db/activity-chain.ts";
import type { ChainedEntry } from "../../db/activity-entry.ts";
import type { ActivityHead } from "../../db/activity-heads.ts";
import type { KeyState } from "../../db/canaries.ts";
import type { Db } from "../../db/repositories.ts";
import type { Secrets } from "../../db/secrets.ts";
import type { Digests } from "../digests.ts";
import type { JsonValue } from "../json.ts";
import { Refusal } from "../problem.ts";
import type { Keyring } from "./keyring.ts";
import { open, seal, secretContext } from "./sealed-document.ts";

/** In the table `secrets`, each with the id of the encryption key that it belongs to. */
const prefix = "activity-key ";

/** The name is in the document, so that one key cannot stand in for another. */
const document = z.object({ name: z.string(), key: z.string(), unsealedUntil: z.number() });

/** During an upgrade, the earlier release may serve on beside this one for so long. */
const upgradeMs = 24 * 60 * 60 * 1000;

type Stores = {
  secrets: Pick<Secrets, "find" | "insert">;
  activity: Pick<Db["activity"], "latest">;
};
type Mac = (text: string) => string | Promise<string>;

/**
 * Loads the keys of the chain of activity: a random one for each encryption key, made when that one first encrypts. They
 * stay, sealed under the current encryption key, when the former ones are removed: what they have sealed can always be
 * verified.
 * @param known the sealed secrets that were read already, by name.
 * @throws {Refusal} `data_integrity`, `storage_unavailable`.
 */
export async function loadActivityKeys(
  keyring: Keyring,
  stores: Stores,
  known: KeyState["secrets"],
  digests: Pick<Digests, "hmac">,
): Promise<ChainKeys> {
  const { current } = keyring;
  // Functions and not promises of them: on Workers, a request cannot await the promise of another request.
  const macs = new Map<string, Mac>();
  let unsealedUntil = 0;
  const add = async (kid: string, sealed: string): Promise<Mac | undefined> => {
    const content = document.parse(await open(keyring, secretContext, sealed));
    if (content.name !== prefix + kid) return undefined;
    const mac = digests.hmac(new Uint8Array(base64url.decode(content.key)));
    macs.set(kid, mac);
    unsealedUntil = Math.max(unsealedUntil, content.unsealedUntil);
    return mac;
  };
  for (const [name, sealed] of known)
    if (name.startsWith(prefix)) await add(name.slice(prefix.length), sealed);
  const kids = [...macs.keys()];
  if (!macs.has(current)) await add(current, await createKey(keyring, stores, kids.length === 0));
  if (!macs.has(current)) throw new Refusal("data_integrity");
  const find = async (kid: string): Promise<Mac | undefined> => {
    const loaded = macs.get(kid);
    if (loaded) return loaded;
    const row = await stores.secrets.find(prefix + kid);
    return row && add(kid, row.sealed);
  };
  return chainKeys({ current, kids, unsealedUntil }, find);
}

/** @param find the MAC of a key; undefined if the key is not known. */
export function chainKeys(
  known: Pick<ChainKeys, "current" | "kids" | "unsealedUntil">,
  find: (kid: string) => Promise<Mac | undefined>,
): ChainKeys {
  const macOf = async (kid: string, parts: readonly JsonValue[]) =>
    (await find(kid))?.(JSON.stringify(parts));
  return {
    ...known,
    entryMac: (kid, entry) => macOf(kid, entryParts(entry)),
    headMac: (kid, head) => macOf(kid, headParts(head)),
  };
}

const entryParts = (entry: ChainedEntry) => [
  "entry",
  entry.user_id,
  entry.sequence,
  entry.id,
  entry.at,
  entry.event,
  entry.client_id,
  entry.request_id,
  entry.detail,
  entry.previous_at,
  entry.previous_mac,
];

const headParts = ({ user_id, sequence, at, mac }: ActivityHead) => ["head", user_id, sequence, at, mac];

/** The first key of all remembers until when entries may have been stored without one. */
async function createKey(keyring: Keyring, { secrets, activity }: Stores, isFirst: boolean): Promise<string> {
  const name = prefix + keyring.current;
  const latest = isFirst ? await activity.latest() : undefined;
  const unsealedUntil = latest === undefined ? 0 : Math.min(latest, Date.now()) + upgradeMs;
  const key = base64url.encode(crypto.getRandomValues(new Uint8Array(32)));
  const sealed = await seal(keyring, secretContext, { name, key, unsealedUntil });
  await secrets.insert({ name, kid: keyring.current, sealed });
  // If another instance stored its key first, that key is used.
  const row = await secrets.find(name);
  if (!row) throw new Error("The key of the activity was not stored.");
  return row.sealed;
}
