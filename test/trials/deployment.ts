/**
 * `npm run trial:deployment`: the Dockerfile's stages in clean folders, its result as the user that it names, compose.yaml,
 * the systemd unit, and the recipes for nginx, HAProxy and Caddy, each run through. Wants root, and Debian's packages
 * nginx-light, haproxy, caddy, systemd, openssl and docker-compose; what is not there is named and left out.
 */
import { chmodSync, copyFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { startProcess } from "../support/processes.ts";
import { environmentOf, startTestTenant, tokensOf } from "../support/service.ts";
import { tryContainer } from "./deployment/container.ts";
import { build } from "./deployment/dockerfile.ts";
import { recipeOf, tryProxies } from "./deployment/recipes.ts";
import { check, finish, has } from "./deployment/report.ts";

const folder = mkdtempSync(join(tmpdir(), "profile-bff-deployment-"));
// Another user runs what is in it.
chmodSync(folder, 0o755);
const node = join(folder, "bin");
mkdirSync(node);
cpSync(process.execPath, join(node, "node"));
const path = `${node}${delimiter}/usr/local/bin${delimiter}/usr/bin${delimiter}/bin`;

async function tryDockerfile() {
  check("Dockerfile, dockerfile-utils", "npx", ["--yes", "dockerfile-utils@0.16.3", "lint", "Dockerfile"]);
  if (has("hadolint", "https://github.com/hadolint/hadolint"))
    check("Dockerfile, hadolint", "hadolint", ["Dockerfile"]);
  console.log(
    "--   docker build was not run: it needs a daemon and the base image; its stages run here instead",
  );
  const image = build(process.cwd(), folder, { ...process.env, PATH: path });
  await tryContainer(image, path);
}

function tryCompose() {
  if (!has("docker-compose", "apt-get install docker-compose")) return;
  const place = join(folder, "compose");
  mkdirSync(place);
  for (const file of ["compose.yaml", "Dockerfile"]) copyFileSync(file, join(place, file));
  copyFileSync(".env.example", join(place, ".env"));
  writeFileSync(join(place, "database.env"), "POSTGRES_PASSWORD=x\n");
  check("compose.yaml, docker-compose config", "docker-compose", [
    "-f",
    join(place, "compose.yaml"),
    "config",
    "-q",
  ]);
}

function trySystemd() {
  if (!has("systemd-analyze", "apt-get install systemd")) return;
  const unit = join(folder, "profile-bff.service");
  const recipe = recipeOf("ini", "[Service]")
    .replaceAll("/opt/profile-bff", process.cwd())
    .replace("/usr/bin/node", join(node, "node"))
    .replace("User=profile-bff", "User=www-data");
  writeFileSync(unit, recipe);
  check("systemd-analyze verify", "systemd-analyze", ["verify", "--man=no", unit]);
  check("systemd-analyze security, at most 3.0", "systemd-analyze", [
    "security",
    "--offline=true",
    "--threshold=30",
    unit,
  ]);
  console.log("--   the unit was not started: that needs a machine that systemd has booted");
}

async function tryRecipes() {
  const tenant = await startTestTenant();
  const service = await startProcess({
    ...environmentOf(tenant, `file:${join(folder, "profile.db")}`),
    TRUSTED_PROXIES: "127.0.0.1/32,::1/128",
  });
  const authorization = `Bearer ${await tokensOf(tenant, Date)("alice")}`;
  try {
    await tryProxies({ port: Number(new URL(service.url).port), authorization, folder });
  } finally {
    await service.stop();
    await tenant.close();
  }
}

try {
  trySystemd();
  tryCompose();
  await tryRecipes();
  await tryDockerfile();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
finish();
