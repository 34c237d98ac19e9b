/** The last step of a profile change: by the writer itself, or after its death by whoever comes next. */
import type { Compilable } from "kysely";
import * as z from "zod";
import { activityEntry } from "../../db/activity.ts";
import type { Fence } from "../../db/fence.ts";
import type { Services } from "../context.ts";
import type { OpenEntry } from "../journal/settle.ts";
import { equal, type JsonObject } from "../json.ts";
import type { LogtoUser } from "../logto/users.ts";
import { Refusal } from "../problem.ts";
import { seal } from "../vault/sealed-document.ts";

const object = z.record(z.string(), z.json());

const updateEntry = z.object({
  /** Body of the Logto write; `null` where Logto has no part in the change. */
  logto: object.nullable(),
  /** The vault's whole new content; `null` where it stays. */
  business: object.nullable(),
  activity: activityEntry,
  /** Recipients whose proofs this change uses up. */
  proofs: z.array(z.string()),
  /** Claim on the step-up record that this change uses up. */
  claim: z.string().nullable(),
});

/** Everything that is needed to finish a change once Logto has it. */
export type UpdateEntry = z.infer<typeof updateEntry>;

type Finishers = Pick<
  Services,
  "vaults" | "keyring" | "activity" | "verificationRecords" | "identifierProofs" | "platform"
>;

/** The database's whole part of a change, for one batch. */
export async function finishUpdate(
  services: Finishers,
  userId: string,
  entry: UpdateEntry,
  fence: Fence,
): Promise<Compilable[]> {
  const { vaults, keyring, activity, verificationRecords, identifierProofs, platform } = services;
  const statements: Compilable[] = [activity.insert(entry.activity, fence)];
  if (entry.business) {
    const sealed = await seal(keyring, { userId, purpose: "vault" }, entry.business);
    statements.push(vaults.save({ userId, kid: keyring.current, sealed, now: platform.now() }, fence));
  }
  if (entry.claim) statements.push(verificationRecords.spend(entry.claim, fence));
  return [
    ...statements,
    ...entry.proofs.map((recipient) => identifierProofs.spend(userId, recipient, fence)),
  ];
}

/** Reads Logto back: a change it holds is finished, one it does not hold is dropped. */
export async function settleUpdate(
  services: Finishers & Pick<Services, "users" | "snapshots" | "database" | "journal">,
  { id, userId, content }: OpenEntry,
  fence: Fence,
): Promise<void> {
  const entry = updateEntry.parse(content);
  const user = await existingUser(services, userId);
  const finished = user && entry.logto && holds(user, entry.logto);
  if (user) services.snapshots.put(user);
  const statements = finished ? await finishUpdate(services, userId, entry, fence) : [];
  await services.database.batch([...statements, services.journal.drop(id, fence)]);
  if (!finished && entry.claim) await services.verificationRecords.unclaim(entry.claim);
}

async function existingUser({ users }: Pick<Services, "users">, userId: string) {
  try {
    return await users.get(userId);
  } catch (error) {
    if (error instanceof Refusal && error.code === "invalid_token") return undefined;
    throw error;
  }
}

/** Logto applies a PATCH whole, so every field has to agree; it may have dropped a phone number's trunk zero. */
function holds(user: LogtoUser, patch: JsonObject): boolean {
  const stored: JsonObject = user;
  return Object.entries(patch).every(([name, value]) =>
    name === "primaryPhone" && typeof value === "string"
      ? user.primaryPhone?.replaceAll("0", "") === value.replaceAll("0", "")
      : equal(stored[name], value),
  );
}
