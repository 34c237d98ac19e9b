/** Is the service configured, and can it run here at all? */
import { ConfigError } from "../../operator-error.ts";
import { type Check, fail, ok, skipped, warn } from "./check.ts";

const oldestNode = 24;

export const nodeVersion: Check = {
  name: "Node version",
  needs: [],
  advice: "Install Node 24 or newer.",
  look({ machine, runtime }) {
    if (runtime === "worker") return skipped("a Worker does not run on Node");
    const version = `Node ${machine.nodeVersion}`;
    return Number.parseInt(machine.nodeVersion, 10) >= oldestNode ? ok(version) : fail(version, this.advice);
  },
};

export const configuration: Check = {
  name: "configuration",
  needs: [],
  advice:
    "Set the variables in .env (for a Worker in wrangler.toml, and secrets in .dev.vars) as the README says; or start `npm run dev`, which needs none.",
  look(visit) {
    try {
      const { publicUrl, logto } = visit.config();
      const hasAddress = Boolean(visit.variables.PUBLIC_URL);
      return hasAddress
        ? ok(`${publicUrl} beside ${logto.endpoint}`)
        : warn(
            `PUBLIC_URL is not set, and so it is ${publicUrl}`,
            "Set PUBLIC_URL to the address at which people reach this service.",
          );
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      return fail(error.faults.join("; "), this.advice);
    }
  },
};

const megabyte = 1_048_576;
/** What a service with some thousand people writes in years, and what its write-ahead log may need for a moment. */
const enough = { ok: 1024 * megabyte, warn: 100 * megabyte };

export const diskSpace: Check = {
  name: "disk space",
  needs: ["configuration"],
  advice: "Make room, or move the file of DATABASE_URL: a full disk refuses every change.",
  async look({ config, machine, runtime }) {
    const { database } = config();
    if (runtime === "worker" || database.kind !== "sqlite")
      return skipped("the database is not on this disk");
    const free = await machine.freeBytes(database.path);
    const said = `${Math.floor(free / megabyte)} MB free for ${database.path}`;
    if (free < enough.warn) return fail(said, this.advice);
    return free < enough.ok ? warn(said, this.advice) : ok(said);
  },
};
