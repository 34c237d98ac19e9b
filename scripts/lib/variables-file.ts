/** A file of `NAME=value` lines, such as `.env`: two of its lines are ours, the others stay as they are. */
import { open, readFile, realpath, rename, rm } from "node:fs/promises";
import { parseEnv } from "node:util";
import { OperatorError } from "../../src/operator-error.ts";
import { isMissing } from "./run-command.ts";

type Variables = Record<string, string>;

const orUndefined = (error: unknown) => {
  if (isMissing(error)) return undefined;
  throw new OperatorError("The file cannot be read: check its owner and mode.", { cause: error });
};

/** @returns what the file says; nothing when there is none. */
export async function readVariablesFile(path: string): Promise<Readonly<Record<string, string | undefined>>> {
  return parseEnv((await readFile(path, "utf8").catch(orUndefined)) ?? "");
}

/**
 * Sets some variables in one step that a crash cannot halve; the file is then its owner's alone (0600).
 * @throws {OperatorError} when it cannot be written, or is written in a way that these lines would not fit into.
 */
export async function setVariables(path: string, variables: Variables): Promise<void> {
  const before = await readFile(path, "utf8").catch(orUndefined);
  const after = withVariables(before ?? "", variables);
  const wanted = { ...parseEnv(before ?? ""), ...variables };
  if (JSON.stringify(sorted(parseEnv(after))) !== JSON.stringify(sorted(wanted))) {
    throw new OperatorError(
      `${path} has lines that cannot be edited safely: put ${Object.keys(variables)} in by hand.`,
    );
  }
  // A link is followed, so that the rename replaces the file and not the link.
  const target = before === undefined ? path : await realpath(path);
  await replaceFile(target, after).catch((cause) => {
    throw new OperatorError(`${path} cannot be written: check the folder's owner, mode and free space.`, {
      cause,
    });
  });
}

const sorted = (variables: NodeJS.Dict<string>) => Object.entries(variables).sort();

/** A line that is there is replaced in its place, a repetition of it dropped, and a missing one added at the end. */
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
