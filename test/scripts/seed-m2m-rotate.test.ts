import { parseEnv } from "node:util";
import { expect, test } from "vitest";
import {
  secretsIn,
  serviceApplication,
  startWorkplace,
  storedCredential,
  tokenStatus,
  type Workplace,
} from "./workplace.ts";

const works = { status: 200, scope: "all" };

async function startSeeded() {
  const workplace = await startWorkplace();
  await workplace.run("seed-m2m");
  const { LOGTO_M2M_APP_ID: appId, LOGTO_M2M_APP_SECRET: oldSecret } = parseEnv(await workplace.read(".env"));
  const names = () => serviceApplication(workplace.tenant).secrets.map(({ name }) => name);
  return { ...workplace, names, oldStatus: () => tokenStatus(workplace.tenant, appId, oldSecret) };
}

async function rotate({ run, tenant }: Workplace) {
  const finished = await run("seed-m2m", ["--rotate"]);
  expect(secretsIn(`${finished.stdout}${finished.stderr}`, tenant)).toEqual([]);
  return finished;
}

test("leaves exactly one secret: the new one works, the old one is refused", async () => {
  const workplace = await startSeeded();
  const { code, lines } = await rotate(workplace);
  expect(code).toBe(0);
  expect(lines).toContain('deleted the secret "Default secret"');
  expect(workplace.names()).toEqual([expect.stringMatching(/^seed:m2m 20/)]);
  expect(await storedCredential(workplace)).toEqual(works);
  expect((await workplace.oldStatus()).status).toBe(401);
});

test("a secret that cannot be proven is taken back, and .env keeps the one that works", async () => {
  const workplace = await startSeeded();
  const before = await workplace.read(".env");
  workplace.tenant.faults.add({ match: { method: "GET", path: /^\/api\/users$/ }, status: 500 });
  const { code, stderr } = await rotate(workplace);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^[^\n]*deleted again; \.env is as it was[^\n]*\n$/);
  expect(await workplace.read(".env")).toBe(before);
  expect(workplace.names()).toEqual(["Default secret"]);
  expect(await workplace.oldStatus()).toEqual(works);
});

test("a secret that can be neither proven nor taken back is named", async () => {
  const workplace = await startSeeded();
  workplace.tenant.faults.add({ match: { method: "GET", path: /^\/api\/users$/ }, status: 500 });
  workplace.tenant.faults.add({ match: { method: "DELETE", path: /secrets/ }, action: "reset" });
  const { code, stderr } = await rotate(workplace);
  expect(code).toBe(1);
  const [, added] = workplace.names();
  expect(stderr).toContain(`The new secret "${added}" could not be deleted`);
  expect(await storedCredential(workplace)).toEqual(works);
  expect(await workplace.oldStatus()).toEqual(works);
});

test("an old secret that cannot be deleted is named, while the new one is in .env; the next run deletes it", async () => {
  const workplace = await startSeeded();
  const mend = workplace.tenant.faults.add({ match: { method: "DELETE", path: /secrets/ }, status: 503 });
  const { code, stderr } = await rotate(workplace);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^The new secret works and is in \.env[^\n]*: Default secret\.[^\n]*\n$/);
  expect(await storedCredential(workplace)).toEqual(works);
  expect(await workplace.oldStatus()).toEqual(works);
  mend();
  expect((await rotate(workplace)).code).toBe(0);
  expect(workplace.names()).toHaveLength(1);
  expect(await storedCredential(workplace)).toEqual(works);
  expect((await workplace.oldStatus()).status).toBe(401);
});

test("a secret whose answer is lost changes nothing in .env", async () => {
  const workplace = await startSeeded();
  const match = { method: "POST", path: /secrets$/ };
  workplace.tenant.faults.add({ match, after: true, action: "reset" });
  expect((await rotate(workplace)).code).toBe(1);
  expect(await storedCredential(workplace)).toEqual(works);
  workplace.tenant.faults.clear();
  expect((await rotate(workplace)).code).toBe(0);
  expect(workplace.names()).toHaveLength(1);
});

test("a file that cannot be edited safely is left alone, and the new secret taken back", async () => {
  const workplace = await startSeeded();
  const text = `${await workplace.read(".env")}NOTE="set by hand:\nLOGTO_M2M_APP_ID=x"\n`;
  await workplace.write(".env", text);
  const { code, stderr } = await rotate(workplace);
  expect(code).toBe(1);
  expect(stderr).toContain(".env has lines that cannot be edited safely");
  expect(await workplace.read(".env")).toBe(text);
  expect(workplace.names()).toEqual(["Default secret"]);
});

test("the service's own credential may rotate itself", async () => {
  const workplace = await startSeeded();
  const { endpoint, apiResource } = workplace.tenant.description;
  const named = `LOGTO_ENDPOINT=${endpoint}\nAPI_RESOURCE=${apiResource}\n`;
  await workplace.write(".env", `${named}${await workplace.read(".env")}`);
  expect((await rotate(workplace)).code).toBe(0);
  expect((await workplace.read(".env")).startsWith(named)).toBe(true);
  expect(await storedCredential(workplace)).toEqual(works);
  expect((await rotate(workplace)).code).toBe(0);
  expect(workplace.names()).toHaveLength(1);
});

/** The application as a release that kept one secret made it: that secret opens the tenant too. */
function makeLegacy({ faults, state }: Workplace["tenant"], id: string) {
  const { name, type } = state.applications.get(id);
  const body = JSON.stringify([{ id, name, type, secret: "the-only-secret-of-old" }]);
  faults.add({ match: { method: "GET", path: /^\/api\/applications$/ }, body });
  return /^\/api\/applications\/\w+\/legacy-secret$/;
}

test("deletes the one secret that an older release kept", async () => {
  const workplace = await startSeeded();
  const path = makeLegacy(workplace.tenant, serviceApplication(workplace.tenant).id);
  workplace.tenant.faults.add({ match: { method: "DELETE", path }, body: "{}" });
  const { code, lines } = await rotate(workplace);
  expect(code).toBe(0);
  expect(lines).toContain('deleted the secret "legacy"');
});

test("names an older release's secret where Logto cannot delete it", async () => {
  const workplace = await startSeeded();
  makeLegacy(workplace.tenant, serviceApplication(workplace.tenant).id);
  const { code, stderr } = await rotate(workplace);
  expect(code).toBe(1);
  expect(stderr).toContain("still work: legacy.");
  expect(await storedCredential(workplace)).toEqual(works);
});
