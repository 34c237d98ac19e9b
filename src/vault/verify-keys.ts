import type { Canaries } from "../../db/canaries.ts";
import { OperatorError } from "../operator-error.ts";
import type { Keyring } from "./keyring.ts";
import { open, type SealContext, seal } from "./sealed-document.ts";

const context = { userId: "", purpose: "canary" } as const satisfies SealContext;

/**
 * Checks that the configured keys are the ones that sealed the data. Call it before the service answers requests.
 * @throws {OperatorError} if the id of a key stood for another key before, or if stored data needs a key that is not
 * configured.
 */
export async function verifyKeys(keyring: Keyring, canaries: Canaries): Promise<void> {
  const needed = await canaries.kidsInUse();
  const missing = needed.filter((kid) => !keyring.kids.includes(kid));
  if (missing.length > 0) {
    throw new OperatorError(
      `ENCRYPTION_KEYS lacks ${missing.join(", ")}, under which data is still sealed. Add it after the first key and let the rotation finish before removing it.`,
    );
  }
  for (const kid of keyring.kids) await verifyKey(keyring, kid, canaries);
}

async function verifyKey(keyring: Keyring, kid: string, canaries: Canaries) {
  if ((await canaries.find(kid)) === undefined) {
    await canaries.insert(kid, await seal({ ...keyring, current: kid }, context, kid));
  }
  try {
    // Read back: another instance may have stored its canary first, under another key.
    await open(keyring, context, (await canaries.find(kid)) ?? "");
  } catch (cause) {
    throw new OperatorError(
      `ENCRYPTION_KEYS holds another key under the id ${kid} than the one this database was written with. Restore that key, or give the new one an id of its own.`,
      { cause },
    );
  }
}
