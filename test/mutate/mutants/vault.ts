import type { MutatedFolder } from "../mutant.ts";

const document = "src/vault/sealed-document.ts";
const rotation = "src/vault/rotate.ts";
const keys = "src/vault/verify-keys.ts";
const hash = "src/vault/keyed-hash.ts";

export const vault: MutatedFolder = {
  folder: "src/vault",
  tests: ["test/vault/", "test/scripts/rotate-keys"],
  mutants: [
    {
      file: document,
      find: "sub !== userId || writtenFor !== purpose",
      replace: "sub !== userId && writtenFor !== purpose",
      wrong: "a document opens for another user, or for another purpose",
    },
    {
      file: document,
      find: "(?:[\\w-][AQgw]|[\\w-]{2}[AEIMQUYcgkosw048])?",
      replace: "[\\w-]{0,3}",
      wrong: "spare bits of the ciphertext may differ",
    },
    {
      file: document,
      find: "([\\w-]{21}[AQgw])$",
      replace: "([\\w-]{22})$",
      wrong: "spare bits of the tag may differ",
    },
    {
      file: "src/ciphers.ts",
      find: 'new TextDecoder("utf-8", { fatal: true })',
      replace: 'new TextDecoder("utf-8")',
      wrong: "text that is no UTF-8 opens with replacement characters",
    },
    {
      file: document,
      find: "const protectedHeader = z.strictObject(",
      replace: "const protectedHeader = z.object(",
      wrong: "a header may have further members",
    },
    {
      file: document,
      find: "    return decodeProtectedHeader(sealed).kid;\n  } catch {\n    return undefined;",
      replace: "    return decodeProtectedHeader(sealed).kid;\n  } catch (error) {\n    throw error;",
      wrong: "a malformed journal entry ends the rotation",
    },
    {
      file: rotation,
      find: "  await rotateSecrets(rotation);\n",
      replace: "",
      wrong: "the service's own secrets stay under the former key",
    },
    {
      file: rotation,
      find: "  await rotateJournal(rotation);\n",
      replace: "",
      wrong: "pending changes stay under the former key",
    },
    {
      file: rotation,
      find: "keyIdOf(sealed) !== current",
      replace: "true",
      wrong: "entries under the current key are sealed again at each rotation",
    },
    {
      file: rotation,
      find: "rotation.queriesLeft > 0 && !options.signal?.aborted",
      replace: "rotation.queriesLeft > 0",
      wrong: "a stop does not end the rotation",
    },
    {
      file: rotation,
      find: "rotation.queriesLeft > 0 && !options.signal?.aborted",
      replace: "!options.signal?.aborted",
      wrong: "a run sends more statements than it may",
    },
    {
      file: rotation,
      find: "    after = pages.keyOf(last);\n",
      replace: "    after = pages.keyOf(page[0] ?? last);\n",
      wrong: "rows are read twice",
    },
    {
      file: rotation,
      find: "    report.resealed += results.reduce((sum, { affected }) => sum + affected, 0);",
      replace: "    report.resealed += results.length === 0 ? 0 : page.length;",
      wrong: "a row that has changed meanwhile is counted as re-sealed",
    },
    {
      file: rotation,
      find: "    options.onPage?.(report);\n",
      replace: "",
      wrong: "the operator's command tells nothing while it runs",
    },
    {
      file: rotation,
      find: "if (sealed === undefined) report.damaged += 1;\n    else if (await",
      replace: "if (sealed === undefined) continue;\n    else if (await",
      wrong: "a damaged secret is not counted",
    },
    {
      file: rotation,
      find: 'if (error instanceof Refusal && error.code === "data_integrity") return undefined;',
      replace: "if (error instanceof Refusal) return undefined;",
      wrong: "any refusal counts as damage",
      changesNothing: "sealing and opening touch no database: they refuse with data_integrity only",
    },
    {
      file: keys,
      find: "state.kidsInUse.filter((kid) => !keyring.kids.includes(kid))",
      replace: "state.kidsInUse.filter((kid) => !keyring.kids.includes(kid)).slice(1)",
      wrong: "one missing key is not noticed at the start",
    },
    {
      file: keys,
      find: "for (const kid of keyring.kids) {",
      replace: "for (const kid of keyring.kids.slice(0, 1)) {",
      wrong: "only the current key is checked at the start",
    },
    {
      file: keys,
      find: "await seal({ ...keyring, current: kid }, context, kid)",
      replace: "await seal(keyring, context, kid)",
      wrong: "the canary of a former key is sealed under the current one",
    },
    {
      file: keys,
      find: '  return (await canaries.find(kid)) ?? "";',
      replace: "  return seal({ ...keyring, current: kid }, context, kid);",
      wrong: "two instances that start together with different keys under one id both start",
    },
    {
      file: hash,
      find: "`${purpose}\\0${value}`",
      replace: "value",
      wrong: "a value has one hash for all purposes",
    },
    {
      file: hash,
      find: "  const row = await secrets.find(name);\n  if (!row) throw",
      replace: "  const row = { sealed: await seal(keyring, secretContext, fresh) };\n  if (!row) throw",
      wrong: "two instances that start together have two keys for hashes",
    },
    {
      file: "src/vault/keyring.ts",
      find: "current: keys[0].kid,",
      replace: "current: (keys.at(-1) ?? keys[0]).kid,",
      wrong: "the last key encrypts",
    },
    {
      file: "src/vault/vault.ts",
      find: "const state = await verifyKeys(keyring, canaries);",
      replace: "const state = await canaries.readKeyState();",
      wrong: "the keys are not checked at the start",
    },
  ],
};
