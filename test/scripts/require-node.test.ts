import { execFile } from "node:child_process";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { shellEnvironment } from "../support/shell.ts";
import { createFolder } from "./workplace.ts";

/** What a command prints, in either stream, in a checkout where nothing is installed. */
async function runUninstalled(script: string): Promise<string> {
  const cwd = await createFolder();
  for (const file of ["package.json", "scripts", "src", "db", "dev"]) {
    await cp(file, join(cwd, file), { recursive: true });
  }
  return new Promise((resolve) => {
    execFile("npm", ["run", "-s", script], { cwd, env: shellEnvironment() }, (error, stdout, stderr) =>
      resolve(error ? `${stdout}${stderr}` : "it ran"),
    );
  });
}

test.each(["seed:m2m", "start", "dev", "migrate"])(
  "%s before the installation ends in one line",
  async (script) => {
    expect(await runUninstalled(script)).toMatch(
      /^The package \S+ is not installed: run `npm ci` first\.\n$/,
    );
  },
);
