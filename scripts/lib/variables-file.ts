/** A file of `NAME=value` lines, such as `.env`: reading it, and setting some variables without changing the other lines. */
import { open, readFile, realpath, rename, rm } from "node:fs/promises";
import { parseEnv } from "node:util";
import { OperatorError } from "../../src/operator-error.ts";
import { isMissing } from "./run-command.ts";

type Variables = Record<string, string>;

const ignoreMissing = (error: unknown) => {
  if (isMissing(error)) return undefined;
  throw new OperatorError("The file cannot be read: check its owner and mode.", { cause: error });
};

/** @returns the variables of the file; none if there is no file. */
export async function readVariablesFile(path: string): Promise<Readonly<Record<string, string | undefined>>> {
  return parseEnv((await readFile(path, "utf8").catch(ignoreMissing)) ?? "");
}

/**
 * Sets some variables. The file is replaced by a rename, so that a crash cannot leave half of it, and gets mode 0600.
 * @throws {OperatorError} if the file cannot be written, or its lines cannot be edited safely.
 */
export async function setVariables(path: string, variables: Variables): Promise<void> {
  const before = await readFile(path, "utf8").catch(ignoreMissing);
  const after = withVariables(before ?? "", variables);
  const wanted = { ...parseEnv(before ?? ""), ...variables };
  if (JSON.stringify(sorted(parseEnv(after))) !== JSON.stringify(sorted(wanted))) {
    throw new OperatorError(
      `${path} has lines that cannot be edited safely: put ${Object.keys(variables)} in by hand.`,
    );
  }
  // Follow a symbolic link: the rename must replace the file and not the link.
  const target = before === undefined ? path : await realpath(path);
  await replaceFile(target, after).catch((cause) => {
    throw new OperatorError(`${path} cannot be written: check the folder's owner, mode and free space.`, {
      cause,
    });
  });
}

const sorted = (variables: NodeJS.Dict<string>) => Object.entries(variables).sort();

/** Replaces the line of each variable, drops repeated lines of it, and adds missing ones at the end. */
function withVariables(text: string, variables: Variables): string {
  const lineEnd = text.includes("\r\n") ? "\r\n" : "\n";
  const left = new Map(Object.entries(variables));
  const lines = text.split(/\r?\n/).flatMap((line) => {
    const name = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=/.exec(line)?.[1] ?? "";
    if (!Object.hasOwn(variables, name)) return [line];
    const value = left.get(name);
    left.delete(name);
    return value === undefined ? [] : [`${name}=${value}`];
  });
  if (lines.at(-1) === "") lines.pop();
  return `${[...lines, ...[...left].map(([name, value]) => `${name}=${value}`)].join(lineEnd)}${lineEnd}`;
}

async function replaceFile(path: string, text: string): Promise<void> {
  const draft = `${path}.${process.pid}.tmp`;
  const file = await open(draft, "wx", 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
    await file.close();
    await rename(draft, path);
  } catch (error) {
    await file.close().catch(() => undefined);
    await rm(draft, { force: true });
    throw error;
  }
}
