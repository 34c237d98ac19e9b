/** A copy of the project in a folder of its own, so that mutants never touch the files that people work on. */
import { execFileSync } from "node:child_process";
import { chmod, cp, mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

export type Tree = {
  path: string /** For what its tests write. */;
  temporary: string;
  [Symbol.asyncDispose](): Promise<void>;
};

/** Copies what git knows or would take, with uncommitted changes, and links what is installed. */
export async function copyTree(): Promise<Tree> {
  const folder = await mkdtemp(join(tmpdir(), "profile-bff-mutants-"));
  // Where the tests run as root, PostgreSQL runs as another user.
  await chmod(folder, 0o711);
  const path = join(folder, "tree");
  const temporary = join(folder, "temporary");
  await mkdir(temporary);
  const list = ["ls-files", "--cached", "--others", "--exclude-standard", "-z"];
  const files = execFileSync("git", list, { encoding: "utf8" }).split("\0").filter(Boolean);
  for (const file of files) await cp(file, join(path, file));
  await symlink(resolve("node_modules"), join(path, "node_modules"));
  return { path, temporary, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}
