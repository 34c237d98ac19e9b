import { stat } from "node:fs/promises";
import { expect, test } from "vitest";
import {
  apiResource,
  holdings,
  secretsIn,
  serviceApplication,
  startWorkplace,
  storedCredential,
  type Workplace,
} from "./workplace.ts";

const works = { status: 200, scope: "all" };

/** Runs the command and makes sure of what holds for every run: no secret is said. */
async function seed({ run, tenant }: Workplace, ...args: string[]) {
  const finished = await run("seed-m2m", args);
  expect(secretsIn(`${finished.stdout}${finished.stderr}`, tenant)).toEqual([]);
  return finished;
}

const roleNamed = ({ tenant }: Workplace, wanted: string) =>
  tenant.state.roles.list().find(({ name }) => name === wanted);

test("makes the application, its role and a role for people, and stores a credential that works", async () => {
  const workplace = await startWorkplace();
  expect(await seed(workplace)).toMatchObject({ code: 0, stderr: "" });
  const { roleIds, type } = serviceApplication(workplace.tenant);
  const management = roleNamed(workplace, "profile-bff: management");
  const person = roleNamed(workplace, "profile-bff: person");
  expect(type).toBe("MachineToMachine");
  expect([...roleIds]).toEqual([management?.id]);
  expect(management).toMatchObject({ type: "MachineToMachine", scopeIds: new Set(["management-api-all"]) });
  expect(person).toMatchObject({ type: "User", isDefault: true });
  expect(person?.scopeIds.size).toBe(2);
  expect(await storedCredential(workplace)).toEqual(works);
});

test("makes the API resource and its scopes where the tenant has none", async () => {
  const workplace = await startWorkplace();
  const { roles } = workplace.tenant.state;
  roles.removeResource(roles.resourceByIndicator(apiResource)?.id ?? "");
  expect((await seed(workplace)).code).toBe(0);
  const made = roles.scopesOf(roles.resourceByIndicator(apiResource)?.id ?? "");
  expect(made.map(({ name }) => name)).toEqual(["profile:read", "profile:write"]);
  expect(roleNamed(workplace, "profile-bff: person")?.scopeIds).toEqual(new Set(made.map(({ id }) => id)));
});

test("adds only what a role lost", async () => {
  const workplace = await startWorkplace();
  await seed(workplace);
  const before = holdings(workplace.tenant);
  roleNamed(workplace, "profile-bff: person")?.scopeIds.clear();
  serviceApplication(workplace.tenant).roleIds.clear();
  expect((await seed(workplace)).code).toBe(0);
  expect(holdings(workplace.tenant)).toEqual(before);
});

test("keeps every other line of .env, and makes the file its owner's alone", async () => {
  const workplace = await startWorkplace();
  await workplace.write(".env", "# ours\nexport A='1 # 2'\nLOGTO_M2M_APP_SECRET=stale\n\nB=3");
  await seed(workplace);
  const lines = (await workplace.read(".env")).split("\n");
  expect(lines.map((line) => line.replace(/^(LOGTO_\w+=).+$/, "$1…"))).toEqual([
    "# ours",
    "export A='1 # 2'",
    "LOGTO_M2M_APP_SECRET=…",
    "",
    "B=3",
    "LOGTO_M2M_APP_ID=…",
    "",
  ]);
  expect((await stat(workplace.path(".env"))).mode & 0o777).toBe(0o600);
});

