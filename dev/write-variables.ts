import { chmod, writeFile } from "node:fs/promises";

/** Writes environment variables to a file that its owner alone can read. The data folder is git-ignored. */
export async function writeVariables(
  path: string,
  variables: Readonly<Record<string, string>>,
): Promise<void> {
  const lines = Object.entries(variables).map(([name, value]) => `${name}="${value}"\n`);
  await writeFile(path, lines.join(""), { mode: 0o600 });
  // `writeFile` does not change the mode of a file that exists.
  await chmod(path, 0o600);
}
