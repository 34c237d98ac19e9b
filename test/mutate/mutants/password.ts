import type { MutatedFolder } from "../mutant.ts";

const change = "src/me/password/change-password.ts";
const settle = "src/me/password/settle-password.ts";
const verify = "src/me/password/verify-password.ts";
const check = "src/me/password/check-password.ts";
const revoke = "src/logto/revoke-sessions.ts";

export const password: MutatedFolder = {
  folder: "src/me/password",
  tests: [
    "test/me/password/",
    "test/threats/revocation",
    "test/logto/revoke-sessions",
    "test/threats/passwords",
    "test/threats/grounds",
    "test/threats/remedies",
    "test/threats/step-up",
    "test/threats/instances",
    "test/threats/crashes",
    "test/threats/log-hygiene",
  ],
  mutants: [
    {
      file: change,
      find: "    await requireStepUp(services, caller, user, verificationId);\n",
      replace: "",
      wrong: "a password is changed without step-up",
    },
    {
      file: change,
      find: "    await requireAccepted(services, caller, password);\n",
      replace: "",
      wrong: "the tenant's policy is not asked",
    },
    {
      file: change,
      find: "services.logto.snapshots.refresh(userId)",
      replace: "services.logto.snapshots.get(userId)",
      wrong: "a snapshot decides about a change of the password",
    },
    {
      file: change,
      find: '  if (breachCheckSkipped) logEvent(platform, "warn", "password.breach_check_skipped", { requestId });\n',
      replace: "",
      wrong: "a skipped breach check is not in the log",
    },
    {
      file: change,
      find: "[db.journal.insert(row, guard), beginCredentialChange(services, lock)]",
      replace: "[db.journal.insert(row, guard)]",
      wrong: "a grant earned while the change is under way outlives it",
    },
    {
      file: change,
      find: "db.journal.insert(row, guard)",
      replace: "db.journal.insert(row)",
      wrong: "the journal row is stored without the lease",
    },
    {
      file: change,
      find: "db.journal.delete(row.id, guard)",
      replace: "db.journal.delete(row.id)",
      wrong: "the journal row is dropped without the lease",
      changesNothing:
        "the release in the same batch affects no row then, and the batch of a lost lease drops only the entry of its own writer; recovery has settled it",
    },
    {
      file: change,
      find: "Math.max(platform.now(), user.updatedAt ?? 0)",
      replace: "platform.now()",
      wrong: "a session that began by Logto's clock before the change stays",
    },
    {
      file: change,
      find: "Math.max(platform.now(), user.updatedAt ?? 0)",
      replace: "user.updatedAt ?? 0",
      wrong: "a session that began by our clock before the change stays",
    },
    {
      file: change,
      find: "    if (error instanceof Refusal) return 0;\n",
      replace: "",
      wrong: "a changed password is answered with an error because the revocation is not complete",
    },
    {
      file: change,
      find: "afterLogto(() => lock.applyAndRelease([...finish, db.journal.delete(row.id, guard)]))",
      replace: "lock.applyAndRelease([...finish, db.journal.delete(row.id, guard)])",
      wrong: "a password that Logto has is answered as if it had not been changed",
    },
    {
      file: settle,
      find: "  logto.snapshots.drop(userId);\n",
      replace: "",
      wrong: "a settled change leaves the old snapshot",
    },
    {
      file: settle,
      find: "const longestChangeMs = 60_000",
      replace: "const longestChangeMs = 1_000",
      wrong: "sessions begun while the change was under way stay",
    },
    {
      file: settle,
      find: "Math.min(platform.now(), (activity?.at ?? platform.now()) + longestChangeMs)",
      replace: "platform.now()",
      wrong: "sessions begun long after the change are ended by its recovery",
    },
    {
      file: settle,
      find: "Math.min(platform.now(), (activity?.at",
      replace: "Math.max(platform.now(), (activity?.at",
      wrong: "sessions that begin after recovery are ended",
    },
    {
      file: settle,
      find: "  ...endCredentialChange(services, lock),\n",
      replace: "",
      wrong: "what the former password earned lives on",
    },
    {
      file: settle,
      find: "  services.db.revocations.request(lock.fence, begunBefore, firstTryAt),\n",
      replace: "",
      wrong: "a crash forgets the sessions to end",
    },
    {
      file: settle,
      find: "  ...(activity ? [services.db.activity.insert(activity, lock.guard)] : []),\n",
      replace: "",
      wrong: "the change is not in the activity",
    },
    {
      file: settle,
      find: "services.db.activity.insert(activity, lock.guard)",
      replace: "services.db.activity.insert(activity)",
      wrong: "a writer without its lease records the change",
    },
    {
      file: settle,
      find: "services.platform.now() + firstRetryMs",
      replace: "services.platform.now()",
      wrong: "the background job and the request end the same sessions at the same time",
    },
    {
      file: settle,
      find: "lock, begunBefore, platform.now());",
      replace: "lock, begunBefore);",
      wrong: "recovery does not end the sessions at once",
    },
    {
      file: verify,
      find: 'new Set([password, password.normalize("NFC"), password.normalize("NFD")])',
      replace: 'new Set([password, password.normalize("NFC")])',
      wrong: "the decomposed form is not tried",
    },
    {
      file: verify,
      find: 'new Set([password, password.normalize("NFC"), password.normalize("NFD")])',
      replace: 'new Set([password.normalize("NFC"), password.normalize("NFD")])',
      wrong: "a password is not tried as it was typed",
    },
    {
      file: verify,
      find: "const longestChecks = 2;",
      replace: "const longestChecks = 1;",
      wrong: "a password that changed while it was checked is not checked once more",
    },
    {
      file: verify,
      find: "    const ground = await db.credentialEpochs.ground(caller.userId);\n    if (!(await isRight(services, caller, password, charge.refund))) {",
      replace:
        "    const right = await isRight(services, caller, password, charge.refund);\n    const ground = await db.credentialEpochs.ground(caller.userId);\n    if (!right) {",
      wrong: "the ground of a record is read after the password was checked",
    },
    {
      file: verify,
      find: "      await charge.refund();\n      return record;",
      replace: "      return record;",
      wrong: "a right password counts as a wrong one",
    },
    {
      file: verify,
      find: "if (!evaluated && error instanceof",
      replace: "if (error instanceof",
      wrong: "an attempt is given back although one form was evaluated",
    },
    {
      file: verify,
      find: 'error.sent === "no") await refund()',
      replace: "error.sent !== undefined) await refund()",
      wrong: "an attempt that Logto may have evaluated is given back",
    },
    {
      file: verify,
      find: '      await db.batch([recordActivity(services, caller, "step_up.refused", { method: "password" })]);\n',
      replace: "",
      wrong: "a wrong password is not in the activity",
    },
    {
      file: verify,
      find: "  await logto.snapshots.get(caller.userId);\n",
      replace: "",
      wrong: "a suspended person's password is checked",
    },
    {
      file: check,
      find: "  await logto.snapshots.get(userId);\n",
      replace: "",
      wrong: "a suspended person asks the policy",
    },
    {
      file: revoke,
      find: "sessions.complete && grants.complete",
      replace: "sessions.complete || grants.complete",
      wrong: "a revocation is over while half of it is outstanding",
    },
    {
      file: revoke,
      find: "sessions.complete && grants.complete",
      replace: "sessions.complete",
      wrong: "a grant that will not end is forgotten",
    },
    {
      file: revoke,
      find: "sessions.complete && grants.complete",
      replace: "grants.complete",
      wrong: "a session that will not end is forgotten",
    },
    {
      file: revoke,
      find: "() => logto.sessions.listGrants(userId)",
      replace: "async () => ({ items: [], unreadable: 0 })",
      wrong: "grants without a session stay",
    },
    {
      file: revoke,
      find: "unreadable === 0 && ended === old.length",
      replace: "ended === old.length",
      wrong: "sessions of an unknown form are taken to be ended",
    },
    {
      file: revoke,
      find: "unreadable === 0 && ended === old.length",
      replace: "unreadable === 0",
      wrong: "one session that will not end is forgotten because another ended",
    },
    {
      file: revoke,
      find: "begunAt === null || begunAt < begunBefore",
      replace: "begunAt !== null && begunAt < begunBefore",
      wrong: "a session without a known beginning stays",
    },
    {
      file: revoke,
      find: "begunAt === null || begunAt < begunBefore",
      replace: "true",
      wrong: "a session that began with the new password is ended",
    },
    {
      file: revoke,
      find: "Promise.allSettled(old.map(({ id }) => end(id)))",
      replace: "Promise.allSettled(old.slice(0, 1).map(({ id }) => end(id)))",
      wrong: "only the first session is ended",
    },
    {
      file: revoke,
      find: "if (error instanceof Refusal) return { ended: 0, complete: false };",
      replace: "if (error instanceof Refusal) return { ended: 0, complete: true };",
      wrong: "a list that cannot be read counts as empty",
    },
    {
      file: revoke,
      find: "firstRetryMs * 2 ** Math.min(attempts, 20)",
      replace: "firstRetryMs",
      wrong: "what will not end is tried every 20 s for ever",
    },
    {
      file: revoke,
      find: "if (due.length < pageSize) return { revoked };",
      replace: "return { revoked };",
      wrong: "the job ends after a hundred persons",
    },
    {
      file: revoke,
      find: "      if (signal?.aborted) return { revoked };\n",
      replace: "",
      wrong: "a stop does not end the job",
    },
    {
      file: revoke,
      find: "const revocation = await db.revocations.take(userId, now, now + firstRetryMs);",
      replace: "const revocation = await db.revocations.take(userId, now, now);",
      wrong: "two instances end the same sessions",
    },
    {
      file: revoke,
      find: '    logEvent(platform, "warn", "revocation.outstanding", { user, attempts });\n',
      replace: "",
      wrong: "nobody is told of a revocation that is outstanding",
    },
  ],
};
