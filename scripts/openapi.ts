/** `npm run openapi -- <file>`: writes the OpenAPI document, with every route that a setting can turn on. */
import { randomBytes } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { openSqlite } from "../db/sqlite.ts";
import { createApp } from "../src/app.ts";
import { createServices } from "../src/compose.ts";
import { parseConfig } from "../src/config.ts";
import { createNodePlatform } from "../src/runtime/node/platform.ts";
import { parseArguments, readEnvironment, runCommand, tell, UsageError } from "./lib/run-command.ts";

const usage = `usage: npm run openapi -- <file>
  Writes the document that a running service has at /openapi.json. Nothing is started.
The address in it: PUBLIC_URL in the environment or .env; default http://localhost:3000.`;

/** They let the service be built; nothing of them is in the document. */
const standIns = {
  LOGTO_ENDPOINT: "https://tenant.example.com",
  LOGTO_M2M_APP_ID: "none",
  LOGTO_M2M_APP_SECRET: "none",
  LOGTO_WEBHOOK_SIGNING_KEY: "none",
  LOGTO_APP_ID: "none",
  LOGTO_APP_SECRET: "none",
  COOKIE_KEYS: `none:${randomBytes(32).toString("base64")}`,
  API_RESOURCE: "https://profile.example.com",
  ENCRYPTION_KEYS: `none:${randomBytes(32).toString("base64")}`,
};

async function readDocument(publicUrl: string | undefined) {
  const config = parseConfig({ ...standIns, PUBLIC_URL: publicUrl });
  const silent = createNodePlatform({ write: () => undefined });
  const database = openSqlite(":memory:");
  try {
    await database.migrate();
    const app = createApp(await createServices(config, silent, database));
    return await (await app.request(`${config.publicUrl}/openapi.json`)).text();
  } finally {
    await database.close();
  }
}

await runCommand(usage, async () => {
  const [file] = parseArguments({ allowPositionals: true }).positionals;
  if (!file) throw new UsageError("Name the file.");
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, await readDocument(readEnvironment().PUBLIC_URL));
  tell(`wrote ${file}`);
});
