/** Faults that the service once had, kept as data: the model has to find each of them when it is planted back. */
import type { Mutant } from "../mutate/mutant.ts";

const grants = "src/verification/grants.ts";
const credentials = "src/verification/credentials.ts";
const changePassword = "src/me/password/change-password.ts";
const settlePassword = "src/me/password/settle-password.ts";
const endSignIns = "src/verification/end-sign-ins.ts";
const settleUpdate = "src/me/profile/settle-update.ts";
const writeStores = "src/me/profile/write-stores.ts";

export const faults: readonly Mutant[] = [
  {
    wrong: "a record is stored although the password has changed since it was checked",
    file: grants,
    find: "statements({ ground, person: personHash })]);\n  if (confirmed?.affected === 1) return true;",
    replace: "statements({ person: personHash })]);\n  if (confirmed) return true;",
  },
  {
    wrong: "records outlive a change of the password or an identifier",
    file: credentials,
    find: "  db.verificationRecords.deleteAll(userId, guard),\n",
    replace: "",
  },
  {
    wrong: "codes outlive a change of the password or an identifier",
    file: credentials,
    find: "  db.verificationCodes.deleteAll(userId, guard),\n",
    replace: "",
  },
  {
    wrong: "proofs of new addresses outlive a change of the password or an identifier",
    file: credentials,
    find: "  db.identifierProofs.deleteAll(userId, guard),\n",
    replace: "",
  },
  {
    wrong: "a code is sent without step-up to an address that a snapshot knows",
    file: "src/me/verification-codes/send-code.ts",
    find: "logto.snapshots.refresh(caller.userId)",
    replace: "logto.snapshots.get(caller.userId)",
  },
  {
    wrong: "a code gives a record for an address that a snapshot knows",
    file: "src/me/verification-codes/verify-code.ts",
    find: "services.logto.snapshots.refresh(caller.userId)",
    replace: "services.logto.snapshots.get(caller.userId)",
  },
  {
    wrong: "a call is sent however long ago the lease was renewed",
    file: "src/logto/transport.ts",
    find: "if (platform.monotonic() > sendBy)",
    replace: "if (Number.isNaN(sendBy))",
  },
  {
    wrong: "a change of the password uses the record up before its journal row is stored",
    file: changePassword,
    find: "  await lock.apply([db.journal.insert(row, guard), beginCredentialChange",
    replace:
      "  await lock.apply([db.verificationRecords.deleteAll(userId, guard)]);\n  await lock.apply([db.journal.insert(row, guard), beginCredentialChange",
  },
  {
    wrong: "a change of an identifier uses the record up before its journal row is stored",
    file: writeStores,
    find: "  await lock.apply([db.journal.insert(row, guard), ...begin]);",
    replace:
      "  if (entry.changesIdentifier) await lock.apply([db.verificationRecords.deleteAll(userId, guard)]);\n  await lock.apply([db.journal.insert(row, guard), ...begin]);",
  },
  {
    wrong: "a change of the vault alone whose answer is lost is refused as if nothing were written",
    file: writeStores,
    find: "throw error instanceof StorageFailure &&",
    replace: "throw !(error instanceof StorageFailure) &&",
  },
  {
    wrong: "recovery takes the value before for the new one where only zeros differ",
    file: settleUpdate,
    find: "return changed && sameValue(kindAt(pointer), stored, value);",
    replace: 'return String(stored).replaceAll("0", "") === String(value).replaceAll("0", "");',
  },
  {
    wrong: "rows are inserted for an erased person",
    file: "db/guard.ts",
    find: "if (person !== undefined) {",
    replace: 'if (person === "") {',
  },
  {
    wrong: "a revocation that fails keeps the person from writing",
    file: settlePassword,
    find: "  logto.snapshots.drop(userId);\n",
    replace:
      "  for (const { id } of (await logto.sessions.list(userId)).items) await logto.sessions.end(userId, id);\n",
  },
  {
    wrong: "recovery ends the sessions that began with the new password",
    file: endSignIns,
    find: "return Math.min(latest, (activity?.at ?? latest) + longestChangeMs);",
    replace: "return latest;",
  },
  {
    wrong: "a read that a change overtook replaces the newer snapshot",
    file: "src/logto/user-snapshots.ts",
    find: "if (!run.outdated) this.#keep(user, run);",
    replace: "this.#keep(user, run);",
  },
  {
    wrong: "the life of a snapshot counts from the end of its read",
    file: "src/logto/snapshot-store.ts",
    find: "until: since + lifeMs",
    replace: "until: now() + lifeMs",
  },
  {
    wrong: "a change that Logto has refused counts as made when its entry cannot be dropped at once",
    file: "src/journal/call-logto.ts",
    find: "    lock.leaveToExpire();\n    tryLater(platform, dropped);\n",
    replace: "",
  },
  {
    wrong: "a right password is refused when its charge cannot be given back",
    file: "src/verification/charge.ts",
    find: ".catch(unlessOutage)",
    replace: "",
  },
];