test("a second run changes nothing, and says so", async () => {
  const workplace = await startWorkplace();
  await seed(workplace);
  const [before, file] = [holdings(workplace.tenant), await stat(workplace.path(".env"))];
  workplace.tenant.requests.clear();
  const { code, lines } = await seed(workplace);
  expect(code).toBe(0);
  expect(lines.at(-1)).toBe("nothing to change");
  expect(workplace.tenant.requests.matching("POST", /^\/api\//)).toEqual([]);
  expect(holdings(workplace.tenant)).toEqual(before);
  const after = await stat(workplace.path(".env"));
  expect([after.ino, after.mtimeMs]).toEqual([file.ino, file.mtimeMs]);
});

test.each([[[]], [["--rotate"]]])("a dry run on a fresh tenant changes nothing %j", async (args) => {
  const workplace = await startWorkplace();
  const before = holdings(workplace.tenant);
  const { code, lines } = await seed(workplace, "--dry-run", ...args);
  expect(code).toBe(0);
  expect(lines).toContain("would create the application profile-bff");
  expect(holdings(workplace.tenant)).toEqual(before);
  await expect(workplace.read(".env")).rejects.toThrow("ENOENT");
});

test("a dry run of a rotation names what it would delete, and deletes nothing", async () => {
  const workplace = await startWorkplace();
  await seed(workplace);
  const [before, file] = [holdings(workplace.tenant), await workplace.read(".env")];
  const { lines } = await seed(workplace, "--rotate", "--dry-run");
  expect(lines).toContain('would delete the secret "Default secret"');
  expect(holdings(workplace.tenant)).toEqual(before);
  expect(await workplace.read(".env")).toBe(file);
});

test("uses the secret that exists where .env has none", async () => {
  const workplace = await startWorkplace();
  await seed(workplace);
  await workplace.write(".env", "");
  expect((await seed(workplace)).code).toBe(0);
  expect(serviceApplication(workplace.tenant).secrets).toHaveLength(1);
  expect(await storedCredential(workplace)).toEqual(works);
});

test("adds a secret where every other has expired", async () => {
  const workplace = await startWorkplace();
  await seed(workplace);
  for (const secret of serviceApplication(workplace.tenant).secrets) secret.expiresAt = Date.now() - 1_000;
  expect((await seed(workplace)).code).toBe(0);
  expect(serviceApplication(workplace.tenant).secrets).toHaveLength(2);
  expect(await storedCredential(workplace)).toEqual(works);
});

test("writes .dev.vars for the Worker and leaves .env alone", async () => {
  const workplace = await startWorkplace();
  await seed(workplace, "--to", "dev-vars");
  expect(await storedCredential(workplace, ".dev.vars")).toEqual(works);
  expect((await stat(workplace.path(".dev.vars"))).mode & 0o777).toBe(0o600);
  await expect(workplace.read(".env")).rejects.toThrow("ENOENT");
});

test("prints the credential alone on standard output when asked to", async () => {
  const workplace = await startWorkplace();
  const { stdout, stderr } = await workplace.run("seed-m2m", ["--to", "stdout"]);
  expect(secretsIn(stderr, workplace.tenant)).toEqual([]);
  expect(stdout).toMatch(/^LOGTO_M2M_APP_ID=\w+\nLOGTO_M2M_APP_SECRET=\S+\n$/);
  await workplace.write("printed", stdout);
  expect(await storedCredential(workplace, "printed")).toEqual(works);
});

test("warns of a token exchange, further roles and further secrets", async () => {
  const workplace = await startWorkplace();
  await seed(workplace);
  const { roleIds, customClientMetadata, secrets } = serviceApplication(workplace.tenant);
  customClientMetadata.allowTokenExchange = true;
  roleIds.add(roleNamed(workplace, "management-api")?.id ?? "");
  secrets.push({ name: "spare", value: "a-spare-secret-of-24-chars", createdAt: 1, expiresAt: null });
  const { code, lines } = await seed(workplace);
  expect(code).toBe(0);
  expect(lines.filter((line) => line.startsWith("warning: "))).toEqual([
    expect.stringContaining("the role management-api"),
    expect.stringContaining("may exchange tokens"),
    expect.stringContaining("more than one secret"),
  ]);
});

test.each([["--rotated"], ["--to", "vault"], ["--to"], ["--secret=x"], ["extra"]])(
  "answers %s %s with its usage and asks nothing of the tenant",
  async (...args) => {
    const workplace = await startWorkplace();
    const { code, stdout, stderr } = await seed(workplace, ...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain("usage: npm run seed:m2m");
    expect(workplace.tenant.requests.all()).toEqual([]);
  },
);
