/** Is the database there, as this release needs it, and do the keys open it? */
import { OperatorError } from "../../operator-error.ts";
import { Refusal } from "../../problem.ts";
import { type Check, fail, type Outcome, ok, skipped, warn } from "./check.ts";
import { clockOutcome } from "./clock.ts";
import type { Visit } from "./visit.ts";

/** @throws {OperatorError} in place of the database's own refusals. */
async function explained<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Refusal)
      throw new OperatorError(`it refuses (${codeOf(error.cause)})`, { cause: error });
    throw error;
  }
}

const codeOf = (cause: unknown) =>
  cause instanceof Error && "code" in cause && /^\w+$/.test(String(cause.code))
    ? String(cause.code)
    : "no code";

const kindOf = (visit: Visit): string => {
  const { database } = visit.config();
  if (visit.runtime === "worker") return "D1";
  return database.kind === "sqlite" ? `SQLite, ${database.path}` : "PostgreSQL";
};

export const databaseReachable: Check = {
  name: "database",
  needs: ["configuration"],
  advice:
    "Check DATABASE_URL, that the server runs, and its user, password and name; for a file its folder, owner and mode; for D1 wrangler.toml, and `npx wrangler login`.",
  async look(visit): Promise<Outcome> {
    if (!(await explained(() => visit.hasDatabase())))
      return fail(
        `there is no file yet: ${kindOf(visit)}`,
        "Run `npm run migrate`, or start the service, which makes it.",
      );
    await explained(() => visit.missing());
    return ok(kindOf(visit));
  },
};

export const migrated: Check = {
  name: "migrations",
  needs: ["database"],
  advice: "Run `npm run migrate` with the database's own user.",
  async look(visit) {
    const missing = await explained(() => visit.missing());
    const apply =
      visit.runtime === "worker"
        ? "Run `npx wrangler d1 migrations apply DB` with --local or --remote."
        : "Run `npm run migrate`, or restart the service: each start applies them.";
    return missing.length === 0
      ? ok(`all ${visit.migrations.length} are applied`)
      : fail(`${missing.length} of ${visit.migrations.length} are missing: ${missing.join(", ")}`, apply);
  },
};

export const writable: Check = {
  name: "database writes",
  needs: ["migrations"],
  advice:
    "Let the service's user write to the database, and see that it is no read-only copy and its disk is not full.",
  async look(visit) {
    await explained(() => visit.database().inspection.proveWritable());
    return ok("a row was written and deleted again");
  },
};

export const databaseClock: Check = {
  name: "database clock",
  needs: ["database"],
  advice: "See docs/operating.md, Clocks.",
  async look(visit) {
    if (visit.runtime === "worker") return skipped("D1 and the Worker both have Cloudflare's clock");
    const { now } = visit.platform;
    const from = now();
    const there = await explained(() => visit.database().inspection.clock());
    return clockOutcome((from + now()) / 2 - there, "the database's");
  },
};

export const encryptionKeys: Check = {
  name: "encryption keys",
  needs: ["migrations"],
  advice:
    "Put the keys into ENCRYPTION_KEYS with which this database was written; they are where you keep a copy of them.",
  async look(visit) {
    const { encryptionKeys: keys } = visit.config();
    const { newKids, keyedHash } = await explained(() => visit.vault());
    const [current] = keys;
    if (!keyedHash) return ok("nothing is sealed yet: the first start makes the rest");
    return newKids.includes(current.kid)
      ? warn(
          `${current.kid} is new to this database`,
          "Restart every instance, and let `npm run rotate-keys` finish before you remove another key.",
        )
      : ok(`${keys.map(({ kid }) => kid).join(", ")} open what this database holds`);
  },
};
