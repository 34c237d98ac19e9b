/**
 * `npm run test:model-faults [-- <part of a fault's sentence or file>]`: plants the faults of `test/model/faults.ts`, one at
 * a time, in a copy of the project, and says after how many interleavings the model found each. Ends with 1 if it missed one.
 */
import { spawnSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { faults } from "../model/faults.ts";
import { copyTree } from "../mutate/copy-tree.ts";
import { mutated } from "../mutate/mutant.ts";

const part = process.argv[2] ?? "";
const seed = Number(process.argv[3] ?? 1);
const runs = 20_000;
const print = (text: string) => void process.stdout.write(`${text}\n`);

await using tree = await copyTree();
const play = (count: number) =>
  spawnSync(process.execPath, ["test/trials/model.ts", String(count), String(seed), "as-found"], {
    cwd: tree.path,
    encoding: "utf8",
  }).stdout;

let longest = 0;
for (const fault of faults.filter(({ wrong, file }) => `${file} ${wrong}`.includes(part))) {
  const path = join(tree.path, fault.file);
  const right = await readFile(path, "utf8");
  await writeFile(path, mutated(right, fault));
  const answer = play(runs);
  await writeFile(path, right);
  const [, found] = /^Run (\d+) of/.exec(answer) ?? [];
  const [, sentence = ""] = /^- (.*)$/m.exec(answer) ?? [];
  print(`${found === undefined ? "NOT FOUND" : `found in run ${found}`}: ${fault.wrong} (${fault.file})`);
  print(`  ${sentence}`);
  if (found === undefined) process.exitCode = 1;
  longest = Math.max(longest, Number(found ?? 0));
}

// What was found must have been the faults: without them, the same runs hold.
const answer = play(longest);
print(answer.split("\n", 1)[0] ?? "");
if (!answer.includes("all hold")) process.exitCode = 1;
