/** What all commands share: arguments, environment, exit codes, and errors in one line. */
import { type ParseArgsConfig, parseArgs } from "node:util";
import { OperatorError } from "../../src/operator-error.ts";

/** The arguments are wrong. The command then prints its usage. */
export class UsageError extends OperatorError {}

/** Prints a line to standard error, because standard output may be piped. */
export const tell = (line: string) => void process.stderr.write(`${line}\n`);

/**
 * Parses the command line.
 * @throws {UsageError} for an unknown flag or a missing value.
 */
export function parseArguments<Config extends ParseArgsConfig>(config: Config) {
  try {
    return parseArgs({ ...config, strict: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : "The arguments cannot be read.");
  }
}

/** The process's environment with the variables of `.env`, if there is such a file. The environment wins. */
export function readEnvironment(): NodeJS.ProcessEnv {
  try {
    process.loadEnvFile();
  } catch (error) {
    if (!isMissing(error)) throw new OperatorError("The file .env cannot be read: check its owner and mode.");
  }
  return process.env;
}

/** True for the error of a file that does not exist. */
export const isMissing = (error: unknown) =>
  error instanceof Error && "code" in error && error.code === "ENOENT";

/**
 * Runs a command. The exit code is 0, 1 for a failure, or 2 for wrong arguments.
 * @param usage printed for `--help` and with exit code 2.
 */
export async function runCommand(usage: string, command: () => Promise<void>): Promise<void> {
  if (process.argv.includes("--help")) {
    process.stdout.write(`${usage}\n`);
    return;
  }
  try {
    await command();
  } catch (error) {
    if (error instanceof UsageError) {
      tell(error.message);
      tell(usage);
      process.exitCode = 2;
      return;
    }
    if (!(error instanceof OperatorError)) throw error;
    tell(inOneLine(error.message));
    process.exitCode = 1;
  }
}

const inOneLine = (message: string) => {
  const [first, ...rest] = message.split(/\s*\n\s*/);
  return rest.length === 0 ? message : `${first} ${rest.join("; ")}.`;
};
