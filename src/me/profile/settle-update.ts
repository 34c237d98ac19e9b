/** The last step of a profile change: by the writer itself, or after its death by whoever comes next. */
import type { Compilable } from "kysely";
import * as z from "zod";
import { activityEntry } from "../../../db/activity.ts";
import type { Fence } from "../../../db/fence.ts";
import { cancelEntry } from "../../journal/call-logto.ts";
import type { UnsealedEntry } from "../../journal/entry.ts";
import type { WriteLock } from "../../journal/lease.ts";
import { equal, isObject, type JsonObject, type JsonValue } from "../../json.ts";
import { Refusal } from "../../problem.ts";
import type { Services } from "../../services.ts";

const updateEntry = z.object({
  /** What Logto holds once it has the change: the new value of each of its fields that changes. */
  logto: z.array(z.object({ pointer: z.string(), value: z.json() })),
  /** The vault's whole new content; `null` where it stays. */
  business: z.record(z.string(), z.json()).nullable(),
  activity: activityEntry,
  /** Recipients whose proofs this change uses up. */
  proofs: z.array(z.string()),
  /** Claim on the step-up record that this change uses up. */
  claim: z.string().nullable(),
});

/** Everything that is needed to finish a change once Logto has it. */
export type UpdateEntry = z.infer<typeof updateEntry>;

type Finishers = Pick<Services, "platform" | "db" | "vault">;

/** The changed fields of a Logto write. @param changed pointers, of fields in other stores as well. */
export const expectedOf = (patch: JsonObject, changed: readonly string[]): UpdateEntry["logto"] =>
  changed
    .map((pointer) => ({ pointer, value: valueAt(patch, pointer) }))
    .filter(({ pointer }) => Object.hasOwn(patch, pointer.split("/")[1] ?? ""));

/** The database's whole part of a change, for one batch. */
export async function finishUpdate(
  services: Finishers,
  { business, activity, claim, proofs }: UpdateEntry,
  fence: Fence,
): Promise<Compilable[]> {
  const { platform, db, vault } = services;
  const { userId } = fence;
  const statements: Compilable[] = [services.db.activity.insert(activity, fence)];
  if (business) {
    const sealed = await vault.seal({ userId, purpose: "vault" }, business);
    statements.push(db.vaults.save({ userId, kid: vault.current, sealed, now: platform.now() }, fence));
  }
  if (claim) statements.push(db.verificationRecords.consume(claim, fence));
  return [...statements, ...proofs.map((recipient) => db.identifierProofs.consume(userId, recipient, fence))];
}

/** Reads Logto back: a change it holds is finished, one it does not hold is dropped. */
export async function settleUpdate(
  services: Finishers & Pick<Services, "db" | "logto">,
  { id, userId, content }: UnsealedEntry,
  lock: WriteLock,
): Promise<void> {
  const entry = updateEntry.parse(content);
  const happened = await isHeld(services, userId, entry.logto);
  services.logto.snapshots.drop(userId);
  const statements = happened
    ? [...(await finishUpdate(services, entry, lock.fence)), services.db.journal.delete(id, lock.fence)]
    : cancelEntry(services, lock, { entryId: id, claim: entry.claim });
  await lock.apply(statements);
}

/**
 * Logto applies a PATCH whole, and each of these fields held another value before: one that is there proves that all
 * were, even if an administrator has changed another since. Nothing is held of a user who is gone.
 */
async function isHeld({ logto }: Pick<Services, "logto">, userId: string, expected: UpdateEntry["logto"]) {
  try {
    const user: JsonObject = await logto.users.get(userId);
    return expected.some(({ pointer, value }) => isSame(pointer, valueAt(user, pointer), value));
  } catch (error) {
    if (error instanceof Refusal && error.code === "invalid_token") return false;
    throw error;
  }
}

/** Logto may drop a phone number's trunk zero. */
const isSame = (pointer: string, stored: JsonValue, value: JsonValue) =>
  pointer === "/primaryPhone" && typeof stored === "string" && typeof value === "string"
    ? stored.replaceAll("0", "") === value.replaceAll("0", "")
    : equal(stored, value);

/** Field pointers name the same places in the document, in Logto's user and in a patch of it. */
function valueAt(object: JsonObject, pointer: string): JsonValue {
  let value: JsonValue | undefined = object;
  for (const name of pointer.split("/").slice(1)) value = isObject(value) ? value[name] : undefined;
  return value ?? null;
}
