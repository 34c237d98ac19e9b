/**
 * `npm run test:model [-- <runs> <seed>]`: plays many interleavings of the model in `test/model/`, and shows the first
 * one in which something does not hold.
 */
import { randomInt } from "node:crypto";
import { describeFinding, hunt } from "../model/hunt.ts";
import { openShared } from "../model/shared.ts";

const runs = Number(process.argv[2] ?? 20_000);
const seed = Number(process.argv[3] ?? randomInt(2 ** 31));
/** `as-found`: a run that fails is not made smaller. */
const shrinks = process.argv[4] !== "as-found";
const print = (text: string) => void process.stdout.write(`${text}\n`);

const shared = await openShared();
const begun = performance.now();
const finding = await hunt({ shared, runs, seed, shrinks });
if (finding) {
  print(await describeFinding(shared, finding));
  process.exitCode = 1;
} else {
  const seconds = Math.round((performance.now() - begun) / 1000);
  const cpu = process.cpuUsage();
  const cpuSeconds = Math.round((cpu.user + cpu.system) / 1_000_000);
  print(`${runs} interleavings of seed ${seed}: all hold, in ${seconds} s (${cpuSeconds} s of one core)`);
}
