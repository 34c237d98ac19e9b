/** Reads a profile of V8 (`--cpu-prof`): how long the processor was in the code of each package. */
import * as z from "zod";

const profile = z.object({
  nodes: z.array(
    z.object({ id: z.number(), callFrame: z.object({ url: z.string(), functionName: z.string() }) }),
  ),
  samples: z.array(z.number()),
  timeDeltas: z.array(z.number()),
});

/** The package, the file of this project or the part of Node that a frame is in. */
function ownerOf({ url, functionName }: { url: string; functionName: string }, root: string): string {
  const inPackage = /\/node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*\/node_modules\/)/.exec(url)?.[1];
  if (inPackage !== undefined) return inPackage;
  if (url.startsWith("node:")) return url.split("/").slice(0, 2).join("/");
  const file = url.replace(/^file:\/\//, "");
  if (file.startsWith(root)) return file.slice(root.length);
  return functionName === "" ? "(other)" : functionName;
}

/** @returns each owner with its own milliseconds, the longest first; without the time in which nothing ran. */
export function ownTimes(text: string, root: string): { owner: string; ms: number }[] {
  const { nodes, samples, timeDeltas } = profile.parse(JSON.parse(text));
  const owners = new Map(nodes.map(({ id, callFrame }) => [id, ownerOf(callFrame, root)]));
  const times = new Map<string, number>();
  for (const [index, id] of samples.entries()) {
    const owner = owners.get(id) ?? "(other)";
    times.set(owner, (times.get(owner) ?? 0) + (timeDeltas[index] ?? 0) / 1000);
  }
  times.delete("(idle)");
  return [...times].map(([owner, ms]) => ({ owner, ms })).toSorted((one, other) => other.ms - one.ms);
}
