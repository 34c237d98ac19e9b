/** The last step of a profile change. The writer takes it, or the next writer or recovery if the writer died. */
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
  /** The new value of each field that changes at Logto. */
  logto: z.array(z.object({ pointer: z.string(), value: z.json() })),
  /** The whole new content of the vault; `null` where nothing changes there. */
  business: z.record(z.string(), z.json()).nullable(),
  activity: activityEntry,
  /** Hashed recipients whose proofs this change uses up. */
  proofs: z.array(z.string()),
  /** The claim on the step-up record that this change uses up. */
  claim: z.string().nullable(),
});

/** Everything that is needed to finish a change after Logto has it. */
export type UpdateEntry = z.infer<typeof updateEntry>;

type FinishServices = Pick<Services, "platform" | "db" | "vault">;

/** The changed fields of a Logto write. @param changed pointers of all fields that change, in any store. */
export const expectedOf = (patch: JsonObject, changed: readonly string[]): UpdateEntry["logto"] =>
  changed
    .map((pointer) => ({ pointer, value: valueAt(patch, pointer) }))
    .filter(({ pointer }) => Object.hasOwn(patch, pointer.split("/")[1] ?? ""));

/** All statements that finish a change in the database, for one batch. */
export async function finishUpdate(
  services: FinishServices,
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

/** Reads the user from Logto: finishes a change that Logto has, and drops one that it does not have. */
export async function settleUpdate(
  services: FinishServices & Pick<Services, "db" | "logto">,
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
 * Logto applies a PATCH whole, and each of these fields had another value before. One new value therefore proves the
 * change, even if an administrator has changed another field since. False for a user who no longer exists.
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

/** Logto may store a phone number without its trunk zero. */
const isSame = (pointer: string, stored: JsonValue, value: JsonValue) =>
  pointer === "/primaryPhone" && typeof stored === "string" && typeof value === "string"
    ? stored.replaceAll("0", "") === value.replaceAll("0", "")
    : equal(stored, value);

/** A field pointer leads to the same place in the document, in Logto's user and in a patch of that user. */
function valueAt(object: JsonObject, pointer: string): JsonValue {
  let value: JsonValue | undefined = object;
  for (const name of pointer.split("/").slice(1)) value = isObject(value) ? value[name] : undefined;
  return value ?? null;
}
