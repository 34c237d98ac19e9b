/**
 * `npm run mutate [-- <part of a file or of a sentence> …]`: makes the wrong changes of `mutants/`, one at a time, in a copy
 * of the project, and runs the tests that cover the file. Ends with 1 if too few are noticed.
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { copyTree, type Tree } from "./copy-tree.ts";
import { type Mutant, mutated } from "./mutant.ts";
import { mutatedFolders } from "./mutants/index.ts";
import { isGoodEnough, type Result, reportOf } from "./report.ts";
import { createTester, type TestVerdict } from "./testers.ts";

/** For each test file: a mutant may make it run for ever. */
const limitMs = 120_000;
const wanted = process.argv.slice(2);

const isWanted = ({ file, wrong }: Mutant) =>
  wanted.length === 0 || wanted.some((part) => file.includes(part) || wrong.includes(part));

const chosen = mutatedFolders.flatMap(({ folder, tests, mutants }) =>
  mutants.filter(isWanted).map((mutant) => ({ folder, mutant, tests: mutant.tests ?? tests })),
);

await using tree = await copyTree();
await using tester = createTester(tree, limitMs);
/** Test files that pass without any change. */
const green = new Set<string>();
const began = performance.now();
await requireUpToDate(
  tree,
  chosen.map(({ mutant }) => mutant),
);
const results: Result[] = [];
for (const { folder, mutant, tests } of chosen) {
  const harmless = mutant.changesNothing !== undefined;
  const noticedBy = harmless ? undefined : await tryOut(mutant, tests);
  results.push({ folder, mutant, noticedBy });
  if (harmless) continue;
  console.info(`${noticedBy ? "noticed " : "SURVIVED"} ${mutant.file}: ${mutant.wrong}`);
  if (noticedBy) console.info(`         by ${noticedBy}`);
}
console.info(reportOf(results, performance.now() - began));
if (!isGoodEnough(results)) process.exitCode = 1;

/** Before the first is tried. @throws {Error} for the first that is out of date. */
async function requireUpToDate({ path }: Tree, mutants: readonly Mutant[]): Promise<void> {
  for (const mutant of mutants) mutated(await readFile(join(path, mutant.file), "utf8"), mutant);
}

/** @returns the test that noticed the mutant; undefined if none did. */
async function tryOut(mutant: Mutant, tests: readonly string[]): Promise<string | undefined> {
  const path = join(tree.path, mutant.file);
  const text = await readFile(path, "utf8");
  await writeFile(path, mutated(text, mutant));
  const verdict = await tester.run({ changed: mutant.file, tests }).finally(() => writeFile(path, text));
  if (verdict.error) throw new Error(verdict.error);
  await requireGreen(verdict);
  return verdict.noticedBy;
}

/** @throws {Error} if the test file fails without the mutant, too: it would then notice everything. */
async function requireGreen({ file, noticedBy }: TestVerdict): Promise<void> {
  if (file === undefined || green.has(file)) return;
  const verdict = await tester.run({ changed: file, tests: [file] });
  if (verdict.noticedBy) throw new Error(`It fails without any change, too: ${noticedBy}`);
  green.add(file);
}
