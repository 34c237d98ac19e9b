import { expect, test } from "vitest";
import { ownTimes } from "../../scripts/bench/lib/profile.ts";

const node = (id: number, url: string, children: number[] = []) => ({ id, callFrame: { url }, children });

test("counts what Node does for a package to that package, and files of this project by name", () => {
  const profile = {
    nodes: [
      node(1, "", [2, 3, 5]),
      node(2, "file:///app/node_modules/@hono/node-server/dist/index.mjs"),
      node(3, "file:///app/node_modules/wrangler/node_modules/zod/index.js", [4]),
      node(4, "node:internal/modules/esm"),
      node(5, "file:///app/src/config.ts"),
    ],
    samples: [1, 2, 3, 4, 4, 5],
    timeDeltas: [1_000, 2_000, 3_000, 4_000, 5_000, 6_000],
  };
  expect(ownTimes(JSON.stringify(profile), "/app/")).toEqual([
    { owner: "zod", ms: 12 },
    { owner: "src/config.ts", ms: 6 },
    { owner: "@hono/node-server", ms: 2 },
    { owner: "Node itself", ms: 1 },
  ]);
});
