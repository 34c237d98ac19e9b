import { decodeJwt, decodeProtectedHeader } from "jose";
import { expect, test } from "vitest";
import { apiResource, createFolder, runScript, startWorkplace, type Workplace } from "./workplace.ts";

const refusal = (message: RegExp) => ({ code: 1, stdout: "", stderr: expect.stringMatching(message) });
const oneLine = /^[^\n]+\n$/;

const personNamed = ({ tenant }: Workplace, name: string) =>
  tenant.description.users.find(({ username }) => username === name);

test("prints one access token of the person for this API, and nothing else", async () => {
  const workplace = await startWorkplace();
  const { code, stdout, stderr } = await workplace.run("token", ["alice"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
  expect(decodeProtectedHeader(stdout)).toMatchObject({ alg: "ES384", typ: "at+jwt" });
  expect(decodeJwt(stdout)).toMatchObject({
    sub: personNamed(workplace, "alice")?.id,
    aud: apiResource,
    iss: workplace.tenant.description.issuer,
    scope: "profile:read profile:write",
  });
});

test.each(["devbob000000", "bob", "bob@example.test", "BOB@example.test"])("knows bob as %s", async (who) => {
  const workplace = await startWorkplace();
  const { stdout } = await workplace.run("token", [who]);
  expect(decodeJwt(stdout).sub).toBe(personNamed(workplace, "bob")?.id);
});

test("asks for the scopes that are named, and tells of one that is not granted", async () => {
  const { run } = await startWorkplace();
  const { code, stdout, stderr } = await run("token", ["alice", "profile:read", "profile:admin"]);
  expect(code).toBe(0);
  expect(decodeJwt(stdout).scope).toBe("profile:read");
  expect(stderr).toMatch(/^note: [^\n]*profile:admin[^\n]*\n$/);
});

test("tells of a suspended person", async () => {
  const { run, tenant } = await startWorkplace();
  const carol = tenant.state.users.list().find(({ username }) => username === "carol");
  if (carol) tenant.state.users.insert({ ...carol, isSuspended: true });
  expect(await run("token", ["carol"])).toMatchObject({
    code: 0,
    stderr: expect.stringContaining("suspended"),
  });
});

test("gives no token that opens nothing", async () => {
  const { run } = await startWorkplace();
  expect(await run("token", ["alice", "nothing"])).toMatchObject(refusal(/give them the role/));
});

test("takes the tenant of .env before the dev tenant's file", async () => {
  const { run, write, tenant } = await startWorkplace();
  const { endpoint, m2m } = tenant.description;
  await write(
    ".env",
    `LOGTO_ENDPOINT=${endpoint}\nLOGTO_M2M_APP_ID=${m2m.appId}\nLOGTO_M2M_APP_SECRET=${m2m.appSecret}\n`,
  );
  expect(await run("token", ["alice"])).toMatchObject(refusal(/API_RESOURCE is missing/));
  const { stdout } = await run("token", ["alice"], { API_RESOURCE: apiResource });
  expect(decodeJwt(stdout).aud).toBe(apiResource);
});

test("reaches the tenant at LOGTO_INTERNAL_ENDPOINT where there is one", async () => {
  const { run, tenant } = await startWorkplace();
  const { endpoint, m2m } = tenant.description;
  const variables = {
    LOGTO_ENDPOINT: "https://auth.example.test",
    LOGTO_INTERNAL_ENDPOINT: endpoint,
    LOGTO_M2M_APP_ID: m2m.appId,
    LOGTO_M2M_APP_SECRET: m2m.appSecret,
    API_RESOURCE: apiResource,
  };
  const { code, stdout } = await run("token", ["alice"], variables);
  expect([code, decodeJwt(stdout).aud]).toEqual([0, apiResource]);
});

test.each(["mallory", "mallory@example.test", "../users", ".."])("knows nobody as %s", async (who) => {
  const { run } = await startWorkplace();
  const finished = await run("token", [who]);
  expect(finished).toMatchObject(refusal(/knows nobody/));
  expect(finished.stderr).toMatch(oneLine);
});

test("gives nobody another person's token if the tenant ignores the search", async () => {
  const { run, tenant } = await startWorkplace();
  const bob = { id: "devbob000000", username: "bob", primaryEmail: "bob@example.test", isSuspended: false };
  const match = { method: "GET", path: /^\/api\/users$/ };
  tenant.faults.add({ match, status: 200, body: JSON.stringify([bob]) });
  for (const who of ["alice", "alice@example.test"]) {
    expect(await run("token", [who])).toMatchObject(refusal(/knows nobody by/));
  }
});

test("tells how to allow the application the token exchange", async () => {
  const { run, tenant } = await startWorkplace();
  tenant.state.applications.get(tenant.description.m2m.appId).customClientMetadata = {};
  const finished = await run("token", ["alice"]);
  expect(finished).toMatchObject(refusal(/allowTokenExchange/));
  expect(finished.stderr).toMatch(oneLine);
});

test("tells of an API resource that the tenant does not have", async () => {
  const { run, tenant } = await startWorkplace();
  const { roles } = tenant.state;
  roles.removeResource(roles.resourceByIndicator(apiResource)?.id ?? "");
  expect(await run("token", ["alice"])).toMatchObject(refusal(/no API resource .*seed:m2m/));
});

test("tells how to start a tenant that does not run", async () => {
  const { run, tenant } = await startWorkplace();
  await tenant.pause();
  expect(await run("token", ["alice"])).toMatchObject(refusal(/npm run dev/));
  expect(await runScript(await createFolder(), "token", ["alice"])).toMatchObject(refusal(/npm run dev/));
});

test.each([[[]], [["--user", "alice"]], [["alice", "--json"]]])("answers %j with its usage", async (args) => {
  const finished = await runScript(await createFolder(), "token", args);
  expect(finished).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining("usage: ") });
});
