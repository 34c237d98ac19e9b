/** `npm run build:worker`: bundles the Worker as a deployment does, and fails if it is too large or imports Node modules. */
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import * as z from "zod";
import { OperatorError } from "../src/operator-error.ts";
import { parseArguments, runCommand } from "./lib/run-command.ts";

const usage = `usage: npm run build:worker
  Bundles src/runtime/workers/main.ts into out/worker and checks its size and imports. Nothing is uploaded.`;

const folder = "out/worker";
const maxPackedBytes = 400 * 1024;
const importsOf = z.object({
  outputs: z.record(
    z.string(),
    z.object({ imports: z.array(z.object({ path: z.string(), external: z.boolean().optional() })) }),
  ),
});

async function bundle() {
  const wrangler = join("node_modules", "wrangler", "bin", "wrangler.js");
  const metafile = join(folder, "bundle-meta.json");
  const command = ["deploy", "--dry-run", "--outdir", folder, "--metafile", metafile];
  const env = { ...process.env, WRANGLER_HIDE_BANNER: "true", WRANGLER_SEND_METRICS: "false" };
  await promisify(execFile)(process.execPath, [wrangler, ...command], { env }).catch((error) => {
    throw new OperatorError(`The Worker cannot be bundled: ${error.stderr || error.stdout}`);
  });
  return importsOf.parse(JSON.parse(await readFile(metafile, "utf8")));
}

async function build() {
  const { outputs } = await bundle();
  const code = await readFile(join(folder, "main.js"));
  const packed = gzipSync(code, { level: 9 }).byteLength;
  const kib = (bytes: number) => `${(bytes / 1024).toFixed(1)} KiB`;
  process.stdout.write(`out/worker/main.js  ${kib(code.byteLength)}  gzip ${kib(packed)}\n`);
  if (packed > maxPackedBytes)
    throw new OperatorError(
      `The Worker is ${kib(packed)} gzipped, and the limit is ${kib(maxPackedBytes)}: remove or shrink a dependency.`,
    );
  const missing = Object.values(outputs)
    .flatMap(({ imports }) => imports)
    .filter(({ path, external }) => external && !path.startsWith("cloudflare:"))
    .map(({ path }) => path);
  if (missing.length > 0) {
    throw new OperatorError(`The Worker imports modules that its runtime lacks: ${missing.join(", ")}`);
  }
}

await runCommand(usage, async () => {
  parseArguments({});
  await build();
});
