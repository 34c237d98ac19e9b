import type { Canaries, KeyState } from "../../db/canaries.ts";
import { OperatorError } from "../operator-error.ts";
import type { Keyring } from "./keyring.ts";
import { open, type SealContext, seal } from "./sealed-document.ts";

const context = { userId: "", purpose: "canary" } as const satisfies SealContext;

/**
 * Checks that the configured keys are the ones that sealed the data. Call it before the service answers requests.
 * @returns what it has read for that, in one round trip unless a key is new.
 * @throws {OperatorError} if the id of a key stood for another key before, or if stored data needs a key that is not
 * configured.
 */
export async function verifyKeys(keyring: Keyring, canaries: Canaries): Promise<KeyState> {
  const state = await canaries.readKeyState();
  await checkKeys(keyring, state);
  for (const kid of keyring.kids.filter((each) => !state.canaries.has(each))) {
    await verifyKey(keyring, kid, await storeCanary(keyring, kid, canaries));
  }
  return state;
}

/** As `verifyKeys`, and writes nothing. A key that the database does not know yet passes. */
export async function checkKeys(keyring: Keyring, state: KeyState): Promise<void> {
  const missing = state.kidsInUse.filter((kid) => !keyring.kids.includes(kid));
  if (missing.length > 0) {
    throw new OperatorError(
      `ENCRYPTION_KEYS lacks ${missing.join(", ")}, under which data is still sealed. Add it after the first key and let the rotation finish before removing it.`,
    );
  }
  for (const kid of keyring.kids) {
    const canary = state.canaries.get(kid);
    if (canary !== undefined) await verifyKey(keyring, kid, canary);
  }
}

/** @returns the canary that is stored then: another instance may have stored its own first, under another key. */
async function storeCanary(keyring: Keyring, kid: string, canaries: Canaries): Promise<string> {
  await canaries.insert(kid, await seal({ ...keyring, current: kid }, context, kid));
  return (await canaries.find(kid)) ?? "";
}

async function verifyKey(keyring: Keyring, kid: string, canary: string) {
  try {
    await open(keyring, context, canary);
  } catch (cause) {
    throw new OperatorError(
      `ENCRYPTION_KEYS holds another key under the id ${kid} than the one this database was written with. Restore that key, or give the new one an id of its own.`,
      { cause },
    );
  }
}
