import { expect, test } from "vitest";
import { newApplication } from "../../dev/tenant/store/applications.ts";
import { apiResource, createFolder, holdings, runScript, startWorkplace } from "./workplace.ts";

/** One line on standard error, exit code 1, nothing else said. */
const refusal = (message: RegExp) => ({
  code: 1,
  stdout: expect.not.stringMatching(/wrote|created the application/),
  stderr: expect.stringMatching(new RegExp(`^[^\\n]*${message.source}[^\\n]*\\n$`)),
});

test("an operator's credential from the environment makes the tenant ready", async () => {
  const { folder, tenant } = await startWorkplace();
  const { endpoint, m2m } = tenant.description;
  const operator = { OPERATOR_APP_ID: m2m.appId, OPERATOR_APP_SECRET: m2m.appSecret };
  const variables = { LOGTO_ENDPOINT: endpoint, API_RESOURCE: apiResource, ...operator, DATA_DIR: "nowhere" };
  expect((await runScript(folder, "seed-m2m", [], variables)).code).toBe(0);
  const refused = { ...variables, OPERATOR_APP_SECRET: "not-the-secret-of-it" };
  const finished = await runScript(folder, "seed-m2m", [], refused);
  expect(finished).toMatchObject(refusal(/refuses application \w+: check its id and secret/));
  expect(finished.stderr).not.toContain("not-the-secret-of-it");
});

test("names the variables that are missing", async () => {
  const finished = await runScript(await createFolder(), "seed-m2m", [], {
    LOGTO_ENDPOINT: "https://x.test",
  });
  expect(finished).toMatchObject(refusal(/OPERATOR_APP_ID is missing; OPERATOR_APP_SECRET is missing/));
});

test("tells how to start a tenant where there is none", async () => {
  expect(await runScript(await createFolder(), "seed-m2m")).toMatchObject(refusal(/npm run dev/));
});

test("tells a tenant that stopped", async () => {
  const { run, tenant } = await startWorkplace();
  await tenant.pause();
  expect(await run("seed-m2m")).toMatchObject(refusal(/Nothing listens at http:\S+: start the dev tenant/));
});

test("tells an address at which something else than Logto answers", async () => {
  const { run, tenant } = await startWorkplace();
  tenant.faults.add({ match: { method: "POST", path: /^\/oidc\/token$/ }, status: 200, body: "<html>" });
  expect(await run("seed-m2m")).toMatchObject(
    refusal(/no usable answer at http:\S+: .*check LOGTO_ENDPOINT/),
  );
});

test("does not choose between two applications of its name", async () => {
  const { run, tenant } = await startWorkplace();
  const twin = { name: "profile-bff", type: "MachineToMachine", createdAt: 1 } as const;
  for (const id of ["one", "two"]) tenant.state.applications.insert(newApplication({ id, ...twin }));
  expect(await run("seed-m2m")).toMatchObject(refusal(/2 machine-to-machine applications named profile-bff/));
});

test("does not use a role of another type", async () => {
  const { run, tenant } = await startWorkplace();
  const name = "profile-bff: management";
  const role = {
    id: "r",
    name,
    description: "x",
    type: "User",
    isDefault: false,
    scopeIds: new Set(""),
  } as const;
  tenant.state.roles.insert({ ...role });
  const { applications } = holdings(tenant);
  expect(await run("seed-m2m")).toMatchObject(refusal(/is not of type MachineToMachine: rename it/));
  expect(holdings(tenant).applications).toEqual(applications);
});

test("a step that fails stops the run, and the next run goes on from there", async () => {
  const { run, tenant } = await startWorkplace();
  const match = { method: "POST", path: /^\/api\/applications\/\w+\/roles$/ };
  tenant.faults.add({ match, status: 403, body: '{"code":"subscription.limit_exceeded"}' });
  expect(await run("seed-m2m")).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("the tenant's plan"),
  });
  tenant.faults.clear();
  expect((await run("seed-m2m")).code).toBe(0);
});
