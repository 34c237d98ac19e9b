/** A folder with a tenant beside it, in which the commands run as an operator runs them: as processes of their own. */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseEnv } from "node:util";
import { onTestFinished } from "vitest";
import { startTenant } from "../../dev/tenant/start-tenant.ts";
import type { Tenant } from "../../dev/tenant/tenant.ts";
import { asNpmDoes } from "../support/processes.ts";

export type Finished = { code: number; stdout: string; stderr: string; lines: string[] };

export const apiResource = "http://localhost:3000";

/** A temporary folder, gone after the test. */
export async function createFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "profile-bff-scripts-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

/** Runs `scripts/<name>.ts` in a folder, with no environment but the given. */
export function runScript(
  folder: string,
  name:
    | "seed-m2m"
    | "token"
    | "migrate"
    | "rotate-keys"
    | "erase"
    | "openapi"
    | "backup"
    | "restore"
    | "purge"
    | "doctor"
    | "verify-activity"
    | "unlock"
    | "sessions"
    | "journal",
  args: readonly string[] = [],
  variables: Record<string, string> = {},
): Promise<Finished> {
  const script = fileURLToPath(new URL(`../../scripts/${name}.ts`, import.meta.url));
  return new Promise((resolve) => {
    const options = { cwd: folder, env: variables };
    const child = execFile(
      process.execPath,
      [...asNpmDoes, script, ...args],
      options,
      (_error, stdout, stderr) => {
        const lines = `${stdout}${stderr}`.split("\n").filter(Boolean);
        resolve({ code: child.exitCode ?? -1, stdout, stderr, lines });
      },
    );
  });
}

export type Workplace = Awaited<ReturnType<typeof startWorkplace>>;

/** Starts a tenant and writes its description where the commands look for it. */
export async function startWorkplace() {
  const folder = await createFolder();
  const dataFile = join(folder, "data", "dev-tenant.json");
  const tenant = await startTenant({ port: 0, apiResource, dataFile, passwordCost: 64 });
  onTestFinished(() => tenant.close());
  const path = (name: string) => join(folder, name);
  return {
    folder,
    tenant,
    path,
    run: (
      ...[name, args, variables]: Parameters<typeof runScript> extends [string, ...infer Rest] ? Rest : never
    ) => runScript(folder, name, args, variables),
    read: (name: string) => readFile(path(name), "utf8"),
    write: (name: string, text: string) => writeFile(path(name), text),
  };
}

/** The application that the service signs in as, as the tenant holds it. */
export function serviceApplication({ state }: Tenant) {
  const [application, ...others] = state.applications.list().filter(({ name }) => name === "profile-bff");
  if (!application || others.length > 0) throw new Error("There is not exactly one application.");
  return application;
}

/** What the tenant answers to a credential that asks for the Management API. */
export async function tokenStatus({ description }: Tenant, appId = "", appSecret = "") {
  const response = await fetch(`${description.issuer}/token`, {
    method: "POST",
    headers: { authorization: `Basic ${btoa(`${appId}:${appSecret}`)}` },
    body: new URLSearchParams({
      grant_type: "client_credentials",
      resource: description.managementApi,
      scope: "all",
    }),
  });
  const { scope }: { scope?: string } = JSON.parse(await response.text());
  return { status: response.status, scope };
}

/** What the tenant answers to the credential that a file holds. */
export async function storedCredential({ read, tenant }: Workplace, file = ".env") {
  const { LOGTO_M2M_APP_ID, LOGTO_M2M_APP_SECRET } = parseEnv(await read(file));
  return tokenStatus(tenant, LOGTO_M2M_APP_ID, LOGTO_M2M_APP_SECRET);
}

/** Everything the commands could change in the tenant. */
export const holdings = ({ state: { applications, roles } }: Tenant) =>
  structuredClone({
    applications: applications.list(),
    roles: roles.list(),
    resources: roles.resources(),
    scopes: roles.resources().map(({ id }) => roles.scopesOf(id)),
  });

/** Those secrets of the tenant that a text gives away. */
export const secretsIn = (text: string, { state }: Tenant) =>
  state.applications
    .list()
    .flatMap(({ secrets }) => secrets.map(({ value }) => value))
    .filter((value) => text.includes(value));
