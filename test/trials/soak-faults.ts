/** What goes wrong while `soak` runs, one thing at a time, and what people may be answered meanwhile. */
import { execFileSync, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { fileURLToPath } from "node:url";
import type { Tenant } from "../../dev/tenant/tenant.ts";
import type { ServiceProcess } from "../support/processes.ts";
import type { TrialDatabase } from "../support/trial-databases.ts";

export type Soaked = {
  tenant: Tenant;
  database: TrialDatabase;
  /** The process that serves at present. */
  service(): ServiceProcess;
  /** Starts another one in its place. @param changes what is different in its environment from now on. */
  start(changes?: Record<string, string>): Promise<void>;
  /** The keys that it has, the first of them seals. */
  keys(): string;
};

/** In place of a status: there was no answer. */
export const noAnswer = 0;

export type Fault = {
  name: string;
  /** What may be answered beside success, during the fault and for `afterSeconds`. */
  allowed: readonly number[];
  /** How long people may still notice: breakers close again, the lock of a dead writer ends. */
  afterSeconds: number;
  /** Whether another process serves afterwards. */
  restarts: boolean;
  /** Which kind of database it needs; without one, any. */
  only?: "SQLite" | "PostgreSQL";
  /** Does it. @returns what ends it. */
  begin(soaked: Soaked): Promise<() => Promise<void> | void>;
};

const managementApi = /^\/api\//;
const rotateKeys = fileURLToPath(new URL("../../scripts/rotate-keys.ts", import.meta.url));

/** A fault of the tenant's Management API. */
const upstream = (name: string, allowed: number[], fault: Parameters<Tenant["faults"]["add"]>[0]): Fault => ({
  name,
  allowed,
  afterSeconds: 15,
  restarts: false,
  begin: async ({ tenant }) => tenant.faults.add(fault),
});

/** Linux can limit the file size of another process; at the limit a write fails as on a full disk. */
const limitFiles = ({ pid }: ServiceProcess, bytes: string) =>
  execFileSync("prlimit", ["--pid", String(pid), `--fsize=${bytes}:unlimited`]);

async function rotate({ start, service, keys, database }: Soaked): Promise<void> {
  const old = keys();
  const next = `k${randomBytes(4).toString("hex")}:${randomBytes(32).toString("base64")}`;
  // As in a roll-out: first every instance can read the new key, then it seals with it.
  for (const list of [`${old},${next}`, `${next},${old}`]) {
    await service().stop();
    await start({ ENCRYPTION_KEYS: list });
  }
  const environment = { DATABASE_URL: database.url, ENCRYPTION_KEYS: keys() };
  const { status, stderr } = spawnSync(process.execPath, [rotateKeys], {
    env: environment,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`rotate-keys: ${stderr}`);
}

export const faults: readonly Fault[] = [
  {
    name: "Logto is away",
    allowed: [503, 504],
    afterSeconds: 15,
    restarts: false,
    async begin({ tenant }) {
      await tenant.pause();
      return () => tenant.resume();
    },
  },
  upstream("Logto takes three seconds", [503, 504], { match: { path: managementApi }, delayMs: 3_000 }),
  upstream("Logto has too many requests", [503], {
    match: { path: managementApi },
    status: 429,
    headers: { "retry-after": "1" },
    body: "",
  }),
  upstream("Logto's answers are broken", [502, 503, 504], {
    match: { path: managementApi },
    status: 200,
    body: "{",
  }),
  {
    name: "the clock is set",
    allowed: [],
    afterSeconds: 5,
    restarts: false,
    async begin({ service }) {
      const { pid } = service();
      process.kill(pid, "SIGUSR2");
      return () => void process.kill(pid, "SIGUSR2");
    },
  },
  {
    name: "the disk is full",
    only: "SQLite",
    // A change that has reached Logto by then, and cannot be settled here, has an unknown outcome.
    allowed: [503, 504],
    afterSeconds: 10,
    restarts: false,
    async begin({ service }) {
      const process = service();
      limitFiles(process, "1");
      return () => void limitFiles(process, "unlimited");
    },
  },
  {
    name: "the database is restarted",
    only: "PostgreSQL",
    allowed: [503, 504],
    afterSeconds: 10,
    restarts: false,
    async begin({ database }) {
      await database.restart?.();
      return () => {};
    },
  },
  {
    name: "the process is killed",
    allowed: [noAnswer, 503, 504],
    // The lock of a writer that is no more is good for half a minute.
    afterSeconds: 40,
    restarts: true,
    async begin({ service, start }) {
      await service().kill();
      await start();
      return () => {};
    },
  },
  {
    name: "the key is rotated",
    allowed: [noAnswer, 503],
    afterSeconds: 10,
    restarts: true,
    async begin(soaked) {
      await rotate(soaked);
      return () => {};
    },
  },
];
