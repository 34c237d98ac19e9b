/** The person whom a command's arguments name. */
import { userIdSchema } from "../../src/user-id.ts";
import { UsageError } from "./run-command.ts";

/** @throws {UsageError} unless exactly one user id is given. */
export function namedUser([given, ...others]: readonly string[]): string {
  const parsed = userIdSchema.safeParse(given);
  if (!parsed.success || others.length > 0) throw new UsageError("Name one user by their Logto user id.");
  return parsed.data;
}
