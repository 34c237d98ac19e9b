import { cp, mkdir, readFile, symlink } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import Database from "better-sqlite3";
import { expect, onTestFinished, test } from "vitest";
import { startTenant } from "../dev/tenant/start-tenant.ts";
import { setVariables } from "../scripts/lib/variables-file.ts";
import { createFolder } from "./scripts/workplace.ts";
import { answerPattern, commandsOf } from "./support/documents.ts";
import { freePort } from "./support/free-port.ts";
import { runCommands, shellEnvironment, startCommand } from "./support/shell.ts";

/** A fresh checkout after `npm ci --omit=dev`: the files that ship, and the packages that production installs. */
async function createCheckout(): Promise<string> {
  const folder = await createFolder();
  const lock: { packages: Record<string, { dev?: true }> } = JSON.parse(
    await readFile("package-lock.json", "utf8"),
  );
  for (const file of ["package.json", ".env.example", "scripts", "src", "db"]) {
    await cp(file, join(folder, file), { recursive: true });
  }
  const top = Object.entries(lock.packages).filter(([path]) => path.lastIndexOf("node_modules/") === 0);
  for (const [path] of top.filter(([, { dev }]) => !dev)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await symlink(resolve(path), join(folder, path));
  }
  return folder;
}

test("the steps of docs/operating.md work, in their order, on a fresh checkout", {
  timeout: 120_000,
}, async () => {
  const folder = await createCheckout();
  const tenant = await startTenant({ port: 0, apiResource: "http://localhost:3000", passwordCost: 64 });
  onTestFinished(() => tenant.close());
  const port = await freePort();
  const place = { cwd: folder, env: shellEnvironment() };
  const { endpoint, m2m } = tenant.description;
  const filledIn = {
    LOGTO_ENDPOINT: endpoint,
    OPERATOR_APP_ID: m2m.appId,
    OPERATOR_APP_SECRET: m2m.appSecret,
    PORT: `${port}`,
    PUBLIC_URL: `http://localhost:${port}`,
  };

  for (const { text, answer } of commandsOf("docs/operating.md")) {
    if (text === "npm start") {
      onTestFinished(await startCommand(text, '"event":"started"', place));
      continue;
    }
    const printed = await runCommands(text.replaceAll("localhost:3000", `localhost:${port}`), place);
    if (answer !== undefined) expect(printed).toMatch(answerPattern(answer));
    if (text.startsWith("cp .env.example .env")) await setVariables(join(folder, ".env"), filledIn);
  }

  const copy = new Database(join(folder, "data", "backup.db"), { readonly: true });
  onTestFinished(() => void copy.close());
  expect(copy.pragma("integrity_check")).toEqual([{ integrity_check: "ok" }]);
  const variables = await readFile(join(folder, ".env"), "utf8");
  expect(variables).not.toContain("OPERATOR");
  expect(variables).toMatch(/^ENCRYPTION_KEYS=k2:\S{44},k1:\S{44}$/m);
});
