/** Installs the packages of the peers into this folder, when the bench runs for the first time or they have changed. */
import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { OperatorError } from "../../../src/operator-error.ts";

const folder = fileURLToPath(new URL("../", import.meta.url));

/** @throws {OperatorError} if npm fails. */
export function installPackages(): void {
  const installed = `${folder}node_modules/.package-lock.json`;
  const isCurrent =
    existsSync(installed) && statSync(installed).mtimeMs >= statSync(`${folder}package-lock.json`).mtimeMs;
  if (isCurrent) return;
  const { status } = spawnSync(
    "npm",
    ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--workspaces=false"],
    {
      cwd: folder,
      stdio: ["ignore", "inherit", "inherit"],
    },
  );
  if (status !== 0)
    throw new OperatorError("The peers cannot be installed: run `npm ci` in scripts/bench to see why.");
}
