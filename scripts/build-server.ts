/** `npm run build:server`: the service for Node as a few files, which start in half the time of the thousand that they are made of. */
import { cp, rm } from "node:fs/promises";
import { join } from "node:path";
import { build, type Plugin } from "esbuild";
import { parseArguments, runCommand } from "./lib/run-command.ts";

const usage = `usage: npm run build:server
  Bundles the service and its packages, but for SQLite's, into out/server. node out/server/main.js then does what npm start does.`;

const folder = "out/server";
const unusedOfZod = "src/runtime/workers/unused-of-zod.ts";

/** The same as `[alias]` in `wrangler.toml`: what nothing here uses of zod. */
const withoutUnused: Plugin = {
  name: "without-unused",
  setup: (build) =>
    build.onResolve(
      { filter: /^(\.\.\/locales\/index|\.\/compile|\.\/from-json-schema)\.js$/ },
      ({ importer }) =>
        importer.includes("/node_modules/zod/") ? { path: join(process.cwd(), unusedOfZod) } : undefined,
    ),
};

await runCommand(usage, async () => {
  parseArguments({});
  await rm(folder, { recursive: true, force: true });
  await build({
    entryPoints: {
      main: "src/runtime/node/main.ts",
      "sqlite-background-thread": "db/sqlite-background-thread.ts",
    },
    outdir: folder,
    bundle: true,
    // What only some installations use stays a file of its own, and is read when it is needed.
    splitting: true,
    platform: "node",
    format: "esm",
    target: "node24",
    // A compiled addon stays in node_modules.
    external: ["better-sqlite3", "pg-native"],
    plugins: [withoutUnused],
    // Packages that were written for `require` expect it.
    banner: {
      js: `import { createRequire as requireFrom } from "node:module"; const require = requireFrom(import.meta.url);`,
    },
    legalComments: "none",
    logLevel: "warning",
  });
  await cp("db/migrations", join(folder, "migrations"), { recursive: true });
  process.stdout.write(`${folder}/main.js\n`);
});
