import type { MutatedFolder } from "../mutant.ts";

const lease = "src/journal/lease.ts";
const call = "src/journal/call-logto.ts";
const settle = "src/journal/settle.ts";
const recover = "src/journal/recover.ts";
const lock = "src/journal/write-lock.ts";

export const journal: MutatedFolder = {
  folder: "src/journal",
  tests: [
    "test/journal/lease",
    "test/journal/recover",
    "test/threats/writes",
    "test/threats/remedies",
    "test/threats/stalls",
    "test/threats/grounds",
    "test/threats/storage",
    "test/threats/crashes",
  ],
  mutants: [
    {
      file: lease,
      find: "const leaseMs = 30_000",
      replace: "const leaseMs = 10_000",
      wrong: "a lease lasts 10 s",
    },
    {
      file: lease,
      find: "const leaseMs = 30_000",
      replace: "const leaseMs = 90_000",
      wrong: "a lease lasts 90 s",
    },
    {
      file: lease,
      find: "const sendWithinMs = 20_000",
      replace: "const sendWithinMs = 29_000",
      wrong: "a call may begin 29 s after the lease was renewed",
    },
    {
      file: lease,
      find: "const sendWithinMs = 20_000",
      replace: "const sendWithinMs = 5_000",
      wrong: "a call may begin only 5 s after the lease was renewed",
    },
    {
      file: lease,
      find: "if (results.at(-1)?.affected !== 1) throw",
      replace: "if (results.at(-1)?.affected === 9) throw",
      wrong: "a writer that lost its lease goes on",
    },
    {
      file: lease,
      find: "      state.renewedAt = renewedAt;\n",
      replace: "",
      wrong: "an applied batch does not move the deadline",
    },
    {
      file: lease,
      find: "      // Taken before the statement: the database may count from then on.\n      const renewedAt = platform.monotonic();\n      await runWith(statements, db.leases.extend(fence, platform.now(), leaseMs));\n",
      replace:
        "      await runWith(statements, db.leases.extend(fence, platform.now(), leaseMs));\n      const renewedAt = platform.monotonic();\n",
      wrong: "the deadline counts from the end of a slow batch",
    },
    {
      file: lease,
      find: "await runWith(statements, db.leases.extend(fence, platform.now(), leaseMs));",
      replace: "await runWith(statements, db.leases.extend(fence, platform.now(), 1));",
      wrong: "an applied batch does not renew the lease",
    },
    {
      file: lease,
      find: "    leaveToExpire() {\n      state.held = false;",
      replace: "    leaveToExpire() {",
      wrong: "the lease is given up while Logto may still be working",
    },
    {
      file: lease,
      find: "      await runWith(statements, db.leases.release(fence));\n      state.held = false;",
      replace: "      await runWith(statements, db.leases.release(fence));",
      wrong: "a released lease is released once more",
      changesNothing: "the release names the fence, whose token nobody else has: it deletes no row",
    },
    {
      file: lease,
      find: ".catch(() => services.platform.defer(releaseLater(services, fence)));",
      replace: ".catch(() => undefined);",
      wrong: "a release that the database did not take is not tried again",
    },
    {
      file: lease,
      find: "      platform.defer(releaseLater(services, fence));\n      throw error;",
      replace: "      throw error;",
      wrong: "a lease whose answer was lost is not given back",
    },
    {
      file: lease,
      find: "    released = await db.leases",
      replace: "    released = true;\n    await db.leases",
      wrong: "a later release is tried once",
    },
    {
      file: lease,
      find: "platform.monotonic() < deadline; attempt++",
      replace: "attempt < 1_000_000; attempt++",
      wrong: "a writer waits for ever for another's lease",
    },
    {
      file: lease,
      find: "releaseMs = { pause: 1_000, longest: 15_000 }",
      replace: "releaseMs = { pause: 1_000, longest: 900_000 }",
      wrong: "a release is tried for a quarter of an hour",
    },
    {
      file: call,
      find: "      await lock.applyAndRelease([db.journal.delete(entryId, lock.guard)]).catch(() => undefined);\n",
      replace: "",
      wrong: "a definite refusal leaves the entry",
    },
    {
      file: call,
      find: "lock.applyAndRelease([db.journal.delete(entryId, lock.guard)]).catch(() => undefined)",
      replace: "lock.applyAndRelease([db.journal.delete(entryId, lock.guard)])",
      wrong: "a refusal whose entry cannot be dropped becomes another refusal",
    },
    {
      file: call,
      find: "    logto.snapshots.drop(lock.userId);\n",
      replace: "",
      wrong: "after an unknown outcome reads show the old snapshot",
    },
    {
      file: call,
      find: "    lock.leaveToExpire();\n",
      replace: "",
      wrong: "the lease is released after an unknown outcome",
    },
    {
      file: call,
      find: "throw error instanceof SubjectMismatch ? error : asUnknown(error);",
      replace: "throw asUnknown(error);",
      wrong: "an answer about another user is an unknown outcome",
    },
    {
      file: call,
      find: '!(error instanceof UpstreamFailure && error.sent === "maybe")',
      replace: "!(error instanceof UpstreamFailure)",
      wrong: "a call that was surely not sent counts as sent",
    },
    {
      file: call,
      find: '!(error instanceof UpstreamFailure && error.sent === "maybe")',
      replace: '(error.code !== "upstream_timeout")',
      wrong: "only a time-out counts as an unknown outcome",
    },
    {
      file: call,
      find: "    return await work();\n  } catch (error) {\n    throw asUnknown(error);",
      replace: "    return await work();\n  } catch (error) {\n    throw error;",
      wrong: "a commit that fails after the call is no unknown outcome",
    },
    {
      file: settle,
      find: "      if (fault === undefined) throw error;\n",
      replace: "      if (fault === undefined) continue;\n",
      wrong: "an entry that could not be settled is passed over, and the person writes on",
    },
    {
      file: settle,
      find: "asideMs.first * 2 ** Math.min(attempts, 20)",
      replace: "asideMs.first",
      wrong: "a damaged entry is looked at every minute for ever",
    },
    {
      file: settle,
      find: "Math.min(asideMs.longest, ",
      replace: "Math.max(asideMs.longest, ",
      wrong: "a damaged entry is first looked at again after a day",
    },
    {
      file: settle,
      find: "  if (!isEntryKind(kind)) throw new UnknownKind();\n",
      replace: "  if (!isEntryKind(kind)) return;\n",
      wrong: "an entry of an unknown kind is not set aside",
    },
    {
      file: settle,
      find: '  return error instanceof z.ZodError ? "unknown_content" : undefined;',
      replace: "  return undefined;",
      wrong: "an entry of an unknown form blocks the person",
    },
    {
      file: settle,
      find: 'error instanceof Refusal && error.code === "data_integrity"',
      replace: "error instanceof Refusal",
      wrong: "an outage counts as damage, and the entry is set aside",
    },
    {
      file: settle,
      find: '  logEvent(platform, "error", "journal.set_aside", { entry: id, user, fault, attempts: attempts + 1 });\n',
      replace: "",
      wrong: "nobody is told of an entry that is set aside",
    },
    {
      file: recover,
      find: "      if (signal?.aborted) return report;\n",
      replace: "",
      wrong: "a stop does not end recovery",
    },
    {
      file: recover,
      find: "    after = entries.at(-1);\n    if (after === undefined) return report;",
      replace: "    return report;",
      wrong: "recovery ends after a hundred persons",
    },
    {
      file: recover,
      find: "    return true;\n  } catch (error) {",
      replace: "    return true;\n  } catch (error) {\n    throw error;",
      wrong: "an entry that cannot be settled blocks the other persons'",
    },
    {
      file: recover,
      find: "else report.postponed += 1;",
      replace: "else report.settled += 1;",
      wrong: "what was postponed is reported as settled",
    },
    {
      file: lock,
      find: "services.platform.monotonic() + longestWaitMs",
      replace: "services.platform.monotonic() + 10 * longestWaitMs",
      wrong: "a writer waits a hundred seconds",
    },
    {
      file: lock,
      find: "await settlePending(services, lock)",
      replace: "void 0",
      wrong: "a writer does not settle what earlier writers left",
    },
    {
      file: lock,
      find: "services.platform.queue(`write:${owner.userId}`",
      replace: 'services.platform.queue("write"',
      wrong: "all persons of an instance write one after the other",
    },
  ],
};
