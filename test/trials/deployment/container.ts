/** Starts what a Dockerfile makes, as the user and with the environment that it names. */
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "../../support/free-port.ts";
import { eventually } from "../../support/instances.ts";
import { environmentOf, startTestTenant, tokensOf } from "../../support/service.ts";
import type { Image } from "./dockerfile.ts";
import { report } from "./report.ts";

/** Development's packages and folders that must not be in it. */
const unwanted = [
  "dev",
  "test",
  ".env",
  "node_modules/oidc-provider",
  "node_modules/vitest",
  "node_modules/node",
];

export async function tryContainer(image: Image, path: string): Promise<void> {
  const place = join(image.root, image.workdir);
  const found = unwanted.filter((each) => existsSync(join(place, each)));
  report("no development tenant or package inside", found.join(", ") || "none", found.length === 0);
  const size = execFileSync("du", ["-sm", place], { encoding: "utf8" }).split("\t")[0];
  console.log(
    `     ${size} MB beside the base image, ${readdirSync(join(place, "node_modules")).length} packages`,
  );
  const tenant = await startTestTenant();
  const port = `${await freePort()}`;
  const env = {
    PATH: path,
    ...image.environment,
    ...environmentOf(tenant, "file:./data/profile.db"),
    PORT: port,
  };
  const [uid, gid] = image.user.split(":").map(Number);
  report("user", `${uid}:${gid}`, uid !== 0 && gid !== 0);
  const [program = "", ...args] = image.command;
  const child = spawn(program, args, { cwd: place, env, uid, gid, stdio: ["ignore", "ignore", "inherit"] });
  try {
    const url = `http://127.0.0.1:${port}`;
    const isReady = () =>
      fetch(`${url}/readyz`).then(
        ({ ok }) => ok,
        () => false,
      );
    await eventually(isReady, { seconds: 60 });
    report("/readyz", await (await fetch(`${url}/readyz`)).text(), true);
    const [checker = "", ...checkerArgs] = image.healthcheck;
    const check = () => spawnSync(checker, checkerArgs, { cwd: place, env, uid, gid }).status;
    report("HEALTHCHECK", `exit ${check()}`, check() === 0);
    const authorization = `Bearer ${await tokensOf(tenant, Date)("alice")}`;
    const body = JSON.stringify({ gender: "female" });
    const headers = { authorization, "content-type": "application/json" };
    const { status } = await fetch(`${url}/me/business`, { method: "PATCH", headers, body });
    report("PATCH /me/business", `${status}`, status === 200);
    const mode = (statSync(join(place, "data", "profile.db")).mode & 0o777).toString(8);
    report(
      "data/profile.db",
      `mode ${mode}, owner ${statSync(join(place, "data", "profile.db")).uid}`,
      mode === "600",
    );
    const stopping = performance.now();
    child.kill("SIGTERM");
    const [code] = await once(child, "exit");
    const seconds = ((performance.now() - stopping) / 1000).toFixed(1);
    report("SIGTERM", `exit ${code} after ${seconds} s`, code === 0);
    report("HEALTHCHECK of a stopped one", `exit ${check()}`, check() === 1);
  } finally {
    child.kill("SIGKILL");
    await tenant.close();
  }
}
