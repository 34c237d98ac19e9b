import type { MutatedFolder } from "../mutant.ts";

const one = "src/me/sessions/end-session.ts";
const others = "src/me/sessions/end-other-sessions.ts";
const atLogto = "src/logto/end-at-logto.ts";

export const sessions: MutatedFolder = {
  folder: "src/me/sessions",
  tests: ["test/me/sessions/", "test/threats/sessions"],
  mutants: [
    {
      file: one,
      find: "    if (!chosen.isCurrent) await requireStepUp(services, caller, user, verificationId);\n",
      replace: "",
      wrong: "another session ends without step-up",
    },
    {
      file: one,
      find: "      ...ends.map((ending) => db.endings.request(lock.fence, ending, firstTryAt)),\n",
      replace: "",
      wrong: "a session that Logto does not end at once never ends there",
    },
    {
      file: others,
      find: "    await requireStepUp(services, caller, user, verificationId);\n",
      replace: "",
      wrong: "all others end without step-up",
    },
    {
      file: others,
      find: "    db.verificationRecords.deleteElsewhere(userId, caller.boundTo, guard),\n",
      replace: "",
      wrong: "a record that was earned elsewhere still opens something",
    },
    {
      file: atLogto,
      find: "    if (due.length < pageSize) return { ended };\n",
      replace: "    return { ended };\n",
      wrong: "a run ends after one page",
      changesNothing: "the next run, a quarter of a minute later, goes on",
    },
  ],
};
