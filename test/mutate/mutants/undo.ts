import type { MutatedFolder } from "../mutant.ts";

const former = "src/me/profile/former-values.ts";
const restore = "src/me/undo/restore-identifier.ts";
const settle = "src/me/undo/settle-restoration.ts";
const change = "src/me/undo/undo-change.ts";
const link = "src/me/undo/undo-link.ts";
const list = "src/me/undo/list-undo.ts";
const rows = "db/former-values.ts";

const plain = ["test/me/undo/undo"];

export const undo: MutatedFolder = {
  folder: "src/me/undo",
  tests: ["test/threats/undo", "test/me/undo/undo"],
  mutants: [
    {
      file: rows,
      find: '        .where("sequence", ">=", sequence)\n',
      replace: '        .where("sequence", "=", sequence)\n',
      wrong: "the link of a thief undoes what the owner has put back",
    },
    {
      file: rows,
      find: '        .set({ token_hash: null })\n        .where("user_id", "=", userId)\n        .where("sequence", ">", sequence)\n',
      replace:
        '        .set({ token_hash: null })\n        .where("user_id", "=", userId)\n        .where("sequence", "<", sequence)\n',
      wrong: "links for other identifiers that went to a thief still work",
    },
    {
      file: rows,
      find: "const maxOfIdentifier = 20;",
      replace: "const maxOfIdentifier = 1_000;",
      wrong: "somebody who changes a username all the time fills the table",
      tests: ["test/db/contract"],
    },
    {
      file: former,
      find: "identifier: 7 * 24 * hour",
      replace: "identifier: 24 * hour",
      wrong: "an identifier can be put back for a day only",
    },
    {
      file: former,
      find: "fields: 24 * hour",
      replace: "fields: 7 * 24 * hour",
      wrong: "former values of plain fields are kept for a week",
    },
    {
      file: former,
      find: "...(undone === null ? [] : [db.formerValues.delete(undone, guard)]),",
      replace: "",
      wrong: "an undo leaves the former values that it has put back",
      tests: plain,
    },
    {
      file: restore,
      find: "    await requireRight(user);\n",
      replace: "",
      wrong: "an identifier is put back without step-up",
    },
    {
      file: restore,
      find: "    requireIdentifier({ user }, [{ field: { pointer }, value }]);\n",
      replace: "",
      wrong: "an undo takes the last way to sign in",
      tests: plain,
    },
    {
      file: settle,
      find: "  ...endSignIns(services, kept, lock, { begunBefore }, firstTryAt),\n",
      replace: "",
      wrong: "a thief stays signed in after the address is put back",
    },
    {
      file: settle,
      find: "happened ? await finishRestoration",
      replace: "!happened ? await finishRestoration",
      wrong: "recovery takes a restoration for made that Logto does not have",
    },
    {
      file: change,
      find: '  if (!isAsLeft) throw new Refusal("changed_since");\n',
      replace: "",
      wrong: "an undo overwrites a later change",
      tests: plain,
    },
    {
      file: link,
      find: "  await charge.refund();\n",
      replace: "",
      wrong: "a scanner that opens a link uses up the tries of its address",
    },
    {
      file: link,
      find: "find: () => findByToken(services, token),",
      replace: "find: async () => row,",
      wrong: "two presses at once put an address back twice",
    },
    {
      file: list,
      find: 'return isLast || row.kind === "identifier" ? [toItem(row)] : [];',
      replace: "return [toItem(row)];",
      wrong: "changes are offered that cannot be undone any more",
      tests: plain,
    },
  ],
};
