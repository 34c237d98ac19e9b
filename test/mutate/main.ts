/**
 * `npm run mutate [-- <part of a folder or file> …]`: makes the wrong changes of `mutants/`, one at a time, in a copy of the
 * project, and runs the tests that cover the file. Ends with 1 if too few are noticed.
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { copyTree, type Tree } from "./copy-tree.ts";
import { type Mutant, type MutatedFolder, mutated } from "./mutant.ts";
import { mutatedFolders } from "./mutants/index.ts";
import { isGoodEnough, type Result, reportOf } from "./report.ts";
import { createTester, type Tester } from "./testers.ts";

/** For each test file: a mutant may make it run for ever. */
const limitMs = 120_000;
const wanted = process.argv.slice(2);

const isWanted = ({ file, wrong }: Mutant) =>
  wanted.length === 0 || wanted.some((part) => file.includes(part) || wrong.includes(part));

const chosen = mutatedFolders
  .map((folder) => ({ ...folder, mutants: folder.mutants.filter(isWanted) }))
  .filter(({ mutants }) => mutants.length > 0);

await using tree = await copyTree();
await using tester = createTester(tree, limitMs);
const began = performance.now();
await requireUpToDate(tree, chosen);
const results: Result[] = [];
for (const folder of chosen) {
  await requireGreen(tester, folder);
  for (const mutant of folder.mutants) {
    const result = {
      folder: folder.folder,
      mutant,
      noticedBy: await tryOut(mutant, mutant.tests ?? folder.tests),
    };
    results.push(result);
    console.info(`${result.noticedBy ? "noticed " : "SURVIVED"} ${mutant.file}: ${mutant.wrong}`);
    if (result.noticedBy) console.info(`         by ${result.noticedBy}`);
  }
}
console.info(reportOf(results, performance.now() - began));
if (!isGoodEnough(results)) process.exitCode = 1;

/** Before the first is tried. @throws {Error} for the first that is out of date. */
async function requireUpToDate({ path }: Tree, folders: readonly MutatedFolder[]): Promise<void> {
  for (const mutant of folders.flatMap(({ mutants }) => mutants)) {
    mutated(await readFile(join(path, mutant.file), "utf8"), mutant);
  }
}

/** @throws {Error} if the tests fail without any change: they would then notice everything. */
async function requireGreen(runner: Tester, { folder, tests, mutants }: MutatedFolder): Promise<void> {
  const all = [...new Set(mutants.flatMap((mutant) => mutant.tests ?? tests))];
  const verdict = await runner.run({ changed: join(folder, "none"), tests: all });
  const trouble = verdict.error ?? verdict.noticedBy;
  if (trouble) throw new Error(`The tests of ${folder} fail without any change: ${trouble}`);
}

/** @returns the test that noticed the mutant; undefined if none did. */
async function tryOut(mutant: Mutant, tests: readonly string[]): Promise<string | undefined> {
  const path = join(tree.path, mutant.file);
  const text = await readFile(path, "utf8");
  await writeFile(path, mutated(text, mutant));
  try {
    const { noticedBy, error } = await tester.run({ changed: mutant.file, tests });
    if (error) throw new Error(error);
    return noticedBy;
  } finally {
    await writeFile(path, text);
  }
}
