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
  Writes the types in src/client from the OpenAPI document, and the client into dist/client.
  --check   writes nothing, and fails if they are not what the document says`;

const folder = "out/client-schemas";
const types = "src/client";
const target = "dist/client";
const maxPackedBytes = 4 * 1024;
const run = promisify(execFile);

const documentSchema = z.looseObject({
  components: z.object({ schemas: z.record(z.string(), z.unknown()) }),
});

/** What the profile is made of, and what refers to that; every other schema stands in `schemas.ts`. */
const ofProfile =
  /^(StandardClaims|Profile|CustomData|Business|RevealedBusiness|Masked|AccountExport|ExportedActivity)/;

/** The types of every schema in the document, as openapi-typescript writes them. @returns the text of each file. */
async function generateTypes(): Promise<Map<string, string>> {
  const document = join(folder, "openapi.json");
  await run("npm", ["run", "-s", "openapi", "--", document]);
  const { components, ...others } = documentSchema.parse(JSON.parse(await readFile(document, "utf8")));
  const texts = new Map<string, string>();
  for (const [file, name, chosen] of [
    ["profile-schemas.ts", "ProfileSchemas", (schema: string) => ofProfile.test(schema)],
    ["schemas.ts", "ServiceSchemas", (schema: string) => !ofProfile.test(schema)],
  ] as const) {
    const schemas = Object.fromEntries(
      Object.entries(components.schemas).filter(([schema]) => chosen(schema)),
    );
    await writeFile(document, JSON.stringify({ ...others, paths: {}, components: { schemas } }));
    texts.set(file, await typesOf(document, name));
  }
  const joined = `import type { ProfileSchemas } from "./profile-schemas.ts";\n\n${texts.get("schemas.ts")}
export type Schemas = ProfileSchemas & ServiceSchemas;\n`;
  return texts.set("schemas.ts", joined.replace("export type ServiceSchemas", "type ServiceSchemas"));
}

async function typesOf(document: string, name: string): Promise<string> {
  const generated = join(process.cwd(), folder, "types.ts");
  const files = [join(process.cwd(), document), "--output", generated];
  await run("npm", ["run", "-s", "generate", "--workspace", "client-generator", "--", ...files]);
  const [, body = ""] =
    /^export interface components \{\n {4}schemas: (\{\n.*?\n {4}\});\n/ms.exec(
      await readFile(generated, "utf8"),
    ) ?? [];
  return `export type ${name} = ${body.replaceAll('components["schemas"]', name)};\n`;
}

/** Writes the files into a folder, in the project's format. */
async function writeTypes(into: string): Promise<string[]> {
  const texts = await generateTypes();
  for (const [file, text] of texts) {
    await writeFile(join(into, file), `/** Written by \`npm run build:client\`. */\n${text}`);
  }
  const files = [...texts.keys()];
  await run("npx", ["biome", "format", "--write", ...files.map((file) => join(into, file))]);
  return files;
}

async function check(): Promise<void> {
  const fresh = join(types, "fresh");
  await mkdir(fresh, { recursive: true });
  try {
    for (const file of await writeTypes(fresh)) {
      const [written, kept] = await Promise.all(
        [fresh, types].map((place) => readFile(join(place, file), "utf8")),
      );
      if (written !== kept) {
        throw new OperatorError(`${file} is not what the OpenAPI document says: run npm run build:client.`);
      }
    }
  } finally {
    await rm(fresh, { recursive: true });
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
