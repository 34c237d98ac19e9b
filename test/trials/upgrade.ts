/**
 * `npm run trial:upgrade [-- <commit>]`: the previous release beside this one on one database, on SQLite and on PostgreSQL:
 * before the migration, after it, both under load, and the previous one started again. Default: the commit before the
 * newest migration. Wants git, and the package registry if that release has other packages.
 */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { freePort } from "../support/free-port.ts";
import { eventually } from "../support/instances.ts";
import { startPostgres } from "../support/postgres-server.ts";
import { call, environmentOf, startTestTenant, tokensOf } from "../support/service.ts";
import { shellEnvironment } from "../support/shell.ts";
import { finish, report } from "./deployment/report.ts";

const loadMs = 5_000;
const git = (...args: string[]) => execFileSync("git", args, { encoding: "utf8" }).trim();

function commitBeforeNewestMigration(): string {
  const newest = readdirSync("db/migrations").toSorted().at(-1) ?? "";
  const added = git("log", "--diff-filter=A", "--format=%H", "-1", "--", `db/migrations/${newest}`);
  return git("rev-parse", `${added}^`);
}

const folder = mkdtempSync(join(tmpdir(), "profile-bff-upgrade-"));
// As root, PostgreSQL runs as another user, who must find its files in it.
chmodSync(folder, 0o755);
const commit = git("rev-parse", process.argv[2] ?? commitBeforeNewestMigration());

/** A checkout of the previous release with its packages. */
function checkOut(): string {
  const previous = join(folder, "previous");
  mkdirSync(previous);
  const archive = join(folder, "previous.tar");
  git("archive", "--output", archive, commit);
  execFileSync("tar", ["-xf", archive, "-C", previous]);
  const lock = "package-lock.json";
  const isSame = readFileSync(join(previous, lock), "utf8") === readFileSync(lock, "utf8");
  if (isSame) symlinkSync(resolve("node_modules"), join(previous, "node_modules"));
  else
    execFileSync("npm", ["ci", "--omit=dev", "--no-audit", "--no-fund"], {
      cwd: previous,
      stdio: "inherit",
      env: { ...process.env, ...shellEnvironment() },
    });
  return previous;
}

type Release = { name: string; checkout: string };
const before: Release = { name: "previous", checkout: checkOut() };
const now: Release = { name: "new", checkout: process.cwd() };
console.log(`previous is ${git("log", "-1", "--format=%h %s", commit)}`);

const tenant = await startTestTenant();
const token = tokensOf(tenant, Date);

/** Starts a release as an operator does, away from any `.env`. */
async function start({ name, checkout }: Release, environment: Record<string, string>) {
  const port = await freePort();
  const main = join(checkout, "src/runtime/node/main.ts");
  const env = { ...environment, PORT: `${port}` };
  const child = spawn(process.execPath, [main], { cwd: folder, env, stdio: ["ignore", "ignore", "inherit"] });
  const url = `http://127.0.0.1:${port}`;
  const ask = () =>
    fetch(`${url}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
  await eventually(ask, { seconds: 60 });
  return {
    name,
    url,
    async stop() {
      child.kill("SIGTERM");
      const [code] = await once(child, "exit");
      report(`${name} stops`, `exit ${code}`, code === 0);
    },
  };
}

type Running = Awaited<ReturnType<typeof start>>;

/** Writes through one release and reads through another. @returns whether both answered as they should. */
async function exchange(writer: Running, reader: Running, value: string) {
  const headers = { authorization: `Bearer ${await token("alice")}` };
  const written = await call(writer.url, "PATCH", "/me/business", { ethnicity: value }, headers);
  const read = await call(reader.url, "GET", "/me/business", undefined, headers);
  const isRight = written.status === 200 && read.status === 200 && read.body.ethnicity === value;
  report(`${writer.name} writes, ${reader.name} reads`, `${written.status}, ${read.status}`, isRight);
}

/** Bob and carol change their data through both at once. */
async function load(running: readonly Running[]) {
  const until = performance.now() + loadMs;
  const answers = new Map<number, number>();
  const work = async (username: string, { url, name }: Running) => {
    const headers = { authorization: `Bearer ${await token(username)}` };
    for (let index = 0; performance.now() < until; index++) {
      const { status } = await call(
        url,
        "PATCH",
        "/me",
        { business: { ethnicity: `${name} ${index}` } },
        headers,
      );
      answers.set(status, (answers.get(status) ?? 0) + 1);
    }
  };
  await Promise.all(["bob", "carol"].flatMap((username) => running.map((each) => work(username, each))));
  const shown = [...answers].map(([status, count]) => `${count} × ${status}`).join(", ");
  report("both under load, two people through both", shown, answers.size === 1 && answers.has(200));
}

async function tryOn(name: string, database: string) {
  console.log(`\n${name}`);
  const environment = environmentOf(tenant, database);
  const old = await start(before, environment);
  await exchange(old, old, "before");
  const script = join(now.checkout, "scripts/migrate.ts");
  const migrated = execFileSync(process.execPath, [script], {
    cwd: folder,
    env: environment,
    encoding: "utf8",
  });
  report(
    "npm run migrate of the new release",
    migrated.trim().replaceAll("\n", "; "),
    migrated.includes("applied"),
  );
  await exchange(old, old, "after the migration");
  const fresh = await start(now, environment);
  await exchange(old, fresh, "by the previous");
  await exchange(fresh, old, "by the new");
  await load([old, fresh]);
  await old.stop();
  const again = await start(before, environment);
  report("the previous one starts again beside the new one", again.url, true);
  await exchange(fresh, again, "by the new, once more");
  await fresh.stop();
  await exchange(again, again, "rolled back");
  await again.stop();
}

try {
  await tryOn("SQLite", `file:${join(folder, "profile.db")}`);
  const place = join(folder, "postgres");
  mkdirSync(place);
  const server = await startPostgres(place);
  try {
    await tryOn("PostgreSQL", `${server.origin}/postgres`);
  } finally {
    await server.stop();
  }
} finally {
  await tenant.close();
  rmSync(folder, { recursive: true, force: true });
}
finish();
