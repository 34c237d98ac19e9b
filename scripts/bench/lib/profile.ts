/** Reads a profile of V8 (`--cpu-prof`): how long the processor was busy for each package. */
import * as z from "zod";

const profile = z.object({
  nodes: z.array(
    z.object({
      id: z.number(),
      callFrame: z.object({ url: z.string() }),
      children: z.array(z.number()).optional(),
    }),
  ),
  samples: z.array(z.number()),
  timeDeltas: z.array(z.number()),
});

/** Its loader, its garbage collector, and the time in which nothing ran. */
const nodeItself = "Node itself";

type Owned = { owner: string; ms: number };

/** The package, or the file of this project, that a frame is in; undefined for a frame of Node or V8. */
function ownerOf(url: string, root: string): string | undefined {
  const inPackage = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url)?.[1];
  if (inPackage !== undefined) return inPackage;
  const file = url.replace(/^file:\/\//, "");
  return file.startsWith(root) ? file.slice(root.length) : undefined;
}

/**
 * Counts what Node does for a package to that package.
 * @returns each owner with its milliseconds, the longest first.
 */
export function ownTimes(text: string, root: string): Owned[] {
  const { nodes, samples, timeDeltas } = profile.parse(JSON.parse(text));
  const owners = new Map<number, string>();
  // A node comes after its parent.
  for (const { id, callFrame, children = [] } of nodes) {
    const owner = ownerOf(callFrame.url, root) ?? owners.get(id);
    for (const one of [id, ...children]) owners.set(one, owner ?? nodeItself);
  }
  const times = new Map<string, number>();
  for (const [index, id] of samples.entries()) {
    const owner = owners.get(id) ?? nodeItself;
    times.set(owner, (times.get(owner) ?? 0) + (timeDeltas[index] ?? 0) / 1000);
  }
  return [...times].map(([owner, ms]) => ({ owner, ms })).toSorted((one, other) => other.ms - one.ms);
}
