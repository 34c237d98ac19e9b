/** The last step of a profile change. The writer takes it, or the next writer or recovery if the writer died. */
import type { Compilable } from "kysely";
import * as z from "zod";
import { activityEntry } from "../../../db/activity-entry.ts";
import { pictureAt } from "../../fields/avatar.ts";
import { catalogue } from "../../fields/catalogue.ts";
import { sameValue } from "../../fields/kind.ts";
import type { UnsealedEntry } from "../../journal/entry.ts";
import type { WriteLock } from "../../journal/lease.ts";
import { equal, type JsonObject, type JsonValue } from "../../json.ts";
import { noticeDraft, storeNotices } from "../../notices/notice.ts";
import { Refusal } from "../../problem.ts";
import type { Services } from "../../services.ts";
import { endCredentialChange } from "../../verification/credentials.ts";
import { valueAt } from "./document.ts";
import { formerValues, keepFormerValues } from "./former-values.ts";

/**
 * Each of Logto's fields that changes: what it held before, and what it holds once Logto has the change.
 * Entries of earlier releases do not say what it held before.
 */
export const logtoEffects = z.array(
  z.object({ pointer: z.string(), before: z.json().exactOptional(), value: z.json() }),
);

const updateEntry = z.object({
  logto: logtoEffects,
  /** The vault's whole new content; `null` where it stays. */
  business: z.record(z.string(), z.json()).nullable(),
  activity: activityEntry,
  /** A sign-in identifier changes, which ends whatever was earned with the former ones. */
  changesIdentifier: z.boolean().default(true),
  /** What the person is told, at the addresses that they had before. Earlier releases told nothing. */
  notices: z.array(noticeDraft).default([]),
  /** What can be put back. Entries of earlier releases keep nothing. */
  former: formerValues.default({ kept: [], undone: null }),
});

/** Everything that is needed to finish a change once Logto has it. */
export type UpdateEntry = z.output<typeof updateEntry>;

type FinishServices = Pick<Services, "platform" | "db" | "vault">;

/** The changed fields of a Logto write. @param changed pointers, of fields in other stores as well. */
export const effectsOf = (
  user: JsonObject,
  patch: JsonObject,
  changed: readonly string[],
): UpdateEntry["logto"] =>
  changed
    .filter((pointer) => Object.hasOwn(patch, pointer.split("/")[1] ?? ""))
    .map((pointer) => ({ pointer, before: valueAt(user, pointer), value: valueAt(patch, pointer) }));

/** All statements that finish a change in the database, for one batch. */
export async function finishUpdate(
  services: FinishServices,
  { logto, business, activity, changesIdentifier, notices, former }: UpdateEntry,
  lock: WriteLock,
): Promise<Compilable[]> {
  const { platform, db, vault } = services;
  const { userId, guard } = lock;
  const told = await storeNotices(services, userId, notices, guard);
  const kept = await keepFormerValues(services, lock, activity, former);
  const statements: Compilable[] = [db.activity.insert(activity, guard), ...told, ...kept];
  const avatar = logto.find(({ pointer }) => pointer === "/avatar");
  // The picture that was set here goes with its address.
  if (avatar) statements.push(db.avatars.delete(userId, hashIn(avatar.value), guard));
  if (business) {
    const sealed = await vault.seal({ userId, purpose: "vault" }, business);
    statements.push(db.vaults.save({ userId, kid: vault.current, sealed, now: platform.now() }, guard));
  }
  return changesIdentifier ? [...statements, ...endCredentialChange(services, lock)] : statements;
}

const hashIn = (address: JsonValue) =>
  (typeof address === "string" ? pictureAt(address)?.hash : undefined) ?? null;

/** Reads the user from Logto: finishes a change that Logto has, and drops one that it does not have. */
export async function settleUpdate(
  services: FinishServices & Pick<Services, "db" | "logto">,
  { id, userId, content }: UnsealedEntry,
  lock: WriteLock,
): Promise<void> {
  const entry = updateEntry.parse(content);
  const happened = await isHeld(services, userId, entry.logto);
  services.logto.snapshots.drop(userId);
  const statements = happened ? await finishUpdate(services, entry, lock) : [];
  await lock.apply([...statements, services.db.journal.delete(id, lock.guard)]);
}

/**
 * Logto applies a PATCH whole, and each of these fields held another value before: one that holds the new value proves
 * that all were written, even if an administrator has changed another since. Nothing is held of a user who is gone.
 */
export async function isHeld(
  { logto }: Pick<Services, "logto">,
  userId: string,
  effects: UpdateEntry["logto"],
): Promise<boolean> {
  try {
    const user: JsonObject = await logto.users.get(userId);
    return effects.some(({ pointer, before, value }) => {
      const stored = valueAt(user, pointer);
      const changed = before === undefined || !equal(stored, before);
      // By canonical form: Logto may drop the trunk zero of a phone number.
      return changed && sameValue(kindAt(pointer), stored, value);
    });
  } catch (error) {
    if (error instanceof Refusal && error.code === "invalid_token") return false;
    throw error;
  }
}

const kindAt = (pointer: string) => catalogue.find((field) => field.pointer === pointer) ?? {};
