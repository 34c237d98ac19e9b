/** `npm run build:client`: the typed client for pages, as JavaScript with its declarations. */
import { execFile } from "node:child_process";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import * as z from "zod";
import { OperatorError } from "../src/operator-error.ts";
import { parseArguments, runCommand } from "./lib/run-command.ts";

const usage = `usage: npm run build:client [-- --check]
  Writes src/client/schemas.ts from the OpenAPI document, and the client into dist/client.
  --check   writes nothing, and fails if schemas.ts is not what the document says`;

const folder = "out/client-schemas";
const types = "src/client/schemas.ts";
const target = "dist/client";
const maxPackedBytes = 4 * 1024;
const run = promisify(execFile);

const documentSchema = z.looseObject({
  components: z.object({ schemas: z.record(z.string(), z.unknown()) }),
});

/** The types of every schema in the document, as openapi-typescript writes them. */
async function writeTypes(file: string): Promise<void> {
  const document = join(folder, "openapi.json");
  await run("npm", ["run", "-s", "openapi", "--", document]);
  const { components, ...others } = documentSchema.parse(JSON.parse(await readFile(document, "utf8")));
  const { schemas } = components;
  await writeFile(document, JSON.stringify({ ...others, paths: {}, components: { schemas } }));
  const generated = join(process.cwd(), file);
  const files = [join(process.cwd(), document), "--output", generated];
  await run("npm", ["run", "-s", "generate", "--workspace", "client-generator", "--", ...files]);
  const [, body = ""] =
    /^export interface components \{\n {4}schemas: (\{\n.*?\n {4}\});\n/ms.exec(
      await readFile(generated, "utf8"),
    ) ?? [];
  const text = body.replaceAll('components["schemas"]', "Schemas");
  await writeFile(generated, `/** Written by \`npm run build:client\`. */\nexport type Schemas = ${text};\n`);
  await run("npx", ["biome", "format", "--write", file]);
}

async function check(): Promise<void> {
  const fresh = join("src/client", "schemas.fresh.ts");
  try {
    await writeTypes(fresh);
    if ((await readFile(fresh, "utf8")) !== (await readFile(types, "utf8"))) {
      throw new OperatorError(`${types} is not what the OpenAPI document says: run npm run build:client.`);
    }
  } finally {
    await rm(fresh, { force: true });
  }
}

async function build(): Promise<void> {
  await writeTypes(types);
  await rm(target, { recursive: true, force: true });
  const tsc = join("node_modules", ".bin", "tsc");
  await run(tsc, ["-p", "src/client", "--removeComments"]);
  await run(tsc, ["-p", "src/client", "--declaration", "--emitDeclarationOnly"]);
  const names = (await readdir(target)).filter((name) => name.endsWith(".js"));
  const code = await Promise.all(names.map((name) => readFile(join(target, name))));
  const packed = gzipSync(Buffer.concat(code), { level: 9 }).byteLength;
  process.stdout.write(`${target}  ${names.join(", ")}  gzip ${(packed / 1024).toFixed(2)} KiB\n`);
  if (packed > maxPackedBytes) throw new OperatorError("The client is over 4 KiB gzipped.");
}

await runCommand(usage, async () => {
  const { values } = parseArguments({ options: { check: { type: "boolean" } } });
  await mkdir(folder, { recursive: true });
  await (values.check ? check() : build());
});
